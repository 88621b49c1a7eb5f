/**
 * The device's data that a reply concerns: read in a transaction, changed in memory, written in the same
 * transaction.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Device} Device
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {true | "offers"} Rebuild  how a space is pulled from the start: after a restore, with offers
 * @typedef {import("./rejected.js").Rejected} Rejected
 * @typedef {{device: Device, cursors: Record<string, string>, roles: Record<string, string>, personal: string
 *   | null, rebuilding: Record<string, Rebuild>, authors: import("./meta.js").Authors, outbox: Entry[]}} Known
 */
import { WITH_OFFERS } from "./schema.js";

/** Records by space and id. */
class RecordsBySpace {
  /** @type {Map<string, Map<string, Rec>>} */
  #spaces = new Map();

  /**
   * @param {string} space
   * @param {string} id
   * @returns {Rec | undefined}
   */
  get(space, id) {
    return this.#spaces.get(space)?.get(id);
  }

  /** @param {Rec} record */
  put(record) {
    const space = /** @type {string} */ (record.space);
    if (!this.#spaces.has(space)) this.#spaces.set(space, new Map());
    this.#spaces.get(space)?.set(record.id, record);
  }

  /**
   * @param {string} space
   * @returns {Rec[]}
   */
  in(space) {
    return [...(this.#spaces.get(space)?.values() ?? [])];
  }

  /** @param {string} space */
  clear(space) {
    this.#spaces.delete(space);
  }
}

export class WorkingCopy {
  /** Server records that were read. */
  confirmed = new RecordsBySpace();
  /** Records that were read of spaces that are pulled from the start. */
  rebuilt = new RecordsBySpace();
  /** The open offers that were read, and new ones. */
  offers = new RecordsBySpace();
  /** @type {Map<string, string[]>} the ids of all records in a space, if they were read */
  idsIn = new Map();

  /** @type {Rec[]} the server records that are new */
  records = [];
  /** @type {Rec[]} the new records in spaces that are still pulled from the start */
  recordsRebuilt = [];
  /** @type {Rec[]} */
  newOffers = [];
  /** @type {string[]} ids of removed server records */
  removed = [];
  /** @type {Set<string>} ids of records whose entries changed */
  touched = new Set();
  /** @type {Set<number>} keys of changed or removed entries */
  changedKeys = new Set();
  /** @type {Pick<Rejected, "entry" | "outcome">[]} the changes rejected by this reply */
  rejected = [];
  /** @type {Set<string>} spaces whose server records must all be removed first */
  emptied = new Set();
  /** @type {Set<string>} spaces whose rebuilt records must all be removed first */
  emptiedRebuilt = new Set();
  /** @type {Set<string>} spaces whose open offers must all be removed first */
  emptiedOffers = new Set();
  /** @type {Map<string, number>} completely pulled spaces, with the last seq */
  complete = new Map();
  /** Whether the server has more to send. */
  more = false;
  hasNewAuthors = false;
  /** Whether another installation writes under this device's id. */
  isClone = false;
  /** Whether the server was restored, so that it may lack what this device has. */
  isRestored = false;

  /** @param {Known} known */
  constructor({ device, cursors, roles, personal, rebuilding, authors, outbox }) {
    this.device = device;
    this.cursors = cursors;
    this.roles = roles;
    this.personal = personal;
    this.rebuilding = rebuilding;
    this.authors = authors;
    this.entries = new Map(outbox.map((entry) => [/** @type {number} */ (entry.key), entry]));
  }

  /** @returns {Entry[]} the outbox, in order */
  get outbox() {
    return [...this.entries.values()];
  }

  /** The live records that the reply brought, by id. */
  get live() {
    return new Map(this.records.filter((record) => !record.grave).map((record) => [record.id, record]));
  }

  /** The ids of records that are no longer in their space: perhaps they are in another one. */
  get gone() {
    return [...this.removed, ...this.records.filter((record) => record.grave).map(({ id }) => id)];
  }

  /**
   * Whether the server may lack records of a space, as far as is known before the reply.
   * @param {string} space
   */
  isOffering(space) {
    return this.rebuilding[space] === WITH_OFFERS || this.offers.in(space).length > 0;
  }

  /** @param {Rec[]} records */
  offer(records) {
    for (const record of records) this.offers.put(record);
    this.newOffers.push(...records);
  }

  /** @param {string} space */
  dropOffers(space) {
    this.offers.clear(space);
    this.emptiedOffers.add(space);
  }

  /** @param {Rec[]} records */
  confirm(records) {
    for (const record of records) {
      this.confirmed.put(record);
      this.records.push(record);
    }
  }

  /** @param {Rec[]} records */
  rebuild(records) {
    for (const record of records) {
      this.rebuilt.put(record);
      this.recordsRebuilt.push(record);
    }
  }

  /**
   * Removes all server records of a space, and those being rebuilt.
   * @param {string} space
   */
  empty(space) {
    this.confirmed.clear(space);
    this.emptied.add(space);
    this.emptyRebuilt(space);
  }

  /** @param {string} space */
  emptyRebuilt(space) {
    this.rebuilt.clear(space);
    this.recordsRebuilt = this.recordsRebuilt.filter((record) => record.space !== space);
    this.emptiedRebuilt.add(space);
  }

  /**
   * Adds to the authors known in a space.
   * @param {string} space
   * @param {Record<string, string>} authors the account of each device
   */
  nameAuthors(space, authors) {
    const known = this.authors[space] ?? {};
    if (Object.entries(authors).every(([device, account]) => known[device] === account)) return;
    this.authors = { ...this.authors, [space]: { ...known, ...authors } };
    this.hasNewAuthors = true;
  }

  /** @param {string} space */
  forgetAuthors(space) {
    if (!(space in this.authors)) return;
    const { [space]: _, ...others } = this.authors;
    this.authors = others;
    this.hasNewAuthors = true;
  }

  /** @param {Entry[]} entries */
  replace(entries) {
    for (const entry of entries) {
      this.entries.set(/** @type {number} */ (entry.key), entry);
      this.#touch(entry);
    }
  }

  /** @param {Entry} entry */
  remove(entry) {
    this.entries.delete(/** @type {number} */ (entry.key));
    this.#touch(entry);
  }

  /**
   * Adds an entry to the rejected changes; it stays in the outbox. A read position is no work of the person's.
   * @param {Rejected["entry"]} entry
   * @param {Outcome} outcome
   */
  reject(entry, outcome) {
    if (entry.kind !== "read") this.rejected.push({ entry, outcome });
  }

  /** @param {Entry} entry */
  #touch(entry) {
    this.changedKeys.add(/** @type {number} */ (entry.key));
    this.touched.add(entry.id);
  }
}
