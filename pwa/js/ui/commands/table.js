/**
 * Every command: its words, its keys, what it does. One table for the keyboard, the palette, the menus and
 * the map of keys.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../domain/tasks.js").Task} Task
 * @typedef {{id: string, text: () => string, keys?: string[], isForTasks?: boolean, isForOne?: boolean,
 *   icon?: string, isHidden?: boolean, when?: (app: App, chosen: Task[]) => boolean,
 *   isReading?: boolean, run: (app: App, chosen: Task[], anchor?: Element | null) => unknown}} Command
 *   `keys` as in aria-keyshortcuts; two letters one after the other with a space; `isForTasks`: needs at
 *   least one task, and,
 *   unless `isReading`, one that may be changed; `isForOne`: means the focused one, whatever is selected
 */
import { t } from "../../lib/words.js";
import { hrefOf, OWN_PAGES } from "../../domain/routes.js";

/** @param {import("../../domain/routes.js").Name} name */
const goTo = (name) => (/** @type {App} */ app) => app.go(hrefOf({ name }));

/** @type {Command[]} */
export const COMMANDS = [
  { id: "add", text: () => t("Add a task"), keys: ["Q", "N"], icon: "plus", run: (app) => app.quick.focus() },
  { id: "search", text: () => t("Search"), keys: ["/"], icon: "search", run: (app) => app.search() },
  {
    id: "palette",
    text: () => t("Commands"),
    keys: ["Control+K"],
    isHidden: true,
    run: (app) => app.openPalette(),
  },
  { id: "help", text: () => t("Keys"), keys: ["?"], icon: "keys", run: (app) => app.openKeys() },
  { id: "goToday", text: () => t("Go to Today"), keys: ["G T"], icon: "today", run: goTo("today") },
  { id: "goInbox", text: () => t("Go to the Inbox"), keys: ["G I"], icon: "inbox", run: goTo("inbox") },
  {
    id: "goUpcoming",
    text: () => t("Go to Upcoming"),
    keys: ["G U"],
    icon: "upcoming",
    run: goTo("upcoming"),
  },
  {
    id: "goCompleted",
    text: () => t("Go to Completed"),
    keys: ["G C"],
    icon: "done",
    run: goTo("completed"),
  },
  { id: "goTrash", text: () => t("Go to the Trash"), keys: ["G R"], icon: "trash", run: goTo("trash") },
  { id: "goSettings", text: () => t("Go to Settings"), keys: ["G S"], icon: "gear", run: goTo("settings") },
  {
    id: "goAccount",
    text: () => t("Account"),
    icon: "person",
    run: (app) => app.go(hrefOf({ name: "settings", part: "account" })),
  },
  {
    id: "goAdmin",
    text: () => t("Admin"),
    icon: "shield",
    when: (app) => Boolean(app.account?.is_admin),
    run: goTo("admin"),
  },
  {
    id: "goMine",
    text: () => t("Go to what is assigned to me"),
    keys: ["G M"],
    icon: "person",
    when: (app) => app.account !== null,
    run: (app) => app.go(hrefOf({ name: "search", assignee: "me" })),
  },
  {
    id: "goLists",
    text: () => t("Go to a list…"),
    keys: ["G L"],
    icon: "lists",
    run: (app, _, anchor) => app.chooseList(anchor),
  },
  {
    id: "next",
    text: () => t("Next task"),
    keys: ["J", "ArrowDown"],
    isHidden: true,
    run: (app) => app.walk(1),
  },
  {
    id: "previous",
    text: () => t("Previous task"),
    keys: ["K", "ArrowUp"],
    isHidden: true,
    run: (app) => app.walk(-1),
  },
  {
    id: "open",
    text: () => t("Open"),
    keys: ["Enter"],
    isForTasks: true,
    isForOne: true,
    isReading: true,
    isHidden: true,
    run: (app, [task]) => app.openTask(task.id),
  },
  {
    id: "edit",
    text: () => t("Edit the title"),
    keys: ["E", "F2"],
    isForTasks: true,
    isForOne: true,
    icon: "edit",
    run: (app, [task]) => app.editTitle(task.id),
  },
  {
    id: "complete",
    text: () => t("Complete, or open again"),
    keys: ["Space"],
    isForTasks: true,
    icon: "done",
    run: (app, chosen) => app.toggle(chosen),
  },
  {
    id: "start",
    text: () => t("Start, or set to pending"),
    keys: ["S"],
    isForTasks: true,
    icon: "half",
    run: (app, chosen) => app.toggleStarted(chosen),
  },
  {
    id: "status",
    text: () => t("Status…"),
    isForTasks: true,
    isHidden: true,
    run: (app, chosen, anchor) => app.chooseStatus(chosen, anchor),
  },
  {
    id: "due",
    text: () => t("Due date…"),
    keys: ["D"],
    isForTasks: true,
    icon: "upcoming",
    run: (app, chosen, anchor) => app.chooseDue(chosen, anchor),
  },
  {
    id: "label",
    text: () => t("Labels…"),
    keys: ["L"],
    isForTasks: true,
    icon: "label",
    run: (app, chosen, anchor) => app.chooseLabels(chosen, anchor),
  },
  {
    id: "priority",
    text: () => t("Priority…"),
    keys: ["P"],
    isForTasks: true,
    icon: "flag",
    run: (app, chosen, anchor) => app.choosePriority(chosen, anchor),
  },
  {
    id: "move",
    text: () => t("Move to a list…"),
    keys: ["M"],
    isForTasks: true,
    icon: "lists",
    run: (app, chosen, anchor) => app.chooseHome(chosen, anchor),
  },
  {
    id: "copy",
    text: () => t("Copy to a list…"),
    isForTasks: true,
    isReading: true,
    icon: "copy",
    run: (app, chosen, anchor) => app.chooseCopy(chosen, anchor),
  },
  {
    id: "assign",
    text: () => t("Assign…"),
    keys: ["A"],
    isForTasks: true,
    icon: "person",
    when: (app, chosen) => app.isAssignable(chosen),
    run: (app, chosen, anchor) => app.chooseAssignee(chosen, anchor),
  },
  {
    id: "repeat",
    text: () => t("Repeat…"),
    keys: ["R"],
    isForTasks: true,
    icon: "repeat",
    run: (app, chosen, anchor) => app.chooseRepeat(chosen, anchor),
  },
  {
    id: "skip",
    text: () => t("Skip to the next date"),
    keys: ["Shift+R"],
    isForTasks: true,
    icon: "repeat",
    when: (_, chosen) => chosen.some((task) => task.repeat),
    run: (app, chosen) => app.skip(chosen),
  },
  {
    id: "subtask",
    text: () => t("Add a subtask"),
    keys: ["Shift+S"],
    isForTasks: true,
    isForOne: true,
    icon: "steps",
    run: (app, [task]) => app.openSubtasks(task),
  },
  {
    id: "indent",
    text: () => t("Make a subtask of the one above"),
    keys: ["Tab"],
    isForTasks: true,
    isForOne: true,
    icon: "steps",
    when: (app, [task]) => app.canIndent(task),
    run: (app, [task]) => app.indent(task),
  },
  {
    id: "outdent",
    text: () => t("Take out of its task"),
    keys: ["Shift+Tab"],
    isForTasks: true,
    isForOne: true,
    icon: "steps",
    when: (app, [task]) => app.tasks.parentOf(task) !== null,
    run: (app, [task]) => app.outdent(task),
  },
  {
    id: "up",
    text: () => t("Move up"),
    keys: ["Alt+ArrowUp"],
    isForTasks: true,
    isForOne: true,
    icon: "up",
    when: (app) => app.isOrdered(),
    run: (app, [task]) => app.shift(task, -1),
  },
  {
    id: "down",
    text: () => t("Move down"),
    keys: ["Alt+ArrowDown"],
    isForTasks: true,
    isForOne: true,
    icon: "down",
    when: (app) => app.isOrdered(),
    run: (app, [task]) => app.shift(task, 1),
  },
  {
    id: "select",
    text: () => t("Select"),
    keys: ["X"],
    isForTasks: true,
    isReading: true,
    icon: "check",
    run: (app, chosen) => app.select(chosen),
  },
  {
    id: "selectAll",
    text: () => t("Select all"),
    keys: ["Control+A"],
    icon: "check",
    run: (app) => app.selectAll(),
  },
  {
    id: "remove",
    text: () => t("Delete"),
    keys: ["Delete", "Backspace"],
    isForTasks: true,
    icon: "trash",
    run: (app, chosen) => app.remove(chosen),
  },
  {
    id: "restore",
    text: () => t("Restore"),
    isForTasks: true,
    icon: "inbox",
    when: (app, chosen) => chosen.some((task) => app.tasks.isInTrash(task)),
    run: (app, chosen) => app.restore(chosen),
  },
  { id: "undo", text: () => t("Undo"), keys: ["Control+Z"], icon: "undo", run: (app) => app.undo() },
  {
    id: "redo",
    text: () => t("Do again"),
    keys: ["Control+Shift+Z", "Control+Y"],
    icon: "redo",
    run: (app) => app.redo(),
  },
  {
    id: "menu",
    text: () => t("All for this task…"),
    keys: [".", "ContextMenu"],
    isForTasks: true,
    isReading: true,
    isHidden: true,
    run: (app, chosen, anchor) => app.openTaskMenu(chosen, anchor),
  },
  {
    id: "openParent",
    text: () => t("Open the task it is part of"),
    isForTasks: true,
    isForOne: true,
    isReading: true,
    isHidden: true,
    run: (app, [task]) => app.openParent(task),
  },
  {
    id: "overdueToToday",
    text: () => t("Move overdue tasks to today"),
    icon: "today",
    run: (app) => app.overdueToToday(),
  },
  {
    id: "placeMenu",
    text: () => t("More"),
    isHidden: true,
    run: (app, _, anchor) => app.openPlaceMenu(anchor),
  },
  { id: "restoreList", text: () => t("Restore this list"), isHidden: true, run: (app) => app.restoreList() },
  {
    id: "leaveList",
    text: () => t("To the next part of the page"),
    keys: ["F6"],
    isHidden: true,
    run: (app) => app.nextPart(),
  },
  { id: "newList", text: () => t("New list…"), icon: "plus", run: (app, _, anchor) => app.newList(anchor) },
  {
    id: "renameList",
    text: () => t("Rename this list…"),
    icon: "edit",
    when: (app) => app.hasOwnList(),
    run: (app, _, anchor) => app.renameList(anchor),
  },
  {
    id: "removeList",
    text: () => t("Delete this list"),
    icon: "trash",
    when: (app) => app.hasOwnList(),
    run: (app) => app.removeList(),
  },
  {
    id: "shareList",
    text: () => t("Share this list…"),
    icon: "share",
    when: (app) => app.hasOwnList(),
    run: (app, _, anchor) => app.shareList(anchor),
  },
  {
    id: "newSpace",
    text: () => t("New space…"),
    icon: "plus",
    run: (app, _, anchor) => app.newSpace(anchor),
  },
  {
    id: "spaceMenu",
    text: () => t("More for this space"),
    isHidden: true,
    run: (app, _, anchor) => app.openSpaceMenu(anchor),
  },
  {
    id: "members",
    text: () => t("Members and invites…"),
    icon: "share",
    when: (app) => app.spaceAt() !== null,
    run: (app, _, anchor) => app.openMembers(app.spaceAt(anchor)),
  },
  {
    id: "activity",
    text: () => t("What happened in this space…"),
    icon: "clock",
    when: (app) => app.spaceAt() !== null,
    run: (app, _, anchor) => app.openActivity(app.spaceAt(anchor)),
  },
  {
    id: "renameSpace",
    text: () => t("Rename this space…"),
    icon: "edit",
    when: (app) => app.isOwner(),
    run: (app, _, anchor) => app.renameSpace(anchor),
  },
  {
    id: "leaveSpace",
    text: () => t("Leave this space…"),
    icon: "forward",
    when: (app) => app.spaceAt() !== null,
    run: (app, _, anchor) => app.leaveSpace(anchor),
  },
  {
    id: "deleteSpace",
    text: () => t("Delete this space…"),
    icon: "trash",
    when: (app) => app.isOwner(),
    run: (app, _, anchor) => app.deleteSpace(anchor),
  },
  {
    id: "restoreSpace",
    text: () => t("Bring back a deleted space…"),
    icon: "undo",
    when: (app) => app.account !== null,
    run: (app, _, anchor) => app.restoreSpace(anchor),
  },
  {
    id: "board",
    text: () => t("Show as list or board"),
    keys: ["V"],
    icon: "board",
    when: (app) => ["list", "inbox"].includes(app.route.name),
    run: (app) => app.toggleBoard(),
  },
  {
    id: "sort",
    text: () => t("Sort by…"),
    icon: "sort",
    when: (app) => !OWN_PAGES.includes(app.route.name),
    run: (app, _, anchor) => app.chooseSort(anchor),
  },
  {
    id: "filter",
    text: () => t("Filter…"),
    keys: ["F"],
    icon: "filter",
    when: (app) => !OWN_PAGES.includes(app.route.name),
    run: (app, _, anchor) => app.chooseFilter(anchor),
  },
  { id: "sync", text: () => t("Sync"), keys: ["G Y"], icon: "cloud", run: (app) => app.openSyncSheet() },
  {
    id: "export",
    text: () => t("Save a copy of everything…"),
    icon: "download",
    run: (app) => app.go("/settings#copies"),
  },
  { id: "theme", text: () => t("Light or dark"), icon: "today", run: (app) => app.toggleTheme() },
  { id: "print", text: () => t("Print"), icon: "print", run: () => print() },
];

