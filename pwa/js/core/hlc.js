/**
 * Hybrid logical clock readings as fixed-width text that sorts as time: `2026-11-23T18:20:32.123Z-0003`.
 * Twin of server/core/hlc.py.
 */
export const COUNTER_MAX = 0xffff;
export const MS_MAX = 253402300799999;
const PATTERN = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z-[0-9a-f]{4}$/;

/**
 * @param {number} ms since 1970 UTC
 * @param {number} [counter]
 * @returns {string}
 */
export function formatReading(ms, counter = 0) {
  return `${new Date(ms).toISOString()}-${counter.toString(16).padStart(4, "0")}`;
}

/**
 * @param {string} text
 * @returns {[number, number]} [ms, counter]
 * @throws {RangeError} if `text` is not a reading of the years 1970–9999
 */
export function parseReading(text) {
  const ms = PATTERN.test(text) ? Date.parse(text.slice(0, 24)) : NaN;
  if (!(ms >= 0) || new Date(ms).toISOString() !== text.slice(0, 24))
    throw new RangeError("not a clock reading");
  return [ms, parseInt(text.slice(25), 16)];
}

/**
 * The next reading: later than `last`, and not before `nowMs`. If the counter is full, it is in the next
 * millisecond.
 * @param {string | null} last
 * @param {number} nowMs
 * @returns {string}
 */
export function tick(last, nowMs) {
  if (last === null) return formatReading(nowMs);
  const [lastMs, counter] = parseReading(last);
  if (nowMs > lastMs) return formatReading(nowMs);
  return counter < COUNTER_MAX ? formatReading(lastMs, counter + 1) : formatReading(lastMs + 1);
}

/**
 * The same reading, `byMs` later, or earlier if `byMs` is negative.
 * @param {string} reading
 * @param {number} byMs
 * @returns {string}
 */
export function shift(reading, byMs) {
  const [ms, counter] = parseReading(reading);
  return formatReading(Math.max(0, ms + byMs), counter);
}
