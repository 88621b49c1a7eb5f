/**
 * Reads and writes IndexedDB for a reply: reads the working copy and writes it in the same transaction.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./validate_reply.js").News} News
 * @typedef {import("./validate_reply.js").Reply} Reply
 * @typedef {import("./validate_reply.js").Asked} Asked
 */
import { covers } from "../core/vector_clock.js";
import { inBatches, portions, readOutbox } from "./batches.js";
import { addRejected } from "./rejected.js";
import { META, spaceRange, STORES, WITH_OFFERS } from "./schema.js";
import { dropPages, dropPagesBeneath } from "./start_cache.js";
import { isLate, isRestored } from "./validate_reply.js";
import { WorkingCopy } from "./working_copy.js";

/**
 * The device and its outbox, without records.
 * @param {any} tx
 */
export async function readWorkingCopy(tx) {
  const names = [META.device, META.cursors, META.roles, META.personal, META.rebuilding, META.authors];
  const [[device, cursors, roles, personal, rebuilding, authors], outbox] = await Promise.all([
    Promise.all(names.map((name) => tx.objectStore(STORES.meta).get(name))),
    readOutbox(tx),
  ]);
  return new WorkingCopy({
    device,
    cursors: cursors ?? {},
    roles: roles ?? {},
    personal: personal ?? null,
    rebuilding: rebuilding ?? {},
    authors: authors ?? {},
    outbox,
  });
}

/**
 * Reads everything that the reply is compared with.
 * @param {any} tx
 * @param {WorkingCopy} copy
 * @param {Asked} asked
 * @param {Reply} reply
 */
export async function readRecords(tx, copy, asked, reply) {
  const isNewEpoch = isRestored(copy.device, reply);
  if (!isNewEpoch) await readOffers(tx, copy, Object.keys(reply.spaces));
  for (const [space, news] of Object.entries(reply.spaces)) {
    const isPage = !news.revoked && !news.reset && !isLate(asked, copy.cursors, space);
    const isRebuilding = isPage && copy.rebuilding[space];
    if (news.revoked || (isRebuilding && !news.more)) await readIds(tx, copy, space);
    const isOffering = copy.isOffering(space) || isNewEpoch;
    if (isOffering && (news.revoked || (isRebuilding && !news.more)))
      await readSpace(tx, STORES.confirmed, space, (record) => copy.confirmed.put(record));
    if (isRebuilding && !news.more)
      await readSpace(tx, STORES.rebuilt, space, (record) => copy.rebuilt.put(record));
    else if (isRebuilding) await readRebuilt(tx, copy, keysOfNews(space, news));
    if (isPage) await readConfirmed(tx, copy, keysOfNews(space, news));
  }
  await readConfirmed(tx, copy, keysElsewhere(copy, reply));
  await readConfirmed(tx, copy, keysOfAnswered(copy, asked, reply));
}

/**
 * @param {any} tx
 * @param {WorkingCopy} copy
 * @param {number} nowMs
 * @param {(id: string) => string} nameOf a record's title before the reply
 */
export async function writeWorkingCopy(tx, copy, nowMs, nameOf) {
  await emptySpaces(tx, copy);
  await dropPagesBeneath(tx, copy.records);
  await inBatches(copy.records, (record) => tx.objectStore(STORES.confirmed).put(record));
  await inBatches(copy.recordsRebuilt, (record) => tx.objectStore(STORES.rebuilt).put(record));
  await writeOffers(tx, copy);
  await writeOutbox(tx, copy);
  await inBatches(copy.rejected, ({ entry, outcome }) =>
    addRejected(tx, { entry, outcome, at: nowMs, title: nameOf(entry.id) }),
  );
  const meta = tx.objectStore(STORES.meta);
  await Promise.all([
    meta.put(copy.device, META.device),
    meta.put(copy.cursors, META.cursors),
    meta.put(copy.roles, META.roles),
    meta.put(copy.personal, META.personal),
    meta.put(copy.rebuilding, META.rebuilding),
    meta.put(nowMs, META.syncedAt),
    copy.hasNewAuthors && meta.put(copy.authors, META.authors),
  ]);
}

/**
 * @param {any} tx
 * @param {WorkingCopy} copy
 * @param {string} space
 */
async function readIds(tx, copy, space) {
  const keys = await tx.objectStore(STORES.confirmed).getAllKeys(spaceRange(space));
  copy.idsIn.set(
    space,
    keys.map((/** @type {[string, string]} */ [, id]) => id),
  );
}

/**
 * @param {any} tx
 * @param {string} name of an object store
 * @param {string} space
 * @param {(row: any) => void} take
 */
