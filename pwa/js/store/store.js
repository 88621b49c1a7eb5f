/**
 * A device's tasks: IndexedDB is the truth, a copy of what is shown lies in memory. Every local edit is one transaction, every
 * answer of the server one transaction or nothing. `state` and `sync` meet only here.
 *
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Edit} Edit
 * @typedef {import("./replica.js").Begun} Begun
 * @typedef {import("./replica.js").Device} Device
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {{key: number, entry: Entry, outcome: Outcome, at: number}} Refused
 * @typedef {import("./taking.js").Reply} Reply
 * @typedef {import("./taking.js").Asked} Asked
 */
import { Database, databaseName } from "./database.js";
import { afterEdit, makeEntry, makeId, newDevice, remake, shown } from "./replica.js";
import { LOCAL_SPACE, Taking } from "./taking.js";

export { LOCAL_SPACE };
const CHANGES_MAX = 1_000;
const REQUEST_CHARACTERS_MAX = 600_000; // at most 3 bytes each in UTF-8: below the server's 2 MiB
const ALL = ["confirmed", "rebuilt", "outbox", "tray", "meta"];
const CHANGE_MEMBERS = ["space", "kind", "id", "n", "prev", "seen", "at", "set"];

export class Store extends EventTarget {
  /** @param {string | null} account the account's id; null before there is one @param {() => number} nowMs @param {Database} [database] */
  constructor(account, nowMs = Date.now, database = new Database(databaseName(account))) {
    super();
    this.account = account;
    this.nowMs = nowMs;
    this.database = database;
    this.deviceId = "";
    /** @type {Map<string, Rec>} */
    this.confirmed = new Map();
    /** @type {Entry[]} */
    this.outbox = [];
    /** @type {Refused[]} */
    this.tray = [];
    /** @type {Record<string, string>} */
    this.roles = {};
    /** @type {string | null} the account's own space */
    this.personal = null;
    /** @type {number | null} */
    this.syncedAt = null;
    /** @type {Map<string, Rec>} */
    this.shown = new Map();
  }

  /** Reads everything, in one transaction; makes the device on the first start. */
  async open() {
    await this.database.transact(ALL, "readwrite", async (tx) => {
      const [confirmed, outbox, tray, device, roles, personal, syncedAt] = await Promise.all([
        tx.objectStore("confirmed").getAll(), tx.objectStore("outbox").getAll(), tx.objectStore("tray").getAll(),
        tx.objectStore("meta").get("device"), tx.objectStore("meta").get("roles"), tx.objectStore("meta").get("personal"), tx.objectStore("meta").get("syncedAt")]);
      const own = device ?? newDevice(makeId(), this.account);
      if (!device) await tx.objectStore("meta").put(own, "device");
      if (this.account === null) await tx.objectStore("meta").delete("moved"); // a move that was not finished
      this.deviceId = own.id;
      this.confirmed = new Map(confirmed.map((/** @type {Rec} */ record) => [record.id, record]));
      this.outbox = outbox;
      this.tray = tray;
      this.roles = roles ?? {};
      this.personal = personal ?? null;
      this.syncedAt = syncedAt ?? null;
    });
    this.#show(new Set([...this.confirmed.keys(), ...this.outbox.map((entry) => entry.id)]));
    return this;
  }

  close() {
    this.database.close();
  }

  /** The space that new tasks go to. */
  get space() {
    return this.personal ?? LOCAL_SPACE;
  }

  /** What an author is shown of a record as an edit begins. @param {string} id @returns {Begun} */
  begin(id) {
    return { seen: this.shown.get(id)?.clock ?? {}, base: this.confirmed.get(id)?.clock ?? {}, by: this.deviceId };
  }

  /** What the author of an entry is shown after it. @param {Entry} entry @returns {Begun} */
  afterEdit(entry) {
    return afterEdit(entry, this.shown.get(entry.id));
  }

  /** How many changes the server has not taken yet. */
  get unsent() {
    return this.outbox.filter((entry) => !entry.outcome).length;
  }

