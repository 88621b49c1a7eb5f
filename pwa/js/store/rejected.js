/**
 * Rejected changes, stored until the person deals with them.
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {Pick<Entry, "space" | "kind" | "id" | "set">} Typed  text typed for a record that is gone
 * @typedef {{key: number, entry: Typed & Partial<Entry> & {further?: true}, outcome: Outcome, at: number,
 *   title?: string}} Rejected  `title`: the title of its record, or of its task; `further`: a value beside the
 *   one that its record showed
 */
import { STORES } from "./schema.js";

/**
 * @param {any} tx
 * @returns {Promise<Rejected[]>}
 */
export function readRejected(tx) {
  return tx.objectStore(STORES.rejected).getAll();
}

/**
 * @param {any} tx
 * @param {Omit<Rejected, "key">} rejected
 */
export function addRejected(tx, rejected) {
  return tx.objectStore(STORES.rejected).add(rejected);
}

/**
 * Moves an entry from the outbox to the rejected changes.
 * @param {any} tx
 * @param {Omit<Rejected, "key">} rejected
 */
export async function rejectEntry(tx, rejected) {
  await addRejected(tx, rejected);
  await tx.objectStore(STORES.outbox).delete(rejected.entry.key);
}

/**
 * Stores typed text; a longer version of the same text replaces it.
 * @param {any} tx
 * @param {Typed} typed
 * @param {number} nowMs
 * @param {string} title
 */
export async function keepTyped(tx, typed, nowMs, title) {
  const before = (await readRejected(tx)).find(({ entry }) => isContinued(entry, typed));
  if (!before) return addRejected(tx, { entry: typed, outcome: { status: "unsaved" }, at: nowMs, title });
  const entry = { ...before.entry, set: typed.set };
  return tx.objectStore(STORES.rejected).put({ ...before, entry });
}

/**
 * Whether typed text continues the text of an entry.
 * @param {Typed} entry
 * @param {Typed} typed
 */
function isContinued(entry, typed) {
  const [field, ...more] = Object.keys(typed.set);
  const before = entry.set[field];
  return (
    !more.length &&
    entry.id === typed.id &&
    Object.keys(entry.set).length === 1 &&
    typeof before === "string" &&
    before !== "" &&
    String(typed.set[field]).startsWith(before)
  );
}