async function readSpace(tx, name, space, take) {
  const keyOf = (/** @type {{id: string}} */ { id }) => [space, id];
  for await (const rows of portions(tx.objectStore(name), keyOf, [space], [space, []])) rows.forEach(take);
}

/**
 * @param {any} tx
 * @param {WorkingCopy} copy
 * @param {string[]} spaces
 */
async function readOffers(tx, copy, spaces) {
  if (!(await tx.objectStore(STORES.offers).count())) return;
  for (const space of spaces)
    await readSpace(tx, STORES.offers, space, ({ record }) => copy.offers.put(record));
}

/**
 * After another restore the confirmed records hold what earlier offers held.
 * @param {any} tx
 * @param {WorkingCopy} copy
 */
async function writeOffers(tx, { isRestored: isNewEpoch, emptiedOffers, newOffers }) {
  const offers = tx.objectStore(STORES.offers);
  if (isNewEpoch) await offers.clear();
  for (const space of emptiedOffers) await offers.delete(spaceRange(space));
  await inBatches(newOffers, (record) => offers.put({ space: record.space, id: record.id, record }));
}

/**
 * @param {any} tx
 * @param {WorkingCopy} copy
 * @param {[string, string][]} keys
 */
async function readRebuilt(tx, copy, keys) {
  await inBatches(keys, async (key) => {
    const record = await tx.objectStore(STORES.rebuilt).get(key);
    if (record) copy.rebuilt.put(record);
  });
}

/**
 * @param {any} tx
 * @param {WorkingCopy} copy
 * @param {[string, string][]} keys
 */
async function readConfirmed(tx, copy, keys) {
  await inBatches(keys, async (key) => {
    const record = await tx.objectStore(STORES.confirmed).get(key);
    if (record) copy.confirmed.put(record);
  });
}

/**
 * @param {string} space
 * @param {News} news
 * @returns {[string, string][]}
 */
function keysOfNews(space, { records = [] }) {
  return records.map(({ id }) => [space, id]);
}

/**
 * Copies in other spaces: of records with a new write of this device that no sent entry explains, and of
 * records that a tombstone replaces.
 * @param {WorkingCopy} copy
 * @param {Reply} reply
 * @returns {[string, string][]}
 */
function keysElsewhere(copy, reply) {
  const own = copy.device.id;
  const sent = new Set(copy.outbox.filter((each) => each.sent && each.by === own).map(({ n }) => n));
  const isPuzzling = (/** @type {Rec} */ { clock, grave }, /** @type {Rec | undefined} */ held) =>
    grave
      ? held && !held.grave
      : !covers(held?.clock ?? {}, own, clock?.[own] ?? 0) && !sent.has(clock?.[own] ?? 0);
  const spaces = [...new Set([...Object.keys(copy.roles), ...Object.keys(reply.spaces)])];
  return Object.entries(reply.spaces).flatMap(([space, { records = [] }]) =>
    [...records, ...copy.rebuilt.in(space)]
      .filter((record) => isPuzzling(record, copy.confirmed.get(space, record.id)))
      .flatMap(({ id }) => spaces.filter((each) => each !== space).map((each) => pair(each, id))),
  );
}

/**
 * The records of entries that have an outcome or get one by the reply.
 * @param {WorkingCopy} copy
 * @param {Asked} asked
 * @param {Reply} reply
 * @returns {[string, string][]}
 */
function keysOfAnswered(copy, asked, reply) {
  const answers = new Map(asked.changes.map(({ n }, place) => [n, reply.outcomes[place]]));
  return copy.outbox.flatMap(({ id, n, space, outcome }) => {
    const spaces = [outcome?.space, answers.get(n)?.space].filter((each) => each !== undefined);
    return outcome || answers.has(n) ? [space, ...spaces].map((each) => pair(each, id)) : [];
  });
}

/**
 * @param {string} space
 * @param {string} id
 * @returns {[string, string]} a key
 */
function pair(space, id) {
  return [space, id];
}

/**
 * @param {any} tx
 * @param {WorkingCopy} copy
 */
async function emptySpaces(tx, { emptied, emptiedRebuilt }) {
  for (const space of emptied) await tx.objectStore(STORES.confirmed).delete(spaceRange(space));
  for (const space of emptiedRebuilt) {
    await tx.objectStore(STORES.rebuilt).delete(spaceRange(space));
    await dropPages(tx, space);
  }
}

/**
 * @param {any} tx
 * @param {WorkingCopy} copy
 */
async function writeOutbox(tx, { changedKeys, entries }) {
  const outbox = tx.objectStore(STORES.outbox);
  await inBatches([...changedKeys], (key) => {
    const entry = entries.get(key);
    return entry ? outbox.put(entry) : outbox.delete(key);
  });
}
