/** Splits much work on a database into batches, so that a person's actions can run in between. */
import { STORES } from "./schema.js";

const SLICE = 250;

/**
 * Does `work` for a list, one batch at a time.
 * @template T
 * @param {T[]} list
 * @param {(one: T) => Promise<unknown>} work
 */
export async function inBatches(list, work) {
  for (let start = 0; start < list.length; start += SLICE)
    await Promise.all(list.slice(start, start + SLICE).map(work));
}

/**
 * The content of an object store, in order of its keys, batch by batch.
 * @template T
 * @param {any} store
 * @param {(one: T) => any} keyOf
 * @param {any} after exclusive lower bound of the keys
 * @param {any} before exclusive upper bound of the keys
 * @returns {AsyncGenerator<T[]>}
 */
export async function* portions(store, keyOf, after, before) {
  for (;;) {
    const portion = await store.getAll(IDBKeyRange.bound(after, before, true, true), SLICE);
    yield portion;
    if (portion.length < SLICE) return;
    after = keyOf(portion.at(-1));
  }
}

/**
 * The whole outbox, in order.
 * @param {any} tx
 * @returns {Promise<import("./replica.js").Entry[]>}
 */
export async function readOutbox(tx) {
  const entries = [];
  for await (const portion of portions(tx.objectStore(STORES.outbox), (entry) => entry.key, 0, Infinity))
    entries.push(...portion);
  return entries;
}
