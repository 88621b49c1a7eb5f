/**
 * The entries of `meta` about the device and its account.
 * @typedef {import("./replica.js").Device} Device
 * @typedef {{device?: Device, roles: Record<string, string>, personal: string | null, syncedAt: number |
 *   null, authors: Authors, offered: number, moved?: boolean, evicted?: boolean}} Meta  `offered`: as
 *   `countOffered`
 * @typedef {Record<string, Record<string, string>>} Authors  by space: the account of each device whose writes
 *   are known
 */
import { makeId, newDevice } from "./replica.js";
import { META, STORES, WITH_OFFERS } from "./schema.js";

/**
 * @param {any} tx
 * @returns {Promise<Meta>}
 */
export async function readMeta(tx) {
  const meta = tx.objectStore(STORES.meta);
  const names = [
    META.device,
    META.roles,
    META.personal,
    META.syncedAt,
    META.authors,
    META.moved,
    META.evicted,
  ];
  const [offered, device, roles, personal, syncedAt, authors, moved, evicted] = await Promise.all([
    countOffered(tx),
    ...names.map((name) => meta.get(name)),
  ]);
  return {
    device,
    roles: roles ?? {},
    personal: personal ?? null,
    syncedAt: syncedAt ?? null,
    authors: authors ?? {},
    offered,
    moved: Boolean(moved),
    evicted: Boolean(evicted),
  };
}

/**
 * The number of open offers, and of spaces that may still get some: while there is any, no changes are sent.
 * @param {any} tx
 * @returns {Promise<number>}
 */
export async function countOffered(tx) {
  const [open, rebuilding] = await Promise.all([
    tx.objectStore(STORES.offers).count(),
    tx.objectStore(STORES.meta).get(META.rebuilding),
  ]);
  return open + Object.values(rebuilding ?? {}).filter((how) => how === WITH_OFFERS).length;
}

/**
 * The device, created if there is none; forgets an unfinished move.
 * @param {any} tx
 * @param {string | null} account
 * @param {boolean} isEvicted whether a new device means that the browser deleted the last one
 * @returns {Promise<{device: Device, isEvicted: boolean}>}
 */
export async function findOrMakeDevice(tx, account, isEvicted) {
  const meta = tx.objectStore(STORES.meta);
  if (account === null) await meta.delete(META.moved);
  const known = await meta.get(META.device);
  if (known) return { device: known, isEvicted: false };
  const device = newDevice(makeId(), account);
  if (isEvicted) await meta.put(true, META.evicted);
  await meta.put(device, META.device);
  return { device, isEvicted };
}
