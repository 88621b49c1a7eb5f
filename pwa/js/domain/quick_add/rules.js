/**
 * The rules that read dates, times, rhythms, labels and priorities, made once a language from its words. A
 * rule is a pattern with a reader of its groups, which gives null for what is no such thing after all.
 * @typedef {{day: string, time?: string, isNight?: boolean}} DateValue
 * @typedef {{hour: number, minute: number, isAlone: boolean, isBare: boolean, isSaid: boolean}} TimeValue
 *   isAlone: means a due without a date beside it; isBare: a small hour alone, as in "at 5"; isSaid: with am
 *   or pm
 * @typedef {{before: string, after: string, today: string, now: Date, isAnyDay?: boolean}} Around what stands
 *   around a match, and when; isAnyDay: a past one too
 * @typedef {Record<string, string>} Groups
 * @typedef {[RegExp, (groups: Groups, around: Around) => any]} Reader
 * @typedef {ReturnType<typeof toolsOf>} Tools
 */
import { addDays, addMonths, isDay, wallOf, weekdayOf } from "../../lib/dates.js";
import { language, locale } from "../../lib/words.js";
import { wordsOf } from "./vocabulary.js";

export const TAKEN = "\uFDD0"; // a Unicode noncharacter, for what a rule has read
const LABEL_MAX = 60;
const YEARS_TO_LEAP_MAX = 8;
const EVENING = 20;
const NIGHT_END = 7;
const DAY_PARTS = [
  [9, 0],
  [12, 0],
  [15, 0],
  [EVENING, 0],
  [23, 59],
]; // of `parts` in the tables
const [NOON, MIDNIGHT] = [1, 4];
const HOURS = 4,
  MINUTES = 5; // of `units` in the tables
