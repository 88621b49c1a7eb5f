/**
 * A task as a row: ring, title, details.
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../../domain/members.js").Member} Member
 * @typedef {import("../kit/avatar.js").Person} Person
 * @typedef {import("../../lib/patch.js").Child} Child
 * @typedef {{today: string, href: string, listName: string | null, progress: {done: number, all: number} |
 *   null, isTimeOnly?: boolean, isTrash?: boolean, depth?: number, assignee?: Person | null,
 *   comments?: number}} Around
 * @typedef {{classes?: string, isReadOnly?: boolean, tabIndex?: number, isOpen?: boolean, top?: string,
 *   field?: Node | null, by?: Person | null, unread?: string}} Look  `field`: the field that edits its title;
 *   `by`: the person who has just changed it; `top`: its position in a windowed list; `unread`: who changed it
 *   since the person last looked
 */
import { dueText, isOverdue, localDue, timeText } from "../../lib/dates.js";
import { icon } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";
import { repeatText } from "../../domain/repeat/text.js";
import { avatar } from "../kit/avatar.js";
import { dot, PRIORITIES, ringOf, unreadDot } from "../kit/task_marks.js";

const LABELS_MAX = 2;
/**
 * The details around a task at a route.
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

/**
 * @param {Task} task
 * @param {Around} around
 * @param {Look} [look]
 */
export function rowOf(task, around, look = {}) {
  const properties = {
    class: `row${look.classes ?? ""}`,
    key: task.id,
    "data-id": task.id,
    "data-priority": PRIORITIES[task.priority] || null,
    "data-depth": around.depth || null,
    style: look.top === undefined ? {} : { "inset-block-start": look.top },
  };
  return h(
    "li",
    properties,
    look.unread && unreadDot(look.unread),
    ringOf(task, { class: "ring", tabIndex: look.tabIndex === undefined ? null : -1 }, look.isReadOnly),
    h("div", { class: "row-body" }, look.field ?? titleOf(task, around, look), metaOf(task, around)),
    around.assignee && assigneeOf(around.assignee),
    look.by && avatar(look.by, { class: "who by", key: "by" }),
  );
}

/**
 * @param {Task} task
 * @param {Around} around
 * @param {Look} look
 */
function titleOf(task, { href }, { tabIndex, isOpen }) {
  const current = isOpen ? "true" : null;
  const own = { class: "row-title", href, dir: "auto", draggable: false, tabIndex, "aria-current": current };
  return h("a", own, task.title || t("task.untitled"));
}

/**
 * The assignee, at the end of the row.
 * @param {Person} assignee
 */
function assigneeOf(assignee) {
  return avatar(assignee, { "aria-label": t("assignee.named", { name: assignee.name }) });
}

/**
 * @param {Task} task
 * @param {Around} around
 */
function metaOf(task, around) {
  return h(
    "p",
    { class: "meta" },
    task.conflicts.length > 0 && conflictMark(),
    around.listName && named(around.listName),
    task.priority > 0 && h("span", { class: "bangs", "aria-hidden": "true" }, "!".repeat(task.priority)),
    task.labels.slice(0, LABELS_MAX).map(named),
    task.labels.length > LABELS_MAX && h("span", {}, `+${task.labels.length - LABELS_MAX}`),
    around.progress && progressOf(around.progress),
    Boolean(around.comments) && commentsOf(around.comments ?? 0),
    task.repeat && repeatOf(task.repeat),
    around.isTrash ? restoreButton(task) : dueOf(task, around),
  );
}

function conflictMark() {
  const text = t("conflict.label");
  return h("span", { class: "mark", title: text }, h("span", { class: "hidden" }, text));
}

/** @param {string} name of a list or a label */
function named(name) {
  return h("span", {}, dot(name), h("span", { class: "clip" }, name));
}

/** @param {{done: number, all: number}} progress */
function progressOf({ done, all }) {
  const text = t("subtask.title");
  return h(
    "span",
    { title: text },
    icon("steps"),
    `${done}/${all}`,
    h("span", { class: "hidden" }, ` ${text}`),
  );
}

/** @param {number} count */
function commentsOf(count) {
  return h(
    "span",
    { title: plural(count, "comment.count") },
    icon("comment"),
    String(count),
    h("span", { class: "hidden" }, ` ${t("comment.plural")}`),
  );
}

/** @param {string} repeat */
function repeatOf(repeat) {
  const text = repeatText(repeat);
  return h("span", { title: text }, icon("repeat"), h("span", { class: "hidden" }, text));
}

/** @param {Task} task */
function restoreButton({ title }) {
  const label = t("task.restoreNamed", { title });
  const own = { class: "quiet is-accent", type: "button", "data-act": "restore", "aria-label": label };
  return h("button", own, t("action.restore"));
}

/**
 * @param {Task} task
 * @param {Around} around
 */
function dueOf({ due, status }, { today, isTimeOnly }) {
  if (!due) return h("time");
  const day = localDue(due).slice(0, 10);
  const isLate = status !== "completed" && isOverdue(due, new Date());
  const text = isTimeOnly && day >= today ? timeText(due) : dueText(due, today);
  return h("time", { class: isLate ? "late" : day === today ? "is-today" : "" }, text);
}
