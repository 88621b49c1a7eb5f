/**
 * After a restore of the server: the records that it may lack are kept as offers, and shown joined with what
 * it has. The rules are those of sync_protocol.md, "Duties of a client", 10 and 13. Only the working copy is
 * changed.
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {import("../core/merge.js").Value} Value
 * @typedef {import("../core/merge.js").Write} Write
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./working_copy.js").WorkingCopy} WorkingCopy
 */
import { conflicts, join, values } from "../core/merge.js";
import { dominates } from "../core/vector_clock.js";

const KINDS = ["list", "task", "comment"];
const GONE = { status: "revoked", code: "no_such_space" };

/**
 * The live records of the kinds that are offered.
 * @param {Rec[]} records
 */
function offerable(records) {
  return records.filter(({ kind, grave }) => !grave && KINDS.includes(kind));
}

/**
 * Offers what the records pulled into a space do not cover.
 * @param {WorkingCopy} copy all confirmed and rebuilt records of the space were read
 * @param {string} space
 */
export function makeOffers(copy, space) {
  copy.offer(
    offerable(copy.confirmed.in(space)).filter((mine) => {
      const theirs = copy.rebuilt.get(space, mine.id);
      return !theirs || !dominates(theirs.clock ?? {}, mine.clock);
    }),
  );
}

/**
 * Pulled records, each joined with its open offer. A tombstone stays.
 * @param {WorkingCopy} copy
 * @param {Rec[]} records
 */
export function withOffers(copy, records) {
  return records.map((record) => {
    const offer = copy.offers.get(/** @type {string} */ (record.space), record.id);
    return offer ? join(record, offer) : record;
  });
}

/**
 * The offered records that were not pulled with the others of their space.
 * @param {WorkingCopy} copy
 * @param {string} space
 * @returns {Rec[]}
 */
export function onlyOffered(copy, space) {
  return copy.offers
    .in(space)
    .filter(({ id }) => !copy.rebuilt.get(space, id))
    .map((offer) => ({ ...offer, seq: 0 }));
}

/**
 * The space is gone, perhaps because the backup is older: what this device has of it is kept for its person.
 * @param {WorkingCopy} copy all confirmed records of the space were read
 * @param {string} space
 */
export function rejectRecords(copy, space) {
  for (const record of offerable(copy.confirmed.in(space)))
    for (const change of asChanges(record)) copy.reject({ space, ...change }, GONE);
}

/**
 * A record as changes: one that sets its fields, and one for each further value of a field.
 * @param {Rec} record
 * @param {(field: string) => boolean} [isWanted]
 * @returns {{kind: string, id: string, set: Fields, further?: true}[]}
 */
export function asChanges(record, isWanted = () => true) {
  const { kind, id, writes } = record;
  const shown = Object.entries(values(record)).filter(([field]) => isWanted(field));
  const further = conflicts(record)
    .filter(isWanted)
    .flatMap((field) => furtherValues(field, writes));
  return [
    { kind, id, set: Object.fromEntries(shown) },
    ...further.map((set) => ({ kind, id, set, further: /** @type {const} */ (true) })),
  ];
}

/**
 * The values of a field beside the one that is shown, each once. A status comes with its time.
 * @param {string} field
 * @param {Write[]} writes in order
 * @returns {Fields[]}
 */
function furtherValues(field, writes) {
  /** @type {Map<Value, Fields>} */
  const found = new Map();
  for (const { set } of writes.filter((write) => Object.hasOwn(write.set, field))) {
    const value = field === "deleted" ? set[field] === null : set[field];
    found.delete(value);
    found.set(
      value,
      field === "status" ? { status: set.status, completed_at: set.completed_at } : { [field]: set[field] },
    );
  }
  return [...found.values()].slice(0, -1);
}
