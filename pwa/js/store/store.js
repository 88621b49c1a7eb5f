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
 * @typedef {{role?: string, personal?: boolean, records?: Rec[], cursor?: string | null, more?: boolean, reset?: string, revoked?: boolean}} News
 * @typedef {{epoch: string, now: number, device_conflict?: boolean, outcomes: Outcome[], spaces: Record<string, News>}} Reply
 * @typedef {{device: string, epoch: string | null, account: string | null, cursors: Record<string, string | null>, changes: object[]}} Asked
 */
import { makeDeviceId } from "../core/ids.js";
import { Database, databaseName } from "./database.js";
import { afterEdit, isForeign, isSettled, learnTime, makeEntry, newDevice, remake, shown } from "./replica.js";

export const LOCAL_SPACE = "local";
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

/** The taking of one answer within its transaction. */
class Taking {
  /** @param {any} tx @param {Asked} asked @param {Reply} reply @param {number} nowMs @param {number} sentAtMs */
  constructor(tx, asked, reply, nowMs, sentAtMs) {
    this.tx = tx;
    this.asked = asked;
    this.reply = reply;
    this.nowMs = nowMs;
    this.middleMs = Math.round((sentAtMs + nowMs) / 2);
    /** @type {Rec[]} */
    this.records = [];
    /** @type {string[]} */
    this.removed = [];
    /** @type {Set<string>} */
    this.touched = new Set();
    this.more = false;
    /** @type {Set<string>} the spaces of which all has come */
    this.complete = new Set();
    this.isClone = false;
    /** @type {Map<string, Entry[]>} the outbox by record, as a space's records are taken */
    this.entriesOf = new Map();
    /** @type {Entry[]} */
    this.outbox = [];
    /** @type {Map<string, Rec>} what was confirmed after this answer, of the records it or the outbox speaks of */
    this.confirmed = new Map();
    /** @type {Record<string, string>} */
    this.roles = {};
    /** @type {string | null} */
    this.personal = null;
  }

  /** @returns {Promise<this | null>} null for an answer to a question of another epoch */
  async run() {
    const meta = this.tx.objectStore("meta");
    const [device, cursors, roles, personal, rebuilding, outbox] = await Promise.all([
      meta.get("device"), meta.get("cursors"), meta.get("roles"), meta.get("personal"), meta.get("rebuilding"), this.tx.objectStore("outbox").getAll()]);
    if (device.epoch !== this.asked.epoch) return null;
    this.device = /** @type {Device} */ (device);
    this.cursors = /** @type {Record<string, string>} */ (cursors ?? {});
    this.roles = roles ?? {};
    this.personal = personal ?? null;
    this.rebuilding = /** @type {Record<string, boolean>} */ (rebuilding ?? {});
    this.outbox = outbox;
    await this.#takeTime();
    await this.#takeOutcomes();
    for (const [space, news] of Object.entries(this.reply.spaces)) await this.#takeSpace(space, news);
    if (this.isClone || (this.reply.device_conflict && this.asked.device === this.device.id)) await this.#takeNewId();
    await this.#letGo();
    await Promise.all([meta.put(this.device, "device"), meta.put(this.cursors, "cursors"), meta.put(this.roles, "roles"),
                       meta.put(this.personal, "personal"), meta.put(this.rebuilding, "rebuilding"), meta.put(this.nowMs, "syncedAt")]);
    return this;
  }

