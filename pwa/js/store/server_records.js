/**
 * Confirmed records by id. A record may have copies in several spaces, during a move between them and on
 * older start cache pages. The newest copy is the record; a tombstone stands for the copy that it replaced
 * while an older one is live.
 * @typedef {import("../core/merge.js").Rec} Rec
 */
import { dominates } from "../core/vector_clock.js";
import { inBatches } from "./batches.js";
import { STORES } from "./schema.js";

/** @extends {Map<string, Rec>} */
export class Confirmed extends Map {
  /** @type {Map<string, Rec[]>} the copies of records that are in several spaces, in order of arrival */
  #copies = new Map();

  /** @param {Rec} record the current copy in its space */
  hold(record) {
    const { id, space } = record;
    const held = this.get(id);
    const copies = this.#copies.get(id) ?? (held ? [held] : []);
    const others = copies.filter((copy) => copy.space !== space);
    if (!others.length) return this.set(id, record);
    this.#copies.set(id, [...others, record]);
    return this.set(id, newestOf([...others, record]));
  }

  /** @param {string} id */
  delete(id) {
    this.#copies?.delete(id);
    return super.delete(id);
  }
}

/**
 * The newest of a record's copies. If one is live, this is it or the copy that a tombstone has replaced; else
 * it is a tombstone.
 * @param {Rec[]} copies in order of arrival
 * @returns {Rec}
 */
function newestOf(copies) {
  const isGone = copies.every(({ grave }) => grave);
  const shown = isGone ? copies : copies.filter(({ writes }) => writes);
  const newest = shown.reduce((held, copy) => (isAhead(held, copy) ? held : copy));
  return isGone || !newest.grave ? newest : { ...newest, grave: false };
}

/**
 * Whether a copy is newer than one that arrived later. Of equal ones the live one is taken.
 * @param {Rec} held
 * @param {Rec} later
 */
function isAhead(held, later) {
  const [clock, other] = [held.clock ?? {}, later.clock ?? {}];
  return dominates(clock, other) && (!dominates(other, clock) || (!held.grave && Boolean(later.grave)));
}

/**
 * The records of some ids, from the database.
 * @param {any} tx
 * @param {string[]} ids
 * @param {string[]} spaces possible spaces of the records
 * @returns {Promise<Rec[]>}
 */
export async function readCopies(tx, ids, spaces) {
  const keys = ids.flatMap((id) => [...new Set(spaces)].map((space) => [space, id]));
  /** @type {(Rec | undefined)[]} */
  const found = [];
  await inBatches(keys, async (key) => found.push(await tx.objectStore(STORES.confirmed).get(key)));
  return found.filter((record) => record !== undefined);
}