  /**
   * Saves an edit; resolves to its outbox entry when it is durable. What another tab wrote to the record meanwhile is shown from
   * then on: a clock has one entry for this device, so who sees this edit must see those before it.
   * @param {Edit} edit @returns {Promise<Entry>}
   */
  async edit(edit) {
    const { entry, replaced, confirmed, entries } = await this.database.transact(["confirmed", "outbox", "meta"], "readwrite", async (tx) => {
      const [device, confirmed, entries] = await Promise.all([
        tx.objectStore("meta").get("device"), tx.objectStore("confirmed").get([edit.space, edit.id]),
        tx.objectStore("outbox").index("record").getAll(edit.id)]);
      if (!device || (await tx.objectStore("meta").get("moved"))) throw new MovedAway();
      const made = makeEntry(device, confirmed, entries, edit, this.nowMs());
      if (made.replaced) await tx.objectStore("outbox").delete(made.replaced.key);
      made.entry.key = await tx.objectStore("outbox").add(made.entry);
      await tx.objectStore("meta").put(made.device, "device");
      return { ...made, confirmed, entries };
    });
    if (confirmed) this.confirmed.set(edit.id, confirmed);
    const others = this.outbox.filter((each) => each.id !== edit.id);
    this.outbox = [...others, ...entries.filter((/** @type {Entry} */ each) => each !== replaced), entry].sort(byKey);
    this.#changed([edit.id], true);
    return entry;
  }

  /**
   * The body of the next request. Its changes are marked as sent in a committed transaction before it may leave.
   * @param {number} changesMax @returns {Promise<Asked>}
   */
  async takeRequest(changesMax = CHANGES_MAX) {
    const asked = await this.database.transact(["outbox", "meta"], "readwrite", async (tx) => {
      const [device, cursors, roles, outbox] = await Promise.all([
        tx.objectStore("meta").get("device"), tx.objectStore("meta").get("cursors"), tx.objectStore("meta").get("roles"),
        tx.objectStore("outbox").getAll()]);
      const sending = batch(outbox.filter((/** @type {Entry} */ entry) => !entry.outcome && entry.space !== LOCAL_SPACE), changesMax);
      await Promise.all(sending.filter((entry) => !entry.sent).map((entry) => tx.objectStore("outbox").put({ ...entry, sent: true })));
      return { protocol: 1, device: device.id, account: device.account, epoch: device.epoch, now: this.nowMs(),
               cursors: Object.fromEntries(Object.keys(roles ?? {}).map((space) => [space, cursors?.[space] ?? null])), changes: sending.map(asChange) };
    });
    this.#setOutbox(await this.#readOutbox());
    return asked;
  }

  /**
   * Takes the answer to `asked`, also late or twice: outcomes, records and cursors in one transaction or nothing.
   * @param {Asked} asked @param {Reply} reply @param {number} sentAtMs @returns {Promise<{more: boolean}>} whether to ask again at once
   */
  async takeReply(asked, reply, sentAtMs) {
    const taken = await this.database.transact(ALL, "readwrite", (tx) => new Taking(tx, asked, reply, this.nowMs(), sentAtMs).run());
    if (!taken) return { more: false };
    const read = await this.#readOutbox();
    for (const record of taken.records) this.confirmed.set(record.id, record);
    for (const id of taken.removed) this.confirmed.delete(id);
    this.roles = taken.roles;
    this.personal = taken.personal;
    this.deviceId = /** @type {Device} */ (taken.device).id;
    this.syncedAt = this.nowMs();
    this.#setOutbox(read);
    this.#changed([...taken.records.map((record) => record.id), ...taken.removed, ...taken.touched], true);
    return { more: taken.more || this.outbox.some((entry) => !entry.outcome && !entry.sent && entry.space !== LOCAL_SPACE) };
  }

  /** Reads again what another tab wrote. @param {string[]} ids */
  async catchUp(ids) {
    const spaces = [LOCAL_SPACE, ...Object.keys(this.roles)];
    const read = await this.#readOutbox();
    await this.database.transact(["confirmed", "meta"], "readonly", async (tx) => {
      this.roles = (await tx.objectStore("meta").get("roles")) ?? {};
      this.personal = (await tx.objectStore("meta").get("personal")) ?? null;
      this.deviceId = (await tx.objectStore("meta").get("device")).id;
      this.syncedAt = (await tx.objectStore("meta").get("syncedAt")) ?? null;
      const keys = ids.flatMap((id) => [...new Set([...spaces, ...Object.keys(this.roles)])].map((space) => [space, id]));
      const found = await Promise.all(keys.map((key) => tx.objectStore("confirmed").get(key)));
      for (const id of ids) this.confirmed.delete(id);
      for (const record of found) if (record) this.confirmed.set(record.id, record);
    });
    this.#setOutbox(read);
    this.#changed(ids, false);
  }

