/**
 * The frame around the tasks: the bar, the heading of the route, the week, what is said where there is
 * nothing, and the tabs at the foot.
 * @typedef {import("../../boot.js").Page} Page
 */
import { byId, icon, isNarrow, tool } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { HOME, hrefOf } from "../../domain/routes.js";
import { mayWrite } from "../../domain/members.js";
import { counts } from "../../domain/views.js";
import { emptyTextOf, isEmptyShown } from "./empty_states.js";
import { headingOf, titleOf } from "./heading.js";
import { partsOf } from "./parts.js";
import { Sidebar } from "./sidebar.js";
import { weekOf } from "./week.js";

export class Frame {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.search = element("input", {
      type: "search",
      id: "search-field",
      "aria-label": t("Search"),
      placeholder: t("Search titles, descriptions, labels"),
      autocomplete: "off",
      enterKeyHint: "search",
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#pressInSearch(event),
      oninput: () => this.#search(this.search.value),
    });
    /** What stands under the heading of administration. */
    this.note = "";
    this.sidebar = new Sidebar(page);
    this.#label();
  }

  render() {
    const now = this.page.now();
    this.sidebar.render(counts(this.page.tasks, now));
    this.#renderTabs();
    this.#renderBar();
    this.#renderHeading(now);
    this.#renderWeek(now);
    this.#renderEmpty(now);
  }

  /** Names what the shell holds, in the language in use. */
  #label() {
    byId("side").setAttribute("aria-label", t("Places"));
    byId("tabs").setAttribute("aria-label", t("Places"));
    byId("pane").setAttribute("aria-label", t("Task"));
    byId("toast").setAttribute("aria-label", t("Notice"));
    byId("update").setAttribute("aria-label", t("Update"));
    byId("skip").textContent = t("Skip to the tasks");
    byId("add").setAttribute("aria-label", t("Add a task"));
    byId("add").addEventListener("click", () => this.page.run("add"));
    byId("home").setAttribute("href", HOME);
  }

  /** @param {string} q */
  #search(q) {
    this.page.go(hrefOf({ ...this.page.route, name: "search", q, task: null }), true);
  }

  /** @param {KeyboardEvent} event */
  #pressInSearch(event) {
    const isEscape = event.key === "Escape";
    if (isEscape && !this.page.route.q) return this.page.leaveSearch();
    if (!isEscape && event.key !== "ArrowDown") return;
    event.preventDefault();
    event.stopPropagation();
    if (!isEscape) return this.page.list.focus(this.page.list.order[0]);
    this.#search("");
    this.search.value = "";
  }

  #renderTabs() {
    const { name } = this.page.route;
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
      tab("today", t("Today")),
      tab("upcoming", t("Upcoming")),
      tab("lists", t("Lists")),
      tab("search", t("Search")),
    ]);
  }

  #renderBar() {
    const { route, tasks, store } = this.page;
    byId("main").classList.toggle("is-canvas", route.isBoard);
    byId("column").classList.toggle("is-wide", route.isBoard || route.name === "admin");
    const list = route.list ? tasks.lists.get(route.list) : undefined;
    const isShareable = list && !list.deleted && mayWrite(store, list.space);
    const run = (/** @type {string} */ command) => (/** @type {any} */ event) =>
      this.page.run(command, event.currentTarget);
    patch(byId("bar-tools"), [
      !isNarrow() && partsOf(this.page),
      this.#views(),
      tool("share", t("Share this list…"), run("shareList"), {
        class: "tool share",
        key: "share",
        hidden: !isShareable,
      }),
      tool("more", t("More"), run("placeMenu"), { key: "more" }),
    ]);
  }

  #views() {
    const { route } = this.page;
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
      { class: "switch", key: "views", role: "group", "aria-label": t("View"), hidden },
      view(false, "lists", t("List")),
      route.name === "list" && view(true, "board", t("Board")),
    );
  }

  /** @param {Date} now */
  #renderHeading(now) {
    const { route } = this.page;
    if (route.name === "search" && document.activeElement !== this.search) this.search.value = route.q;
    document.title = `${titleOf(this.page)} – Driftless`;
    patch(byId("heading"), headingOf(this.page, now, { search: this.search, note: this.note }));
  }

  /** @param {Date} now */
  #renderWeek(now) {
    const { route, tasks } = this.page;
    byId("week").hidden = route.name !== "upcoming";
    if (route.name === "upcoming") patch(byId("week"), weekOf(tasks, now));
  }

  /** @param {Date} now */
  #renderEmpty(now) {
    const isShown = isEmptyShown(this.page);
    byId("empty").hidden = !isShown;
    if (!isShown) return;
    const { text, act, href } = emptyTextOf(this.page, now);
    patch(byId("empty"), [h("p", {}, text), act && h("a", { class: "quiet is-accent", href }, act)]);
  }
}
