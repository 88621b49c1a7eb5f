/**
 * The rules for labels, priorities, repeats, dates and times, built once for each language from its
 * vocabulary.
 * @typedef {import("./patterns.js").Reader} Reader
 * @typedef {import("./patterns.js").Patterns} Patterns
 */
import { language } from "../../i18n/i18n.js";
import { LABEL_MAX } from "../limits.js";
import { dateRules } from "./date_rules.js";
import { MARK_AFTER, patternsOf } from "./patterns.js";
import { repeatRules } from "./repeat_rules.js";
import { timeRules } from "./time_rules.js";

/** @type {Map<string, ReturnType<typeof rulesOf>>} */
const byLanguage = new Map();

/** The rules of the language in use. */
export function currentRules() {
  const rules = byLanguage.get(language()) ?? rulesOf(language());
  byLanguage.set(language(), rules);
  return rules;
}

/** @param {string} name of a language */
function rulesOf(name) {
  const patterns = patternsOf(name);
  return {
    labels: labelRules(),
    priorities: priorityRules(patterns),
    repeats: repeatRules(patterns),
    times: timeRules(patterns),
    dates: dateRules(patterns),
    isCount: patterns.isCount,
    month: new RegExp(`^${patterns.month}(?!\\p{L})`, "iu"),
  };
}

/** @returns {Reader[]} a label has a letter: "#66" is a number */
function labelRules() {
  const label = new RegExp(`(?<=^|\\s)#(?<name>[\\p{L}\\p{M}\\p{N}_/-]{1,${LABEL_MAX}})${MARK_AFTER}`, "gu");
  return [[label, ({ name }) => (/\p{L}/u.test(name) ? name : null)]];
}

/**
 * @param {Patterns} patterns
 * @returns {Reader[]} `!1` is the highest priority, like `!high` and `!!!`
 */
function priorityRules({ words }) {
  const mark = (/** @type {string} */ source) => new RegExp(`(?<=^|\\s)!${source}${MARK_AFTER}`, "giu");
  const named = words.priorities.map((name, n) => /** @type {Reader} */ ([mark(name), () => n + 1]));
  return [
    [mark("(?<n>[123])"), ({ n }) => 4 - Number(n)],
    [mark("(?<more>!{1,2})"), ({ more }) => more.length + 1],
    ...named,
  ];
}
