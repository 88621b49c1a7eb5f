/**
 * The part of a device's tasks that is in memory: the server records, the outbox, and the records shown from
 * both. It follows the database, and dispatches "changed" with the ids of the records that changed.
 * @typedef {import("./replica.js").Rec} Rec
 * @typedef {import("./replica.js").Entry} Entry
 * @typedef {import("./replica.js").EditBase} EditBase
 * @typedef {import("./meta.js").Meta} Meta
 * @typedef {import("./rejected.js").Rejected} Rejected
 * @typedef {{ids: string[], records: Rec[]}} Copies  server records found for ids
 * @typedef {{outbox: Entry[], copies?: Copies, rejected?: Rejected[], meta?: Meta}} Read  the data read again
 */
import { values } from "../core/merge.js";
import { pool, share } from "./interning.js";
import { isUnsent, Outbox } from "./outbox.js";
import { afterEdits, begin, LOCAL_SPACE, shown } from "./replica.js";
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
  /** @type {import("./meta.js").Authors} */
  authors = {};
  /** @type {string | null} the epoch of the server's numbers */
  epoch = null;
  /** @type {number | null} */
  syncedAt = null;
  /** Records to offer after a restore of the server, and spaces that may still get some. */
  offered = 0;
  /** @type {Map<string, Rec>} */
  shown = new Map();
  /** @type {Map<string, {space: string, title: string}>} of records no longer shown, by id */
  gone = new Map();

  /** The space that new tasks go to. */
  get space() {
    return this.personal ?? LOCAL_SPACE;
  }

  /**
   * Every change that waits for the server or for its record to be pulled, in order.
   * @returns {Entry[]}
   */
  get outbox() {
    return this.#outbox.entries;
  }

  /** The number of changes and offers that the server has not accepted yet, without read positions. */
  get unsent() {
    return this.#outbox.unsent + this.offered;
  }

  /** The changes among them. */
  get unsentEntries() {
    return this.outbox.filter(isUnsent);
  }

  /** Whether any change waits for the server. */
  get isWaiting() {
    return this.#outbox.waiting > 0;
  }

  /** When the oldest of them was made, in ms since 1970, server time; null if there is none. */
  get oldestUnsentMs() {
    return this.#outbox.oldestMs;
  }

  /**
   * Whether a change was in no request yet and can be sent.
   * @protected
   */
  get hasUnsent() {
    return (
      !this.offered &&
      this.outbox.some(({ outcome, sent, space }) => !outcome && !sent && space !== LOCAL_SPACE)
    );
  }

  /**
   * The present or former title of a record, or of the task of a comment.
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
   * The account for which a device writes in a space; null if it is not known.
   * @param {string} space
   * @param {string} device
   * @returns {string | null}
   */
  authorOf(space, device) {
    return this.authors[space]?.[device] ?? null;
  }

  /**
   * The edit base of a record as an edit begins.
   * @param {string} id
   * @returns {EditBase}
   */
  begin(id) {
    return begin(this.deviceId, this.confirmed.get(id), this.#outbox.of(id), this.shown.get(id));
  }

  /**
   * The edit base of the author of an entry after it.
   * @param {Entry} entry
   * @returns {EditBase}
   */
  afterEdit(entry) {
    return afterEdits(entry.begun, [entry]);
  }

  /**
   * Replaces all data in memory by the data read.
   * @protected
   * @param {Confirmed} confirmed
   * @param {Entry[]} outbox
   */
  replaceAll(confirmed, outbox) {
    this.confirmed = confirmed;
    this.#outbox = new Outbox(outbox);
    this.shown = new Map();
    for (const [id, record] of confirmed) if (!record.grave) this.shown.set(id, record);
    this.#show(this.#outbox.byRecord.keys());
  }

  /**
   * Follows the database. Call `changed` after it.
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
  replaceMeta({ device, roles, personal, syncedAt, authors, offered }) {
    this.deviceId = device?.id ?? this.deviceId;
    this.epoch = device?.epoch ?? null;
    this.roles = roles;
    this.personal = personal;
    this.syncedAt = syncedAt;
    this.authors = authors;
    this.offered = offered;
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
   * @param {Map<string, {copies: Rec[], entries: Entry[]}>} held as read and saved
   */
  replaceEntries(held) {
    for (const [id, { copies, entries }] of held) {
      if (copies.length) this.confirmed.delete(id);
      this.hold(copies);
      this.#outbox.set(id, entries);
    }
  }

  /**
   * The records whose entries differ in the database.
   * @protected
   * @param {Entry[]} entries in the database
   */
  differing(entries) {
    return this.#outbox.differing(entries);
  }

  /**
   * @protected
   * @param {string[]} ids
   * @param {boolean} isOwn whether this tab made the change, so that it must tell the others
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
