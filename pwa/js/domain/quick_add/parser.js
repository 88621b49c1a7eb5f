/**
 * Plain words to task facts: "pay rent fri 5pm #home !high every month". Pure: hand-written rules over the
 * tables of vocabulary.js. A match is covered in a copy of the text, so that no other rule reads it;
 * quoted and kept words are covered first. A date and a time that are not next to each other make one `due`
 * of two spans. A repeat without a date implies its own first day: its `due` then has `isImplied`, and the
 * words and spans of the time if there is one, else those of the repeat.
 * @typedef {import("./spans.js").Span} Span
 * @typedef {import("./spans.js").Kind} Kind
 * @typedef {import("./spans.js").Fact} Fact
 * @typedef {import("./spans.js").Found} Found
 * @typedef {{id: string | null, name: string}} List
 * @typedef {{now: Date, lists: List[], kept?: string[], isAnyDay?: boolean}} Options kept: `words` of facts
 *   that the person turned back into words; isAnyDay: a day may be past
 * @typedef {{title: string, facts: Fact[]}} Parsed facts in the order of the text
 */
import { dayOf } from "../../lib/dates.js";
import { makeRepeat } from "../repeat/repeat.js";
import { anchored, findDue } from "./due.js";
import { TAKEN } from "./patterns.js";
import { currentRules } from "./rules.js";
import { APART, cover, coverSpan, factOf, occurrences, scan, wordsIn } from "./spans.js";

// Unicode noncharacters, like TAKEN: no text has them
const QUOTE = "\uFDD1";
const GONE = "\uFDD2";
const CHRONO_LENGTH_MIN = 4;
const QUOTED = /(?<=^|[\s(])(?:"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”])(?=$|[\s).,;:!?])/gu;

/**
 * @param {string} text
 * @param {Options} options
 * @returns {Parsed}
 */
export function parse(text, options) {
  const covered = coverQuoted(text, options.kept);
  return finish(text, find(covered, options), options);
}

/**
 * Like `parse`; if that finds no due, chrono-node is asked.
 * @param {string} text
 * @param {Options} options
 * @returns {Promise<Parsed>}
 */
export async function withChrono(text, options) {
  const covered = coverQuoted(text, options.kept);
  const facts = find(covered, options);
  if (text.trim().length >= CHRONO_LENGTH_MIN && !facts.some(({ kind }) => kind === "due")) {
    const chrono = await import("./chrono.js").catch(() => null); // not loaded: the words stay in the title
    const rest = facts.reduce(cover, covered);
    const found = chrono?.parseWithChrono(rest, options.now);
    if (
      found &&
      !currentRules().isCount({ before: rest.slice(0, found.start), after: rest.slice(found.end) })
    )
      facts.push(factOf("due", rest, [found], found.value));
  }
  return finish(text, facts, options);
}

/**
 * Covers the quoted and the kept words.
 * @param {string} text
 * @param {string[]} [kept]
 */
function coverQuoted(text, kept = []) {
  const spans = kept.flatMap((words) => words.split(APART)).flatMap((words) => occurrences(text, words));
  return spans.reduce(
    (rest, span) => coverSpan(rest, span, QUOTE),
    text.replace(QUOTED, (quote) => QUOTE.repeat(quote.length)),
  );
}

/**
 * Finds the facts; each kind is searched in the text that the kinds before it left.
 * @param {string} text
 * @param {Options} options
 * @returns {Fact[]}
 */
function find(text, { now, lists, isAnyDay }) {
  const { labels, priorities, repeats } = currentRules();
  const context = { now, today: dayOf(now), isAnyDay };
  /** @type {Fact[]} */
  const facts = [];
  /**
   * @param {Kind} kind
   * @param {Found[]} found
   */
  const take = (kind, found) => facts.push(...found.map((each) => factOf(kind, text, [each], each.value)));
  const rest = () => facts.reduce(cover, text);
  take("label", scan(text, labels, context));
  take("priority", scan(rest(), priorities, context).slice(-1));
  take("list", listNames(rest(), lists).slice(-1));
  take("repeat", scan(rest(), repeats, context).slice(-1));
  const due = findDue(
    rest(),
    facts.find(({ kind }) => kind === "repeat"),
    context,
  );
  const ready = facts.map((fact) =>
    fact.kind === "repeat" && due ? { ...fact, value: makeRepeat(anchored(fact.value, due.value)) } : fact,
  );
  return due ? [...ready, { ...due, words: wordsIn(text, due.spans) }] : ready;
}

/**
 * The title is the text without the facts. If nothing else is left, the whole text is the title.
 * @param {string} text
 * @param {Fact[]} facts
 * @param {Options} options
 * @returns {Parsed}
 */
function finish(text, facts, options) {
  const marks = [...text.matchAll(QUOTED)]
    .filter(([quote]) => find(`x ${quote.slice(1, -1)}`, options).length)
    .flatMap(({ 0: quote, index }) => [
      { start: index, end: index + 1 },
      { start: index + quote.length - 1, end: index + quote.length },
    ]);
  const left = marks.reduce((rest, mark) => coverSpan(rest, mark, GONE), facts.reduce(cover, text));
  const title = left
    .replaceAll(GONE, "")
    .replace(/\s+/g, " ")
    .replace(new RegExp(`\\([\\s${TAKEN}]*${TAKEN}\\s*\\)`, "g"), TAKEN)
    .replace(new RegExp(`\\s*${TAKEN}[\\s${TAKEN}]*([,.;:!?]+(?=\\s|$))?`, "g"), (_, point) => point ?? " ")
    .replace(/\s+/g, " ")
    .replace(/^[\s,;.]+|[\s,;]+$/g, "");
  if (!/[\p{L}\p{N}\p{S}]/u.test(title)) return { title: text.trim().replace(/\s+/g, " "), facts: [] };
  return { title, facts: facts.toSorted((a, b) => a.start - b.start) };
}

/**
 * @param {string} text
 * @param {List[]} lists
 * @returns {Found[]} `@` with the longest list name that follows
 */
function listNames(text, lists) {
  const byLength = lists.filter(({ name }) => name).toSorted((a, b) => b.name.length - a.name.length);
  return [...text.matchAll(/(?<=^|\s)@/gu)].flatMap(({ index: start }) => {
    const end = (/** @type {List} */ { name }) => start + 1 + name.length;
    const list = byLength.find(
      (each) =>
        text.slice(start + 1, end(each)).toLowerCase() === each.name.toLowerCase() &&
        !/^[\p{L}\p{N}]/u.test(text.slice(end(each))),
    );
    return list ? [{ start, end: end(list), value: list.id }] : [];
  });
}
