/**
 * Text fields that save during typing: after a pause, on blur, and before the page closes. The edit base is
 * taken when typing begins; saves run one after the other, so that each base includes the save before. Text
 * that could not be saved stays in its field. Text typed as the page closed is noted, and saved at the next
 * start. If its record is gone, the text moves to the rejected changes.
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 * @typedef {{id: string, name: string, begun: EditBase, saved: string, field: any, store:
 *   import("../../store/store.js").Store, of: Of, saving: Promise<boolean>, timer?: ReturnType<typeof
 *   setTimeout>,
 *   step?: import("../../domain/undo_stack.js").Step | null, isKept?: boolean, isGivenUp?: boolean}} Editing
 *   `isKept`: among the rejected changes
 * @typedef {{space: string, kind: string, title: string}} Of  the record of the text
 */
import { deviceStorage } from "../../lib/web_storage.js";
import { plural, t } from "../../i18n/i18n.js";
import { COMMENT_MAX } from "../../domain/comments.js";
import { toast } from "../kit/toast.js";
import { DESCRIPTION_MAX, NAME_MAX, TITLE_MAX, cut } from "../../domain/limits.js";
import { valuesOf } from "../../domain/values.js";

const TYPING_PAUSE_MS = 400;
const UNSAVED_KEY = "driftless.unsaved";
const LENGTH_MAX = /** @type {Record<string, number>} */ ({
  title: TITLE_MAX,
  name: NAME_MAX,
  description: DESCRIPTION_MAX,
  text: COMMENT_MAX,
});

