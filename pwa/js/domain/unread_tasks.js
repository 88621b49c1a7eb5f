/**
 * The tasks that others changed since the person last looked, kept up to date record by record.
 * @typedef {import("./read_position.js").Position} Position
 * @typedef {import("./read_position.js").Unread} Unread
 * @typedef {import("./task.js").Task} Task
 * @typedef {import("./tasks.js").Tasks} Tasks
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {{seq: number, author: string | null}} News  `author`: null if not known
 * @typedef {{shown: Map<string, Rec>, epoch: string | null, deviceId: string, account: string | null,
 *   authorOf: (space: string, device: string) => string | null}} Records
 */
import { t } from "../i18n/i18n.js";
import { INBOX, positionOf, readUpTo } from "./read_position.js";
import { valuesOf } from "./values.js";

export class UnreadTasks {
  /** @type {Map<string, News>} by the id of the task, also those in the trash */
  news = new Map();
  /** @type {Map<string, Position>} by space; without one everything is read */
  positions = new Map();
  /** @type {string | null} */
  #epoch = null;

  /** @param {Tasks} tasks */
  constructor(tasks) {
    this.tasks = tasks;
  }

  /**
   * Follows the records. Call it after the tasks have followed them.
   * @param {Records} store
   * @param {string[]} [ids] of the records that changed; all by default
   */
  refresh(store, ids) {
    if (!ids || store.epoch !== this.#epoch) return this.#refreshAll(store);
    const places = new Set();
    for (const id of ids) {
      const record = store.shown.get(id);
      if (record?.kind === "read") places.add(this.#takePosition(store, record));
      else this.#look(store, this.tasks.comments.all.get(id)?.task ?? id);
    }
    if (places.size) this.#lookAtAll(store, (space) => places.has(space));
  }

  /**
   * The unread tasks outside the trash, with their list.
   * @returns {(Unread & {space: string})[]}
   */
  all() {
    const found = [];
    for (const [id, { seq }] of this.news) {
      const task = this.tasks.all.get(id);
      if (task && !this.tasks.isInTrash(task))
        found.push({ id, seq, space: task.space, list: this.tasks.homeOf(task) ?? INBOX });
    }
    return found;
  }

  /** The number of unread tasks by list and by space. */
  counts() {
    /** @type {Map<string, number>} */
    const found = new Map();
    const add = (/** @type {string} */ name) => found.set(name, (found.get(name) ?? 0) + 1);
    for (const { space, list } of this.all()) [space, list].forEach(add);
    return found;
  }

  /**
   * Says who changed an unread task; undefined if it is read.
   * @param {string} id
   */
  textOf(id) {
    const news = this.news.get(id);
    if (!news) return undefined;
    const name = (news.author && this.tasks.members.nameOf(news.author)) || t("member.someone");
    return t("unread.changedBy", { name });
  }

  /** @param {Records} store */
  #refreshAll(store) {
    this.news.clear();
    this.positions.clear();
    this.#epoch = store.epoch;
    for (const record of store.shown.values()) if (record.kind === "read") this.#takePosition(store, record);
    if (this.positions.size) this.#lookAtAll(store, (space) => this.positions.has(space));
  }

  /**
   * @param {Records} store
   * @param {Rec} record
   * @returns {string} its space
   */
  #takePosition(store, record) {
    const space = String(valuesOf(record).space);
    const position = positionOf(record, store.epoch);
    if (position) this.positions.set(space, position);
    else this.positions.delete(space);
    return space;
  }

  /**
   * @param {Records} store
   * @param {(space: string) => boolean} isWanted
   */
  #lookAtAll(store, isWanted) {
    for (const { id, space } of this.tasks.all.values()) if (isWanted(space)) this.#look(store, id);
  }

  /**
   * @param {Records} store
   * @param {string} id of a task
   */
  #look(store, id) {
    const task = this.tasks.all.get(id);
    const position = task && this.positions.get(task.space);
    const news = position && this.#newsOf(store, task, position);
    if (news) this.news.set(id, news);
    else this.news.delete(id);
  }

  /**
   * The newest change by someone else above the position, of the task or a comment on it.
   * @param {Records} store
   * @param {Task} task
   * @param {Position} position
   * @returns {News | null}
   */
  #newsOf(store, task, position) {
    const { comments } = this.tasks;
    const read = readUpTo(position, this.tasks.homeOf(task) ?? INBOX, task.id);
    const found = [...(comments.byTask.get(task.id) ?? [])]
      .map((id) => comments.all.get(id))
      .filter((comment) => comment && !comment.deleted)
      .map((comment) => ({ seq: comment?.record.seq ?? 0, author: comment?.author ?? null }));
    const { seq = 0 } = task.record;
    if (seq > read) found.push({ seq, author: authorOf(store, task.record) });
    const news = found.filter((each) => each.seq > read && each.author !== store.account);
    return news.length ? news.reduce((last, each) => (each.seq > last.seq ? each : last)) : null;
  }
}

/**
 * The account that made the newest change of a record; null if it is not known.
 * @param {Records} store
 * @param {Rec} record
 */
function authorOf(store, { writes, space = "" }) {
  const { by } = writes.reduce((last, write) => (write.at > last.at ? write : last));
  return by === store.deviceId ? store.account : store.authorOf(space, by);
}
