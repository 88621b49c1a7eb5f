/**
 * What a reply of the server may change: the questions that are asked of it before it is taken. Pure functions.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Device} Device
 */
import { newestOf } from "./entries.js";

/**
 * Whether a record holds an own entry that this device never made, or never sent: then its profile was copied
 * or rolled back.
 * @param {Device} device
 * @param {Rec} record as pulled
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries of the record
 */
export function isForeign(device, record, confirmed, entries) {
  const own = record.clock?.[device.id] ?? 0;
  const isUnsent = (/** @type {Entry} */ { by, n, sent }) => by === device.id && !sent && n <= own;
  return own > newestOf(device.id, confirmed, entries) || entries.some(isUnsent);
}

/**
 * Whether an entry's outcome has come and the confirmed copy has reached its seq.
 * @param {Entry} entry
 * @param {Rec | undefined} confirmed
 */
export function isSettled(entry, confirmed) {
  return entry.outcome?.seq !== undefined && (confirmed?.seq ?? 0) >= entry.outcome.seq;
}
