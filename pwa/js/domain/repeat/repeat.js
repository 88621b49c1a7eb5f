/**
 * Repeating tasks: rules (an RFC 5545 RRULE subset in canonical form), the next due date, the next task, and
 * rules in words. Pure: two devices that complete one task make the same next one. Within, a day is its
 * number since 1970-01-01, Monday is weekday 0.
 * @typedef {import("./rule.js").Rule} Rule
 * @typedef {import("./rule.js").Parts} Parts
 * @typedef {{id: string, set: import("../../core/merge.js").Fields}} Task
 */
import { v5 } from "uuid";
import { localDue } from "../../lib/dates.js";
import { LAST_DAY, makeRepeat, parseRepeat, WEEKDAYS, WORKDAYS } from "./rule.js";
import { repeatText } from "./text.js";

export { isRepeat, makeRepeat } from "./rule.js";
export { repeatText } from "./text.js";

const DAY_MS = 86_400_000;
const YEAR_MAX = 9999;
const LABEL_PREFIX = "label/";
const KEPT = ["title", "description", "priority", "list", "parent", "order", "repeat"];

/**
 * The next due date; the time and the zone stay. From schedule: the first occurrence after the due day that
 * is not before the day of completion. From completion, or without a due date: the first after the day of
 * completion. Past the year 9999 there is none: its last day is given.
 * @param {string} repeat
 * @param {string | null} due
 * @param {string} completedDay
 * @returns {string}
 */
export function nextDue(repeat, due, completedDay) {
  const rule = parseRepeat(repeat);
  const completed = dayNumber(completedDay);
  if (due === null) return dayText(occurrence({ ...rule, isFromCompletion: true }, completed, completed + 1));
  const anchor = rule.isFromCompletion ? completed : dayNumber(due);
  return onDay(due, occurrence(rule, anchor, Math.max(anchor + 1, completed)));
}

/**
 * The first occurrence on or after `from` of the rule that starts at `anchor`, before `from`.
 * @param {Rule} rule
 * @param {number} anchor
 * @param {number} from
 */
function occurrence(rule, anchor, from) {
  if (rule.freq === "DAILY") return from + mod(anchor - from, rule.interval);
  return rule.freq === "WEEKLY" ? weekly(rule, anchor, from) : monthly(rule, anchor, from);
}

/**
 * @param {Rule} rule
 * @param {number} anchor
 * @param {number} from
 */
function weekly({ interval, weekdays }, anchor, from) {
  const step = 7 * interval;
  const monday = anchor - weekdayOf(anchor);
  const days = weekdays.length ? weekdays : [weekdayOf(anchor)];
  const start = from - mod(from - monday, step);
  return start + (days.find((day) => start + day >= from) ?? step + days[0]);
}

/**
 * Months are counted from the year 0.
 * @param {Rule} rule
 * @param {number} anchor
 * @param {number} from
 */
function monthly(rule, anchor, from) {
  const step = rule.interval * (rule.freq === "YEARLY" ? 12 : 1);
  const [first, anchorDay] = monthOf(anchor);
  const [month] = monthOf(from);
  for (let at = month - mod(month - first, step); at < (YEAR_MAX + 1) * 12; at += step) {
    const day = dayIn(at, rule, anchorDay);
    if (day !== null && day >= from) return day;
  }
  return Infinity;
}

/**
 * The rule's day in a month; null where the month has none. A bare rule skips months too short for the
 * anchor's day, as the RFC has it, but counted from completion ("a month later") it takes their last day.
 * @param {number} month
 * @param {Rule} rule
 * @param {number} anchorDay
 */
function dayIn(month, { weekdays: [weekday], nth, monthDay, isFromCompletion }, anchorDay) {
  const start = monthStart(month);
  const length = monthStart(month + 1) - start;
  if (nth < 0) return start + length - 1 - mod(weekdayOf(start + length - 1) - weekday, 7);
  if (nth > 0) return start + mod(weekday - weekdayOf(start), 7) + 7 * (nth - 1);
  const day = Math.min(monthDay || anchorDay, length);
  return monthDay || isFromCompletion || day === anchorDay ? start + day - 1 : null;
}

/**
 * The task that follows a completed one: its id and all it sets follow from the task and the day of
 * completion.
 * @param {Task} task with a `repeat`
 * @param {string} completedDay
 * @returns {Task}
 */
export function nextTask({ id, set }, completedDay) {
  return {
    id: nextId(id),
    set: { ...fresh(set), due: nextDue(String(set.repeat), dueOf(set), completedDay) },
  };
}

/**
 * The subtasks of the task that follows: those of the completed one that are not deleted, all to do again,
 * due as many days later as it is.
 * @param {Task[]} subtasks
 * @param {Task} next the task that follows
 * @param {string | null} due of the completed one, else the day of completion
 * @returns {Task[]}
 */
export function nextSubtasks(subtasks, next, due) {
  const days = due === null ? 0 : dayNumber(String(next.set.due)) - dayNumber(due);
  return subtasks
    .filter(({ set }) => !set.deleted)
    .map(({ id, set }) => {
      const old = dueOf(set);
      return {
        id: nextId(id),
        set: { ...fresh(set), parent: next.id, repeat: null, due: old && onDay(old, dayNumber(old) + days) },
      };
    });
}

