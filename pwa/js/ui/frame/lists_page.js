/**
 * The lists as a page, for phones: by space.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { byId, icon } from "../../lib/dom.js";
import { h, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { sectionsOf } from "../../domain/members.js";
import { hrefOf } from "../../domain/routes.js";
import { endOf, sectionOf } from "./sidebar.js";
import { counts } from "../../domain/counts.js";

/** @param {Context} context */
export function showLists(context) {
  const { tasks, unread } = context.view;
  const found = { ...counts(tasks, context.view.now()), unread: unread.counts() };
  const sections = sectionsOf(tasks, context.view.store);
  byId("page").dataset.page = "lists";
  patch(byId("page"), [
    h("div", { class: "nav" }, h("ul", { role: "list" }, firstOf(context, found))),
    sections.map((section) => sectionOf(context.view, context.run, section, found, false)),
    lastOf(context),
  ]);
}

/**
 * @param {import("../../domain/routes.js").Name} name
 * @param {string} mark
 * @param {string} text
 * @param {{count?: number, unread?: number, assignee?: string}} [more]
 */
function link(name, mark, text, { count = 0, unread = 0, assignee = undefined } = {}) {
  const href = hrefOf({ name, assignee });
  return h("li", { key: text }, h("a", { href }, icon(mark), text, endOf(unread, count)));
}

/**
 * @param {Context} context
 * @param {import("./sidebar.js").Counts} found
 */
function firstOf(context, { inbox, unread }) {
  return [
    link("inbox", "inbox", t("place.inbox"), { count: inbox, unread: unread.get("inbox") }),
    context.view.account && link("search", "person", t("assignee.me"), { assignee: "me" }),
  ];
}

/** @param {Context} context */
function lastOf(context) {
  const { account } = context.view;
  const newSpace = (/** @type {any} */ event) => context.run("newSpace", event.currentTarget);
  const name = account?.name || account?.email || t("account.signIn");
  return h(
    "div",
    { class: "nav", key: "last" },
    h("button", { key: "new", type: "button", onclick: newSpace }, icon("plus"), t("space.newAsk")),
    h(
      "ul",
      { role: "list" },
      link("completed", "done", t("place.completed")),
      link("trash", "trash", t("place.trash")),
      account?.is_admin && link("admin", "shield", t("place.admin")),
      link("settings", "gear", t("place.settings")),
    ),
    h(
      "button",
      { key: "account", type: "button", onclick: () => context.open.account() },
      icon("person"),
      name,
    ),
  );
}
