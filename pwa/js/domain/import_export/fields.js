/**
 * The rules for fields, as in server/journal/kinds.py. An invalid value is left out or cut, and reported.
 * @typedef {import("./records.js").Fields} Fields
 * @typedef {(message: string) => void} Say
 * @typedef {{line: number, message: string}} Problem `line`: in a table, the line;
 *   in JSON, the number of the entry; 0 for the whole file
 */
import { isRecordId } from "../../core/ids.js";
import { t } from "../../i18n/i18n.js";
import { DESCRIPTION_MAX, LABEL_MAX, NAME_MAX, TITLE_MAX } from "../limits.js";
import { isRepeat } from "../repeat/repeat.js";

export const LABELS_MAX = 100;
const ZONED =
  /^(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d)[+-](?:[01]\d|2[0-3]):[0-5]\d\[[A-Za-z][A-Za-z0-9_+/-]{0,63}\]$/;
const LOCAL = /^\d{4}-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d)?$/;
const INSTANT =
  /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const BLANK = /^[\s\x1c-\x1f\x85]*$/;
const MARKS = /(\p{M}{30})\p{M}+/gu; // more marks on one letter make normalizing slow
const TEXTS = /** @type {Record<string, number>} */ ({
  title: TITLE_MAX,
  description: DESCRIPTION_MAX,
  name: NAME_MAX,
});
const MAY_BE_EMPTY = new Set(["description"]);

/** @type {Record<string, (value: any) => boolean>} */
const RULES = {
  due: nullable(isDue),
  status: (value) => ["pending", "in_progress", "completed"].includes(value),
  completed_at: nullable(isInstant),
  priority: (value) => [0, 1, 2, 3].includes(value),
  list: nullable(isId),
  parent: nullable(isId),
  repeat: nullable(isRepeat),
  deleted: nullable(isInstant),
  order: (value) => typeof value === "string" && /^[0-9A-Za-z]{1,64}$/.test(value),
};
const FIELDS = /** @type {Record<string, string[]>} */ ({
  task: [
    "title",
    "description",
    "due",
    "status",
    "completed_at",
    "priority",
    "list",
    "parent",
    "order",
    "repeat",
    "deleted",
  ],
  list: ["name", "order", "deleted"],
});

/**
 * The valid fields of an entry; invalid ones are reported.
 * @param {"task" | "list"} kind
 * @param {Record<string, unknown>} entry
 * @param {Say} say
 * @returns {Fields}
 */
export function cleanFields(kind, entry, say) {
  /** @type {Fields} */
  const set = {};
  for (const field of FIELDS[kind]) {
    if (entry[field] === undefined) continue;
    const cleaned = field in TEXTS ? cleanText(field, entry[field], say) : entry[field];
    if (cleaned === undefined) continue;
    if (field in TEXTS || RULES[field](cleaned)) set[field] = /** @type {any} */ (cleaned);
    else say(t("import.badField", { field, value: shortened(cleaned) }));
  }
  return withStatus(set);
}

/**
 * The valid labels of an array; undefined if the entry has no labels.
 * @param {unknown} labels
 * @param {Say} say
 * @returns {string[] | undefined}
 */
export function cleanLabels(labels, say) {
  if (labels === undefined) return undefined;
  if (!Array.isArray(labels))
    return void say(t("import.badField", { field: "labels", value: shortened(labels) }));
  if (labels.length > LABELS_MAX) say(t("import.labelsMax", { max: LABELS_MAX }));
  const names = labels
    .slice(0, LABELS_MAX)
    .map((name) => cleanText("label", name, say, LABEL_MAX))
    .filter((name) => name !== undefined);
  return [...new Set(names)];
}

/**
 * @param {string} field
 * @param {unknown} value
 * @param {Say} say
 * @param {number} [max]
 * @returns {string | undefined}
 */
function cleanText(field, value, say, max = TEXTS[field]) {
  if (typeof value !== "string") return void say(t("import.badField", { field, value: shortened(value) }));
  const whole = value.replaceAll("\0", "").toWellFormed();
  const kept = cut(whole, max);
  if (whole !== value) say(t("import.badCharacters", { field, value: shortened(kept) }));
  if (kept !== whole) say(t("import.cutField", { field, max, value: shortened(kept) }));
  if (!BLANK.test(kept) || MAY_BE_EMPTY.has(field)) return kept;
  return undefined;
}

/**
 * Cuts a text to `max` code points after NFC. A text that fits is not normalized.
 * @param {string} text
 * @param {number} max
 */
function cut(text, max) {
  if (text.length <= max / 3) return text;
  const plain = text
    .slice(0, 4 * max)
    .toWellFormed()
    .replace(MARKS, "$1");
  const points = [...plain.normalize("NFC")];
  return points.length > max || text.length > 4 * max ? points.slice(0, max).join("") : plain;
}

/**
 * A completed task has a completed_at, any other has none. If the time of completion is unknown, it is left
 * undefined.
 * @param {Fields} set
 */
function withStatus(set) {
  if (set.status === undefined && set.completed_at) set.status = "completed";
  if (set.status !== undefined && set.status !== "completed") set.completed_at = null;
  if (set.status === "completed" ? set.completed_at === null : set.status === undefined)
    delete set.completed_at;
  return set;
}

/** @param {unknown} value */
export function shortened(value) {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return (text.length > 60 ? `${text.slice(0, 60)}…` : text).toWellFormed();
}

/**
 * @param {(value: any) => boolean} rule
 * @returns {(value: any) => boolean}
 */
function nullable(rule) {
  return (value) => value === null || (typeof value === "string" && rule(value));
}

/** @param {string} value */
function isId(value) {
  return isRecordId(value);
}

/**
 * Whether a text is a day, a wall time or a zoned time.
 * @param {string} value
 */
export function isDue(value) {
  const local = ZONED.exec(value)?.[1] ?? value;
  return LOCAL.test(local) && isDay(local.slice(0, 10));
}

/**
 * Whether a text is a date and time of RFC 3339.
 * @param {string} value
 */
export function isInstant(value) {
  return INSTANT.test(value) && isDay(value.slice(0, 10));
}

/** @param {string} day */
function isDay(day) {
  const [year, month, date] = day.split("-").map(Number);
  const made = new Date(0);
  made.setUTCFullYear(year, month - 1, date);
  return year >= 1 && made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
}
