/**
 * Comments on tasks.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("../store/replica.js").Edit} Edit
 * @typedef {{id: string, space: string, task: string, text: string, author: string, created: string, deleted:
 *   string | null, record: Rec}} Comment
 */
import { v7 } from "uuid";
import { atLeast } from "../core/roles.js";
import { valuesOf } from "./values.js";

export const COMMENT_MAX = 5_000;

export class Comments {
  constructor() {
    /** @type {Map<string, Comment>} */
    this.all = new Map();
    /** @type {Map<string, Set<string>>} ids by the id of their task */
    this.byTask = new Map();
  }

  clear() {
    this.all.clear();
    this.byTask.clear();
  }

  /**
   * Adds or replaces a record, or removes it if there is none.
   * @param {string} id
   * @param {Rec | undefined} record
   */
  take(id, record) {
    const before = this.all.get(id);
    if (before) this.byTask.get(before.task)?.delete(id);
    this.all.delete(id);
    if (record?.kind !== "comment") return;
    const comment = commentOf(record);
    this.all.set(id, comment);
    this.byTask.set(comment.task, (this.byTask.get(comment.task) ?? new Set()).add(id));
  }

  /**
   * The comments of a task, oldest first.
   * @param {string} task
   * @returns {Comment[]}
   */
  of(task) {
    const found = [...(this.byTask.get(task) ?? [])].map((id) => /** @type {Comment} */ (this.all.get(id)));
    return found
      .filter(({ deleted }) => !deleted)
      .sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : a.id < b.id ? -1 : 1));
  }

  /** @param {string} task */
  count(task) {
    const ids = this.byTask.get(task);
    if (!ids) return 0;
    let count = 0;
    for (const id of ids) if (!this.all.get(id)?.deleted) count++;
    return count;
  }
}

/**
 * @param {{space: string, task: string, text: string, author: string}} given
 * @param {string} nowIso
 * @returns {Edit}
 */
export function createComment({ space, task, text, author }, nowIso) {
  return { space, kind: "comment", id: v7(), set: { task, text: cutComment(text), author, created: nowIso } };
}

/**
 * A comment's text, cut to COMMENT_MAX characters.
 * @param {string} text
 */
export function cutComment(text) {
  return [...text.trim()].slice(0, COMMENT_MAX).join("");
}

/**
 * Whether an account may delete a comment: its author may, and owners of its space.
 * @param {Comment} comment
 * @param {string} account
 * @param {string | undefined} role
 */
export function mayDelete(comment, account, role) {
  const isReader = role !== undefined && !atLeast(role, "editor");
  return !isReader && (comment.author === account || atLeast(role, "owner"));
}

/**
 * @param {Rec} record
 * @returns {Comment}
 */
function commentOf(record) {
  const { task, text, author, created, deleted } = valuesOf(record);
  return {
    id: record.id,
    space: record.space ?? "",
    task: String(task ?? ""),
    text: String(text ?? ""),
    author: String(author ?? ""),
    created: String(created ?? ""),
    deleted: deleted ? String(deleted) : null,
    record,
  };
}
