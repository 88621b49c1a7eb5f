/**
 * iCalendar (RFC 5545): one VTODO for each task. docs/decisions/0010-own-ics-writer.md says why it is our
 * own.
 * @typedef {import("./records.js").Held} Held
 */
import { labelsOf, live, textOf } from "./records.js";
import { instantText, zoneLines } from "./ics_zones.js";

const LINE_OCTETS_MAX = 75;
const PRIORITIES = [null, "9", "5", "1"];
const STATUSES = /** @type {Record<string, string>} */ ({
  pending: "NEEDS-ACTION",
  in_progress: "IN-PROCESS",
  completed: "COMPLETED",
});
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
const ZONED = /\[(.+)\]$/;

/**
 * All tasks except those in the trash. `now` is RFC 3339.
 * @param {Held[]} records
 * @param {{now: string}} about
 * @returns {string}
 */
export function toIcs(records, { now }) {
  const { tasks } = live(records);
  const dues = tasks.map((task) => textOf(task, "due")).filter((due) => ZONED.test(due));
  const zones = zoneLines(
    dues.map((due) => ({ zone: ZONED.exec(due)?.[1] ?? "", year: Number(due.slice(0, 4)) })),
  );
  const ids = new Set(tasks.map((task) => task.id));
  const body = tasks.flatMap((task) => todo(task, instantText(now), ids, zones));
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Driftless//Driftless//EN",
    ...[...zones.values()].flat(),
    ...body,
    "END:VCALENDAR",
  ];
  return lines.map((line) => folded(line) + "\r\n").join("");
}

/**
 * @param {Held} task
 * @param {string} stamp
 * @param {Set<string>} ids
 * @param {Map<string, string[]>} zones
 * @returns {string[]}
 */
function todo(task, stamp, ids, zones) {
  const completed = textOf(task, "completed_at");
  const labels = labelsOf(task.values).map(escaped).join(",");
  return [
    "BEGIN:VTODO",
    `UID:${task.id}`,
    `DTSTAMP:${stamp}`,
    `SUMMARY:${escaped(textOf(task, "title"))}`,
    line("DESCRIPTION:", escaped(textOf(task, "description"))),
    ...dueLines(task, zones),
    `STATUS:${STATUSES[textOf(task, "status")] ?? STATUSES.pending}`,
    line("COMPLETED:", completed && instantText(completed)),
    line("PRIORITY:", PRIORITIES[Number(task.values.priority ?? 0)]),
    line("CATEGORIES:", labels),
    line("RELATED-TO:", ids.has(textOf(task, "parent")) && textOf(task, "parent")),
    "END:VTODO",
  ].filter((each) => each !== null);
}

/**
 * @param {string} name
 * @param {string | false | null | undefined} value
 */
function line(name, value) {
  return value ? name + value : null;
}

/**
 * A repeating task needs a DTSTART (RFC 5545, 3.8.2.4): its due date.
 * @param {Held} task
 * @param {Map<string, string[]>} zones
 */
function dueLines(task, zones) {
  const due = textOf(task, "due");
  const rule = textOf(task, "repeat").replace(/;FROM=COMPLETION$/, "");
  if (!due) return [];
  const at = when(due, zones);
  return rule ? [`DTSTART${at}`, `DUE${at}`, `RRULE:${rule}`] : [`DUE${at}`];
}

/**
 * A day, a floating time or a time in its zone; in UTC if the zone is unknown.
 * @param {string} due
 * @param {Map<string, string[]>} zones
 */
function when(due, zones) {
  const local = due.slice(0, 16).replace(/[-:]/g, "");
  if (due.length === 10) return `;VALUE=DATE:${local}`;
  const zone = ZONED.exec(due)?.[1];
  if (!zone) return `:${local}00`;
  return zones.has(zone)
    ? `;TZID=${zone}:${local}00`
    : `:${instantText(`${due.slice(0, 16)}:00${due.slice(16, 22)}`)}`;
}

/** @param {string} text */
function escaped(text) {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(CONTROL, "")
    .replace(/[\\;,]/g, "\\$&")
    .replaceAll("\n", "\\n");
}

/**
 * Folds a line into lines of at most 75 octets, without splitting a character.
 * @param {string} text
 */
function folded(text) {
  let [made, octets] = ["", 0];
  for (const character of text) {
    const size = octetsOf(character);
    if (octets + size > LINE_OCTETS_MAX) [made, octets] = [`${made}\r\n `, 1];
    made += character;
    octets += size;
  }
  return made;
}

/** @param {string} character */
function octetsOf(character) {
  const point = /** @type {number} */ (character.codePointAt(0));
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}
