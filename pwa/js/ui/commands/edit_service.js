/**
 * The one way to change records: does, undoes and redoes, each as one step, and reports the result. It knows
 * the edit base of each record.
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 * @typedef {import("../../store/replica.js").Edit} Edit
 * @typedef {import("../../domain/undo_stack.js").Step} Step
 * @typedef {(id: string) => EditBase} BaseOf
 */
import { t } from "../../i18n/i18n.js";
import { mayWrite } from "../../domain/members.js";
import { UndoStack } from "../../domain/undo_stack.js";
import { toast } from "../kit/toast.js";

export class EditService {
  /** @type {((id: string) => EditBase | undefined)[]} edit bases on the screen, nearest first */
  shownBy = [];

  /** @param {import("../kit/view.js").View} view */
  constructor(view) {
    this.view = view;
    this.steps = new UndoStack(
      () => view.store,
      () => view.samples,
    );
  }

  /**
   * The edit base of a record: as shown on the screen, else as it is now.
   * @param {string} id
   * @returns {EditBase}
   */
  baseOf = (id) => {
    for (const shown of this.shownBy) {
      const base = shown(id);
      if (base) return base;
    }
    return this.view.store.begin(id);
  };

  /**
   * The edit bases of some tasks at this moment, such as when a menu opens.
   * @param {Task[]} tasks
   * @returns {BaseOf}
   */
  basesOf(tasks) {
    const bases = new Map(tasks.map(({ id }) => [id, this.baseOf(id)]));
    return (id) => bases.get(id) ?? this.baseOf(id);
  }

  /**
   * The tasks as they are now, without removed ones.
   * @param {Task[]} tasks
   */
  current(tasks) {
    return tasks.map(({ id }) => this.view.tasks.all.get(id)).filter((task) => task !== undefined);
  }

  /**
   * The tasks that the person may change.
   * @param {Task[]} tasks
   */
  writable(tasks) {
    const { store, tasks: all } = this.view;
    return tasks.filter((task) => mayWrite(store, all.spaceOf(task)));
  }

  /**
   * Saves edits as one step that can be undone. Returns null if they could not be saved; a notice then stays
   * and offers to try again. Refuses to change a space with view-only access, except by text whose typing
   * began with write access: the server validates that, and the text is not lost.
   * @param {string} text describes the step, for the notice
   * @param {Edit[]} edits
   * @param {{isQuiet?: boolean, isTyped?: boolean, further?: Step | null, retry?: () => unknown}} [how]
   *   `further`: the earlier step of the same typing; `retry`: called by “try again”
   * @returns {Promise<Step | null>}
   */
  async do(text, edits, { isQuiet = false, isTyped = false, further, retry } = {}) {
    const closed = isTyped ? undefined : this.#closedSpaceOf(edits);
    if (closed !== undefined) {
      this.sayReadOnly(closed);
      return null;
    }
    try {
      const step = await this.steps.do(text, edits, further);
      if (!isQuiet && edits.length) toast(text, t("undo.undo"), () => this.undo(step));
      return step;
    } catch (error) {
      console.error(error);
      this.#sayUnsaved(retry ?? (() => this.do(text, edits)));
      return null;
    }
  }

  /** @param {Step} [step] by default the last one */
  async undo(step) {
    if (this.#isClosed(step ?? this.steps.done.at(-1))) return;
    const text = await this.steps.undo(step).catch(() => null);
    toast(text ? t("undo.undone", { text }) : t("undo.nothing"));
  }

  async redo() {
    if (this.#isClosed(this.steps.undone.at(-1))) return;
    const text = await this.steps.redo().catch(() => null);
    toast(text ? t("undo.redone", { text }) : t("undo.nothingToRedo"));
  }

  /** Another account is signed in: its steps must not undo those of the one before. */
  forget() {
    this.steps.forget();
  }

  /**
   * Shows why nothing happens.
   * @param {string} space
   */
  sayReadOnly(space) {
    toast(t("space.viewOnlyNamed", { space: this.view.nameOfSpace(space) }));
  }

  /** @param {() => unknown} retry */
  #sayUnsaved(retry) {
    toast(t("task.notSaved"), t("action.tryAgain"), () => retry(), true);
  }

  /**
   * The first space that the edits would change although the person is a viewer there.
   * @param {{id: string, space: string, move?: string}[]} edits
   */
  #closedSpaceOf(edits) {
    const spaces = edits.flatMap((edit) => [this.#spaceNow(edit), edit.move ?? ""]);
    return spaces.find((space) => space && !mayWrite(this.view.store, space));
  }

  /**
   * Whether the person is now a viewer in the space of a step. If so, says it.
   * @param {Step | undefined} step
   */
  #isClosed(step) {
    const { shown } = this.view.store;
    const closed = this.#closedSpaceOf(
      (step?.changes ?? []).map(({ entry: { id, space } }) => ({ id, space: shown.get(id)?.space ?? space })),
    );
    if (closed !== undefined) this.sayReadOnly(closed);
    return closed !== undefined;
  }

  /** @param {{id: string, space: string}} edit */
  #spaceNow({ id, space }) {
    const { tasks } = this.view;
    const task = tasks.all.get(id);
    return task ? tasks.spaceOf(task) : space;
  }
}