export class Editors {
  /**
   * @param {import("../kit/view.js").View} view
   * @param {import("../commands/edit_service.js").EditService} edit
   */
  constructor(view, edit) {
    this.view = view;
    this.edit = edit;
    /** @type {Map<any, Editing>} by their field */
    this.open = new Map();
    addEventListener("pagehide", () => this.#note());
    addEventListener("pageshow", ({ persisted }) => persisted && deviceStorage.remove(this.#key));
  }

  /**
   * Begins typing in a field.
   * @param {any} field
   * @param {string} id of the record
   * @param {string} name of its field
   * @param {EditBase} begun
   * @param {string} [saved] its text before
   */
  begin(field, id, name, begun, saved = field.value) {
    const { store } = this.view;
    if (!this.open.has(field))
      this.open.set(field, {
        id,
        name,
        begun,
        saved,
        field,
        store,
        of: this.#about(id),
        saving: Promise.resolve(true),
      });
  }

  /** @param {any} field */
  typed(field) {
    const editing = this.open.get(field);
    if (!editing) return;
    clearTimeout(editing.timer);
    editing.timer = setTimeout(() => this.#save(editing), TYPING_PAUSE_MS);
  }

  /**
   * Ends typing: saves the text, or leaves it in the field.
   * @param {any} field
   * @returns {Promise<boolean>} whether the text is saved
   */
  async end(field) {
    const editing = this.open.get(field);
    if (!editing) return true;
    this.open.delete(field);
    const text = field.value;
    const isSaved = await this.#save(editing, text);
    if (isSaved || this.open.has(field)) return isSaved;
    field.value = text;
    this.open.set(field, editing);
    return false;
  }

  /**
   * Cancels typing: the field gets its earlier text back.
   * @param {any} field
   */
  async giveUp(field) {
    const editing = this.open.get(field);
    if (!editing) return;
    clearTimeout(editing.timer);
    this.open.delete(field);
    editing.isGivenUp = true;
    await editing.saving;
    if (editing.step) await this.edit.steps.undo(editing.step);
  }

  /**
   * Ends typing in the row of a record that leaves the screen.
   * @param {string} id
   */
  leave(id) {
    for (const editing of this.open.values())
      if (editing.id === id && editing.field.closest(".row")) this.end(editing.field);
  }

  /**
   * Whether the person is typing in a field.
   * @param {any} field
   */
  has(field) {
    return this.open.has(field);
  }

  /**
   * Whether the text of a field has changed since typing began.
   * @param {any} field
   */
  isChanged(field) {
    const editing = this.open.get(field);
    return Boolean(
      editing && (editing.step || editing.isKept || textOf(editing.name, field.value) !== editing.saved),
    );
  }

  /**
   * @param {string} id
   * @returns {Of}
   */
  #about(id) {
    const { store } = this.view;
    const record = store.shown.get(id) ?? this.view.samples.get(id);
    return {
      space: record?.space ?? store.gone.get(id)?.space ?? "",
      kind: record?.kind ?? "task",
      title: store.nameOf(id),
    };
  }

  /** Saves all unfinished text. */
  async settle() {
    await Promise.all([...this.open.values()].map((editing) => this.#save(editing)));
  }

  /** Saves text that did not reach the database before the last page closed. */
  async recover() {
    const noted = JSON.parse(deviceStorage.get(this.#key) ?? "[]");
    deviceStorage.remove(this.#key);
    for (const { id, name, text, begun, of } of noted) {
      const record = this.view.store.shown.get(id);
      if (!record && of && text)
        await this.view.store.keep({ space: of.space, kind: of.kind, id, set: { [name]: text } }, of.title);
      if (record && (valuesOf(record)[name] ?? "") !== text)
        await this.edit.do(
          t("task.edited"),
          [{ space: record.space ?? "", kind: record.kind, id, set: { [name]: text }, begun }],
          { isQuiet: true, isTyped: true },
        );
    }
  }

  get #key() {
    return `${UNSAVED_KEY}.${this.view.account?.id ?? "anonymous"}`;
  }

  /** Does not wait, as the page is closing: a transaction begun now may not end. */
  #note() {
    const unsaved = [...this.open.values()].map((editing) => ({
      id: editing.id,
      name: editing.name,
      begun: editing.begun,
      of: editing.of,
      text: textOf(editing.name, editing.field.value),
      saved: editing.saved,
    }));
    const noted = unsaved.filter(
      ({ name, text, saved }) => text !== saved && (text || name === "description"),
    );
    if (noted.length)
      deviceStorage.set(
        this.#key,
        JSON.stringify([...JSON.parse(deviceStorage.get(this.#key) ?? "[]"), ...noted]),
      );
    this.settle();
  }

  /**
   * @param {Editing} editing
   * @param {string} [typed]
   * @returns {Promise<boolean>} whether the text is saved
   */
  #save(editing, typed = editing.field.value) {
    clearTimeout(editing.timer);
    editing.saving = editing.saving.then(() => this.#saveText(editing, typed));
    return editing.saving;
  }

  /**
   * @param {Editing} editing
   * @param {string} typed
   * @returns {Promise<boolean>} whether the text is saved
   */
  async #saveText(editing, typed) {
    const { id, name, begun } = editing;
    const text = textOf(name, typed);
    if (editing.isGivenUp || text === editing.saved || (!text && name !== "description")) return true;
    const record = this.view.store.shown.get(id) ?? this.view.samples.get(id);
    if (!record) return this.#keep(editing, text);
    const { space = "", kind } = record;
    const step = await this.edit.do(t("task.edited"), [{ space, kind, id, set: { [name]: text }, begun }], {
      isQuiet: true,
      isTyped: true,
      further: editing.step,
      retry: () => this.#retry(editing, typed),
    });
    if (!step) return false;
    sayIfCut(typed, LENGTH_MAX[name]);
    editing.step = step;
    editing.saved = text;
    editing.begun = this.view.store.afterEdit(step.changes[0].entry);
    return true;
  }

  /**
   * Retries a failed save: everything if the field is still being edited, else this text alone.
   * @param {Editing} editing
   * @param {string} typed
   */
  #retry(editing, typed) {
    const isOpen = this.open.get(editing.field) === editing;
    return isOpen ? this.settle() : this.#save(editing, typed);
  }

  /**
   * Moves text of a record that no longer exists to the rejected changes.
   * @param {Editing} editing
   * @param {string} text
   * @returns {Promise<boolean>} whether the text is saved there
   */
  async #keep(editing, text) {
    const {
      store,
      id,
      name,
      of: { space, kind, title },
    } = editing;
    if (store !== this.view.store || !text) return true;
    try {
      await store.keep({ space, kind, id, set: { [name]: text } }, title || store.nameOf(id));
      editing.saved = text;
      editing.isKept = true;
      return true;
    } catch (error) {
      console.error(error);
      return false;
    }
  }
}

/**
 * @param {string} typed
 * @param {number} max characters
 */
function sayIfCut(typed, max) {
  if ([...typed.trim()].length <= max) return;
  toast(plural(max, "field.tooLong"));
}

/**
 * The part of the text to save.
 * @param {string} name
 * @param {string} typed
 */
function textOf(name, typed) {
  return name === "description" || name === "text"
    ? [...typed].slice(0, LENGTH_MAX[name]).join("")
    : cut(typed, LENGTH_MAX[name]);
}
