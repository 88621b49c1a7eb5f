/**
 * Applies one reply of the server, step by step: the rules of sync_protocol.md, "Duties of a client", 4 to
 * 10 and 13. Its input was read before; it changes only the working copy.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./validate_reply.js").News} News
 * @typedef {import("./validate_reply.js").Reply} Reply
 * @typedef {import("./validate_reply.js").Asked} Asked
 * @typedef {import("./working_copy.js").WorkingCopy} WorkingCopy
 * @typedef {{sentAtMs: number, nowMs: number}} Times
 */
import { covers } from "../core/vector_clock.js";
import { learnTime, remake } from "./entries.js";
import { makeOffers, onlyOffered, rejectRecords, withOffers } from "./offered.js";
import { LOCAL_SPACE } from "./replica.js";
import { WITH_OFFERS } from "./schema.js";
import {
  isForeign,
  isLate,
  isNewer,
  isRestored,
  isSettled,
  matchOutcomes,
  placeOf,
} from "./validate_reply.js";

/**
 * @param {WorkingCopy} copy
 * @param {Asked} asked
 * @param {Reply} reply
 * @param {Times} times of the device: request sent, answer received
 * @param {() => string} newId a new id for the device
 */
export function applyReply(copy, asked, reply, times, newId) {
  applyTime(copy, reply, times);
  applyOutcomes(copy, asked, reply);
  for (const [space, news] of Object.entries(reply.spaces)) applyNews(copy, asked, space, news);
  if (copy.isClone || (reply.device_conflict && asked.device === copy.device.id)) renewDevice(copy, newId());
  releaseEntries(copy);
}

/**
 * @param {WorkingCopy} copy
 * @param {Reply} reply
 * @param {Times} times
 */
function applyTime(copy, reply, times) {
  const { device, entries } = learnTime(copy.device, copy.outbox, reply.now, times);
  copy.isRestored = isRestored(device, reply);
  copy.isClone = copy.isRestored;
  copy.device = { ...device, epoch: reply.epoch };
  copy.replace(entries);
  if (!copy.isRestored) return;
  for (const space of Object.keys(copy.rebuilding)) copy.rebuilding[space] = WITH_OFFERS;
  const answered = copy.outbox.filter((entry) => entry.outcome);
  copy.replace(answered.map((entry) => ({ ...entry, outcome: null })));
}

/**
 * @param {WorkingCopy} copy
 * @param {Asked} asked
 * @param {Reply} reply
 */
function applyOutcomes(copy, asked, reply) {
  for (const [entry, outcome] of matchOutcomes(copy.device, copy.outbox, asked, reply)) {
    if (outcome.seq === undefined) rejectEntry(copy, entry, outcome);
    else copy.replace([{ ...entry, outcome }]);
    if (outcome.status === "hidden") copy.reject(entry, outcome);
  }
}

/**
 * @param {WorkingCopy} copy
 * @param {Asked} asked
 * @param {string} space
 * @param {News} news
 */
function applyNews(copy, asked, space, news) {
  if (news.revoked) return dropSpace(copy, space);
  copy.roles[space] = /** @type {string} */ (news.role);
  if (news.personal && (!copy.personal || copy.outbox.some(isLocal))) adoptPersonalSpace(copy, space);
  if (news.reset) return startRebuild(copy, space);
  if (isLate(asked, copy.cursors, space))
    copy.more = true; // the server sends its content again
  else applyPage(copy, space, news);
}

/**
 * @param {WorkingCopy} copy
 * @param {string} space
 * @param {News} news
 */
function applyPage(copy, space, news) {
  const isRebuilding = copy.rebuilding[space];
  copy.nameAuthors(space, news.authors ?? {});
  const records = (news.records ?? []).map((record) => ({ ...record, space }));
  const newer = newerOf(copy, records, isRebuilding ? copy.rebuilt : copy.confirmed);
  if (isRebuilding) copy.rebuild(newer);
  else copy.confirm(withOffers(copy, newer));
  if (news.cursor) copy.cursors[space] = news.cursor;
  if (isRebuilding && !news.more) finishRebuild(copy, space);
  if (!news.more) copy.complete.set(space, news.seq ?? Infinity);
  copy.more ||= Boolean(news.more);
}

