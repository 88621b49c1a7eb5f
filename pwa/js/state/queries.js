/**
 * What the page shows, out of the store's records.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {{id: string, space: string, title: string, due: string | null, status: string, priority: number, conflicts: string[], record: Rec}} Task
 */
import { conflicts, values } from "../core/merge.js";

/** @param {Rec} record @returns {Task} */
export function taskOf(record) {
  const { title, due, status, priority } = values(record);
  return { id: record.id, space: record.space ?? "", title: String(title ?? ""), due: due === undefined ? null : /** @type {string | null} */ (due),
           status: String(status ?? "pending"), priority: Number(priority ?? 0), conflicts: conflicts(record), record };
}

/** Live tasks: open ones by due date, those without one last; completed ones, newest first. @param {Map<string, Rec>} shown */
export function tasksByDue(shown) {
  /** @type {Task[]} */
  const open = [];
  /** @type {Task[]} */
  const done = [];
  for (const record of shown.values()) {
    if (record.kind !== "task" || isInTrash(record, shown)) continue;
    (values(record).status === "completed" ? done : open).push(taskOf(record));
  }
  open.sort((a, b) => compare(a.due ?? "~", b.due ?? "~") || compare(orderOf(a), orderOf(b)) || compare(a.id, b.id));
  done.sort((a, b) => compare(completedAt(b), completedAt(a)) || compare(a.id, b.id));
  return { open, done };
}

/** A task lies in the trash if it is deleted, or its list is. @param {Rec} record @param {Map<string, Rec>} shown */
function isInTrash(record, shown) {
  const { deleted, list } = values(record);
  if (deleted) return true;
  const home = typeof list === "string" ? shown.get(list) : undefined;
  return Boolean(home && home.kind === "list" && values(home).deleted);
}

/** @param {Task} task */
const orderOf = (task) => String(values(task.record).order ?? "");
/** @param {Task} task */
const completedAt = (task) => String(values(task.record).completed_at ?? "");

/** Text as ASCII, never by locale. @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
