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
 * Makes a task the last subtask of another.
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
 * Moves a task out of its parent, to the position after it.
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
 * Order keys for tasks moved within a sequence.
 * @param {Tasks} tasks
 * @param {Task[]} sequence in its new order
 * @param {number} start index of the first moved task
 * @param {number} count of moved tasks
 * @param {Fields} set other changes of the moved tasks
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
 * The fields that differ from the task's.
 * @param {Task} task
 * @param {Fields} set
 * @returns {Fields}
 */
function changed(task, set) {
  return Object.fromEntries(
    Object.entries(set).filter(([field, value]) => /** @type {any} */ (task)[field] !== value),
  );
}
