/**
 * VTIMEZONE from the browser's zone data: every offset change in the years needed is an observance.
 */
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const YEARS_AHEAD = 10; // for repeating tasks
const YEARS_MAX = 60;
const YEAR_MAX = 9998; // later ones are written with a sign

/**
 * The VTIMEZONE of each zone; none for a zone that the browser does not know.
 * @param {{zone: string, year: number}[]} used
 * @returns {Map<string, string[]>}
 */
export function zoneLines(used) {
  const made = new Map();
  for (const [zone, { from, to }] of spans(used)) {
    const offset = offsetReader(zone);
    if (offset)
      made.set(zone, [
        "BEGIN:VTIMEZONE",
        `TZID:${zone}`,
        ...observances(offset, from, Math.min(to, from + YEARS_MAX)),
        "END:VTIMEZONE",
      ]);
  }
  return made;
}

/**
 * An instant of RFC 3339 as `20261130T160000Z`.
 * @param {string} instant
 * @returns {string}
 */
export function instantText(instant) {
  return utcText(Date.parse(instant));
}

/**
 * @param {{zone: string, year: number}[]} used
 * @returns {Map<string, {from: number, to: number}>}
 */
function spans(used) {
  /** @type {Map<string, {from: number, to: number}>} */
  const years = new Map();
  for (const { zone, year } of used) {
    const { from, to } = years.get(zone) ?? { from: year, to: year };
    years.set(zone, { from: Math.min(from, year), to: Math.max(to, year) });
  }
  for (const span of years.values()) span.to = Math.min(span.to + YEARS_AHEAD, YEAR_MAX);
  return years;
}

/**
 * @param {string} zone
 * @returns {((atMs: number) => number) | null} minutes east of UTC
 */
function offsetReader(zone) {
  try {
    const format = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
    return (atMs) =>
      minutesOf(format.formatToParts(atMs).find((part) => part.type === "timeZoneName")?.value ?? "");
  } catch {
    return null;
  }
}

/** @param {string} text `GMT+05:30` or `GMT` */
function minutesOf(text) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(text) ?? [null, "+", "0", "0"];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * @param {(atMs: number) => number} offset
 * @param {number} from
 * @param {number} to years
 */
function observances(offset, from, to) {
  const [startMs, endMs] = [yearMs(from) - DAY_MS, yearMs(to + 1) + DAY_MS];
  const lines = observance(startMs, offset(startMs), offset(startMs), false);
  for (let atMs = startMs; atMs < endMs; atMs += 7 * DAY_MS) {
    if (offset(atMs) === offset(atMs + 7 * DAY_MS)) continue;
    const changeMs = changeBetween(offset, atMs, atMs + 7 * DAY_MS);
    const [before, after] = [offset(changeMs - MINUTE_MS), offset(changeMs)];
    lines.push(...observance(changeMs, before, after, after > before));
  }
  return lines;
}

/**
 * The first minute with the new offset, by binary search.
 * @param {(atMs: number) => number} offset
 * @param {number} lowMs
 * @param {number} highMs
 */
function changeBetween(offset, lowMs, highMs) {
  let [low, high] = [lowMs / MINUTE_MS, highMs / MINUTE_MS];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle * MINUTE_MS) === offset(lowMs)) low = middle;
    else high = middle;
  }
  return high * MINUTE_MS;
}

/**
 * DTSTART is in the local time before the change.
 * @param {number} atMs
 * @param {number} before
 * @param {number} after
 * @param {boolean} isSummer
 */
function observance(atMs, before, after, isSummer) {
  const name = isSummer ? "DAYLIGHT" : "STANDARD";
  return [
    `BEGIN:${name}`,
    `DTSTART:${utcText(atMs + before * MINUTE_MS).slice(0, -1)}`,
    `TZOFFSETFROM:${offsetText(before)}`,
    `TZOFFSETTO:${offsetText(after)}`,
    `END:${name}`,
  ];
}

/** @param {number} minutes */
function offsetText(minutes) {
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return (minutes < 0 ? "-" : "+") + String(hours).padStart(2, "0") + String(rest).padStart(2, "0");
}

/**
 * The start of a year. Date.UTC would read the years 0–99 as 1900–1999.
 * @param {number} year
 */
function yearMs(year) {
  return new Date(0).setUTCFullYear(year, 0, 1);
}

/** @param {number} ms */
function utcText(ms) {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}
