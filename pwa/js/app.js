/**
 * The interactive part: commands, keys, pointers, quick add, the session, the sync engine. Loaded right after
 * the first paint. It only connects the parts and listens to their events.
 * @typedef {import("./ui/context.js").Context} Context
 * @typedef {import("./ui/kit/lazy.js").Lazy<typeof import("./lazy.js")>} LazyParts
 */
import appTexts from "./i18n/en/app.js";
import { byId, yieldToBrowser } from "./lib/dom.js";
import { h, patch } from "./lib/patch.js";
import { addTexts, t } from "./i18n/i18n.js";
import { hrefOf, OWN_PAGES } from "./domain/routes.js";
import { readSettings, SETTINGS_KEY } from "./domain/settings.js";
import { Session } from "./session/session.js";
import { accountsHere } from "./store/store.js";
import { registerWorker } from "./sync/service_worker.js";
import { EditService } from "./ui/commands/edit_service.js";
import { Keys } from "./ui/commands/keys.js";
import { runCommand } from "./ui/commands/table.js";
import { toast } from "./ui/kit/toast.js";
import { Gestures } from "./ui/list/gestures.js";
import { SelectionBar } from "./ui/list/selection_bar.js";
import { QuickAdd } from "./ui/quick_add/quick_add.js";
import { ReadMarks } from "./ui/sharing/read_marks.js";
import { RemoteChanges } from "./ui/sharing/remote_changes.js";
import { Editors } from "./ui/task/editors.js";
import { Pane } from "./ui/task/pane.js";

addTexts(appTexts);

const TIDY_AFTER_MS = 3_000;

export class App {
  /**
   * @param {Pick<Context, "view" | "list" | "router"> & {lazy: LazyParts, lock: (isLocked: boolean) => void}}
   *   given `lock`: hides everything until the person signs in again
   */
  constructor({ view, list, router, lazy, lock }) {
    this.view = view;
    this.lazy = lazy;
    this.lock = lock;
    const edit = new EditService(view);
    const editors = new Editors(view, edit);
    const pane = new Pane(view, list, router, async () => {
      const { TaskPane } = await lazy.load();
      return new TaskPane(this.context);
    });
    edit.shownBy.push(
      (id) => pane.editBase(id),
      (id) => list.editBase(id),
    );
    list.onRelease = (id) => editors.leave(id);
    this.session = new Session(view.account, view.store, {
      settle: () => this.#settle(),
      use: (account, engine) => Object.assign(view, { account, engine }),
      lock,
      showHere: (here) => view.here.use(here),
      render: () => view.render(),
    });
    /** @type {Context} */
    this.context = {
      ...{ view, list, pane, router, edit, editors, lazy },
      session: this.session,
      open: this.#openers(),
      run: (id, anchor) => runCommand(this.context, id, anchor),
    };
    this.quickAdd = new QuickAdd(this.context);
    this.selection = new SelectionBar(this.context);
    this.remoteChanges = new RemoteChanges(this.context);
    this.readMarks = new ReadMarks(this.context);
  }

  /** Starts listening. Earlier keys and clicks were stored. */
  async start() {
    const { view, context, lazy } = this;
    new Keys(context);
    new Gestures(context, lazy);
    this.#listen();
    this.session.start();
    context.editors.recover();
    await yieldToBrowser();
    if (!view.isLocked) await this.render();
    if (location.pathname === "/reset" && location.hash.length > 1)
      context.open.account({ resetToken: location.hash.slice(1) });
    if (view.store.isEvicted) this.#sayEvicted();
    this.#lookForOthers();
    setTimeout(() => this.#tidy(), TIDY_AFTER_MS);
    await registerWorker(
      (update) => this.#offer(update),
      () => this.#settle(),
    ).catch(() => {});
  }

  /**
   * @param {string} id of a command
   * @param {Element | null} [anchor] the element that started it
   */
  run(id, anchor) {
    return this.context.run(id, anchor);
  }

  /** Renders everything beside the list. */
  async render() {
    const { context, view } = this;
    const { route } = view;
    this.session.live?.presence.look(view.sharedSpaceHere);
    this.quickAdd.render();
    this.selection.render();
    if (route.task && this.#isMissing(route.task)) {
      toast(t("task.notFound"));
      return context.router.go(hrefOf({ ...route, task: null }), true);
    }
    this.readMarks.render();
    await context.pane.render();
    await this.#renderOwnPage();
  }

  /**
   * Whether a task is missing and the first sync will not bring it.
   * @param {string} id
   */
  #isMissing(id) {
    const { tasks, account, store } = this.view;
    return !tasks.all.has(id) && (!account || store.syncedAt !== null);
  }

