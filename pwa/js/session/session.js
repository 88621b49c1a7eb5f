/**
 * The person who works on this device: the account, its store, its engine, the other tabs. Signing in can
 * move local tasks into the account, once. Signing out syncs or asks first, then removes all data of the
 * account from the device.
 */
import { deviceStorage, tabStorage } from "../lib/web_storage.js";
import { follow } from "./follow.js";
import { LiveUpdates } from "./live_updates.js";
import { switchTabOwner } from "./tab_owner.js";
import { SignOutDebt } from "./sign_out_debt.js";
import { countLocal, TakeOver } from "./take_over.js";
import { Store } from "../store/store.js";
import { Engine } from "../sync/engine.js";
import * as account from "../api/account.js";
import * as admin from "../api/admin.js";
import { actFor, ask } from "../api/request.js";
import * as invites from "../api/invites.js";
import * as security from "../api/security.js";
import { Tabs } from "../sync/tabs.js";

const ACCOUNT_KEY = "driftless.account";
/** Calls that need the server: each resolves to its response, or throws a Problem. */
const server = { ask, ...account, ...security, ...invites, admin };
const ENDED = ["session_ended", "sign_in_first", "account_differs", "no_such_space"];
const FLUSH_MS = 5_000;
const FLUSH_STEP_MS = 100;

/**
 * The page, as far as the session needs it.
 * @typedef {object} Host
 * @property {() => Promise<void>} settle  saves unfinished text
 * @property {(account: account.Account | null, engine: Engine) => void} use  shows this account from now on
 * @property {(isLocked: boolean) => void} lock  hides everything until the person signs in again
 * @property {(here: import("./presence.js").Here) => void} showHere  the accounts present in each space
 * @property {() => void} render
 */

/** Dispatches "changed" with the ids of records (none: everything has changed), and "condition". */
export class Session extends EventTarget {
  /**
   * @param {account.Account | null} person
   * @param {Store} store of the account, open
   * @param {Host} host
   */
  constructor(person, store, host) {
    super();
    this.host = host;
    this.server = server;
    this.account = person;
    this.store = store;
    this.engine = new Engine(this.store);
    /** @type {Tabs | null} */
    this.tabs = null;
    this.live = /** @type {LiveUpdates | null} */ (null);
    this.signedInAs = this.account;
    this.isSigningIn = false;
    /** Whether the session is ending in this tab: the page leaves, so it must not be locked first. */
    this.isLeaving = false;
    this.takeOver = new TakeOver();
    this.debt = new SignOutDebt();
    this.#actFor(this.account);
    this.accounts = new BroadcastChannel("driftless-accounts");
    this.accounts.onmessage = ({ data }) => {
      if (data === "signed out") tabStorage.clear(); // the next person must not see unfinished text
      location.reload();
    };
  }

  /** Connects the account's store, and syncs. */
  start() {
    this.#attend();
    this.#takeOver().catch((error) => console.error(error)); // one that closing the page interrupted
    this.engine.now();
    this.refresh().catch(() => {}); // try again next time
    this.debt.pay();
  }

