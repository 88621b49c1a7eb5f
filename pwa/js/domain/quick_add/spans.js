/**
 * The facts found in a text, and the spans they were read from.
 * @typedef {{start: number, end: number}} Span
 * @typedef {"due" | "label" | "priority" | "list" | "repeat"} Kind
 * @typedef {Span & {kind: Kind, words: string, value: any, spans: Span[], isImplied?: boolean}} Fact from the
 *   start of the first span to the end of the last
 * @typedef {Span & {value: any}} Found
 * @typedef {import("./patterns.js").Reader} Reader
 */
import { TAKEN } from "./patterns.js";

export const APART = " … ";

/**
 * What the readers find, from left to right, without overlaps; of matches with the same start, the longest.
 * @param {string} text
 * @param {Reader[]} rules
 * @param {{now: Date, today: string}} context
 * @returns {Found[]}
 */
export function scan(text, rules, context) {
  const found = rules.flatMap(([pattern, read]) =>
    [...text.matchAll(pattern)].flatMap(({ 0: words, index: start, groups }) => {
      const end = start + words.length;
      const value = read(groups ?? {}, { before: text.slice(0, start), after: text.slice(end), ...context });
      return value === null || value === undefined ? [] : [{ start, end, value }];
    }),
  );
  let last = 0;
  return found
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => start >= last && (last = end));
}

/**
 * @param {Kind} kind
 * @param {string} text
 * @param {(Span & {spans?: Span[]})[]} spans in the order of the text; a fact's own spans instead of it
 * @param {any} value
 * @returns {Fact}
 */
export function factOf(kind, text, spans, value) {
  const own = spans.flatMap(({ start, end, spans: inner }) => inner ?? [{ start, end }]);
  return {
    kind,
    words: wordsIn(text, own),
    value,
    start: own[0].start,
    end: own[own.length - 1].end,
    spans: own,
  };
}

/**
 * @param {string} text
 * @param {Span[]} spans
 */
export function wordsIn(text, spans) {
  return spans
    .map(({ start, end }, n) => {
      const gap = n ? text.slice(spans[n - 1].end, start) : "";
      return (/[^\s,]/.test(gap) ? APART : gap) + text.slice(start, end);
    })
    .join("");
}

/**
 * @param {string} text
 * @param {string} words
 * @returns {Span[]} where they are not part of a longer word
 */
export function occurrences(text, words) {
  const spans = [];
  for (let start = text.indexOf(words); words && start >= 0; start = text.indexOf(words, start + 1)) {
    const end = start + words.length;
    if (!/[\p{L}\p{N}]$/u.test(text.slice(0, start)) && !/^[\p{L}\p{N}]/u.test(text.slice(end)))
      spans.push({ start, end });
  }
  return spans;
}

/**
 * @param {string} text
 * @param {Span} a
 * @param {Span | undefined} b
 */
export function isBeside(text, a, b) {
  return (
    b !== undefined &&
    /^[\s,]*$/.test(a.start < b.start ? text.slice(a.end, b.start) : text.slice(b.end, a.start))
  );
}

/**
 * @param {string} text
 * @param {Fact} fact
 */
export function cover(text, { spans }) {
  return spans.reduce((rest, span) => coverSpan(rest, span, TAKEN), text);
}

/**
 * @param {string} text
 * @param {Span} span
 * @param {string} by
 */
export function coverSpan(text, { start, end }, by) {
  return text.slice(0, start) + by.repeat(end - start) + text.slice(end);
}
