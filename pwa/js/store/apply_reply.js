/**
 * The taking of one answer of the server into the database: the rules of sync_protocol.md, "Duties of a
 * client", 4 to 10.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").Device} Device
 * @typedef {import("./replica.js").Outcome} Outcome
 * @typedef {{role?: string, personal?: boolean, seq?: number, records?: Rec[], cursor?: string | null, more?:
 *   boolean, reset?: string, revoked?: boolean}} News
 * @typedef {{epoch: string, now: number, device_conflict?: boolean, outcomes: Outcome[], spaces:
 *   Record<string, News>}} Reply
 * @typedef {{device: string, epoch: string | null, account: string | null, cursors: Record<string, string |
 *   null>, changes: object[]}} Asked
 */
import { META, spaceRange, STORES } from "./schema.js";
import { dropPages, isBeneath } from "./start_cache.js";
import { learnTime, remake } from "./entries.js";
import { makeId, LOCAL_SPACE } from "./replica.js";
import { isForeign, isSettled } from "./validate_reply.js";

export { LOCAL_SPACE };
import { inBatches, portions, readOutbox } from "./batches.js";

/** The taking of one answer within its transaction. */
export class ReplyApplier {
  /**
   * @param {any} tx
   * @param {Asked} asked
   * @param {Reply} reply
   * @param {number} nowMs
   * @param {number} sentAtMs
   * @param {(id: string) => string} [nameOf] what a record was called before the answer
   */
  constructor(tx, asked, reply, nowMs, sentAtMs, nameOf = () => "") {
    this.tx = tx;
    this.asked = asked;
    this.reply = reply;
    this.nowMs = nowMs;
    this.nameOf = nameOf;
    this.middleMs = Math.round((sentAtMs + nowMs) / 2);
    /** @type {Rec[]} */
    this.records = [];
    /** @type {string[]} */
    this.removed = [];
    /** @type {Set<string>} */
    this.touched = new Set();
    this.more = false;
    /** @type {Map<string, number>} the spaces of which all has come, up to a seq */
    this.complete = new Map();
    this.isClone = false;
    /** @type {Map<string, Entry[]>} the outbox by record, as a space's records are taken */
    this.entriesOf = new Map();
    /** @type {Map<number, Entry>} by its key, in order */
    this.entries = new Map();
    /** @type {any[]} the rejected changes, as far as this answer adds to it */
    this.rejected = [];
    /** @type {Map<string, Rec>} what was confirmed by this answer, by space and id */
    this.confirmed = new Map();
    /** @type {Record<string, string>} */
    this.roles = {};
    /** @type {string | null} */
    this.personal = null;
  }

  /** @returns {Entry[]} the outbox, in order */
  get outbox() {
    return [...this.entries.values()];
  }

  /** The live records that this answer brought, by id. */
  get live() {
    return new Map(this.records.filter((record) => !record.grave).map((record) => [record.id, record]));
  }

  /** The ids of records that are no longer where they were: perhaps they are in another space. */
  get gone() {
    return [...this.removed, ...this.records.filter((record) => record.grave).map(({ id }) => id)];
  }

  /** @returns {Promise<this | null>} null for an answer to a question of another epoch */
  async run() {
    const meta = this.tx.objectStore(STORES.meta);
    const [device, cursors, roles, personal, rebuilding, outbox] = await Promise.all([
      meta.get(META.device),
      meta.get(META.cursors),
      meta.get(META.roles),
      meta.get(META.personal),
      meta.get(META.rebuilding),
      readOutbox(this.tx),
    ]);
    if (device.epoch !== this.asked.epoch) return null;
    this.device = /** @type {Device} */ (device);
    this.cursors = /** @type {Record<string, string>} */ (cursors ?? {});
    this.roles = roles ?? {};
    this.personal = personal ?? null;
    this.rebuilding = /** @type {Record<string, boolean>} */ (rebuilding ?? {});
    this.entries = new Map(outbox.map((entry) => [/** @type {number} */ (entry.key), entry]));
    await this.#takeTime();
    await this.#takeOutcomes();
    for (const [space, news] of Object.entries(this.reply.spaces)) await this.#takeSpace(space, news);
    if (this.isClone || (this.reply.device_conflict && this.asked.device === this.device.id))
      await this.#takeNewId();
    await this.#letGo();
    await Promise.all([
      meta.put(this.device, META.device),
      meta.put(this.cursors, META.cursors),
      meta.put(this.roles, META.roles),
      meta.put(this.personal, META.personal),
      meta.put(this.rebuilding, META.rebuilding),
      meta.put(this.nowMs, META.syncedAt),
    ]);
    this.rejected = await this.tx.objectStore(STORES.rejected).getAll();
    return this;
  }

