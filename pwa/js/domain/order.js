/**
 * Manual order by fractional indexing: keys of letters and digits, at most 64 characters, compared as ASCII.
 * A move changes the keys of other items only if there is no room between them.
 */
import { generateKeyBetween, generateNKeysBetween } from "fractional-indexing";

const KEY_MAX = 48; // the server accepts 64; the rest is room for later insertions
const SPREAD = 5; // random halvings: two devices that insert at the same position get different keys

/**
 * A key between two others; null if there is no room and the neighbours need new keys.
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
    return null; // an invalid key of another client, or two equal keys
  }
}

/**
 * Keys for items moved within a sequence: `[index in the sequence, key]` of each item that needs one. If
 * there is no room, their neighbours get new keys too.
 * @param {string[]} keys of the whole sequence, the moved items at their new positions
 * @param {number} start index of the first moved item
 * @param {number} count of moved items
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
 * A key after those of all other items.
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
 * Keys before those of all other items, in order.
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
 * New keys between the nearest neighbours with valid keys.
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
    const low = keyBetween(before, after, random) ?? before; // random: others may re-key here too
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
