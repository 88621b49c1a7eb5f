/**
 * Reads a table, ours or another program's, into entries with our field names. fields.js validates the
 * values.
 * @typedef {import("./fields.js").Problem} Problem
 * @typedef {Record<string, string>} Cells by column
 */
import { isRecordId } from "../../core/ids.js";
import { dayOf } from "../../lib/dates.js";
import { t } from "../../i18n/i18n.js";
import { labelsIn, parseCsv, PRIORITIES, unguarded } from "./csv.js";
import { isDue, isInstant, shortened } from "./fields.js";

/**
 * The names of a column, in lower case; the first one found counts.
 * @type {Record<string, string[]>}
 */
const HEADERS = {
  id: ["id"],
  title: ["title", "task", "content", "name", "task name", "summary", "subject"],
  description: ["description", "notes", "note", "details", "body"],
  status: ["status", "state", "done", "completed", "complete", "is completed"],
  due: ["due", "due date", "due_date", "duedate", "deadline", "date"],
  priority: ["priority"],
  list: ["list", "project", "list name", "project name", "folder"],
  labels: ["labels", "label", "tags", "tag"],
  parent: ["parent", "parent task", "parent_id"],
  repeat: ["repeat", "recurrence", "rrule"],
  completed_at: ["completed_at", "completed at", "completed time", "completion date", "completed date"],
  deleted: ["deleted"],
};
const DONE = new Set(["completed", "complete", "done", "x", "yes", "true", "1", "checked", "closed"]);
const BEGUN = new Set([
  "in_progress",
  "in progress",
  "in-progress",
  "in-process",
  "doing",
  "started",
  "active",
]);
const OPEN = new Set([
  "",
  "pending",
  "no",
  "false",
  "0",
  "todo",
  "to do",
  "to-do",
  "open",
  "not started",
  "needs-action",
  "incomplete",
  "normal",
]);
const LEVELS = /** @type {Record<string, number>} */ ({
  "": 0,
  0: 0,
  1: 1,
  2: 2,
  3: 3,
  p4: 0,
  p3: 1,
  p2: 2,
  p1: 3,
  normal: 2,
  urgent: 3,
  highest: 3,
  lowest: 1,
});

/**
 * @param {string} text
 * @returns {{tasks: {line: number, entry: Record<string, unknown>}[], lists: [], problems: Problem[]}}
 */
export function readTable(text) {
  const {
    rows: [head = { line: 1, cells: [] }, ...rows],
    open,
  } = parseCsv(text);
  const columns = columnsOf(head.cells);
  /** @type {Problem[]} */
  const problems = open === null ? [] : [{ line: open, message: t("import.openQuote") }];
  if (!columns.has("title"))
    return {
      tasks: [],
      lists: [],
      problems: [{ line: head.line, message: t("import.noTitleColumn") }],
    };
  const tasks = rows.map(({ line, cells }) => {
    if (cells.length > head.cells.length) problems.push({ line, message: t("import.extraCells") });
    return {
      line,
      entry: entryOf(cellsOf(columns, cells), (message) => void problems.push({ line, message })),
    };
  });
  return { tasks, lists: [], problems };
}

/**
 * @param {string[]} head
 * @returns {Map<string, number>}
 */
function columnsOf(head) {
  const names = head.map((name) => name.trim().toLowerCase());
  const places = Object.entries(HEADERS).map(
    ([field, known]) =>
      /** @type {[string, number]} */ ([
        field,
        names.findIndex((name) => name === known.find((one) => names.includes(one))),
      ]),
  );
  return new Map(places.filter(([, index]) => index >= 0));
}

/**
 * @param {Map<string, number>} columns
 * @param {string[]} cells
 * @returns {Cells}
 */
function cellsOf(columns, cells) {
  return Object.fromEntries([...columns].map(([field, index]) => [field, unguarded(cells[index] ?? "")]));
}

/**
 * @param {Cells} cells
 * @param {(message: string) => void} say
 * @returns {Record<string, unknown>}
 */
