/**
 * The rules for times of the day.
 * @typedef {{hour: number, minute: number, isAlone: boolean, isBare: boolean, isSaid: boolean}} TimeValue
 *   isAlone: is a due even without a date next to it; isBare: only a small hour, as in "at 5"; isSaid: the half
 *   of the day is certain, as in "5 pm"
 * @typedef {import("./patterns.js").Reader} Reader
 * @typedef {import("./patterns.js").Patterns} Patterns
 * @typedef {import("./patterns.js").Groups} Groups
 */

export const EVENING = 20;
const NIGHT_END = 7;
const DAY_PARTS = [
  [9, 0],
  [12, 0],
  [15, 0],
  [EVENING, 0],
  [23, 59],
]; // of the vocabulary's `parts`
const [NOON, MIDNIGHT] = [1, 4];

/**
 * @param {Patterns} patterns
 * @returns {Reader[]}
 */
export function timeRules({ words, any, whole, isCount, indexIn }) {
  const half = `\\s?(?:(?<am>${words.am})|(?<pm>${words.pm})|(?<full>${words.hour}))`;
  const pattern = `(?:(?<at>${words.at})\\s+)?(?:(?<h>\\d{1,2})(?:(?<dot>[:.])(?<min>\\d\\d))?(?:${half})?|(?<part>${any(words.parts)}))`;
  return [
    [
      whole(pattern),
      (groups, context) => {
        if (groups.part) return partOfDay(indexIn(words.parts, groups.part), Boolean(groups.at));
        return isCount(context) ? null : timeOf(groups);
      },
    ],
  ];
}

/**
 * @param {number} part its position in the vocabulary's `parts`
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

/**
 * @param {number} hour
 * @param {number} minute
 * @returns {string} `09:05`
 */
export function clock(hour, minute) {
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