  async #takeTime() {
    const { device, entries } = learnTime(
      /** @type {Device} */ (this.device),
      this.outbox,
      this.reply.now,
      this.middleMs,
    );
    this.isClone =
      device.epoch !== null &&
      (device.epoch !== this.reply.epoch ||
        Object.values(this.reply.spaces).some((news) => news.reset === "epoch"));
    this.device = { ...device, epoch: this.reply.epoch };
    await this.#replace(entries);
    if (this.isClone)
      await this.#replace(
        this.outbox.filter((entry) => entry.outcome).map((entry) => ({ ...entry, outcome: null })),
      );
  }

  async #takeOutcomes() {
    if (this.asked.device !== this.device?.id) return;
    const waiting = new Map(
      this.outbox
        .filter((entry) => !entry.outcome && entry.by === this.device?.id)
        .map((entry) => [entry.n, entry]),
    );
    await inBatches([...this.reply.outcomes.entries()], async ([place, outcome]) => {
      const entry = waiting.get(/** @type {any} */ (this.asked.changes[place]).n);
      if (!entry || outcome.status === "device_conflict") return;
      this.touched.add(entry.id);
      const told =
        outcome.seq === undefined ? this.#refuse(entry, outcome) : this.#replace([{ ...entry, outcome }]);
      await Promise.all([told, outcome.status === "hidden" && this.#keepInTray(entry, outcome)]);
    });
  }

  /**
   * @param {string} space
   * @param {News} news
   */
  async #takeSpace(space, news) {
    if (news.revoked) return this.#dropSpace(space);
    this.roles[space] = /** @type {string} */ (news.role);
    if (news.personal && (!this.personal || this.outbox.some((entry) => entry.space === LOCAL_SPACE)))
      await this.#settleIn(space);
    if (news.reset) {
      await Promise.all([this.#clear(STORES.rebuilt, space), dropPages(this.tx, space)]);
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
    const records = (news.records ?? []).map((record) => ({ ...record, space }));
    await this.#takeRecords(records, isRebuilding ? STORES.rebuilt : STORES.confirmed);
    if (news.cursor) this.cursors = { ...this.cursors, [space]: news.cursor };
    if (isRebuilding && !news.more) await this.#swap(space);
    if (!news.more) this.complete.set(space, news.seq ?? Infinity);
    this.more ||= Boolean(news.more);
  }

  /**
   * The account's own space is known: what was made before moves there.
   * @param {string} space
   */
  async #settleIn(space) {
    this.personal = space;
    await this.#replace(
      this.outbox.filter((entry) => entry.space === LOCAL_SPACE).map((entry) => ({ ...entry, space })),
    );
    this.more ||= this.outbox.some((entry) => !entry.outcome && !entry.sent);
  }

  /**
   * Reads what is held of the records, a portion at once, then judges and puts them.
   * @param {Rec[]} records of one space
   * @param {string} place the object store
   */
  async #takeRecords(records, place) {
    /** @type {Map<string, [Rec | undefined, Rec | undefined]>} */
    const known = new Map();
    await inBatches(records, async (record) => {
      const key = [record.space, record.id];
      const reads = [
        this.tx.objectStore(STORES.confirmed).get(key),
        place === STORES.rebuilt && this.tx.objectStore(place).get(key),
      ];
      const [confirmed, rebuilt] = await Promise.all(reads);
      known.set(record.id, [confirmed, place === STORES.rebuilt ? rebuilt : confirmed]);
    });
    await this.#findElsewhere(records, known);
    const newer = records
      .filter((record) => this.#judge(record, known))
      .map((record) => remembering(record, known.get(record.id)?.[1], this.entriesOf.has(record.id)));
    if (place === STORES.rebuilt) await this.#putAll(place, newer);
    else await this.#confirm(newer);
  }

  /**
   * What holds a write of this device and is new in its space may have been in another one before.
   * @param {Rec[]} records
   * @param {Map<string, [Rec | undefined, Rec | undefined]>} known
   */
  async #findElsewhere(records, known) {
    const own = /** @type {Device} */ (this.device).id;
    const arrived = records.filter((record) => record.clock?.[own] && !known.get(record.id)?.[0]);
    await inBatches(arrived, async ({ id, space }) => {
      const copies = await Promise.all(
        Object.keys(this.roles)
          .filter((each) => each !== space)
          .map((each) => this.tx.objectStore(STORES.confirmed).get([each, id])),
      );
      const newest = copies
        .filter((copy) => copy?.clock)
        .sort((a, b) => (b.clock[own] ?? 0) - (a.clock[own] ?? 0))[0];
      if (newest) known.set(id, [newest, known.get(id)?.[1]]);
    });
  }

  /**
   * Whether a record is newer than what is held of it.
   * @param {Rec} record
   * @param {Map<string, [Rec | undefined, Rec | undefined]>} known
   */
  #judge(record, known) {
    const [confirmed, held] = known.get(record.id) ?? [];
    const device = /** @type {Device} */ (this.device);
    this.isClone ||= isForeign(device, record, confirmed, this.entriesOf.get(record.id) ?? []);
    this.device = { ...device, counter: Math.max(device.counter, record.clock?.[device.id] ?? 0) };
    return !held || (held.seq ?? 0) < (record.seq ?? 0);
  }

  /** @param {Rec[]} records of one space */
  async #confirm(records) {
    const covered = await this.tx.objectStore(STORES.meta).get(META.covered);
    if (records.some((record) => isBeneath(covered, record)))
      await dropPages(this.tx, /** @type {string} */ (records[0].space));
    await this.#putAll(STORES.confirmed, records);
    for (const record of records) {
      this.confirmed.set(`${record.space} ${record.id}`, record);
      this.records.push(record);
    }
  }

  /**
   * @param {string} place
   * @param {Rec[]} records
   */
  async #putAll(place, records) {
    await inBatches(records, (record) => this.tx.objectStore(place).put(record));
  }

  /**
   * The last page of a rebuild has come: it takes the place of what was there, and what did not come is gone.
   * @param {string} space
   */
  async #swap(space) {
    const before = await this.tx.objectStore(STORES.confirmed).getAllKeys(spaceRange(space));
    await Promise.all([this.#clear(STORES.confirmed, space), dropPages(this.tx, space)]);
    const came = new Set();
    for await (const records of portions(
      this.tx.objectStore(STORES.rebuilt),
      (/** @type {Rec} */ record) => [space, record.id],
      [space],
      [space, []],
    )) {
      for (const { id } of records) came.add(id);
      await this.#confirm(records);
    }
    await this.#clear(STORES.rebuilt, space);
    this.removed.push(...idsOf(before).filter((id) => !came.has(id)));
    delete this.rebuilding?.[space];
  }

  /** @param {string} space */
  async #dropSpace(space) {
    this.removed.push(...idsOf(await this.tx.objectStore(STORES.confirmed).getAllKeys(spaceRange(space))));
    await Promise.all([
      this.#clear(STORES.confirmed, space),
      this.#clear(STORES.rebuilt, space),
      dropPages(this.tx, space),
    ]);
    delete this.rebuilding?.[space];
    for (const entry of this.outbox.filter((each) => each.space === space)) {
      if (entry.outcome) await this.#remove(entry);
      else
        await this.#refuse(entry, {
          status: "revoked",
          message: "You are no longer a member of this space.",
        });
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

  /**
   * Entries leave when their outcome has come and the confirmed copy has reached its seq, or all has come and
   * it has not: it was purged. Where a grave lies and others of the record stay, they stay with them: the
   * record comes up elsewhere.
   */
  async #letGo() {
    /** @type {Map<Entry, Rec | undefined>} */
    const leaving = new Map();
    await inBatches(
      this.outbox.filter((entry) => entry.outcome),
      async (entry) => {
        const space = entry.outcome?.space ?? entry.space;
        const confirmed =
          this.confirmed.get(`${space} ${entry.id}`) ??
          (await this.tx.objectStore(STORES.confirmed).get([space, entry.id]));
        if ((this.complete.get(space) ?? -1) >= (entry.outcome?.seq ?? 0) || isSettled(entry, confirmed))
          leaving.set(entry, confirmed);
      },
    );
    const staying = new Set(this.outbox.filter((entry) => !leaving.has(entry)).map(({ id }) => id));
    for (const [entry, confirmed] of leaving)
      if (!confirmed?.grave || !staying.has(entry.id)) await this.#remove(entry);
  }

  /**
   * @param {Entry} entry
   * @param {Outcome} outcome
   */
  async #refuse(entry, outcome) {
    await this.#keepInTray(entry, outcome);
    await this.#remove(entry);
  }

  /**
   * @param {Entry} entry
   * @param {Outcome} outcome
   */
  async #keepInTray(entry, outcome) {
    await this.tx
      .objectStore(STORES.rejected)
      .add({ entry, outcome, at: this.nowMs, title: this.nameOf(entry.id) });
  }

  /** @param {Entry} entry */
  async #remove(entry) {
    this.entries.delete(/** @type {number} */ (entry.key));
    this.touched.add(entry.id);
    await this.tx.objectStore(STORES.outbox).delete(entry.key);
  }

  /** @param {Entry[]} entries */
  async #replace(entries) {
    for (const entry of entries) {
      this.entries.set(/** @type {number} */ (entry.key), entry);
      this.touched.add(entry.id);
    }
    await inBatches(entries, (entry) => this.tx.objectStore(STORES.outbox).put(entry));
  }

  /**
   * @param {string} store
   * @param {string} space
   */
  #clear(store, space) {
    return this.tx.objectStore(store).delete(spaceRange(space));
  }
}

/** @param {string[][]} keys of records */
function idsOf(keys) {
  return keys.map(([, id]) => id);
}

/**
 * A grave keeps the clock of the copy it takes the place of: should the record come up in another space, the
 * device knows what it wrote. While edits of it wait it keeps the writes too, or they would be shown alone
 * and their clock cover what is not shown.
 * @param {Rec} record as it came
 * @param {Rec | undefined} before
 * @param {boolean} isEdited
 * @returns {Rec}
 */
function remembering(record, before, isEdited) {
  if (!record.grave || !before?.clock) return record;
  return { ...record, clock: before.clock, ...(isEdited && before.writes ? { writes: before.writes } : {}) };
}
