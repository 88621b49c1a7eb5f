/**
 * Plain words to task facts: "pay rent fri 5pm #home !high every month". Pure, and by hand-written rules over
 * the tables of phrase_words.js. What is taken is covered in a copy of the text, so that no rule reads it
 * twice; quoted and kept words are covered before all. A date and a time that stand apart make one `due` of
 * two spans. A repeat without a date brings its own first day: its `due` then has `isImplied` and the
 * repeat's words and spans, unless a time was found, whose words it then has.
 * @typedef {{start: number, end: number}} Span
 * @typedef {{id: string | null, name: string}} List
 * @typedef {{now: Date, lists: List[], kept?: string[], isAnyDay?: boolean}} Options kept: `words` of facts
 *   that the person turned back into words; isAnyDay: a day may be past
 * @typedef {"due" | "label" | "priority" | "list" | "repeat"} Kind
 * @typedef {Span & {kind: Kind, words: string, value: any, spans: Span[], isImplied?: boolean}} Fact from the
 *   first span's start to the last one's end
 * @typedef {{title: string, facts: Fact[]}} Parsed facts in the order of the text
 * @typedef {Span & {value: any}} Found
 * @typedef {import("./patterns.js").Reader} Reader
 */
import { addDays, dayOf, wallOf } from "../../lib/dates.js";
import { TAKEN } from "./patterns.js";
import { currentRules } from "./rules.js";
import { clock } from "./time_rules.js";
import { makeRepeat, nextDue } from "../repeat/repeat.js";

const HELD = "\uFDD1",
  GONE = "\uFDD2"; // Unicode noncharacters, as TAKEN: no text has them
const APART = " … ";
const CHRONO_LENGTH_MIN = 4;
const LEAP_INTERVAL_MAX = 83; // twelvefold, a rule's longest interval
const QUOTED = /(?<=^|[\s(])(?:"([^"]+)"|“([^“”]+)”|„([^„“”]+)[“”])(?=$|[\s).,;:!?])/gu;
const BULLET = /^(?:[-*•+–]\s+)?(?:\d{1,3}[.)]\s+)?(?:\[([ xX]?)\]\s+)?/;
const TAB = "    ";

/**
 * @param {string} text
 * @param {Options} options
 * @returns {Parsed}
 */
export function parse(text, options) {
  const held = hold(text, options.kept);
  return finish(text, find(held, options), options);
}

/**
 * As `parse`, and where that finds no due, chrono-node is asked.
 * @param {string} text
 * @param {Options} options
 * @returns {Promise<Parsed>}
 */
