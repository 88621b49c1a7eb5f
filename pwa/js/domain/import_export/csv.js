/**
 * CSV by RFC 4180, in UTF-8 with a byte order mark, so that spreadsheets detect the encoding.
 * @typedef {import("./records.js").Held} Held
 */
import { labelsOf, sorted, textOf } from "./records.js";

export const COLUMNS = [
  "id",
  "title",
  "description",
  "status",
  "due",
  "priority",
  "list",
  "labels",
  "parent",
  "repeat",
  "completed_at",
  "deleted",
];
export const PRIORITIES = ["none", "low", "medium", "high"];
// what a spreadsheet would run as a formula, also after apostrophes: an import would take those for our guard
const FORMULA = /^'*[=+\-@\t\r]/;
const GUARDED = /^'+[=+\-@\t\r]/;

/**
 * All tasks, including the trash, one in each row.
 * @param {Held[]} records
 * @returns {string}
 */
export function toCsv(records) {
  const { lists, tasks } = sorted(records);
  const names = new Map(lists.map((list) => [list.id, textOf(list, "name")]));
  const rows = [COLUMNS, ...tasks.map((task) => row(task, names))];
  return "\uFEFF" + rows.map((cells) => cells.map(quoted).join(",") + "\r\n").join("");
}

/**
 * @param {Held} task
 * @param {Map<string, string>} names
 */
function row(task, names) {
  const made = /** @type {Record<string, string>} */ ({
    id: task.id,
    priority: PRIORITIES[Number(task.values.priority ?? 0)] ?? "",
    labels: labelsOf(task.values).map(escapedLabel).join(", "),
    list: names.get(textOf(task, "list")) ?? "",
  });
  return COLUMNS.map((column) => guarded(made[column] ?? textOf(task, column)));
}

/** @param {string} name */
function escapedLabel(name) {
  return name.replace(/[\\,;]/g, "\\$&");
}

/**
 * Guards a cell, so that a spreadsheet does not run it as a formula.
 * @param {string} cell
 */
function guarded(cell) {
  return FORMULA.test(cell) ? `'${cell}` : cell;
}

/**
 * Undoes `guarded`.
 * @param {string} cell
 */
export function unguarded(cell) {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}

/**
 * The labels in a cell.
 * @param {string} cell
 * @returns {string[]}
 */
export function labelsIn(cell) {
  const names = [""];
  for (const [piece, escaped] of cell.matchAll(/\\([\\,;])|[^]/gu)) {
    if (!escaped && (piece === "," || piece === ";")) names.push("");
    else names[names.length - 1] += escaped ?? piece;
  }
  return names.map((name) => name.trim()).filter(Boolean);
}

/** @param {string} cell */
function quoted(cell) {
  return /[",;\t\r\n']|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/**
 * Parses a table; `line` is the first line of a row. A quote that is never closed runs to the end of the
 * text; `open` is its line.
 * @param {string} text without its byte order mark
 * @returns {{rows: {line: number, cells: string[]}[], open: number | null}}
 */
export function parseCsv(text) {
  const reader = new Reader(text, sniffed(text));
  const rows = [];
  while (reader.at < text.length) {
    const row = { line: reader.line, cells: reader.row() };
    if (row.cells.length > 1 || row.cells[0].trim()) rows.push(row);
  }
  return { rows, open: reader.open };
}

class Reader {
  /**
   * @param {string} text
   * @param {string} delimiter
   */
  constructor(text, delimiter) {
    this.text = text;
    this.delimiter = delimiter;
    this.bareEnd = delimiter === "\t" ? /[\t\r\n]|$/g : new RegExp(`[${delimiter}\\r\\n]|$`, "g");
    this.at = 0;
    this.line = 1;
    this.open = /** @type {number | null} */ (null);
  }

  /**
   * The cells of the next row.
   * @returns {string[]}
   */
  row() {
    const cells = [this.cell()];
    while (this.text[this.at] === this.delimiter) {
      this.at++;
      cells.push(this.cell());
    }
    this.at += this.text.startsWith("\r\n", this.at) ? 2 : 1;
    this.line++;
    return cells;
  }

  /** Text after a closing quote is kept. */
  cell() {
    const quoted = this.text[this.at] === '"' ? this.quoted() : "";
    const from = this.at;
    this.bareEnd.lastIndex = from;
    this.at = this.bareEnd.exec(this.text)?.index ?? this.text.length;
    return quoted + this.text.slice(from, this.at);
  }

  quoted() {
    const from = this.at + 1;
    const end = this.closingQuote(from);
    if (end < 0) this.open = this.line;
    const inner = this.text.slice(from, end < 0 ? undefined : end);
    this.at = end < 0 ? this.text.length : end + 1;
    this.line += inner.match(/\r\n|\n|\r/g)?.length ?? 0;
    return inner.replaceAll('""', '"');
  }

  /** @param {number} from */
  closingQuote(from) {
    let end = this.text.indexOf('"', from);
    while (end >= 0 && this.text[end + 1] === '"') end = this.text.indexOf('"', end + 2);
    return end;
  }
}

/**
 * The delimiter that is most frequent in the first line.
 * @param {string} text
 */
function sniffed(text) {
  const head = text
    .slice(0, 4096)
    .replace(/"[^"]*"/g, "")
    .split(/[\r\n]/, 1)[0];
  const counts = [",", ";", "\t"].map((delimiter) => ({ delimiter, count: head.split(delimiter).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).delimiter;
}
