/**
 * Changes how tasks are shown: as a list or a board, sorted, filtered.
 * @typedef {import("./command.js").Context} Context
 * @typedef {import("./command.js").Anchor} Anchor
 * @typedef {import("../../lib/patch.js").Shown} Shown
 * @typedef {"status" | "due" | "priority" | "assignee" | "label"} Filter
 * @typedef {[filter: Filter, value: string, text: string, icon?: Shown]} FilterOption
 */
import { icon } from "../../lib/dom.js";
import { t } from "../../i18n/i18n.js";
import { DUES, hrefOf, SORTS } from "../../domain/routes.js";
import { DUE_TEXTS } from "../frame/heading.js";
import { avatarBesideName } from "../kit/avatar.js";
import { choose } from "../kit/menu.js";
import { dot, priorityText, statusText } from "../kit/task_marks.js";

const SORT_TEXTS = /** @type {Record<string, () => string>} */ ({
  order: () => t("sort.manual"),
  due: () => t("sort.due"),
  priority: () => t("sort.priority"),
  created: () => t("sort.newest"),
});

/** @param {Context} context */
export function toggleBoard({ view: { route }, router }) {
  if (route.name === "list") router.go(hrefOf({ ...route, isBoard: !route.isBoard, task: null }));
}

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function chooseSort({ view, router }, anchor) {
  choose({
    title: t("sort.title"),
    anchor,
    options: SORTS.map((sort) => ({
      value: sort,
      text: SORT_TEXTS[sort](),
      isChecked: (view.route.sort ?? "order") === sort,
    })),
    onPick: (sort) => router.go(hrefOf({ ...view.route, sort: sortFor(view.route, sort), task: null })),
  });
}

/**
 * The sort in an address: lists and the Inbox have manual order by default.
 * @param {import("../../domain/routes.js").Route} route
 * @param {string} sort
 */
function sortFor({ name }, sort) {
  return sort === "order" && ["list", "inbox"].includes(name) ? null : sort;
}

/**
 * @param {Context} context
 * @param {Anchor} anchor
 */
export function chooseFilter({ view, router }, anchor) {
  choose({
    title: t("filter.title"),
    anchor,
    canSearch: true,
    options: filterOptions(view).map(([filter, value, text, mark = null]) => ({
      value: [filter, value],
      text,
      icon: mark,
      isChecked: view.route[filter] === value,
    })),
    onPick: (/** @type {[Filter, string]} */ [filter, value]) => {
      const { route } = view; // it may have changed since the menu opened
      router.go(hrefOf({ ...route, [filter]: route[filter] === value ? null : value, task: null }));
    },
  });
}

/**
 * @param {Context["view"]} view
 * @returns {FilterOption[]}
 */
function filterOptions(view) {
  const statuses = ["pending", "in_progress", "completed"];
  return [
    ...statuses.map((status) => /** @type {FilterOption} */ (["status", status, statusText(status)])),
    ...DUES.map((due) => /** @type {FilterOption} */ (["due", due, DUE_TEXTS[due]()])),
    ...[3, 2, 1].map(priorityOption),
    ...assigneeOptions(view),
    ...[...view.tasks.labels().keys()].map(
      (label) => /** @type {FilterOption} */ (["label", label, label, dot(label)]),
    ),
  ];
}

/**
 * @param {number} priority
 * @returns {FilterOption}
 */
function priorityOption(priority) {
  return ["priority", String(priority), `${priorityText(priority)} ${"!".repeat(priority)}`];
}

/**
 * Assignees to filter by, if the person shares anything.
 * @param {Context["view"]} view
 * @returns {FilterOption[]}
 */
function assigneeOptions({ tasks, store, account }) {
  const all = tasks.members.everyone(store);
  if (!all.length) return [];
  const others = all.filter((member) => member.account !== account?.id);
  return [
    ["assignee", "me", t("assignee.me"), icon("person")],
    ...others.map(memberOption),
    ["assignee", "none", t("assignee.nobody"), icon("person")],
  ];
}

/**
 * @param {import("../../domain/members.js").Member} member
 * @returns {FilterOption}
 */
function memberOption(member) {
  const text = t("assignee.named", { name: member.name });
  return ["assignee", member.account, text, avatarBesideName(member)];
}