function entryOf(cells, say) {
  const { list, parent, labels, ...rest } = cells;
  return {
    ...Object.fromEntries(
      Object.entries(rest).map(([field, cell]) => [
        field,
        READERS[field]?.(cell.trim(), say) ?? (READERS[field] ? undefined : cell),
      ]),
    ),
    ...nullsOf(rest),
    ...(labels !== undefined && { labels: labelsIn(labels) }),
    ...(list !== undefined && { listName: list.trim() }),
    ...parentOf(parent),
  };
}

/**
 * Empty cells of nullable fields are null.
 * @param {Cells} cells
 */
function nullsOf(cells) {
  const empty = ["due", "repeat", "completed_at", "deleted"].filter(
    (field) => cells[field] !== undefined && !cells[field].trim(),
  );
  return Object.fromEntries(empty.map((field) => [field, null]));
}

/**
 * A parent, by id or by the title of an earlier row.
 * @param {string | undefined} parent
 */
function parentOf(parent) {
  if (parent === undefined) return {};
  const named = parent.trim();
  return !named || isRecordId(named) ? { parent: named || null } : { parentTitle: named };
}

/** @type {Record<string, (cell: string, say: (message: string) => void) => unknown>} */
const READERS = {
  id: (cell) => cell,
  status: statusOf,
  priority: priorityOf,
  due: dueOf,
  repeat: (cell) => cell || undefined,
  completed_at: (cell) => instantOf(cell),
  deleted: (cell) => instantOf(cell),
};

/**
 * @param {string} cell
 * @param {(message: string) => void} say
 */
function statusOf(cell, say) {
  const word = cell.toLowerCase();
  if (DONE.has(word) || /^\d{4}-\d\d-\d\d/.test(word)) return "completed";
  if (BEGUN.has(word)) return "in_progress";
  if (!OPEN.has(word)) say(t("import.unknownStatus", { value: shortened(cell) }));
  return "pending";
}

/**
 * @param {string} cell
 * @param {(message: string) => void} say
 */
function priorityOf(cell, say) {
  const word = cell.toLowerCase();
  const level = PRIORITIES.includes(word) ? PRIORITIES.indexOf(word) : LEVELS[word];
  if (level === undefined) say(t("import.unknownPriority", { value: shortened(cell) }));
  return level ?? 0;
}

/**
 * Our own format as it is; `2026/11/30`; `30.11.2026` or `11/30/2026` if only one reading is a date; an
 * instant in the device's time zone.
 * @param {string} cell
 * @param {(message: string) => void} say
 */
function dueOf(cell, say) {
  if (!cell) return undefined;
  const due = cell.replace(/^(\d{4})[-/.](\d\d?)[-/.](\d\d?)/, (_, year, month, day) =>
    dayText(year, month, day),
  );
  if (isDue(due)) return due;
  const found = localTime(due) ?? wallTime(due) ?? otherDay(due);
  if (found === undefined) say(t("import.unknownDue", { value: shortened(cell) }));
  return found;
}

/** @param {string} due */
function localTime(due) {
  const [, day, time] = /^(.{10})[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?$/.exec(due) ?? [];
  return day && isDue(`${day}T${time}`) ? `${day}T${time}` : undefined;
}

/** @param {string} due */
function wallTime(due) {
  const instant = instantOf(due);
  if (typeof instant !== "string" || !isInstant(instant)) return undefined;
  const date = new Date(Date.parse(instant));
  return `${dayOf(date)}T${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

/** @param {string} due */
function otherDay(due) {
  const [, first, mark, second, year] = /^(\d\d?)([./])(\d\d?)\2(\d{4})$/.exec(due) ?? [];
  if (!year) return undefined;
  const [dayFirst, monthFirst] = [dayText(year, second, first), dayText(year, first, second)];
  const readings = [dayFirst, ...(mark === "/" ? [monthFirst] : [])].filter(isDue);
  return new Set(readings).size === 1 ? readings[0] : undefined;
}

/**
 * @param {string} year
 * @param {string} month
 * @param {string} day
 */
function dayText(year, month, day) {
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/**
 * Adds the colon that some programs leave out of the offset, and replaces a space by T.
 * @param {string} cell
 * @returns {string | undefined}
 */
function instantOf(cell) {
  return cell.replace(/^(\d{4}-\d\d-\d\d) /, "$1T").replace(/([+-]\d\d)(\d\d)$/, "$1:$2") || undefined;
}
