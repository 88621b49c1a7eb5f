/**
 * The dry run of an import: what would be created, what would change, and what exists already. Importing the
 * same JSON again plans nothing.
 * @typedef {import("./records.js").Fields} Fields
 * @typedef {import("./read.js").Read} Read
 * @typedef {import("./read.js").ReadTask} ReadTask
 * @typedef {import("./read.js").ReadList} ReadList
 * @typedef {import("./fields.js").Problem} Problem
 * @typedef {{tasks: Map<string, Fields>, lists: Map<string, Fields>}} Existing the values shown, including
 *   the trash
 * @typedef {{kind: "task" | "list", id: string, set: Fields}} Edit
 * @typedef {{create: Edit[], update: Edit[], same: number, problems: Problem[]}} Plan lists come before tasks
 */
import { t } from "../../i18n/i18n.js";
import { cleanFields, shortened } from "./fields.js";
import { TASK_DEFAULTS } from "./json.js";
import { compare } from "../../core/merge.js";
import { LABEL_PREFIX, labelsOf } from "./records.js";

/**
 * `now` is RFC 3339: the time of completion of tasks that have none.
 * @param {Read} read
 * @param {Existing} existing
 * @param {{newId: () => string, now: string}} given
 * @returns {Plan}
 */
export function planImport(read, existing, given) {
  const planner = new Planner(existing, given, [...read.problems]);
  for (const list of read.lists) planner.list(list);
  planner.tasks(read.tasks);
  const { create, ...rest } = planner.plan;
  return {
    ...rest,
    create: [
      ...create.filter((edit) => edit.kind === "list"),
      ...create.filter((edit) => edit.kind === "task"),
    ],
  };
}

class Planner {
  /**
   * @param {Existing} existing
   * @param {{newId: () => string, now: string}} given
   * @param {Problem[]} problems
   */
  constructor(existing, { newId, now }, problems) {
    this.existing = existing;
    this.newId = newId;
    this.now = now;
    this.plan = /** @type {Plan} */ ({ create: [], update: [], same: 0, problems });
    this.listIds = new Set(existing.lists.keys());
    this.listByName = namesOf(existing.lists);
  }

  /**
   * A list without an id is the one with its name.
   * @param {ReadList} list
   */
  list({ line, id, set }) {
    if (id && this.existing.tasks.has(id)) return this.say(line, t("import.idOfTask"));
    const name = String(set.name);
    const target = id ?? this.listByName.get(name.trim()) ?? this.newId();
    this.listIds.add(target);
    if (!set.deleted) this.listByName.set(name.trim(), this.listByName.get(name.trim()) ?? target);
    this.put("list", target, set);
  }

  /** @param {ReadTask[]} tasks */
  tasks(tasks) {
    const placed = tasks
      .filter((task) => this.isFree(task))
      .map((task) => ({ ...task, id: task.id ?? this.newId() }));
    const parents = new Parents(placed, this.existing.tasks, (line, message) => this.say(line, message));
    for (const task of placed) {
      const set = { ...task.set, ...this.home(task), ...parents.of(task), ...this.labels(task) };
      this.put("task", task.id, this.completed(task.id, set));
    }
  }

  /** @param {ReadTask} task */
  isFree({ line, id }) {
    const isTaken = id !== undefined && this.listIds.has(id);
    if (isTaken) this.say(line, t("import.idOfList"));
    return !isTaken;
  }

  /**
   * The list of a task.
   * @param {ReadTask & {id: string}} task
   * @returns {Fields}
   */
  home({ line, id, set, listName }) {
    const current = this.existing.tasks.get(id)?.list ?? null;
    if (listName !== undefined) return { list: this.named(line, listName, current) };
    if (!set.list || set.list === current || this.listIds.has(String(set.list))) return {};
    this.say(line, t("import.noList"));
    return { list: null };
  }

  /**
   * The list with this name, preferably the task's own; created if there is none.
   * @param {number} line
   * @param {string} listName
   * @param {import("../../core/merge.js").Value} current
   */
  named(line, listName, current) {
    const { name } = cleanFields("list", { name: listName }, (message) => this.say(line, message));
    const wanted = String(name ?? "").trim();
    if (wanted === String(this.existing.lists.get(String(current))?.name ?? "").trim()) return current;
    if (wanted && !this.listByName.has(wanted)) this.list({ line, set: { name: wanted } });
    return this.listByName.get(wanted) ?? null;
  }

  /**
   * One field for each label. Labels that the file does not name are removed.
   * @param {ReadTask & {id: string}} task
   * @returns {Fields}
   */
  labels({ id, labels }) {
    if (!labels) return {};
    const gone = labelsOf(this.existing.tasks.get(id) ?? {}).filter((name) => !labels.includes(name));
    return Object.fromEntries([
      ...gone.map((name) => [LABEL_PREFIX + name, null]),
      ...labels.map((name) => [LABEL_PREFIX + name, true]),
    ]);
  }

