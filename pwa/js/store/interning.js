/**
 * Shares equal texts of many records in memory.
 * @typedef {import("../core/merge.js").Rec} Rec
 */

const POOLED = ["status", "due", "list", "parent"];

/**
 * Returns one instance for equal texts.
 * @returns {(text: any) => any}
 */
export function pool() {
  const known = new Map();
  return (text) => {
    const held = known.get(text);
    if (held === undefined) known.set(text, text);
    return held ?? text;
  };
}

/**
 * The record with its repeated texts taken from the pool.
 * @template {Rec} T
 * @param {T} record
 * @param {(text: any) => any} intern
 * @returns {T}
 */
export function share(record, intern) {
  record.space = intern(record.space);
  record.kind = intern(record.kind);
  for (const write of record.writes ?? []) {
    write.by = intern(write.by);
    shareFields(write.set, POOLED, intern);
  }
  return record;
}

/**
 * @param {any} set
 * @param {string[]} fields
 * @param {(text: any) => any} intern
 */
export function shareFields(set, fields, intern) {
  for (const field of fields) if (typeof set[field] === "string") set[field] = intern(set[field]);
}
