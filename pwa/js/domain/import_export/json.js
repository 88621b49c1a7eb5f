/**
 * @typedef {import("./records.js").Held} Held
 * @typedef {import("./records.js").Fields} Fields
 */
import { conflicts } from "../../core/merge.js";
import { LABEL_PREFIX, labelsOf, sorted } from "./records.js";

export const FORMAT = "driftless";
export const VERSION = 1;
export const TASK_DEFAULTS = Object.freeze({
  description: "",
  due: null,
  status: "pending",
  completed_at: null,
  priority: 0,
  list: null,
  parent: null,
  repeat: null,
});
const LIST_FIRST = { name: "" };
const TASK_FIRST = { title: "", ...TASK_DEFAULTS };

/**
 * Every record with every field, including the trash and the values in conflict. `now` is RFC 3339; `unsent`
 * and `notAccepted` are passed through.
 * @param {Held[]} records
 * @param {{now: string, unsent?: unknown[], notAccepted?: unknown[]}} about
 * @returns {string}
 */
export function toJson(records, { now, unsent = [], notAccepted = [] }) {
  const { lists, tasks } = sorted(records);
  const whole = {
    format: FORMAT,
    version: VERSION,
    exported: now,
    lists: lists.map(listEntry),
    tasks: tasks.map(taskEntry),
    conflicts: [...lists, ...tasks].flatMap(conflictsOf),
    unsent,
    notAccepted,
  };
  return JSON.stringify(whole, null, 1) + "\n";
}

/** @param {Held} list */
function listEntry({ id, space, values }) {
  return { id, space, ...LIST_FIRST, ...values, deleted: values.deleted ?? null };
}

/** @param {Held} task */
function taskEntry({ id, space, values }) {
  const plain = Object.fromEntries(
    Object.entries(values).filter(([field]) => !field.startsWith(LABEL_PREFIX)),
  );
  return { id, space, ...TASK_FIRST, ...plain, labels: labelsOf(values), deleted: values.deleted ?? null };
}

/** @param {Held} record */
function conflictsOf({ kind, id, writes }) {
  if (!writes) return [];
  return conflicts({ kind, id, clock: {}, writes }).map((field) => ({
    id,
    field,
    values: held(writes, field),
  }));
}

/**
 * The different values of a field, in the order of their writes.
 * @param {import("./records.js").Write[]} writes
 * @param {string} field
 */
function held(writes, field) {
  return [
    ...new Set(writes.filter((write) => Object.hasOwn(write.set, field)).map((write) => write.set[field])),
  ];
}
