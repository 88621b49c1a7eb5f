/**
 * The rules for dates: calendar dates, weekdays and dates relative to today.
 * @typedef {{day: string, time?: string, isNight?: boolean}} DateValue
 * @typedef {import("./patterns.js").Context} Context
 * @typedef {import("./patterns.js").Reader} Reader
 * @typedef {import("./patterns.js").Patterns} Patterns
 * @typedef {import("./patterns.js").Groups} Groups
 */
import { addDays, addMonths, isDay, wallOf, weekdayOf } from "../../lib/dates.js";
import { locale } from "../../i18n/i18n.js";
import { clock, EVENING } from "./time_rules.js";
import { HOURS, MINUTES } from "./vocabulary.js";

const YEARS_TO_LEAP_MAX = 8;

/**
 * @param {Patterns} patterns
 * @returns {Reader[]}
 */
export function dateRules(patterns) {
  return [...calendarRules(patterns), ...weekdayRules(patterns), ...relativeRules(patterns)];
}

/**
 * @param {Patterns} patterns
 * @returns {Reader[]}
 */
function calendarRules({ words, on, is, whole, weekday, month, isCount, isLast, indexIn }) {
  /** @type {Reader[1]} */
  const read = ({ y, m, d }, context) =>
    isCount(context) ? null : dated(y, Number(m) || indexIn(words.months, m) + 1, Number(d), context);
  const [named, year] = [`(?:${weekday},?\\s+)?`, "(?:,?\\s+(?<y>20\\d\\d))?"];
  return [
    [
      whole(`${on}(?<y>\\d{4})-(?<m>\\d\\d)-(?<d>\\d\\d)`),
      (groups, context) => read(groups, { ...context, isAnyDay: context.isAnyDay || isLast(context.after) }),
    ], // not at the end, a past date is probably a document's
    [whole(`${on}${named}(?<d>\\d{1,2})\\.(?<m>\\d{1,2})\\.(?<y>20\\d\\d|\\d\\d)?`), read],
    [
      whole(`(?<said>${on})(?<a>\\d{1,2})/(?<b>\\d{1,2})(?:/(?<y>20\\d\\d|\\d\\d))?`),
      (groups, context) => {
        return isCount(context) || is(words.sayings).test(`${groups.a}/${groups.b}`)
          ? null
          : slashed(groups, context);
      },
    ],
    [
      whole(
        `${on}(?:the\\s+)?${named}(?<d>\\d{1,2})(?:${words.suffix})?\\s+(?:of\\s+)?(?<m>${month})${year}`,
      ),
      read,
    ],
    [whole(`${on}${named}(?<m>${month})\\.?\\s+(?<d>\\d{1,2})(?:${words.suffix})?${year}`), read],
    [
      whole(`${words.on}\\s+(?:the\\s+)?(?<d>\\d{1,2})${words.suffix}`),
      ({ d }, { after, today }) => (isLast(after) ? monthDay(Number(d), today) : null),
    ],
  ];
}

/**
 * @param {Patterns} patterns
 * @returns {Reader[]}
 */
function weekdayRules({ words, on, whole, weekday, isClear, indexIn }) {
  return [
    [
      whole(`${on}(?:(?<next>${words.next})\\s+|${words.this}\\s+)?(?<w>${weekday})`),
      ({ next, w }, context) =>
        isClear(w, context) ? weekdayNext(indexIn(words.weekdays, w), Boolean(next), context.today) : null,
    ],
    [
      whole(
        `(?<sure>(?:on|at)\\s+the\\s+|(?:${on})(?:(?<next>${words.next})|${words.this})\\s+|${words.on}\\s+)?(?<w>${words.weekend})`,
      ),
      ({ sure, next, w }, context) =>
        sure || isClear(w, context) ? weekdayNext(6, Boolean(next), context.today) : null,
    ],
  ];
}

/**
 * @param {Patterns} patterns
 * @returns {Reader[]}
 */
