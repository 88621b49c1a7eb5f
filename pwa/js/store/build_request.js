/**
 * Builds the next request to the server.
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./validate_reply.js").Asked} Asked
 */
import { META, STORES } from "./schema.js";
import { inBatches, readOutbox } from "./batches.js";
import { countOffered } from "./meta.js";
import { LOCAL_SPACE } from "./replica.js";

export const CHANGES_MAX = 1_000;
export const REQUEST_CHARACTERS_MAX = 600_000; // at most 3 bytes each in UTF-8: below the server's 2 MiB

/**
 * Marks entries as sent. Their transaction must be complete before the request may leave. After a restore of
 * the server none are sent before all offers.
 * @param {any} tx
 * @param {number} nowMs
 * @param {number} [changesMax]
 * @returns {Promise<{asked: Asked, outbox: Entry[]}>}
 */
export async function takeRequest(tx, nowMs, changesMax = CHANGES_MAX) {
  const meta = tx.objectStore(STORES.meta);
  const [device, cursors, roles, outbox, offered] = await Promise.all([
    meta.get(META.device),
    meta.get(META.cursors),
    meta.get(META.roles),
    readOutbox(tx),
    countOffered(tx),
  ]);
  const sending = batch(
    outbox.filter((entry) => !offered && !entry.outcome && entry.space !== LOCAL_SPACE),
    changesMax,
    asChange,
  );
  await inBatches(
    sending.filter((entry) => !entry.sent),
    (entry) => {
      entry.sent = true;
      return tx.objectStore(STORES.outbox).put(entry);
    },
  );
  const asked = {
    protocol: 1,
    device: device.id,
    account: device.account,
    epoch: device.epoch,
    now: nowMs,
    cursors: Object.fromEntries(Object.keys(roles ?? {}).map((space) => [space, cursors?.[space] ?? null])),
    changes: sending.map(asChange),
  };
  return { asked, outbox };
}

/**
 * As many rows, in order, as fit into one request.
 * @template T
 * @param {T[]} rows
 * @param {number} max
 * @param {(row: T) => object} toSend
 * @returns {T[]}
 */
export function batch(rows, max, toSend) {
  let characters = 0;
  const end = rows.findIndex((row, place) => {
    characters += JSON.stringify(toSend(row)).length;
    return place >= max || (place > 0 && characters > REQUEST_CHARACTERS_MAX);
  });
  return end < 0 ? rows : rows.slice(0, end);
}

/** @param {Entry} entry */
function asChange({ space, kind, id, n, prev, seen, at, set, move }) {
  const change = { space, kind, id, n, prev, seen, at, set };
  return move ? { ...change, move } : change;
}
