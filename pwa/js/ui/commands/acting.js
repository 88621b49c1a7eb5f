/**
 * What every act needs: the page it is done on, the tasks it is for, saving it as one step, undoing it.
 *
 * @typedef {import("../../domain/tasks.js").Task} Task
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 * @typedef {import("../../store/replica.js").Edit} Edit
 * @typedef {import("../../domain/undo_stack.js").Step} Step
 * @typedef {Element | null | undefined} Anchor
 */
import { byId } from "../../lib/dom.js";
import { plural, t } from "../../lib/words.js";
import { UndoStack } from "../../domain/undo_stack.js";
import { mayWrite } from "../../domain/members.js";
import { toast } from "../kit/toast.js";

export class Acting {
  /** @param {import("../../boot.js").Page} page */
  constructor(page) {
    this.page = page;
    this.tasks = page.tasks;
    this.list = page.list;
    this.undoStack = new UndoStack(
      () => this.store,
      () => page.samples,
    );
    /** @type {import("../task/task_pane.js").TaskPane | null} */
    this.pane = null;
    this.editors = /** @type {import("../task/editors.js").Editors} */ (/** @type {unknown} */ (null));
  }

  get store() {
    return this.page.store;
  }

  get route() {
    return this.page.route;
  }

  get engine() {
    return this.page.engine;
  }

  get account() {
    return this.page.account;
  }

  get settings() {
    return this.page.settings;
  }

  now() {
    return this.page.now();
  }

  /**
   * @param {string} href
   * @param {boolean} [isReplacing]
   */
  go(href, isReplacing) {
    this.page.go(href, isReplacing);
  }

  /** @param {() => unknown} then */
  afterRender(then) {
    this.page.afterRender(then);
  }

  /**
   * What the person was shown of a record: as rendered, else as it is.
   * @param {string} id
   * @returns {EditBase}
   */
  shown = (id) => this.pane?.editBase(id) ?? this.list.editBase(id) ?? this.store.begin(id);

  /**
   * The tasks a command is for: the selected ones, else the focused row's, else the open one; within the pane
   * its own.
   * @param {Element | null} [anchor] what was used
   * @param {boolean} [isOne] whether the focused row is meant, whatever is selected
   * @returns {Task[]}
   */
  chosen(anchor = document.activeElement, isOne = false) {
    const focused = anchor?.closest(".row, #pane");
    if (anchor?.closest("#pane") && this.route.task) {
      const row = /** @type {HTMLElement | null} */ (anchor.closest("#pane .row"));
      return [this.tasks.all.get(row?.dataset.id ?? this.route.task)].filter((task) => task !== undefined);
    }
    const here =
      (focused instanceof HTMLElement && focused.dataset.id) || this.list.idOf(document.activeElement);
    const ids =
      this.list.selected.size && !(isOne && here) ? [...this.list.selected] : [here || this.route.task || ""];
    return ids.map((id) => this.tasks.all.get(id)).filter((task) => task !== undefined);
  }

