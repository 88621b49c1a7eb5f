/**
 * The lists as a page, for phones: by space.
 * @typedef {import("../../app.js").App} App
 */
import { byId, icon } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { sectionsOf } from "../../domain/members.js";
import { hrefOf } from "../../domain/routes.js";
import { counts } from "../../domain/views.js";
import { sectionOf } from "./sidebar.js";

let filled = "";

/** @param {App} app */
export function showLists(app) {
  const found = counts(app.tasks, app.now());
  const sections = sectionsOf(app.tasks, app.store);
  const signature = JSON.stringify([
    found.inbox,
    app.account?.name,
    app.account?.is_admin,
    sections.map(({ lists, ...section }) => [
      section,
      lists.map(({ id, name, conflicts }) => [id, name, conflicts.length, found.lists.get(id)]),
    ]),
  ]);
  if (filled === signature && byId("page").dataset.page === "lists") return;
  filled = signature;
  byId("page").dataset.page = "lists";
  const link = (
    /** @type {string} */ href,
    /** @type {import("../../lib/patch.js").Child} */ mark,
    /** @type {string} */ text,
    /** @type {number} */ count = 0,
  ) => element("li", {}, element("a", { href }, mark, text, element("small", {}, String(count || ""))));
  patch(byId("page"), [
    element(
      "div",
      { class: "nav" },
      element(
        "ul",
        { role: "list" },
        link(hrefOf({ name: "inbox" }), icon("inbox"), t("Inbox"), found.inbox),
        ...(app.account
          ? [link(hrefOf({ name: "search", assignee: "me" }), icon("person"), t("Assigned to me"))]
          : []),
      ),
    ),
    ...sections.map((section) => sectionOf(app.page, section, found, false)),
    element(
      "div",
      { class: "nav" },
      element(
        "button",
        { type: "button", onclick: (/** @type {any} */ event) => app.run("newSpace", event.currentTarget) },
        icon("plus"),
        t("New space…"),
      ),
      element(
        "ul",
        { role: "list" },
        link(hrefOf({ name: "completed" }), icon("done"), t("Completed")),
        link(hrefOf({ name: "trash" }), icon("trash"), t("Trash")),
        app.account?.is_admin ? link(hrefOf({ name: "admin" }), icon("shield"), t("Admin")) : "",
        link(hrefOf({ name: "settings" }), icon("gear"), t("Settings")),
      ),
      element(
        "button",
        { type: "button", onclick: () => app.openAccount() },
        icon("person"),
        app.account?.name || app.account?.email || t("Sign in"),
      ),
    ),
  ]);
}
