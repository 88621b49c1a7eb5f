/**
 * The first paint: reads the tasks of the account from the store and shows the list of the route. The
 * interactive part is loaded right after it (app.js), rarely needed code on demand (lazy.js).
 */
import { byId, yieldToBrowser } from "./lib/dom.js";
import { deviceStorage, readStoredJson } from "./lib/web_storage.js";
import { language, useLanguage } from "./i18n/i18n.js";
import { HOME } from "./domain/routes.js";
import { applyTheme } from "./domain/settings.js";
import { isOutdated } from "./sync/version.js";
import { Frame } from "./ui/frame/frame.js";
import { Router } from "./ui/frame/router.js";
import { SyncStatus } from "./ui/frame/sync_status.js";
import { Lazy } from "./ui/kit/lazy.js";
import { View } from "./ui/kit/view.js";
import { ListView } from "./ui/list/list_view.js";

const ACCOUNT_KEY = "driftless.account";
const LOCKED_KEY = "driftless.locked";
const RTL = ["ar", "fa", "he", "ur"];
/** @typedef {import("./app.js").App} App */

async function start() {
  const view = new View(readStoredJson(ACCOUNT_KEY));
  view.isLocked = view.account !== null && deviceStorage.get(LOCKED_KEY) === view.account.id;
  applyTheme(view.settings.theme);
  const opening = view.store.open().then(
    () => null,
    (error) => error,
  );
  // keep text that is typed before the app is loaded
  byId("quick").addEventListener("submit", (/** @type {Event} */ event) => event.preventDefault());
  await useLanguage(view.settings.language);
  document.documentElement.lang = language();
  document.documentElement.dir = RTL.includes(language()) ? "rtl" : "ltr";
  if (location.pathname === "/") history.replaceState(null, "", HOME + location.hash);
  await new Boot(view).start(opening);
}

class Boot {
  /** @type {App | null} null until it is loaded */
  app = null;
  /** @type {(app: App) => void} */
  #loaded = () => {};
  /** @type {Promise<App>} */
  #loading = new Promise((done) => {
    this.#loaded = done;
  });
  /** The page is about to go: a button drawn now would go with it. */
  #isReloading = false;
  /** @type {Event[]} keys and clicks from before the app was loaded */
  #early = [];

  /** @param {View} view */
  constructor(view) {
    this.view = view;
    this.lazy = new Lazy(loadLazy);
    this.list = new ListView(view, this.run);
    this.router = new Router(view, () => this.list.leave());
    this.frame = new Frame(view, { list: this.list, router: this.router, run: this.run });
    this.status = new SyncStatus(view, this.run);
    view.draw = () => this.#draw();
    document.addEventListener("click", (event) => this.#keepClick(event));
    document.addEventListener("keydown", (event) => this.#keepEarly(event));
    this.#atMidnight();
  }

  /** @param {Promise<unknown>} opening of the store: resolves to the error, or null */
  async start(opening) {
    const problem = await opening;
    if (problem) return (await this.lazy.load()).showStorageProblem(this.view, problem);
    this.view.take(this.view.store);
    const { App } = await loadApp();
    await yieldToBrowser();
    const { view, list, router, lazy } = this;
    const app = new App({ view, list, router, lazy, lock: (isLocked) => this.#lock(isLocked) });
    await yieldToBrowser();
    this.app = app;
    this.#loaded(app);
    const started = app.start();
    this.#early.splice(0).forEach(sendAgain);
    await started;
  }

  /**
   * Runs a command as soon as the app is loaded.
   * @param {string} id
   * @param {Element | null} [anchor] the element that started it
   */
  run = (id, anchor = null) => {
    this.#loading.then((app) => app.run(id, anchor));
  };

  /**
   * The session has ended in another tab, or is valid again.
   * @param {boolean} isLocked
   */
  #lock(isLocked) {
    const { view } = this;
    if (isLocked === view.isLocked) return;
    view.isLocked = isLocked;
    if (isLocked && view.account) {
      deviceStorage.set(LOCKED_KEY, view.account.id);
      this.#isReloading = true;
      document.documentElement.classList.add("is-locked");
      return location.reload(); // removes everything from the page
    }
    deviceStorage.remove(LOCKED_KEY);
    view.render();
  }

  async #draw() {
    if (this.#isReloading) return;
    const { view, list } = this;
    const before = document.activeElement;
    const positionBefore = list.positions.get(list.idOf(before) ?? "");
    byId("app").dataset.route = view.route.name;
    document.documentElement.classList.toggle("is-locked", view.isLocked);
    if (view.isLocked) {
      this.status.render();
      return (await this.lazy.load()).showLocked(view, this.run);
    }
    list.render();
    this.frame.render();
    this.status.render();
    if (this.app) await this.app.render();
    view.rendered();
    this.#keepFocus(before, positionBefore);
  }

  /**
   * If the focused element has gone, focuses another.
   * @param {Element | null} before
   * @param {number | undefined} positionBefore in the list
   */
  #keepFocus(before, positionBefore) {
    // a hidden element loses the focus a little later
    const isOnNothing =
      document.activeElement === document.body || !document.activeElement?.checkVisibility();
    if (!isOnNothing || before === document.body || document.querySelector("dialog[open]")) return;
    const pane = byId("pane");
    if (!pane.hidden && pane.contains(before)) return pane.querySelector(".ring").focus();
    const { list } = this;
    const isOnRow =
      positionBefore === undefined ? list.focus(list.active ?? undefined) : list.focusAt(positionBefore);
    if (!isOnRow) byId("main").focus({ preventScroll: true });
  }

  /** @param {MouseEvent} event */
  #keepClick(event) {
    if (!(/** @type {Element} */ (event.target).closest("a[href]"))) this.#keepEarly(event);
  }

  /**
   * Stores keys and clicks on tasks before the app is loaded, to replay them then.
   * @param {Event} event
   */
  #keepEarly(event) {
    const target = /** @type {Element} */ (event.target);
    if (!this.app && event.isTrusted && target.closest("#groups") && !target.matches("input"))
      this.#early.push(event);
  }

  #atMidnight() {
    const next = new Date();
    next.setHours(24, 0, 1, 0);
    setTimeout(() => {
      this.view.render();
      this.#atMidnight();
    }, next.getTime() - Date.now());
  }
}

async function loadApp() {
  try {
    return await import("./app.js");
  } catch (error) {
    if (await isOutdated()) location.reload();
    throw error;
  }
}

function loadLazy() {
  /** @type {HTMLLinkElement} */ (byId("late")).media = "all";
  return import("./lazy.js");
}

/** @param {Event} event */
function sendAgain(event) {
  const again =
    event instanceof KeyboardEvent ? new KeyboardEvent("keydown", event) : new MouseEvent("click", event);
  event.target?.dispatchEvent(again);
}

if (typeof document !== "undefined") start();
