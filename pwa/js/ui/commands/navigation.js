/**
 * Moves through the page by keys: between rows, between areas, and back.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Task} Task
 */
import { byId } from "../../lib/dom.js";
import { hrefOf } from "../../domain/routes.js";

/**
 * @param {Context} context
 * @param {number} by how many rows
 */
export function walk({ list, pane }, by) {
  const from = list.idOf(document.activeElement) ?? null;
  const to = from === null && list.active !== null ? list.active : list.step(from, by);
  list.focus(to);
  pane.follow(to);
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 */
export function select({ list }, chosen) {
  const id = list.idOf(document.activeElement) ?? chosen[0]?.id;
  if (id) list.selected.toggle(id);
}

/**
 * Closes one layer: the selection, the open task, the search.
 * @param {Context} context
 */
export function escape({ view, list, pane }) {
  if (list.selected.size) return list.selected.clear();
  if (view.route.task) return pane.close();
  if (view.route.name === "search") list.focus(list.active ?? undefined);
}

/**
 * Moves from the list to the open task, to the sidebar, and back to the list.
 * @param {Context} context
 */
export function nextPart({ list, open }) {
  const parts = [byId("main"), byId("pane"), byId("side")].filter(
    (part) => part.offsetParent !== null && !part.hidden,
  );
  const here = parts.findIndex((part) => part.contains(document.activeElement));
  const next = parts[(here + 1) % parts.length];
  if (next !== byId("main")) next.querySelector("a, button, textarea")?.focus();
  else if (!list.focus(list.active ?? undefined)) open.quickAdd();
}

/** @param {Context} context */
export function search({ view, router }) {
  if (view.route.name !== "search") router.go(hrefOf({ name: "search" }));
  view.renderNow(); // the next key already goes there
  byId("search-field").focus();
}

/**
 * Focuses the row at the same position as before, or the list.
 * @param {Pick<Context, "list">} context
 */
export function focusNear({ list }) {
  return list.focus(list.active ?? undefined) || byId("main").focus({ preventScroll: true });
}

/**
 * Leaves a list that no longer exists, unless the person types in a task of it. A field with a new task keeps
 * the focus.
 * @param {Context} context
 */
export function leaveRemovedList({ view, pane, router }) {
  const { route } = view;
  if (route.name !== "list" || view.listHere) return;
  if (pane.heldId) {
    if (route.task) router.go(hrefOf({ ...route, task: null }), true);
    return;
  }
  const field = /** @type {HTMLElement | null} */ (document.activeElement);
  router.go(hrefOf({ name: "today" }), true);
  if (field?.id === "quick-title") view.afterRender(() => field.focus());
}
