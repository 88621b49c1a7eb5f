/**
 * A group of rows and its heading.
 * @typedef {import("../../domain/views.js").Group} Group
 * @typedef {{isFolded: boolean, unread: number}} State  `unread`: the number of hidden tasks that are unread
 * @typedef {{fold: (key: string, isFolded: boolean) => void, run: import("../kit/view.js").Run}}
 *   Actions
 */
import { icon } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { miniRing, statusText, unreadCount } from "../kit/task_marks.js";

/** @param {Group} group */
export function makeSection(group) {
  return element(
    "section",
    { class: group.status ? "lane" : group.day ? "day" : "group", "data-key": group.key },
    element("h2", {}),
    element("ul", { class: "list", role: "list" }),
  );
}

/**
 * @param {HTMLElement} section
 * @param {Group} group
 * @param {State} state
 * @param {Actions} actions
 */
export function fillHeading(section, group, state, actions) {
  const [heading, list] = /** @type {HTMLElement[]} */ ([...section.children]);
  const count = group.rows.length;
  section.classList.toggle("is-empty", !count);
  list.setAttribute("aria-label", group.heading || document.title);
  list.hidden = !count || state.isFolded;
  heading.hidden = !group.heading;
  patch(heading, headingOf(group, count, state, actions));
}

/**
 * @param {Group} group
 * @param {number} count
 * @param {State} state
 * @param {Actions} actions
 */
function headingOf(group, count, state, actions) {
  const name = h("span", { class: "name" }, group.heading);
  const number = h("span", { class: "num" }, String(count));
  if (group.day)
    return [h("b", { class: "num" }, String(Number(group.day.slice(8)))), name, h("small", {}, group.note)];
  if (group.status) return [miniRing(group.status), statusText(group.status), number];
  if (group.isFolding) return [foldButton(group, number, state, actions)];
  return [name, number, group.key === "late" && moveToToday(actions)];
}

/**
 * @param {Group} group
 * @param {import("../../lib/patch.js").Child} number
 * @param {State} state
 * @param {Actions} actions
 */
function foldButton({ key, heading }, number, { isFolded, unread }, actions) {
  const onclick = () => actions.fold(key, !isFolded);
  const own = { class: "fold", type: "button", "aria-expanded": String(!isFolded), onclick };
  return h("button", own, icon("chevron"), heading, number, unreadCount(unread));
}

/** @param {Actions} actions */
function moveToToday(actions) {
  const onclick = () => actions.run("overdueToToday");
  return h("button", { class: "quiet is-accent", type: "button", onclick }, t("today.moveOverdue"));
}