/**
 * The records that are newer than their local copies, in the form to store.
 * @param {WorkingCopy} copy
 * @param {Rec[]} records of one space
 * @param {WorkingCopy["confirmed"]} held
 * @returns {Rec[]}
 */
function newerOf(copy, records, held) {
  const entriesOf = Map.groupBy(copy.outbox, (entry) => entry.id);
  for (const record of records) noteOwnWrites(copy, record, entriesOf.get(record.id) ?? []);
  const heldOf = (/** @type {Rec} */ record) => held.get(/** @type {string} */ (record.space), record.id);
  return records
    .filter((record) => isNewer(record, heldOf(record)))
    .map((record) => remembering(copy, record, heldOf(record), entriesOf.has(record.id)));
}

/**
 * Checks a record's writes by this device: how many the server has counted, and whether only this
 * installation writes under the device's id.
 * @param {WorkingCopy} copy
 * @param {Rec} record
 * @param {Entry[]} entries of the record
 */
function noteOwnWrites(copy, record, entries) {
  const { device } = copy;
  copy.isClone ||= isForeign(device, record, confirmedOf(copy, record), entries);
  copy.device = { ...device, counter: Math.max(device.counter, record.clock?.[device.id] ?? 0) };
}

/**
 * The confirmed copy of a record, in any space, that holds the newest write of this device: the record may
 * have been elsewhere.
 * @param {WorkingCopy} copy
 * @param {Rec} record
 * @returns {Rec | undefined}
 */
function confirmedOf(copy, { id, space }) {
  const spaces = new Set([/** @type {string} */ (space), ...Object.keys(copy.roles)]);
  const copies = [...spaces].map((each) => copy.confirmed.get(each, id)).filter((each) => each?.clock);
  const countOf = (/** @type {Rec | undefined} */ each) => each?.clock[copy.device.id] ?? 0;
  return copies.reduce((best, each) => (countOf(each) > countOf(best) ? each : best), copies[0]);
}

/**
 * A tombstone keeps the clock of the copy it replaces: if the record appears in another space, the device
 * knows its own writes. It keeps the writes too while they can still be the newest that the device has: edits
 * of the record are pending, or an older copy is live in another space.
 * @param {WorkingCopy} copy
 * @param {Rec} record as received
 * @param {Rec | undefined} before
 * @param {boolean} isEdited
 * @returns {Rec}
 */
function remembering(copy, record, before, isEdited) {
  if (!record.grave || !before?.clock) return record;
  const isElsewhere = Object.keys(copy.roles).some(
    (space) => space !== record.space && isLive(copy.confirmed.get(space, record.id)),
  );
  const isKept = before.writes && (isEdited || isElsewhere);
  return { ...record, clock: before.clock, ...(isKept ? { writes: before.writes } : {}) };
}

/** @param {Rec | undefined} record */
function isLive(record) {
  return record !== undefined && !record.grave;
}

/**
 * The account's own space is known: earlier tasks move there.
 * @param {WorkingCopy} copy
 * @param {string} space
 */
function adoptPersonalSpace(copy, space) {
  copy.personal = space;
  copy.replace(copy.outbox.filter(isLocal).map((entry) => ({ ...entry, space })));
  copy.more ||= copy.outbox.some((entry) => !entry.outcome && !entry.sent);
}

/**
 * @param {WorkingCopy} copy
 * @param {string} space
 */
function startRebuild(copy, space) {
  copy.emptyRebuilt(space);
  copy.forgetAuthors(space);
  if (copy.isRestored) copy.rebuilding[space] = WITH_OFFERS;
  copy.rebuilding[space] ??= true;
  delete copy.cursors[space];
  copy.more = true;
}

