/**
 * The taking of one answer of the server into the database: the rules of sync_protocol.md, "Duties of a client", 4 to 10.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Device} Device
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {{role?: string, personal?: boolean, records?: Rec[], cursor?: string | null, more?: boolean, reset?: string, revoked?: boolean}} News
 * @typedef {{epoch: string, now: number, device_conflict?: boolean, outcomes: Outcome[], spaces: Record<string, News>}} Reply
 * @typedef {{device: string, epoch: string | null, account: string | null, cursors: Record<string, string | null>, changes: object[]}} Asked
 */
import { isForeign, isSettled, learnTime, makeId, remake } from "./replica.js";

export const LOCAL_SPACE = "local";

/** The taking of one answer within its transaction. */
export class Taking {
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
