/**
 * What is said where there is nothing: one calm line, one thing to do.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {{text: string, act?: string, href?: string}} Empty
 */
import { dayOf, dueText } from "../../lib/dates.js";
import { t } from "../../lib/words.js";
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
  return { text: t("Nothing matches."), act: t("Show all"), href };
}

/** @type {Record<string, (view: View, now: Date) => Empty>} */
const TEXTS = {
  today: (view, now) => ({
    text: nextText(view, dayOf(now)),
    act: t("Look at the week"),
    href: hrefOf({ name: "upcoming" }),
  }),
  search: ({ route }) => ({
    text: route.q || isFiltered(route) ? t("Nothing found.") : t("Type to search everything on this device."),
  }),
  trash: () => ({ text: t("The trash is empty.") }),
  completed: () => ({ text: t("Nothing completed yet."), act: t("Look at today"), href: HOME }),
  upcoming: () => ({
    text: t("Nothing is planned. Give a task a date and it appears here."),
    act: t("Look at the Inbox"),
    href: hrefOf({ name: "inbox" }),
  }),
  list: (view) => listText(view),
};

/** @returns {Empty} */
function inbox() {
  return {
    text: t("Nothing in the Inbox. Add what comes to mind; it is kept here, with or without a network."),
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
  if (!next) return t("Nothing due. A quiet day.");
  const due = dueText(/** @type {string} */ (next.due), today);
  return t("Nothing else due. Next: {title}, {due}.", { title: next.title, due });
}

/**
 * @param {View} view
 * @returns {Empty}
 */
function listText({ route, tasks, store }) {
  const list = tasks.lists.get(route.list ?? "");
  if (!list)
    return {
      text: t("It may have been deleted, or not have arrived yet."),
      act: t("Go to Today"),
      href: HOME,
    };
  if (list.deleted) return { text: t("This list is in the trash, with its tasks.") };
  return { text: mayWrite(store, list.space) ? t("No tasks here. Add one above.") : t("No tasks here.") };
}
