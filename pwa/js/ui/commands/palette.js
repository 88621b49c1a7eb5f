/**
 * The palette: tasks, lists and commands by typing. And the map of keys.
 * @typedef {import("../../app.js").App} App
 * @typedef {{text: string, note?: string, mark: import("../../lib/patch.js").Shown, keys?: string, run: () => unknown}} Item
 */
import { dayOf, dueText } from "../../lib/dates.js";
import { icon, tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { hrefOf } from "../../domain/routes.js";
import { isDone } from "../../domain/tasks.js";
import { matcher } from "../../domain/views.js";
import { COMMANDS, keysText } from "./table.js";
import { openDialog } from "../kit/menu.js";
import { dot } from "../list/row.js";

const FOUND_MAX = 8;

/** @param {App} app */
export function openPalette(app) {
  const chosen = app.chosen();
  const editBaseAt = document.activeElement;
  const input = element("input", {
    class: "palette-input",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "palette-list",
    "aria-label": t("Search or run a command"),
    placeholder: t("Search or run a command"),
    autocomplete: "off",
  });
  const list = element("div", { role: "listbox", id: "palette-list", "aria-label": t("Found") });
  const box = openDialog(t("Commands"), "palette", [
    element("p", { class: "palette-field" }, icon("search"), input, element("kbd", {}, "Esc")),
    list,
  ]);
  /** @type {Item[]} */
  let items = [];
  let active = 0;
  const point = () => {
    for (const [index, option] of list.querySelectorAll("[role='option']").entries())
      option.setAttribute("aria-selected", String(index === active));
    input.setAttribute("aria-activedescendant", items.length ? `palette-${active}` : "");
    list.querySelector("[aria-selected='true']")?.scrollIntoView({ block: "nearest" });
  };
  const pick = (/** @type {number} */ index) => {
    const item = items[index];
    if (!item) return;
    box.close();
    if (editBaseAt instanceof HTMLElement) editBaseAt.focus();
    item.run();
  };
  const fill = () => {
    const groups = found(app, chosen, input.value.trim());
    items = groups.flatMap(([, inGroup]) => inGroup);
    active = 0;
    let number = 0;
    patch(list, [
      ...groups
        .filter(([, inGroup]) => inGroup.length)
        .map(([heading, inGroup]) =>
          element(
            "div",
            { role: "group", "aria-label": heading },
            element("p", { class: "palette-heading", "aria-hidden": "true" }, heading),
            ...inGroup.map((item) => option(item, number++, pick)),
          ),
        ),
      items.length ? "" : element("p", { class: "palette-heading" }, t("Nothing found.")),
    ]);
    point();
  };
  input.addEventListener("input", fill);
  box.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      active = (active + by + items.length) % Math.max(1, items.length);
      point();
    } else if (event.key === "Enter") {
      event.preventDefault();
      pick(active);
    }
  });
  fill();
  input.focus();
}

/**
 * @param {Item} item
 * @param {number} number
 * @param {(place: number) => void} pick
 */
function option({ text, note, mark, keys }, number, pick) {
  return element(
    "div",
    { role: "option", id: `palette-${number}`, onclick: () => pick(number) },
    mark,
    element("span", { class: "clip" }, text, note && element("small", {}, note)),
    keys ? element("span", { class: "keys" }, ...keys.split(" ").map((key) => element("kbd", {}, key))) : "",
  );
}

/**
 * @param {App} app
 * @param {import("../../domain/tasks.js").Task[]} chosen
 * @param {string} words
 * @returns {[string, Item[]][]}
 */
function found(app, chosen, words) {
  const wanted = words.toLowerCase();
  const isNamed = (/** @type {string} */ text) => text.toLowerCase().includes(wanted);
  const commands = COMMANDS.filter(
    (command) =>
      !command.isHidden &&
      !(command.isForOne && chosen.length > 1) &&
      (!command.isForTasks || (command.isReading ? chosen : app.writable(chosen)).length) &&
      (command.when?.(app, chosen) ?? true) &&
      isNamed(command.text()),
  ).map((command) => ({
    text: command.text(),
    note: command.isForTasks ? app.named(chosen) : "",
    mark: icon(command.icon ?? "more"),
    keys: keysText(command.keys?.[0]),
    run: () =>
      command.run(
        app,
        command.isForTasks && !command.isReading ? app.writable(app.again(chosen)) : app.again(chosen),
        document.activeElement,
      ),
  }));
  const lists = app.tasks
    .liveLists()
    .filter((list) => isNamed(list.name))
    .slice(0, FOUND_MAX)
    .map((list) => ({
      text: list.name,
      note: app.isShared(list.space) ? app.nameOfSpace(list.space) : "",
      mark: dot(list.name),
      run: () => app.go(hrefOf({ name: "list", list: list.id })),
    }));
  return [
    [t("Tasks"), words ? tasksFor(app, words) : []],
    [t("Lists"), words ? lists : []],
    [t("Commands"), commands],
  ];
}

/**
 * @param {App} app
 * @param {string} words
 * @returns {Item[]}
 */
function tasksFor(app, words) {
  const isMatch = matcher(words);
  const today = dayOf(app.now());
  const matching = app.tasks.live((task) => !isDone(task) && isMatch(task)).slice(0, FOUND_MAX);
  return matching.map((task) => {
    const home = app.tasks.homeOf(task);
    const note = [home ? app.tasks.lists.get(home)?.name : t("Inbox"), task.due && dueText(task.due, today)]
      .filter(Boolean)
      .join(" · ");
    const mark = element("i", {
      class: `ring is-mini${task.status === "in_progress" ? " is-accent" : ""}`,
      "data-state": task.status === "in_progress" ? "mixed" : "false",
    });
    return { text: task.title, note, mark, keys: "", run: () => app.openTask(task.id) };
  });
}

/** The map of keys. */
export function openKeys() {
  const shown = COMMANDS.filter((command) => command.keys);
  const box = openDialog(t("Keys"), "keymap", [
    element(
      "div",
      {},
      element("h1", {}, t("Keys")),
      tool("close", t("Close"), () => box.close()),
    ),
    element(
      "dl",
      {},
      ...shown.map(({ text, keys = [] }) =>
        element(
          "div",
          {},
          element("dt", {}, text()),
          element("dd", {}, ...keys.map((key) => element("kbd", {}, keysText(key)))),
        ),
      ),
    ),
    element(
      "p",
      {},
      t("Single keys can be switched off in Settings. Where Tab moves a task, F6 leaves the list."),
    ),
  ]);
}
