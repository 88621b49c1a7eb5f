/**
 * Days as text, `2026-11-30`: never parsed as instants. Arithmetic goes through UTC, so time zones and clock
 * changes do not affect it. A due date is a day, a wall time `2026-11-30T17:00`, or a zoned time
 * `2026-11-30T17:00+01:00[Europe/Paris]`, which a device shows in its own time zone.
 */
import { dates, locale, plural, t } from "../i18n/i18n.js";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const ZONED = /([+-])(\d\d):(\d\d)\[(.+)\]$/;
/** @typedef {Intl.DateTimeFormatOptions} Style */

/**
 * The current day in this device's time zone.
 * @param {Date} date
 * @returns {string}
 */
export function dayOf(date) {
  return wallOf(date).slice(0, 10);
}

/**
 * The current minute in this device's time zone, `2026-11-30T17:00`.
 * @param {Date} date
 * @returns {string}
 */
export function wallOf(date) {
  const day = [
    String(date.getFullYear()).padStart(4, "0"),
    pad(date.getMonth() + 1),
    pad(date.getDate()),
  ].join("-");
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}

/**
 * Whole days from one day to another.
 * @param {string} from
 * @param {string} to
 * @returns {number}
 */
export function daysBetween(from, to) {
  return (utc(to) - utc(from)) / DAY_MS;
}

/**
 * @param {string} day
 * @param {number} n
 * @returns {string}
 */
export function addDays(day, n) {
  return text(utc(day) + n * DAY_MS);
}

/**
 * The same date n months later, or the last day of a month that is too short.
 * @param {string} day
 * @param {number} n
 * @returns {string}
 */
export function addMonths(day, n) {
  const [year, month, date] = numbers(day);
  const first = utc(day.slice(0, 8) + "01", n);
  return text(first + (Math.min(date, monthLength(year, month + n)) - 1) * DAY_MS);
}

/**
 * 0 is Sunday.
 * @param {string} day
 * @returns {number}
 */
export function weekdayOf(day) {
  return new Date(utc(day)).getUTCDay();
}

/**
 * The month of a day, `2026-11`.
 * @param {string} day
 * @returns {string}
 */
export function monthOf(day) {
  return day.slice(0, 7);
}

/**
 * The days of a month; months past December continue in the next year.
 * @param {number} year
 * @param {number} month from 1
 * @returns {number}
 */
export function monthLength(year, month) {
  return new Date(utc(`${String(year).padStart(4, "0")}-01-01`, month) - DAY_MS).getUTCDate();
}

/**
 * Whether the calendar has this day.
 * @param {number} year
 * @param {number} month from 1
 * @param {number} date
 * @returns {boolean}
 */
export function isDay(year, month, date) {
  return month >= 1 && month <= 12 && date >= 1 && date <= monthLength(year, month);
}

/**
 * A zoned due date in this device's time zone; any other unchanged.
 * @param {string} due
 * @returns {string}
 */
export function localDue(due) {
  return ZONED.test(due) ? wallOf(new Date(instantOf(due))) : due;
}

/**
 * Past its day, or past its minute. A zoned due date is compared as an instant, because clock changes repeat
 * an hour of wall time.
 * @param {string} due
 * @param {Date} now
 * @returns {boolean}
 */
export function isOverdue(due, now) {
  if (ZONED.test(due)) return instantOf(due) + MINUTE_MS <= now.getTime();
  return due < wallOf(now).slice(0, due.length);
}

/**
 * A due date in a row: relative within a week, with its time.
 * @param {string} due
 * @param {string} today
 * @returns {string}
 */
export function dueText(due, today) {
  const local = localDue(due);
  const late = daysBetween(local, today);
  if (late > 1) return plural(late, "due.daysLate");
  return joined(nearText(local, today, "short") ?? dateText(local, today), timeText(local));
}

/**
 * A due date in full, with its weekday; a zoned one also as it was written.
 * @param {string} due
 * @param {string} today
 * @returns {string}
 */
