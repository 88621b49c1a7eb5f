/**
 * The frame around the tasks: the bar, the heading of the route, the week, empty states, and the tabs at the
 * bottom.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {import("../list/list_view.js").ListView} ListView
 * @typedef {import("./router.js").Router} Router
 */
import { byId, icon, isNarrow, tool } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { HOME, hrefOf } from "../../domain/routes.js";
import { mayWrite } from "../../domain/members.js";
import { emptyTextOf, isEmptyShown } from "./empty_states.js";
import { headingOf, titleOf } from "./heading.js";
import { partsOf } from "./parts.js";
import { Sidebar } from "./sidebar.js";
import { weekOf } from "./week.js";
import { counts } from "../../domain/counts.js";

export class Frame {
  /**
   * @param {View} view
   * @param {{list: ListView, router: Router, run: import("../kit/view.js").Run}}
   *   parts
   */
  constructor(view, { list, router, run }) {
    this.view = view;
    this.list = list;
    this.router = router;
    this.run = run;
    this.search = element("input", {
      type: "search",
      id: "search-field",
      "aria-label": t("place.search"),
      placeholder: t("search.placeholder"),
      autocomplete: "off",
      enterKeyHint: "search",
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#pressInSearch(event),
      oninput: () => this.#search(this.search.value),
    });
    this.sidebar = new Sidebar(view, run);
    this.#label();
  }

  render() {
    const now = this.view.now();
    this.sidebar.render({ ...counts(this.view.tasks, now), unread: this.view.unread.counts() });
    this.#renderTabs();
    this.#renderBar();
    this.#renderHeading(now);
    this.#renderWeek(now);
    this.#renderEmpty(now);
  }

  /** Labels the elements of the shell, in the language in use. */
  #label() {
    byId("side").setAttribute("aria-label", t("nav.title"));
    byId("tabs").setAttribute("aria-label", t("nav.title"));
    byId("pane").setAttribute("aria-label", t("task.title"));
    byId("toast").setAttribute("aria-label", t("toast.title"));
    byId("update").setAttribute("aria-label", t("update.title"));
    byId("skip").textContent = t("nav.skip");
    byId("add").setAttribute("aria-label", t("task.add"));
    byId("add").addEventListener("click", () => this.run("add"));
    byId("home").setAttribute("href", HOME);
  }

  /** @param {string} q */
  #search(q) {
    this.router.go(hrefOf({ ...this.view.route, name: "search", q, task: null }), true);
  }

  /** @param {KeyboardEvent} event */
  #pressInSearch(event) {
    const isEscape = event.key === "Escape";
    if (isEscape && !this.view.route.q) return this.router.leaveSearch();
    if (!isEscape && event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    if (!isEscape) return this.list.focus(this.list.order[0]);
    this.#search("");
    this.search.value = "";
  }

  #renderTabs() {
    const { name } = this.view.route;
    const current = ["list", "inbox"].includes(name) ? "lists" : name;
    const tab = (/** @type {import("../../domain/routes.js").Name} */ each, /** @type {string} */ text) => {
      const isHere = each === current ? "page" : null;
      return h(
        "a",
        { href: hrefOf({ name: each }), "data-route": each, "aria-current": isHere },
        icon(each),
        text,
      );
    };
    patch(byId("tabs"), [
      tab("today", t("place.today")),
      tab("upcoming", t("place.upcoming")),
      tab("lists", t("place.lists")),
      tab("search", t("place.search")),
    ]);
  }

  #renderBar() {
    const { route, store, listHere: list } = this.view;
    byId("main").classList.toggle("is-canvas", route.isBoard);
    byId("column").classList.toggle("is-wide", route.isBoard || route.name === "admin");
    const isShareable = list && !list.deleted && mayWrite(store, list.space);
    const run = (/** @type {string} */ command) => (/** @type {any} */ event) =>
      this.run(command, event.currentTarget);
    patch(byId("bar-tools"), [
      !isNarrow() && partsOf(this.view),
      this.#views(),
      tool("share", t("command.shareList"), run("shareList"), {
        class: "tool share",
        key: "share",
        hidden: !isShareable,
      }),
      tool("more", t("action.more"), run("placeMenu"), { key: "more" }),
    ]);
  }

  #views() {
    const { route } = this.view;
    const view = (/** @type {boolean} */ isBoard, /** @type {string} */ mark, /** @type {string} */ text) => {
      const current = route.isBoard === isBoard ? "true" : null;
      return h(
        "a",
        { href: hrefOf({ ...route, isBoard, task: null }), "aria-current": current },
        icon(mark),
        text,
      );
    };
    const hidden = !["list", "inbox"].includes(route.name);
    return h(
      "div",
      { class: "switch", key: "views", role: "group", "aria-label": t("view.title"), hidden },
      view(false, "lists", t("view.list")),
      route.name === "list" && view(true, "board", t("view.board")),
    );
  }

  /** @param {Date} now */
  #renderHeading(now) {
    const { route } = this.view;
    if (route.name === "search" && document.activeElement !== this.search) this.search.value = route.q;
    document.title = `${titleOf(this.view)} – Driftless`;
    patch(byId("heading"), headingOf(this.view, now, { search: this.search, run: this.run }));
  }

  /** @param {Date} now */
  #renderWeek(now) {
    const { route, tasks } = this.view;
    byId("week").hidden = route.name !== "upcoming";
    if (route.name === "upcoming")
      patch(
        byId("week"),
        weekOf(tasks, now, (day) => this.list.showGroup(day)),
      );
  }

  /** @param {Date} now */
  #renderEmpty(now) {
    const isShown = isEmptyShown(this.view.route, this.list);
    byId("empty").hidden = !isShown;
    if (!isShown) return;
    const { text, act, href } = emptyTextOf(this.view, now);
    patch(byId("empty"), [h("p", {}, text), act && h("a", { class: "quiet is-accent", href }, act)]);
  }
}
