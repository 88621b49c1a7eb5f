/**
 * Tasks with their parents and subtasks.
 * @typedef {import("./task.js").Task} Task
 * @typedef {import("./tasks.js").Tasks} Tasks
 */
import { byOrder } from "./sorting.js";
import { isDone } from "./task.js";

/**
 * All subtasks of a task, at every level.
 * @param {Tasks} tasks
 * @param {Task} task
 * @returns {Task[]}
 */
export function descendantsOf(tasks, task) {
  return tasks.subtasksOf(task.id).flatMap((child) => [child, ...descendantsOf(tasks, child)]);
}

/**
 * Whether a task is one of the given tasks, or below one of them.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Set<string>} ids
 */
export function isWithin(tasks, task, ids) {
  const seen = new Set();
  for (
    let at = /** @type {Task | undefined} */ (task);
    at && !seen.has(at.id);
    at = at.parent ? tasks.all.get(at.parent) : undefined
  ) {
    if (ids.has(at.id)) return true;
    seen.add(at.id);
  }
  return false;
}

/**
 * The open tasks of the same list and parent, in manual order; the task itself is one of them.
 * @param {Tasks} tasks
 * @param {Task} task
 * @returns {Task[]}
 */
export function siblingsOf(tasks, task) {
  const parent = tasks.parentOf(task);
  const home = tasks.homeOf(task);
  const found = parent
    ? tasks.subtasksOf(parent.id)
    : tasks.live((each) => tasks.homeOf(each) === home && !tasks.parentOf(each));
  return found.filter((each) => !isDone(each) || each.id === task.id).sort(byOrder);
}
