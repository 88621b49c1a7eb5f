/**
 * Elements of a task in several views: its status as a ring and as text, its priority, the coloured dot of a
 * list or a label.
 * @typedef {import("../../domain/task.js").Task} Task
 */
import { hueOf } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";

const CHECKED = /** @type {Record<string, string>} */ ({
  pending: "false",
  in_progress: "mixed",
  completed: "true",
});
export const PRIORITIES = ["", "low", "medium", "high"];

/**
 * The name of a status.
 * @param {string} status
 */
export function statusText(status) {
  if (status === "pending") return t("status.pending");
  if (status === "in_progress") return t("status.inProgress");
  return status === "completed" ? t("status.completed") : status;
}

/** @param {number} priority */
export function priorityText(priority) {
  return [t("priority.none"), t("priority.low"), t("priority.medium"), t("priority.high")][priority] ?? "";
}

/**
 * @param {Task} task
 * @param {Record<string, any>} properties
 * @param {boolean} [isReadOnly]
 */
export function ringOf(task, properties, isReadOnly) {
  const own = {
    role: "checkbox",
    type: "button",
    "aria-checked": CHECKED[task.status] ?? "false",
    "aria-label": ringText(task),
    "aria-readonly": isReadOnly === undefined ? null : String(isReadOnly),
  };
  return h("button", { ...own, ...properties });
}

/**
 * The dot of a row that someone else changed.
 * @param {string} text says who
 */
export function unreadDot(text) {
  return h("span", { class: "unread", key: "unread", role: "img", "aria-label": text, title: text });
}

/**
 * The number of unread tasks, if there are some.
 * @param {number} [count]
 */
export function unreadCount(count) {
  if (!count) return false;
  const text = plural(count, "unread.count");
  return h(
    "span",
    { class: "unread-count", key: "unread", title: text },
    String(count),
    h("span", { class: "hidden" }, ` ${t("unread.label")}`),
  );
}

/** @param {Task} task */
function ringText({ title, status, priority }) {
  const important = priority
    ? `, ${t("priority.labelled", { priority: priorityText(priority).toLowerCase() })}`
    : "";
  return `${title}, ${statusText(status).toLowerCase()}${important}`;
}

/**
 * @param {string} name
 * @param {string} [kind]
 */
export function dot(name, kind = "dot") {
  return h("i", { class: kind, style: { "--hue": String(hueOf(name)) } });
}

/**
 * A ring that only shows a status.
 * @param {string} status
 */
export function miniRing(status) {
  const kind = status === "in_progress" ? "ring is-mini is-accent" : "ring is-mini";
  return h("i", { class: kind, "data-state": CHECKED[status], "aria-hidden": "true" });
}
