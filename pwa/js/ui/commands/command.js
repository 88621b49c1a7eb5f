/**
 * A command: its words, its keys, and what it does for the chosen tasks.
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../context.js").Context} Context
 * @typedef {Element | null | undefined} Anchor  the element that was used; menus open beside it
 *
 * @typedef {object} Command
 * @property {string} id
 * @property {() => string} text
 * @property {string[]} [keys]  as in aria-keyshortcuts; two letters in sequence are separated by a space
 * @property {string} [icon]
 * @property {boolean} [isForTasks]  needs at least one task, which may be changed unless `isReading`
 * @property {boolean} [isForOne]  applies to the focused task, even if others are selected
 * @property {boolean} [isReading]
 * @property {boolean} [isHidden]  from the palette
 * @property {(context: Context, chosen: Task[]) => boolean} [when]
 * @property {(context: Context, chosen: Task[], anchor?: Anchor) => unknown} run
 */
import { isNarrow } from "../../lib/dom.js";

const MAC = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const NAMES = /** @type {Record<string, string>} */ ({
  Control: MAC ? "⌘" : "Ctrl",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Space: "␣",
  Delete: "Del",
  Shift: "⇧",
  Alt: MAC ? "⌥" : "Alt",
  Tab: "⇥",
});

/**
 * The keys as shown beside a command: `Ctrl K`.
 * @param {string} [keys]
 * @returns {string}
 */
export function keysText(keys) {
  if (!keys) return "";
  return keys
    .split("+")
    .map((key) => NAMES[key] ?? key)
    .join(" ");
}

/**
 * The keys of a command, if there is a keyboard.
 * @param {Command} command
 */
export function keysHint({ keys }) {
  return isNarrow() ? undefined : keysText(keys?.[0]);
}

/**
 * The tasks of a command: the selected ones, else that of the focused row, else the open one. Within the
 * pane, the pane's own.
 * @param {Pick<Context, "view" | "list">} context
 * @param {Element | null} [anchor] the element that was used
 * @param {boolean} [isOne] whether to use the focused row, even if others are selected
 * @returns {Task[]}
 */
export function chosenTasks({ view, list }, anchor = document.activeElement, isOne = false) {
  const { tasks, route } = view;
  return idsChosen(list, route.task, anchor, isOne)
    .map((id) => tasks.all.get(id))
    .filter((task) => task !== undefined);
}

/**
 * @param {Context["list"]} list
 * @param {string | null} open
 * @param {Element | null} anchor
 * @param {boolean} isOne
 * @returns {string[]}
 */
function idsChosen(list, open, anchor, isOne) {
  const row = /** @type {HTMLElement | null | undefined} */ (anchor?.closest(".row"));
  if (anchor?.closest("#pane") && open) return [row?.dataset.id ?? open];
  const here = row?.dataset.id || list.idOf(document.activeElement);
  if (list.selected.size && !(isOne && here)) return [...list.selected];
  return [here || open || ""];
}
