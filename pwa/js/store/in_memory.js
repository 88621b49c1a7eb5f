/**
 * What of a device's tasks is held in memory: the server records, the outbox, and what is shown of both. It
 * follows the database, and says "changed" with the ids of the records that changed.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").EditBase} EditBase
 * @typedef {import("./meta.js").Meta} Meta
 * @typedef {import("./rejected.js").Rejected} Rejected
 * @typedef {{ids: string[], records: Rec[]}} Copies  the server records that were found for ids
 * @typedef {{outbox: Entry[], copies?: Copies, rejected?: Rejected[], meta?: Meta}} Read  what was read again
 */
import { values } from "../core/merge.js";
import { pool, share } from "./interning.js";
import { Outbox } from "./outbox.js";
import { afterEdit, editBaseAt, LOCAL_SPACE, shown } from "./replica.js";
import { Confirmed } from "./server_records.js";

export class ReplicaInMemory extends EventTarget {
  #outbox = new Outbox();
  deviceId = "";
  confirmed = new Confirmed();
  /** @type {Rejected[]} */
  rejected = [];
  /** @type {Record<string, string>} */
  roles = {};
  /** @type {string | null} the account's own space */
  personal = null;
  /** @type {number | null} */
  syncedAt = null;
  /** @type {Map<string, Rec>} */
  shown = new Map();
  /** @type {Map<string, {space: string, title: string}>} where what is shown no more was, by id */
  gone = new Map();

  /** The space that new tasks go to. */
  get space() {
    return this.personal ?? LOCAL_SPACE;
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
   * Whether a change was in no request yet and can be sent.
   * @protected
   */
  get hasUnsent() {
    return this.outbox.some(({ outcome, sent, space }) => !outcome && !sent && space !== LOCAL_SPACE);
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
   * Puts all that was read in the place of what was held.
   * @protected
   * @param {Confirmed} confirmed
   * @param {Entry[]} outbox
   */
  replaceAll(confirmed, outbox) {
    this.confirmed = confirmed;
    this.#outbox = new Outbox(outbox);
    this.shown = new Map(confirmed);
    for (const [id, record] of confirmed) if (record.grave) this.shown.delete(id);
    this.#show(this.#outbox.byRecord.keys());
  }

  /**
   * Follows what the database holds now. Call `changed` after it.
   * @protected
   * @param {Read} read
   */
  follow({ outbox, copies = { ids: [], records: [] }, rejected = this.rejected, meta }) {
    if (meta) this.replaceMeta(meta);
    for (const id of copies.ids) this.confirmed.delete(id);
    this.hold(copies.records);
    this.rejected = rejected;
    const before = this.#outbox;
    this.#outbox = new Outbox(outbox);
    this.#show(new Set([...before.byRecord.keys(), ...this.#outbox.byRecord.keys()]));
  }

  /**
   * @protected
   * @param {Meta} meta
   */
  replaceMeta({ device, roles, personal, syncedAt }) {
    this.deviceId = device?.id ?? this.deviceId;
    this.roles = roles;
    this.personal = personal;
    this.syncedAt = syncedAt;
  }

  /**
   * @protected
   * @param {Rec[]} records
   */
  hold(records) {
    const intern = pool();
    for (const record of records) this.confirmed.hold(share(record, intern));
  }

  /**
   * @protected
   * @param {Map<string, {confirmed: Rec | undefined, entries: Entry[]}>} held what was read and saved of records
   */
  replaceEntries(held) {
    const intern = pool();
    for (const [id, { confirmed, entries }] of held) {
      if (confirmed) this.confirmed.set(id, share(confirmed, intern));
      this.#outbox.set(id, entries);
    }
  }

  /**
   * The records of which the database holds other entries.
   * @protected
   * @param {Entry[]} entries as they are there
   */
  differing(entries) {
    return this.#outbox.differing(entries);
  }

  /**
   * @protected
   * @param {string[]} ids
   * @param {boolean} isOwn whether this tab made the change, so that others must hear of it
   */
  changed(ids, isOwn) {
    this.#show(new Set(ids));
    this.dispatchEvent(new CustomEvent("changed", { detail: { ids, isOwn } }));
  }

  /** @param {string} id */
  #titleOf(id) {
    const record = this.shown.get(id);
    const { title, name } = record ? values(record) : {};
    return String(title ?? name ?? this.gone.get(id)?.title ?? "");
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
}