  /** Removes a refused change from the tray. @param {number} key */
  async dismiss(key) {
    await this.database.transact(["tray"], "readwrite", (tx) => tx.objectStore("tray").delete(key));
    this.tray = this.tray.filter((refused) => refused.key !== key);
    this.#changed([], true);
  }

  /**
   * Brings the tasks of another store (the anonymous one) into this account: made anew by this device, ids kept, in one
   * transaction that also notes it, so that a crash before the other store is deleted doubles nothing.
   * @param {Store} other @param {string} space
   */
  async takeOver(other, space) {
    const note = `tookOver:${other.database.name}`;
    const [source, outbox] = await other.database.transact(["meta", "outbox"], "readwrite", async (tx) => {
      await tx.objectStore("meta").put(true, "moved"); // from here on no tab saves there any more
      return Promise.all([tx.objectStore("meta").get("device"), tx.objectStore("outbox").getAll()]);
    });
    await this.database.transact(["outbox", "meta"], "readwrite", async (tx) => {
      const [device, taken] = await Promise.all([tx.objectStore("meta").get("device"), tx.objectStore("meta").get(note)]);
      if (taken === source.id) return;
      const made = remake(source, outbox, device.id);
      const entries = made.entries.map(({ key: _, ...entry }) => raise({ ...entry, space }, device.counter));
      await Promise.all(entries.map((entry) => tx.objectStore("outbox").add(entry)));
      await tx.objectStore("meta").put({ ...device, counter: device.counter + entries.length, lastAt: later(device.lastAt, source.lastAt) }, "device");
      await tx.objectStore("meta").put(source.id, note);
    });
    await this.open();
    this.#changed([...this.shown.keys()], true);
    await other.database.destroy();
  }

  /** @returns {Promise<[Entry[], Refused[]]>} outbox and tray as they lie in the database: another tab may have written too */
  #readOutbox() {
    return this.database.transact(["outbox", "tray"], "readonly", (tx) =>
      Promise.all([tx.objectStore("outbox").getAll(), tx.objectStore("tray").getAll()]));
  }

  /** @param {[Entry[], Refused[]]} read */
  #setOutbox([outbox, tray]) {
    const before = this.outbox;
    this.outbox = outbox;
    this.tray = tray;
    this.#show(new Set([...before, ...outbox].map((entry) => entry.id)));
  }

  /** @param {Iterable<string>} ids */
  #show(ids) {
    /** @type {Map<string, Entry[]>} */
    const entries = Map.groupBy(this.outbox, (entry) => entry.id);
    for (const id of ids) {
      const record = shown(this.confirmed.get(id), entries.get(id) ?? []);
      if (record) this.shown.set(id, record);
      else this.shown.delete(id);
    }
  }

  /** @param {string[]} ids @param {boolean} isOwn whether this tab made the change, so that others must hear of it */
  #changed(ids, isOwn) {
    this.#show(new Set(ids));
    this.dispatchEvent(new CustomEvent("changed", { detail: { ids, isOwn } }));
  }
}

/** The tasks of this database have moved into an account, in another tab: nothing is saved here any more. */
export class MovedAway extends Error {}

/** As many entries, in order, as one request may hold. @param {Entry[]} entries @param {number} changesMax @returns {Entry[]} */
function batch(entries, changesMax) {
  let characters = 0;
  const end = entries.findIndex((entry, place) => {
    characters += JSON.stringify(asChange(entry)).length;
    return place >= changesMax || (place > 0 && characters > REQUEST_CHARACTERS_MAX);
  });
  return end < 0 ? entries : entries.slice(0, end);
}

/** @param {Entry} entry */
function asChange(entry) {
  return Object.fromEntries(CHANGE_MEMBERS.map((name) => [name, /** @type {any} */ (entry)[name]]));
}

/** The entry with its own numbers raised by `by`: how entries made from 1 join a device that has counted further. @param {Entry} entry @param {number} by */
function raise(entry, by) {
  const own = entry.seen[entry.by];
  return { ...entry, n: entry.n + by, prev: entry.prev && entry.prev + by, seen: own ? { ...entry.seen, [entry.by]: own + by } : entry.seen };
}

/** @param {Entry} a @param {Entry} b */
function byKey(a, b) {
  return (a.key ?? 0) - (b.key ?? 0);
}

/** @param {string | null} a @param {string | null} b */
function later(a, b) {
  return (a ?? "") > (b ?? "") ? a : b;
}