function relativeRules({ words, on, any, whole, number, isClear, count, indexIn }) {
  return [
    ...words.ahead.map(
      (ahead, n) =>
        /** @type {Reader} */ ([
          whole(`${on}(?<w>${ahead})`),
          ({ w }, context) => (isClear(w, context) ? { day: addDays(context.today, n) } : null),
        ]),
    ),
    [
      whole(words.tonight),
      (_, { now, today }) => ({
        day: today,
        isNight: true,
        time: now.getHours() < EVENING ? clock(EVENING, 0) : undefined,
      }),
    ],
    [
      whole(`${on}${words.next}\\s+(?<u>${any(words.units.slice(1, 4))})`),
      ({ u }, { today }) => ({ day: unitNext(indexIn(words.units, u), today) }),
    ],
    [
      whole(`${words.in}\\s+(?<n>\\d{1,3}|${number})\\s+(?<u>${any(words.units)})`),
      ({ n, u }, context) => later(count(n), indexIn(words.units, u), context),
    ],
  ];
}

/**
 * A calendar date; without a year, the next such date. A past date is null unless `isAnyDay`: it is not a due
 * date.
 * @param {string | undefined} y
 * @param {number} m
 * @param {number} d
 * @param {Context} context
 * @returns {DateValue | null}
 */
function dated(y, m, d, { today, isAnyDay }) {
  const first = y ? Number(y.length === 2 ? `20${y}` : y) : Number(today.slice(0, 4));
  for (let year = first; year <= (y ? first : first + YEARS_TO_LEAP_MAX); year++) {
    const day = `${String(year).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
    if (year && isDay(year, m, d) && (day >= today || (y && isAnyDay))) return { day };
  }
  return null;
}

/**
 * The month comes first in American English, else the day. A plain fraction such as 1/2 is not a date.
 * @param {Groups} groups
 * @param {Context} context
 */
function slashed({ said, a, b, y }, context) {
  const [first, second] = [Number(a), Number(b)];
  if (!said && !y && first < second && [2, 3, 4, 5, 6, 8, 10].includes(second)) return null;
  const isMonthFirst = /^en(-US)?$/.test(locale());
  const [m, d] = (isMonthFirst ? first <= 12 : second > 12) ? [first, second] : [second, first];
  return dated(y, m, d, context);
}

/**
 * The next day of the month with this number. Shorter months are skipped.
 * @param {number} d
 * @param {string} today
 * @returns {DateValue | null}
 */
function monthDay(d, today) {
  for (let n = 0; n < 3; n++) {
    const month = addMonths(`${today.slice(0, 7)}-01`, n).slice(0, 7);
    const [year, number] = month.split("-").map(Number);
    const day = `${month}-${String(d).padStart(2, "0")}`;
    if (isDay(year, number, d) && day >= today) return { day };
  }
  return null;
}

/**
 * The next such weekday after today; with "next", that of next week. Weeks start on Monday.
 * @param {number} weekday
 * @param {boolean} isNext
 * @param {string} today
 * @returns {DateValue}
 */
function weekdayNext(weekday, isNext, today) {
  if (isNext) return { day: addDays(unitNext(1, today), (weekday + 6) % 7) };
  return { day: addDays(today, ((weekday - weekdayOf(today) + 6) % 7) + 1) };
}

/**
 * The first day of the next week, month or year.
 * @param {number} unit its position in the vocabulary's `units`
 * @param {string} today
 */
function unitNext(unit, today) {
  if (unit === 1) return addDays(today, 7 - ((weekdayOf(today) + 6) % 7));
  return unit === 2 ? addMonths(`${today.slice(0, 7)}-01`, 1) : `${Number(today.slice(0, 4)) + 1}-01-01`;
}

/**
 * @param {number} n
 * @param {number} unit its position in the vocabulary's `units`
 * @param {Context} context
 * @returns {DateValue | null}
 */
function later(n, unit, { today, now }) {
  if (n < 1) return null;
  if (unit < 2) return { day: addDays(today, n * (unit === 1 ? 7 : 1)) };
  if (unit < HOURS) return { day: addMonths(today, n * (unit === 3 ? 12 : 1)) };
  const wall = wallOf(new Date(now.getTime() + n * (unit === MINUTES ? 1 : 60) * 60_000));
  return { day: wall.slice(0, 10), time: wall.slice(11) };
}
