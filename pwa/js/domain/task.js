/**
 * One task or one list, as its record shows it.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {{id: string, space: string, title: string, description: string, due: string | null, status:
 *   string, priority: number, list: string | null,
 *   parent: string | null, order: string, completedAt: string, deleted: string | null, repeat: string | null,
 *   assignee: string | null, labels: string[], conflicts: string[], record: Rec}} Task
 * @typedef {{id: string, space: string, name: string, order: string, deleted: string | null, conflicts:
 *   string[], record: Rec}} List
 */
import { conflicts } from "../core/merge.js";
import { dayOf, localDue } from "../lib/dates.js";
import { valuesOf } from "./values.js";

const LABEL = "label/";
/** @type {string[]} */
const NONE = [];

/**
 * @param {Rec} record
 * @returns {Task}
 */
export function taskOf(record) {
  const values = valuesOf(record);
  return {
    id: record.id,
    space: record.space ?? "",
    title: text(values.title),
    description: text(values.description),
    due: orNull(values.due),
    status: text(values.status) || "pending",
    priority: Number(values.priority ?? 0),
    list: orNull(values.list),
    parent: orNull(values.parent),
    order: text(values.order),
    completedAt: text(values.completed_at),
    deleted: orNull(values.deleted),
    repeat: orNull(values.repeat),
    assignee: orNull(values.assignee),
    labels: labelsOf(values),
    conflicts: record.writes.length > 1 ? conflicts(record) : NONE,
    record,
  };
}

/**
 * @param {Rec} record
 * @returns {List}
 */
export function listOf(record) {
  const values = valuesOf(record);
  return {
    id: record.id,
    space: record.space ?? "",
    name: text(values.name),
    order: text(values.order),
    deleted: orNull(values.deleted),
    conflicts: record.writes.length > 1 ? conflicts(record) : NONE,
    record,
  };
}

/**
 * When a task was created, in ms: the time in a version 7 id, else the oldest time that its record still has.
 * @param {Task} task
 * @returns {number}
 */
export function createdMs({ id, record }) {
  if (id[14] === "7") return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  const oldest = record.writes.reduce((at, write) => (at && at < write.at ? at : write.at), "");
  return Date.parse(oldest.slice(0, 24)) || 0;
}

/** @param {Task} task */
export const isDone = (task) => task.status === "completed";

/**
 * The day a task is due, in this device's time zone; without a due date, a text that sorts after all days.
 * @param {Task} task
 */
export function dueDay(task) {
  return task.due ? (task.due.length > 16 ? localDue(task.due) : task.due).slice(0, 10) : "~";
}

/**
 * Whether a task is due before a day, in this device's time zone. Compares the texts as they are, for speed.
 * @param {Task} task
 * @param {string} day
 */
export function isDueBefore({ due }, day) {
  return due !== null && (due.length > 16 ? localDue(due) : due) < day;
}

/**
 * The day a task was completed, in this device's time zone.
 * @param {Task} task
 */
export function completionDay(task) {
  return dayOf(new Date(Date.parse(task.completedAt) || 0));
}

/**
 * Whether a record has a conflict to show. In the trash, only a conflict about the deletion is shown.
 * @param {{conflicts: string[], deleted: string | null}} record
 */
export function hasOpenConflict({ conflicts: disputed, deleted }) {
  return disputed.includes("deleted") || (disputed.length > 0 && !deleted);
}

/** @param {Fields} values */
function labelsOf(values) {
  /** @type {string[] | undefined} */
  let found;
  for (const field in values)
    if (values[field] === true && field.startsWith(LABEL)) (found ??= []).push(field.slice(LABEL.length));
  return found?.sort() ?? NONE;
}

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : "");
/** @param {unknown} value */
const orNull = (value) => (typeof value === "string" ? value : null);