/**
 * @param {string} id
 * @returns {Command}
 */
export function commandOf(id) {
  return /** @type {Command} */ (COMMANDS.find((command) => command.id === id));
}

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
  return keys
    ? keys
        .split("+")
        .map((key) => NAMES[key] ?? key)
        .join(" ")
    : "";
}

const SECOND_KEY_MS = 1_200;
const PAUSE_MS = 1_000;
const TEXT_FIELD = "input:not([type=checkbox], [type=radio]), textarea, select";

/** Listens for the keys of commands. */
export class Keys {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.first = "";
    this.firstMs = 0;
    /** @type {{field: Element | null, ms: number}} where it was typed last, and when */
    this.typed = { field: null, ms: 0 };
    addEventListener("keydown", (event) => this.#note(event), true);
    addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {KeyboardEvent} event */
  #note(event) {
    const target = /** @type {Element} */ (event.target);
    if (target.matches?.(TEXT_FIELD))
      this.typed = {
        field: ["Enter", "Escape", "Tab"].includes(event.key) ? null : target,
        ms: event.timeStamp,
      };
  }

  /**
   * Whether a key is still meant for a field that has gone from under the typing hand: it is no command then.
   * @param {KeyboardEvent} event
   */
  #isForGone(event) {
    const isSo = this.typed.field?.checkVisibility() === false && event.timeStamp - this.typed.ms < PAUSE_MS;
    if (isSo) this.typed.ms = event.timeStamp;
    return isSo;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const pressed = written(event);
    const isTyping = target.matches?.(TEXT_FIELD) ?? false;
    const isSingle = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isTyping && isSingle) {
      if (event.key === "Escape") this.app.escape();
      return;
    }
    if (isTyping && !["Control+K"].includes(pressed)) return;
    if (event.key === "Escape") return this.app.escape();
    if (isSingle && this.#isForGone(event)) return event.preventDefault();
    if (isSingle && event.key.length === 1 && !this.app.settings.hasKeys) return;
    const found = this.#find(pressed, target);
    const isSequence = !event.shiftKey && isSingle && pressed === "G";
    if (!found) {
      this.first = isSequence ? "G" : "";
      this.firstMs = event.timeStamp;
      return;
    }
    this.first = "";
    if (this.app.run(found.id, null, event) !== false) event.preventDefault();
  }

  /**
   * @param {string} pressed
   * @param {HTMLElement} target
   */
  #find(pressed, target) {
    const isSecond = this.first && performance.now() - this.firstMs < SECOND_KEY_MS;
    if (isSecond) return COMMANDS.find(({ keys }) => keys?.includes(`${this.first} ${pressed}`));
    const found = COMMANDS.find(({ keys }) => keys?.includes(pressed));
    if (!found) return undefined;
    const isOnRow = Boolean(target.closest?.(".row-title, .ring"));
    const isNative = ["Enter", "Space", "Tab", "Shift+Tab"].includes(pressed);
    if (isNative && !isOnRow) return undefined;
    if (pressed === "Space" && target.closest(".ring")) return undefined;
    if (
      ["Tab", "Shift+Tab"].includes(pressed) &&
      !(found.when?.(this.app, this.app.chosen(document.activeElement, found.isForOne)) ?? true)
    )
      return undefined;
    if (
      ["ArrowDown", "ArrowUp", "Backspace", "Delete"].includes(pressed) &&
      !isOnRow &&
      !target.closest("#pane") &&
      !(pressed.startsWith("Arrow") && (target === document.body || target.closest("#main")))
    )
      return undefined;
    return found;
  }
}

/**
 * A key press as commands write it.
 * @param {KeyboardEvent} event
 */
function written(event) {
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const isShifted = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key));
  return [(event.ctrlKey || event.metaKey) && "Control", event.altKey && "Alt", isShifted && "Shift", key]
    .filter(Boolean)
    .join("+");
}
