/**
 * Confirmed records by id. During a move between spaces, and on older start cache pages, a record may have
 * copies in two spaces. The live copy is the record; of two live ones the later one, until a tombstone
 * removes the other.
 * @typedef {import("../core/merge.js").Rec} Rec
 */
import { inBatches } from "./batches.js";
import { STORES } from "./schema.js";

/** @extends {Map<string, Rec>} */
export class Confirmed extends Map {
  /** @type {Map<string, Rec>} live copies hidden by live ones of another space */
  #behind = new Map();

  /** @param {Rec} record the current copy in its space */
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
