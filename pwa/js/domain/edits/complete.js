/**
 * Completing and reopening tasks; a completed repeating task creates its next one.
 * @typedef {import("../task.js").Task} Task
 * @typedef {import("../tasks.js").Tasks} Tasks
 * @typedef {import("./change.js").Edit} Edit
 * @typedef {import("./change.js").Shown} Shown
 */
import { dayOf } from "../../lib/dates.js";
import { isRepeat, nextDue, nextSubtasks, nextTask } from "../repeat/repeat.js";
import { isDone } from "../task.js";
import { valuesOf } from "../values.js";
import { change } from "./change.js";
import { statusOf } from "./create.js";
import { descendantsOf } from "../task_tree.js";

/**
 * Completing a task also completes its open subtasks.
 * @param {Tasks} tasks
 * @param {Task[]} asked
 * @param {string} status
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function setStatus(tasks, asked, status, now, shown) {
  const chosen = status === "completed" ? withOpenSubtasks(tasks, asked) : asked;
  const edits = change(chosen, statusOf(status, now.toISOString()), shown);
  if (status === "completed")
    return [
      ...edits,
      ...chosen.filter((task) => !isDone(task)).flatMap((task) => createNext(tasks, task, now, shown)),
    ];
  return [...edits, ...chosen.filter(isDone).flatMap((task) => deleteNext(tasks, task, now, shown))];
}

/**
 * Moves a repeating task to its next due date without completing it.
 * @param {Task} task
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function skip(task, now, shown) {
  if (!task.repeat || !isRepeat(task.repeat)) return [];
  const [today, day] = [dayOf(now), task.due?.slice(0, 10) ?? ""];
  return change([task], { due: nextDue(task.repeat, task.due, day > today ? day : today) }, shown);
}

/**
 * @param {Tasks} tasks
 * @param {Task[]} asked
 * @returns {Task[]}
 */
function withOpenSubtasks(tasks, asked) {
  const below = asked.flatMap((task) => descendantsOf(tasks, task)).filter((task) => !isDone(task));
  return [...new Map([...asked, ...below].map((task) => [task.id, task])).values()];
}

/**
 * The edits that create the next task of a repeating one. If it exists, it and its subtasks stay as they are.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
function createNext(tasks, task, now, shown) {
  if (!task.repeat || !isRepeat(task.repeat)) return [];
  const next = nextTask({ id: task.id, set: valuesOf(task.record) }, dayOf(now));
  const existing = tasks.all.get(next.id);
  if (existing && !existing.deleted) return [];
  const below = nextSubtasks(
    tasks.subtasksOf(task.id).map(({ id, record }) => ({ id, set: valuesOf(record) })),
    next,
    task.due ?? dayOf(now),
  );
  return [next, ...below].flatMap(({ id, set }) =>
    createOnce(tasks, { space: task.space, kind: "task", id, set }, shown),
  );
}

/**
 * Creates a task that does not exist. One in the trash is restored: as it was, or as newly created if nobody
 * changed it.
 * @param {Tasks} tasks
 * @param {Edit} created
 * @param {Shown} shown
 * @returns {Edit[]}
 */
function createOnce(tasks, created, shown) {
  const existing = tasks.all.get(created.id);
  if (!existing) return [created];
  if (!existing.deleted) return [];
  return change(
    [existing],
    isUntouched(existing) ? created.set : { deleted: null, status: "pending", completed_at: null },
    shown,
  );
}

/**
 * Whether nobody changed a task after its creation, except for deleting or restoring it.
 * @param {Task} task
 */
function isUntouched({ record }) {
  return (
    record.writes.filter(({ set }) => Object.keys(set).some((field) => field !== "deleted")).length === 1
  );
}

/**
 * Reopening a completed repeating task deletes its next task, if nobody changed that.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
function deleteNext(tasks, task, now, shown) {
  if (!task.repeat) return [];
  const next = tasks.all.get(nextTask({ id: task.id, set: valuesOf(task.record) }, dayOf(now)).id);
  if (!next || next.deleted || next.status !== "pending" || !isUntouched(next)) return [];
  return change([next, ...tasks.subtasksOf(next.id)], { deleted: now.toISOString() }, shown);
}
