/** Much work on a database in portions, so that what a person does in between finds its turn. */
import { STORES } from "./schema.js";

const SLICE = 250;

/**
 * Does `work` for each of `list`, a portion at once.
 * @template T
 * @param {T[]} list
 * @param {(one: T) => Promise<unknown>} work
 */
export async function inBatches(list, work) {
  for (let start = 0; start < list.length; start += SLICE)
    await Promise.all(list.slice(start, start + SLICE).map(work));
}

/**
 * What a store holds, in order of its keys, portion by portion.
 * @template T
 * @param {any} store
 * @param {(one: T) => any} keyOf
 * @param {any} after the key it begins after
 * @param {any} before the key it ends before
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
