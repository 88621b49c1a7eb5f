/**
 * The rules for repeats: "every 2 weeks", "monthly", "1st of every month". Each returns the parts of a
 * repeat.
 * @typedef {import("./patterns.js").Reader} Reader
 * @typedef {import("./patterns.js").Patterns} Patterns
 * @typedef {import("./patterns.js").Groups} Groups
 */
import { WEEKDAYS } from "./patterns.js";
import { HOURS } from "./vocabulary.js";

const FREQS = /** @type {const} */ (["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]);

/**
 * @param {Patterns} patterns
 * @returns {Reader[]}
 */
export function repeatRules(patterns) {
  const { words, whole, isLast } = patterns;
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
    monthlyRule(patterns, lead, tail),
    dayOfMonthRule(patterns, tail),
    everyRule(patterns, lead, tail),
    ...named,
  ];
}

/**
 * "1st of every month".
 * @param {Patterns} patterns
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
 * @param {Patterns} patterns
 * @param {string} lead
 * @param {string} tail
 * @returns {Reader}
 */
function monthlyRule({ words, whole, weekday, ordinal, counting, is, count, weekdaysIn }, lead, tail) {
  const [day, , month] = words.units;
  const months = `(?:${counting}${month}\\s+(?:${words.on}\\s+)?(?:the\\s+)?)?`;
  const which = `(?:(?<last>${words.last})\\s+${day}|(?<nth>${ordinal}|${words.last})\\s+(?<w>${weekday})|(?<d>\\d{1,2})${words.suffix}(?:\\s+${words.orLast})?)`;
  const another = `(?!(?:,?\\s+${words.and}|,)\\s+\\d)`; // "every 1st and 15th" is not supported
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
 * @param {Patterns} patterns
 * @param {string} lead
 * @param {string} tail
 * @returns {Reader}
 */
function everyRule({ words, any, whole, weekday, counting, count, indexIn, weekdaysIn }, lead, tail) {
  const listed = `${weekday}s?(?:(?:\\s*,\\s*(?:${words.and}\\s+)?|\\s+${words.and}\\s+|\\s+)${weekday}s?)*`;
  const days = `(?:${words.units[1]}\\s+)?(?:${words.on}\\s+)?(?<days>${listed})`;
  const what = `(?:${days}|(?<u>${any(words.units.slice(0, HOURS))})|(?<work>${words.workdays})|${words.weekend}s?)`;
  return [
    whole(lead + counting + what + tail),
    (groups) => {
      const { n, u, work, days: named } = groups;
      if (u) return ruleOf(groups, count(n), { freq: FREQS[indexIn(words.units, u)] });
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
