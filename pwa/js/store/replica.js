/**
 * Rules for the data a device knows: the records shown, and the edit base of an author. Pure functions: no
 * database, no network. The rules are those of sync_protocol.md, "Duties of a client".
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {import("../core/vector_clock.js").Clock} Clock
 * @typedef {{id: string, counter: number, lastAt: string | null, offsetMs: number, epoch: string | null,
 *   account: string | null}} Device
 * @typedef {{status: string, seq?: number, space?: string, code?: string, message?: string, fields?:
 *   string[], by?: string}} Outcome
 * @typedef {{key?: number, space: string, kind: string, id: string, by: string, n: number, prev: number,
 *   seen: Clock, base: Clock, at: string, set: Fields, move?: string, sent: boolean, outcome: Outcome |
 *   null}} Entry
 * @typedef {{seen: Clock, base: Clock, by: string}} EditBase  what an author was shown as an edit began: the
 *   clock on the screen, the confirmed part of it, and the device's id then
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
 * @param {string} by the device's id
 * @param {Rec | undefined} confirmed
 * @param {Entry[]} entries
 * @returns {EditBase}
 */
export function begin(by, confirmed, entries) {
  return editBaseAt(shown(confirmed, entries), confirmed, by);
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
 * The edit base of a record as an edit begins.
 * @param {Rec | null | undefined} record as shown
 * @param {Rec | undefined} confirmed
 * @param {string} by the device's id
 * @returns {EditBase}
 */
export function editBaseAt(record, confirmed, by) {
  return { seen: record?.clock ?? {}, base: (record && confirmed?.clock) ?? {}, by };
}

/**
 * The edit base of the author of `entry` after it. It includes the entry's dot, unless that would cover own
 * writes in between that were never shown (another editor's or tab's: a clock cannot leave them out).
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
 * The edit base between several edits of one record that are saved at once. It includes the earlier ones,
 * unless that would cover an own write of the same fields by another editor that was never shown here.
 * @param {EditBase} begun as the edits began
 * @param {Fields} set of the next edit
 * @param {Entry[]} made the entries before it, in order
 * @param {Rec | null} record as shown now
 * @param {string} device its current id
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
 * Adapts an edit that began under another id: the record holds only the confirmed writes of that id under its
 * name.
 * @param {EditBase} begun
 * @param {string} id
 */
export function underNewId({ seen, base, by }, id) {
  if (by === id) return { seen, base };
  const { [by]: _, ...others } = seen;
  return { seen: by in base ? { ...others, [by]: base[by] } : others, base };
}
