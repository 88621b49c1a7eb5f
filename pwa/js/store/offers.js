/**
 * Offers to a server that was restored: makes the requests to /sync/offers and takes their outcomes, each in
 * one transaction. The rules are those of sync_protocol.md, "Duties of a client", 13.
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./store.js").Store} Store
 * @typedef {{space: string, id: string, record: Rec}} Offer  as it is stored
 * @typedef {Outcome & {left_out?: string[]}} OfferOutcome
 * @typedef {{space: string, kind: string, id: string, clock: Rec["clock"], writes: Rec["writes"]}} Offered
 * @typedef {{device: string, epoch: string, offers: Offered[]}} AskedOffers
 * @typedef {{epoch: string, device_conflict?: boolean, outcomes: OfferOutcome[]}} OffersReply
 */
import { portions } from "./batches.js";
import { batch, CHANGES_MAX } from "./build_request.js";
import { asChanges } from "./offered.js";
import { addRejected } from "./rejected.js";
import { META, spaceRange, STORES } from "./schema.js";
import { dropPages } from "./start_cache.js";

const CONFLICT = "device_conflict";
const LEFT_OUT = { status: "rejected", code: "left_out" };

/**
 * The body of the next request; null if no offer is open, or while a space is pulled from the start.
 * @param {Store} store
 * @param {number} [max]
 * @returns {Promise<AskedOffers | null>}
 */
export function askOffers(store, max = CHANGES_MAX) {
  return store.database.transact([STORES.meta, STORES.offers], "readonly", async (tx) => {
    const [device, rebuilding] = await readMeta(tx, [META.device, META.rebuilding]);
    const offers = batch(await readOffers(tx, max), max, asOffered).map(asOffered);
    if (!offers.length || Object.keys(rebuilding ?? {}).length) return null;
    const { id, account, epoch } = device;
    return { protocol: 1, device: id, account, epoch, now: store.nowMs(), offers };
  });
}

/**
 * Takes an answer; one to a request of another epoch is ignored.
 * @param {Store} store
 * @param {AskedOffers} asked
 * @param {OffersReply} reply
 */
export async function takeOffers(store, asked, reply) {
  const stores = Object.values(STORES).filter((name) => name !== STORES.outbox);
  const ids = await store.database.transact(stores, "readwrite", async (tx) => {
    const [device] = await readMeta(tx, [META.device]);
    if (![device.epoch, reply.epoch].every((epoch) => epoch === asked.epoch)) return [];
    for (const [place, { space, id }] of asked.offers.entries())
      await takeOutcome(tx, store, [space, id], reply.outcomes[place]);
    return asked.offers.map(({ id }) => id);
  });
  await store.catchUp(ids, true);
}

/**
 * Whether the device must sync before it offers more.
 * @param {AskedOffers} asked
 * @param {OffersReply} reply
 */
export function isConflict(asked, { epoch, device_conflict, outcomes }) {
  return device_conflict || epoch !== asked.epoch || outcomes.some(({ status }) => status === CONFLICT);
}

/**
 * @param {any} tx
 * @param {Store} store
 * @param {[string, string]} key
 * @param {OfferOutcome} outcome
 */
async function takeOutcome(tx, store, key, outcome) {
  /** @type {Offer | undefined} */
  const offer = await tx.objectStore(STORES.offers).get(key);
  if (!offer || outcome.status === CONFLICT) return;
  await tx.objectStore(STORES.offers).delete(key);
  const isApplied = outcome.status === "applied";
  const isKept = isApplied && [undefined, offer.space].includes(outcome.space);
  const isAlone = !isKept && (await dropUnknown(tx, key));
  if (isApplied) return reject(tx, store, offer, LEFT_OUT, outcome.left_out ?? []);
  if (outcome.status === "gone") return;
  await reject(tx, store, offer, outcome);
  if (!isAlone) await rebuild(tx, offer.space);
}

/**
 * Removes the confirmed copy of a record that was never pulled; returns whether it was such a copy.
 * @param {any} tx
 * @param {[string, string]} key
 */
async function dropUnknown(tx, key) {
  const confirmed = tx.objectStore(STORES.confirmed);
  if ((await confirmed.get(key))?.seq !== 0) return false;
  await Promise.all([confirmed.delete(key), dropPages(tx, key[0])]);
  return true;
}

/**
 * @param {any} tx
 * @param {Store} store
 * @param {Offer} offer
 * @param {Outcome} outcome
 * @param {string[]} [fields] none: all of them
 */
async function reject(tx, store, { space, id, record }, outcome, fields) {
  const wanted = fields && new Set(fields.flatMap((field) => (isTwin(field) ? TWINS : [field])));
  for (const change of asChanges(record, (field) => !wanted || wanted.has(field)))
    if (Object.keys(change.set).length)
      await addRejected(tx, {
        entry: { space, ...change },
        outcome,
        at: store.nowMs(),
        title: store.nameOf(id),
      });
}

/**
 * Forgets what the server has of a space: it is pulled from the start, without offers.
 * @param {any} tx
 * @param {string} space
 */
async function rebuild(tx, space) {
  const meta = tx.objectStore(STORES.meta);
  const [cursors, rebuilding] = await readMeta(tx, [META.cursors, META.rebuilding]);
  delete cursors?.[space];
  await Promise.all([
    meta.put(cursors ?? {}, META.cursors),
    meta.put({ [space]: true, ...rebuilding }, META.rebuilding),
    tx.objectStore(STORES.rebuilt).delete(spaceRange(space)),
  ]);
}

/** Fields that are always set together. */
const TWINS = ["status", "completed_at"];

/** @param {string} field */
function isTwin(field) {
  return TWINS.includes(field);
}

/**
 * @param {any} tx
 * @param {string[]} names
 */
function readMeta(tx, names) {
  return Promise.all(names.map((name) => tx.objectStore(STORES.meta).get(name)));
}

/**
 * The first open offers, in order of their keys.
 * @param {any} tx
 * @param {number} max
 * @returns {Promise<Offer[]>}
 */
async function readOffers(tx, max) {
  const offers = [];
  const keyOf = (/** @type {Offer} */ { space, id }) => [space, id];
  for await (const portion of portions(tx.objectStore(STORES.offers), keyOf, [], [[]])) {
    offers.push(...portion);
    if (offers.length >= max) break;
  }
  return offers;
}

/**
 * @param {Offer} offer
 * @returns {Offered}
 */
function asOffered({ space, id, record: { kind, clock, writes } }) {
  return { space, kind, id, clock, writes };
}
