/**
 * Takes over another database's tasks (the anonymous one's) into an account.
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Device} Device
 */
import { inBatches } from "./batches.js";
import { remake } from "./entries.js";
import { META, STORES, tookOver } from "./schema.js";
import { dropPages } from "./start_cache.js";

/**
 * Reads the tasks of the other database; from now on no tab can save there.
 * @param {any} tx of the other database
 * @returns {Promise<{device: Device, outbox: Entry[]}>}
 */
export async function giveUp(tx) {
  await tx.objectStore(STORES.meta).put(true, META.moved);
  const [device, outbox] = await Promise.all([
    tx.objectStore(STORES.meta).get(META.device),
    tx.objectStore(STORES.outbox).getAll(),
  ]);
  return { device, outbox };
}

/**
 * Creates the other's entries for this device, with the same ids, and notes it in the same transaction: a
 * crash before the other database is deleted duplicates nothing.
 * @param {any} tx
 * @param {string} database the other's name
 * @param {{device: Device, outbox: Entry[]}} given
 * @param {string} space the target space
 */
export async function takeOver(tx, database, given, space) {
  const [meta, outbox] = [tx.objectStore(STORES.meta), tx.objectStore(STORES.outbox)];
  const note = tookOver(database);
  const [device, taken] = await Promise.all([meta.get(META.device), meta.get(note)]);
  if (taken === given.device.id) return;
  const made = remake(given.device, given.outbox, device.id);
  const entries = made.entries.map(({ key: _, ...entry }) => raise({ ...entry, space }, device.counter));
  await inBatches(entries, (entry) => outbox.add(entry));
  await dropPages(tx, space);
  const counter = device.counter + entries.length;
  const lastAt = later(device.lastAt, given.device.lastAt);
  await meta.put({ ...device, counter, lastAt }, META.device);
  await meta.put(given.device.id, note);
}

/**
 * The entry with its own numbers raised by `by`: entries numbered from 1 join a device that has counted
 * further.
 * @param {Entry} entry
 * @param {number} by
 */
function raise(entry, by) {
  const own = entry.seen[entry.by];
  const seen = own ? { ...entry.seen, [entry.by]: own + by } : entry.seen;
  return {
    ...entry,
    n: entry.n + by,
    prev: entry.prev && entry.prev + by,
    seen,
    begun: { ...entry.begun, seen },
  };
}

/**
 * @param {string | null} a
 * @param {string | null} b
 */
function later(a, b) {
  return (a ?? "") > (b ?? "") ? a : b;
}
