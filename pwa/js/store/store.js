/**
 * A device's tasks: IndexedDB is the truth, a copy of what is shown lies in memory. Every local edit is one
 * transaction, every answer of the server one transaction or nothing. `state` and `sync` meet only here.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Edit} Edit
 * @typedef {import("./replica.js").EditBase} EditBase
 * @typedef {import("./replica.js").Device} Device
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {Pick<Entry, "space" | "kind" | "id" | "set">} Typed  what was typed where it can be saved no more
 * @typedef {{key: number, entry: Typed & Partial<Entry>, outcome: Outcome, at: number, title?: string}}
 *   Rejected  `title`: what its record, or its task, was called
 * @typedef {{device?: Device, roles: Record<string, string>, personal: string | null, syncedAt: number |
 *   null, moved?: boolean, evicted?: boolean}} Meta
 * @typedef {import("./validate_reply.js").Reply} Reply
 * @typedef {import("./validate_reply.js").Asked} Asked
 */
import { values } from "../core/merge.js";
import { accountsHere, asProblem, Database, databaseName, StorageProblem } from "./database.js";
import { ALL_STORES, META, STORES, tookOver } from "./schema.js";
import { Confirmed } from "./server_records.js";
import { MovedAway, saveEdits } from "./save_edits.js";
import { Outbox } from "./outbox.js";
import { pool, share } from "./interning.js";
import { addPage, dropAllPages, dropOldPages, dropPages, readConfirmed } from "./start_cache.js";
import { remake } from "./entries.js";
import { afterEdit, editBaseAt, LOCAL_SPACE, makeId, newDevice, shown } from "./replica.js";
import { inBatches, readOutbox } from "./batches.js";
import { takeRequest } from "./build_request.js";
import { takeReply } from "./take_reply.js";

export { accountsHere, LOCAL_SPACE, MovedAway, StorageProblem };
const READ = [STORES.confirmed, STORES.outbox, STORES.rejected, STORES.meta, STORES.pages];

