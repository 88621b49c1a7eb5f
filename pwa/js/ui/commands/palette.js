/**
 * The palette: tasks, lists and commands by typing. And the map of keys.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../domain/tasks.js").Task} Task
 * @typedef {import("./table.js").Command} Command
 * @typedef {import("../kit/listbox.js").Option & {run: () => unknown}} Item
 */
import { dayOf, dueText } from "../../lib/dates.js";
import { icon, tool } from "../../lib/dom.js";
import { element, h } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { hrefOf } from "../../domain/routes.js";
import { isDone } from "../../domain/tasks.js";
import { matcher } from "../../domain/views.js";
import { COMMANDS, keysText } from "./table.js";
import { openDialog } from "../kit/dialog.js";
import { Listbox } from "../kit/listbox.js";
import { dot } from "../list/row.js";

const FOUND_MAX = 8;
const LIST_ID = "palette-list";

/** @param {App} app */
export function openPalette(app) {
  new Palette(app);
}

class Palette {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.chosen = app.chosen();
    this.opener = document.activeElement;
    this.input = inputField();
    this.list = new Listbox({
      id: LIST_ID,
      title: t("Found"),
      row: describeItem,
      holder: this.input,
      isFinding: true,
      ifEmpty: t("Nothing found."),
      onPick: (item) => this.#run(/** @type {Item} */ (item)),
    });
    this.box = openDialog(t("Commands"), "palette", [
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
    this.list.show(itemsFor(this.app, this.chosen, this.input.value.trim()), 0);
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
    "aria-label": t("Search or run a command"),
    placeholder: t("Search or run a command"),
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
 * @param {App} app
 * @param {Task[]} chosen
 * @param {string} words
 * @returns {Item[]}
 */
function itemsFor(app, chosen, words) {
  const isNamed = (/** @type {string} */ text) => text.toLowerCase().includes(words.toLowerCase());
  return [
    ...(words ? [...tasksFor(app, words), ...listsFor(app, isNamed)] : []),
    ...commandsFor(app, chosen, isNamed),
  ];
}

/**
 * @param {App} app
 * @param {Task[]} chosen
 * @param {(text: string) => boolean} isNamed
 * @returns {Item[]}
 */
function commandsFor(app, chosen, isNamed) {
  return COMMANDS.filter((command) => mayRun(app, chosen, command) && isNamed(command.text())).map(
    (command) => ({
      group: t("Commands"),
      text: command.text(),
      note: command.isForTasks ? app.named(chosen) : "",
      icon: icon(command.icon ?? "more"),
      keys: keysText(command.keys?.[0]),
      run: () => runOn(app, chosen, command),
    }),
  );
}

/**
 * @param {App} app
 * @param {Task[]} chosen
 * @param {Command} command
 */
function mayRun(app, chosen, command) {
  if (command.isHidden || (command.isForOne && chosen.length > 1)) return false;
  if (command.isForTasks && !(command.isReading ? chosen : app.writable(chosen)).length) return false;
  return command.when?.(app, chosen) ?? true;
}

/**
 * @param {App} app
 * @param {Task[]} chosen
 * @param {Command} command
 */
function runOn(app, chosen, command) {
  const tasks = app.again(chosen);
  const isChanging = command.isForTasks && !command.isReading;
  return command.run(app, isChanging ? app.writable(tasks) : tasks, document.activeElement);
}

/**
 * @param {App} app
 * @param {(text: string) => boolean} isNamed
 * @returns {Item[]}
 */
function listsFor(app, isNamed) {
  const lists = app.tasks
    .liveLists()
    .filter((list) => isNamed(list.name))
    .slice(0, FOUND_MAX);
  return lists.map(({ id, name, space }) => ({
    group: t("Lists"),
    text: name,
    note: app.isShared(space) ? app.nameOfSpace(space) : "",
    icon: dot(name),
    run: () => app.go(hrefOf({ name: "list", list: id })),
  }));
}

/**
 * @param {App} app
 * @param {string} words
 * @returns {Item[]}
 */
function tasksFor(app, words) {
  const isMatch = matcher(words);
  const matching = app.tasks.live((task) => !isDone(task) && isMatch(task)).slice(0, FOUND_MAX);
  return matching.map((task) => ({
    group: t("Tasks"),
    text: task.title,
    note: noteOf(app, task),
    icon: ringOf(task),
    run: () => app.openTask(task.id),
  }));
}

/**
 * Where a task is, and when it is due.
 * @param {App} app
 * @param {Task} task
 */
function noteOf(app, task) {
  const home = app.tasks.homeOf(task);
  const place = home ? app.tasks.lists.get(home)?.name : t("Inbox");
  return [place, task.due && dueText(task.due, dayOf(app.now()))].filter(Boolean).join(" · ");
}

/** @param {Task} task */
function ringOf({ status }) {
  const isStarted = status === "in_progress";
  return h("i", {
    class: `ring is-mini${isStarted ? " is-accent" : ""}`,
    "data-state": isStarted ? "mixed" : "false",
  });
}

/** The map of keys. */
export function openKeys() {
  const commands = COMMANDS.filter((command) => command.keys);
  const box = openDialog(t("Keys"), "keymap", [
    h(
      "div",
      {},
      h("h1", {}, t("Keys")),
      tool("close", t("Close"), () => box.close()),
    ),
    h("dl", {}, commands.map(describeKeys)),
    h("p", {}, t("Single keys can be switched off in Settings. Where Tab moves a task, F6 leaves the list.")),
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
