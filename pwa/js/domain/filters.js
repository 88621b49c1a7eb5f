/**
 * Which tasks match a route's filters and search words.
 * @typedef {import("./task.js").Task} Task
 * @typedef {import("./tasks.js").Tasks} Tasks
 * @typedef {import("./routes.js").Route} Route
 */
import { dayOf, daysBetween, isOverdue } from "../lib/dates.js";
import { dueDay, isDone } from "./task.js";

export const WEEK_DAYS = 7;

/**
 * Whether a task matches the route's filters.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Route} route
 * @param {Date} now
 */
export function isWanted(tasks, task, { status, label, due, priority, assignee }, now) {
  if (status && task.status !== status) return false;
  if (label && !task.labels.includes(label)) return false;
  if (priority && task.priority !== Number(priority)) return false;
  if (assignee && !isAssigned(tasks, task, assignee)) return false;
  return !due || DUE_FILTERS[due](task, now);
}

/**
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {string} wanted an account, "me" or "none"
 */
function isAssigned(tasks, task, wanted) {
  const assignee = tasks.assigneeOf(task)?.account ?? "none";
  return assignee === (wanted === "me" ? tasks.me : wanted);
}

/** @type {Record<string, (task: Task, now: Date) => boolean>} */
const DUE_FILTERS = {
  overdue: (task, now) =>
    Boolean(task.due) && !isDone(task) && isOverdue(/** @type {string} */ (task.due), now),
  today: (task, now) => dueDay(task) === dayOf(now),
  week: (task, now) =>
    task.due !== null && dueDay(task) >= dayOf(now) && daysBetween(dayOf(now), dueDay(task)) < WEEK_DAYS,
  none: (task) => task.due === null,
};

/**
 * Tests whether a task's title, description and labels contain all the words, in any case.
 * @param {string} typed
 * @returns {(task: Task) => boolean}
 */
export function matcher(typed) {
  const words = folded(typed);
  const wanted = words
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "iu"));
  const isIn = (/** @type {RegExp} */ word, /** @type {string} */ text) =>
    word.test(IS_PLAIN.test(text) ? text : folded(text));
  return (task) =>
    wanted.every(
      (word) =>
        isIn(word, task.title) ||
        isIn(word, task.description) ||
        task.labels.some((label) => isIn(word, label)),
    );
}

const IS_PLAIN = /^[\x00-\x7f]*$/;

/**
 * Removes accents, so that "cafe" finds "Café".
 * @param {string} text
 */
function folded(text) {
  return text.normalize("NFKD").replace(/\p{Mn}/gu, "");
}
