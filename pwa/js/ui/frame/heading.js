/**
 * The heading of a route: its name, the people of a shared list, what is filtered and sorted.
 * @typedef {import("../../boot.js").Page} Page
 * @typedef {import("../../domain/routes.js").Route} Route
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { icon } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { dates, t } from "../../lib/words.js";
import { mayWrite } from "../../domain/members.js";
import { hrefOf } from "../../domain/routes.js";
import { dot, priorityText, statusText } from "../list/row.js";

const SORT_TEXTS = /** @type {Record<string, () => string>} */ ({
  order: () => t("by hand"),
  due: () => t("by due date"),
  priority: () => t("by priority"),
  created: () => t("newest first"),
});
export const DUE_TEXTS = /** @type {Record<string, () => string>} */ ({
  overdue: () => t("Overdue"),
  today: () => t("Today"),
  week: () => t("Next 7 days"),
  none: () => t("No date"),
});
const TITLES = {
  inbox: () => t("Inbox"),
  today: () => t("Today"),
  upcoming: () => t("Upcoming"),
  list: () => t("This list is not here"),
  completed: () => t("Completed"),
  trash: () => t("Trash"),
  search: () => t("Search"),
  settings: () => t("Settings"),
  lists: () => t("Lists"),
  admin: () => t("Admin"),
  join: () => t("Invitation"),
};
const ICONS = /** @type {Record<string, string>} */ ({
  completed: "done",
  settings: "gear",
  admin: "shield",
  join: "person",
  list: "lists",
});

/** @param {Page} page */
export function titleOf({ route, tasks }) {
  return (route.list && tasks.lists.get(route.list)?.name) || TITLES[route.name]();
}

/**
 * @param {Page} page
 * @param {Date} now
 * @param {{search: HTMLElement, note: string}} parts the field of the search; what administration says
 * @returns {Child[]}
 */
export function headingOf(page, now, { search, note }) {
  const { route, tasks } = page;
  const list = route.list ? tasks.lists.get(route.list) : undefined;
  const isSearch = route.name === "search";
  return [
    isSearch && h("h1", { class: "hidden" }, titleOf(page)),
    list ? dot(list.name, "dot is-big") : icon(ICONS[route.name] ?? route.name),
    isSearch ? search : h("h1", {}, titleOf(page)),
    h("p", {}, route.name === "admin" ? note : noteOf(page, now)),
    list?.deleted && restoreButton(page),
  ];
}

/** @param {Page} page */
function restoreButton(page) {
  const onclick = () => page.run("restoreList");
  return h("button", { class: "quiet is-accent", type: "button", onclick }, t("Restore"));
}

/**
 * @param {Page} page
 * @param {Date} now
 * @returns {Child[]}
 */
function noteOf(page, now) {
  return [textOf(page, now), filtersOf(page), page.route.name === "trash" && deletedListsOf(page)];
}

/**
 * @param {Page} page
 * @param {Date} now
 */
function textOf(page, now) {
  const { name } = page.route;
  if (name === "today") return dates({ weekday: "long", day: "numeric", month: "long" }).format(now);
  return name === "trash" ? t("What is deleted stays here for 90 days.") : peopleOf(page);
}

/**
 * The space of the list that is shown, and who is in it.
 * @param {Page} page
 */
function peopleOf({ route, tasks, store }) {
  const space = route.list ? tasks.lists.get(route.list)?.space : undefined;
  if (!space || space === store.personal || !(space in store.roles)) return "";
  const people = tasks.members.of(space).map(({ name }) => name);
  const names = [tasks.members.names.get(space) ?? "", people.join(", ")].filter(Boolean).join(" · ");
  return mayWrite(store, space) ? names : `${names} · ${t("You may read this space.")}`;
}

/**
 * Lists in the trash, each to be restored by a tap, with its tasks.
 * @param {Page} page
 */
function deletedListsOf(page) {
  return [...page.tasks.lists.values()]
    .filter((list) => list.deleted)
    .map(({ id, name }) => {
      const onclick = () => page.hands.then((app) => app.restoreList(id));
      const text = t("Restore the list “{name}”", { name });
      return h("button", { class: "chip", key: id, type: "button", onclick }, dot(name), text);
    });
}

/**
 * What is filtered and sorted, each to be removed by a tap.
 * @param {Page} page
 */
function filtersOf(page) {
  const { route } = page;
  return filterTexts(page).map(([key, words]) => {
    const href = hrefOf({ ...route, [key]: null, task: null });
    const label = t("Take away: {words}", { words });
    return h("a", { class: "chip", key, href, "aria-label": label }, words, icon("close"));
  });
}

/**
 * @param {Page} page
 * @returns {[keyof Route, string][]}
 */
function filterTexts(page) {
  const { label, status, priority, due, assignee, sort } = page.route;
  /** @type {[keyof Route, string | null | false][]} */
  const all = [
    ["label", label],
    ["status", status && statusText(status)],
    ["priority", priority && priorityText(Number(priority))],
    ["due", due && DUE_TEXTS[due]()],
    ["assignee", assignee && assigneeText(page, assignee)],
    ["sort", sort && sort !== "order" && SORT_TEXTS[sort]()],
  ];
  return /** @type {[keyof Route, string][]} */ (all.filter(([, text]) => text));
}

/**
 * @param {Page} page
 * @param {string} assignee
 */
function assigneeText({ tasks }, assignee) {
  if (assignee === "me") return t("Assigned to me");
  if (assignee === "none") return t("Assigned to nobody");
  return t("Assigned to {name}", { name: tasks.members.nameOf(assignee) || t("someone else") });
}
