/**
 * The records of an export.
 * @typedef {import("../../core/merge.js").Fields} Fields
 * @typedef {import("../../core/merge.js").Write} Write
 * @typedef {{kind: string, id: string, space?: string, values: Fields, writes?: Write[]}} Held a record with
 *   the values that it shows
 * @typedef {{lists: Held[], tasks: Held[]}} Sorted
 */
import { compare } from "../../core/merge.js";
export const LABEL_PREFIX = "label/";

/**
 * @param {Held[]} records
 * @returns {Sorted} in manual order, including the trash
 */
export function sorted(records) {
  const inOrder = [...records].sort((a, b) => compare(orderOf(a), orderOf(b)) || compare(a.id, b.id));
  return {
    lists: inOrder.filter((record) => record.kind === "list"),
    tasks: inOrder.filter((record) => record.kind === "task"),
  };
}

/**
 * Without deleted records and the tasks of deleted lists.
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
 * The names of a task's labels, sorted.
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
 * A field as text; "" if there is none.
 * @param {Held} record
 * @param {string} field
 * @returns {string}
 */
export function textOf(record, field) {
  return String(record.values[field] ?? "");
}

/** @param {Held} record */
const orderOf = (record) => textOf(record, "order");
