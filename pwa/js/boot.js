/**
 * What is needed for the first paint: the account's tasks out of the store, the place, the list. What acts on
 * them is loaded right after it (hands.js), and what is seldom needed when it is (more.js).
 */
import { dayOf } from "./lib/dates.js";
import { yieldToBrowser, byId } from "./lib/dom.js";
import { deviceStorage, readStoredJson } from "./lib/web_storage.js";
import { language, useLanguage } from "./lib/words.js";
import { HOME, hrefOf, isSameList, routeAt } from "./domain/routes.js";
import { samples } from "./domain/samples.js";
import { readSettings, applyTheme } from "./domain/settings.js";
import { Tasks } from "./domain/tasks.js";
import { Store } from "./store/store.js";
import { isOutdated } from "./sync/version.js";
import { SyncStatus } from "./ui/frame/sync_status.js";
import { ListView } from "./ui/list/list_view.js";
import { Frame } from "./ui/frame/frame.js";
import { BrowserHistory } from "./ui/frame/browser_history.js";

const ACCOUNT_KEY = "driftless.account";
const LOCKED_KEY = "driftless.locked";
const RTL = ["ar", "fa", "he", "ur"];
/** What is pressed in parts that are made anew as they change. */
const PRESSED =
  ":is(#side, #bar-tools, #heading, #week, #page, #groups h2, #pane) :is(a, button):not(.ring, .row-title):active";
const PRESSED_FRAMES_MAX = 120;
/** @typedef {import("./app.js").App} App */
/** @typedef {import("./api/account.js").Account} Account */
/** @typedef {import("./domain/routes.js").Route} Route */

export class Page {
  constructor() {
    this.settings = readSettings();
    /** @type {Account | null} */
    this.account = readStoredJson(ACCOUNT_KEY);
    this.store = new Store(this.account?.id ?? null);
    this.tasks = new Tasks();
    /** @type {Map<string, import("./core/merge.js").Rec>} what a first run shows */
    this.samples = new Map();
    this.route = routeAt(new URL(location.href));
    this.browserHistory = new BrowserHistory((wasAsked) =>
      this.#wentTo(routeAt(new URL(location.href)), wasAsked),
    );
    /** @type {import("./sync/engine.js").Engine | null} */
    this.engine = null;
    /** @type {App | null} what acts, once it is loaded */
    this.app = null;
    this.rendering = 0;
    this.framesPressed = 0;
    /** @type {(() => unknown)[]} */
    this.waiting = [];
    /** @type {typeof import("./lazy.js") | null} */
    this.loaded = null;
    /** @type {Event[]} keys and clicks from before there were hands */
    this.early = [];
    this.isReady = false;
    /** Whether the session has ended elsewhere: all is kept, and shown again after signing in. */
    this.isLocked = this.account !== null && deviceStorage.get(LOCKED_KEY) === this.account.id;
    this.frame = /** @type {Frame} */ (/** @type {unknown} */ (null));
    this.list = /** @type {ListView} */ (/** @type {unknown} */ (null));
    this.dot = /** @type {SyncStatus} */ (/** @type {unknown} */ (null));
    /** @type {Promise<App>} */
    this.hands = new Promise((done) => {
      this.givenHands = done;
    });
  }

  async start() {
    applyTheme(this.settings.theme);
    const opening = this.store.open().then(
      () => null,
      (error) => error,
    );
    // what is typed before there are hands stays
    byId("quick").addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
    await useLanguage(this.settings.language);
    document.documentElement.lang = language();
    document.documentElement.dir = RTL.includes(language()) ? "rtl" : "ltr";
    this.frame = new Frame(this);
    this.list = new ListView(this);
    this.dot = new SyncStatus(this);
    this.#listen();
    if (location.pathname === "/") history.replaceState(null, "", HOME + location.hash);
    const problem = await opening;
    if (problem) return (await this.more()).showStorageProblem(this, problem);
    this.take(this.store);
    const { App } = await this.#loadHands();
    await yieldToBrowser();
    const app = new App(this);
    await yieldToBrowser();
    this.app = app;
    this.givenHands?.(app);
    const started = app.start();
    for (const event of this.early.splice(0))
      event.target?.dispatchEvent(
        event instanceof KeyboardEvent ? new KeyboardEvent("keydown", event) : new MouseEvent("click", event),
      );
    await started;
  }

