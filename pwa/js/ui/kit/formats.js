/** Formats for sizes, moments, days and browsers. */
import { dates, locale, t } from "../../i18n/i18n.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const KILOBYTE = 1_000;
const UNITS = /** @type {const} */ ([
  ["gigabyte", 1e9],
  ["megabyte", 1e6],
]);
const BROWSERS = /** @type {const} */ ([
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
]);
const SYSTEMS = /** @type {const} */ ([
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
]);

/** @param {number} count */
export const numberText = (count) => count.toLocaleString(locale());

/** @param {number} bytes */
export function sizeText(bytes) {
  const [unit, each] = UNITS.find(([, least]) => bytes >= least) ?? ["kilobyte", KILOBYTE];
  const size = bytes / each;
  return size.toLocaleString(locale(), { style: "unit", unit, maximumFractionDigits: size < 10 ? 1 : 0 });
}

/**
 * A past moment, shorter the nearer it is.
 * @param {number | null} ms
 * @param {number} nowMs
 */
export function momentText(ms, nowMs) {
  if (!ms) return t("time.never");
  const age = nowMs - ms;
  if (Math.abs(age) < 2 * MINUTE_MS) return t("time.justNow");
  const at = dates({ hour: "2-digit", minute: "2-digit" }).format(ms);
  if (age < DAY_MS && new Date(ms).getDate() === new Date(nowMs).getDate()) return at;
  return age < 6 * DAY_MS
    ? `${dates({ weekday: "short" }).format(ms)} ${at}`
    : dates({ day: "numeric", month: "short", year: "numeric" }).format(ms);
}

/**
 * The time something was last seen.
 * @param {number | null} ms
 * @param {number} nowMs
 */
export const seenText = (ms, nowMs) => t("time.lastSeen", { when: momentText(ms, nowMs) });

/**
 * The time something was last used.
 * @param {number | null} ms
 * @param {number} nowMs
 */
export const usedText = (ms, nowMs) =>
  ms ? t("time.lastUsed", { when: momentText(ms, nowMs) }) : t("time.neverUsed");

/**
 * A future day.
 * @param {number} ms
 */
export const dayText = (ms) => dates({ day: "numeric", month: "long", year: "numeric" }).format(ms);

/**
 * A user agent in two words.
 * @param {string} agent
 */
export function agentText(agent) {
  const browser = BROWSERS.find(([sign]) => agent.includes(sign))?.[1];
  const system = SYSTEMS.find(([sign]) => agent.includes(sign))?.[1];
  return (
    [browser, system].filter(Boolean).join(", ") ||
    agent.split(" ")[0].slice(0, 40) ||
    t("session.unknownApp")
  );
}
