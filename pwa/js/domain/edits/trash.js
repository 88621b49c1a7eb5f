/**
 * Deleting and restoring.
 * @typedef {import("../task.js").List} List
 * @typedef {import("../task.js").Task} Task
 * @typedef {import("../tasks.js").Tasks} Tasks
 * @typedef {import("./change.js").Edit} Edit
 * @typedef {import("./change.js").Shown} Shown
 */
import { change } from "./change.js";
import { descendantsOf } from "../task_tree.js";

/**
 * Moves tasks to the trash, with all their subtasks.
 * @param {Tasks} tasks
 * @param {Task[]} chosen
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function remove(tasks, chosen, now, shown) {
  const all = new Map(
    [...chosen, ...chosen.flatMap((task) => descendantsOf(tasks, task))].map((task) => [task.id, task]),
  );
  return change([...all.values()], { deleted: now.toISOString() }, shown);
}

/**
 * Moves a list to the trash; its tasks count as deleted with it.
 * @param {List} list
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function removeList(list, now, shown) {
  return change([list], { deleted: now.toISOString() }, shown);
}

/**
 * Restores tasks, with the subtasks that were deleted at the same time. If their list is deleted, they go to
 * the Inbox.
 * @param {Tasks} tasks
 * @param {Task[]} asked
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function restore(tasks, asked, shown) {
  const chosen = [
    ...new Map(
      asked.flatMap((task) => [task, ...deletedWith(tasks, task)]).map((task) => [task.id, task]),
    ).values(),
  ];
  return chosen.flatMap((task) => {
    const isListGone = Boolean(task.list && tasks.lists.get(task.list)?.deleted);
    return change(
      [task],
      { ...(task.deleted ? { deleted: null } : {}), ...(isListGone ? { list: null } : {}) },
      shown,
    );
  });
}

/**
 * @param {Tasks} tasks
 * @param {Task} task
 * @returns {Task[]}
 */
function deletedWith(tasks, task) {
  if (!task.deleted) return [];
  const below = [...(tasks.children.get(task.id) ?? [])]
    .map((id) => tasks.all.get(id))
    .filter((child) => child !== undefined && child.deleted === task.deleted);
  return /** @type {Task[]} */ (below).flatMap((child) => [child, ...deletedWith(tasks, child)]);
}
