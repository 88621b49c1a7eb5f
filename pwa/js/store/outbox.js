/**
 * The outbox as it lies in memory: by record, with how many changes wait and since when. The database holds
 * the truth.
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
    /** @type {Entry[] | null} in order, as long as it is known */
    this.ordered = entries;
    this.unsent = entries.filter(isWaiting).length;
    /** @type {Entry | null | undefined} the one that waits longest; undefined: to be found */
    this.oldest = undefined;
  }

  /**
   * All entries in order. Not to be changed.
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
   * The records of which the database holds other entries: another tab wrote or sent some, or an answer took
   * some away.
   * @param {Entry[]} entries as they lie there
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

  /** The time of the oldest change that waits, in ms since 1970; null where none does. */
  get oldestMs() {
    if (this.oldest === undefined) this.oldest = this.entries.filter(isWaiting).reduce(older, null);
    return this.oldest && parseReading(this.oldest.at)[0];
  }

  /**
   * @param {string} id
   * @param {Entry[]} entries what is now there of the record, in order
   */
  set(id, entries) {
    const before = this.of(id);
    if (entries.length) this.byRecord.set(id, entries);
    else this.byRecord.delete(id);
    const waiting = entries.filter(isWaiting);
    this.unsent += waiting.length - before.filter(isWaiting).length;
    if (this.oldest && before.includes(this.oldest)) this.oldest = undefined;
    if (this.oldest !== undefined) this.oldest = waiting.reduce(older, this.oldest);
    this.ordered = null;
  }
}

/** @param {Entry} entry */
function isWaiting(entry) {
  return !entry.outcome;
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