/**
 * The last page of a rebuild has arrived: the rebuilt records replace the old ones. Those not sent are gone,
 * but after a restore they are offered to the server.
 * @param {WorkingCopy} copy
 * @param {string} space
 */
function finishRebuild(copy, space) {
  if (copy.rebuilding[space] === WITH_OFFERS) makeOffers(copy, space);
  const edited = new Set(copy.outbox.map(({ id }) => id));
  const before = (/** @type {Rec} */ { id }) => copy.offers.get(space, id);
  const rebuilt = copy.rebuilt
    .in(space)
    .map((record) => remembering(copy, record, before(record), edited.has(record.id)));
  const records = [...withOffers(copy, rebuilt), ...onlyOffered(copy, space)];
  const arrived = new Set(records.map(({ id }) => id));
  copy.empty(space);
  copy.confirm(records);
  copy.removed.push(...(copy.idsIn.get(space) ?? []).filter((id) => !arrived.has(id)));
  delete copy.rebuilding[space];
}

/**
 * @param {WorkingCopy} copy
 * @param {string} space
 */
function dropSpace(copy, space) {
  copy.removed.push(...(copy.idsIn.get(space) ?? []));
  if (copy.isRestored || copy.isOffering(space)) rejectRecords(copy, space);
  copy.dropOffers(space);
  copy.empty(space);
  copy.forgetAuthors(space);
  delete copy.rebuilding[space];
  for (const entry of copy.outbox.filter((each) => placeOf(each) === space))
    if (entry.outcome) copy.remove(entry);
    else rejectEntry(copy, entry, { status: "revoked" });
  delete copy.cursors[space];
  delete copy.roles[space];
}

/**
 * @param {WorkingCopy} copy
 * @param {string} id
 */
function renewDevice(copy, id) {
  const { device, entries } = remake(copy.device, copy.outbox, id);
  copy.device = device;
  copy.replace(entries);
  copy.more = true;
}

/**
 * Removes entries if their outcome has arrived and the confirmed copy has reached its seq, or if the whole
 * space has arrived and the copy has not: the record was purged. If there is no live copy and other entries
 * of the record stay, these stay too: the record appears in another space.
 * @param {WorkingCopy} copy
 */
function releaseEntries(copy) {
  const leaving = new Set(copy.outbox.filter((entry) => entry.outcome && hasCome(copy, entry)));
  const staying = new Set(copy.outbox.filter((entry) => !leaving.has(entry)).map(({ id }) => id));
  for (const entry of leaving)
    if (!staying.has(entry.id) || isLive(copy.confirmed.get(placeOf(entry), entry.id))) release(copy, entry);
}

/**
 * @param {WorkingCopy} copy
 * @param {Entry} entry with an outcome
 */
function hasCome(copy, entry) {
  const space = placeOf(entry);
  const isComplete = (copy.complete.get(space) ?? -1) >= (entry.outcome?.seq ?? 0);
  return isComplete || isSettled(entry, copy.confirmed.get(space, entry.id));
}

/**
 * Removes an accepted entry. Later ones whose author had seen it have surely seen that much.
 * @param {WorkingCopy} copy
 * @param {Entry} entry
 */
function release(copy, { key, id, by, n }) {
  const later = copy.outbox.filter((each) => each.id === id && each.by === by && each.key !== key);
  for (const each of later.filter(({ seen, begun }) => covers(seen, by, n) && begun.sure < n))
    copy.replace([{ ...each, begun: { ...each.begun, sure: n } }]);
  const entry = copy.outbox.find((each) => each.key === key);
  if (entry) copy.remove(entry);
}

/**
 * @param {WorkingCopy} copy
 * @param {Entry} entry
 * @param {import("./replica.js").Outcome} outcome
 */
function rejectEntry(copy, entry, outcome) {
  copy.reject(entry, outcome);
  copy.remove(entry);
}

/** @param {Entry} entry */
function isLocal({ space }) {
  return space === LOCAL_SPACE;
}
