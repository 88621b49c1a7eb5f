/**
 * Entries of the outbox: creates them from edits, and adapts them to the device's id and clock. Pure
 * functions. The rules are those of sync_protocol.md, "Duties of a client".
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {import("../core/vector_clock.js").Clock} Clock
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Device} Device
 * @typedef {import("./replica.js").Edit} Edit
 * @typedef {import("./replica.js").Entry} Entry
 */
import { formatReading, parseReading, shift, tick } from "../core/hlc.js";
import { covers } from "../core/vector_clock.js";
import { begin, underNewId } from "./replica.js";

export const FUTURE_MS_MAX = 60_000;

/**
 * A new outbox entry, and the unsent one it replaces: an edit of the same fields whose author was shown that
 * entry.
 * @param {Device} device
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries those of this record, in order
 * @param {Edit} edit
 * @param {number} nowMs
 * @returns {{device: Device, entry: Entry, replaced: Entry | undefined}}
 */
export function makeEntry(device, confirmed, entries, { space, kind, id, set, move, begun }, nowMs) {
  const { seen, base } = underNewId(begun ?? begin(device.id, confirmed, entries), device.id);
  const last = entries.at(-1);
  const replaced = last && !move && isReplacedBy(last, set, seen, device.id) ? last : undefined;
  const n = device.counter + 1;
  const lastAt = tick(device.lastAt, Math.max(0, nowMs + device.offsetMs));
  const prev = replaced ? replaced.prev : newestOf(device.id, confirmed, entries);
  const entry = {
    space,
    kind,
    id,
    by: device.id,
    n,
    prev,
    seen,
    base,
    at: lastAt,
    set: wellFormed(set),
    ...(move ? { move } : {}),
    sent: false,
    outcome: null,
  };
  return { device: { ...device, counter: n, lastAt }, entry, replaced };
}

/**
 * Gives the device another id: entries without an outcome are created again from the confirmed clock that
 * their author was shown, since writes of the old id elsewhere were never seen here.
 * @param {Device} device
 * @param {Entry[]} entries in order
 * @param {string} id
 * @returns {{device: Device, entries: Entry[]}}
 */
export function remake(device, entries, id) {
  const taken = entries.filter((entry) => entry.outcome);
  let counter = 0;
  /** @type {Map<string, {before: number, n: number}[]>} */
  const renamed = new Map();
  const remade = entries
    .filter((entry) => !entry.outcome)
    .map((entry) => {
      const earlier = renamed.get(entry.id) ?? [];
      const old = entry.by;
      const { [old]: oldSeen = 0, ...seen } = entry.seen;
      const taught = taken
        .filter((each) => each.id === entry.id && each.by === old && each.n <= oldSeen)
        .map((each) => each.n);
      const confirmed = Math.max(entry.base[old] ?? 0, ...taught);
      if (confirmed) seen[old] = confirmed;
      const known = earlier.filter(({ before }) => before <= oldSeen).map(({ n }) => n);
      if (known.length) seen[id] = Math.max(...known);
      const n = ++counter;
      renamed.set(entry.id, [...earlier, { before: entry.n, n }]);
      return { ...entry, by: id, n, prev: earlier.at(-1)?.n ?? 0, seen, sent: false };
    });
  return { device: { ...device, id, counter }, entries: remade };
}

/**
 * Stamps are in server time. A clock over a minute ahead of it is set back, and unsent entries are shifted
 * with it.
 * @param {Device} device
 * @param {Entry[]} entries
 * @param {number} serverMs
 * @param {number} localMs local time at the same moment
 * @returns {{device: Device, entries: Entry[]}} only the changed entries
 */
export function learnTime(device, entries, serverMs, localMs) {
  const learnt = { ...device, offsetMs: serverMs - localMs };
  const aheadMs = device.lastAt ? parseReading(device.lastAt)[0] - serverMs : 0;
  if (aheadMs <= FUTURE_MS_MAX) return { device: learnt, entries: [] };
  const shifted = entries
    .filter((entry) => !entry.sent)
    .map((entry) => ({ ...entry, at: shift(entry.at, -aheadMs) }));
  return { device: { ...learnt, lastAt: formatReading(serverMs) }, entries: shifted };
}

/**
 * The greatest number that the device knows it has used for a record.
 * @param {string} by
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries of the record
 */
export function newestOf(by, confirmed, entries) {
  return Math.max(
    confirmed?.clock?.[by] ?? 0,
    ...entries.filter((entry) => entry.by === by).map((entry) => entry.n),
  );
}

/**
 * Text that any server accepts: no lone surrogates, no NUL.
 * @param {Fields} set
 * @returns {Fields}
 */
function wellFormed(set) {
  return Object.fromEntries(
    Object.entries(set).map(([field, value]) => [
      field,
      typeof value === "string" ? value.toWellFormed().replaceAll("\0", "") : value,
    ]),
  );
}

/**
 * @param {Entry} last
 * @param {Fields} set
 * @param {Clock} seen
 * @param {string} device
 */
function isReplacedBy(last, set, seen, device) {
  return (
    !last.sent &&
    !last.move &&
    last.by === device &&
    covers(seen, device, last.n) &&
    Object.keys(last.set).every((field) => Object.hasOwn(set, field))
  );
}
