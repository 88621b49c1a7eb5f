/**
 * Manual order and nesting.
 * @typedef {import("../../core/merge.js").Fields} Fields
 * @typedef {import("../task.js").Task} Task
 * @typedef {import("../tasks.js").Tasks} Tasks
 * @typedef {import("./change.js").Edit} Edit
 * @typedef {import("./change.js").Shown} Shown
 */
import { keyBetween, keysAt } from "../order.js";
import { change } from "./change.js";
import { descendantsOf, siblingsOf } from "../task_tree.js";

/**
 * Below the row above, as its subtask.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Task} parent
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function indent(tasks, task, parent, shown) {
  const last = tasks.subtasksOf(parent.id).at(-1);
  const order = keyBetween(last?.order ?? null, null);
  return change([task], { parent: parent.id, list: parent.list, ...(order ? { order } : {}) }, shown);
}

/**
 * Out from under its parent, to right after it.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function outdent(tasks, task, shown) {
  const parent = tasks.parentOf(task);
  if (!parent) return [];
  const siblings = siblingsOf(tasks, parent);
  const index = siblings.findIndex(({ id }) => id === parent.id) + 1;
  return reorder(tasks, siblings.toSpliced(index, 0, task), index, 1, { parent: parent.parent }, shown);
}

/**
 * New places for tasks moved within a sequence.
 * @param {Tasks} tasks
 * @param {Task[]} sequence as it shall be
 * @param {number} start of the moved ones
 * @param {number} count of them
 * @param {Fields} set what else changes of the moved ones
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function reorder(tasks, sequence, start, count, set, shown) {
  const keys = new Map(
    keysAt(
      sequence.map(({ order }) => order),
      start,
      count,
    ),
  );
  return sequence.flatMap((task, index) => {
    const order = keys.get(index);
    const isMoved = index >= start && index < start + count;
    const fields = /** @type {Fields} */ ({
      ...(isMoved ? changed(task, set) : {}),
      ...(order === undefined ? {} : { order }),
    });
    const below = "list" in fields ? change(descendantsOf(tasks, task), { list: fields.list }, shown) : [];
    return Object.keys(fields).length ? [...change([task], fields, shown), ...below] : [];
  });
}

/**
 * Those of some fields that a task does not hold already.
 * @param {Task} task
 * @param {Fields} set
 * @returns {Fields}
 */
function changed(task, set) {
  return Object.fromEntries(
    Object.entries(set).filter(([field, value]) => /** @type {any} */ (task)[field] !== value),
  );
}
