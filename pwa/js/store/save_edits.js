/**
 * Saves edits in one transaction. It also reads other tabs' new writes to the records: a clock has
 * one entry for this device, so whoever sees these edits must see those before them.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Edit} Edit
 * @typedef {import("./replica.js").Device} Device
 * @typedef {{copies: Rec[], confirmed: Rec | undefined, entries: Entry[], made: Entry[]}} Held  a record, its
 *   copies in all spaces, its entries, and the entries of this save
 */
import { Confirmed } from "./server_records.js";
import { inBatches } from "./batches.js";
import { INDEXES, META, STORES } from "./schema.js";
import { makeEntry } from "./entries.js";
import { afterEdits, LOCAL_SPACE } from "./replica.js";

/** The tasks of this database have moved into an account, in another tab: nothing more can be saved here. */
export class MovedAway extends Error {}

/**
 * @param {any} tx
 * @param {Edit[]} asked
 * @param {number} nowMs
 * @returns {Promise<{made: Entry[], held: Map<string, Held>}>} an entry for each edit, in order, and the
 *   their records
 */
export async function saveEdits(tx, asked, nowMs) {
  const [first, moved, personal, roles] = await Promise.all(
    [META.device, META.moved, META.personal, META.roles].map((name) => tx.objectStore(STORES.meta).get(name)),
  );
  if (!first || moved) throw new MovedAway();
  // an edit begun before the account's own space was known goes there, like those in the outbox
  const edits = asked.map((edit) =>
    edit.space === LOCAL_SPACE && personal ? { ...edit, space: personal } : edit,
  );
  const held = await readHeld(tx, edits, Object.keys(roles ?? {}));
  const { device, made, replaced } = makeEntries(first, edits, held, nowMs);
  await writeEntries(tx.objectStore(STORES.outbox), made, replaced);
  await tx.objectStore(STORES.meta).put(device, META.device);
  return { made, held };
}

/**
 * The entries of edits; each edit base includes those before it.
 * @param {Device} device
 * @param {Edit[]} edits
 * @param {Map<string, Held>} held updated by this function
 * @param {number} nowMs
 * @returns {{device: Device, made: Entry[], replaced: Set<Entry>}} `replaced`: unsent ones, old or new
 */
function makeEntries(device, edits, held, nowMs) {
  /** @type {Set<Entry>} */
  const replaced = new Set();
  const made = edits.map((edit) => {
    const record = /** @type {Held} */ (held.get(edit.id));
    const begun = edit.begun && record.made.length ? afterEdits(edit.begun, record.made) : edit.begun;
    const saved = makeEntry(device, record.confirmed, record.entries, { ...edit, begun }, nowMs);
    device = saved.device;
    if (saved.replaced) replaced.add(saved.replaced);
    record.entries = [...record.entries.filter((each) => each !== saved.replaced), saved.entry];
    record.made.push(saved.entry);
    return saved.entry;
  });
  return { device, made, replaced };
}

/**
 * @param {any} outbox the object store
 * @param {Entry[]} made
 * @param {Set<Entry>} replaced
 */
async function writeEntries(outbox, made, replaced) {
  const old = [...replaced].filter((entry) => entry.key !== undefined);
  await Promise.all(old.map((entry) => outbox.delete(entry.key)));
  await inBatches(
    made.filter((entry) => !replaced.has(entry)),
    async (entry) => {
      entry.key = await outbox.add(entry);
    },
  );
}

/**
 * Reads each record from its present space: it may have moved since it was shown.
 * @param {any} tx
 * @param {Edit[]} edits
 * @param {string[]} spaces all known spaces
 * @returns {Promise<Map<string, Held>>}
 */
async function readHeld(tx, edits, spaces) {
  /** @type {Map<string, Held>} */
  const held = new Map();
  for (const { id } of edits) held.set(id, { copies: [], confirmed: undefined, entries: [], made: [] });
  await inBatches([...held], async ([id, record]) => {
    record.entries = await tx.objectStore(STORES.outbox).index(INDEXES.record).getAll(id);
  });
  const confirmed = new Confirmed();
  const places = new Set(
    edits.flatMap(({ space, id }) => [...new Set([...spaces, space])].map((each) => `${each} ${id}`)),
  );
  await inBatches([...places], async (place) => {
    const found = await tx.objectStore(STORES.confirmed).get(place.split(" "));
    if (!found) return;
    confirmed.hold(found);
    held.get(found.id)?.copies.push(found);
  });
  for (const [id, record] of held) record.confirmed = confirmed.get(id);
  return held;
}
