/**
 * A row: ring, title, what there is to know. Rows are kept and filled anew, so that focus survives what comes
 * in.
 * @typedef {import("../../domain/tasks.js").Task} Task
 * @typedef {{today: string, href: string, listName: string | null, progress: {done: number, all: number} |
 *   null, isTimeOnly?: boolean, isTrash?: boolean, depth?: number,
 *   assignee?: import("../kit/avatar.js").Person | null, comments?: number}} Around
 */
import { dueText, isOverdue, localDue, timeText } from "../../lib/dates.js";
import { hueOf, icon } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { locale, plural, t } from "../../lib/words.js";
import { hrefOf } from "../../domain/routes.js";
import { repeatText } from "../../domain/repeat/text.js";
import { who } from "../kit/avatar.js";

const LABELS_MAX = 2;
const CHECKED = /** @type {Record<string, string>} */ ({
  pending: "false",
  in_progress: "mixed",
  completed: "true",
});
export const PRIORITIES = ["", "low", "medium", "high"];

/**
 * The words of a status.
 * @param {string} status
 */
export function statusText(status) {
  return (
    { pending: t("Pending"), in_progress: t("In progress"), completed: t("Completed") }[status] ?? status
  );
}

/** @param {number} priority */
export function priorityText(priority) {
  return [t("None"), t("Low"), t("Medium"), t("High")][priority] ?? "";
}

/**
 * What there is to know around a task in a place.
 * @param {import("../../domain/tasks.js").Tasks} tasks
 * @param {import("../../domain/routes.js").Route} route
 * @param {Task} task
 * @param {number} depth
 * @param {string} today
 * @returns {Around}
 */
export function aroundOf(tasks, route, task, depth, today) {
  const home = ["inbox", "list"].includes(route.name) ? null : tasks.homeOf(task);
  const list = home ? tasks.lists.get(home) : undefined;
  return {
    today,
    depth,
    href: hrefOf({ ...route, task: task.id }),
    listName: list ? tasks.nameOfList(list) : null,
    progress: tasks.progressOf(task.id),
    comments: tasks.comments.count(task.id),
    assignee: tasks.assigneeOf(task),
    isTimeOnly: route.name === "today" || route.name === "upcoming",
    isTrash: route.name === "trash",
  };
}

/** @returns {HTMLLIElement} */
export function makeRow() {
  const title = element("a", { class: "row-title", tabIndex: -1 });
  title.draggable = false;
  return element(
    "li",
    { class: "row" },
    element("button", { class: "ring", role: "checkbox", type: "button", tabIndex: -1 }),
    element("div", { class: "row-body" }, title, element("p", { class: "meta" })),
  );
}

/**
 * @param {HTMLElement} row
 * @param {Task} task
 * @param {Around} around
 */
export function fillRow(row, task, around) {
  row.dataset.id = task.id;
  if (task.priority) row.dataset.priority = PRIORITIES[task.priority];
  else delete row.dataset.priority;
  if (around.depth) row.dataset.depth = String(around.depth);
  else delete row.dataset.depth;
  const [ring, body] = /** @type {any} */ (row.children);
  fillRing(ring, task);
  const [title, meta] = body.children;
  title.textContent = task.title || t("Untitled");
  title.href = around.href;
  title.dir = "auto";
  patch(meta, [...metaOf(task, around)]);
  fillWho(row, around.assignee ?? null);
}

/**
 * Who is to do it, at the end of the row.
 * @param {HTMLElement} row
 * @param {import("../kit/avatar.js").Person | null} assignee
 */
function fillWho(row, assignee) {
  row.querySelector(":scope > .who:not(.by)")?.remove();
  if (!assignee) return;
  const circle = who(assignee);
  circle.setAttribute("aria-label", t("Assigned to {name}", { name: assignee.name }));
  row.append(circle);
}

/**
 * @param {HTMLElement} ring
 * @param {Task} task
 */
export function fillRing(ring, task) {
  ring.setAttribute("aria-checked", CHECKED[task.status] ?? "false");
  const priority = task.priority
    ? `, ${t("{priority} priority", { priority: priorityText(task.priority).toLocaleLowerCase(locale()) })}`
    : "";
  ring.setAttribute(
    "aria-label",
    `${task.title}, ${statusText(task.status).toLocaleLowerCase(locale())}${priority}`,
  );
}

/**
 * @param {string} name
 * @param {string} [kind]
 */
export function dot(name, kind = "dot") {
  return h("i", { class: kind, style: { "--hue": String(hueOf(name)) } });
}

/**
 * @param {Task} task
 * @param {Around} around
 */
function metaOf(task, { today, listName, progress, isTimeOnly, isTrash, comments }) {
  const parts = [];
  if (task.conflicts.length)
    parts.push(
      element(
        "span",
        { class: "mark", title: t("Changed in two places") },
        element("span", { class: "hidden" }, t("Changed in two places")),
      ),
    );
  if (listName) parts.push(element("span", {}, dot(listName), element("span", { class: "clip" }, listName)));
  if (task.priority)
    parts.push(element("span", { class: "bangs", "aria-hidden": "true" }, "!".repeat(task.priority)));
  for (const label of task.labels.slice(0, LABELS_MAX))
    parts.push(element("span", {}, dot(label), element("span", { class: "clip" }, label)));
  if (task.labels.length > LABELS_MAX) parts.push(element("span", {}, `+${task.labels.length - LABELS_MAX}`));
  if (progress)
    parts.push(
      element(
        "span",
        { title: t("Subtasks") },
        icon("steps"),
        `${progress.done}/${progress.all}`,
        element("span", { class: "hidden" }, ` ${t("Subtasks")}`),
      ),
    );
  if (comments)
    parts.push(
      element(
        "span",
        { title: plural(comments, "{n} comment", "{n} comments") },
        icon("comment"),
        String(comments),
        element("span", { class: "hidden" }, ` ${t("Comments")}`),
      ),
    );
  if (task.repeat)
    parts.push(
      element(
        "span",
        { title: repeatText(task.repeat) },
        icon("repeat"),
        element("span", { class: "hidden" }, repeatText(task.repeat)),
      ),
    );
  if (isTrash)
    parts.push(
      element(
        "button",
        {
          class: "quiet is-accent",
          type: "button",
          "data-act": "restore",
          "aria-label": t("Restore “{title}”", { title: task.title }),
        },
        t("Restore"),
      ),
    );
  else parts.push(due(task, today, isTimeOnly));
  return parts;
}

/**
 * @param {Task} task
 * @param {string} today
 * @param {boolean} [isTimeOnly]
 */
function due(task, today, isTimeOnly) {
  if (!task.due) return element("time", {});
  const day = localDue(task.due).slice(0, 10);
  const isLate = task.status !== "completed" && isOverdue(task.due, new Date());
  const shown = isTimeOnly && day >= today ? timeText(task.due) : dueText(task.due, today);
  return element("time", { class: isLate ? "late" : day === today ? "is-today" : "" }, shown);
}