  async #takeTime() {
    const { device, entries } = learnTime(/** @type {Device} */ (this.device), this.outbox, this.reply.now, this.middleMs);
    this.isClone = device.epoch !== null && (device.epoch !== this.reply.epoch || Object.values(this.reply.spaces).some((news) => news.reset === "epoch"));
    this.device = { ...device, epoch: this.reply.epoch };
    await this.#replace(entries);
    if (this.isClone) await this.#replace(this.outbox.filter((entry) => entry.outcome).map((entry) => ({ ...entry, outcome: null })));
  }

  async #takeOutcomes() {
    if (this.asked.device !== this.device?.id) return;
    const waiting = new Map(this.outbox.filter((entry) => !entry.outcome && entry.by === this.device?.id).map((entry) => [entry.n, entry]));
    for (const [place, outcome] of this.reply.outcomes.entries()) {
      const entry = waiting.get(/** @type {any} */ (this.asked.changes[place]).n);
      if (!entry || outcome.status === "device_conflict") continue;
      this.touched.add(entry.id);
      if (outcome.seq === undefined) await this.#refuse(entry, outcome);
      else await this.#replace([{ ...entry, outcome }]);
      if (outcome.status === "hidden") await this.#keepInTray(entry, outcome);
    }
  }

  /** @param {string} space @param {News} news */
  async #takeSpace(space, news) {
    if (news.revoked) return this.#dropSpace(space);
    this.roles[space] = /** @type {string} */ (news.role);
    if (news.personal && !this.personal) await this.#settleIn(space);
    if (news.reset) {
      await this.#clear("rebuilt", space);
      this.rebuilding = { ...this.rebuilding, [space]: true };
      delete this.cursors?.[space];
      this.more = true;
      return;
    }
    if ((this.cursors?.[space] ?? null) !== (this.asked.cursors[space] ?? null)) {
      this.more = true; // a late answer: what it says comes again
      return;
    }
    const isRebuilding = this.rebuilding?.[space];
    this.entriesOf = Map.groupBy(this.outbox, (entry) => entry.id);
    for (const record of news.records ?? []) await this.#takeRecord({ ...record, space }, isRebuilding ? "rebuilt" : "confirmed");
    if (news.cursor) this.cursors = { ...this.cursors, [space]: news.cursor };
    if (isRebuilding && !news.more) await this.#swap(space);
    if (!news.more) this.complete.add(space);
    this.more ||= Boolean(news.more);
  }

  /** The account's own space is known: what was made before moves there. @param {string} space */
  async #settleIn(space) {
    this.personal = space;
    await this.#replace(this.outbox.filter((entry) => entry.space === LOCAL_SPACE).map((entry) => ({ ...entry, space })));
    this.more ||= this.outbox.some((entry) => !entry.outcome && !entry.sent);
  }

  /** @param {Rec} record @param {string} place the object store */
  async #takeRecord(record, place) {
    const confirmed = await this.tx.objectStore("confirmed").get([record.space, record.id]);
    const held = place === "confirmed" ? confirmed : await this.tx.objectStore(place).get([record.space, record.id]);
    const device = /** @type {Device} */ (this.device);
    this.isClone ||= isForeign(device, record, confirmed, this.entriesOf.get(record.id) ?? []);
    this.device = { ...device, counter: Math.max(device.counter, record.clock?.[device.id] ?? 0) };
    if (held && (held.seq ?? 0) >= (record.seq ?? 0)) return;
    await this.tx.objectStore(place).put(record);
    if (place === "confirmed") {
      this.records.push(record);
      this.confirmed.set(record.id, record);
    }
  }

  /** The last page of a rebuild has come: it takes the place of what was there, and what did not come is gone. @param {string} space */
  async #swap(space) {
    const range = IDBKeyRange.bound([space], [space, []]);
    const [before, rebuilt] = await Promise.all([
      this.tx.objectStore("confirmed").getAll(range), this.tx.objectStore("rebuilt").getAll(range)]);
    const came = new Set(rebuilt.map((/** @type {Rec} */ record) => record.id));
    await this.#clear("confirmed", space);
    await this.#clear("rebuilt", space);
    for (const record of rebuilt) {
      await this.tx.objectStore("confirmed").put(record);
      this.records.push(record);
      this.confirmed.set(record.id, record);
    }
    this.removed.push(...before.map((/** @type {Rec} */ record) => record.id).filter((/** @type {string} */ id) => !came.has(id)));
    delete this.rebuilding?.[space];
  }

  /** @param {string} space */
  async #dropSpace(space) {
    const range = IDBKeyRange.bound([space], [space, []]);
    const keys = await this.tx.objectStore("confirmed").getAllKeys(range);
    this.removed.push(...keys.map((/** @type {string[]} */ key) => key[1]));
    await this.#clear("confirmed", space);
    await this.#clear("rebuilt", space);
    delete this.rebuilding?.[space];
    for (const entry of this.outbox.filter((each) => each.space === space)) {
      if (entry.outcome) await this.#remove(entry);
      else await this.#refuse(entry, { status: "revoked", message: "You are no longer a member of this space." });
    }
    delete this.cursors?.[space];
    delete this.roles[space];
  }

  async #takeNewId() {
    const { device, entries } = remake(/** @type {Device} */ (this.device), this.outbox, makeId());
    this.device = device;
    await this.#replace(entries);
    this.more = true;
  }

  /** Entries leave when their outcome has come and the confirmed copy has reached its seq, or all has come and it has not: it was purged. */
  async #letGo() {
    for (const entry of this.outbox.filter((each) => each.outcome)) {
      const confirmed = this.confirmed.get(entry.id) ?? (await this.tx.objectStore("confirmed").get([entry.space, entry.id]));
      if (this.complete.has(entry.space) || isSettled(entry, confirmed)) await this.#remove(entry);
    }
  }

  /** @param {Entry} entry @param {Outcome} outcome */
  async #refuse(entry, outcome) {
    await this.#keepInTray(entry, outcome);
    await this.#remove(entry);
  }

  /** @param {Entry} entry @param {Outcome} outcome */
  async #keepInTray(entry, outcome) {
    await this.tx.objectStore("tray").add({ entry, outcome, at: this.nowMs });
  }

  /** @param {Entry} entry */
  async #remove(entry) {
    await this.tx.objectStore("outbox").delete(entry.key);
    this.outbox = this.outbox.filter((each) => each.key !== entry.key);
    this.touched.add(entry.id);
  }

  /** @param {Entry[]} entries */
  async #replace(entries) {
    const byKey = new Map(entries.map((entry) => [entry.key, entry]));
    await Promise.all(entries.map((entry) => this.tx.objectStore("outbox").put(entry)));
    this.outbox = this.outbox.map((entry) => byKey.get(entry.key) ?? entry);
    for (const entry of entries) this.touched.add(entry.id);
  }

  /** @param {string} store @param {string} space */
  #clear(store, space) {
    return this.tx.objectStore(store).delete(IDBKeyRange.bound([space], [space, []]));
  }
}

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

function makeId() {
  return makeDeviceId(() => crypto.getRandomValues(new Uint8Array(1))[0]);
}
