/**
 * Decides which words of quick add become chips. The words of chips are read as if they came after the text.
 * Pure.
 * @typedef {import("../../domain/quick_add/parser.js").Fact} Fact
 * @typedef {{start: number, end: number}} Span
 * @typedef {{value: string, caret: number, chips: string[]}} Field  the text, the caret, the chips
 */

/**
 * The text, then the words of chips, kept apart: "Vitamin A" with "tomorrow" is not "a tomorrow".
 * @param {string} text
 * @param {string[]} chips
 */
export function whole(text, chips) {
  return [text.trim() && chips.length ? `${text},` : text, ...chips].join(" ");
}

/**
 * Turns recognised parts that have text after them into chips. Null if no chip changes.
 * @param {Field} field
 * @param {Fact[]} facts read from its text and its chips
 * @returns {Field & {fresh: string[]} | null} `fresh`: the new chips
 */
export function recognise({ value, caret, chips }, facts) {
  const raw = whole(value, chips);
  const { spans, words } = taken(raw, value, facts);
  words.sort((a, b) => indexAmong(chips, a) - indexAmong(chips, b));
  if (words.join("\n") === chips.join("\n")) return null;
  const rest = meaningless(raw, spans, value.length);
  const fresh = words.filter((each) => !chips.includes(each));
  return { ...without(raw.slice(0, value.length), spans, caret), chips: [...words, ...rest], fresh };
}

/**
 * The spans of the new and remaining chips, and their words.
 * @param {string} raw
 * @param {string} value
 * @param {Fact[]} facts
 */
function taken(raw, value, facts) {
  const isInChips = (/** @type {Span} */ span) => span.start > value.length;
  const isTaken = (/** @type {Span} */ span) => isInChips(span) || /\s/.test(value[span.end] ?? "");
  /** @type {{spans: Span[], words: string[]}} */
  const found = { spans: [], words: [] };
  for (const { spans, isImplied } of facts.toSorted((a, b) => a.start - b.start)) {
    const own = spans.every(isTaken) ? spans : spans.filter(isInChips);
    if (isImplied || !own.length) continue;
    found.spans.push(...own);
    found.words.push(own.map((span) => raw.slice(span.start, span.end)).join(" "));
  }
  return found;
}

/**
 * Words of chips that have lost their meaning: they stay.
 * @param {string} raw
 * @param {Span[]} spans with a meaning
 * @param {number} from
 */
function meaningless(raw, spans, from) {
  const isGone = (/** @type {number} */ index) => index <= from || isWithin(spans, index);
  const rest = [...raw].map((character, index) => (isGone(index) ? " " : character)).join("");
  return rest.trim() ? [rest.trim()] : [];
}

/**
 * A text without some spans, and the new position of the caret.
 * @param {string} raw
 * @param {Span[]} spans
 * @param {number} caret
 */
function without(raw, spans, caret) {
  let value = "";
  let at = 0;
  for (let index = 0; index < raw.length; index++) {
    const isDoubleSpace = /\s/.test(raw[index]) && (value === "" || /\s$/.test(value));
    if (!isWithin(spans, index) && !isDoubleSpace) value += raw[index];
    if (index < caret) at = value.length;
  }
  return { value, caret: at };
}

/**
 * @param {Span[]} spans
 * @param {number} index
 */
function isWithin(spans, index) {
  return spans.some((span) => index >= span.start && index < span.end);
}

/**
 * The position of words among others, complete or partial (on the way to "every month", "every mon" splits a
 * date); the end if they are not there.
 * @param {string[]} all
 * @param {string} words
 */
function indexAmong(all, words) {
  const found = all.findIndex((each) => words.includes(each) || each.includes(words));
  return found < 0 ? all.length : found;
}
