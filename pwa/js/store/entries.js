/**
 * Entries of the outbox: creates them from edits, and adapts them to the device's id and clock. Pure
 * functions. The rules are those of sync_protocol.md, "Duties of a client".
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {import("../core/vector_clock.js").Clock} Clock
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Device} Device
 * @typedef {import("./replica.js").Edit} Edit
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").EditBase} EditBase
 */
import { formatReading, parseReading, shift, tick } from "../core/hlc.js";
import { covers } from "../core/vector_clock.js";
import { begin, seenBy, stillOwn, underNewId, withEntry } from "./replica.js";

export const FUTURE_MS_MAX = 60_000;
const TRIP_MS_MAX = 10_000; // of a request that tells the time to 5 s

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
  const known = underNewId(begun ?? begin(device.id, confirmed, entries), device.id);
  const base = { ...known, own: stillOwn(known, confirmed, entries) };
  const seen = seenBy(base, set, confirmed, entries);
  const last = entries.at(-1);
  const replaced = last && !move && isReplacedBy(last, set, seen, base) ? last : undefined;
  const n = device.counter + 1;
  const lastAt = tick(device.lastAt, Math.max(0, nowMs + device.offsetMs));
  const entry = {
    space,
    kind,
    id,
    by: device.id,
    n,
    prev: replaced ? replaced.prev : newestOf(device.id, confirmed, entries),
    seen: replaced ? withoutDropped(seen, replaced, entries, base) : seen,
    begun: replaced ? { ...base, sure: Math.min(base.sure, replaced.begun.sure) } : base,
    at: lastAt,
    set: wellFormed(set),
    ...(move ? { move } : {}),
    sent: false,
    outcome: null,
  };
  return { device: { ...device, counter: n, lastAt }, entry, replaced };
}

/**
 * The clock without the number of a dropped entry, which no server ever gets: a copy of this profile may use
 * it.
 * @param {Clock} seen
 * @param {Entry} dropped
 * @param {Entry[]} entries of the record
 * @param {EditBase} begun
 */
function withoutDropped(seen, dropped, entries, { base, by }) {
  const earlier = entries.filter((entry) => entry.by === by && entry !== dropped);
  return withEntry(
    seen,
    by,
    Math.max(dropped.seen[by] ?? 0, base[by] ?? 0, ...earlier.map((entry) => entry.n)),
  );
}

/**
 * Gives the device another id: entries without an outcome are created again. Of the old id, each covers only
 * what was surely confirmed and what the server has accepted, since a copy of this profile writes under it
 * too.
 * @param {Device} device
 * @param {Entry[]} entries in order
 * @param {string} id
 * @returns {{device: Device, entries: Entry[]}}
 */
export function remake(device, entries, id) {
  const taken = entries.filter((entry) => entry.outcome);
  let counter = 0;
  /** @type {Map<string, {before: number, n: number}[]>} by record */
  const renamed = new Map();
  const remade = entries
    .filter((entry) => !entry.outcome)
    .map((entry) => {
      const earlier = renamed.get(entry.id) ?? [];
      const n = ++counter;
      renamed.set(entry.id, [...earlier, { before: entry.n, n }]);
      const begun = begunAnew(entry, taken, earlier, id);
      return { ...entry, by: id, n, prev: earlier.at(-1)?.n ?? 0, seen: begun.seen, begun, sent: false };
    });
  return { device: { ...device, id, counter }, entries: remade };
}

/**
 * The edit base of an entry that is created again under another id.
 * @param {Entry} entry
 * @param {Entry[]} taken entries with an outcome
 * @param {{before: number, n: number}[]} earlier the record's entries created again, with their old numbers
 * @param {string} id
 * @returns {EditBase}
 */
function begunAnew(entry, taken, earlier, id) {
  const { by: old, begun } = entry;
  const [oldSeen, reached] = [entry.seen[old] ?? 0, begun.base[old] ?? 0];
  const accepted = taken.filter((each) => each.id === entry.id && each.by === old && each.n <= oldSeen);
  const sure = Math.max(begun.sure, ...accepted.map(({ n }) => n));
  // a confirmed record that had reached an entry's number hid it: it came from a copy of this profile
  const end = earlier.findIndex(({ before }) => before <= reached);
  const known = (end < 0 ? earlier : earlier.slice(0, end)).filter(({ before }) => before <= oldSeen);
  const seen = withEntry(withEntry(entry.seen, old, sure), id, known.at(-1)?.n ?? 0);
  return { seen, base: withEntry(begun.base, old, sure), sure: 0, by: id, own: [] };
}

/**
 * Stamps are in server time. A slow answer says little about it and is ignored if a faster one has told it. A
 * clock over a minute ahead of it is set back, and unsent entries are shifted with it.
 * @param {Device} device
 * @param {Entry[]} entries
 * @param {number} serverMs the server's time as it answered
 * @param {{sentAtMs: number, nowMs: number}} times of the device: request sent, answer received
 * @returns {{device: Device, entries: Entry[]}} only the changed entries
 */
export function learnTime(device, entries, serverMs, { sentAtMs, nowMs }) {
  const tripMs = nowMs - sentAtMs;
  const isBetter = tripMs >= 0 && tripMs <= Math.max(TRIP_MS_MAX, device.tripMs ?? 0);
  const offsetMs = serverMs - Math.round((sentAtMs + nowMs) / 2);
  const learnt = isBetter || device.tripMs === undefined ? { ...device, offsetMs, tripMs } : device;
  const serverNowMs = Math.max(0, nowMs + learnt.offsetMs);
  const aheadMs = device.lastAt ? parseReading(device.lastAt)[0] - serverNowMs : 0;
  if (aheadMs <= FUTURE_MS_MAX) return { device: learnt, entries: [] };
  const shifted = entries
    .filter((entry) => !entry.sent)
    .map((entry) => ({ ...entry, at: shift(entry.at, -aheadMs) }));
  return { device: { ...learnt, lastAt: formatReading(serverNowMs) }, entries: shifted };
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
 * Whether an edit replaces the last entry of its record: its author was shown that entry, which was never
 * sent.
 * @param {Entry} last
 * @param {Fields} set
 * @param {Clock} seen
 * @param {EditBase} begun
 */
function isReplacedBy(last, set, seen, { base, by }) {
  return (
    !last.sent &&
    !last.move &&
    last.by === by &&
    seen[by] === last.n &&
    !covers(base, by, last.n) &&
    Object.keys(last.set).every((field) => Object.hasOwn(set, field))
  );
}
