/**
 * The palette: finds tasks, lists and commands by text. Also the list of keyboard shortcuts.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("./table.js").Command} Command
 * @typedef {import("../kit/listbox.js").Option & {run: () => unknown}} Item
 */
import { dayOf, dueText } from "../../lib/dates.js";
import { icon, tool } from "../../lib/dom.js";
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";
import { COMMANDS } from "./table.js";
import { openDialog } from "../kit/dialog.js";
import { Listbox } from "../kit/listbox.js";
import { dot, miniRing } from "../kit/task_marks.js";
import { chosenTasks, keysText } from "./command.js";
import { namesOf } from "../kit/names.js";
import { isDone } from "../../domain/task.js";
import { matcher } from "../../domain/filters.js";

const FOUND_MAX = 8;
const LIST_ID = "palette-list";

/** @param {Context} context */
export function openPalette(context) {
  new Palette(context);
}

class Palette {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.chosen = chosenTasks(context);
    this.opener = document.activeElement;
    this.input = inputField();
    this.list = new Listbox({
      id: LIST_ID,
      title: t("palette.results"),
      row: describeItem,
      holder: this.input,
      isFinding: true,
      ifEmpty: t("search.noResults"),
      onPick: (item) => this.#run(/** @type {Item} */ (item)),
    });
    this.box = openDialog(t("palette.title"), "palette", [
      h("p", { class: "palette-field" }, icon("search"), this.input, h("kbd", {}, "Esc")),
      this.list.root,
    ]);
    this.#open();
  }

  #open() {
    this.input.addEventListener("input", () => this.#find());
    this.box.addEventListener("keydown", (event) => this.list.onKey(event));
    this.#find();
    this.input.focus();
  }

  #find() {
    this.list.show(itemsFor(this.context, this.chosen, this.input.value.trim()), 0);
  }

  /** @param {Item} item */
  #run(item) {
    this.box.close();
    if (this.opener instanceof HTMLElement) this.opener.focus();
    item.run();
  }
}

function inputField() {
  return element("input", {
    class: "palette-input",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": LIST_ID,
    "aria-label": t("palette.placeholder"),
    placeholder: t("palette.placeholder"),
    autocomplete: "off",
  });
}

/** @param {import("../kit/listbox.js").Option} item */
function describeItem({ text, note, icon, keys }) {
  return [
    icon,
    h("span", { class: "clip" }, text, note && h("small", {}, note)),
    keys &&
      h(
        "span",
        { class: "keys" },
        keys.split(" ").map((key) => h("kbd", {}, key)),
      ),
  ];
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {string} words
 * @returns {Item[]}
 */
function itemsFor(context, chosen, words) {
  const isNamed = (/** @type {string} */ text) => text.toLowerCase().includes(words.toLowerCase());
  return [
    ...(words ? [...tasksFor(context, words), ...listsFor(context, isNamed)] : []),
    ...commandsFor(context, chosen, isNamed),
  ];
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {(text: string) => boolean} isNamed
 * @returns {Item[]}
 */
function commandsFor(context, chosen, isNamed) {
  return COMMANDS.filter((command) => mayRun(context, chosen, command) && isNamed(command.text())).map(
    (command) => ({
      group: t("palette.title"),
      text: command.text(),
      note: command.isForTasks ? namesOf(chosen) : "",
      icon: icon(command.icon ?? "more"),
      keys: keysText(command.keys?.[0]),
      run: () => runOn(context, chosen, command),
    }),
  );
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Command} command
 */
function mayRun(context, chosen, command) {
  if (command.isHidden || (command.isForOne && chosen.length > 1)) return false;
  if (command.isForTasks && !(command.isReading ? chosen : context.edit.writable(chosen)).length)
    return false;
  return command.when?.(context, chosen) ?? true;
}

/**
 * @param {Context} context
 * @param {Task[]} chosen
 * @param {Command} command
 */
function runOn(context, chosen, command) {
  const tasks = context.edit.current(chosen);
  const isChanging = command.isForTasks && !command.isReading;
  return command.run(context, isChanging ? context.edit.writable(tasks) : tasks, document.activeElement);
}

/**
 * @param {Context} context
 * @param {(text: string) => boolean} isNamed
 * @returns {Item[]}
 */
function listsFor(context, isNamed) {
  const lists = context.view.tasks
    .liveLists()
    .filter((list) => isNamed(list.name))
    .slice(0, FOUND_MAX);
  return lists.map(({ id, name, space }) => ({
    group: t("place.lists"),
    text: name,
    note: context.view.isShared(space) ? context.view.nameOfSpace(space) : "",
    icon: dot(name),
    run: () => context.router.go(hrefOf({ name: "list", list: id })),
  }));
}

/**
 * @param {Context} context
 * @param {string} words
 * @returns {Item[]}
 */
function tasksFor(context, words) {
  const isMatch = matcher(words);
  const matching = context.view.tasks.live((task) => !isDone(task) && isMatch(task)).slice(0, FOUND_MAX);
  return matching.map((task) => ({
    group: t("task.plural"),
    text: task.title,
    note: noteOf(context, task),
    icon: miniRing(task.status),
    run: () => context.pane.open(task.id),
  }));
}

/**
 * The list of a task, and its due date.
 * @param {Context} context
 * @param {Task} task
 */
function noteOf(context, task) {
  const home = context.view.tasks.homeOf(task);
  const place = home ? context.view.tasks.lists.get(home)?.name : t("place.inbox");
  return [place, task.due && dueText(task.due, dayOf(context.view.now()))].filter(Boolean).join(" · ");
}

/** The list of keyboard shortcuts. */
export function openKeys() {
  const commands = COMMANDS.filter((command) => command.keys);
  const box = openDialog(t("keyboard.title"), "keymap", [
    h(
      "div",
      {},
      h("h1", {}, t("keyboard.title")),
      tool("close", t("action.close"), () => box.close()),
    ),
    h("dl", {}, commands.map(describeKeys)),
    h("p", {}, t("keyboard.note")),
  ]);
}

/** @param {Command} command */
function describeKeys({ text, keys = [] }) {
  return h(
    "div",
    {},
    h("dt", {}, text()),
    h(
      "dd",
      {},
      keys.map((key) => h("kbd", {}, keysText(key))),
    ),
  );
}
