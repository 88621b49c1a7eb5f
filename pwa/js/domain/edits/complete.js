/**
 * Completing and reopening tasks; a completed repeating task creates its next one.
 * @typedef {import("../task.js").Task} Task
 * @typedef {import("../tasks.js").Tasks} Tasks
 * @typedef {import("./change.js").Edit} Edit
 * @typedef {import("./change.js").Shown} Shown
 */
import { LOCAL_SPACE } from "../../store/replica.js";
import { dayOf } from "../../lib/dates.js";
import { otherId } from "../derived_ids.js";
import { isRepeat, nextDue, nextSubtasks, nextTask } from "../repeat/repeat.js";
import { isDone } from "../task.js";
import { valuesOf } from "../values.js";
import { change } from "./change.js";
import { statusOf } from "./create.js";
import { descendantsOf } from "../task_tree.js";

const OTHERS_MAX = 4;
/** What the author of a change was shown who was shown nothing: all values stay beside the new ones. */
const NOTHING = { seen: {}, base: {}, sure: 0, by: "", own: [] };

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
  const next = nextOf(tasks, task, now);
  const existing = tasks.all.get(next.id);
  if (existing && !existing.deleted && isMadeAs(existing, next)) return [];
  const below = nextSubtasks(
    tasks.subtasksOf(task.id).map(({ id, record }) => ({ id, set: valuesOf(record) })),
    next,
    task.due ?? dayOf(now),
  );
  return [next, ...below.map((each) => ({ ...each, id: idIn(tasks, task.space, each.id) }))].flatMap(
    ({ id, set }) => createOnce(tasks, { space: task.space, kind: "task", id, set }, shown),
  );
}

/**
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Date} now
 */
function nextOf(tasks, task, now) {
  const next = nextTask({ id: task.id, set: valuesOf(task.record) }, dayOf(now));
  return { ...next, id: idIn(tasks, task.space, next.id) };
}

/**
 * The id of a derived task in its space: another one if something else has it. Anyone who knows the first
 * task can derive the same id, in any space.
 * @param {Tasks} tasks
 * @param {string} space
 * @param {string} id
 */
function idIn(tasks, space, id) {
  if (space === LOCAL_SPACE) return id;
  for (let tries = 0; tries < OTHERS_MAX && isElse(tasks, space, id); tries++) id = otherId(space, id);
  return id;
}

/**
 * @param {Tasks} tasks
 * @param {string} space
 * @param {string} id
 */
function isElse({ all, lists, comments }, space, id) {
  const task = all.get(id);
  return task ? task.space !== space : lists.has(id) || comments.all.has(id);
}

/**
 * Whether a task is the next one, perhaps worked on since. Otherwise someone else has created it.
 * @param {Task} task
 * @param {{set: import("../../core/merge.js").Fields}} next
 */
function isMadeAs(task, { set }) {
  return task.title === set.title || (task.repeat !== null && task.repeat === set.repeat);
}

/**
 * Creates a task that does not exist; if someone else has done so, its values come beside theirs. One in the
 * trash is restored: as it was, or as newly created if nobody changed it.
 * @param {Tasks} tasks
 * @param {Edit} created
 * @param {Shown} shown
 * @returns {Edit[]}
 */
function createOnce(tasks, created, shown) {
  const existing = tasks.all.get(created.id);
  if (!existing) return [created];
  const isOurs = isMadeAs(existing, created);
  if (!existing.deleted) return isOurs ? [] : [{ ...created, begun: NOTHING }];
  return change(
    [existing],
    isUntouched(existing) || !isOurs ? created.set : { deleted: null, status: "pending", completed_at: null },
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
  const next = tasks.all.get(nextOf(tasks, task, now).id);
  if (!next || next.deleted || next.status !== "pending" || !isUntouched(next)) return [];
  return change([next, ...tasks.subtasksOf(next.id)], { deleted: now.toISOString() }, shown);
}
