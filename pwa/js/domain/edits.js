/**
 * What a person does with tasks and lists, as edits of the store. `begun` is what they were shown as they
 * began.
 * @typedef {import("../store/replica.js").EditBase} EditBase
 * @typedef {import("../store/replica.js").Edit} Edit
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {import("./task.js").Task} Task
 * @typedef {import("./task.js").List} List
 * @typedef {import("./tasks.js").Tasks} Tasks
 * @typedef {(id: string) => EditBase} Shown  what the person was shown of a record
 * @typedef {{title: string, description?: string, due?: string | null, priority?: number, list?: string |
 *   null, parent?: string | null, repeat?: string | null,
 *   labels?: string[], status?: string, order?: string, id?: string}} NewTask
 */
import { v7 } from "uuid";
import { dayOf } from "../lib/dates.js";
import { keyBetween, keysAt } from "./order.js";
import { dueOn, isRepeat, nextDue, nextSubtasks, nextTask } from "./repeat/repeat.js";
import { byOrder } from "./sorting.js";
import { isDone } from "./task.js";
import { valuesOf } from "./values.js";

export const TITLE_MAX = 500;
export const DESCRIPTION_MAX = 20_000;
export const NAME_MAX = 100;
export const LABEL_MAX = 60;

/** An id whose time says when the task was made. */
export const newId = () => v7();

/**
 * A title that is too long is whole in the description.
 * @param {string} space
 * @param {NewTask} given
 * @param {string} order
 * @param {string} nowIso
 * @param {string} [id]
 * @returns {Edit}
 */
export function create(space, given, order, nowIso, id = newId()) {
  const {
    title,
    labels = [],
    status = "pending",
    description = "",
    due = null,
    priority = 0,
    list = null,
    parent = null,
    repeat = null,
  } = given;
  const isLong = [...title.trim()].length > TITLE_MAX;
  const set = /** @type {Fields} */ ({
    title: cut(title, TITLE_MAX),
    description: isLong ? [title.trim(), description].filter(Boolean).join("\n\n") : description,
    due,
    priority,
    list,
    parent,
    order,
    ...statusOf(status, nowIso),
  });
  if (repeat) set.repeat = repeat;
  for (const label of labels) set[`label/${label}`] = true;
  return { space, kind: "task", id, set };
}

/**
 * @param {string} space
 * @param {string} name
 * @param {string} order
 * @param {string} [id]
 * @returns {Edit}
 */
export function createList(space, name, order, id = newId()) {
  return { space, kind: "list", id, set: { name: cut(name, NAME_MAX), order } };
}

/**
 * The same fields set on each of some tasks.
 * @param {{id: string, space: string, record: {kind: string}}[]} records
 * @param {Fields} set
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function change(records, set, shown) {
  return records.map(({ id, space, record }) => ({ space, kind: record.kind, id, set, begun: shown(id) }));
}

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
 * @param {Tasks} tasks
 * @param {Task[]} asked
 * @returns {Task[]}
 */
function withOpenSubtasks(tasks, asked) {
  const below = asked.flatMap((task) => family(tasks, task)).filter((task) => !isDone(task));
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
 * Tasks into the trash, with all below them.
 * @param {Tasks} tasks
 * @param {Task[]} chosen
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function remove(tasks, chosen, now, shown) {
  const all = new Map(
    [...chosen, ...chosen.flatMap((task) => family(tasks, task))].map((task) => [task.id, task]),
  );
  return change([...all.values()], { deleted: now.toISOString() }, shown);
}

/**
 * A list into the trash; its tasks are there because it is.
 * @param {List} list
 * @param {Date} now
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function removeList(list, now, shown) {
  return change([list], { deleted: now.toISOString() }, shown);
}

/**
 * Out of the trash, with what was deleted together with it; what lies there because of its list goes to the
 * Inbox.
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

/**
 * All below a task.
 * @param {Tasks} tasks
 * @param {Task} task
 * @returns {Task[]}
 */
export function family(tasks, task) {
  return tasks.subtasksOf(task.id).flatMap((child) => [child, ...family(tasks, child)]);
}

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
 * Those in manual order beside a task: open ones of its list and parent.
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
    const below = "list" in fields ? change(family(tasks, task), { list: fields.list }, shown) : [];
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

/**
 * The edits of each record as one.
 * @param {Edit[]} edits
 * @returns {Edit[]}
 */
export function joined(edits) {
  /** @type {Map<string, Edit>} */
  const found = new Map();
  for (const edit of edits) found.set(edit.id, { ...edit, set: { ...found.get(edit.id)?.set, ...edit.set } });
  return [...found.values()];
}

/**
 * Whether a task is one of some, or lies below one of them.
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
 * A key after all others of a place.
 * @param {{order: string}[]} others
 */
export function lastKey(others) {
  const last = others.reduce(
    (/** @type {string | null} */ found, { order }) =>
      order && (found === null || order > found) ? order : found,
    null,
  );
  return keyBetween(last, null) ?? /** @type {string} */ (keyBetween(null, null));
}

/**
 * Keys before all others, in order.
 * @param {{order: string}[]} others
 * @param {number} count
 * @returns {string[]}
 */
export function keysOnTop(others, count) {
  let next = others.reduce(
    (/** @type {string | null} */ found, { order }) =>
      order && (found === null || order < found) ? order : found,
    null,
  );
  const keys = [];
  for (let made = 0; made < count; made++) {
    const key = keyBetween(null, next) ?? /** @type {string} */ (keyBetween(null, null));
    keys.unshift(key);
    next = key;
  }
  return keys;
}

/**
 * Tasks to another day, their times kept.
 * @param {Task[]} chosen
 * @param {string} today
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function moveToDay(chosen, today, shown) {
  return chosen
    .filter(({ due }) => dueOn(due, today) !== due)
    .flatMap((task) => change([task], { due: dueOn(task.due, today) }, shown));
}

/**
 * @param {string} status
 * @param {string} nowIso
 * @returns {Fields}
 */
export function statusOf(status, nowIso) {
  return { status, completed_at: status === "completed" ? nowIso : null };
}

/**
 * Text of at most so many characters, none cut in half.
 * @param {string} text
 * @param {number} max
 */
export function cut(text, max) {
  return [...text.trim().replace(/\s*[\r\n\u2028\u2029]+\s*/g, " ")].slice(0, max).join("");
}
