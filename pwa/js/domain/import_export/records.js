/**
 * What an export is made of.
 * @typedef {import("../../core/merge.js").Fields} Fields
 * @typedef {import("../../core/merge.js").Write} Write
 * @typedef {{kind: string, id: string, space?: string, values: Fields, writes?: Write[]}} Held a record with
 *   the values it shows
 * @typedef {{lists: Held[], tasks: Held[]}} Sorted
 */
export const LABEL_PREFIX = "label/";

/**
 * @param {Held[]} records
 * @returns {Sorted} in their order, the trash included
 */
export function sorted(records) {
  const inOrder = [...records].sort((a, b) => compare(orderOf(a), orderOf(b)) || compare(a.id, b.id));
  return {
    lists: inOrder.filter((record) => record.kind === "list"),
    tasks: inOrder.filter((record) => record.kind === "task"),
  };
}

/**
 * Without what is deleted, and without the tasks of deleted lists.
 * @param {Held[]} records
 * @returns {Sorted}
 */
export function live(records) {
  const { lists, tasks } = sorted(records);
  const gone = new Set(lists.filter((list) => list.values.deleted).map((list) => list.id));
  return {
    lists: lists.filter((list) => !gone.has(list.id)),
    tasks: tasks.filter((task) => !task.values.deleted && !gone.has(String(task.values.list))),
  };
}

/**
 * The names of the labels held, sorted.
 * @param {Fields} values
 * @returns {string[]}
 */
export function labelsOf(values) {
  const held = Object.keys(values).filter(
    (field) => field.startsWith(LABEL_PREFIX) && values[field] === true,
  );
  return held.map((field) => field.slice(LABEL_PREFIX.length)).sort(compare);
}

/**
 * A field as text, "" where there is none.
 * @param {Held} record
 * @param {string} field
 * @returns {string}
 */
export function textOf(record, field) {
  return String(record.values[field] ?? "");
}

/** @param {Held} record */
const orderOf = (record) => textOf(record, "order");

/**
 * Text by its code units, never by locale.
 * @param {string} a
 * @param {string} b
 */
export function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
