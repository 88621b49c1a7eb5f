/**
 * New tasks and subtasks.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Task} Task
 * @typedef {import("./edit_service.js").Edit} Edit
 * @typedef {import("../../domain/edits.js").NewTask & {depth?: number}} Given
 */
import { plural, t } from "../../i18n/i18n.js";
import * as edits from "../../domain/edits.js";
import { spaceOfList } from "../../domain/moves.js";
import { hrefOf, routeAt } from "../../domain/routes.js";
import { toast } from "../kit/toast.js";
import { keysOnTop, lastKey } from "../../domain/order.js";

/**
 * Saves new tasks at the top of their list and in its space. A task of depth 1 becomes a subtask of the last
 * one of depth 0.
 * @param {Context} context
 * @param {Given[]} given
 * @param {boolean} [isQuiet]
 */
export async function addTasks({ view, edit }, given, isQuiet = false) {
  const { tasks, store } = view;
  const orders = keysOnTop([...tasks.all.values()], given.length);
  const created = view.now().toISOString();
  /** @type {Edit[]} */
  const all = [];
  let top = /** @type {Edit | null} */ (null);
  for (const [index, { depth, ...task }] of given.entries()) {
    const above = depth && top ? top : null;
    const list = above ? /** @type {string | null} */ (above.set.list) : (task.list ?? null);
    const space = spaceOfList(tasks, list, store.space);
    const made = { ...task, list, parent: above?.id ?? null };
    all.push(edits.create(space, made, orders[index], created, task.id));
    if (!depth) top = all[index];
  }
  const text = plural(all.length, "task.added");
  return { edits: all, step: await edit.do(text, all, { isQuiet }) };
}

/**
 * @param {Context} context
 * @param {Task} parent
 * @param {string[]} titles
 * @returns {Promise<boolean>}
 */
export async function addSubtasks({ view, edit }, parent, titles) {
  const { tasks, store } = view;
  const space = tasks.spaceOf(parent) || store.space;
  const created = view.now().toISOString();
  let last = lastKey(tasks.subtasksOf(parent.id));
  const all = titles.map((title) => {
    const made = edits.create(space, { title, parent: parent.id, list: parent.list }, last, created);
    last = lastKey([{ order: last }]);
    return made;
  });
  const text = plural(all.length, "subtask.added");
  return Boolean(await edit.do(text, all, { isQuiet: all.length === 1 }));
}

/**
 * If a new task is not visible here, names its list. After the first task, asks the browser for persistent
 * storage.
 * @param {Context} context
 * @param {string} id
 */
export function sayWhere(context, id) {
  const { view, list } = context;
  view.afterRender(() => {
    const task = view.tasks.all.get(id);
    if (task && !list.positions.has(id)) tellList(context, task);
  });
  if (view.settings.hasAskedPersist) return;
  view.changeSettings({ hasAskedPersist: true });
  navigator.storage?.persist?.().catch(() => {});
}

/**
 * @param {Context} context
 * @param {Task} task
 */
function tellList({ view, router }, task) {
  const { tasks } = view;
  const home = tasks.homeOf(task);
  const list = home ? (tasks.lists.get(home)?.name ?? "") : t("place.inbox");
  const href = hrefOf(home ? { name: "list", list: home } : { name: "inbox" });
  const route = { ...routeAt(new URL(href, location.href)), task: task.id };
  toast(t("task.addedTo", { list }), t("action.show"), () => router.go(hrefOf(route)));
}
