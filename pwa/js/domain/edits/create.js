/**
 * New tasks and lists.
 * @typedef {import("../../core/merge.js").Fields} Fields
 * @typedef {import("./change.js").Edit} Edit
 * @typedef {{title: string, description?: string, due?: string | null, priority?: number, list?: string |
 *   null, parent?: string | null, repeat?: string | null,
 *   labels?: string[], status?: string, order?: string, id?: string}} NewTask
 */
import { v7 } from "uuid";
import { cut, NAME_MAX, TITLE_MAX } from "../limits.js";

/** A version 7 UUID: it contains the time of creation. */
export const newId = () => v7();

/**
 * If the title is too long, the description starts with all of it.
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
 * @param {string} status
 * @param {string} nowIso
 * @returns {Fields}
 */
export function statusOf(status, nowIso) {
  return { status, completed_at: status === "completed" ? nowIso : null };
}
