/**
 * Identifiers as fixed ASCII text, compared byte by byte on both sides. Twin of server/core/ids.py.
 */
export const NUMBER_MAX = Number.MAX_SAFE_INTEGER;
const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const DEVICE_LENGTH = 20; // 103 random bits

/**
 * A UUID in its canonical lower-case form.
 * @param {string} text
 */
export function isRecordId(text) {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}

/**
 * A client's device id: 16–32 characters of 0–9 and a–z.
 * @param {string} text
 */
export function isDeviceId(text) {
  return /^[0-9a-z]{16,32}$/.test(text);
}

/**
 * A device id from random bytes. Bytes from 252 are skipped, so that every character is equally likely.
 * @param {() => number} randomByte
 */
export function makeDeviceId(randomByte) {
  let id = "";
  while (id.length < DEVICE_LENGTH) {
    const byte = randomByte();
    if (byte < 252) id += ALPHABET[byte % 36];
  }
  return id;
}
