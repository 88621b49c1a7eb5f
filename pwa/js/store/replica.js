/**
 * Rules for the data a device knows: the records shown, and the edit base of an author. Pure functions: no
 * database, no network. The rules are those of sync_protocol.md, "Duties of a client".
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {import("../core/vector_clock.js").Clock} Clock
 * @typedef {{id: string, counter: number, lastAt: string | null, offsetMs: number, tripMs?: number, epoch:
 *   string | null, account: string | null}} Device  `offsetMs`: server time minus device time, learnt by a
 *   request of `tripMs`
 * @typedef {{status: string, seq?: number, space?: string, code?: string, message?: string, fields?:
 *   string[], by?: string}} Outcome
 * @typedef {{key?: number, space: string, kind: string, id: string, by: string, n: number, prev: number,
 *   seen: Clock, begun: EditBase, at: string, set: Fields, move?: string, sent: boolean, outcome: Outcome |
 *   null}} Entry
 * @typedef {{seen: Clock, base: Clock, sure: number, by: string, own: number[]}} EditBase  what an author was
 *   shown as an edit began: the clock on the screen, the confirmed part of it, the number up to which that
 *   is surely this device's own, the device's id then, and the author's own changes since
 * @typedef {{space: string, kind: string, id: string, set: Fields, move?: string, begun?: EditBase}} Edit
 *   `move`: the target space
 */
import { makeDeviceId } from "../core/ids.js";
import { empty, merge } from "../core/merge.js";
import { covers } from "../core/vector_clock.js";

export const LOCAL_SPACE = "local";

/** A new device id, from the browser's random bytes. */
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
 * The record as the user sees it: the outbox merged over the confirmed copy; null if there is none.
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
 * The basis on which edits of a record are shown: for a tombstone, the record it replaced, while that is
 * stored, because it may appear in another space.
 * @param {Rec} confirmed
 * @returns {Rec | null}
 */
function heldBy({ grave, ...record }) {
  return !grave || record.writes ? record : null;
}

/**
 * The edit base of a record as an edit begins. Of the confirmed own writes, only those that were there before
 * the pending entries are surely shown: a copy of this profile may have used the same numbers.
 * @param {string} by the device's id
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries those of this record, in order
 * @param {Rec | null | undefined} [record] as shown
 * @returns {EditBase}
 */
export function begin(by, confirmed, entries, record = shown(confirmed, entries)) {
  const base = (record && confirmed?.clock) ?? {};
  const first = entries.find((entry) => !entry.outcome);
  const sure = Math.min(base[by] ?? 0, first?.begun.sure ?? Infinity);
  return { seen: record?.clock ?? {}, base, sure, by, own: [] };
}

/**
 * The edit base of an author after further changes.
 * @param {EditBase} begun
 * @param {Entry[]} entries the author's, in order
 * @returns {EditBase}
 */
export function afterEdits(begun, entries) {
  return { ...begun, own: [...begun.own, ...entries.map(({ n }) => n)] };
}

/**
 * Adapts an edit that began under another id of the device: of that id it covers only what is sure.
 * @param {EditBase} begun
 * @param {string} id
 * @returns {EditBase}
 */
export function underNewId(begun, id) {
  const { seen, base, sure, by } = begun;
  if (by === id) return begun;
  return { seen: withEntry(seen, by, sure), base: withEntry(base, by, sure), sure: 0, by: id, own: [] };
}

/**
 * The clock that the author of an edit was shown. It covers as many of the author's own changes as lie below
 * every other own write of the same fields (by another editor or tab), which was never shown there: a clock
 * cannot leave one out.
 * @param {EditBase} begun
 * @param {Fields} set
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries of the record
 * @returns {Clock}
 */
export function seenBy({ seen, by, own }, set, confirmed, entries) {
  const start = seen[by] ?? 0;
  const others = [...entries, ...(confirmed?.writes ?? [])].filter(
    (write) =>
      write.by === by &&
      write.n > start &&
      !own.includes(write.n) &&
      Object.keys(set).some((field) => Object.hasOwn(write.set, field)),
  );
  const end = Math.min(...others.map(({ n }) => n));
  return withEntry(seen, by, Math.max(start, ...own.filter((n) => n < end)));
}

/**
 * The author's changes that a server may get: not those that were dropped in favour of newer ones.
 * @param {EditBase} begun
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries of the record
 */
export function stillOwn({ by, own }, confirmed, entries) {
  const isPending = (/** @type {number} */ n) => entries.some((entry) => entry.by === by && entry.n === n);
  return own.filter((n) => isPending(n) || covers(confirmed?.clock ?? {}, by, n));
}

/**
 * @param {Clock} clock
 * @param {string} by
 * @param {number} n 0 removes the entry
 * @returns {Clock}
 */
export function withEntry(clock, by, n) {
  const { [by]: _, ...others } = clock;
  return n ? { ...others, [by]: n } : others;
}
