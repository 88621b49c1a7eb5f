/**
 * The heading of a route: its name, the people of a shared list, the filters and the sort.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {import("../kit/view.js").Run} Run
 * @typedef {import("../../domain/routes.js").Route} Route
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { icon } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { dates, t } from "../../i18n/i18n.js";
import { mayWrite } from "../../domain/members.js";
import { hrefOf } from "../../domain/routes.js";
import { presentAvatars } from "../kit/avatar.js";
import { dot, priorityText, statusText } from "../kit/task_marks.js";

const SORT_TEXTS = /** @type {Record<string, () => string>} */ ({
  order: () => t("sort.manual"),
  due: () => t("sort.due"),
  priority: () => t("sort.priority"),
  created: () => t("sort.newest"),
});
export const DUE_TEXTS = /** @type {Record<string, () => string>} */ ({
  overdue: () => t("filter.overdue"),
  today: () => t("place.today"),
  week: () => t("filter.nextWeek"),
  none: () => t("due.none"),
});
const TITLES = {
  inbox: () => t("place.inbox"),
  today: () => t("place.today"),
  upcoming: () => t("place.upcoming"),
  list: () => t("list.notFound"),
  completed: () => t("place.completed"),
  trash: () => t("place.trash"),
  search: () => t("place.search"),
  settings: () => t("place.settings"),
  lists: () => t("place.lists"),
  admin: () => t("place.admin"),
  join: () => t("place.invite"),
};
const ICONS = /** @type {Record<string, string>} */ ({
  completed: "done",
  settings: "gear",
  admin: "shield",
  join: "person",
  list: "lists",
});

/** @param {View} view */
export function titleOf({ route, listHere }) {
  return listHere?.name || TITLES[route.name]();
}

/**
 * @param {View} view
 * @param {Date} now
 * @param {{search: HTMLElement, run: Run}} parts `search`: the field
 * @returns {Child[]}
 */
export function headingOf(view, now, { search, run }) {
  const { route, listHere: list } = view;
  const isSearch = route.name === "search";
  return [
    isSearch && h("h1", { class: "hidden" }, titleOf(view)),
    list ? dot(list.name, "dot is-big") : icon(ICONS[route.name] ?? route.name),
    isSearch ? search : h("h1", {}, titleOf(view)),
    h("p", {}, route.name === "admin" ? view.note : noteOf(view, now, run)),
    list?.deleted && restoreButton(run),
  ];
}

/** @param {Run} run */
function restoreButton(run) {
  const onclick = () => run("restoreList");
  return h("button", { class: "quiet is-accent", type: "button", onclick }, t("action.restore"));
}

/**
 * @param {View} view
 * @param {Date} now
 * @param {Run} run
 * @returns {Child[]}
 */
function noteOf(view, now, run) {
  return [
    textOf(view, now),
    hereOf(view),
    filtersOf(view),
    view.route.name === "trash" && deletedListsOf(view, run),
  ];
}

/**
 * @param {View} view
 * @param {Date} now
 */
function textOf(view, now) {
  const { name } = view.route;
  if (name === "today") return dates({ weekday: "long", day: "numeric", month: "long" }).format(now);
  return name === "trash" ? t("trash.note") : peopleOf(view);
}

/**
 * The space of the current list, and its members.
 * @param {View} view
 */
function peopleOf(view) {
  const { tasks, store } = view;
  const space = view.listHere?.space;
  if (!space || !view.isShared(space)) return "";
  const people = tasks.members.of(space).map(({ name }) => name);
  const names = [view.nameOfSpace(space), people.join(", ")].filter(Boolean).join(" · ");
  return mayWrite(store, space) ? names : `${names} · ${t("space.viewOnly")}`;
}

/**
 * The other members who have the space of the current list open now.
 * @param {View} view
 */
function hereOf({ listHere: list, here, tasks, account }) {
  const people = here.of(list?.space).flatMap(({ account: other, isLeaving }) => {
    const member = other !== account?.id && tasks.members.find(list?.space ?? "", other);
    return member ? [{ ...member, isLeaving }] : [];
  });
  return people.length > 0 && presentAvatars(people);
}

/**
 * Lists in the trash; a tap restores one, with its tasks.
 * @param {View} view
 * @param {Run} run
 */
function deletedListsOf(view, run) {
  return [...view.tasks.lists.values()]
    .filter((list) => list.deleted)
    .map(({ id, name }) => {
      const onclick = (/** @type {any} */ event) => run("restoreList", event.currentTarget);
      const text = t("list.restoreNamed", { name });
      return h(
        "button",
        { class: "chip", key: id, type: "button", "data-deleted-list": id, onclick },
        dot(name),
        text,
      );
    });
}

/**
 * Filters and sort; a tap removes one.
 * @param {View} view
 */
function filtersOf(view) {
  const { route } = view;
  return filterTexts(view).map(([key, words]) => {
    const href = hrefOf({ ...route, [key]: null, task: null });
    const label = t("filter.remove", { words });
    return h("a", { class: "chip", key, href, "aria-label": label }, words, icon("close"));
  });
}

/**
 * @param {View} view
 * @returns {[keyof Route, string][]}
 */
function filterTexts(view) {
  const { label, status, priority, due, assignee, sort } = view.route;
  /** @type {[keyof Route, string | null | false][]} */
  const all = [
    ["label", label],
    ["status", status && statusText(status)],
    ["priority", priority && priorityText(Number(priority))],
    ["due", due && DUE_TEXTS[due]()],
    ["assignee", assignee && assigneeText(view, assignee)],
    ["sort", sort && sort !== "order" && SORT_TEXTS[sort]()],
  ];
  return /** @type {[keyof Route, string][]} */ (all.filter(([, text]) => text));
}

/**
 * @param {View} view
 * @param {string} assignee
 */
function assigneeText({ tasks }, assignee) {
  if (assignee === "me") return t("assignee.me");
  if (assignee === "none") return t("assignee.nobody");
  return t("assignee.named", { name: tasks.members.nameOf(assignee) || t("member.someone") });
}
