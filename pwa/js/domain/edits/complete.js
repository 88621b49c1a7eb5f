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
 * Who completes a task completes what is open below it.
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
      ...chosen.filter((task) => !isDone(task)).flatMap((task) => repeated(tasks, task, now, shown)),
    ];
  return [...edits, ...chosen.filter(isDone).flatMap((task) => unrepeated(tasks, task, now, shown))];
}

/**
 * Moves a repeating task on to its next day without doing it.
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
 * The edits that make the next of a repeating task; where there is one, it stays with its subtasks as it is.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
function repeated(tasks, task, now, shown) {
  if (!task.repeat || !isRepeat(task.repeat)) return [];
  const next = nextTask({ id: task.id, set: valuesOf(task.record) }, dayOf(now));
  const below = nextSubtasks(
    tasks.subtasksOf(task.id).map(({ id, record }) => ({ id, set: valuesOf(record) })),
    next,
    task.due ?? dayOf(now),
  );
  const held = tasks.all.get(next.id);
  return held && !held.deleted
    ? []
    : [next, ...below].flatMap(({ id, set }) =>
        madeOnce(tasks, { space: task.space, kind: "task", id, set }, shown),
      );
}

/**
 * A task that there is not is made; out of the trash it comes as it was, or as it is to be where nobody has
 * changed it.
 * @param {Tasks} tasks
 * @param {Edit} made
 * @param {Shown} shown
 * @returns {Edit[]}
 */
function madeOnce(tasks, made, shown) {
  const held = tasks.all.get(made.id);
  if (!held) return [made];
  if (!held.deleted) return [];
  return change(
    [held],
    isUntouched(held) ? made.set : { deleted: null, status: "pending", completed_at: null },
    shown,
  );
}

/**
 * Whether nothing of a task was written after it was made, but for the trash.
 * @param {Task} task
 */
function isUntouched({ record }) {
  return (
    record.writes.filter(({ set }) => Object.keys(set).some((field) => field !== "deleted")).length === 1
  );
}

/**
 * A completed repeating task that is opened again takes its untouched next one back.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
function unrepeated(tasks, task, now, shown) {
  if (!task.repeat) return [];
  const next = tasks.all.get(nextTask({ id: task.id, set: valuesOf(task.record) }, dayOf(now)).id);
  if (!next || next.deleted || next.status !== "pending" || !isUntouched(next)) return [];
  return change([next, ...tasks.subtasksOf(next.id)], { deleted: now.toISOString() }, shown);
}
