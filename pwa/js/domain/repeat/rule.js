/**
 * The rules of repeating tasks as text: an RFC 5545 RRULE subset in canonical form.
 * @typedef {"DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY"} Freq
 * @typedef {"MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU"} Weekday
 * @typedef {{freq: Freq, interval?: number, byDay?: Weekday[], nth?: number, byMonthDay?: number,
 *   isFromCompletion?: boolean}} Parts
 *   byDay: any with WEEKLY, one with MONTHLY and nth (1–4, -1); byMonthDay: with MONTHLY, 1–31 or -1 for the
 *   last day
 * @typedef {{freq: Freq, interval: number, weekdays: number[], nth: number, monthDay: number,
 *   isFromCompletion: boolean}} Rule
 *   0 and [] mean that the anchor decides; a month shorter than `monthDay` uses its last day
 */
export const WEEKDAYS = /** @type {Weekday[]} */ (["MO", "TU", "WE", "TH", "FR", "SA", "SU"]);
export const WORKDAYS = WEEKDAYS.slice(0, 5);
const INTERVAL = "(?:;INTERVAL=(?:[2-9]|[1-9][0-9]{1,2}))?";
/**
 * What may follow each FREQ; twin of server/journal/kinds.py. Weekdays are in the order of the week, each at
 * most once.
 */
const BY = {
  DAILY: "",
  WEEKLY: `(?:;BYDAY=${WEEKDAYS.map((day) => `(?:${day}\\b,?)?`).join("")}(?<=[A-Z]))?`,
  MONTHLY: `(?:;BYDAY=(?:[1-4]|-1)(?:${WEEKDAYS.join("|")})|;BYMONTHDAY=(?:-1|[1-9]|1[0-9]|2[0-8]|28,29(?:,30)?;BYSETPOS=-1))?`,
  YEARLY: "",
};
const CANONICAL = new RegExp(
  `^FREQ=(?:${Object.entries(BY)
    .map(([freq, by]) => freq + INTERVAL + by)
    .join("|")})(?:;FROM=COMPLETION)?$`,
);
export const LAST_DAY = 31;

/**
 * Whether a text is a rule in canonical form.
 * @param {unknown} text
 * @returns {text is string}
 */
export function isRepeat(text) {
  return typeof text === "string" && CANONICAL.test(text);
}

/**
 * A rule's canonical text.
 * @param {Parts} parts
 * @returns {string}
 * @throws {RangeError} if no rule can express the parts
 */
export function makeRepeat({ freq, interval = 1, byDay = [], nth, byMonthDay, isFromCompletion }) {
  const days = WEEKDAYS.filter((day) => byDay.includes(day)).join();
  const text = [
    `FREQ=${freq}`,
    interval !== 1 && `INTERVAL=${interval}`,
    days && `BYDAY=${nth ?? ""}${days}`,
    byMonthDay && monthDayPart(byMonthDay),
    isFromCompletion && "FROM=COMPLETION",
  ]
    .filter(Boolean)
    .join(";");
  if (!isRepeat(text)) throw new RangeError(`no rule: ${text}`);
  return text;
}

/** @param {number} day */
function monthDayPart(day) {
  if (day === 29 || day === 30) return `BYMONTHDAY=28,29${day === 30 ? ",30" : ""};BYSETPOS=-1`;
  return `BYMONTHDAY=${day === LAST_DAY ? -1 : day}`;
}

/**
 * @param {string} repeat
 * @returns {Rule}
 */
export function parseRepeat(repeat) {
  if (!isRepeat(repeat)) throw new RangeError(`no rule: ${repeat}`);
  const part = Object.fromEntries(repeat.split(";").map((each) => each.split("=")));
  const monthDay = Number((part.BYMONTHDAY ?? "0").split(",").at(-1));
  return {
    freq: part.FREQ,
    interval: Number(part.INTERVAL ?? 1),
    isFromCompletion: "FROM" in part,
    nth: parseInt(part.BYDAY, 10) || 0,
    weekdays:
      part.BYDAY?.split(",").map((/** @type {string} */ day) =>
        WEEKDAYS.indexOf(/** @type {Weekday} */ (day.slice(-2))),
      ) ?? [],
    monthDay: monthDay < 0 ? LAST_DAY : monthDay,
  };
}
