/**
 * A device's tasks: IndexedDB is the truth, a copy of the shown records is in memory. Every local edit is one
 * transaction, every reply of the server one transaction or nothing. `domain` and `sync` meet only here.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Edit} Edit
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {import("./in_memory.js").Copies} Copies
 * @typedef {import("./rejected.js").Typed} Typed
 * @typedef {import("./rejected.js").Rejected} Rejected
 * @typedef {import("./validate_reply.js").Reply} Reply
 * @typedef {import("./validate_reply.js").Asked} Asked
 */
import { readOutbox } from "./batches.js";
import { takeRequest } from "./build_request.js";
import { accountsHere, asProblem, Database, databaseName, StorageProblem } from "./database.js";
import { ReplicaInMemory } from "./in_memory.js";
import { countOffered, findOrMakeDevice, readMeta } from "./meta.js";
import { keepTyped, readRejected, rejectEntry } from "./rejected.js";
import { MovedAway, saveEdits } from "./save_edits.js";
import { readCopies } from "./server_records.js";
import { ALL_STORES, META, STORES } from "./schema.js";
import { addPage, dropAllPages, dropOldPages, readConfirmed } from "./start_cache.js";
import { giveUp, takeOver } from "./take_over.js";

export { accountsHere, MovedAway, StorageProblem };

export class Store extends ReplicaInMemory {
  /** @type {string | null} the last device id noted outside the database */
  #marked = null;

  /**
   * @param {string | null} account the account's id; null before there is one
   * @param {() => number} nowMs
   * @param {Database} [database]
   */
  constructor(account, nowMs = Date.now, database = new Database(databaseName(account))) {
    super();
    this.account = account;
    this.nowMs = nowMs;
    this.database = database;
    /** Whether the browser has deleted the data saved here; until `forgetEviction`. */
    this.isEvicted = false;
    this.#tellWhenObsolete();
  }

