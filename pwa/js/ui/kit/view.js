/**
 * The state of the screen: the account's tasks, the route, the settings. Renders all of it once a frame.
 * @typedef {import("../../api/account.js").Account} Account
 * @typedef {import("../../domain/settings.js").Settings} Settings
 * @typedef {(command: string, anchor?: Element | null) => unknown} Run  runs a command of the table, for the
 *   element that started it
 */
import { dayOf } from "../../lib/dates.js";
import { t } from "../../i18n/i18n.js";
import { mayWrite } from "../../domain/members.js";
import { routeAt } from "../../domain/routes.js";
import { samples } from "../../domain/samples.js";
import { applyTheme, readSettings, saveSettings } from "../../domain/settings.js";
import { Tasks } from "../../domain/tasks.js";
import { UnreadTasks } from "../../domain/unread_tasks.js";
import { Store } from "../../store/store.js";
import { Here } from "./here.js";

export class View {
  /** @type {import("../../sync/engine.js").Engine | null} */
  engine = null;
  /** @type {Map<string, import("../../core/merge.js").Rec>} sample tasks of the first run */
  samples = new Map();
  /** @type {Set<string>} the spaces that the person has left on this device */
  leftSpaces = new Set();
  /** The text under the heading of an own page. */
  note = "";
  /** Who has which shared space open now. */
  here = new Here(() => this.render());
  isReady = false;
  /** Whether the session has ended: the data stays, and is shown again after signing in. */
  isLocked = false;
  /** @type {Set<() => unknown>} render open parts, such as a dialog */
  watchers = new Set();
  /** @type {() => unknown} renders everything */
  draw = () => {};
  /** @type {(() => unknown)[]} */
  #waiting = [];
  #frame = 0;

  /** @param {Account | null} account */
  constructor(account) {
    this.account = account;
    this.settings = readSettings();
    this.store = new Store(account?.id ?? null);
    this.tasks = new Tasks();
    this.unread = new UnreadTasks(this.tasks);
    this.route = routeAt(new URL(location.href));
  }

  now() {
    return new Date(this.store.nowMs());
  }

  /**
   * Shows the data of a store, or its changes.
   * @param {Store} store
   * @param {string[]} [ids] of the records that changed; none: all of them
   */
  take(store, ids) {
    this.store = store;
    if (!ids)
      this.samples = this.account ? new Map() : samples(!store.shown.size, store.space, dayOf(this.now()));
    this.tasks.me = this.account?.id ?? null;
    this.tasks.personal = store.personal;
    this.tasks.refresh(store.shown, ids, this.samples);
    this.unread.refresh(store, ids);
    this.isReady = true;
    this.render();
  }

  /** @param {Partial<Settings>} change */
  changeSettings(change) {
    this.useSettings(saveSettings({ ...this.settings, ...change }));
  }

  /** @param {Settings} settings */
  useSettings(settings) {
    this.settings = settings;
    applyTheme(settings.theme);
    this.render();
  }

  /** The list of the route, if it exists here. */
  get listHere() {
    return this.route.list ? this.tasks.lists.get(this.route.list) : undefined;
  }

  /**
   * Whether several people share a space.
   * @param {string} space
   */
  isShared(space) {
    return space in this.store.roles && space !== this.store.personal;
  }

  /** @param {string} space */
  nameOfSpace(space) {
    return this.isShared(space) ? (this.tasks.members.names.get(space) ?? "") : t("space.personal");
  }

  /** The space of the route, for new records; the person's own space if they are a viewer there. */
  get spaceHere() {
    const space = this.listHere?.space;
    return space && mayWrite(this.store, space) ? space : this.store.space;
  }

  /** The shared space that the person looks at: that of the list of the route, or of the open task. */
  get sharedSpaceHere() {
    const task = this.tasks.all.get(this.route.task ?? "");
    const space = this.listHere?.space ?? (task && this.tasks.spaceOf(task));
    return space && this.isShared(space) ? space : null;
  }

  /** Renders in the next frame, so that many changes cause one layout. */
  render() {
    if (this.isReady) this.#frame ||= requestAnimationFrame(() => this.#render());
  }

  renderNow() {
    cancelAnimationFrame(this.#frame);
    this.#render();
  }

  /**
   * Calls back once everything is on the screen.
   * @param {() => unknown} then
   */
  afterRender(then) {
    this.#waiting.push(then);
    this.render();
  }

  /** Called after everything is rendered. */
  rendered() {
    for (const render of this.watchers) render();
    for (const then of this.#waiting.splice(0)) then();
  }

  #render() {
    this.#frame = 0;
    return this.draw();
  }
}
