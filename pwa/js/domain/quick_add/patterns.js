/**
 * The patterns that the rules of a language share, and tests of the text around a match.
 * @typedef {{before: string, after: string, today: string, now: Date, isAnyDay?: boolean}} Context the text
 *   around a match, and when it was typed; isAnyDay: a day may be past
 * @typedef {Record<string, string>} Groups
 * @typedef {[RegExp, (groups: Groups, context: Context) => any]} Reader a pattern, and what its groups mean;
 *   null if it is not a match after all
 * @typedef {ReturnType<typeof patternsOf>} Patterns
 */
import { wordsOf } from "./vocabulary.js";

export const TAKEN = "\uFDD0"; // a Unicode noncharacter: covers what a rule has matched

export const WEEKDAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const BEFORE = "(?<=^|[\\s(,;])";
const AFTER = `(?=$|[\\s),;!?${TAKEN}]|[.:](?:\\s|$))`;
export const MARK_AFTER = "(?=$|[\\s,;:.?)])";
const AT_END = new RegExp(`^(?:[\\s\\p{P}${TAKEN}]*$|[\\s,]*${TAKEN})`, "u");

/** @param {string} name of a language */
export function patternsOf(name) {
  const words = wordsOf(name);
  const any = (/** @type {string[]} */ choices) => `(?:${choices.join("|")})`;
  const indexIn = (/** @type {string[]} */ choices, /** @type {string} */ word) =>
    choices.findIndex((each) => is(each).test(word));
  const [weekday, month, number, ordinal] = [words.weekdays, words.months, words.numbers, words.ordinals].map(
    any,
  );
  const oneWeekday = new RegExp(`(?<!\\p{L})${weekday}(?=s?(?!\\p{L}))`, "giu");
  return {
    words,
    any,
    is,
    indexIn,
    weekday,
    month,
    number,
    ordinal,
    ...contextOf(words),
    on: `(?:${words.on}\\s+)?`,
    counting: `(?:(?<n>\\d{1,3}|${number}|${ordinal}|${words.other})\\s+)?`,
    weekdaysIn: (/** @type {string} */ text) =>
      [...text.matchAll(oneWeekday)].map(([day]) => WEEKDAYS[indexIn(words.weekdays, day)]),
    whole: (/** @type {string} */ source) => new RegExp(BEFORE + source + AFTER, "giu"),
    /**
     * A number of at least 1, in figures or words; 0 if it is none.
     * @param {string | undefined} text
     */
    count: (text) => {
      if (text === undefined) return 1;
      return is(words.other).test(text)
        ? 2
        : Number(text) || indexIn(words.numbers, text) + 1 || indexIn(words.ordinals, text) + 1;
    },
  };
}

/**
 * Tests of the text around a match. isLast: only facts, a time or punctuation follow.
 * @param {import("./vocabulary.js").Words} words
 */
function contextOf(words) {
  const time = timeAfter(words);
  const isLast = (/** @type {string} */ rest) => AT_END.test(rest) || time.test(rest);
  return { isLast, isCount: countTest(words), isClear: clearTest(words, time) };
}

/**
 * Matches a time at the start of the text after a match.
 * @param {import("./vocabulary.js").Words} words
 */
function timeAfter({ at, am, pm, hour, parts }) {
  const figures = `\\d{1,2}[:.]\\d\\d|\\d{1,2}\\s?(?:${am}|${pm}|${hour})`;
  const source = `(?:${at}\\s+)?(?:${figures}|(?<=\\s${at}\\s+)\\d{1,2}|${parts.join("|")})`;
  return new RegExp(`^[\\s,]+${source}${AFTER}`, "iu");
}

/**
 * Tests whether a number counts something, as in "may 5 times".
 * @param {import("./vocabulary.js").Words} words
 */
function countTest({ notAfterNumber, counted }) {
  const before = lastWord(notAfterNumber);
  const after = new RegExp(`^(?:%|\\s+${counted}(?!\\p{L}))`, "iu");
  return (/** @type {{before: string, after: string}} */ context) =>
    before.test(context.before) || after.test(context.after);
}

/**
 * Tests whether a word is a date here, not a plain word.
 * @param {import("./vocabulary.js").Words} words
 * @param {RegExp} time
 */
function clearTest(words, time) {
  const before = lastWord(words.notAfter);
  const careful = is(words.careful);
  const capital = is(words.capital);
  const names = is(words.names, "u");
  return (/** @type {string} */ word, /** @type {Context} */ context) => {
    if (before.test(context.before) || names.test(word)) return false;
    if (!careful.test(word) || time.test(context.after)) return true;
    return AT_END.test(context.after) && (!capital.test(word) || word[0] !== word[0].toLowerCase());
  };
}

/** @param {string} source of words at the end of a text */
function lastWord(source) {
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}[.\\s]+$`, "iu");
}

/**
 * @param {string} source
 * @param {string} [flags]
 */
function is(source, flags = "iu") {
  return new RegExp(`^${source}$`, flags);
}
