/**
 * Texts for empty views: one calm line, one action.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {{text: string, act?: string, href?: string}} Empty
 */
import { dayOf, dueText } from "../../lib/dates.js";
import { t } from "../../i18n/i18n.js";
import { mayWrite } from "../../domain/members.js";
import { HOME, hrefOf, isFiltered, OWN_PAGES } from "../../domain/routes.js";
import { dueDay, isDone } from "../../domain/task.js";

/**
 * @param {import("../../domain/routes.js").Route} route
 * @param {import("../list/list_view.js").ListView} list
 */
export function isEmptyShown(route, list) {
  if (OWN_PAGES.includes(route.name) || route.isBoard) return false;
  if (route.name === "upcoming" && !isFiltered(route) && list.order.length > 0) return false;
  const isDoneMeant = route.status === "completed" || route.name === "search";
  return !list.groups.some(({ rows, key }) => rows.length > 0 && (key !== "done" || isDoneMeant));
}

/**
 * @param {View} view
 * @param {Date} now
 * @returns {Empty}
 */
export function emptyTextOf(view, now) {
  const { route } = view;
  if (!isFiltered(route) || route.name === "search") return (TEXTS[route.name] ?? inbox)(view, now);
  const href = hrefOf({ name: route.name, list: route.list, isBoard: route.isBoard });
  return { text: t("empty.filtered"), act: t("empty.showAll"), href };
}

/** @type {Record<string, (view: View, now: Date) => Empty>} */
const TEXTS = {
  today: (view, now) => ({
    text: nextText(view, dayOf(now)),
    act: t("empty.viewWeek"),
    href: hrefOf({ name: "upcoming" }),
  }),
  search: ({ route }) => ({
    text: route.q || isFiltered(route) ? t("search.noResults") : t("search.hint"),
  }),
  trash: () => ({ text: t("empty.trash") }),
  completed: () => ({ text: t("empty.completed"), act: t("empty.viewToday"), href: HOME }),
  upcoming: () => ({
    text: t("empty.upcoming"),
    act: t("empty.viewInbox"),
    href: hrefOf({ name: "inbox" }),
  }),
  list: (view) => listText(view),
};

/** @returns {Empty} */
function inbox() {
  return {
    text: t("empty.inbox"),
  };
}

/**
 * @param {View} view
 * @param {string} today
 */
function nextText({ tasks }, today) {
  let next = null;
  for (const task of tasks.live((each) => !isDone(each) && each.due !== null && dueDay(each) > today))
    if (!next || dueDay(task) < dueDay(next)) next = task;
  if (!next) return t("empty.today");
  const due = dueText(/** @type {string} */ (next.due), today);
  return t("empty.todayNext", { title: next.title, due });
}

/**
 * @param {View} view
 * @returns {Empty}
 */
function listText({ listHere: list, store }) {
  if (!list)
    return {
      text: t("list.notFoundHint"),
      act: t("command.goToday"),
      href: HOME,
    };
  if (list.deleted) return { text: t("empty.deletedList") };
  return { text: mayWrite(store, list.space) ? t("empty.list") : t("empty.listViewOnly") };
}