  /** @param {account.Account | null} person */
  #actFor(person) {
    const id = person?.id ?? null;
    actFor(id);
    switchTabOwner(id);
  }

  /**
   * Signs in or up; resolves to the number of local tasks that can move into the account. They stay local
   * until `bringAlong` is called.
   * @param {"signIn" | "signUp" | "signInByPasskey"} way
   * @param {any} given
   * @returns {Promise<number>}
   */
  async signIn(way, given) {
    await this.debt.pay();
    await this.host.settle();
    const signedIn = /** @type {account.Account} */ (await server[way](given));
    deviceStorage.set(ACCOUNT_KEY, JSON.stringify(signedIn));
    this.debt.forgive();
    this.signedInAs = signedIn;
    await this.#change(signedIn);
    const count = await countLocal();
    const arriving = this.#arrive();
    if (count) arriving.catch((error) => console.error(error));
    else await arriving;
    return count;
  }

  /**
   * Switches the page to another account.
   * @param {account.Account} signedIn
   */
  async #change(signedIn) {
    this.#stop();
    await this.host.settle();
    this.store.close();
    this.isSigningIn = true;
    await this.#use(signedIn);
    this.host.lock(false);
  }

  async #arrive() {
    await this.#takeOver();
    await this.engine.now();
    this.isSigningIn = false;
    this.accounts.postMessage("changed");
  }

  /** Moves the tasks of this device into the account. */
  async bringAlong() {
    TakeOver.ask(/** @type {account.Account} */ (this.account).id);
    await this.#takeOver();
  }

  async #takeOver() {
    if (!(await this.takeOver.run(this.account?.id ?? null, this.store))) return;
    this.#changed();
    await this.engine.now();
  }

  /** Loads the account from the server: its name, whether it is an administrator. */
  async refresh() {
    if (this.account) this.#know(await server.me());
  }

  /** @param {string} name that members of every space see */
  async rename(name) {
    this.#know(await server.rename(name));
    this.engine.now();
  }

  /**
   * The server ends every other session and renews this one.
   * @param {{current: string, password: string}} given
   */
  async changePassword(given) {
    this.#know(await server.changePassword(given));
    this.engine.now();
  }

  /**
   * @param {boolean} on
   * @param {string} password
   */
  async setSecondFactor(on, password) {
    await server.setSecondFactor(on, password);
    await this.refresh();
  }

  /** @param {account.Account} found */
  #know(found) {
    if (this.account?.id !== found.id) return;
    const known = JSON.stringify(found);
    if (known === JSON.stringify(this.account)) return;
    deviceStorage.set(ACCOUNT_KEY, known);
    this.account = found;
    this.host.use(found, this.engine);
    this.host.render();
  }

  /**
   * The server reported that the session has ended, or that the account has left a space or is no longer an
   * administrator. The engine is told too: it locks the page, or removes the space's data.
   * @param {unknown} error
   */
  noteProblem(error) {
    if (!(error instanceof account.Problem) || this.isLeaving) return;
    if (ENDED.includes(error.code)) this.engine.now();
    if (error.code === "admin_only") this.refresh().catch(() => {});
  }

  /** Changes that signing out would lose here: unsynced and rejected ones. */
  get left() {
    const { unsent, rejected } = this.store;
    return { unsent, refused: rejected.filter(({ outcome }) => outcome.status !== "hidden").length };
  }

  /**
   * Signs out and removes the account's tasks from this device; resolves to the number of changes that
   * prevent it.
   * @param {boolean} isForced
   * @param {boolean} [isEverywhere] end every other session of the account too
   */
  async signOut(isForced, isEverywhere = false) {
    await this.host.settle();
    this.engine.now();
    for (let waited = 0; this.store.unsent && waited < FLUSH_MS; waited += FLUSH_STEP_MS)
      await new Promise((done) => setTimeout(done, FLUSH_STEP_MS));
    const { unsent, refused } = this.left;
    if (unsent + refused && !isForced) return unsent + refused;
    this.isLeaving = true;
    await (isEverywhere ? server.signOutEverywhere() : server.signOut()).catch((error) => {
      if (error.status === 401 || (error.status && !isEverywhere)) return; // the session has ended already
      this.isLeaving = !isEverywhere && isForced;
      if (!this.isLeaving) throw error;
      this.debt.owe(this.account?.id ?? "");
    });
    await this.#leave();
    return 0;
  }

  /**
   * Deletes the account on the server, and all its data on this device.
   * @param {string} password
   */
  async deleteAccount(password) {
    this.isLeaving = true;
    await server.deleteAccount(password).catch((error) => {
      this.isLeaving = false;
      throw error;
    });
    await this.#leave();
  }

  /** Removes all data of the account from this device. */
  async #leave() {
    this.#stop();
    await this.engine.running;
    deviceStorage.remove(ACCOUNT_KEY);
    this.tabs?.close();
    this.accounts.postMessage("signed out");
    await this.store.database.destroy();
    tabStorage.clear();
    location.assign("/");
  }

  /** The page stays after all: if the session has ended, it is locked now. */
  stay() {
    this.isLeaving = false;
    this.engine.now();
  }

  /** The page is visible again: catches up with other tabs, and syncs. */
  async comeBack() {
    if (!this.tabs?.isLeader) {
      await this.store.open();
      this.#changed();
    }
    this.engine.now();
  }

  /** @param {account.Account | null} signedIn */
  async #use(signedIn) {
    this.#stop();
    this.tabs?.close();
    this.account = signedIn;
    this.#actFor(signedIn);
    this.store = await new Store(signedIn?.id ?? null).open();
    this.#attend();
    this.#changed();
  }

  #stop() {
    this.engine.stop();
    this.live?.stop();
  }

  #attend() {
    this.engine = new Engine(this.store);
    this.tabs = new Tabs(this.store.database.name);
    this.live = new LiveUpdates(this.engine, this.tabs, this.host.showHere);
    this.host.use(this.account, this.engine);
    follow(this.store, this.engine, this.tabs, {
      changed: (ids) => this.#stored(ids),
      condition: () => this.dispatchEvent(new Event("condition")),
      isLeaving: () => this.isLeaving,
      isSigningIn: () => this.isSigningIn,
    });
  }

  /** @param {string[]} [ids] of the records that changed */
  #stored(ids) {
    this.#changed(ids);
    if (this.takeOver.isDue) this.#takeOver().catch((error) => console.error(error));
  }

  /** @param {string[]} [ids] */
  #changed(ids) {
    this.dispatchEvent(new CustomEvent("changed", { detail: ids }));
  }
}
