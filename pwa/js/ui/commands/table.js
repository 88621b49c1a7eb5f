/**
 * Every command, once, for the keyboard, the palette, the menus and the list of shortcuts. Runs commands.
 * @typedef {import("./command.js").Command} Command
 * @typedef {import("./command.js").Context} Context
 */
import { chosenTasks } from "./command.js";
import { menuCommands } from "./menus.js";
import { GOING, SHOWING, UNDOING } from "./table_general.js";
import { FOR_LISTS } from "./table_spaces.js";
import { FOR_RELATED_TASKS, FOR_TASKS } from "./table_tasks.js";

const WHILE_LOCKED = ["sync", "help", "signIn"];

/** @type {Command[]} in the order of the palette */
export const COMMANDS = [
  ...GOING,
  ...FOR_TASKS,
  ...UNDOING,
  ...menuCommands(() => COMMANDS),
  ...FOR_RELATED_TASKS,
  ...FOR_LISTS,
  ...SHOWING,
];

/**
 * @param {string} id
 * @returns {Command}
 */
export function commandOf(id) {
  return /** @type {Command} */ (COMMANDS.find((command) => command.id === id));
}

/**
 * Runs a command for the chosen tasks.
 * @param {Context} context
 * @param {string} id
 * @param {Element | null} [anchor] the element that was used
 * @returns {boolean} false if it does not apply here
 */
export function runCommand(context, id, anchor = null) {
  const { view, edit } = context;
  const command = commandOf(id);
  if (view.isLocked && !WHILE_LOCKED.includes(id)) return false;
  const all = chosenTasks(context, anchor ?? document.activeElement, command.isForOne);
  if (command.isForTasks && !all.length) return false;
  const chosen = command.isForTasks && !command.isReading ? edit.writable(all) : all;
  if (command.isForTasks && !chosen.length) {
    edit.sayReadOnly(view.tasks.spaceOf(all[0]));
    return true;
  }
  if (command.when && !(anchor?.closest("[data-space]") || command.when(context, chosen))) return false;
  command.run(context, chosen, anchor ?? focusedRow(context));
  return true;
}

/**
 * Opens the menu of some tasks.
 * @param {Context} context
 * @param {import("./command.js").Task[]} chosen
 * @param {import("./command.js").Anchor} anchor
 */
export function openTaskMenu(context, chosen, anchor) {
  commandOf("menu").run(context, chosen, anchor);
}

/** @param {Context} context */
function focusedRow({ list }) {
  return document.activeElement?.closest(".row") ?? list.rows.get(list.active ?? "") ?? null;
}
