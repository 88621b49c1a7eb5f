/**
 * Merges changes and copies of records. A record is its clock and its surviving writes: a multi-value
 * register with dotted version vectors. Nothing is modified in place. Twin of server/core/merge.py, which
 * explains more.
 * @typedef {import("./vector_clock.js").Clock} Clock
 * @typedef {string | number | boolean | null} Value
 * @typedef {Record<string, Value>} Fields
 * @typedef {{by: string, n: number, at: string, set: Fields}} Write
 * @typedef {{kind: string, id: string, clock: Clock, writes: Write[], seq?: number, grave?: boolean, space?:
 *   string}} Rec
 * @typedef {{kind: string, id: string, by: string, n: number, prev: number, seen: Clock, at: string, set:
 *   Fields}} Change
 */
import { covers, join as joinClocks } from "./vector_clock.js";

export const FIELD_WRITES_MAX = 8;
export const CLOCK_ENTRIES_MAX = 64;
const NEVER_IN_CONFLICT = new Set(["order", "completed_at"]);
const DELETED = "deleted"; // two deletion times do not conflict; deleted and not deleted do

/**
 * A record without writes.
 * @param {string} kind
 * @param {string} id
 * @returns {Rec}
 */
export function empty(kind, id) {
  return { kind, id, clock: {}, writes: [] };
}

/**
 * The record after `change`. Writes that its author had seen lose the fields it sets; concurrent writes keep
 * them.
 * @param {Rec} record
 * @param {Change} change
 * @returns {Rec}
 */
export function merge(record, { by, n, at, seen, set }) {
  if (covers(record.clock, by, n)) return record;
  const writes = record.writes.map((write) => withoutSeen(write, set, seen));
  writes.push({ by, n, at, set: { ...set } });
  return { ...record, ...bounded({ ...record.clock, [by]: n }, writes) };
}

/**
 * Joins two copies of a record. A (dot, field) stays if both copies have it, or if the copy without it has
 * not seen that dot.
 * @param {Rec} left
 * @param {Rec} right
 * @returns {Rec}
 */
export function join(left, right) {
  if (left.grave || right.grave) return left.grave ? left : right;
  const clock = joinClocks(left.clock, right.clock);
  const writes = [...kept(left, right), ...kept(right, left).filter((write) => !find(left, write))];
  return { ...left, ...bounded(clock, writes) };
}

/**
 * The value that the record shows for `field`: the one with the greatest (at, by, n); null if there is none.
 * @param {Rec} record
 * @param {string} field
 * @returns {Value}
 */
export function value(record, field) {
  return values(record)[field] ?? null;
}

/**
 * Every field with the value that is shown.
 * @param {Rec} record
 * @returns {Fields}
 */
export function values(record) {
  return Object.fromEntries([...record.writes].sort(byAge).flatMap((write) => Object.entries(write.set)));
}

/**
 * The fields with different values in concurrent writes, sorted. Equal means same type and same value.
 * @param {Rec} record
 * @returns {string[]}
 */
export function conflicts(record) {
  /** @type {Map<string, Set<Value>>} */
  const held = new Map();
  for (const write of record.writes)
    for (const [field, value] of Object.entries(write.set))
      held.set(field, (held.get(field) ?? new Set()).add(field === DELETED ? value === null : value));
  return [...held]
    .filter(([field, different]) => different.size > 1 && !NEVER_IN_CONFLICT.has(field))
    .map(([field]) => field)
    .sort(byCodePoint);
}

/**
 * By code point, as Python sorts text. By UTF-16 unit, characters above U+FFFF would come too early.
 * @param {string} a
 * @param {string} b
 */
function byCodePoint(a, b) {
  const [left, right] = [[...a], [...b]];
  const place = left.findIndex((character, index) => character !== right[index]);
  if (place < 0) return left.length - right.length;
  return (left[place].codePointAt(0) ?? 0) - (right[place]?.codePointAt(0) ?? -1);
}

/**
 * @param {Write} write
 * @param {Fields} fields
 * @param {Clock} seen
 * @returns {Write}
 */
function withoutSeen(write, fields, seen) {
  return covers(seen, write.by, write.n)
    ? { ...write, set: pick(write.set, (field) => !Object.hasOwn(fields, field)) }
    : write;
}

/**
 * The writes of `side`, each with the fields that a join keeps.
 * @param {Rec} side
 * @param {Rec} other
 * @returns {Write[]}
 */
function kept(side, other) {
  return side.writes.flatMap((write) => {
    const twin = find(other, write);
    if (twin) return [{ ...write, set: pick(write.set, (field) => Object.hasOwn(twin.set, field)) }];
    return covers(other.clock, write.by, write.n) ? [] : [write];
  });
}

/**
 * @param {Rec} record
 * @param {Write} dot
 */
function find(record, dot) {
  return record.writes.find((write) => write.by === dot.by && write.n === dot.n);
}

/**
 * @param {Fields} set
 * @param {(field: string) => boolean} wanted
 * @returns {Fields}
 */
function pick(set, wanted) {
  return Object.fromEntries(Object.entries(set).filter(([field]) => wanted(field)));
}

/**
 * In ascending order of (at, by, n), text as ASCII.
 * @param {Write} a
 * @param {Write} b
 */
function byAge(a, b) {
  return compare(a.at, b.at) || compare(a.by, b.by) || a.n - b.n;
}

/**
 * Compares ids and stamps by code unit, never by locale.
 * @param {string} a
 * @param {string} b
 */
export function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Clock and writes in canonical form: no empty writes, at most FIELD_WRITES_MAX writes for a field, at most
 * CLOCK_ENTRIES_MAX clock entries.
 * @param {Clock} clock
 * @param {Write[]} writes
 * @returns {{clock: Clock, writes: Write[]}}
 */
function bounded(clock, writes) {
  const held = newestOfEachField(writes.filter((write) => Object.keys(write.set).length).sort(byAge));
  return { clock: withoutSilentEntries(clock, new Set(held.map((write) => write.by))), writes: held };
}

/**
 * @param {Write[]} writes in (at, by, n) order
 * @returns {Write[]}
 */
function newestOfEachField(writes) {
  if (writes.length <= FIELD_WRITES_MAX) return writes;
  /** @type {Map<string, number>} */
  const holders = new Map();
  const newest = writes.toReversed().map((write) => ({
    ...write,
    set: pick(write.set, (field) => {
      holders.set(field, (holders.get(field) ?? 0) + 1);
      return /** @type {number} */ (holders.get(field)) <= FIELD_WRITES_MAX;
    }),
  }));
  return newest.reverse().filter((write) => Object.keys(write.set).length);
}

/**
 * @param {Clock} clock
 * @param {Set<string>} writers
 * @returns {Clock}
 */
function withoutSilentEntries(clock, writers) {
  const excess = Object.keys(clock).length - CLOCK_ENTRIES_MAX;
  if (excess <= 0) return clock;
  const silent = Object.entries(clock)
    .filter(([by]) => !writers.has(by))
    .sort((a, b) => a[1] - b[1] || compare(a[0], b[0]));
  const leaving = new Set(silent.slice(0, excess).map(([by]) => by));
  return Object.fromEntries(Object.entries(clock).filter(([by]) => !leaving.has(by)));
}
