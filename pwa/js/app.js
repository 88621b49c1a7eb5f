/**
 * What acts: commands, keys, pointers, quick add, who is signed in, the sync engine. Loaded right after the
 * first paint.
 */
import { yieldToBrowser, byId, isNarrow } from "./lib/dom.js";
import { element, patch } from "./lib/patch.js";
import { t } from "./lib/words.js";
import { hrefOf, OWN_PAGES, routeAt } from "./domain/routes.js";
import { readSettings, saveSettings, SETTINGS_KEY, applyTheme } from "./domain/settings.js";
import { Session } from "./session/session.js";
import * as server from "./api/spaces.js";
import { registerWorker } from "./sync/service_worker.js";
import { Acts } from "./ui/commands/acts.js";
import { accountsHere } from "./store/store.js";
import { commandOf, Keys } from "./ui/commands/table.js";
import { Editors } from "./ui/task/editors.js";
import { Gestures } from "./ui/list/gestures.js";
import { loading } from "./ui/kit/loading.js";
import { QuickAdd } from "./ui/quick_add/quick_add.js";
import { SelectionBar } from "./ui/list/selection_bar.js";
import { Sharing } from "./ui/sharing/remote_changes.js";
import { toast } from "./ui/kit/toast.js";

const TIDY_AFTER_MS = 3_000;

export class App extends Acts {
  /** @param {import("./boot.js").Page} page */
  constructor(page) {
    super(page);
    this.editors = new Editors(this);
    this.session = new Session(page, () => this.saveAll());
    this.quick = new QuickAdd(this);
    this.selection = new SelectionBar(this);
    this.keys = /** @type {Keys} */ (/** @type {unknown} */ (null));
    this.gestures = /** @type {Gestures} */ (/** @type {unknown} */ (null));
    this.server = server;
    this.sharing = new Sharing(this);
    /** @type {HTMLElement | null} what had the focus when a task was opened */
    this.opener = null;
  }

  /** From here on it listens: what came before was kept by the page. */
  async start() {
    this.keys = new Keys(this);
    this.gestures = new Gestures(this);
    this.#listen();
    this.session.start();
    this.editors.recover();
    await yieldToBrowser();
    if (!this.page.isLocked) await this.render();
    if (location.pathname === "/reset" && location.hash.length > 1)
      this.openAccount({ resetToken: location.hash.slice(1) });
    if (this.store.isEvicted) this.#sayEvicted();
    this.#lookForOthers();
    setTimeout(() => {
      this.page.more().then(({ tellInvites }) => tellInvites(this));
      this.store.tidy();
    }, TIDY_AFTER_MS);
    await registerWorker(
      (update) => this.#offer(update),
      () => this.saveAll(),
    ).catch(() => {});
  }

  /** What the page renders beyond the list. */
  async render() {
    const { route } = this;
    this.quick.render();
    this.selection.render();
    if (route.task && !this.tasks.all.has(route.task) && (!this.account || this.store.syncedAt)) {
      toast(t("This task is not here. It may have been deleted for good, or not have arrived yet."));
      return this.go(hrefOf({ ...route, task: null }), true);
    }
    if (route.task || this.pane) await this.#renderPane();
    const isOwnPage = OWN_PAGES.includes(route.name);
    byId("page").hidden = !isOwnPage;
    byId("groups").hidden = isOwnPage;
    if (isOwnPage) return (await this.page.more()).showPage(this);
    if (!byId("page").dataset.page) return;
    patch(byId("page"), []); // what one comes back to is asked for anew
    byId("page").dataset.page = "";
  }