const FREQS = /** @type {const} */ (["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);
const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const BEFORE = "(?<=^|[\\s(,;])";
const AFTER = `(?=$|[\\s),;!?${TAKEN}]|[.:](?:\\s|$))`;
const MARK_AFTER = "(?=$|[\\s,;:.?)])";

/** @type {Map<string, ReturnType<typeof rulesOf>>} */
const kept = new Map();

/** The rules of the language in use. */
export function reading() {
  const rules = kept.get(language()) ?? rulesOf(language());
  kept.set(language(), rules);
  return rules;
}

/**
 * @param {number} hour
 * @param {number} minute
 * @returns {string} `09:05`
 */
export function clock(hour, minute) {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** @param {string} name of a language */
function rulesOf(name) {
  const tools = toolsOf(name);
  return {
    labels: labelRules(),
    priorities: priorityRules(tools),
    repeats: repeatRules(tools),
    times: timeRules(tools),
    dates: [...calendarRules(tools), ...weekdayRules(tools), ...relativeRules(tools)],
    isCount: tools.isCount,
    month: new RegExp(`^${tools.month}(?!\\p{L})`, "iu"),
  };
}

/** @returns {Reader[]} letters, or digits with letters: "#66" is a number */
function labelRules() {
  const label = new RegExp(`(?<=^|\\s)#(?<name>[\\p{L}\\p{M}\\p{N}_/-]{1,${LABEL_MAX}})${MARK_AFTER}`, "gu");
  return [[label, ({ name }) => (/\p{L}/u.test(name) ? name : null)]];
}

/**
 * @param {Tools} tools
 * @returns {Reader[]} `!1` is the first priority, as `!high` and `!!!`
 */
function priorityRules({ words }) {
  const mark = (/** @type {string} */ source) => new RegExp(`(?<=^|\\s)!${source}${MARK_AFTER}`, "giu");
  const named = words.priorities.map((name, n) => /** @type {Reader} */ ([mark(name), () => n + 1]));
  return [
    [mark("(?<n>[123])"), ({ n }) => 4 - Number(n)],
    [mark("(?<more>!{1,2})"), ({ more }) => more.length + 1],
    ...named,
  ];
}

/**
 * @param {Tools} tools
 * @returns {Reader[]}
 */
function calendarRules({ words, on, is, whole, weekday, month, isCount, isLast, placeIn }) {
  /** @type {Reader[1]} */
  const read = ({ y, m, d }, around) =>
    isCount(around) ? null : dated(y, Number(m) || placeIn(words.months, m) + 1, Number(d), around);
  const [named, year] = [`(?:${weekday},?\\s+)?`, "(?:,?\\s+(?<y>20\\d\\d))?"];
  return [
    [
      whole(`${on}(?<y>\\d{4})-(?<m>\\d\\d)-(?<d>\\d\\d)`),
      (groups, around) => read(groups, { ...around, isAnyDay: around.isAnyDay || isLast(around.after) }),
    ], // at the end it is no document's date
    [whole(`${on}${named}(?<d>\\d{1,2})\\.(?<m>\\d{1,2})\\.(?<y>20\\d\\d|\\d\\d)?`), read],
    [
      whole(`(?<said>${on})(?<a>\\d{1,2})/(?<b>\\d{1,2})(?:/(?<y>20\\d\\d|\\d\\d))?`),
      (groups, around) => {
        return isCount(around) || is(words.sayings).test(`${groups.a}/${groups.b}`)
          ? null
          : slashed(groups, around);
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
 * @param {Tools} tools
 * @returns {Reader[]}
 */
function weekdayRules({ words, on, whole, weekday, isClear, placeIn }) {
  return [
    [
      whole(`${on}(?:(?<next>${words.next})\\s+|${words.this}\\s+)?(?<w>${weekday})`),
      ({ next, w }, around) =>
        isClear(w, around) ? weekdayNext(placeIn(words.weekdays, w), Boolean(next), around.today) : null,
    ],
    [
      whole(
        `(?<sure>(?:on|at)\\s+the\\s+|(?:${on})(?:(?<next>${words.next})|${words.this})\\s+|${words.on}\\s+)?(?<w>${words.weekend})`,
      ),
      ({ sure, next, w }, around) =>
        sure || isClear(w, around) ? weekdayNext(6, Boolean(next), around.today) : null,
    ],
  ];
}

/**
 * @param {Tools} tools
 * @returns {Reader[]}
 */
function relativeRules({ words, on, any, whole, number, isClear, count, placeIn }) {
  return [
    ...words.ahead.map(
      (ahead, n) =>
        /** @type {Reader} */ ([
          whole(`${on}(?<w>${ahead})`),
          ({ w }, around) => (isClear(w, around) ? { day: addDays(around.today, n) } : null),
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
      ({ u }, { today }) => ({ day: unitNext(placeIn(words.units, u), today) }),
    ],
    [
      whole(`${words.in}\\s+(?<n>\\d{1,3}|${number})\\s+(?<u>${any(words.units)})`),
      ({ n, u }, around) => later(count(n), placeIn(words.units, u), around),
    ],
  ];
}

/**
 * @param {Tools} tools
 * @returns {Reader[]}
 */
function timeRules({ words, any, whole, isCount, placeIn }) {
  const half = `\\s?(?:(?<am>${words.am})|(?<pm>${words.pm})|(?<full>${words.hour}))`;
  const pattern = `(?:(?<at>${words.at})\\s+)?(?:(?<h>\\d{1,2})(?:(?<dot>[:.])(?<min>\\d\\d))?(?:${half})?|(?<part>${any(words.parts)}))`;
  return [
    [
      whole(pattern),
      (groups, around) => {
        if (groups.part) return partOfDay(placeIn(words.parts, groups.part), Boolean(groups.at));
        return isCount(around) ? null : timeOf(groups);
      },
    ],
  ];
}

/**
 * @param {Tools} tools
 * @returns {Reader[]} give the parts of a rule
 */
function repeatRules(tools) {
  const { words, whole, isLast } = tools;
  const tail = `(?<after>,?\\s+${words.completion})?`;
  const lead = `${words.every}(?<now>!)?\\s+`;
  const named = words.rhythms.map(
    (rhythm, n) =>
      /** @type {Reader} */ ([
        whole(rhythm + tail),
        (groups, { after }) => (isLast(after) ? ruleOf(groups, 1, { freq: FREQS[n] }) : null),
      ]),
  );
  return [
    monthlyRule(tools, lead, tail),
    dayOfMonthRule(tools, tail),
    everyRule(tools, lead, tail),
    ...named,
  ];
}

/**
 * "1st of every month".
 * @param {Tools} tools
 * @param {string} tail
 * @returns {Reader}
 */
function dayOfMonthRule({ words, on, whole }, tail) {
  const pattern = whole(
    `${on}(?:the\\s+)?(?<d>\\d{1,2})${words.suffix}\\s+(?:of\\s+)?${words.every}\\s+${words.units[2]}s?${tail}`,
  );
  return [
    pattern,
    (groups) =>
      Number(groups.d) > 0 && Number(groups.d) <= 31
        ? ruleOf(groups, 1, { freq: "MONTHLY", byMonthDay: Number(groups.d) })
        : null,
  ];
}

/**
 * "every 15th", "every last day of the month", "every 2 months on the second Tuesday".
 * @param {Tools} tools
 * @param {string} lead
 * @param {string} tail
 * @returns {Reader}
 */
function monthlyRule({ words, whole, weekday, ordinal, counting, is, count, weekdaysIn }, lead, tail) {
  const [day, , month] = words.units;
  const months = `(?:${counting}${month}\\s+(?:${words.on}\\s+)?(?:the\\s+)?)?`;
  const which = `(?:(?<last>${words.last})\\s+${day}|(?<nth>${ordinal}|${words.last})\\s+(?<w>${weekday})|(?<d>\\d{1,2})${words.suffix}(?:\\s+${words.orLast})?)`;
  const another = `(?!(?:,?\\s+${words.and}|,)\\s+\\d)`; // "every 1st and 15th" is no rule
  return [
    whole(`${lead}${months}${which}${another}(?:\\s+of\\s+(?:the|each|every)\\s+month)?${tail}`),
    (groups) => {
      const { n, last, nth, w, d } = groups;
      if (w)
        return ruleOf(groups, count(n), {
          freq: "MONTHLY",
          nth: is(words.last).test(nth) ? -1 : count(nth),
          byDay: weekdaysIn(w),
        });
      const byMonthDay = last ? -1 : Number(d);
      return byMonthDay === 0 || byMonthDay > 31
        ? null
        : ruleOf(groups, count(n), { freq: "MONTHLY", byMonthDay });
    },
  ];
}

/**
 * "every 2 weeks", "every other fri", "every week on Mon and Thu", "every weekday", "every weekend".
 * @param {Tools} tools
 * @param {string} lead
 * @param {string} tail
 * @returns {Reader}
 */
function everyRule({ words, any, whole, weekday, counting, count, placeIn, weekdaysIn }, lead, tail) {
  const listed = `${weekday}s?(?:(?:\\s*,\\s*(?:${words.and}\\s+)?|\\s+${words.and}\\s+|\\s+)${weekday}s?)*`;
  const days = `(?:${words.units[1]}\\s+)?(?:${words.on}\\s+)?(?<days>${listed})`;
  const what = `(?:${days}|(?<u>${any(words.units.slice(0, HOURS))})|(?<work>${words.workdays})|${words.weekend}s?)`;
  return [
    whole(lead + counting + what + tail),
    (groups) => {
      const { n, u, work, days: named } = groups;
      if (u) return ruleOf(groups, count(n), { freq: FREQS[placeIn(words.units, u)] });
      return ruleOf(groups, count(n), {
        freq: "WEEKLY",
        byDay: work ? WEEKDAYS.slice(1, 6) : named ? weekdaysIn(named) : ["SA"],
      });
    },
  ];
}

/**
 * @param {Groups} groups
 * @param {number} interval
 * @param {object} parts
 */
function ruleOf({ now, after }, interval, parts) {
  return interval < 1 ? null : { interval, ...parts, isFromCompletion: Boolean(now || after) };
}

/**
 * What the rules of a language share.
 * @param {string} name
 */
function toolsOf(name) {
  const words = wordsOf(name);
  const any = (/** @type {string[]} */ choices) => `(?:${choices.join("|")})`;
  const is = (/** @type {string} */ source, flags = "iu") => new RegExp(`^${source}$`, flags);
  const placeIn = (/** @type {string[]} */ choices, /** @type {string} */ word) =>
    choices.findIndex((each) => is(each).test(word));
  const [weekday, month, number, ordinal] = [words.weekdays, words.months, words.numbers, words.ordinals].map(
    any,
  );
  const oneWeekday = new RegExp(`(?<!\\p{L})${weekday}(?=s?(?!\\p{L}))`, "giu");
  return {
    words,
    any,
    is,
    placeIn,
    weekday,
    month,
    number,
    ordinal,
    ...contextOf(words),
    on: `(?:${words.on}\\s+)?`,
    counting: `(?:(?<n>\\d{1,3}|${number}|${ordinal}|${words.other})\\s+)?`,
    weekdaysIn: (/** @type {string} */ text) =>
      [...text.matchAll(oneWeekday)].map(([day]) => WEEKDAYS[placeIn(words.weekdays, day)]),
    whole: (/** @type {string} */ source) => new RegExp(BEFORE + source + AFTER, "giu"),
    /**
     * A number in figures or words, from 1; 0 for none.
     * @param {string | undefined} text
     */
    count: (text) => {
      if (text === undefined) return 1;
      return is(words.other).test(text)
        ? 2
        : Number(text) || placeIn(words.numbers, text) + 1 || placeIn(words.ordinals, text) + 1;
    },
  };
}

/**
 * What stands around tells a date from plain words.
 * @param {import("./vocabulary.js").Words} words
 */
function contextOf(words) {
  const [figures, parts] = [
    `\\d{1,2}[:.]\\d\\d|\\d{1,2}\\s?(?:${words.am}|${words.pm}|${words.hour})`,
    words.parts.join("|"),
  ];
  const time = new RegExp(
    `^[\\s,]+(?:${words.at}\\s+)?(?:${figures}|(?<=\\s${words.at}\\s+)\\d{1,2}|${parts})${AFTER}`,
    "iu",
  );
  const end = new RegExp(`^(?:[\\s\\p{P}${TAKEN}]*$|[\\s,]*${TAKEN})`, "u");
  const after = (/** @type {string} */ source) => new RegExp(`(?<![\\p{L}\\p{N}])${source}[.\\s]+$`, "iu");
  const [noDay, noNumber, counted] = [
    after(words.notAfter),
    after(words.notAfterNumber),
    new RegExp(`^(?:%|\\s+${words.counted}(?!\\p{L}))`, "iu"),
  ];
  const [careful, capital, names] = [
    [words.careful, "iu"],
    [words.capital, "iu"],
    [words.names, "u"],
  ].map(([source, flags]) => new RegExp(`^${source}$`, flags));
  return {
    /**
     * Whether only facts, a time or points follow.
     * @param {string} rest
     */
    isLast: (rest) => end.test(rest) || time.test(rest),
    /** @param {{before: string, after: string}} around */
    isCount: (around) => noNumber.test(around.before) || counted.test(around.after),
    /**
     * Whether a word stands as a date that may also be a plain one.
     * @param {string} word
     * @param {Around} around
     */
    isClear: (word, around) => {
      if (noDay.test(around.before) || names.test(word)) return false;
      if (!careful.test(word) || time.test(around.after)) return true;
      return end.test(around.after) && (!capital.test(word) || word[0] !== word[0].toLowerCase());
    },
  };
}

/**
 * No past day, unless it may be any: words that name one tell of something else. Without a year it is the
 * next such date.
 * @param {string | undefined} y
 * @param {number} m
 * @param {number} d
 * @param {Around} around
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
 * The month comes first in American English, else the day; a plain fraction such as 1/2 is none.
 * @param {Groups} groups
 * @param {Around} around
 */
function slashed({ said, a, b, y }, around) {
  const [first, second] = [Number(a), Number(b)];
  if (!said && !y && first < second && [2, 3, 4, 5, 6, 8, 10].includes(second)) return null;
  const isMonthFirst = /^en(-US)?$/.test(locale());
  const [m, d] = (isMonthFirst ? first <= 12 : second > 12) ? [first, second] : [second, first];
  return dated(y, m, d, around);
}

/**
 * The next day of that number; months without one are passed over.
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
 * The next such weekday, not today; with "next" the one of the week after this, where weeks start on Monday.
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
 * @param {number} unit as in the tables
 * @param {string} today
 */
function unitNext(unit, today) {
  if (unit === 1) return addDays(today, 7 - ((weekdayOf(today) + 6) % 7));
  return unit === 2 ? addMonths(`${today.slice(0, 7)}-01`, 1) : `${Number(today.slice(0, 4)) + 1}-01-01`;
}

/**
 * @param {number} n
 * @param {number} unit as in the tables
 * @param {Around} around
 * @returns {DateValue | null}
 */
function later(n, unit, { today, now }) {
  if (n < 1) return null;
  if (unit < 2) return { day: addDays(today, n * (unit === 1 ? 7 : 1)) };
  if (unit < HOURS) return { day: addMonths(today, n * (unit === 3 ? 12 : 1)) };
  const wall = wallOf(new Date(now.getTime() + n * (unit === MINUTES ? 1 : 60) * 60_000));
  return { day: wall.slice(0, 10), time: wall.slice(11) };
}

/**
 * @param {number} part of the tables
 * @param {boolean} isAt
 * @returns {TimeValue}
 */
function partOfDay(part, isAt) {
  const [hour, minute] = DAY_PARTS[part];
  return { hour, minute, isAlone: isAt && (part === NOON || part === MIDNIGHT), isBare: false, isSaid: true };
}

/**
 * @param {Groups} groups
 * @returns {TimeValue | null}
 */
function timeOf({ at, h, dot, min = "0", am, pm, full }) {
  const [isSaid, isBare, number, minute] = [
    Boolean(am || pm || full),
    !dot && !(am || pm || full),
    Number(h),
    Number(min),
  ];
  if (minute > 59 || number > 23 || (isBare && !at) || (dot === "." && !isSaid)) return null;
  if ((am || pm) && (number < 1 || number > 12)) return null;
  const hour = am || pm ? (number % 12) + (pm ? 12 : 0) : number;
  return { hour, minute, isAlone: !isBare, isBare: isBare && number < NIGHT_END, isSaid };
}
