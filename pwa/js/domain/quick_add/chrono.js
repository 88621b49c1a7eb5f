/**
 * Dates by chrono-node, for words that the hand-written rules do not know. It is large, so it is loaded only
 * when needed. The result is a day or a wall time, never an instant.
 */
import { strict } from "chrono-node/en";
import { dayOf } from "../../lib/dates.js";

// "in 0 days" is not a date; bare figures are left to the hand-written rules
const IN_WORDS = /^(?!.*\b0+\s).*\p{L}/u;

/**
 * The last date in the text whose day is certain and not past; never a range.
 * @param {string} text
 * @param {Date} now
 * @returns {{words: string, value: string, start: number, end: number} | null} positions in the text
 */
export function parseWithChrono(text, now) {
  const found = strict
    .parse(text, now, { forwardDate: true })
    .findLast(({ start, end, text: words }) => !end && isCertain(start) && IN_WORDS.test(words));
  const value = found && wallText(found.start);
  if (!found || !value || value.slice(0, 10) < dayOf(now)) return null;
  return { words: found.text, value, start: found.index, end: found.index + found.text.length };
}

/** @param {import("chrono-node").ParsedComponents} date */
function isCertain(date) {
  return (
    date.isCertain("day") || date.isCertain("weekday") || (date.isCertain("month") && date.isCertain("year"))
  );
}

/** @param {import("chrono-node").ParsedComponents} date */
function wallText(date) {
  const [year, month, day, hour, minute] = /** @type {const} */ ([
    "year",
    "month",
    "day",
    "hour",
    "minute",
  ]).map((part) => String(date.get(part) ?? 0).padStart(part === "year" ? 4 : 2, "0"));
  return `${year}-${month}-${day}${date.isCertain("hour") ? `T${hour}:${minute}` : ""}`;
}
