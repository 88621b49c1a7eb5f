/**
 * The sidebar: the person's own routes and lists, then each shared space with its people and lists.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {import("../kit/view.js").Run} Run
 * @typedef {import("../../domain/routes.js").Name} Name
 * @typedef {import("../../lib/patch.js").Child} Child
 * @typedef {ReturnType<typeof import("../../domain/counts.js").counts> & {unread: Map<string, number>}} Counts
 * @typedef {import("../../domain/members.js").Section} Section
 */
import { byId, icon, tool } from "../../lib/dom.js";
import { h, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { sectionsOf } from "../../domain/members.js";
import { hrefOf } from "../../domain/routes.js";
import { avatars } from "../kit/avatar.js";
import { dot, unreadCount } from "../kit/task_marks.js";

export class Sidebar {
  /**
   * @param {View} view
   * @param {Run} run
   */
  constructor(view, run) {
    this.view = view;
    this.run = run;
    this.box = byId("side");
    this.home = byId("home");
  }

  /** @param {Counts} found */
  render(found) {
    const { tasks, store } = this.view;
    const sections = sectionsOf(tasks, store).map((section) =>
      sectionOf(this.view, this.run, section, found),
    );
    patch(this.box, [
      this.home,
      h("div", { class: "nav", key: "first" }, h("ul", { role: "list" }, this.#first(found))),
      h("div", { class: "spaces", key: "spaces" }, sections),
      h("div", { class: "nav", key: "last" }, h("ul", { role: "list" }, this.#last()), this.#account()),
    ]);
  }

  /** @param {Counts} found */
  #first(found) {
    return [
      this.#link("search", t("place.search"), "search", h("kbd", { "aria-hidden": "true" }, "/")),
      this.#link("inbox", t("place.inbox"), "inbox", endOf(found.unread.get("inbox"), found.inbox)),
      this.#link("today", t("place.today"), "today", endOf(0, found.today)),
      this.#link("upcoming", t("place.upcoming"), "upcoming"),
    ];
  }

  #last() {
    return [
      this.#link("completed", t("place.completed"), "done"),
      this.#link("trash", t("place.trash"), "trash"),
      this.view.account?.is_admin && this.#link("admin", t("place.admin"), "shield"),
      this.#link("settings", t("place.settings"), "gear"),
    ];
  }

  /**
   * @param {Name} name
   * @param {string} text
   * @param {string} mark
   * @param {Child} [end]
   */
  #link(name, text, mark, end) {
    const current = name === this.view.route.name ? "page" : null;
    const own = { href: hrefOf({ name }), "data-route": name, "aria-current": current };
    return h("li", { key: name }, h("a", own, icon(mark), text, end));
  }

  #account() {
    const { account, engine } = this.view;
    const text = account && !engine?.isSignedOut ? account.name || account.email : t("account.signIn");
    const onclick = () => this.run("signIn");
    const own = { id: "account", type: "button", "aria-haspopup": "dialog", onclick };
    return h("button", own, icon("person"), h("span", {}, text));
  }
}

/**
 * A space and its lists.
 * @param {View} view
 * @param {Run} run
 * @param {Section} section
 * @param {Counts} found
 * @param {boolean} [isLandmark]
 */
export function sectionOf(view, run, section, found, isLandmark = true) {
  const { space, name, isShared, isReadOnly, lists, members } = section;
  const title = isShared ? name || t("space.unnamed") : t("space.personal");
  const own = {
    class: `nav${isReadOnly ? " is-read-only" : ""}`,
    key: space,
    "data-space": space,
    "aria-label": isLandmark && title,
  };
  return h(
    isLandmark ? "section" : "div",
    own,
    h(
      "h2",
      {},
      h("span", { class: "clip" }, title),
      unreadCount(found.unread.get(space)),
      isShared && avatars(members),
      h("span", { class: "push" }),
      toolsOf(run, section),
    ),
    h(
      "ul",
      { role: "list" },
      lists.map((list) => listLink(view, list, found)),
    ),
  );
}

/**
 * @param {View} view
 * @param {import("../../domain/task.js").List} list
 * @param {Counts} found
 */
function listLink(view, { id, name, conflicts }, found) {
  const own = {
    href: hrefOf({ name: "list", list: id }),
    "data-list": id,
    "aria-current": view.route.list === id ? "page" : null,
  };
  const text = h("span", { class: "clip" }, name, conflicts.length > 0 && h("i", { class: "mark" }));
  return h("li", { key: id }, h("a", own, dot(name), text, endOf(found.unread.get(id), found.lists.get(id))));
}

/**
 * The end of a link: how many tasks are unread, and how many are open.
 * @param {number | undefined} unread
 * @param {number | undefined} open
 */
export function endOf(unread, open) {
  return h("span", { class: "counts" }, unreadCount(unread), h("small", {}, open || null));
}

/**
 * @param {Run} run
 * @param {Section} section
 */
function toolsOf(run, { name, isShared, isReadOnly }) {
  const made = (/** @type {string} */ mark, /** @type {string} */ id, /** @type {string} */ label) =>
    tool(mark, label, (event) => run(id, event.currentTarget), { key: id, "data-act": id });
  const newList = isShared ? t("list.newIn", { space: name }) : t("command.newList");
  return [
    isShared && made("more", "spaceMenu", t("space.actionsNamed", { space: name })),
    !isReadOnly && made("plus", "newList", newList),
  ];
}