  async #renderPane() {
    if (!this.pane) {
      const { TaskPane } = await this.page.more();
      this.pane ??= new TaskPane(this);
    }
    this.pane.render();
  }

  /** What is half typed, and what is being added, is saved. */
  async saveAll() {
    await Promise.all([this.editors.settle(), this.quick.adding, this.pane?.comments.adding]);
  }

  #listen() {
    this.session.addEventListener("changed", (/** @type {any} */ { detail: ids }) => {
      if (this.store !== this.session.store) this.undoStack.forget();
      this.sharing.before(this.session.store);
      this.page.take(this.session.store, ids);
      this.sharing.after(ids);
    });
    this.session.addEventListener("condition", async () => {
      if (this.engine?.isSignedOut && !this.page.isLocked) await this.saveAll();
      this.page.lock(Boolean(this.account && this.engine?.isSignedOut && !this.session.isLeaving));
      this.page.render();
    });
    addEventListener("online", () => this.engine?.now());
    addEventListener("pageshow", () => this.engine?.now());
    addEventListener("storage", ({ key }) => key === SETTINGS_KEY && this.#takeSettings());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return this.editors.settle();
      this.session.comeBack();
      this.page.render();
    });
  }

  /** Another tab has changed the settings. */
  #takeSettings() {
    this.page.settings = readSettings();
    applyTheme(this.settings.theme);
    this.page.render();
  }

  /**
   * Runs a command for the chosen tasks; false where it does not apply.
   * @param {string} id
   * @param {Element | null} [anchor]
   * @param {Event} [_event]
   */
  run(id, anchor = null, _event) {
    const command = commandOf(id);
    if (this.page.isLocked && !["sync", "help"].includes(id)) return false;
    const chosen = this.chosen(anchor ?? document.activeElement, command.isForOne);
    if (command.isForTasks && !chosen.length) return false;
    const open = command.isForTasks && !command.isReading ? this.writable(chosen) : chosen;
    if (command.isForTasks && !open.length) {
      this.sayReadOnly(this.tasks.spaceOf(chosen[0]));
      return true;
    }
    if (command.when && !(anchor?.closest("[data-space]") || command.when(this, open))) return false;
    command.run(this, open, anchor ?? this.#rowAnchor());
    return true;
  }

  #rowAnchor() {
    return document.activeElement?.closest(".row") ?? this.list.rows.get(this.list.active ?? "") ?? null;
  }

  /** @param {number} by */
  walk(by) {
    const from = this.list.idOf(document.activeElement) ?? null;
    const to = from === null && this.list.active !== null ? this.list.active : this.list.step(from, by);
    this.list.focus(to);
    if (this.route.task && to && !isNarrow()) this.go(hrefOf({ ...this.route, task: to }), true);
  }

  /** @param {string} id */
  openTask(id) {
    this.opener = /** @type {HTMLElement | null} */ (document.activeElement);
    this.go(hrefOf({ ...this.route, task: id }), this.route.task !== null);
    this.afterRender(() => this.pane?.focus());
  }

  closeTask() {
    if (!this.route.task) return;
    const id = this.route.task;
    this.page.closeTask();
    this.afterRender(() => !byId("pane").hidden || this.list.focus(id) || this.opener?.focus());
  }

  /** @param {HTMLElement | null} wanted */
  focusPane(wanted) {
    if (wanted && !wanted.hidden) wanted.focus();
    else this.pane?.focusRing();
  }

  /** @param {import("./domain/tasks.js").Task} task */
  openSubtasks(task) {
    this.openTask(task.id);
    this.afterRender(() => this.pane?.subtasks.field.focus());
  }

  /** @param {string} id */
  editTitle(id) {
    this.gestures.editTitle(id);
  }

  /** @param {import("./domain/tasks.js").Task[]} chosen */
  select(chosen) {
    const id = this.list.idOf(document.activeElement) ?? chosen[0]?.id;
    if (id) this.list.select(id);
  }

  selectAll() {
    for (const id of this.list.order) this.list.selected.add(id);
    this.page.render();
  }

  /** One layer back. */
  escape() {
    if (this.list.selected.size) return this.list.clearSelection();
    if (this.route.task) return this.closeTask();
    if (this.route.name === "search") this.list.focus(this.list.active ?? undefined);
  }

  /** From the list to the open task, to the places, and around. */
  nextPart() {
    const parts = [byId("main"), byId("pane"), byId("side")].filter(
      (part) => part.offsetParent !== null && !part.hidden,
    );
    const here = parts.findIndex((part) => part.contains(document.activeElement));
    const next = parts[(here + 1) % parts.length];
    if (next === byId("main")) this.list.focus(this.list.active ?? undefined) || this.quick.focus();
    else next.querySelector("a, button, textarea")?.focus();
  }

  search() {
    if (this.route.name !== "search") this.go(hrefOf({ name: "search" }));
    this.page.renderNow(); // the next key is typed there already
    this.page.frame.search.focus();
  }

  /**
   * A new task is there: where it cannot be seen, it is said where it is.
   * @param {string} id
   */
  arrived(id) {
    this.afterRender(() => {
      const task = this.tasks.all.get(id);
      if (!task || this.list.positions.has(id)) return;
      const home = this.tasks.homeOf(task);
      toast(
        t("Added to {list}", { list: home ? (this.tasks.lists.get(home)?.name ?? "") : t("Inbox") }),
        t("Show"),
        () =>
          this.go(
            hrefOf({
              ...routeAt(
                new URL(hrefOf(home ? { name: "list", list: home } : { name: "inbox" }), location.href),
              ),
              task: id,
            }),
          ),
      );
    });
    if (!this.settings.hasAskedPersist) {
      this.page.settings = saveSettings({ ...this.settings, hasAskedPersist: true });
      navigator.storage?.persist?.().catch(() => {});
    }
  }

  openPalette() {
    return loading(this.page, ({ openPalette }) => openPalette(this));
  }

  openKeys() {
    return loading(this.page, ({ openKeys }) => openKeys());
  }

  openSyncSheet() {
    return loading(this.page, ({ openSyncSheet }) => openSyncSheet(this));
  }

  /** What administrators need; it is not kept on the device. */
  loadAdmin() {
    return import("./admin.js");
  }

  /** @param {import("./ui/settings/account_dialog.js").Wanted} [wanted] */
  async openAccount(wanted) {
    const { openAccount } = await this.page.more();
    openAccount(this, wanted);
  }

  /** Saves everything on this device as a file. */
  async saveCopy() {
    const { saveCopy } = await this.page.more();
    saveCopy(this, "json");
  }

  /** @param {string | null} theme */
  setTheme(theme) {
    this.page.settings = saveSettings({ ...this.settings, theme });
    applyTheme(theme);
    this.page.render();
  }

  toggleTheme() {
    const isDark = this.settings.theme
      ? this.settings.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    this.setTheme(isDark ? "light" : "dark");
  }

  /** @param {() => void} update */
  #offer(update) {
    const box = byId("update");
    patch(box, [
      element("span", {}, t("Update ready")),
      element(
        "button",
        {
          class: "quiet is-accent",
          type: "button",
          onclick: async () => {
            await this.saveAll();
            update();
          },
        },
        t("Restart"),
      ),
    ]);
    box.hidden = false;
  }

  /**
   * What the browser keeps beside the database can be lost alone: then an account's work lies here unseen.
   */
  async #lookForOthers() {
    if (this.account || !(await accountsHere().catch(() => [])).length) return;
    toast(
      t("Tasks of an account are still on this device. Sign in again to see them; nothing of them is lost."),
      t("Sign in"),
      () => this.openAccount(),
      true,
    );
  }

  #sayEvicted() {
    toast(
      this.account
        ? t(
            "This browser had cleared the tasks kept here. They are being fetched again; what had not been sent is gone.",
          )
        : t(
            "This browser has cleared the tasks that were kept here. Sign in to keep them safe elsewhere too.",
          ),
      t("Understood"),
      () => this.store.forgetEviction(),
      true,
    );
  }
}
