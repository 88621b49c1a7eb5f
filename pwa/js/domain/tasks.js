/**
 * Tasks and lists out of the store's records, kept as the store changes: what every view asks.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("../core/merge.js").Fields} Fields
 * @typedef {{id: string, space: string, title: string, description: string, due: string | null, status:
 *   string, priority: number, list: string | null,
 *   parent: string | null, order: string, completedAt: string, deleted: string | null, repeat: string | null,
 *   assignee: string | null, labels: string[], conflicts: string[], record: Rec}} Task
 * @typedef {{id: string, space: string, name: string, order: string, deleted: string | null, conflicts:
 *   string[], record: Rec}} List
 */
import { conflicts } from "../core/merge.js";
import { Comments } from "./comments.js";
import { Members } from "./members.js";
import { valuesOf } from "./values.js";

export { valuesOf };

const DEPTH_MAX = 2;
const LABEL = "label/";
/** @type {string[]} */
const NONE = [];
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
   * Takes up records as they are shown now.
   * @param {Map<string, Rec>} shown
   * @param {Iterable<string>} [ids] those that changed; all by default
   * @param {Map<string, Rec>} [samples] shown where there is no record
   */
  refresh(shown, ids, samples = NO_SAMPLES) {
    if (!ids) this.#clear();
    for (const id of ids ?? shown.keys()) this.#take(id, shown.get(id) ?? samples.get(id));
    if (!ids) for (const [id, sample] of samples) if (!shown.has(id)) this.#take(id, sample);
    this.version++;
  }

  /**
   * Whether a task lies in the trash: it is deleted, or its list is.
   * @param {Task} task
   */
  isInTrash(task) {
    return task.deleted !== null || Boolean(task.list && this.lists.get(task.list)?.deleted);
  }

  /**
   * The list a task is shown in; null is the Inbox, where those of unknown lists are too.
   * @param {Task} task
   * @returns {string | null}
   */
  homeOf(task) {
    return task.list && this.lists.has(task.list) ? task.list : null;
  }

  /**
   * The space a task is in: its list's, also while its list is on the way to another.
   * @param {Task} task
   * @returns {string}
   */
  spaceOf(task) {
    const list = task.list && this.lists.get(task.list);
    return list ? list.space : task.space;
  }

  /**
   * Who is to do a task: a member of its space, or nobody.
   * @param {Task} task
   */
  assigneeOf(task) {
    return task.assignee ? this.members.find(this.spaceOf(task), task.assignee) : null;
  }

  /**
   * A list's name; a shared one's with that of its space where another has the same.
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
   * The live parent of a task; null where it is missing, in the trash or circular.
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
    const found = [...(this.children.get(id) ?? NONE)].map(
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
   * Every label in use, sorted by name, with how many open tasks have it.
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
   * Tasks as a tree in rows: each below its parent where that is among them.
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
      for (const child of below.get(task.id) ?? NONE_BELOW) add(child, depth + 1);
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
      if (isToBeSettled(task)) this.disputed.add(id);
      return;
    }
    if (before) this.all.delete(id);
    if (record?.kind === "list") {
      const list = listOf(record);
      this.lists.set(id, list);
      if (isToBeSettled(list)) this.disputed.add(id);
      return;
    }
    this.lists.delete(id);
    this.members.take(id, record);
    this.comments.take(id, record);
  }
}

/** @type {Task[]} */
const NONE_BELOW = [];

/**
 * @param {Rec} record
 * @returns {Task}
 */
export function taskOf(record) {
  const held = valuesOf(record);
  return {
    id: record.id,
    space: record.space ?? "",
    title: text(held.title),
    description: text(held.description),
    due: orNull(held.due),
    status: text(held.status) || "pending",
    priority: Number(held.priority ?? 0),
    list: orNull(held.list),
    parent: orNull(held.parent),
    order: text(held.order),
    completedAt: text(held.completed_at),
    deleted: orNull(held.deleted),
    repeat: orNull(held.repeat),
    assignee: orNull(held.assignee),
    labels: labelsOf(held),
    conflicts: record.writes.length > 1 ? conflicts(record) : NONE,
    record,
  };
}

/**
 * @param {Rec} record
 * @returns {List}
 */
function listOf(record) {
  const held = valuesOf(record);
  return {
    id: record.id,
    space: record.space ?? "",
    name: text(held.name),
    order: text(held.order),
    deleted: orNull(held.deleted),
    conflicts: record.writes.length > 1 ? conflicts(record) : NONE,
    record,
  };
}

/**
 * When a task was made, in ms: out of an id of version 7, else the oldest time that its record still holds.
 * @param {Task} task
 * @returns {number}
 */
export function createdMs({ id, record }) {
  if (id[14] === "7") return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
  const oldest = record.writes.reduce((at, write) => (at && at < write.at ? at : write.at), "");
  return Date.parse(oldest.slice(0, 24)) || 0;
}

/** @param {Task} task */
export const isDone = (task) => task.status === "completed";

/**
 * In manual order.
 * @param {{order: string, id: string}} a
 * @param {{order: string, id: string}} b
 */
export function byOrder(a, b) {
  return compare(a.order, b.order) || compare(a.id, b.id);
}

/**
 * By due date, those without one last.
 * @param {Task} a
 * @param {Task} b
 */
export function byDue(a, b) {
  return compare(a.due ?? "~", b.due ?? "~") || b.priority - a.priority || byOrder(a, b);
}

/**
 * Text as ASCII, never by locale.
 * @param {string} a
 * @param {string} b
 */
export function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Conflicts of what lies in the trash are not shown, but for that about the trash.
 * @param {{conflicts: string[], deleted: string | null}} record
 */
function isToBeSettled({ conflicts: disputed, deleted }) {
  return disputed.includes("deleted") || (disputed.length > 0 && !deleted);
}

/** @param {Fields} held */
function labelsOf(held) {
  /** @type {string[] | undefined} */
  let found;
  for (const field in held)
    if (held[field] === true && field.startsWith(LABEL)) (found ??= []).push(field.slice(LABEL.length));
  return found?.sort(compare) ?? NONE;
}

/** @param {unknown} value */
const text = (value) => (typeof value === "string" ? value : "");
/** @param {unknown} value */
const orNull = (value) => (typeof value === "string" ? value : null);