/**
 * The namespace is given as bytes: a record's id may be any 32 hex digits, the package reads only those of a
 * known UUID version.
 * @param {string} id
 */
function nextId(id) {
  return v5(
    "next",
    Uint8Array.from(id.replaceAll("-", "").match(/../g) ?? [], (pair) => parseInt(pair, 16)),
  );
}

/**
 * @param {import("../../core/merge.js").Fields} set
 * @returns {import("../../core/merge.js").Fields}
 */
function fresh(set) {
  const kept = Object.entries(set).filter(
    ([name, held]) => KEPT.includes(name) || (name.startsWith(LABEL_PREFIX) && held),
  );
  return {
    description: "",
    priority: 0,
    list: null,
    parent: null,
    ...Object.fromEntries(kept),
    status: "pending",
    completed_at: null,
    deleted: null,
  };
}

/** @param {import("../../core/merge.js").Fields} set */
function dueOf(set) {
  return /** @type {string | null} */ (set.due ?? null);
}

/**
 * Rules for a menu, by the due date or else today.
 * @param {string | null} due
 * @param {string} today
 * @returns {{value: string, text: string}[]}
 */
export function presets(due, today) {
  const day = dayNumber(due ?? today);
  const byMonthDay = Number((due ?? today).slice(8, 10));
  const byDay = [WEEKDAYS[weekdayOf(day)]];
  const nth = byMonthDay > 28 ? -1 : Math.ceil(byMonthDay / 7);
  const isLeapDay = (due ?? today).slice(5, 10) === "02-29"; // a bare YEARLY would come every fourth year
  return [
    makeRepeat({ freq: "DAILY" }),
    makeRepeat({ freq: "WEEKLY", byDay: WORKDAYS }),
    makeRepeat({ freq: "WEEKLY", byDay }),
    makeRepeat({ freq: "WEEKLY", interval: 2 }),
    makeRepeat({ freq: "MONTHLY", byMonthDay }),
    makeRepeat({ freq: "MONTHLY", nth, byDay }),
    makeRepeat(isLeapDay ? { freq: "MONTHLY", interval: 12, byMonthDay } : { freq: "YEARLY" }),
  ].map((value) => ({ value, text: repeatText(value) }));
}

/**
 * A due date on another day as this device has it, its time and zone kept.
 * @param {string | null} due
 * @param {string} day
 */
export function dueOn(due, day) {
  return due ? onDay(due, dayNumber(due) + dayNumber(day) - dayNumber(localDue(due))) : day;
}

/**
 * The due date moved to another day, at the same time by the clock on the wall.
 * @param {string} due
 * @param {number} day
 */
function onDay(due, day) {
  const text = dayText(day);
  const [, time, zone] = /^(T.{5}).{6}\[(.+)\]$/.exec(due.slice(10)) ?? [];
  return (
    text + (zone ? `${time}${zoneOffset(text, time, zone) ?? due.slice(16, 22)}[${zone}]` : due.slice(10))
  );
}

/**
 * The offset in force before a clock change decides what the change makes unclear (RFC 5545 3.3.5).
 * @param {string} day
 * @param {string} time
 * @param {string} zone
 */
function zoneOffset(day, time, zone) {
  const wallMs = dayNumber(day) * DAY_MS + spanMs(time);
  const [before, after] = [wallMs - DAY_MS, wallMs + DAY_MS].map((ms) => offsetAt(ms, zone));
  return (
    [before, after].find((offset) => offset && offsetAt(wallMs - spanMs(offset), zone) === offset) ?? before
  );
}

/**
 * `+01:00`; undefined for a zone this browser does not know.
 * @param {number} ms
 * @param {string} zone
 */
function offsetAt(ms, zone) {
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(
      ms,
    );
    return parts.find(({ type }) => type === "timeZoneName")?.value.slice(3, 9) || "+00:00";
  } catch {
    return undefined;
  }
}

/**
 * `T17:00`, `+01:00` or `-03:30` in milliseconds.
 * @param {string} text
 */
function spanMs(text) {
  const ms = (Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6))) * 60_000;
  return text[0] === "-" ? -ms : ms;
}

/** @param {string} text starting with a day */
function dayNumber(text) {
  return (
    monthStart(Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) - 1) + Number(text.slice(8, 10)) - 1
  );
}

/** @param {number} day */
function dayText(day) {
  return new Date(Math.min(day, monthStart((YEAR_MAX + 1) * 12) - 1) * DAY_MS).toISOString().slice(0, 10);
}

/**
 * The month of a day, counted from the year 0, and which day of it that is.
 * @param {number} day
 */
function monthOf(day) {
  const date = new Date(day * DAY_MS);
  return [date.getUTCFullYear() * 12 + date.getUTCMonth(), date.getUTCDate()];
}

/**
 * The first day of a month. Date.UTC takes the years 0–99 for 1900–1999.
 * @param {number} month
 */
function monthStart(month) {
  return new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1) / DAY_MS;
}

/** @param {number} day */
function weekdayOf(day) {
  return mod(day + 3, 7);
}

/**
 * @param {number} a
 * @param {number} b
 */
function mod(a, b) {
  return ((a % b) + b) % b;
}
