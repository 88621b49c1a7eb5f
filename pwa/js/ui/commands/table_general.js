/**
 * Commands for the whole app: navigation, display, and commands that always apply.
 * @typedef {import("./command.js").Command} Command
 */
import { t } from "../../i18n/i18n.js";
import { hrefOf, OWN_PAGES } from "../../domain/routes.js";
import { chooseList } from "./list.js";
import { search } from "./navigation.js";
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
    text: () => t("task.add"),
    keys: ["Q", "N"],
    icon: "plus",
    run: ({ open }) => open.quickAdd(),
  },
  { id: "search", text: () => t("place.search"), keys: ["/"], icon: "search", run: search },
  {
    id: "palette",
    text: () => t("palette.title"),
    keys: ["Control+K"],
    isHidden: true,
    run: ({ open }) => open.palette(),
  },
  { id: "help", text: () => t("keyboard.title"), keys: ["?"], icon: "keys", run: ({ open }) => open.keys() },
  { id: "goToday", text: () => t("command.goToday"), keys: ["G T"], icon: "today", run: goTo("today") },
  { id: "goInbox", text: () => t("command.goInbox"), keys: ["G I"], icon: "inbox", run: goTo("inbox") },
  {
    id: "goUpcoming",
    text: () => t("command.goUpcoming"),
    keys: ["G U"],
    icon: "upcoming",
    run: goTo("upcoming"),
  },
  {
    id: "goCompleted",
    text: () => t("command.goCompleted"),
    keys: ["G C"],
    icon: "done",
    run: goTo("completed"),
  },
  { id: "goTrash", text: () => t("command.goTrash"), keys: ["G R"], icon: "trash", run: goTo("trash") },
  {
    id: "goSettings",
    text: () => t("command.goSettings"),
    keys: ["G S"],
    icon: "gear",
    run: goTo("settings"),
  },
  {
    id: "goAccount",
    text: () => t("account.title"),
    icon: "person",
    run: ({ router }) => router.go(hrefOf({ name: "settings", part: "account" })),
  },
  {
    id: "goAdmin",
    text: () => t("place.admin"),
    icon: "shield",
    when: ({ view }) => Boolean(view.account?.is_admin),
    run: goTo("admin"),
  },
  {
    id: "goMine",
    text: () => t("command.goAssigned"),
    keys: ["G M"],
    icon: "person",
    when: ({ view }) => view.account !== null,
    run: ({ router }) => router.go(hrefOf({ name: "search", assignee: "me" })),
  },
  {
    id: "goLists",
    text: () => t("command.goList"),
    keys: ["G L"],
    icon: "lists",
    run: (context, _, anchor) => chooseList(context, anchor),
  },
  {
    id: "signIn",
    text: () => t("account.signIn"),
    isHidden: true,
    run: ({ open }) => open.account(),
  },
];

/** @type {Command[]} */
export const UNDOING = [
  {
    id: "undo",
    text: () => t("undo.undo"),
    keys: ["Control+Z"],
    icon: "undo",
    run: ({ edit }) => edit.undo(),
  },
  {
    id: "redo",
    text: () => t("undo.redo"),
    keys: ["Control+Shift+Z", "Control+Y"],
    icon: "redo",
    run: ({ edit }) => edit.redo(),
  },
];

/** @type {Command[]} */
export const SHOWING = [
  {
    id: "board",
    text: () => t("command.toggleBoard"),
    keys: ["V"],
    icon: "board",
    when: ({ view }) => ["list", "inbox"].includes(view.route.name),
    run: toggleBoard,
  },
  {
    id: "sort",
    text: () => t("command.sort"),
    icon: "sort",
    when: hasTasks,
    run: (context, _, anchor) => chooseSort(context, anchor),
  },
  {
    id: "filter",
    text: () => t("command.filter"),
    keys: ["F"],
    icon: "filter",
    when: hasTasks,
    run: (context, _, anchor) => chooseFilter(context, anchor),
  },
  {
    id: "sync",
    text: () => t("sync.title"),
    keys: ["G Y"],
    icon: "cloud",
    run: ({ open }) => open.syncSheet(),
  },
  {
    id: "export",
    text: () => t("command.exportAll"),
    icon: "download",
    run: ({ router }) => router.go("/settings#copies"),
  },
  { id: "theme", text: () => t("command.toggleTheme"), icon: "today", run: toggleTheme },
  { id: "print", text: () => t("command.print"), icon: "print", run: () => print() },
];