  async #loadHands() {
    try {
      return await import("./app.js");
    } catch (error) {
      if (await isOutdated()) location.reload();
      throw error;
    }
  }

  /** What is seldom needed. */
  async more() {
    /** @type {HTMLLinkElement} */ (byId("late")).media = "all";
    this.loaded ??= await import("./lazy.js");
    return this.loaded;
  }

  now() {
    return new Date(this.store.nowMs());
  }

  /**
   * Shows what a store has, or what changed in it.
   * @param {Store} store
   * @param {string[]} [ids]
   */
  take(store, ids) {
    this.store = store;
    if (!ids)
      this.samples = this.account ? new Map() : samples(!store.shown.size, store.space, dayOf(this.now()));
    this.tasks.me = this.account?.id ?? null;
    this.tasks.personal = store.personal;
    this.tasks.refresh(store.shown, ids, this.samples);
    this.isReady = true;
    this.render();
  }

  /**
   * The session has ended elsewhere, or goes on.
   * @param {boolean} isLocked
   */
  lock(isLocked) {
    if (isLocked === this.isLocked) return;
    this.isLocked = isLocked;
    if (isLocked && this.account) {
      deviceStorage.set(LOCKED_KEY, this.account.id);
      return location.reload(); // nothing of what was shown stays in the page
    }
    deviceStorage.remove(LOCKED_KEY);
    this.frame.filled = {};
    this.render();
  }

  /**
   * Runs a command, as soon as there are hands.
   * @param {string} id
   * @param {Element | null} [anchor]
   */
  run(id, anchor = null) {
    this.hands.then((app) => app.run(id, anchor));
  }

  /**
   * Goes to an address of the app.
   * @param {string} href
   * @param {boolean} [isReplacing]
   */
  go(href, isReplacing = false) {
    const next = routeAt(new URL(href, location.href));
    const isSame = isSameList(next, this.route);
    if (isReplacing || (isSame && next.task && this.route.task)) this.browserHistory.replace(href);
    else this.browserHistory.push(href, isSame && next.task !== null);
    this.#arrive(next);
  }

  /** Closes the open task: back to its list, where it was opened from there. */
  closeTask() {
    const href = hrefOf({ ...this.route, task: null });
    if (!this.browserHistory.entry.isOpening) return this.go(href, true);
    this.browserHistory.back();
    this.#arrive(routeAt(new URL(href, location.href)));
  }

  leaveSearch() {
    if (this.browserHistory.entry.isOurs) this.browserHistory.back();
    else this.go(HOME, true);
  }

  /** @param {Route} route */
  #arrive(route) {
    const before = this.route;
    this.route = route;
    if (!isSameList(before, this.route) && before.q === this.route.q) {
      this.list.leave();
      byId("main").scrollTop = 0;
      const left = document.activeElement;
      this.afterRender(
        () =>
          this.route.task ||
          ![left, document.body].includes(document.activeElement) ||
          byId("main").focus({ preventScroll: true }),
      ); // unless one has gone on since
    }
    this.render();
    if (this.route.name === "search" && before.name !== "search")
      this.afterRender(() => this.frame.search.focus());
  }

  /**
   * At another entry of the history.
   * @param {Route} route
   * @param {boolean} wasAsked by the app, not by the person
   */
  #wentTo(route, wasAsked) {
    if (!wasAsked)
      for (const box of /** @type {NodeListOf<HTMLDialogElement>} */ (
        document.querySelectorAll("dialog[open]")
      ))
        box.close();
    this.#arrive(route);
  }

  /** Renders in the next frame: whatever happens in one, the page is laid out once. */
  render() {
    if (this.isReady) this.rendering ||= requestAnimationFrame(() => this.#frame());
  }

  /** Not under a pointer that is pressed on what would be made anew: a click on what has gone is lost. */
  #frame() {
    if (!document.querySelector(PRESSED) || ++this.framesPressed > PRESSED_FRAMES_MAX) return this.#render();
    this.rendering = requestAnimationFrame(() => this.#frame());
  }

  renderNow() {
    cancelAnimationFrame(this.rendering);
    this.#render();
  }

  /**
   * Does something once what was asked for is on the screen.
   * @param {() => unknown} then
   */
  afterRender(then) {
    this.waiting.push(then);
    this.render();
  }

  async #render() {
    this.rendering = 0;
    this.framesPressed = 0;
    const before = document.activeElement;
    const positionBefore = this.list.positions.get(this.list.idOf(before) ?? "");
    byId("app").dataset.route = this.route.name;
    document.documentElement.classList.toggle("is-locked", this.isLocked);
    if (this.isLocked) {
      this.dot.render();
      return (await this.more()).showLocked(this);
    }
    this.list.render();
    this.frame.render();
    this.dot.render();
    if (this.app) await this.app.render();
    for (const then of this.waiting.splice(0)) then();
    this.#keepFocus(before, positionBefore);
  }

  /**
   * What had the focus may have gone: it is never left on nothing.
   * @param {Element | null} before
   * @param {number | undefined} positionBefore in the list
   */
  #keepFocus(before, positionBefore) {
    const isOnNothing =
      // what is hidden loses it a little later
      document.activeElement === document.body || !document.activeElement?.checkVisibility();
    if (!isOnNothing || before === document.body || document.querySelector("dialog[open]")) return;
    if (!byId("pane").hidden && byId("pane").contains(before))
      return byId("pane").querySelector(".ring").focus();
    if (
      !(positionBefore !== undefined
        ? this.list.focusAt(positionBefore)
        : this.list.focus(this.list.active ?? undefined))
    )
      byId("main").focus({ preventScroll: true });
  }

  #listen() {
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("keydown", (event) => this.#keepEarly(event));
    this.#atMidnight();
  }

  /**
   * What is pressed on the tasks before there are hands is done when there are.
   * @param {Event} event
   */
  #keepEarly(event) {
    const target = /** @type {Element} */ (event.target);
    if (!this.app && event.isTrusted && target.closest("#groups") && !target.matches("input"))
      this.early.push(event);
  }

  /**
   * Links to places of the app are gone to without loading it again.
   * @param {MouseEvent} event
   */
  #click(event) {
    if (!(/** @type {Element} */ (event.target).closest("a[href]"))) this.#keepEarly(event);
    const link = /** @type {HTMLAnchorElement | null} */ (
      /** @type {Element} */ (event.target).closest?.("a[href]")
    );
    if (
      !link ||
      event.defaultPrevented ||
      event.button ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      link.target
    )
      return;
    if (link.origin !== location.origin || link.hasAttribute("download")) return;
    event.preventDefault();
    if (!link.getAttribute("href")?.startsWith("#")) return this.go(link.href);
    if (link.dataset.day) this.list.showGroup(link.dataset.day);
    else byId(link.hash.slice(1)).focus();
  }

  #atMidnight() {
    const next = new Date();
    next.setHours(24, 0, 1, 0);
    setTimeout(() => {
      this.render();
      this.#atMidnight();
    }, next.getTime() - Date.now());
  }
}

if (typeof document !== "undefined") new Page().start();
