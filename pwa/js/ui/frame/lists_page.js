/**
 * The lists as a page, for phones: by space.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { byId, icon } from "../../lib/dom.js";
import { h, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { sectionsOf } from "../../domain/members.js";
import { hrefOf } from "../../domain/routes.js";
import { counts } from "../../domain/views.js";
import { sectionOf } from "./sidebar.js";

/** @param {App} app */
export function showLists(app) {
  const found = counts(app.tasks, app.now());
  const sections = sectionsOf(app.tasks, app.store);
  byId("page").dataset.page = "lists";
  patch(byId("page"), [
    h("div", { class: "nav" }, h("ul", { role: "list" }, firstOf(app, found.inbox))),
    sections.map((section) => sectionOf(app.page, section, found, false)),
    lastOf(app),
  ]);
}

/**
 * @param {import("../../domain/routes.js").Name} name
 * @param {string} mark
 * @param {string} text
 * @param {{count?: number, assignee?: string}} [more]
 */
function link(name, mark, text, { count = 0, assignee = undefined } = {}) {
  const href = hrefOf({ name, assignee });
  return h("li", { key: text }, h("a", { href }, icon(mark), text, h("small", {}, count || null)));
}

/**
 * @param {App} app
 * @param {number} inbox how many tasks are in it
 */
function firstOf(app, inbox) {
  return [
    link("inbox", "inbox", t("Inbox"), { count: inbox }),
    app.account && link("search", "person", t("Assigned to me"), { assignee: "me" }),
  ];
}

/** @param {App} app */
function lastOf(app) {
  const { account } = app;
  const newSpace = (/** @type {any} */ event) => app.run("newSpace", event.currentTarget);
  const name = account?.name || account?.email || t("Sign in");
  return h(
    "div",
    { class: "nav", key: "last" },
    h("button", { key: "new", type: "button", onclick: newSpace }, icon("plus"), t("New space…")),
    h(
      "ul",
      { role: "list" },
      link("completed", "done", t("Completed")),
      link("trash", "trash", t("Trash")),
      account?.is_admin && link("admin", "shield", t("Admin")),
      link("settings", "gear", t("Settings")),
    ),
    h("button", { key: "account", type: "button", onclick: () => app.openAccount() }, icon("person"), name),
  );
}
