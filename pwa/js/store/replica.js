/**
 * What a device knows and how a local edit or an answer changes it: pure functions, no database, no network.
 * The rules are those of sync_protocol.md, "Duties of a client".
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {import("../core/vector_clock.js").Clock} Clock
 * @typedef {{id: string, counter: number, lastAt: string | null, offsetMs: number, epoch: string | null,
 *   account: string | null}} Device
 * @typedef {{status: string, seq?: number, space?: string, code?: string, message?: string, fields?:
 *   string[], by?: string}} Outcome
 * @typedef {{key?: number, space: string, kind: string, id: string, by: string, n: number, prev: number,
 *   seen: Clock, base: Clock,
 *   at: string, set: Fields, move?: string, sent: boolean, outcome: Outcome | null}} Entry
 * @typedef {{seen: Clock, base: Clock, by: string}} EditBase  what an author was shown as an edit began: the
 *   clock on the screen, the confirmed
 *   part of it, and the device's id then
 * @typedef {{space: string, kind: string, id: string, set: Fields, move?: string, begun?: EditBase}} Edit
 *   `move`: the space it goes to
 */
import { formatReading, parseReading, shift, tick } from "../core/hlc.js";
import { makeDeviceId } from "../core/ids.js";
import { empty, merge } from "../core/merge.js";
import { covers } from "../core/vector_clock.js";

export const LOCAL_SPACE = "local";
export const FUTURE_MS_MAX = 60_000;

/** A new device id, out of the browser's random bytes. */
export function makeId() {
  return makeDeviceId(() => crypto.getRandomValues(new Uint8Array(1))[0]);
}

/**
 * @param {string} id
 * @param {string | null} account
 * @returns {Device}
 */
export function newDevice(id, account) {
  return { id, counter: 0, lastAt: null, offsetMs: 0, epoch: null, account };
}

/**
 * The record as the user sees it: confirmed with the outbox merged over it; null where there is none.
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries those of this record, in order
 * @returns {Rec | null}
 */
export function shown(confirmed, entries) {
  if (!entries.length) return confirmed && !confirmed.grave ? confirmed : null;
  const start = confirmed && heldBy(confirmed);
  const first = start ?? { ...empty(entries[0].kind, entries[0].id), space: entries[0].space };
  return entries.reduce(
    (record, entry) => (entry.move ? { ...merge(record, entry), space: entry.move } : merge(record, entry)),
    first,
  );
}

/**
 * @param {string} by the device's id
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries
 * @returns {EditBase}
 */
export function begin(by, confirmed, entries) {
  return editBaseAt(shown(confirmed, entries), confirmed, by);
}

/**
 * A record as far as its edits can be shown: what lay where a grave is now, as long as it is kept, since it
 * may come up in another space.
 * @param {Rec} confirmed
 * @returns {Rec | null}
 */
function heldBy({ grave, ...record }) {
  return !grave || record.writes ? record : null;
}

/**
 * A grave keeps the clock of the copy it takes the place of: should the record come up in another space, the
 * device knows what it wrote. While edits of it wait it keeps the writes too, or they would be shown alone
 * and their clock cover what is not shown.
 * @param {Rec} record as it came
 * @param {Rec | undefined} before
 * @param {boolean} isEdited
 * @returns {Rec}
 */
export function remembering(record, before, isEdited) {
  if (!record.grave || !before?.clock) return record;
  return { ...record, clock: before.clock, ...(isEdited && before.writes ? { writes: before.writes } : {}) };
}

/**
 * What an author is shown of a record as an edit begins.
 * @param {Rec | null | undefined} record as shown
 * @param {Rec | undefined} confirmed
 * @param {string} by the device's id
 * @returns {EditBase}
 */
export function editBaseAt(record, confirmed, by) {
  return { seen: record?.clock ?? {}, base: (record && confirmed?.clock) ?? {}, by };
}

/**
 * What the author of `entry` is shown after it: its dot too, unless that would cover own writes between that
 * were never shown (another editor's, another tab's: a clock cannot leave them out).
 * @param {Entry} entry
 * @param {Rec | null | undefined} record as shown now
 * @returns {EditBase}
 */
export function afterEdit({ by, n, seen, base, set }, record) {
  const isBetween = (/** @type {import("../core/merge.js").Write} */ write) =>
    write.by === by &&
    write.n < n &&
    !covers(seen, by, write.n) &&
    Object.keys(set).some((field) => Object.hasOwn(write.set, field));
  return { seen: record?.writes.some(isBetween) ? seen : { ...seen, [by]: n }, base, by };
}

/**
 * What the author of several edits of one record, saved at once, is shown before the next: the earlier ones
 * too, unless that would cover an own write of the same fields that another editor made and that was never
 * shown here.
 * @param {EditBase} begun as the edits began
 * @param {Fields} set of the next
 * @param {Entry[]} made those before it, in order
 * @param {Rec | null} record as shown now
 * @param {string} device its id now
 * @returns {EditBase}
 */
export function afterEarlier(begun, set, made, record, device) {
  const { seen, base } = underNewId(begun, device);
  const n = Math.max(seen[device] ?? 0, ...made.map((entry) => entry.n));
  const isAnothers = (/** @type {import("../core/merge.js").Write} */ write) =>
    write.by === device &&
    write.n < n &&
    !covers(seen, device, write.n) &&
    !made.some((entry) => entry.n === write.n) &&
    Object.keys(set).some((field) => Object.hasOwn(write.set, field));
  return { seen: record?.writes.some(isAnothers) ? seen : { ...seen, [device]: n }, base, by: device };
}

/**
 * A new outbox entry, and the unsent one it replaces: an edit of the same fields by someone who had been
 * shown that one.
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
 * Another device id: entries without an outcome are made anew from the confirmed clock their author was
 * shown, since what the old id wrote elsewhere was never seen here.
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
 * Stamps are in server time. A clock that ran over a minute ahead of it is put back, and what is unsent is
 * shifted with it.
 * @param {Device} device
 * @param {Entry[]} entries
 * @param {number} serverMs
 * @param {number} localMs at the same moment
 * @returns {{device: Device, entries: Entry[]}} the entries are those that changed
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
 * The newest number that the device knows it used for a record.
 * @param {string} by
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries of the record
 */
function newestOf(by, confirmed, entries) {
  return Math.max(
    confirmed?.clock?.[by] ?? 0,
    ...entries.filter((entry) => entry.by === by).map((entry) => entry.n),
  );
}

/**
 * What was begun under another id: of what that one wrote, only the confirmed is in the record under its
 * name.
 * @param {EditBase} begun
 * @param {string} id
 */
function underNewId({ seen, base, by }, id) {
  if (by === id) return { seen, base };
  const { [by]: _, ...others } = seen;
  return { seen: by in base ? { ...others, [by]: base[by] } : others, base };
}

/**
 * Whether an entry's outcome has come and the confirmed copy has reached its seq.
 * @param {Entry} entry
 * @param {Rec | undefined} confirmed
 */
export function isSettled(entry, confirmed) {
  return entry.outcome?.seq !== undefined && (confirmed?.seq ?? 0) >= entry.outcome.seq;
}

/**
 * Text that any server takes: no half surrogate pairs, no NUL.
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
