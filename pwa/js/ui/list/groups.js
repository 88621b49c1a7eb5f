/**
 * A group of rows and its heading.
 * @typedef {import("../../domain/views.js").Group} Group
 * @typedef {import("./list_view.js").ListView} ListView
 */
import { icon } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { statusText } from "./row.js";

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
 * @param {boolean} isFolded
 * @param {ListView} view
 */
export function fillHeading(section, group, isFolded, view) {
  const [heading, list] = /** @type {any} */ (section.children);
  const count = group.rows.length;
  const signature = [group.heading, group.note, count, isFolded, group.isFolding].join("\n");
  section.classList.toggle("is-empty", !count);
  list.setAttribute("aria-label", group.heading || document.title);
  list.hidden = !count || isFolded;
  heading.hidden = !group.heading;
  if (section.dataset.signature === signature) return;
  section.dataset.signature = signature;
  patch(heading, [...headingOf(group, count, isFolded, view)]);
}

/**
 * @param {Group} group
 * @param {number} count
 * @param {boolean} isFolded
 * @param {ListView} view
 */
function headingOf(group, count, isFolded, view) {
  const number = element("span", { class: "num" }, String(count));
  if (group.day)
    return [
      element("b", { class: "num" }, String(Number(group.day.slice(8)))),
      element("span", { class: "name" }, group.heading),
      element("small", {}, group.note ?? ""),
    ];
  if (group.status) {
    const checked = { pending: "false", in_progress: "mixed", completed: "true" }[group.status];
    return [
      element("i", {
        class: `ring is-mini${group.status === "in_progress" ? " is-accent" : ""}`,
        "data-state": checked,
        "aria-hidden": "true",
      }),
      statusText(group.status),
      number,
    ];
  }
  if (group.isFolding)
    return [
      element(
        "button",
        {
          class: "fold",
          type: "button",
          "aria-expanded": String(!isFolded),
          onclick: () => view.fold(group.key, !isFolded),
        },
        icon("chevron"),
        group.heading,
        number,
      ),
    ];
  if (group.key === "late")
    return [
      element("span", { class: "name" }, group.heading),
      number,
      element(
        "button",
        { class: "quiet is-accent", type: "button", onclick: () => view.page.run("overdueToToday") },
        t("Move to today"),
      ),
    ];
  return [element("span", { class: "name" }, group.heading), number];
}

/**
 * Moves a node; where the browser can, without losing focus.
 * @param {any} list
 * @param {HTMLElement} node
 * @param {Element | null} next
 */
export function move(list, node, next) {
  if (node.isConnected && list.moveBefore) list.moveBefore(node, next);
  else list.insertBefore(node, next);
}
