/**
 * The outbox in memory: by record, with the number of pending changes and the time of the oldest. The
 * database is the truth.
 * @typedef {import("./replica.js").Entry} Entry
 */
import { parseReading } from "../core/hlc.js";

/** @type {Entry[]} */
const NONE = [];

export class Outbox {
  /** @param {Entry[]} entries in order */
  constructor(entries = []) {
    /** @type {Map<string, Entry[]>} */
    this.byRecord = Map.groupBy(entries, (entry) => entry.id);
    /** @type {Entry[] | null} in order; null if unknown */
    this.ordered = entries;
    this.waiting = entries.filter(isWaiting).length;
    this.unsent = entries.filter(isUnsent).length;
    /** @type {Entry | null | undefined} the oldest pending one; undefined if unknown */
    this.oldest = undefined;
  }

  /**
   * All entries in order. Do not change it.
   * @returns {Entry[]}
   */
  get entries() {
    this.ordered ??= [...this.byRecord.values()].flat().sort(byKey);
    return this.ordered;
  }

  /**
   * The entries of a record, in order.
   * @param {string} id
   */
  of(id) {
    return this.byRecord.get(id) ?? NONE;
  }

  /**
   * The records whose entries differ in the database: another tab wrote or sent some, or a reply removed
   * some.
   * @param {Entry[]} entries in the database
   * @returns {Set<string>}
   */
  differing(entries) {
    const held = new Map(this.entries.map((entry) => [entry.key, entry]));
    const others = entries.filter((entry) => {
      const own = held.get(entry.key);
      return own?.n !== entry.n || own.by !== entry.by || !held.delete(entry.key);
    });
    return new Set([...others, ...held.values()].map((entry) => entry.id));
  }

  /** The time of the oldest pending change, in ms since 1970; null if there is none. */
  get oldestMs() {
    if (this.oldest === undefined) this.oldest = this.entries.filter(isUnsent).reduce(older, null);
    return this.oldest && parseReading(this.oldest.at)[0];
  }

  /**
   * @param {string} id
   * @param {Entry[]} entries all entries of the record now, in order
   */
  set(id, entries) {
    const before = this.of(id);
    if (entries.length) this.byRecord.set(id, entries);
    else this.byRecord.delete(id);
    const unsent = entries.filter(isUnsent);
    this.waiting += entries.filter(isWaiting).length - before.filter(isWaiting).length;
    this.unsent += unsent.length - before.filter(isUnsent).length;
    if (this.oldest && before.includes(this.oldest)) this.oldest = undefined;
    if (this.oldest !== undefined) this.oldest = unsent.reduce(older, this.oldest);
    this.ordered = null;
  }
}

/** @param {Entry} entry */
function isWaiting(entry) {
  return !entry.outcome;
}

/**
 * Whether the person would lose something with an entry. A read position is none of their work.
 * @param {Entry} entry
 */
export function isUnsent(entry) {
  return !entry.outcome && entry.kind !== "read";
}

/**
 * @param {Entry | null} oldest
 * @param {Entry} entry
 * @returns {Entry}
 */
function older(oldest, entry) {
  return oldest && oldest.at <= entry.at ? oldest : entry;
}

/**
 * @param {Entry} a
 * @param {Entry} b
 */
function byKey(a, b) {
  return (a.key ?? 0) - (b.key ?? 0);
}
