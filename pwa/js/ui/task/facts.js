/**
 * The facts of a task, each a button that changes it, with a warning beside a conflict.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../../lib/patch.js").Child} Child
 * @typedef {{content: Child[], isEmpty?: boolean}} Fact
 */
import { dayOf, dueLong, isOverdue } from "../../lib/dates.js";
import { icon } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { fieldText } from "../../domain/history.js";
import { repeatText } from "../../domain/repeat/text.js";
import { avatarBesideName } from "../kit/avatar.js";
import { dot, priorityText, statusText } from "../kit/task_marks.js";
import { chooseValue } from "../commands/choose.js";
import { isAssignable } from "../commands/move.js";

const COMMANDS = /** @type {Record<string, string>} */ ({
  status: "status",
  due: "due",
  repeat: "repeat",
  priority: "priority",
  labels: "label",
  assignee: "assign",
  list: "move",
  parent: "openParent",
});
const MARKED = ["title", "description", "deleted"];

/** @type {Record<string, (task: Task, context: Context) => Fact>} */
const FACTS = {
  status: ({ status }) => ({ content: [statusText(status)] }),
  due: (task, context) => (task.due ? { content: [dueOf(task, context.view.now())] } : none(t("field.none"))),
  repeat: ({ repeat }) =>
    repeat ? { content: [icon("repeat"), repeatText(repeat)] } : none(t("repeat.never")),
  priority: ({ priority }) => (priority ? { content: [priorityText(priority)] } : none(t("field.none"))),
  labels: ({ labels }) =>
    labels.length
      ? { content: labels.flatMap((label) => [dot(label), h("span", {}, label)]) }
      : none(t("field.none")),
  assignee: (task, { view: { tasks } }) => {
    const assignee = tasks.assigneeOf(task);
    return assignee
      ? { content: [avatarBesideName(assignee), h("span", {}, assignee.name)] }
      : none(t("assignee.none"));
  },
  list: (task, { view: { tasks } }) => {
    const list = tasks.lists.get(tasks.homeOf(task) ?? "");
    return { content: [list ? tasks.nameOfList(list) : t("place.inbox")] };
  },
  parent: (task, { view: { tasks } }) => {
    const parent = tasks.parentOf(task);
    return parent ? { content: [parent.title] } : none(t("field.none"));
  },
};

/**
 * @param {string} words
 * @returns {Fact}
 */
function none(words) {
  return { content: [h("span", { class: "is-muted" }, words)], isEmpty: true };
}

/**
 * @param {Task} task
 * @param {Date} now
 */
function dueOf({ due, status }, now) {
  const isLate = status !== "completed" && isOverdue(due ?? "", now);
  return h("span", { class: isLate ? "late" : "" }, dueLong(due ?? "", dayOf(now)));
}

/**
 * The facts as the rows of a list, and whether some of them are empty.
 * @param {Context} context
 * @param {Task} task
 * @returns {{rows: Child[], hasBlank: boolean}}
 */
export function factsOf(context, task) {
  const names = Object.keys(FACTS).filter((name) => name !== "assignee" || mayHaveAssignee(context, task));
  const shown = names.map((name) => factOf(context, task, name)).filter((fact) => fact !== null);
  const marked = MARKED.filter((field) => task.conflicts.includes(field));
  return {
    rows: [...shown.flatMap(({ row }) => row), ...marked.flatMap((field) => markRow(context, task, field))],
    hasBlank: shown.some(({ isBlank }) => isBlank),
  };
}

/**
 * @param {Context} context
 * @param {Task} task
 */
function mayHaveAssignee(context, task) {
  return context.view.tasks.assigneeOf(task) !== null || isAssignable(context, [task]);
}

/**
 * @param {Context} context
 * @param {Task} task
 * @param {string} name
 */
function factOf(context, task, name) {
  const { content, isEmpty = false } = FACTS[name](task, context);
  if (name === "parent" && isEmpty) return null;
  const disputed = task.conflicts.filter((field) =>
    name === "labels" ? field.startsWith("label/") : field === name,
  );
  const isBlank = isEmpty && !disputed.length;
  const own = { class: isBlank ? "is-blank" : "" };
  const isFixed = name !== "parent" && !context.edit.writable([task]).length;
  const value = isFixed
    ? h("span", { class: "value is-fixed" }, content)
    : valueButton(context, name, content);
  const marks = disputed.map((field) => conflictMark(context, task, field));
  const row = [h("dt", { ...own, key: name }, fieldText(name)), h("dd", { ...own, key: name }, value, marks)];
  return { row, isBlank };
}

/**
 * @param {Context} context
 * @param {string} name
 * @param {Child[]} content
 */
function valueButton(context, name, content) {
  const own = {
    class: "value",
    type: "button",
    "data-fact": name,
    "aria-haspopup": "dialog",
    onclick: (/** @type {any} */ event) => context.run(COMMANDS[name], event.currentTarget),
  };
  return h("button", own, h("span", { class: "hidden" }, `${fieldText(name)}: `), content);
}

/**
 * @param {Context} context
 * @param {Task} task
 * @param {string} field
 */
function markRow(context, task, field) {
  return [
    h("dt", { key: field }, fieldText(field)),
    h("dd", { key: field }, conflictMark(context, task, field)),
  ];
}

/**
 * The warning beside a field with a conflict.
 * @param {Context} context
 * @param {Task} task
 * @param {string} field
 */
function conflictMark(context, task, field) {
  const inside = [h("i", { class: "mark" }), t("conflict.label")];
  if (!context.edit.writable([task]).length) return h("span", { class: "mark-button", key: field }, inside);
  const own = {
    class: "mark-button",
    type: "button",
    key: field,
    "data-conflict": field,
    "aria-label": `${t("conflict.label")}: ${t("conflict.field", { field: fieldText(field) })}`,
    onclick: (/** @type {any} */ event) => chooseValue(context, task, field, event.currentTarget),
  };
  return h("button", own, inside);
}
