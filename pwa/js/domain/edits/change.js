/**
 * Changed fields of records, as edits of the store.
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 * @typedef {import("../../store/replica.js").Edit} Edit
 * @typedef {import("../../core/merge.js").Fields} Fields
 * @typedef {import("../task.js").Task} Task
 * @typedef {(id: string) => EditBase} Shown  the version of a record that the person saw
 */
import { dueOn } from "../repeat/repeat.js";

/**
 * Sets the same fields on each record.
 * @param {{id: string, space: string, record: {kind: string}}[]} records
 * @param {Fields} set
 * @param {Shown} shown
 * @returns {Edit[]}
 */
export function change(records, set, shown) {
  return records.map(({ id, space, record }) => ({ space, kind: record.kind, id, set, begun: shown(id) }));
}

/**
 * Moves tasks to another day; their times stay.
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
 * Joins the edits of each record into one.
 * @param {Edit[]} edits
 * @returns {Edit[]}
 */
export function joined(edits) {
  /** @type {Map<string, Edit>} */
  const found = new Map();
  for (const edit of edits) found.set(edit.id, { ...edit, set: { ...found.get(edit.id)?.set, ...edit.set } });
  return [...found.values()];
}
