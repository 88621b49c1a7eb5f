/**
 * Manual order: fractional index keys of letters and digits, at most 64 characters, compared as ASCII. Who
 * drops re-keys only the neighbours it must.
 */
import { generateKeyBetween, generateNKeysBetween } from "fractional-indexing";

const KEY_MAX = 48; // a server takes 64: room for what is put between later
const SPREAD = 5; // random halvings: two devices that put something in one place get different keys

/**
 * A key between two; null where there is no room and the neighbours need new ones.
 * @param {string | null} before
 * @param {string | null} after
 * @param {() => number} [random]
 * @returns {string | null}
 */
export function keyBetween(before, after, random = Math.random) {
  try {
    let [low, high] = [before, after];
    let key = generateKeyBetween(low, high);
    for (let step = 0; step < SPREAD && after !== null; step++) {
      if (random() < 0.5) low = key;
      else high = key;
      key = generateKeyBetween(low, high);
    }
    if (after === null) key += tail(random);
    return key.length <= KEY_MAX ? key : null;
  } catch {
    return null; // a key of another client's making, or two alike
  }
}

/**
 * Keys for things moved into a sequence: `[index of the sequence, key]` of each that needs one, neighbours
 * after them too where there was no room.
 * @param {string[]} keys of the whole sequence, the moved ones in their new place
 * @param {number} start of the moved ones
 * @param {number} count of them
 * @param {() => number} [random]
 * @returns {[number, string][]}
 */
export function keysAt(keys, start, count, random = Math.random) {
  const before = start > 0 ? keys[start - 1] : null;
  const after = keys[start + count] ?? null;
  if (count === 1) {
    const key = keyBetween(before, after, random);
    if (key) return [[start, key]];
  }
  return rekeyed(keys, start, count, random);
}

/**
 * A key after all others of a place.
 * @param {{order: string}[]} others
 */
export function lastKey(others) {
  const last = others.reduce(
    (/** @type {string | null} */ found, { order }) =>
      order && (found === null || order > found) ? order : found,
    null,
  );
  return keyBetween(last, null) ?? /** @type {string} */ (keyBetween(null, null));
}

/**
 * Keys before all others, in order.
 * @param {{order: string}[]} others
 * @param {number} count
 * @returns {string[]}
 */
export function keysOnTop(others, count) {
  let next = others.reduce(
    (/** @type {string | null} */ found, { order }) =>
      order && (found === null || order < found) ? order : found,
    null,
  );
  const keys = [];
  for (let made = 0; made < count; made++) {
    const key = keyBetween(null, next) ?? /** @type {string} */ (keyBetween(null, null));
    keys.unshift(key);
    next = key;
  }
  return keys;
}

/**
 * New keys between the nearest neighbours that have good ones.
 * @param {string[]} keys
 * @param {number} start
 * @param {number} count
 * @param {() => number} random
 * @returns {[number, string][]}
 */
function rekeyed(keys, start, count, random) {
  let first = start;
  while (first > 0 && !isKey(keys[first - 1])) first--;
  const before = keys[first - 1] ?? null;
  for (let end = start + count; end < keys.length; end++) {
    const after = keys[end];
    if (!isKey(after) || (before !== null && after <= before)) continue;
    const low = keyBetween(before, after, random) ?? before; // a random start: others re-key here too
    const made = generateNKeysBetween(low, after, end - first);
    if (made.every((key) => key.length <= KEY_MAX)) return made.map((key, index) => [first + index, key]);
  }
  return generateNKeysBetween(before, null, keys.length - first).map((key, index) => [first + index, key]);
}

/** @param {string | null} text */
function isKey(text) {
  try {
    generateKeyBetween(text, null);
    return true;
  } catch {
    return false;
  }
}

/** @param {() => number} random */
function tail(random) {
  return Array.from(
    { length: 4 },
    () => "123456789abcdefghijklmnopqrstuvwxyz"[Math.floor(random() * 35)],
  ).join("");
}
