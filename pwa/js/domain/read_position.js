/**
 * How far a person has looked at a shared space. It is one text, so that all its parts change together: the
 * epoch, the seq up to which everything is read, and marks of lists and tasks that are read further. Devices
 * can write it at the same time: then the record holds several texts, and the highest number of each part
 * counts.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {{epoch: string, upTo: number, marks: Map<string, number>}} Position  `marks`: the seq by
 *   `list/ID` and `task/ID`
 * @typedef {{id: string, list: string, seq: number}} Unread  a task and the newest seq to look at
 */
import { v5 } from "uuid";

const MARKS_MAX = 40;
export const INBOX = "inbox";

/**
 * The id of the record with the position: the same on all devices of the account.
 * @param {string} personal the account's own space
 * @param {string} space
 */
export function readId(personal, space) {
  return v5(`read ${space}`, personal);
}

/**
 * The position in an epoch; null if the record has none. One of another epoch is void: numbers begin anew.
 * @param {Rec} record
 * @param {string | null} epoch
 * @returns {Position | null}
 */
export function positionOf({ writes }, epoch) {
  const found = writes
    .map(({ set }) => parse(set.position))
    .filter((position) => position !== null && position.epoch === epoch);
  return found.length ? /** @type {Position} */ (found.reduce(joined)) : null;
}

/**
 * @param {Position} position
 * @returns {string}
 */
export function textOf({ epoch, upTo, marks }) {
  return [epoch, upTo, ...[...marks].map(([name, seq]) => `${name}:${seq}`)].join(" ");
}

/**
 * The seq up to which a task is read.
 * @param {Position} position
 * @param {string} list
 * @param {string} task
 */
export function readUpTo({ upTo, marks }, list, task) {
  return Math.max(upTo, marks.get(`list/${list}`) ?? 0, marks.get(`task/${task}`) ?? 0);
}

/**
 * The position after a look; null if it is the same.
 * @param {Position} position
 * @param {Unread[]} unread everything unread in the space
 * @param {Map<string, number>} looked the seq at which tasks were looked at
 * @returns {Position | null}
 */
export function afterLook(position, unread, looked) {
  const isLooked = (/** @type {Unread} */ { id, seq }) => seq <= (looked.get(id) ?? 0);
  if (!unread.some(isLooked)) return null;
  if (unread.every(isLooked)) return { ...position, upTo: newest(position, unread), marks: new Map() };
  const marks = new Map(position.marks);
  for (const [list, tasks] of Map.groupBy(unread, (each) => each.list))
    if (tasks.every(isLooked)) {
      for (const { id } of tasks) marks.delete(`task/${id}`);
      marks.set(`list/${list}`, Math.max(...tasks.map(({ seq }) => seq)));
    } else for (const { id, seq } of tasks.filter(isLooked)) marks.set(`task/${id}`, seq);
  return { ...position, marks: bounded(marks) };
}

/**
 * @param {Position} position
 * @param {Unread[]} unread
 */
function newest({ upTo, marks }, unread) {
  let seq = upTo;
  for (const each of marks.values()) seq = Math.max(seq, each);
  for (const each of unread) seq = Math.max(seq, each.seq);
  return seq;
}

/**
 * The highest marks: what loses its mark becomes unread again.
 * @param {Map<string, number>} marks
 */
function bounded(marks) {
  return new Map([...marks].sort(([, a], [, b]) => b - a).slice(0, MARKS_MAX));
}

/**
 * @param {unknown} text
 * @returns {Position | null}
 */
function parse(text) {
  if (typeof text !== "string") return null;
  const [epoch, upTo, ...marks] = text.split(" ");
  const seqs = marks.map((mark) => mark.split(":")).map(([name, seq]) => [name, Number(seq) || 0]);
  return { epoch, upTo: Number(upTo) || 0, marks: new Map(/** @type {[string, number][]} */ (seqs)) };
}

/**
 * @param {Position | null} a
 * @param {Position | null} b
 * @returns {Position | null}
 */
function joined(a, b) {
  if (!a || !b) return a ?? b;
  const marks = new Map(a.marks);
  for (const [name, seq] of b.marks) marks.set(name, Math.max(seq, marks.get(name) ?? 0));
  return { epoch: a.epoch, upTo: Math.max(a.upTo, b.upTo), marks };
}
