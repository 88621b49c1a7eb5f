/**
 * The due date of a text, from its date, time and repeat.
 * @typedef {import("../repeat/repeat.js").Parts} Parts
 * @typedef {import("./date_rules.js").DateValue} DateValue
 * @typedef {import("./time_rules.js").TimeValue} TimeValue
 * @typedef {import("./spans.js").Fact} Fact
 */
import { addDays, wallOf } from "../../lib/dates.js";
import { makeRepeat, nextDue } from "../repeat/repeat.js";
import { currentRules } from "./rules.js";
import { factOf, isBeside, scan } from "./spans.js";
import { clock } from "./time_rules.js";

const LEAP_INTERVAL_MAX = 83; // in years: twelve times as many months are still a valid interval

/**
 * @param {string} text
 * @param {Fact | undefined} repeat its value is the parts of a rule
 * @param {{now: Date, today: string}} context
 * @returns {Fact | undefined}
 */
export function findDue(text, repeat, context) {
  const { dates, times } = currentRules();
  const day = scan(text, dates, context).at(-1);
  const found = scan(text, times, context).filter(
    (time) => !day || time.start >= day.end || time.end <= day.start,
  );
  const time =
    found.findLast((each) => isBeside(text, each, day) || isBeside(text, each, repeat)) ??
    found.findLast(({ value }) => value.isAlone);
  if (!day && !time && !repeat) return undefined;
  const value = joined(day?.value ?? firstDay(repeat?.value, time?.value, context), time?.value);
  const own = [day, time].filter((each) => each !== undefined).sort((a, b) => a.start - b.start);
  const fact = factOf("due", text, own.length ? own : [/** @type {Fact} */ (repeat)], value);
  return { ...fact, isImplied: !own.length };
}

/**
 * The first day of a repeat or a time without a date: from today on; if its time has passed, from tomorrow.
 * @param {Parts | undefined} parts
 * @param {TimeValue | undefined} time
 * @param {{now: Date, today: string}} context
 * @returns {DateValue}
 */
function firstDay(parts, time, { now, today }) {
  const first = (/** @type {string} */ day) => {
    if (!parts || (!parts.byDay && !parts.byMonthDay)) return day;
    const dayBefore = addDays(day, -1);
    return nextDue(makeRepeat({ ...parts, interval: 1, isFromCompletion: false }), dayBefore, dayBefore);
  };
  const day = first(today);
  return { day: time && joined({ day }, time) <= wallOf(now) ? first(addDays(day, 1)) : day };
}

/**
 * A bare rule takes its day from the due date and skips months without that day. So the rule names the day.
 * @param {Parts} parts
 * @param {string} due
 * @returns {Parts}
 */
export function anchored(parts, due) {
  const byMonthDay = Number(due.slice(8, 10));
  const { freq, interval = 1, byDay, isFromCompletion } = parts;
  if (byMonthDay < 29 || byDay || parts.byMonthDay || isFromCompletion) return parts;
  if (freq === "MONTHLY") return { ...parts, byMonthDay };
  if (freq !== "YEARLY" || due.slice(5, 7) !== "02" || interval > LEAP_INTERVAL_MAX) return parts;
  return { freq: "MONTHLY", interval: 12 * interval, byMonthDay };
}

/**
 * Joins a day and a time into a due. A bare small hour, and any hour of an evening, is after noon, unless the
 * text says otherwise.
 * @param {DateValue} date
 * @param {TimeValue} [time]
 * @returns {string}
 */
function joined(date, time) {
  if (!time) return date.time ? `${date.day}T${date.time}` : date.day;
  const isLater = time.hour > 0 && time.hour < 12 && !time.isSaid && (date.isNight || time.isBare);
  return `${date.day}T${clock(time.hour + (isLater ? 12 : 0), time.minute)}`;
}
