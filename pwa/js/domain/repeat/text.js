/**
 * Repeat rules as display text.
 * @typedef {import("./rule.js").Rule} Rule
 */
import { dates, locale, plural, t } from "../../i18n/i18n.js";
import { isRepeat, LAST_DAY, parseRepeat } from "./rule.js";

const DAY_MS = 86_400_000;

/**
 * A rule as display text. Any other text stays as it is.
 * @param {string} repeat
 * @returns {string}
 */
export function repeatText(repeat) {
  if (!isRepeat(repeat)) return repeat;
  const rule = parseRepeat(repeat);
  const text = onText(rule, EVERY[rule.freq](rule.interval));
  return rule.isFromCompletion ? t("repeat.fromCompletion", { repeat: text }) : text;
}

const EVERY = {
  DAILY: (/** @type {number} */ n) => plural(n, "repeat.daily"),
  WEEKLY: (/** @type {number} */ n) => plural(n, "repeat.weekly"),
  MONTHLY: (/** @type {number} */ n) => plural(n, "repeat.monthly"),
  YEARLY: (/** @type {number} */ n) => plural(n, "repeat.yearly"),
};

/**
 * @param {Rule} rule
 * @param {string} every
 */
function onText({ interval, weekdays, nth, monthDay }, every) {
  if (nth) return nthText(nth, { every, weekday: weekdayText(weekdays[0], "long") });
  if (monthDay === LAST_DAY) return t("repeat.onLastDay", { every });
  if (monthDay > 28) return t("repeat.onMonthDayOrLast", { every, day: ordinal(monthDay) });
  if (monthDay) return t("repeat.onMonthDay", { every, day: ordinal(monthDay) });
  if (interval === 1 && weekdays.join() === "0,1,2,3,4") return t("repeat.weekdays");
  return weekdays.length ? t("repeat.onDays", { every, days: weekdaysText(weekdays) }) : every;
}

/**
 * @param {number} nth
 * @param {{every: string, weekday: string}} values
 */
function nthText(nth, values) {
  if (nth === 1) return t("repeat.onFirst", values);
  if (nth === 2) return t("repeat.onSecond", values);
  if (nth === 3) return t("repeat.onThird", values);
  return nth === 4 ? t("repeat.onFourth", values) : t("repeat.onLast", values);
}

/**
 * One weekday in full, several abbreviated.
 * @param {number[]} weekdays
 */
function weekdaysText(weekdays) {
  const width = weekdays.length > 1 ? "short" : "long";
  return new Intl.ListFormat(locale()).format(weekdays.map((day) => weekdayText(day, width)));
}

/**
 * @param {number} weekday
 * @param {"short" | "long"} width
 */
function weekdayText(weekday, width) {
  return dates({ weekday: width, timeZone: "UTC" }).format((weekday + 4) * DAY_MS); // day 4 was a Monday
}

/** @param {number} n */
function ordinal(n) {
  const form = new Intl.PluralRules(locale(), { type: "ordinal" }).select(n);
  if (form === "one") return t("ordinal.one", { n });
  if (form === "two") return t("ordinal.two", { n });
  return form === "few" ? t("ordinal.few", { n }) : t("ordinal.other", { n });
}
