/**
 * Commands for the whole app: going somewhere, how tasks are shown, and what is always there.
 * @typedef {import("./command.js").Command} Command
 */
import { t } from "../../lib/words.js";
import { hrefOf, OWN_PAGES } from "../../domain/routes.js";
import { chooseList } from "./list.js";
import { nextPart, search } from "./navigation.js";
import { chooseFilter, chooseSort, toggleBoard } from "./show.js";

/** @param {import("../../domain/routes.js").Name} name */
const goTo =
  (name) =>
  (/** @type {import("./command.js").Context} */ { router }) =>
    router.go(hrefOf({ name }));

/** @param {import("./command.js").Context} context */
const hasTasks = ({ view }) => !OWN_PAGES.includes(view.route.name);

/** @param {import("./command.js").Context} context */
function toggleTheme({ view }) {
  const { theme } = view.settings;
  const isDark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  view.changeSettings({ theme: isDark ? "light" : "dark" });
}

/** @type {Command[]} */
export const GOING = [
  {
    id: "add",
    text: () => t("Add a task"),
    keys: ["Q", "N"],
    icon: "plus",
    run: ({ open }) => open.quickAdd(),
  },
  { id: "search", text: () => t("Search"), keys: ["/"], icon: "search", run: search },
  {
    id: "palette",
    text: () => t("Commands"),
    keys: ["Control+K"],
    isHidden: true,
    run: ({ open }) => open.palette(),
  },
  { id: "help", text: () => t("Keys"), keys: ["?"], icon: "keys", run: ({ open }) => open.keys() },
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
    run: ({ router }) => router.go(hrefOf({ name: "settings", part: "account" })),
  },
  {
    id: "goAdmin",
    text: () => t("Admin"),
    icon: "shield",
    when: ({ view }) => Boolean(view.account?.is_admin),
    run: goTo("admin"),
  },
  {
    id: "goMine",
    text: () => t("Go to what is assigned to me"),
    keys: ["G M"],
    icon: "person",
    when: ({ view }) => view.account !== null,
    run: ({ router }) => router.go(hrefOf({ name: "search", assignee: "me" })),
  },
  {
    id: "goLists",
    text: () => t("Go to a list…"),
    keys: ["G L"],
    icon: "lists",
    run: (context, _, anchor) => chooseList(context, anchor),
  },
  {
    id: "signIn",
    text: () => t("Sign in"),
    isHidden: true,
    run: ({ open }) => open.account(),
  },
  {
    id: "leaveList",
    text: () => t("To the next part of the page"),
    keys: ["F6"],
    isHidden: true,
    run: nextPart,
  },
];

/** @type {Command[]} */
export const UNDOING = [
  { id: "undo", text: () => t("Undo"), keys: ["Control+Z"], icon: "undo", run: ({ edit }) => edit.undo() },
  {
    id: "redo",
    text: () => t("Do again"),
    keys: ["Control+Shift+Z", "Control+Y"],
    icon: "redo",
    run: ({ edit }) => edit.redo(),
  },
];

/** @type {Command[]} */
export const SHOWING = [
  {
    id: "board",
    text: () => t("Show as list or board"),
    keys: ["V"],
    icon: "board",
    when: ({ view }) => ["list", "inbox"].includes(view.route.name),
    run: toggleBoard,
  },
  {
    id: "sort",
    text: () => t("Sort by…"),
    icon: "sort",
    when: hasTasks,
    run: (context, _, anchor) => chooseSort(context, anchor),
  },
  {
    id: "filter",
    text: () => t("Filter…"),
    keys: ["F"],
    icon: "filter",
    when: hasTasks,
    run: (context, _, anchor) => chooseFilter(context, anchor),
  },
  { id: "sync", text: () => t("Sync"), keys: ["G Y"], icon: "cloud", run: ({ open }) => open.syncSheet() },
  {
    id: "export",
    text: () => t("Save a copy of everything…"),
    icon: "download",
    run: ({ router }) => router.go("/settings#copies"),
  },
  { id: "theme", text: () => t("Light or dark"), icon: "today", run: toggleTheme },
  { id: "print", text: () => t("Print"), icon: "print", run: () => print() },
];
