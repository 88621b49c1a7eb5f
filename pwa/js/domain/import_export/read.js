/**
 * Reads a file: our JSON, or a table of any program. Nothing here throws: problems are reported, line by
 * line.
 * @typedef {import("./fields.js").Problem} Problem
 * @typedef {{line: number, id?: string, set: import("./records.js").Fields, labels?: string[], listName?:
 *   string, parentTitle?: string}} ReadTask
 * @typedef {{line: number, id?: string, set: import("./records.js").Fields}} ReadList
 * @typedef {{tasks: ReadTask[], lists: ReadList[], problems: Problem[]}} Read
 * @typedef {import("./fields.js").Say} Say
 */
import { isRecordId } from "../../core/ids.js";
import { t } from "../../i18n/i18n.js";
import { cleanFields, cleanLabels, shortened } from "./fields.js";
import { FORMAT, VERSION } from "./json.js";
import { readTable } from "./table.js";

export const ENTRIES_MAX = 100_000;

/**
 * @param {string} text
 * @param {string} fileName
 * @returns {Read}
 */
export function readImport(text, fileName) {
  const plain = text.replace(/^\uFEFF/, "");
  if (plain.startsWith("PK\u0003\u0004")) return nothing(t("import.notText"));
  if (!plain.trim()) return nothing(t("import.empty"));
  const isJson = /\.json$/i.test(fileName) || /^\s*[{[]/.test(plain);
  return isJson ? readJson(plain) : taken(readTable(plain));
}

/**
 * @param {string} text
 * @returns {Read}
 */
function readJson(text) {
  let whole;
  try {
    whole = JSON.parse(text);
  } catch {
    return nothing(t("import.notJson"));
  }
  if (whole?.format !== FORMAT) return nothing(t("import.notExport"));
  if (whole.version !== VERSION) return nothing(t("import.unknownVersion"));
  return taken({ tasks: arrayOf(whole.tasks), lists: arrayOf(whole.lists), problems: [] });
}

/**
 * @param {unknown} value
 * @returns {{line: number, entry: any}[]}
 */
function arrayOf(value) {
  return Array.isArray(value) ? value.map((entry, index) => ({ line: index + 1, entry })) : [];
}

/**
 * @param {string} message
 * @returns {Read}
 */
function nothing(message) {
  return { tasks: [], lists: [], problems: [{ line: 0, message }] };
}

/**
 * @param {{tasks: {line: number, entry: any}[], lists: {line: number, entry: any}[], problems: Problem[]}}
 *   found
 * @returns {Read}
 */
function taken({ tasks, lists, problems }) {
  if (tasks.length > ENTRIES_MAX || lists.length > ENTRIES_MAX)
    problems.push({ line: 0, message: t("import.entriesMax", { max: ENTRIES_MAX }) });
  const seen = /** @type {Set<string>} */ (new Set());
  return {
    lists: lists
      .slice(0, ENTRIES_MAX)
      .flatMap(({ line, entry }) => readEntry("list", line, entry, seen, problems)),
    tasks: tasks
      .slice(0, ENTRIES_MAX)
      .flatMap(({ line, entry }) => readEntry("task", line, entry, seen, problems)),
    problems,
  };
}

/**
 * One entry; none if it is invalid.
 * @param {"task" | "list"} kind
 * @param {number} line
 * @param {any} entry
 * @param {Set<string>} seen ids
 * @param {Problem[]} problems
 * @returns {ReadTask[]}
 */
function readEntry(kind, line, entry, seen, problems) {
  const say = (/** @type {string} */ message) => void problems.push({ line, message });
  if (typeof entry !== "object" || entry === null || Array.isArray(entry))
    return refused(say, t("import.notEntry"));
  const set = cleanFields(kind, entry, say);
  if (set[kind === "task" ? "title" : "name"] === undefined) return refused(say, t("import.noTitle"));
  const id = idOf(entry, say);
  if (id && seen.has(id)) return refused(say, t("import.duplicateId"));
  if (id) seen.add(id);
  if (kind === "list") return [{ line, set, ...(id && { id }) }];
  return [{ line, set, ...(id && { id }), labels: cleanLabels(entry.labels, say), ...namesOf(entry) }];
}

/**
 * @param {Say} say
 * @param {string} message
 * @returns {[]}
 */
function refused(say, message) {
  say(message);
  return [];
}

/**
 * @param {any} entry
 * @param {Say} say
 * @returns {string | undefined}
 */
function idOf({ id }, say) {
  if (id === undefined || id === null || id === "") return undefined;
  if (typeof id === "string" && isRecordId(id)) return id;
  return void say(t("import.badId", { value: shortened(id) }));
}

/**
 * The fields that only tables have.
 * @param {any} entry
 */
function namesOf({ listName, parentTitle }) {
  return {
    ...(typeof listName === "string" && { listName }),
    ...(typeof parentTitle === "string" && { parentTitle }),
  };
}
