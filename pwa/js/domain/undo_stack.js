/**
 * Saves each action in one transaction, and can undo the last 50. Undo writes inverse changes whose author
 * had seen only what they undo. So it never silently overwrites what others wrote meanwhile: that becomes a
 * conflict, which is shown.
 * @typedef {import("../store/store.js").Store} Store
 * @typedef {import("../store/replica.js").Edit} Edit
 * @typedef {import("../store/replica.js").Entry} Entry
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {{text: string, changes: {entry: Entry, before: Fields}[]}} Step
 */
import { afterEdits } from "../store/replica.js";
import { valuesOf } from "./values.js";

const STEPS_MAX = 50;
const INVERSES_MAX = 1_000;

export class UndoStack {
  /**
   * @param {() => Store} store
   * @param {() => Map<string, import("../core/merge.js").Rec>} [samples] shown if there is no record
   */
  constructor(store, samples = () => new Map()) {
    this.store = store;
    this.samples = samples;
    /** @type {Step[]} */
    this.done = [];
    /** @type {Step[]} */
    this.undone = [];
    /** @type {Entry[]} the entries of undo and redo: further undo steps have seen them */
    this.inverses = [];
    /** @type {Promise<unknown>} actions run one after another, so that none is lost while a key is held down */
    this.queue = Promise.resolve();
  }

  /**
   * Saves edits as one step.
   * @param {string} text a description, for the toast
   * @param {Edit[]} asked
   * @param {Step | null} [further] the step to extend if it is still the last one, as while typing
   * @returns {Promise<Step>}
   */
  do(text, asked, further) {
    return this.#next(() => this.#do(text, asked, further));
  }

  /**
   * Undoes the last step, or the given one.
   * @param {Step} [step]
   * @returns {Promise<string | null>} the description of the undone step
   */
  undo(step) {
    return this.#next(() => this.#undo(step ?? this.done.at(-1)));
  }

  /** @returns {Promise<string | null>} the description of the redone step */
  redo() {
    return this.#next(() => this.#redo());
  }

  forget() {
    this.inverses = [];
    this.done = [];
    this.undone = [];
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #next(work) {
    const result = this.queue.then(work);
    this.queue = result.catch(() => {});
    return result;
  }

  /**
   * @param {string} text
   * @param {Edit[]} asked
   * @param {Step | null} [further]
   * @returns {Promise<Step>}
   */
  async #do(text, asked, further) {
    const edits = asked.map((edit) => this.#whole(edit));
    const before = edits.map((edit) => this.#before(edit));
    const entries = edits.length ? await this.store().editAll(edits) : [];
    const step = { text, changes: entries.map((entry, index) => ({ entry, before: before[index] })) };
    if (!edits.length) return step;
    if (further && further === this.done.at(-1)) {
      step.changes[0].before = further.changes[0].before;
      this.done.pop();
    }
    this.done.push(step);
    this.done.splice(0, this.done.length - STEPS_MAX);
    this.undone = [];
    return step;
  }

  /** @param {Step} [step] */
  async #undo(step) {
    if (!step || !this.done.includes(step)) return null;
    const inverse = await this.#invert(step);
    this.done.splice(this.done.indexOf(step), 1);
    this.undone.push(inverse);
    return step.text;
  }

  async #redo() {
    const step = this.undone.at(-1);
    if (!step) return null;
    const again = await this.#invert(step);
    this.undone.pop();
    this.done.push(again);
    return step.text;
  }

  /**
   * @param {Step} step
   * @returns {Promise<Step>}
   */
  async #invert({ text, changes }) {
    const edits = changes.toReversed().map(({ entry, before }) => ({
      space: this.store().shown.get(entry.id)?.space ?? entry.space,
      kind: entry.kind,
      id: entry.id,
      set: before,
      ...(entry.move ? { move: entry.space } : {}),
      begun: this.#begun(entry),
    }));
    const now = edits.map((edit) => this.#before(edit));
    const entries = await this.store().editAll(edits);
    this.inverses = [...this.inverses, ...entries].slice(-INVERSES_MAX);
    return { text, changes: entries.map((entry, index) => ({ entry, before: now[index] })) };
  }

  /**
   * What the person has seen when they undo an entry: the entry, and what was undone and redone since.
   * @param {Entry} entry
   */
  #begun(entry) {
    const since = this.inverses.filter(({ id, by }) => id === entry.id && by === entry.by);
    return afterEdits(this.store().afterEdit(entry), since);
  }

  /**
   * An edit of a sample creates its record, with all fields.
   * @param {Edit} edit
   * @returns {Edit}
   */
  #whole(edit) {
    const sample = this.store().shown.has(edit.id) ? undefined : this.samples().get(edit.id);
    return sample ? { ...edit, set: { ...valuesOf(sample), ...edit.set } } : edit;
  }

  /**
   * The values of an edit's fields before it. For a new record: that it is deleted.
   * @param {Edit} edit
   * @returns {Fields}
   */
  #before({ id, set }) {
    const record = this.store().shown.get(id) ?? this.samples().get(id);
    if (!record) return { deleted: new Date(this.store().nowMs()).toISOString() };
    const values = valuesOf(record);
    return Object.fromEntries(Object.keys(set).map((field) => [field, values[field] ?? null]));
  }
}
