/**
 * The manual order of tasks: up, down, into the task above, out of its parent.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Task} Task
 */
import { t } from "../../i18n/i18n.js";
import * as edits from "../../domain/edits.js";
import { namesOf } from "../kit/names.js";
import { say } from "../kit/toast.js";
import { siblingsOf } from "../../domain/task_tree.js";

/**
 * Whether the list is in manual order.
 * @param {Pick<Context, "view">} context
 */
export function isOrdered({ view: { route } }) {
  return ["list", "inbox"].includes(route.name) && (route.sort ?? "order") === "order";
}

/**
 * The siblings of a task that are shown beside it; all of them if it has no row in the list.
 * @param {Context} context
 * @param {Task} task
 */
function siblingsShown({ view, list }, task) {
  const siblings = siblingsOf(view.tasks, task);
  const rows = list.groups
    .map((group) => group.rows)
    .find((each) => each.some((row) => row.task.id === task.id));
  const shown = new Set(rows?.map((row) => row.task.id));
  return rows ? siblings.filter(({ id }) => shown.has(id)) : siblings;
}

/**
 * The task above on its level, which would become its parent.
 * @param {Context} context
 * @param {Task} task
 * @returns {Task | null}
 */
function taskAbove(context, task) {
  const { tasks } = context.view;
  const siblings = siblingsShown(context, task);
  const above = siblings[siblings.findIndex(({ id }) => id === task.id) - 1];
  return above && tasks.spaceOf(above) === tasks.spaceOf(task) ? above : null;
}

/**
 * @param {Context} context
 * @param {Task | undefined} task
 */
export function canIndent(context, task) {
  const { tasks, route } = context.view;
  if (!task || !isOrdered(context) || route.isBoard || !taskAbove(context, task)) return false;
  const parent = tasks.parentOf(task);
  return !tasks.parentOf(parent ?? task);
}

/**
 * @param {Context} context
 * @param {Task} task
 */
export async function indent(context, task) {
  const { view, edit } = context;
  const parent = taskAbove(context, task);
  if (!parent) return;
  await edit.do(
    t("task.indented", { names: namesOf([task]), parent: namesOf([parent]) }),
    edits.indent(view.tasks, task, parent, edit.baseOf),
  );
}

/**
 * @param {Context} context
 * @param {Task} task
 */
export async function outdent({ view, edit }, task) {
  const moves = edits.outdent(view.tasks, task, edit.baseOf);
  if (moves.length) await edit.do(t("task.outdented", { names: namesOf([task]) }), moves);
}

/**
 * Moves a task up or down among the siblings that are shown.
 * @param {Context} context
 * @param {Task} task
 * @param {number} by
 */
export async function shift(context, task, by) {
  const { view, edit } = context;
  const shown = siblingsShown(context, task);
  const index = shown.findIndex(({ id }) => id === task.id) + by;
  const other = shown[index];
  if (!isOrdered(context) || !other) return;
  const siblings = siblingsOf(view.tasks, task).filter(({ id }) => id !== task.id);
  const to = siblings.findIndex(({ id }) => id === other.id) + (by > 0 ? 1 : 0);
  const moves = edits.reorder(view.tasks, siblings.toSpliced(to, 0, task), to, 1, {}, edit.baseOf);
  if (await edit.do(t("task.moved"), moves, { isQuiet: true }))
    say(t("task.position", { n: index + 1, all: shown.length }));
}