  /**
   * Saves edits as one step that can be undone; null, and a notice that stays, where they could not be saved.
   * What is only read is not changed, but for text whose typing began when it could be: that is the server's
   * to judge, and is not lost.
   * @param {string} text
   * @param {Edit[]} edits
   * @param {{isQuiet?: boolean, isTyped?: boolean, further?: Step | null}} [how]
   * @returns {Promise<Step | null>}
   */
  async act(text, edits, { isQuiet = false, isTyped = false, further } = {}) {
    const closed = isTyped
      ? undefined
      : edits.find(
          (edit) =>
            !mayWrite(this.store, this.#spaceNow(edit)) || (edit.move && !mayWrite(this.store, edit.move)),
        );
    if (closed) {
      this.sayReadOnly(
        mayWrite(this.store, this.#spaceNow(closed)) ? (closed.move ?? "") : this.#spaceNow(closed),
      );
      return null;
    }
    try {
      const step = await this.undoStack.do(text, edits, further);
      if (!isQuiet && edits.length) toast(text, t("Undo"), () => this.undo(step));
      return step;
    } catch (error) {
      console.error(error);
      toast(
        t("Not saved: this device has no room, or the tasks have moved."),
        t("Try again"),
        () => this.tryAgain(text, edits),
        true,
      );
      return null;
    }
  }

  /**
   * Whether a step lies where one may only read by now; then that is said.
   * @param {Step | undefined} step
   */
  #isClosed(step) {
    const closed = step?.changes
      .map(({ entry }) =>
        this.#spaceNow({ id: entry.id, space: this.store.shown.get(entry.id)?.space ?? entry.space }),
      )
      .find((space) => !mayWrite(this.store, space));
    if (closed !== undefined) this.sayReadOnly(closed);
    return closed !== undefined;
  }

  /** @param {{id: string, space: string}} edit */
  #spaceNow({ id, space }) {
    const task = this.tasks.all.get(id);
    return task ? this.tasks.spaceOf(task) : space;
  }

  /**
   * What could not be saved: half-typed text is still in its field, anything else is done once more.
   * @param {string} text
   * @param {Edit[]} edits
   */
  async tryAgain(text, edits) {
    if (this.editors.open.size) await this.editors.settle();
    else await this.act(text, edits);
  }

  /** @param {Step} [step] */
  async undo(step) {
    if (this.#isClosed(step ?? this.undoStack.done.at(-1))) return;
    const text = await this.undoStack.undo(step).catch(() => null);
    toast(text ? t("Undone: {text}", { text }) : t("Nothing to undo."));
  }

  async redo() {
    if (this.#isClosed(this.undoStack.undone.at(-1))) return;
    const text = await this.undoStack.redo().catch(() => null);
    toast(text ? t("Done again: {text}", { text }) : t("Nothing to do again."));
  }

  /**
   * A title, or how many.
   * @param {Task[]} chosen
   */
  named(chosen) {
    return chosen.length === 1
      ? t("“{title}”", { title: short(chosen[0].title) })
      : plural(chosen.length, "{n} task", "{n} tasks");
  }

  /**
   * The tasks as they are now.
   * @param {Task[]} chosen
   */
  again(chosen) {
    return chosen.map(({ id }) => this.tasks.all.get(id)).filter((task) => task !== undefined);
  }

  /** The focus to the row that is where one was, or to the list. */
  focusNear() {
    return this.list.focus(this.list.active ?? undefined) || byId("main").focus({ preventScroll: true });
  }

  /** @param {string} _id */
  openTask(_id) {}

  closeTask() {}

  /**
   * Whether a space is one of several people.
   * @param {string} space
   */
  isShared(space) {
    return space in this.store.roles && space !== this.store.personal;
  }

  /** @param {string} space */
  nameOfSpace(space) {
    return this.isShared(space) ? (this.tasks.members.names.get(space) ?? "") : t("Personal");
  }

  /** The space one is looking at, for what is made there; one's own where one may not write. */
  spaceHere() {
    const space = this.route.list ? this.tasks.lists.get(this.route.list)?.space : undefined;
    return space && mayWrite(this.store, space) ? space : this.store.space;
  }

  /**
   * Says why nothing happens.
   * @param {string} space
   */
  sayReadOnly(space) {
    toast(t("You may read “{space}”, not change it.", { space: this.nameOfSpace(space) }));
  }

  /**
   * What was shown of them as a menu opened.
   * @param {Task[]} chosen
   * @returns {(id: string) => EditBase}
   */
  begunOf(chosen) {
    const begun = new Map(chosen.map(({ id }) => [id, this.shown(id)]));
    return (id) => begun.get(id) ?? this.shown(id);
  }
}

/** @param {string} title */
function short(title) {
  return title.length > 60 ? `${title.slice(0, 59)}…` : title;
}
