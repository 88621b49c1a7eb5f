/** Starts the app and wires its parts: store, engine, tabs, page. */
import { addTask } from "./state/actions.js";
import { values } from "./core/merge.js";
import { byId } from "./lib/dom.js";
import { LOCAL_SPACE, Store } from "./store/store.js";
import { Engine } from "./sync/engine.js";
import { Tabs } from "./sync/tabs.js";
import { registerWorker } from "./sync/worker.js";
import * as server from "./sync/account.js";
import { AccountDialog } from "./ui/account.js";
import { TaskList } from "./ui/list.js";
import { SyncSheet } from "./ui/sheet.js";
import { saved } from "./ui/toast.js";

const ACCOUNT_KEY = "driftless.account";
const SIGN_OUT_KEY = "driftless.signOut";
const TAKE_OVER_KEY = "driftless.takeOver";
const DRAFT_KEY = "driftless.draft";
const FLUSH_MS = 5_000;
const FLUSH_STEP_MS = 100;

export class App {
  constructor() {
    /** @type {server.Account | null} */
    this.account = JSON.parse(localStorage.getItem(ACCOUNT_KEY) ?? "null");
    this.store = new Store(this.account?.id ?? null);
    this.engine = new Engine(this.store);
    /** @type {Tabs | null} */
    this.tabs = null;
    this.signedInAs = this.account;
    this.isSigningIn = false;
    this.isTakingOver = false;
    /** @type {Promise<void>} */
    this.ready = Promise.resolve();
    this.rendering = 0;
    this.list = new TaskList(() => this.store);
    this.sheet = new SyncSheet(this);
    this.dialog = new AccountDialog(this);
    this.accounts = new BroadcastChannel("driftless-accounts");
    this.accounts.onmessage = () => location.reload();
  }

  async start() {
    this.#listen(); // first of all: a form that nobody listens to would leave the page with what was typed
    this.#restoreDraft();
    this.ready = this.#use(this.account);
    await this.ready;
    if (location.pathname === "/reset" && location.hash.length > 1) this.dialog.openReset(location.hash.slice(1));
    if (localStorage.getItem(SIGN_OUT_KEY)) server.signOut().then(() => localStorage.removeItem(SIGN_OUT_KEY), () => {});
    this.engine.now();
    await registerWorker((update) => this.#offer(update), () => this.list.settle()).catch(() => {});
  }

  /**
   * Signs in or up; resolves to how many local tasks wait to be asked about, 0 where there are none and all is done.
   * @param {"sign-in" | "sign-up"} mode @param {any} given @returns {Promise<number>}
   */
  async signIn(mode, given) {
    const account = await (mode === "sign-in" ? server.signIn(given) : server.signUp(given));
    this.signedInAs = account;
    const anonymous = this.account ? await new Store(null).open() : this.store;
    const count = [...anonymous.shown.values()].filter((record) => record.kind === "task" && !values(record).deleted).length;
    if (!count) await this.finishSignIn(false);
    return count;
  }

  /** @param {boolean} isTakingOver whether the tasks of this device move into the account */
  async finishSignIn(isTakingOver) {
    const account = /** @type {server.Account} */ (this.signedInAs);
    if (isTakingOver) localStorage.setItem(TAKE_OVER_KEY, account.id);
    localStorage.setItem(ACCOUNT_KEY, JSON.stringify(account));
    this.store.close();
    this.isSigningIn = true;
    this.ready = this.#use(account);
    await this.ready;
    await this.engine.now();
    await this.#takeOver();
    this.isSigningIn = false;
    this.accounts.postMessage("changed");
  }

  /** Moves the tasks of this device into the account, once the person has said so and the account's space is known. */
  async #takeOver() {
    if (!this.account || localStorage.getItem(TAKE_OVER_KEY) !== this.account.id || this.store.space === LOCAL_SPACE) return;
    if (this.isTakingOver) return;
    this.isTakingOver = true;
    await this.store.takeOver(await new Store(null).open(), this.store.space);
    localStorage.removeItem(TAKE_OVER_KEY);
    this.isTakingOver = false;
    await this.engine.now();
  }

  /** Signs out and removes the account's tasks from this device; resolves to the number of unsent changes that keep it from doing so. @param {boolean} isForced */
  async signOut(isForced) {
    await this.list.settle();
    this.engine.now();
    for (let waited = 0; this.store.unsent && waited < FLUSH_MS; waited += FLUSH_STEP_MS) await new Promise((done) => setTimeout(done, FLUSH_STEP_MS));
    if (this.store.unsent && !isForced) return this.store.unsent;
    await server.signOut().catch((error) => {
      if (error.status !== 0) return; // the session has ended already
      if (!isForced) throw error;
      localStorage.setItem(SIGN_OUT_KEY, "owed");
    });
    this.engine.stop();
    await this.engine.running;
    localStorage.removeItem(ACCOUNT_KEY);
    this.tabs?.close();
    this.accounts.postMessage("changed");
    await this.store.database.destroy();
    location.assign("/");
    return 0;
  }