export async function withChrono(text, options) {
  const held = hold(text, options.kept);
  const facts = find(held, options);
  if (text.trim().length >= CHRONO_LENGTH_MIN && !facts.some(({ kind }) => kind === "due")) {
    const chrono = await import("./chrono.js").catch(() => null); // out of reach: the words stay words
    const rest = facts.reduce(cover, held);
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
 * Pasted lines as tasks: bullets, numbers and boxes go, an indented line is a subtask of the one above.
 * @param {string} pasted
 * @returns {{title: string, depth: 0 | 1, isDone: boolean}[]}
 */
export function lines(pasted) {
  const rows = pasted
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((row) => row.replaceAll("\t", TAB))
    .filter((row) => row.trim());
  const indents = rows.map((row) => row.search(/\S/));
  const least = indents.length ? Math.min(...indents) : 0;
  const firstTop = indents.findIndex((indent) => indent - least < 2);
  return rows
    .map((row, n) => ({
      ...unlisted(row.trim()),
      depth: /** @type {0 | 1} */ (n > firstTop && indents[n] - least >= 2 ? 1 : 0),
    }))
    .filter(({ title }) => title);
}

/**
 * A line without its bullet; "10. December" is a date.
 * @param {string} row
 */
function unlisted(row) {
  const [bullet, box] = /** @type {RegExpExecArray} */ (BULLET.exec(`${row} `));
  const isDate = /\d/.test(bullet) && currentRules().month.test(row.slice(bullet.length));
  return { title: isDate ? row : row.slice(bullet.length).trim(), isDone: box?.toLowerCase() === "x" };
}

/**
 * The text with quoted and kept words covered.
 * @param {string} text
 * @param {string[]} [kept]
 */
function hold(text, kept = []) {
  const spans = kept.flatMap((words) => words.split(APART)).flatMap((words) => occurrences(text, words));
  return spans.reduce(
    (rest, span) => coverSpan(rest, span, HELD),
    text.replace(QUOTED, (quote) => HELD.repeat(quote.length)),
  );
}

/**
 * @param {string} text
 * @param {string} words
 * @returns {Span[]} where they stand whole
 */
function occurrences(text, words) {
  const spans = [];
  for (let start = text.indexOf(words); words && start >= 0; start = text.indexOf(words, start + 1)) {
    const end = start + words.length;
    if (!/[\p{L}\p{N}]$/u.test(text.slice(0, start)) && !/^[\p{L}\p{N}]/u.test(text.slice(end)))
      spans.push({ start, end });
  }
  return spans;
}

/**
 * Each thing is looked for in what the ones before it left.
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
 * The title is what the facts leave; a task of facts alone has them as its title.
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
 * @param {Fact | undefined} repeat with its parts as the value
 * @param {{now: Date, today: string}} context
 * @returns {Fact | undefined}
 */
function findDue(text, repeat, context) {
  const { dates, times } = currentRules();
  const day = scan(text, dates, context).at(-1);
  const found = scan(text, times, context).filter(
    (time) => !day || time.start >= day.end || time.end <= day.start,
  );
  const time =
    found.findLast((each) => isBeside(text, each, day) || isBeside(text, each, repeat)) ??
    found.findLast(({ value }) => value.isAlone);
  if (!day && !time && !repeat) return undefined;
  const value = joined(day?.value ?? firstDay(repeat?.value, time?.value, context), time?.value);
  const own = [day, time].filter((each) => each !== undefined).sort((a, b) => a.start - b.start);
  const fact = factOf("due", text, own.length ? own : [/** @type {Fact} */ (repeat)], value);
  return { ...fact, isImplied: !own.length };
}

/**
 * @param {string} text
 * @param {Span} a
 * @param {Span | undefined} b
 */
function isBeside(text, a, b) {
  return (
    b !== undefined &&
    /^[\s,]*$/.test(a.start < b.start ? text.slice(a.end, b.start) : text.slice(b.end, a.start))
  );
}

/**
 * The day of a rule or a time that stands without a date: today, or the next one where that is past.
 * @param {any} parts
 * @param {any} time
 * @param {{now: Date, today: string}} context
 */
function firstDay(parts, time, { now, today }) {
  const first = (/** @type {string} */ day) => {
    if (!parts?.byDay && !parts?.byMonthDay) return day;
    const dayBefore = addDays(day, -1);
    return nextDue(makeRepeat({ ...parts, interval: 1, isFromCompletion: false }), dayBefore, dayBefore);
  };
  const day = first(today);
  return { day: time && joined({ day }, time) <= wallOf(now) ? first(addDays(day, 1)) : day };
}

/**
 * A rule that takes its day from the due would pass over months without that day: it names the day.
 * @param {import("../repeat/repeat.js").Parts} parts
 * @param {string} due
 * @returns {import("../repeat/repeat.js").Parts}
 */
function anchored(parts, due) {
  const byMonthDay = Number(due.slice(8, 10));
  const { freq, interval = 1, byDay, isFromCompletion } = parts;
  if (byMonthDay < 29 || byDay || parts.byMonthDay || isFromCompletion) return parts;
  if (freq === "MONTHLY") return { ...parts, byMonthDay };
  if (freq !== "YEARLY" || due.slice(5, 7) !== "02" || interval > LEAP_INTERVAL_MAX) return parts;
  return { freq: "MONTHLY", interval: 12 * interval, byMonthDay };
}

/**
 * A day and a time as a due. A bare hour is one of the waking day; an evening's hours are those after noon.
 * @param {any} date
 * @param {any} [time]
 * @returns {string}
 */
function joined(date, time) {
  if (!time) return date.time ? `${date.day}T${date.time}` : date.day;
  const isLater = time.hour > 0 && time.hour < 12 && !time.isSaid && (date.isNight || time.isBare);
  return `${date.day}T${clock(time.hour + (isLater ? 12 : 0), time.minute)}`;
}

/**
 * What the readers find, from the left, the longer first; none overlaps another.
 * @param {string} text
 * @param {Reader[]} rules
 * @param {{now: Date, today: string}} context
 * @returns {Found[]}
 */
function scan(text, rules, context) {
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
 * @param {string} text
 * @param {List[]} lists
 * @returns {Found[]} `@` and the longest list name that stands there
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

/**
 * @param {Kind} kind
 * @param {string} text
 * @param {Span[]} spans in the order of the text
 * @param {any} value
 * @returns {Fact}
 */
function factOf(kind, text, spans, value) {
  const own = spans.flatMap(
    (span) => /** @type {any} */ (span).spans ?? [{ start: span.start, end: span.end }],
  );
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
function wordsIn(text, spans) {
  return spans
    .map(({ start, end }, n) => {
      const gap = n ? text.slice(spans[n - 1].end, start) : "";
      return (/[^\s,]/.test(gap) ? APART : gap) + text.slice(start, end);
    })
    .join("");
}

/**
 * @param {string} text
 * @param {Fact} fact
 */
function cover(text, { spans }) {
  return spans.reduce((rest, span) => coverSpan(rest, span, TAKEN), text);
}

/**
 * @param {string} text
 * @param {Span} span
 * @param {string} by
 */
function coverSpan(text, { start, end }, by) {
  return text.slice(0, start) + by.repeat(end - start) + text.slice(end);
}
