/**
 * The menus that offer commands: for tasks, for the route, for a space.
 * @typedef {import("./command.js").Command} Command
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Task} Task
 * @typedef {import("./command.js").Anchor} Anchor
 */
import { icon } from "../../lib/dom.js";
import { t } from "../../i18n/i18n.js";
import { mayWrite } from "../../domain/members.js";
import { choose } from "../kit/menu.js";
import { namesOf } from "../kit/names.js";
import { keysHint } from "./command.js";
import { isSpaceUnread } from "./read.js";
import { isOwner, spaceAt } from "./space.js";

const FOR_ROUTE = [
  "readList",
  "sort",
  "filter",
  "selectAll",
  "board",
  "shareList",
  "members",
  "activity",
  "renameList",
  "removeList",
  "newSpace",
  "undo",
  "redo",
  "palette",
  "help",
  "print",
  "goCompleted",
  "goTrash",
  "goSettings",
];
const FOR_SPACE = ["readSpace", "members", "newList", "renameSpace", "activity", "leaveSpace", "deleteSpace"];
const FOR_OWNERS = ["renameSpace", "deleteSpace"];
const DANGEROUS = ["remove", "deleteSpace"];

/**
 * @param {Command} command
 * @param {{hasKeys?: boolean}} [how]
 * @returns {import("../kit/menu.js").Option}
 */
function optionOf(command, { hasKeys = true } = {}) {
  return {
    value: command,
    text: command.text(),
    icon: icon(command.icon ?? "more"),
    keys: hasKeys ? keysHint(command) : undefined,
    isDanger: DANGEROUS.includes(command.id),
  };
}

/**
 * All commands for the chosen tasks.
 * @param {Command[]} all
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Anchor} anchor
 */
function openTaskMenu(all, context, chosen, anchor) {
  const { edit } = context;
  const commands = all.filter((command) => isForThese(command, context, chosen));
  const tasksFor = (/** @type {Command} */ { isReading }) => {
    const current = edit.current(chosen);
    return isReading ? current : edit.writable(current);
  };
  choose({
    title: namesOf(chosen),
    anchor: anchor ?? document.activeElement,
    canSearch: false,
    options: commands.map((command) => optionOf(command)),
    onPick: (command) => command.run(context, tasksFor(command), anchor),
  });
}

/**
 * @param {Command} command
 * @param {Context} context
 * @param {Task[]} chosen
 */
function isForThese(command, context, chosen) {
  const { view, edit } = context;
  if (!command.isForTasks || command.isHidden) return false;
  if (command.isForOne && chosen.length > 1) return false;
  if (!command.isReading && !edit.writable(chosen).length) return false;
  if (command.id !== "restore" && chosen.some((task) => view.tasks.isInTrash(task))) return false;
  return command.when?.(context, chosen) ?? true;
}

/**
 * @param {Command[]} all
 * @param {Context} context
 * @param {Anchor} anchor
 */
function openRouteMenu(all, context, anchor) {
  const commands = named(all, FOR_ROUTE).filter(({ when }) => when?.(context, []) ?? true);
  choose({
    title: t("action.more"),
    anchor,
    canSearch: false,
    options: commands.map((command) => optionOf(command)),
    onPick: (command) => command.run(context, [], anchor),
  });
}

/**
 * @param {Command[]} all
 * @param {Context} context
 * @param {Anchor} anchor
 */
function openSpaceMenu(all, context, anchor) {
  const space = spaceAt(context, anchor);
  if (!space) return;
  const { view } = context;
  const isOpen = (/** @type {Command} */ { id }) =>
    id === "readSpace"
      ? isSpaceUnread(context, anchor)
      : id === "newList"
        ? mayWrite(view.store, space)
        : !FOR_OWNERS.includes(id) || isOwner(context, anchor);
  choose({
    title: view.nameOfSpace(space),
    anchor,
    canSearch: false,
    options: named(all, FOR_SPACE)
      .filter(isOpen)
      .map((command) => optionOf(command, { hasKeys: false })),
    onPick: (command) => command.run(context, [], anchor),
  });
}

/**
 * @param {Command[]} all
 * @param {string[]} ids
 */
function named(all, ids) {
  return ids.map((id) => all.find((command) => command.id === id)).filter((command) => command !== undefined);
}

/**
 * The commands that open menus.
 * @param {() => Command[]} all commands in the menus
 * @returns {Command[]}
 */
export const menuCommands = (all) => [
  {
    id: "menu",
    text: () => t("command.taskActions"),
    keys: [".", "ContextMenu"],
    isForTasks: true,
    isReading: true,
    isHidden: true,
    run: (context, chosen, anchor) => openTaskMenu(all(), context, chosen, anchor),
  },
  {
    id: "placeMenu",
    text: () => t("action.more"),
    isHidden: true,
    run: (context, _, anchor) => openRouteMenu(all(), context, anchor),
  },
  {
    id: "spaceMenu",
    text: () => t("command.spaceActions"),
    isHidden: true,
    run: (context, _, anchor) => openSpaceMenu(all(), context, anchor),
  },
];
