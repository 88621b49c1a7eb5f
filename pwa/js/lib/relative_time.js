/** Relative time for people; after a week the day. */
import { dates, locale, t } from "../i18n/i18n.js";

const UNITS = /** @type {const} */ ([
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
]);
const WEEK_MS = 7 * 86_400_000;

/**
 * @param {number} atMs
 * @param {number} nowMs
 */
export function relativeTimeText(atMs, nowMs) {
  const ms = Math.max(0, nowMs - atMs);
  if (ms > WEEK_MS) return dates({ day: "numeric", month: "short", year: "numeric" }).format(atMs);
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ["minute", 0];
  return size
    ? new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(-Math.floor(ms / size), unit)
    : t("time.justNow");
}
