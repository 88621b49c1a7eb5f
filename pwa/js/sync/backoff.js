/** How long to wait before the next try: at least a second, then full jitter up to five minutes. */

const MIN_MS = 1_000;
const MAX_MS = 5 * 60_000;

/**
 * @param {number} failures in a row, at least 1
 * @param {() => number} random
 * @returns {number} milliseconds
 */
export function backoff(failures, random) {
  return MIN_MS + random() * Math.min(MAX_MS, MIN_MS * 2 ** (failures - 1));
}
