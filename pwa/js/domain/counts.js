/**
 * Counts of open tasks, by list and by day.
 * @typedef {import("./tasks.js").Tasks} Tasks
 */
import { addDays, dayOf } from "../lib/dates.js";
import { dueDay, isDone, isDueBefore } from "./task.js";

/**
 * The number of open tasks of each entry in the sidebar.
 * @param {Tasks} tasks
 * @param {Date} now
 * @returns {{today: number, inbox: number, lists: Map<string, number>}}
 */
export function counts(tasks, now) {
  const tomorrow = addDays(dayOf(now), 1);
  const found = { today: 0, inbox: 0, lists: /** @type {Map<string, number>} */ (new Map()) };
  for (const task of tasks.all.values()) {
    if (isDone(task) || tasks.isInTrash(task)) continue;
    if (isDueBefore(task, tomorrow)) found.today++;
    const home = tasks.homeOf(task);
    if (home) found.lists.set(home, (found.lists.get(home) ?? 0) + 1);
    else found.inbox++;
  }
  return found;
}

/**
 * The number of open tasks due on each day.
 * @param {Tasks} tasks
 * @param {string[]} days
 * @returns {number[]}
 */
export function countsByDay(tasks, days) {
  const found = new Map(days.map((day) => [day, 0]));
  for (const task of tasks.all.values()) {
    const day = dueDay(task);
    if (found.has(day) && !isDone(task) && !tasks.isInTrash(task)) found.set(day, (found.get(day) ?? 0) + 1);
  }
  return days.map((day) => found.get(day) ?? 0);
}
