/**
 * The chips of quick add: the recognised parts, each with its words.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {import("../../domain/quick_add/parser.js").Fact} Fact
 */
import { dayOf, dueLong } from "../../lib/dates.js";
import { icon } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { repeatText } from "../../domain/repeat/text.js";
import { dot, priorityText } from "../kit/task_marks.js";

const ICONS = /** @type {Record<string, string>} */ ({
  due: "upcoming",
  priority: "flag",
  repeat: "repeat",
  list: "lists",
});

/**
 * @param {View} view
 * @param {Fact} fact
 * @param {string[]} chips the words of each chip
 */
export function chipOf(view, fact, chips) {
  const { kind, value, words } = fact;
  const isOf = (/** @type {string} */ chip) => words.split(" … ").every((part) => chip.includes(part));
  const held = chips.find(isOf) ?? words;
  const text = textOf(view, fact);
  const own = {
    class: "chip is-new",
    key: held,
    type: "button",
    "data-words": held,
    "data-kind": kind,
    "aria-label": t("quickAdd.revert", { words: text }),
  };
  return h("button", own, kind === "label" ? dot(value) : icon(ICONS[kind]), text);
}

/**
 * @param {View} view
 * @param {Fact} fact
 */
function textOf(view, { kind, value, words }) {
  if (kind === "due") return dueLong(value, dayOf(view.now()));
  if (kind === "priority") return priorityText(value);
  if (kind === "repeat") return repeatText(value);
  if (kind !== "list") return value;
  const list = view.tasks.lists.get(value);
  return list ? view.tasks.nameOfList(list) : words;
}
