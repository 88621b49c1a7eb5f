/**
 * Checks a reply of the server before it is applied. Pure functions. The rules are those of sync_protocol.md,
 * "Duties of a client", 4, 5, 8 and 9.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Device} Device
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {{role?: string, personal?: boolean, seq?: number, records?: Rec[], cursor?: string | null, more?:
 *   boolean, authors?: Record<string, string>, reset?: string, revoked?: boolean}} News  `authors`: the account
 *   of each device that wrote what the records hold
 * @typedef {{epoch: string, now: number, device_conflict?: boolean, outcomes: Outcome[], spaces:
 *   Record<string, News>}} Reply
 * @typedef {{device: string, epoch: string | null, account: string | null, cursors: Record<string, string |
 *   null>, changes: {n: number}[]}} Asked
 */
import { covers } from "../core/vector_clock.js";

/**
 * Whether the reply answers a request from the device's current epoch.
 * @param {Device} device
 * @param {Asked} asked
 */
export function isOfThisEpoch(device, asked) {
  return device.epoch === asked.epoch;
}

/**
 * Whether the server's data comes from a backup: it may not know what this device has sent.
 * @param {Device} device
 * @param {Reply} reply
 */
export function isRestored(device, reply) {
  const isReset = Object.values(reply.spaces).some((news) => news.reset === "epoch");
  return device.epoch !== null && (device.epoch !== reply.epoch || isReset);
}

/**
 * The entries that wait for an outcome, each with its own. An entry that has an outcome keeps it.
 * @param {Device} device
 * @param {Entry[]} outbox
 * @param {Asked} asked
 * @param {Reply} reply
 * @returns {[Entry, Outcome][]}
 */
export function matchOutcomes(device, outbox, asked, reply) {
  if (asked.device !== device.id) return [];
  const waiting = outbox.filter((entry) => !entry.outcome && entry.by === device.id);
  const entries = new Map(waiting.map((entry) => [entry.n, entry]));
  return reply.outcomes.flatMap((outcome, place) => {
    const entry = entries.get(asked.changes[place].n);
    return entry && outcome.status !== "device_conflict" ? [[entry, outcome]] : [];
  });
}

/**
 * Whether the news of a space follow another cursor than the stored one.
 * @param {Asked} asked
 * @param {Record<string, string>} cursors
 * @param {string} space
 */
export function isLate(asked, cursors, space) {
  return (cursors[space] ?? null) !== (asked.cursors[space] ?? null);
}

/**
 * Whether a record is newer than its local copy.
 * @param {Rec} record
 * @param {Rec | undefined} held
 */
export function isNewer(record, held) {
  return !held || (held.seq ?? 0) < (record.seq ?? 0);
}

/**
 * Whether a record holds a write under this device's id that this device did not send: then its profile was
 * copied or rolled back.
 * @param {Device} device
 * @param {Rec} record as pulled
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries of the record
 */
export function isForeign(device, record, confirmed, entries) {
  const own = record.clock?.[device.id] ?? 0;
  if (covers(confirmed?.clock ?? {}, device.id, own)) return false;
  return !entries.some(({ by, n, sent }) => sent && by === device.id && n === own);
}

/**
 * The space in which an entry's record is, as far as the server has said.
 * @param {Entry} entry
 */
export function placeOf({ outcome, space }) {
  return outcome?.space ?? space;
}

/**
 * Whether an entry's outcome has come and the confirmed copy has reached its seq.
 * @param {Entry} entry
 * @param {Rec | undefined} confirmed
 */
export function isSettled(entry, confirmed) {
  return entry.outcome?.seq !== undefined && (confirmed?.seq ?? 0) >= entry.outcome.seq;
}