export function dueLong(due, today) {
  const local = localDue(due);
  const long = joined(dateText(local, today, { weekday: "short" }), timeText(local));
  const zone = ZONED.exec(due)?.[4].replaceAll("_", " ");
  if (!zone) return long;
  const isHere = local === due.slice(0, 16);
  const there = joined(
    local.slice(0, 10) === due.slice(0, 10) ? "" : dateText(due, today, { weekday: "short" }),
    timeText(due.slice(0, 16)),
  );
  return `${long} (${joined(isHere ? "" : there, zone)})`;
}

/**
 * The time of a due date on this device, on the language's 12- or 24-hour clock, the latter with two digits;
 * "" for a day.
 * @param {string} due
 * @returns {string}
 */
export function timeText(due) {
  const [hour, minute] = localDue(due).slice(11).split(":").map(Number);
  if (minute === undefined) return "";
  return dates({ hour: "numeric", minute: "2-digit", timeZone: "UTC" })
    .format((hour * 60 + minute) * MINUTE_MS)
    .replace(/^\d:\d\d$/, "0$&");
}

/**
 * The heading of a day: "Tomorrow" with the note "Tuesday", "Wednesday" alone, later "1 Dec" with "Tuesday".
 * @param {string} day
 * @param {string} today
 * @returns {{heading: string, note: string}}
 */
export function dayHeading(day, today) {
  const name = nearText(day, today, "long");
  const weekday = written(day, { weekday: "long" });
  return { heading: name ?? dateText(day, today), note: name === weekday ? "" : weekday };
}

/** @type {number | null} */
let chosenStart = null;

/** @param {number | null} day the first of a week: 0 is Sunday, null for the region's default */
export function startWeeksOn(day) {
  chosenStart = day;
}

/**
 * The chosen first day of the week, else the region's: 0 is Sunday.
 * @returns {number}
 */
export function weekStart() {
  if (chosenStart !== null) return chosenStart;
  const index = /** @type {any} */ (new Intl.Locale(locale()));
  return ((index.getWeekInfo?.() ?? index.weekInfo)?.firstDay ?? 1) % 7;
}

/**
 * The weeks of a month, seven days each.
 * @param {string} month `2026-11`
 * @param {number} first the first day of a week, 0 is Sunday
 * @returns {string[][]}
 */
export function monthGrid(month, first) {
  const [year, number] = numbers(month);
  const before = (weekdayOf(`${month}-01`) - first + 7) % 7;
  const weeks = Math.ceil((before + monthLength(year, number)) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, n) => addDays(`${month}-01`, week * 7 + n - before)),
  );
}

/**
 * @param {string} day
 * @param {string} today
 * @param {"short" | "long"} weekday
 */
function nearText(day, today, weekday) {
  const days = daysBetween(today, day);
  if (days === -1) return t("date.yesterday");
  if (days === 0) return t("place.today");
  if (days === 1) return t("date.tomorrow");
  return days > 1 && days < 7 ? written(day, { weekday }) : null;
}

/**
 * @param {string} day
 * @param {string} today
 * @param {Style} [style]
 */
function dateText(day, today, style) {
  return written(day, {
    ...style,
    day: "numeric",
    month: "short",
    ...(day.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" }),
  });
}

/**
 * @param {string} day
 * @param {Style} style
 */
function written(day, style) {
  return dates({ ...style, timeZone: "UTC" }).format(utc(day));
}

/** @param {string} due zoned */
function instantOf(due) {
  const [, sign, hours, minutes] = /** @type {RegExpExecArray} */ (ZONED.exec(due));
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const [hour, minute] = due.slice(11, 16).split(":").map(Number);
  return utc(due) + (hour * 60 + minute - offset) * MINUTE_MS;
}

/**
 * The start of a day in UTC, in ms; `Date.UTC` would read the years below 100 as 19xx.
 * @param {string} day or a due date on that day
 * @param {number} [months] later
 */
function utc(day, months = 0) {
  const [year, month, date] = numbers(day.slice(0, 10));
  return new Date(0).setUTCFullYear(year, month - 1 + months, date);
}

/** @param {number} ms of UTC */
function text(ms) {
  return new Date(ms).toISOString().slice(0, 10);
}

/** @param {string} day */
function numbers(day) {
  return day.split("-").map(Number);
}

/** @param {string[]} parts */
function joined(...parts) {
  return parts.filter(Boolean).join(" ");
}

/** @param {number} number */
function pad(number) {
  return String(number).padStart(2, "0");
}