  /**
   * Reads everything in one transaction; creates the device on the first start. Rejects with a StorageProblem
   * if the browser does not open the database; nothing is deleted then.
   */
  async open() {
    try {
      await this.#read(true).catch(async (error) => {
        if (error instanceof StorageProblem) throw error;
        await this.#read(false);
        // all data has been read: the start must not fail now
        await this.#write([STORES.pages, STORES.meta], dropAllPages).catch(() => {});
      });
    } catch (error) {
      throw asProblem(error);
    }
    return this;
  }

  close() {
    this.database.close();
  }

  /** The person knows that the data saved here is gone. */
  async forgetEviction() {
    await this.#write([STORES.meta], (tx) => tx.objectStore(STORES.meta).delete(META.evicted));
    this.database.mark = null;
    this.#marked = null;
    this.isEvicted = false;
  }

  /**
   * Saves an edit; resolves to its outbox entry once it is durable.
   * @param {Edit} edit
   * @returns {Promise<Entry>}
   */
  async edit(edit) {
    return (await this.editAll([edit]))[0];
  }

  /**
   * Saves edits, all or none, in one transaction; resolves to their outbox entries, in order, once they are
   * durable. Edits of one record see those before them. Another tab's new writes to the records are then
   * shown too.
   * @param {Edit[]} edits
   * @returns {Promise<Entry[]>}
   */
  async editAll(edits) {
    if (!edits.length) return [];
    const { made, held } = await this.#write([STORES.confirmed, STORES.outbox, STORES.meta], (tx) =>
      saveEdits(tx, edits, this.nowMs()),
    );
    this.replaceEntries(held);
    this.#mark();
    this.changed([...held.keys()], true);
    return made;
  }

  /**
   * The body of the next request. Marks its changes as sent in a transaction that is committed before the
   * request may leave.
   * @param {number} [changesMax]
   * @returns {Promise<Asked>}
   */
  async takeRequest(changesMax) {
    const stores = [STORES.confirmed, STORES.outbox, STORES.meta, STORES.offers];
    const { asked, outbox, copies } = await this.#write(stores, async (tx) => {
      const taken = await takeRequest(tx, this.nowMs(), changesMax);
      const spaces = Object.keys(taken.asked.cursors);
      return { ...taken, copies: await this.#readAround(tx, taken.outbox, spaces) };
    });
    this.follow({ outbox, copies });
    if (copies.ids.length) this.changed(copies.ids, false);
    return asked;
  }

  /**
   * Takes the reply to `asked`, even if late or repeated: outcomes, records and cursors in one transaction or
   * nothing.
   * @param {Asked} asked
   * @param {Reply} reply
   * @param {number} sentAtMs
   * @returns {Promise<{more: boolean}>} whether to send the next request at once
   */
  async takeReply(asked, reply, sentAtMs) {
    const { takeReply } = await import("./take_reply.js"); // the first paint needs none of it
    const done = await this.#write(ALL_STORES, async (tx) => {
      const nameOf = (/** @type {string} */ id) => this.nameOf(id);
      const taken = await takeReply(tx, asked, reply, { nowMs: this.nowMs(), sentAtMs, nameOf });
      if (!taken) return null;
      const [rejected, offered] = await Promise.all([readRejected(tx), countOffered(tx)]);
      const { outbox, roles, gone, live } = taken;
      const copies = await this.#readAround(tx, outbox, Object.keys(roles), gone, live);
      return { taken, rejected, offered, copies };
    });
    if (!done) return { more: false };
    const { taken, rejected, offered, copies } = done;
    this.hold(taken.records);
    for (const id of taken.removed) this.confirmed.delete(id);
    const meta = { ...taken, offered, syncedAt: this.nowMs() };
    this.follow({ outbox: taken.outbox, copies, rejected, meta });
    this.#mark();
    const ids = taken.records.map(({ id }) => id);
    this.changed([...ids, ...taken.removed, ...taken.touched, ...copies.ids], true);
    return { more: taken.more || this.hasUnsent };
  }

  /**
   * Reads again the records that another tab wrote.
   * @param {string[]} ids
   * @param {boolean} [isOwn] whether this tab wrote them
   */
  async catchUp(ids, isOwn = false) {
    const stores = [STORES.confirmed, STORES.meta, STORES.outbox, STORES.rejected, STORES.offers];
    const read = await this.database.transact(stores, "readonly", async (tx) => {
      const [meta, outbox, rejected] = await Promise.all([readMeta(tx), readOutbox(tx), readRejected(tx)]);
      const spaces = [...Object.keys(this.roles), ...Object.keys(meta.roles)];
      return { meta, outbox, rejected, copies: await this.#readAround(tx, outbox, spaces, ids) };
    });
    this.follow(read);
    this.changed(read.copies.ids, isOwn);
  }

  /**
   * Moves a change that the server will never accept to the rejected changes.
   * @param {number} n of this device
   * @param {Outcome} outcome
   */
  async refuse(n, outcome) {
    const isMeant = (/** @type {Entry} */ each) => each.n === n && each.by === this.deviceId && !each.outcome;
    const { id, ...read } = await this.#write([STORES.outbox, STORES.rejected], async (tx) => {
      const entry = (await readOutbox(tx)).find(isMeant);
      if (entry) await rejectEntry(tx, { entry, outcome, at: this.nowMs(), title: this.nameOf(entry.id) });
      return { id: entry?.id, outbox: await readOutbox(tx), rejected: await readRejected(tx) };
    });
    this.follow(read);
    this.changed(id ? [id] : [], true);
  }

  /**
   * Stores typed text among the rejected changes if its record no longer exists; a longer version of the same
   * text replaces it.
   * @param {Typed} typed
   * @param {string} title
   */
  async keep(typed, title) {
    this.rejected = await this.#write([STORES.rejected], async (tx) => {
      await keepTyped(tx, typed, this.nowMs(), title);
      return readRejected(tx);
    });
    this.changed([], true);
  }

  /**
   * Removes a change from the rejected changes.
   * @param {number} key
   */
  async dismiss(key) {
    await this.#write([STORES.rejected], (tx) => tx.objectStore(STORES.rejected).delete(key));
    this.rejected = this.rejected.filter((change) => change.key !== key);
    this.changed([], true);
  }

  /**
   * Updates the start cache in short transactions, when the page is idle. Nothing depends on it.
   * @param {number} [newsMin] the least number of newer rows that starts an update
   * @param {number} [rowsMax] per page
   */
  async tidy(newsMin, rowsMax) {
    const write = (/** @type {(tx: any) => Promise<any>} */ work) =>
      this.#write([STORES.confirmed, STORES.pages, STORES.meta], work);
    for (const space of Object.keys(this.roles)) {
      await write((tx) => dropOldPages(tx, space, rowsMax));
      for (let enough = newsMin, hasMore = true; hasMore && !this.database.isFull; enough = 1)
        hasMore = await write(async (tx) => !this.database.isFull && addPage(tx, space, enough, rowsMax));
    }
  }

  /**
   * Moves the tasks of another store (the anonymous one) into this account, and deletes its database.
   * @param {Store} other
   * @param {string} space
   */
  async takeOver(other, space) {
    const given = await other.#write([STORES.meta, STORES.outbox], giveUp);
    await this.#write([STORES.outbox, STORES.meta, STORES.pages], (tx) =>
      takeOver(tx, other.database.name, given, space),
    );
    await this.open();
    this.changed([...this.shown.keys()], true);
    await other.database.destroy();
  }

  /** @param {boolean} isTrusting whether to read from the start cache */
  async #read(isTrusting) {
    const stores = ALL_STORES.filter((name) => name !== STORES.rebuilt);
    const [confirmed, outbox, rejected, meta] = await this.database.transact(stores, "readonly", (tx) =>
      Promise.all([readConfirmed(tx, isTrusting), readOutbox(tx), readRejected(tx), readMeta(tx)]),
    );
    const device = meta.device && !meta.moved ? meta.device : await this.#findOrMakeDevice();
    this.rejected = rejected;
    this.isEvicted ||= Boolean(meta.evicted);
    this.replaceMeta({ ...meta, device });
    this.replaceAll(confirmed, outbox);
  }

  async #findOrMakeDevice() {
    const { device, isEvicted } = await this.#write([STORES.meta], (tx) =>
      findOrMakeDevice(tx, this.account, this.database.mark !== null),
    );
    this.isEvicted ||= isEvicted;
    return device;
  }

  /**
   * The confirmed records for entries that differ from those in memory. Without the entries that another tab
   * has removed since, the others would be shown alone, and their clock would cover writes that are not
   * shown.
   * @param {any} tx
   * @param {Entry[]} outbox from the database
   * @param {string[]} spaces
   * @param {string[]} [more] ids to read
   * @param {Map<string, Rec>} [known] records not to read
   * @returns {Promise<Copies>}
   */
  async #readAround(tx, outbox, spaces, more = [], known = new Map()) {
    const ids = [...new Set([...more, ...this.differing(outbox)])].filter((id) => !known.has(id));
    return { ids, records: await readCopies(tx, ids, spaces) };
  }

  /**
   * @template T
   * @param {string[]} stores
   * @param {(tx: any) => Promise<T>} work
   */
  #write(stores, work) {
    return this.database.transact(stores, "readwrite", work);
  }

  /** Notes outside the database that something was saved in it. */
  #mark() {
    if (this.isEvicted || this.#marked === this.deviceId) return;
    this.database.mark = this.deviceId;
    this.#marked = this.deviceId;
  }

  #tellWhenObsolete() {
    const told = this.database.onObsolete;
    this.database.onObsolete = () => {
      told();
      this.dispatchEvent(new Event("obsolete"));
    };
  }
}