export class Store extends EventTarget {
  #outbox = new Outbox();
  /** @type {string | null} the device id last noted apart from the database */
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
    this.deviceId = "";
    this.confirmed = new Confirmed();
    /** @type {Rejected[]} */
    this.rejected = [];
    /** @type {Record<string, string>} */
    this.roles = {};
    /** @type {string | null} the account's own space */
    this.personal = null;
    /** @type {number | null} */
    this.syncedAt = null;
    /** @type {Map<string, Rec>} */
    this.shown = new Map();
    /** @type {Map<string, {space: string, title: string}>} where what is shown no more was, by id */
    this.gone = new Map();
    /** Whether the browser has thrown away what was saved here; until `forgetEviction`. */
    this.isEvicted = false;
    this.#tellWhenObsolete();
  }

  /**
   * Reads everything, in one transaction; makes the device on the first start. Rejects with a StorageProblem
   * where the browser does not give us the database; nothing is deleted then.
   */
  async open() {
    try {
      await this.#read(true).catch(async (error) => {
        if (error instanceof StorageProblem) throw error;
        await this.#read(false);
        // all has been read: that must not fail now
        await this.database.transact([STORES.pages, STORES.meta], "readwrite", dropAllPages).catch(() => {});
      });
    } catch (error) {
      throw asProblem(error);
    }
    return this;
  }

  /** @param {boolean} isTrusting whether the start cache is read where it reaches */
  async #read(isTrusting) {
    const [confirmed, outbox, rejected, meta] = await this.database.transact(READ, "readonly", (tx) =>
      Promise.all([
        readConfirmed(tx, isTrusting),
        readOutbox(tx),
        tx.objectStore(STORES.rejected).getAll(),
        readMeta(tx),
      ]),
    );
    const device = meta.device && !meta.moved ? meta.device : await this.#settleIn();
    this.confirmed = confirmed;
    this.#outbox = new Outbox(outbox);
    this.rejected = rejected;
    this.isEvicted ||= Boolean(meta.evicted);
    this.#takeMeta({ ...meta, device });
    this.shown = new Map(confirmed);
    for (const [id, record] of confirmed) if (record.grave) this.shown.delete(id);
    this.#show(this.#outbox.byRecord.keys());
  }

  /**
   * Makes the device; forgets a move that was not finished.
   * @returns {Promise<Device>}
   */
  #settleIn() {
    return this.database.transact([STORES.meta], "readwrite", async (tx) => {
      const meta = tx.objectStore(STORES.meta);
      if (this.account === null) await meta.delete(META.moved);
      const known = await meta.get(META.device);
      if (known) return known;
      const device = newDevice(makeId(), this.account);
      this.isEvicted = this.database.mark !== null;
      if (this.isEvicted) await meta.put(true, META.evicted);
      await meta.put(device, META.device);
      return device;
    });
  }

  /** The person has been told that what was saved here is gone. */
  async forgetEviction() {
    await this.database.transact([STORES.meta], "readwrite", (tx) =>
      tx.objectStore(STORES.meta).delete(META.evicted),
    );
    this.database.mark = null;
    this.#marked = null;
    this.isEvicted = false;
  }

  close() {
    this.database.close();
  }

  /**
   * What a record, or the task of a comment, is or was called.
   * @param {string} id
   * @returns {string}
   */
  nameOf(id) {
    const record = this.shown.get(id);
    return (
      this.#titleOf(record?.kind === "comment" ? String(values(record).task) : id) ||
      (this.gone.get(id)?.title ?? "")
    );
  }

  /** @param {string} id */
  #titleOf(id) {
    const record = this.shown.get(id);
    const { title, name } = record ? values(record) : {};
    return String(title ?? name ?? this.gone.get(id)?.title ?? "");
  }

  /** The space that new tasks go to. */
  get space() {
    return this.personal ?? LOCAL_SPACE;
  }

  /**
   * What an author is shown of a record as an edit begins.
   * @param {string} id
   * @returns {EditBase}
   */
  begin(id) {
    return editBaseAt(this.shown.get(id), this.confirmed.get(id), this.deviceId);
  }

  /**
   * What the author of an entry is shown after it.
   * @param {Entry} entry
   * @returns {EditBase}
   */
  afterEdit(entry) {
    return afterEdit(entry, this.shown.get(entry.id));
  }

  /**
   * Every change that waits for the server or for its record to come back, in order.
   * @returns {Entry[]}
   */
  get outbox() {
    return this.#outbox.entries;
  }

  /** How many changes the server has not taken yet. */
  get unsent() {
    return this.#outbox.unsent;
  }

  /** When the oldest of them was made, in ms since 1970, server time; null where there is none. */
  get oldestUnsentMs() {
    return this.#outbox.oldestMs;
  }

  /**
   * Saves an edit; resolves to its outbox entry when it is durable.
   * @param {Edit} edit
   * @returns {Promise<Entry>}
   */
  async edit(edit) {
    return (await this.editAll([edit]))[0];
  }

  /**
   * Saves edits, all or none, in one transaction; resolves to their outbox entries, in order, when they are
   * durable. Edits of one record see those before them. What another tab wrote to the records meanwhile is
   * shown from then on.
   * @param {Edit[]} edits
   * @returns {Promise<Entry[]>}
   */
  async editAll(edits) {
    if (!edits.length) return [];
    const { made, held } = await this.database.transact(
      [STORES.confirmed, STORES.outbox, STORES.meta],
      "readwrite",
      (tx) => saveEdits(tx, edits, this.nowMs()),
    );
    const intern = pool();
    for (const [id, { confirmed, entries }] of held) {
      if (confirmed) this.confirmed.set(id, share(confirmed, intern));
      this.#outbox.set(id, entries);
    }
    this.#mark();
    this.#changed([...held.keys()], true);
    return made;
  }

  /**
   * The body of the next request. Its changes are marked as sent in a committed transaction before it may
   * leave.
   * @param {number} [changesMax]
   * @returns {Promise<Asked>}
   */
  async takeRequest(changesMax) {
    const { asked, outbox, read } = await this.database.transact(
      [STORES.confirmed, STORES.outbox, STORES.meta],
      "readwrite",
      async (tx) => {
        const taken = await takeRequest(tx, this.nowMs(), changesMax);
        return { ...taken, read: await this.#readAround(tx, taken.outbox, Object.keys(taken.asked.cursors)) };
      },
    );
    this.#confirm(read);
    this.#setOutbox(outbox);
    if (read.ids.length) this.#changed(read.ids, false);
    return asked;
  }

  /**
   * Takes the answer to `asked`, also late or twice: outcomes, records and cursors in one transaction or
   * nothing.
   * @param {Asked} asked
   * @param {Reply} reply
   * @param {number} sentAtMs
   * @returns {Promise<{more: boolean}>} whether to ask again at once
   */
  async takeReply(asked, reply, sentAtMs) {
    const done = await this.database.transact(ALL_STORES, "readwrite", async (tx) => {
      const taken = await takeReply(tx, asked, reply, {
        nowMs: this.nowMs(),
        sentAtMs,
        nameOf: (id) => this.nameOf(id),
      });
      if (!taken) return null;
      const rejected = await tx.objectStore(STORES.rejected).getAll();
      const spaces = Object.keys(taken.roles);
      const read = await this.#readAround(tx, taken.outbox, spaces, taken.gone, taken.live);
      return { taken, rejected, read };
    });
    if (!done) return { more: false };
    const { taken, rejected, read } = done;
    const intern = pool();
    for (const record of taken.records) this.confirmed.hold(share(record, intern));
    for (const id of taken.removed) this.confirmed.delete(id);
    this.#confirm(read);
    this.#takeMeta({ ...taken, syncedAt: this.nowMs() });
    this.rejected = rejected;
    this.#mark();
    this.#setOutbox(taken.outbox);
    this.#changed(
      [...taken.records.map((record) => record.id), ...taken.removed, ...taken.touched, ...read.ids],
      true,
    );
    return {
      more:
        taken.more ||
        this.outbox.some((entry) => !entry.outcome && !entry.sent && entry.space !== LOCAL_SPACE),
    };
  }

  /**
   * Reads again what another tab wrote.
   * @param {string[]} ids
   */
  async catchUp(ids) {
    const { meta, outbox, rejected, read } = await this.database.transact(
      [STORES.confirmed, STORES.meta, STORES.outbox, STORES.rejected],
      "readonly",
      async (tx) => {
        const [meta, outbox, rejected] = await Promise.all([
          readMeta(tx),
          readOutbox(tx),
          tx.objectStore(STORES.rejected).getAll(),
        ]);
        return {
          meta,
          outbox,
          rejected,
          read: await this.#readAround(
            tx,
            outbox,
            [...Object.keys(this.roles), ...Object.keys(meta.roles)],
            ids,
          ),
        };
      },
    );
    this.#takeMeta(meta);
    this.#confirm(read);
    this.rejected = rejected;
    this.#setOutbox(outbox);
    this.#changed(read.ids, false);
  }

  /**
   * Puts a change that the server will never take among the rejected changes.
   * @param {number} n of this device
   * @param {Outcome} outcome
   */
  async refuse(n, outcome) {
    const { outbox, rejected, id } = await this.database.transact(
      [STORES.outbox, STORES.rejected],
      "readwrite",
      async (tx) => {
        const entry = (await readOutbox(tx)).find(
          (each) => each.n === n && each.by === this.deviceId && !each.outcome,
        );
        if (entry) {
          await tx
            .objectStore(STORES.rejected)
            .add({ entry, outcome, at: this.nowMs(), title: this.nameOf(entry.id) });
          await tx.objectStore(STORES.outbox).delete(entry.key);
        }
        return {
          outbox: await readOutbox(tx),
          rejected: await tx.objectStore(STORES.rejected).getAll(),
          id: entry?.id,
        };
      },
    );
    this.rejected = rejected;
    this.#setOutbox(outbox);
    this.#changed(id ? [id] : [], true);
  }

  /**
   * Puts what was typed, and has nowhere to be saved any more, among the rejected changes; more of the same text takes its
   * place there.
   * @param {Typed} typed
   * @param {string} title
   */
  async keep(typed, title) {
    this.rejected = await this.database.transact([STORES.rejected], "readwrite", async (tx) => {
      const rejected = tx.objectStore(STORES.rejected);
      const before = (await rejected.getAll()).find((/** @type {Rejected} */ { entry }) =>
        isContinued(entry, typed),
      );
      if (before) await rejected.put({ ...before, entry: { ...before.entry, set: typed.set } });
      else await rejected.add({ entry: typed, outcome: { status: "unsaved" }, at: this.nowMs(), title });
      return rejected.getAll();
    });
    this.#changed([], true);
  }

  /**
   * Removes a refused change from the rejected changes.
   * @param {number} key
   */
  async dismiss(key) {
    await this.database.transact([STORES.rejected], "readwrite", (tx) =>
      tx.objectStore(STORES.rejected).delete(key),
    );
    this.rejected = this.rejected.filter((refused) => refused.key !== key);
    this.#changed([], true);
  }

  /**
   * Brings the start cache up to date, in short transactions; for when the page is idle. Nothing depends on
   * it.
   * @param {number} [newsMin] how many rows must be newer than it
   * @param {number} [rowsMax] of a page
   */
  async tidy(newsMin, rowsMax) {
    const write = (/** @type {(tx: any) => Promise<any>} */ work) =>
      this.database.transact([STORES.confirmed, STORES.pages, STORES.meta], "readwrite", work);
    for (const space of Object.keys(this.roles)) {
      await write((tx) => dropOldPages(tx, space, rowsMax));
      for (let enough = newsMin, hasMore = true; hasMore && !this.database.isFull; enough = 1)
        hasMore = await write(async (tx) => !this.database.isFull && addPage(tx, space, enough, rowsMax));
    }
  }

  /**
   * Brings the tasks of another store (the anonymous one) into this account: made anew by this device, ids
   * kept, in one transaction that also notes it, so that a crash before the other store is deleted doubles
   * nothing.
   * @param {Store} other
   * @param {string} space
   */
  async takeOver(other, space) {
    const note = tookOver(other.database.name);
    const [source, outbox] = await other.database.transact(
      [STORES.meta, STORES.outbox],
      "readwrite",
      async (tx) => {
        await tx.objectStore(STORES.meta).put(true, META.moved); // from here on no tab saves there any more
        return Promise.all([
          tx.objectStore(STORES.meta).get(META.device),
          tx.objectStore(STORES.outbox).getAll(),
        ]);
      },
    );
    await this.database.transact([STORES.outbox, STORES.meta, STORES.pages], "readwrite", async (tx) => {
      const [device, taken] = await Promise.all([
        tx.objectStore(STORES.meta).get(META.device),
        tx.objectStore(STORES.meta).get(note),
      ]);
      if (taken === source.id) return;
      const made = remake(source, outbox, device.id);
      const entries = made.entries.map(({ key: _, ...entry }) => raise({ ...entry, space }, device.counter));
      await inBatches(entries, (entry) => tx.objectStore(STORES.outbox).add(entry));
      await dropPages(tx, space);
      await tx.objectStore(STORES.meta).put(
        {
          ...device,
          counter: device.counter + entries.length,
          lastAt: later(device.lastAt, source.lastAt),
        },
        META.device,
      );
      await tx.objectStore(STORES.meta).put(source.id, note);
    });
    await this.open();
    this.#changed([...this.shown.keys()], true);
    await other.database.destroy();
  }

  /**
   * The confirmed records under entries that are not those in memory: without what another tab has let go of
   * since, the entries left would be shown alone, and their clock cover what is not shown.
   * @param {any} tx
   * @param {Entry[]} outbox as it lies in the database
   * @param {string[]} spaces
   * @param {string[]} [more] to be read
   * @param {Map<string, Rec>} [known] not to be read
   * @returns {Promise<{ids: string[], records: Rec[]}>}
   */
  async #readAround(tx, outbox, spaces, more = [], known = new Map()) {
    const ids = [...new Set([...more, ...this.#outbox.differing(outbox)])].filter((id) => !known.has(id));
    const keys = ids.flatMap((id) => [...new Set(spaces)].map((space) => [space, id]));
    /** @type {Rec[]} */
    const records = [];
    await inBatches(keys, async (key) => records.push(await tx.objectStore(STORES.confirmed).get(key)));
    return { ids, records: records.filter(Boolean) };
  }

  /** @param {{ids: string[], records: Rec[]}} read */
  #confirm({ ids, records }) {
    const intern = pool();
    for (const id of ids) this.confirmed.delete(id);
    for (const record of records) this.confirmed.hold(share(record, intern));
  }

  /** @param {Entry[]} entries as they lie in the database */
  #setOutbox(entries) {
    const before = this.#outbox;
    this.#outbox = new Outbox(entries);
    this.#show(new Set([...before.byRecord.keys(), ...this.#outbox.byRecord.keys()]));
  }

  /** @param {Meta} meta */
  #takeMeta({ device, roles, personal, syncedAt }) {
    this.deviceId = device?.id ?? this.deviceId;
    this.roles = roles;
    this.personal = personal;
    this.syncedAt = syncedAt;
  }

  /** Notes apart from the database that something was saved in it. */
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

  /** @param {Iterable<string>} ids */
  #show(ids) {
    for (const id of ids) {
      const record = shown(this.confirmed.get(id), this.#outbox.of(id));
      if (!record) this.#letGo(id);
      else this.shown.set(id, record);
    }
  }

  /** @param {string} id */
  #letGo(id) {
    const record = this.shown.get(id);
    if (record) this.gone.set(id, { space: record.space ?? "", title: this.nameOf(id) });
    this.shown.delete(id);
  }

  /**
   * @param {string[]} ids
   * @param {boolean} isOwn whether this tab made the change, so that others must hear of it
   */
  #changed(ids, isOwn) {
    this.#show(new Set(ids));
    this.dispatchEvent(new CustomEvent("changed", { detail: { ids, isOwn } }));
  }
}

/**
 * Whether what was typed goes on with what an entry says.
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

/**
 * @param {any} tx
 * @returns {Promise<Meta>}
 */
async function readMeta(tx) {
  const meta = tx.objectStore(STORES.meta);
  const [device, roles, personal, syncedAt, moved, evicted] = await Promise.all(
    [META.device, META.roles, META.personal, META.syncedAt, META.moved, META.evicted].map((name) =>
      meta.get(name),
    ),
  );
  return {
    device,
    roles: roles ?? {},
    personal: personal ?? null,
    syncedAt: syncedAt ?? null,
    moved: Boolean(moved),
    evicted: Boolean(evicted),
  };
}

/**
 * The entry with its own numbers raised by `by`: how entries made from 1 join a device that has counted
 * further.
 * @param {Entry} entry
 * @param {number} by
 */
function raise(entry, by) {
  const own = entry.seen[entry.by];
  return {
    ...entry,
    n: entry.n + by,
    prev: entry.prev && entry.prev + by,
    seen: own ? { ...entry.seen, [entry.by]: own + by } : entry.seen,
  };
}

/**
 * @param {string | null} a
 * @param {string | null} b
 */
function later(a, b) {
  return (a ?? "") > (b ?? "") ? a : b;
}