  /**
   * @param {string} id
   * @param {Fields} set
   * @returns {Fields}
   */
  completed(id, set) {
    if (set.status !== "completed" || set.completed_at) return set;
    return { ...set, completed_at: this.existing.tasks.get(id)?.completed_at ?? this.now };
  }

  /**
   * @param {"task" | "list"} kind
   * @param {string} id
   * @param {Fields} set
   */
  put(kind, id, set) {
    const held = (kind === "task" ? this.existing.tasks : this.existing.lists).get(id);
    if (!held) return void this.plan.create.push({ kind, id, set: whole(kind, set) });
    const different = difference(held, set);
    if (Object.keys(different).length) this.plan.update.push({ kind, id, set: different });
    else this.plan.same++;
  }

  /**
   * @param {number} line
   * @param {string} message
   */
  say(line, message) {
    this.plan.problems.push({ line, message });
  }
}

/** The parents of imported tasks: only those that exist, never a subtask of the task itself. */
class Parents {
  /**
   * @param {(ReadTask & {id: string})[]} tasks
   * @param {Map<string, Fields>} existing
   * @param {(line: number, message: string) => void} say
   */
  constructor(tasks, existing, say) {
    this.existing = existing;
    this.say = say;
    this.lines = new Map(tasks.map((task) => [task.id, task.line]));
    this.wanted = /** @type {Map<string, string | null>} */ (new Map());
    this.ended = /** @type {Set<string>} */ (new Set()); // tasks whose ancestors are known to form no cycle
    const byTitle = /** @type {Map<string, string>} */ (new Map());
    for (const task of tasks) {
      const parent =
        task.parentTitle === undefined
          ? task.set.parent
          : (byTitle.get(task.parentTitle) ?? task.parentTitle);
      if (parent !== undefined) this.wanted.set(task.id, /** @type {string | null} */ (parent));
      byTitle.set(String(task.set.title).trim(), task.id);
    }
  }

  /**
   * @param {ReadTask & {id: string}} task
   * @returns {Fields}
   */
  of({ id }) {
    const parent = this.wanted.get(id);
    if (parent === undefined) return {};
    if (parent !== null && this.isNew(id) && !this.lines.has(parent) && !this.existing.has(parent))
      this.leave(id, t("import.noParent", { value: shortened(parent) }));
    this.endWay(id);
    return { parent: this.wanted.get(id) ?? null };
  }

  /**
   * Whether the import gives the task another parent.
   * @param {string} id
   */
  isNew(id) {
    const parent = this.wanted.get(id) ?? null;
    return parent !== null && parent !== this.existing.get(id)?.parent;
  }

  /**
   * @param {string} id
   * @param {string} message
   */
  leave(id, message) {
    this.say(this.lines.get(id) ?? 0, message);
    this.wanted.set(id, null);
  }

  /**
   * Walks up the ancestors, each only once in all, and breaks a cycle at a parent that the import would set.
   * @param {string} id
   */
  endWay(id) {
    const path = /** @type {Set<string>} */ (new Set());
    let at = /** @type {string | null} */ (id);
    while (at !== null && !path.has(at) && !this.ended.has(at)) {
      path.add(at);
      at = this.above(at);
    }
    const members = [...path];
    const ring = at !== null && path.has(at) ? members.slice(members.indexOf(at)) : [];
    const closing = ring.find((each) => this.isNew(each));
    if (closing !== undefined) this.leave(closing, t("import.parentLoop"));
    for (const each of path) this.ended.add(each);
  }

  /**
   * @param {string} id
   * @returns {string | null}
   */
  above(id) {
    const wanted = this.wanted.get(id);
    return wanted === undefined
      ? /** @type {string | null} */ (this.existing.get(id)?.parent ?? null)
      : wanted;
  }
}

/**
 * The live list of each name; of several, the one with the lowest id.
 * @param {Map<string, Fields>} lists
 */
function namesOf(lists) {
  const live = [...lists].filter(([, values]) => !values.deleted).sort(([a], [b]) => compare(b, a));
  return new Map(live.map(([id, values]) => [String(values.name ?? "").trim(), id]));
}

/**
 * The fields that the creation of a record sets.
 * @param {"task" | "list"} kind
 * @param {Fields} set
 * @returns {Fields}
 */
function whole(kind, set) {
  const { deleted, ...rest } = /** @type {Fields} */ ({ ...(kind === "task" && TASK_DEFAULTS), ...set });
  return deleted ? { ...rest, deleted } : rest;
}

/**
 * Only the fields that differ; status and completed_at always come together.
 * @param {Fields} held
 * @param {Fields} set
 * @returns {Fields}
 */
function difference(held, set) {
  const entries = Object.entries(set).filter(([field, value]) => value !== (held[field] ?? defaultOf(field)));
  const pair = ["status", "completed_at"];
  const isStatus = entries.some(([field]) => pair.includes(field));
  return Object.fromEntries(
    isStatus ? [...entries, ...pair.map((field) => /** @type {const} */ ([field, set[field]]))] : entries,
  );
}

/** @param {string} field */
function defaultOf(field) {
  return /** @type {Fields} */ (TASK_DEFAULTS)[field] ?? null;
}
