/**
 * A command: its words, its keys, and what it does for the chosen tasks.
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../context.js").Context} Context
 * @typedef {Element | null | undefined} Anchor  what was used, and what menus open beside
 *
 * @typedef {object} Command
 * @property {string} id
 * @property {() => string} text
 * @property {string[]} [keys]  as in aria-keyshortcuts; two letters one after the other with a space between
 * @property {string} [icon]
 * @property {boolean} [isForTasks]  needs at least one task, which may be changed unless `isReading`
 * @property {boolean} [isForOne]  means the focused task, whatever is selected
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
 * Keys as they are written beside a command: `Ctrl K`.
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
 * The keys of a command, where there is a keyboard.
 * @param {Command} command
 */
export function keysHint({ keys }) {
  return isNarrow() ? undefined : keysText(keys?.[0]);
}

/**
 * The tasks a command is for: the selected ones, else the focused row's, else the open one; within the pane
 * its own.
 * @param {Pick<Context, "view" | "list">} context
 * @param {Element | null} [anchor] what was used
 * @param {boolean} [isOne] whether the focused row is meant, whatever is selected
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
