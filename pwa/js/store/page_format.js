/**
 * A page of the start cache as text: JSON with a table of repeated words and a row for each record.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {import("./server_records.js").Confirmed} Confirmed
 */
import { share, shareFields } from "./interning.js";

const POOLED_OF_JSON = ["list", "parent"]; // the JSON parser shares short texts by itself
const WHOLE = "kind id clock writes seq space";
const WRITE = "by n at set";

/** A malformed page. */
class BrokenPage extends Error {}

/**
 * @param {Rec[]} records of one space
 * @returns {string}
 */
export function pack(records) {
  /** @type {Map<string, number>} */
  const words = new Map();
  const place = (/** @type {string} */ word) =>
    words.get(word) ?? (words.set(word, words.size), words.size - 1);
  const rows = records.map((record) => (isPlain(record) ? packed(record, place) : record));
  return JSON.stringify({ words: [...words.keys()], rows });
}

/**
 * @param {Rec} record
 * @param {(word: string) => number} place
 */
function packed({ kind, id, clock, writes, seq }, place) {
  const [first] = writes;
  const isOwnClock = Object.keys(clock).length === 1 && clock[first.by] === first.n;
  const dots = isOwnClock ? 0 : Object.entries(clock).flatMap(([by, n]) => [place(by), n]);
  return [
    id,
    seq,
    place(kind),
    dots,
    ...writes.flatMap((write) => [place(write.by), write.n, write.at, write.set]),
  ];
}

/**
 * Whether a record has the shape of a page's rows; any other is stored as a whole.
 * @param {Rec} record
 */
function isPlain(record) {
  return (
    record.writes?.length > 0 &&
    hasKeys(record, WHOLE) &&
    record.writes.every((write) => hasKeys(write, WRITE))
  );
}

/**
 * @param {object} value
 * @param {string} keys
 */
function hasKeys(value, keys) {
  const names = keys.split(" ");
  return Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));
}

/**
 * @param {unknown} text
 * @param {string} space
 * @param {Confirmed} records receives the records
 * @param {(text: any) => any} intern
 */
export function unpack(text, space, records, intern) {
  try {
    const { words, rows } = JSON.parse(/** @type {string} */ (text));
    const known = words.map(intern);
    for (const row of rows) {
      const record = Array.isArray(row) ? unpacked(row, known, intern(space), intern) : share(row, intern);
      records.hold(record);
    }
  } catch (error) {
    throw new BrokenPage("a page of the start cache cannot be read", { cause: error });
  }
}

/**
 * Creates literals if possible: an array filled by `push` reserves memory for 16 more.
 * @param {any[]} row
 * @param {string[]} words
 * @param {string} space
 * @param {(text: any) => any} intern
 * @returns {Rec}
 */
function unpacked(row, words, space, intern) {
  const first = unpackedWrite(row, 4, words, intern);
  const writes = row.length === 8 ? [first] : [first, ...rest(row, words, intern)];
  return {
    kind: words[row[2]],
    id: row[0],
    clock: row[3] ? unpackedClock(row[3], words) : { [first.by]: first.n },
    writes,
    seq: row[1],
    space,
  };
}

/**
 * @param {any[]} row
 * @param {string[]} words
 * @param {(text: any) => any} intern
 */
function rest(row, words, intern) {
  return Array.from({ length: row.length / 4 - 2 }, (_, place) =>
    unpackedWrite(row, 8 + 4 * place, words, intern),
  );
}

/**
 * @param {any[]} row
 * @param {number} place
 * @param {string[]} words
 * @param {(text: any) => any} intern
 */
function unpackedWrite(row, place, words, intern) {
  shareFields(row[place + 3], POOLED_OF_JSON, intern);
  return { by: words[row[place]], n: row[place + 1], at: row[place + 2], set: row[place + 3] };
}

/**
 * @param {number[]} dots
 * @param {string[]} words
 */
function unpackedClock(dots, words) {
  /** @type {Record<string, number>} */
  const clock = {};
  for (let at = 0; at < dots.length; at += 2) clock[words[dots[at]]] = dots[at + 1];
  return clock;
}
