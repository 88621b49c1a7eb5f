/**
 * Confirmed records by id. While a move between spaces is under way, and on start cache pages of before it, a
 * record may lie in two spaces: the live copy is the record; of two live ones that which came last, until a
 * grave says where it no longer is.
 * @typedef {import("../core/merge.js").Rec} Rec
 */
import { inBatches } from "./batches.js";
import { STORES } from "./schema.js";

/** @extends {Map<string, Rec>} */
export class Confirmed extends Map {
  /** @type {Map<string, Rec>} live copies behind live ones of another space */
  #behind = new Map();

  /** @param {Rec} record as it lies in its space now */
  hold(record) {
    const { id } = record;
    const held = this.get(id);
    const behind = this.#behind.get(id);
    if (behind?.space === record.space) this.#behind.delete(id);
    if (!held || held.space === record.space) {
      if (record.grave && this.#behind.has(id)) return this.#comeForward(id);
    } else if (!held.grave) {
      if (record.grave) return this;
      this.#behind.set(id, held);
    }
    return this.set(id, record);
  }

  /** @param {string} id */
  delete(id) {
    this.#behind?.delete(id);
    return super.delete(id);
  }

  /** @param {string} id */
  #comeForward(id) {
    this.set(id, /** @type {Rec} */ (this.#behind.get(id)));
    this.#behind.delete(id);
    return this;
  }
}

/**
 * The records of some ids, as they are in the database.
 * @param {any} tx
 * @param {string[]} ids
 * @param {string[]} spaces where they may be
 * @returns {Promise<Rec[]>}
 */
export async function readCopies(tx, ids, spaces) {
  const keys = ids.flatMap((id) => [...new Set(spaces)].map((space) => [space, id]));
  /** @type {(Rec | undefined)[]} */
  const found = [];
  await inBatches(keys, async (key) => found.push(await tx.objectStore(STORES.confirmed).get(key)));
  return found.filter((record) => record !== undefined);
}