  /** Pages that show no tasks, such as the settings. */
  async #renderOwnPage() {
    const isOwnPage = OWN_PAGES.includes(this.view.route.name);
    const page = byId("page");
    page.hidden = !isOwnPage;
    byId("groups").hidden = isOwnPage;
    if (isOwnPage) return (await this.lazy.load()).showPage(this.context, () => import("./admin.js"));
    if (!page.dataset.page) return;
    patch(page, []); // so that a page is loaded afresh when it is opened again
    page.dataset.page = "";
  }

  /** Saves unfinished text and the entry in quick add. */
  async #settle() {
    const { editors, pane } = this.context;
    await Promise.all([editors.settle(), this.quickAdd.adding, pane.adding]);
  }

  #listen() {
    const { view, session, context } = this;
    session.addEventListener("changed", (/** @type {any} */ { detail: ids }) => this.#take(ids));
    session.addEventListener("condition", async () => {
      const isSignedOut = Boolean(view.engine?.isSignedOut);
      if (isSignedOut && !view.isLocked) await this.#settle();
      this.lock(Boolean(view.account && view.engine?.isSignedOut && !session.isLeaving));
      this.readMarks.begin();
      view.render();
    });
    addEventListener("online", () => view.engine?.now());
    addEventListener("pageshow", () => view.engine?.now());
    // another tab has changed the settings
    addEventListener("storage", ({ key }) => key === SETTINGS_KEY && view.useSettings(readSettings()));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return context.editors.settle();
      session.comeBack();
      view.render();
    });
  }

  /** @param {string[]} [ids] of the records that changed; none: all of them */
  #take(ids) {
    const { view, session, context } = this;
    if (view.store !== session.store) context.edit.forget();
    this.remoteChanges.before(session.store);
    view.take(session.store, ids);
    this.remoteChanges.after(ids);
  }

  /** @returns {Context["open"]} */
  #openers() {
    const { lazy } = this;
    return {
      quickAdd: () => this.quickAdd.focus(),
      account: async (wanted) => (await lazy.load()).openAccount(this.context, wanted),
      palette: () => lazy.open(({ openPalette }) => openPalette(this.context)),
      keys: () => lazy.open(({ openKeys }) => openKeys()),
      syncSheet: () => lazy.open(({ openSyncSheet }) => openSyncSheet(this.context)),
      members: async (space) => space && (await lazy.load()).openMembers(this.context, space),
      activity: async (space) => space && (await lazy.load()).openActivity(this.context, space),
      saveCopy: async () => (await lazy.load()).saveCopy(this.context, "json"),
    };
  }

  async #tidy() {
    this.view.store.tidy();
    (await this.lazy.load()).tellInvites(this.context);
  }

  /** @param {() => void} update */
  #offer(update) {
    const box = byId("update");
    const onclick = async () => {
      await this.#settle();
      update();
    };
    patch(box, [
      h("span", {}, t("update.ready")),
      h("button", { class: "quiet is-accent", type: "button", onclick }, t("update.restart")),
    ]);
    box.hidden = false;
  }

  /**
   * The browser can lose the web storage that names the account: its tasks are then on this device, but not
   * shown.
   */
  async #lookForOthers() {
    if (this.view.account || !(await accountsHere().catch(() => [])).length) return;
    toast(t("account.tasksLeft"), t("account.signIn"), () => this.context.open.account(), true);
  }

  #sayEvicted() {
    const { account, store } = this.view;
    const text = account ? t("storage.evictedSynced") : t("storage.evicted");
    toast(text, t("action.ok"), () => this.view.store === store && store.forgetEviction(), true);
  }
}
