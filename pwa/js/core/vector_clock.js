/**
 * Vector clocks: {device: n}, the newest write of each device that a copy contains. Twin of
 * server/core/vector_clock.py.
 * @typedef {Record<string, number>} Clock
 */

/**
 * Whether `clock` includes the dot (by, n).
 * @param {Clock} clock
 * @param {string} by
 * @param {number} n
 */
export function covers(clock, by, n) {
  return (clock[by] ?? 0) >= n;
}

/**
 * The entrywise maximum.
 * @param {Clock} left
 * @param {Clock} right
 * @returns {Clock}
 */
export function join(left, right) {
  const joined = { ...left };
  for (const [by, n] of Object.entries(right)) if (!covers(joined, by, n)) joined[by] = n;
  return joined;
}

/**
 * Whether `left` includes every dot of `right`.
 * @param {Clock} left
 * @param {Clock} right
 */
export function dominates(left, right) {
  return Object.entries(right).every(([by, n]) => covers(left, by, n));
}
