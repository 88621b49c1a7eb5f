/**
 * Repeating tasks: rules (an RFC 5545 RRULE subset in canonical form), the next due date, the next task and
 * presets. Pure: two devices that complete the same task create the same next one. In this module a day is a
 * number of days since 1970-01-01, and Monday is weekday 0.
 * @typedef {import("./rule.js").Rule} Rule
 * @typedef {import("./rule.js").Parts} Parts
 * @typedef {{id: string, set: import("../../core/merge.js").Fields}} Task
 */
import { localDue } from "../../lib/dates.js";
import { nextId } from "../derived_ids.js";
import { LAST_DAY, makeRepeat, parseRepeat, WEEKDAYS, WORKDAYS } from "./rule.js";
import { repeatText } from "./text.js";

export { isRepeat, makeRepeat } from "./rule.js";
export { repeatText } from "./text.js";

const DAY_MS = 86_400_000;
const YEAR_MAX = 9999;
const LABEL_PREFIX = "label/";
const KEPT = ["title", "description", "priority", "list", "parent", "order", "repeat"];

/**
 * The next due date, with the same time and zone. From schedule: the first occurrence after the due day that
 * is not before the day of completion. From completion, or without a due date: the first one after the day of
 * completion. After the year 9999 it stays at that year's last day.
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
 * The first occurrence on or after `from` of a rule that started at `anchor`, an earlier day.
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
 * The rule's day in a month; null if the month has none. A bare rule skips months that are too short for the
 * anchor's day, as the RFC requires. From completion ("a month later") it takes their last day instead.
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
 * The task after a completed one. Its id and fields depend only on the task and the day of completion.
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
 * The subtasks of the next task: those of the completed one that are not deleted, all pending again, and due
 * as many days later as the task itself.
 * @param {Task[]} subtasks
 * @param {Task} next
 * @param {string | null} due of the completed task; if it has none, the day of completion
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
 * Rules for a menu, based on the due date; if there is none, on today.
 * @param {string | null} due
 * @param {string} today
 * @returns {{value: string, text: string}[]}
 */
export function presets(due, today) {
  const day = dayNumber(due ?? today);
  const byMonthDay = Number((due ?? today).slice(8, 10));
  const byDay = [WEEKDAYS[weekdayOf(day)]];
  const nth = byMonthDay > 28 ? -1 : Math.ceil(byMonthDay / 7);
  const isLeapDay = (due ?? today).slice(5, 10) === "02-29"; // a bare YEARLY would occur every fourth year
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
 * Moves a due date to another day in this device's time zone; its time and zone stay.
 * @param {string | null} due
 * @param {string} day
 */
export function dueOn(due, day) {
  return due ? onDay(due, dayNumber(due) + dayNumber(day) - dayNumber(localDue(due))) : day;
}

/**
 * Moves a due date to another day, at the same wall time.
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
 * The offset of a wall time. If a clock change repeats or skips it, the offset before the change applies (RFC
 * 5545, 3.3.5).
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
 * `+01:00`; undefined if the browser does not know the zone.
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

/** @param {string} text that starts with a day */
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
 * The month of a day, counted from the year 0, and the day of that month.
 * @param {number} day
 */
function monthOf(day) {
  const date = new Date(day * DAY_MS);
  return [date.getUTCFullYear() * 12 + date.getUTCMonth(), date.getUTCDate()];
}

/**
 * The first day of a month. Date.UTC reads the years 0–99 as 1900–1999.
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
