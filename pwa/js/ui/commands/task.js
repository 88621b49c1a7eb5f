/**
 * Changes tasks at once: sets their status, deletes, restores, skips a repetition.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Task} Task
 * @typedef {import("./edit_service.js").BaseOf} BaseOf
 * @typedef {import("./edit_service.js").Edit} Edit
 */
import { dayOf, dueLong, localDue } from "../../lib/dates.js";
import { t } from "../../i18n/i18n.js";
import * as edits from "../../domain/edits.js";
import { namesOf } from "../kit/names.js";
import { say, toast } from "../kit/toast.js";
import { byDue } from "../../domain/sorting.js";
import { dueDay, isDone } from "../../domain/task.js";

/**
 * Completes tasks; reopens them if all are completed.
 * @param {Context} context
 * @param {Task[]} chosen
 */
export function toggle(context, chosen) {
  return setStatus(context, chosen, chosen.every(isDone) ? "pending" : "completed");
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 */
export function toggleStarted(context, chosen) {
  const isStarted = chosen.every((task) => task.status === "in_progress");
  return setStatus(context, chosen, isStarted ? "pending" : "in_progress");
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {string} status
 * @param {{baseOf?: BaseOf, moves?: Edit[]}} [how] `moves`: to their new positions, in the same step
 */
export async function setStatus(
  { view, list, edit },
  chosen,
  status,
  { baseOf = edit.baseOf, moves = [] } = {},
) {
  const changed = chosen.filter((task) => task.status !== status);
  if (!changed.length) return;
  if (status === "completed") list.holdCompleting(changed.map(({ id }) => id));
  const set = edits.setStatus(view.tasks, changed, status, view.now(), baseOf);
  const all = edits.joined([...moves, ...set]);
  const text = statusChangeText(changed, status, all, view.now());
  const isQuiet = status !== "completed" && !moves.length;
  if ((await edit.do(text, all, { isQuiet })) && isQuiet) say(text);
}

/**
 * @param {Task[]} changed
 * @param {string} status
 * @param {Edit[]} all the edits to save, with the next task of a repeating one
 * @param {Date} now
 */
function statusChangeText(changed, status, all, now) {
  const names = namesOf(changed);
  if (status === "in_progress") return t("task.started", { names });
  if (status === "pending") return t("task.setPending", { names });
  const next = all.find(({ set }) => set.title !== undefined && set.due);
  if (!next) return t("task.completed", { names });
  const due = dueLong(localDue(String(next.set.due)).slice(0, 10), dayOf(now));
  return t("task.completedNext", { names, due });
}

/**
 * Moves a repeating task to its next date.
 * @param {Context} context
 * @param {Task[]} chosen
 */
export function skip({ view, edit }, chosen) {
  return edit.do(
    t("task.skipped", { names: namesOf(chosen) }),
    chosen.flatMap((task) => edits.skip(task, view.now(), edit.baseOf)),
  );
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 */
export async function remove({ view, list, pane, edit }, chosen) {
  const live = chosen.filter((task) => !view.tasks.isInTrash(task));
  if (!live.length) return;
  const next = list.step(live.at(-1)?.id ?? null, 1);
  const isOnRow = Boolean(list.idOf(document.activeElement));
  if (live.some(({ id }) => id === view.route.task)) pane.close();
  await edit.do(
    t("task.deleted", { names: namesOf(live) }),
    edits.remove(view.tasks, live, view.now(), edit.baseOf),
  );
  const isLost = () => document.activeElement === document.body;
  if (isOnRow) view.afterRender(() => isLost() && (list.focus(next) || list.focus(list.active ?? undefined)));
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 */
export function restore({ view, edit }, chosen) {
  return edit.do(
    t("task.restored", { names: namesOf(chosen) }),
    edits.restore(view.tasks, chosen, edit.baseOf),
  );
}

/** @param {Context} context */
export function moveOverdueToToday({ view, edit }) {
  const today = dayOf(view.now());
  const late = view.tasks.live((task) => !isDone(task) && dueDay(task) < today).sort(byDue);
  if (!late.length) return toast(t("today.noOverdue"));
  return edit.do(t("task.movedToToday", { names: namesOf(late) }), edits.moveToDay(late, today, edit.baseOf));
}

/**
 * @param {Context} context
 * @param {Task} task
 */
export function openParent({ view, pane }, task) {
  const parent = view.tasks.parentOf(task);
  if (parent) pane.open(parent.id);
}

/**
 * Resolves a conflict by choosing one of the two values.
 * @param {Context} context
 * @param {{id: string, space: string, record: import("../../core/merge.js").Rec}} record
 * @param {string} field
 * @param {any} value
 * @param {import("./edit_service.js").EditBase} base
 */
export function resolveConflict({ view, edit }, record, field, value, base) {
  const set = field === "status" ? edits.statusOf(value, view.now().toISOString()) : { [field]: value };
  return edit.do(
    t("conflict.resolved"),
    edits.change([record], set, () => base),
  );
}