  /** @param {string} token @param {string} password */
  async resetPassword(token, password) {
    await server.resetPassword({ token, password });
    history.replaceState(null, "", "/");
  }

  /** Saves everything on this device as a JSON file. */
  download() {
    const records = [...this.store.shown.values()].map(({ kind, id, space, ...record }) => ({ kind, id, space, ...values({ kind, id, ...record }) }));
    const unsent = this.store.outbox.filter((entry) => !entry.outcome).map(({ kind, id, at, set }) => ({ kind, id, at, set }));
    const notAccepted = this.store.tray.map(({ entry, outcome }) => ({ ...entry, outcome }));
    const blob = new Blob([JSON.stringify({ records, unsent, notAccepted }, null, 2)], { type: "application/json" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "driftless.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  /** @param {server.Account | null} account */
  async #use(account) {
    this.engine.stop();
    this.tabs?.close();
    this.account = account;
    this.store = await new Store(account?.id ?? null).open();
    this.engine = new Engine(this.store);
    this.tabs = new Tabs(this.store.database.name);
    this.#follow(this.store, this.engine, this.tabs);
    this.#render();
  }

  /** @param {Store} store @param {Engine} engine @param {Tabs} tabs */
  #follow(store, engine, tabs) {
    engine.isLeading = tabs.isLeader;
    engine.lock = async (work) => {
      if (tabs.isLeader || this.isSigningIn) await work();
      else tabs.tell("sync", {});
    };
    store.addEventListener("changed", (/** @type {any} */ { detail }) => {
      this.#render();
      this.#takeOver().catch((error) => console.error(error));
      if (detail.isOwn) tabs.tell("changed", { ids: detail.ids });
      if (detail.isOwn && store.unsent && !engine.running) engine.now();
    });
    engine.addEventListener("condition", () => {
      this.#render();
      tabs.tell("condition", { isSignedOut: engine.isSignedOut, unreachedSince: engine.unreachedSince });
    });
    tabs.addEventListener("changed", async (/** @type {any} */ { detail }) => {
      await store.catchUp(detail.ids);
      if (store.unsent && tabs.isLeader) engine.now();
    });
    tabs.addEventListener("condition", (/** @type {any} */ { detail }) => {
      Object.assign(engine, detail);
      this.#render();
    });
    tabs.addEventListener("sync", () => tabs.isLeader && engine.now());
    tabs.addEventListener("lead", () => {
      engine.isLeading = true;
      engine.now();
    });
  }

  #listen() {
    byId("quick").addEventListener("submit", (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#add();
    });
    byId("quick").addEventListener("input", () => sessionStorage.setItem(DRAFT_KEY, byId("quick-title").value));
    addEventListener("online", () => this.engine.now());
    addEventListener("pageshow", () => this.engine.now());
    document.addEventListener("visibilitychange", () => this.#comeBack());
    document.addEventListener("keydown", (event) => this.#key(event));
    this.#atMidnight();
  }

  async #add() {
    const [title, due] = [byId("quick-title"), byId("quick-due")];
    const text = title.value;
    if (!text.trim()) return;
    title.value = "";
    sessionStorage.removeItem(DRAFT_KEY);
    try {
      await this.ready;
      await addTask(this.store, text, due.value || null);
      due.value = "";
      navigator.storage?.persist?.().catch(() => {});
    } catch (error) {
      title.value = text;
      await saved(Promise.reject(error));
    }
    title.focus();
  }

  #comeBack() {
    if (document.visibilityState !== "visible") {
      this.list.settle();
      return;
    }
    if (!this.tabs?.isLeader) this.store.open(); // what other tabs did while this one slept
    this.#render();
    this.engine.now();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const isTyping = /** @type {HTMLElement} */ (event.target).matches?.("input, textarea") || document.querySelector("dialog[open]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "q" || event.key === "n") {
      event.preventDefault();
      byId("quick-title").focus();
    }
  }

  #atMidnight() {
    const next = new Date();
    next.setHours(24, 0, 1, 0);
    setTimeout(() => {
      this.#render();
      this.#atMidnight();
    }, next.getTime() - Date.now());
  }

  #restoreDraft() {
    byId("quick-title").value = sessionStorage.getItem(DRAFT_KEY) ?? "";
  }

  /** @param {() => void} update */
  #offer(update) {
    byId("update").hidden = false;
    byId("update-act").onclick = async () => {
      await this.list.settle();
      update();
    };
  }

  #render() {
    if (this.rendering) return;
    this.rendering = requestAnimationFrame(() => {
      this.rendering = 0;
      this.list.render();
      this.sheet.render();
      this.dialog.render();
    });
  }
}

if (typeof document !== "undefined") {
  new App().start();
}
