/**
 * All tasks and lists, read from the store's records and updated when the store changes.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("./task.js").Task} Task
 * @typedef {import("./task.js").List} List
 */
import { Comments } from "./comments.js";
import { Members } from "./members.js";
import { compare } from "../core/merge.js";
import { byOrder } from "./sorting.js";
import { hasOpenConflict, isDone, listOf, taskOf } from "./task.js";

const DEPTH_MAX = 2;
/** @type {string[]} */
const NO_IDS = [];
/** @type {Task[]} */
const NO_TASKS = [];
/** @type {Map<string, Rec>} */
const NO_SAMPLES = new Map();

export class Tasks {
  constructor() {
    /** @type {Map<string, Task>} */
    this.all = new Map();
    /** @type {Map<string, List>} */
    this.lists = new Map();
    /** @type {Map<string, Set<string>>} ids of subtasks by the id of their parent */
    this.children = new Map();
    /** @type {Set<string>} ids of records with conflicts */
    this.disputed = new Set();
    this.members = new Members();
    this.comments = new Comments();
    /** @type {string | null} the account whose tasks these are */
    this.me = null;
    /** @type {string | null} the account's own space */
    this.personal = null;
    this.version = 0;
  }

  /**
   * Updates the tasks and lists from the records.
   * @param {Map<string, Rec>} shown
   * @param {Iterable<string>} [ids] of the records that changed; all by default
   * @param {Map<string, Rec>} [samples] shown if there is no record
   */
  refresh(shown, ids, samples = NO_SAMPLES) {
    if (!ids) this.#clear();
    for (const id of ids ?? shown.keys()) this.#take(id, shown.get(id) ?? samples.get(id));
    if (!ids) for (const [id, sample] of samples) if (!shown.has(id)) this.#take(id, sample);
    this.version++;
  }

  /**
   * Whether a task is in the trash: it or its list is deleted.
   * @param {Task} task
   */
  isInTrash(task) {
    return task.deleted !== null || Boolean(task.list && this.lists.get(task.list)?.deleted);
  }

  /**
   * The list that shows a task; null is the Inbox, which also has the tasks of unknown lists.
   * @param {Task} task
   * @returns {string | null}
   */
  homeOf(task) {
    return task.list && this.lists.has(task.list) ? task.list : null;
  }

  /**
   * The space of a task: that of its list, even while the list moves to another space.
   * @param {Task} task
   * @returns {string}
   */
  spaceOf(task) {
    const list = task.list && this.lists.get(task.list);
    return list ? list.space : task.space;
  }

  /**
   * A task's assignee; null if there is none, or if they are not a member of its space.
   * @param {Task} task
   */
  assigneeOf(task) {
    return task.assignee ? this.members.find(this.spaceOf(task), task.assignee) : null;
  }

  /**
   * A list's name. If another list has the same name, a shared list's name includes its space.
   * @param {List} list
   */
  nameOfList({ name, space }) {
    const of =
      space !== this.personal &&
      this.members.names.size > 1 &&
      this.liveLists().filter((list) => list.name === name).length > 1 &&
      this.members.names.get(space);
    return of ? `${name} · ${of}` : name;
  }

  /**
   * The live parent of a task; null if it is missing, in the trash or circular.
   * @param {Task} task
   * @returns {Task | null}
   */
  parentOf(task) {
    const parent = task.parent && this.all.get(task.parent);
    if (!parent || this.isInTrash(parent)) return null;
    for (let above = parent, steps = 0; above; steps++) {
      if (above.id === task.id || steps > 64) return null;
      const next = above.parent && this.all.get(above.parent);
      if (!next) break;
      above = next;
    }
    return parent;
  }

  /**
   * Live subtasks, in manual order.
   * @param {string} id
   * @returns {Task[]}
   */
  subtasksOf(id) {
    const found = [...(this.children.get(id) ?? NO_IDS)].map(
      (child) => /** @type {Task} */ (this.all.get(child)),
    );
    return found.filter((task) => !this.isInTrash(task) && this.parentOf(task)).sort(byOrder);
  }

  /**
   * @param {string} id
   * @returns {{done: number, all: number} | null}
   */
  progressOf(id) {
    if (!this.children.has(id)) return null;
    const subtasks = this.subtasksOf(id);
    return subtasks.length ? { done: subtasks.filter(isDone).length, all: subtasks.length } : null;
  }

  /** Live lists, in order. */
  liveLists() {
    return [...this.lists.values()].filter((list) => !list.deleted).sort(byOrder);
  }

  /**
   * Live tasks.
   * @param {(task: Task) => boolean} [wanted]
   * @returns {Task[]}
   */
  live(wanted = () => true) {
    const found = [];
    for (const task of this.all.values()) if (!this.isInTrash(task) && wanted(task)) found.push(task);
    return found;
  }

  /**
   * Every label in use, sorted by name, with its number of open tasks.
   * @returns {Map<string, number>}
   */
  labels() {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const task of this.all.values()) {
      if (!task.labels.length || this.isInTrash(task)) continue;
      for (const label of task.labels) counts.set(label, (counts.get(label) ?? 0) + (isDone(task) ? 0 : 1));
    }
    return new Map([...counts].sort(([a], [b]) => compare(a.toLowerCase(), b.toLowerCase())));
  }

  /**
   * The tasks as rows of a tree: each below its parent, if that is one of them.
   * @param {Task[]} sorted
   * @returns {{task: Task, depth: number}[]}
   */
  nested(sorted) {
    const among = new Set(sorted.map((task) => task.id));
    /** @type {Map<string, Task[]>} */
    const below = new Map();
    const top = sorted.filter((task) => {
      const parent = task.parent && among.has(task.parent) ? this.parentOf(task) : null;
      if (parent) below.set(parent.id, [...(below.get(parent.id) ?? []), task]);
      return !parent;
    });
    if (!below.size) return top.map((task) => ({ task, depth: 0 }));
    /** @type {{task: Task, depth: number}[]} */
    const rows = [];
    const add = (/** @type {Task} */ task, /** @type {number} */ depth) => {
      rows.push({ task, depth: Math.min(depth, DEPTH_MAX) });
      for (const child of below.get(task.id) ?? NO_TASKS) add(child, depth + 1);
    };
    for (const task of top) add(task, 0);
    return rows;
  }

  #clear() {
    this.all.clear();
    this.lists.clear();
    this.children.clear();
    this.disputed.clear();
    this.members.clear();
    this.comments.clear();
  }

  /**
   * @param {string} id
   * @param {Rec | undefined} record
   */
  #take(id, record) {
    const before = this.all.get(id);
    if (before && before.record === record) return;
    if (before?.parent) this.children.get(before.parent)?.delete(id);
    this.disputed.delete(id);
    if (record?.kind === "task") {
      const task = taskOf(record);
      this.all.set(id, task);
      if (task.parent) this.children.set(task.parent, (this.children.get(task.parent) ?? new Set()).add(id));
      if (hasOpenConflict(task)) this.disputed.add(id);
      return;
    }
    if (before) this.all.delete(id);
    if (record?.kind === "list") {
      const list = listOf(record);
      this.lists.set(id, list);
      if (hasOpenConflict(list)) this.disputed.add(id);
      return;
    }
    this.lists.delete(id);
    this.members.take(id, record);
    this.comments.take(id, record);
  }
}
