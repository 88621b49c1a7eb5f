/**
 * The frame: places at the side or at the foot, the bar, the heading of the place, what is shown where there
 * is nothing.
 * @typedef {import("../../boot.js").Page} Page
 */
import { addDays, dayOf, dueText } from "../../lib/dates.js";
import { byId, icon, tool } from "../../lib/dom.js";
import { create, element, patch } from "../../lib/patch.js";
import { dates, plural, t } from "../../lib/words.js";
import { HOME, hrefOf, isFiltered, OWN_PAGES } from "../../domain/routes.js";
import { counts, countsByDay, dueDay } from "../../domain/views.js";
import { mayWrite } from "../../domain/members.js";
import { isDone } from "../../domain/tasks.js";
import { dot, priorityText, statusText } from "../list/row.js";
import { Sidebar } from "./sidebar.js";

const WEEK = 7;
const SORT_TEXTS = {
  order: () => t("by hand"),
  due: () => t("by due date"),
  priority: () => t("by priority"),
  created: () => t("newest first"),
};
export const DUE_TEXTS = {
  overdue: () => t("Overdue"),
  today: () => t("Today"),
  week: () => t("Next 7 days"),
  none: () => t("No date"),
};

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
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#keyInSearch(event),
      oninput: () =>
        page.go(hrefOf({ ...page.route, name: "search", q: this.search.value, task: null }), true),
    });
    /**
     * @type {Record<string, string>} what each part shows, as text to compare: it is made anew only when that
     *   changes
     */
    this.filled = {};
    this.note = element("p", {});
    this.side = new Sidebar(page);
    byId("side").setAttribute("aria-label", t("Places"));
    byId("tabs").setAttribute("aria-label", t("Places"));
    byId("pane").setAttribute("aria-label", t("Task"));
    byId("toast").setAttribute("aria-label", t("Notice"));
    byId("update").setAttribute("aria-label", t("Update"));
    const foot = (/** @type {import("../../domain/routes.js").Name} */ name, /** @type {string} */ words) =>
      element("a", { href: hrefOf({ name }), "data-route": name }, icon(name), words);
    byId("tabs").append(
      foot("today", t("Today")),
      foot("upcoming", t("Upcoming")),
      foot("lists", t("Lists")),
      foot("search", t("Search")),
    );
    byId("skip").textContent = t("Skip to the tasks");
    byId("add").setAttribute("aria-label", t("Add a task"));
    byId("add").addEventListener("click", () => page.run("add"));
    byId("home").setAttribute("href", HOME);
    this.views = element("div", { class: "switch", role: "group", "aria-label": t("View") });
    this.share = create(
      tool("share", t("Share this list…"), (event) => page.run("shareList", event.currentTarget), {
        class: "tool share",
      }),
    );
    patch(byId("bar-tools"), [
      this.views,
      this.share,
      tool("more", t("More"), (event) => page.run("placeMenu", event.currentTarget)),
    ]);
  }

  render() {
    const now = this.page.now();
    const found = counts(this.page.tasks, now);
    this.side.render(found);
    this.#fillBar();
    this.#fillHeading(now);
    this.#fillWeek(now);
    this.#fillEmpty(now);
  }

  /** @param {KeyboardEvent} event */
  #keyInSearch(event) {
    if (event.key === "ArrowDown" || (event.key === "Escape" && this.page.route.q)) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") this.page.go(hrefOf({ ...this.page.route, q: "", task: null }), true);
      else this.page.list.focus(this.page.list.order[0]);
      if (event.key === "Escape") this.search.value = "";
    } else if (event.key === "Escape") this.page.leaveSearch();
  }

  #fillBar() {
    const { route } = this.page;
    const hasViews = ["list", "inbox"].includes(route.name);
    byId("main").classList.toggle("is-canvas", route.isBoard);
    byId("column").classList.toggle("is-wide", route.isBoard || route.name === "admin");
    this.views.hidden = !hasViews;
    const list = route.list ? this.page.tasks.lists.get(route.list) : undefined;
    this.share.hidden = !list || Boolean(list.deleted) || !mayWrite(this.page.store, list.space);
    const signature = JSON.stringify({ ...route, task: null });
    if (!hasViews || this.filled.views === signature) return;
    this.filled.views = signature;
    const view = (/** @type {boolean} */ isBoard, /** @type {string} */ name, /** @type {string} */ words) =>
      element(
        "a",
        {
          href: hrefOf({ ...route, isBoard, task: null }),
          "aria-current": route.isBoard === isBoard ? "true" : null,
        },
        icon(name),
        words,
      );
    patch(this.views, [
      view(false, "lists", t("List")),
      ...(route.name === "list" ? [view(true, "board", t("Board"))] : []),
    ]);
  }

  /** @param {Date} now */
  #fillHeading(now) {
    const { route, tasks } = this.page;
    const list = route.list ? tasks.lists.get(route.list) : null;
    const title = route.name === "list" ? (list?.name ?? t("This list is not here")) : TITLES[route.name]();
    this.#fillNote(now);
    const signature = JSON.stringify([{ ...route, q: "", task: null }, title, dayOf(now), list?.deleted]);
    if (route.name === "search" && document.activeElement !== this.search) this.search.value = route.q;
    if (this.filled.heading === signature) return;
    this.filled.heading = signature;
    document.title = `${title} – Driftless`;
    const mark = list
      ? dot(list.name, "dot is-big")
      : icon(
          { completed: "done", settings: "gear", admin: "shield", join: "person", list: "lists" }[
            /** @type {"list"} */ (route.name)
          ] ?? route.name,
        );
    patch(byId("heading"), [
      mark,
      route.name === "search" ? this.search : element("h1", {}, title),
      this.note,
    ]);
    if (route.name === "search") byId("heading").prepend(element("h1", { class: "hidden" }, title));
    if (list?.deleted)
      byId("heading").append(
        element(
          "button",
          { class: "quiet is-accent", type: "button", onclick: () => this.page.run("restoreList") },
          t("Restore"),
        ),
      );
  }

  /** @param {Date} now */
  #fillNote(now) {
    const { route } = this.page;
    const gone =
      route.name === "trash"
        ? [...this.page.tasks.lists.values()].filter((list) => list.deleted).map(({ id, name }) => [id, name])
        : [];
    const people = this.#people();
    const signature = JSON.stringify([{ ...route, task: null }, dayOf(now), gone, people]);
    if (this.filled.note === signature) return;
    this.filled.note = signature;
    const words =
      route.name === "today"
        ? dates({ weekday: "long", day: "numeric", month: "long" }).format(now)
        : route.name === "trash"
          ? t("What is deleted stays here for 90 days.")
          : people;
    patch(this.note, [words, ...this.#filters(), ...this.#deletedLists()]);
  }

  /** The space of the list that is shown, and who is in it. */
  #people() {
    const { route, tasks, store } = this.page;
    const space = route.list ? tasks.lists.get(route.list)?.space : undefined;
    if (!space || space === store.personal || !(space in store.roles)) return "";
    const names = [
      tasks.members.names.get(space) ?? "",
      tasks.members
        .of(space)
        .map(({ name }) => name)
        .join(", "),
    ]
      .filter(Boolean)
      .join(" · ");
    return mayWrite(store, space) ? names : `${names} · ${t("You may read this space.")}`;
  }

  /** Lists in the trash, each to be taken out by a tap, with its tasks. */
  #deletedLists() {
    if (this.page.route.name !== "trash") return [];
    return [...this.page.tasks.lists.values()]
      .filter((list) => list.deleted)
      .map((list) =>
        element(
          "button",
          {
            class: "chip",
            type: "button",
            onclick: () => this.page.hands.then((app) => app.restoreList(list.id)),
          },
          dot(list.name),
          t("Restore the list “{name}”", { name: list.name }),
        ),
      );
  }

  /** What is filtered and sorted, each to be taken away by a tap. */
  #filters() {
    const { route } = this.page;
    /** @type {[keyof import("../../domain/routes.js").Route, string][]} */
    const shown = [];
    if (route.label) shown.push(["label", route.label]);
    if (route.status) shown.push(["status", statusText(route.status)]);
    if (route.priority) shown.push(["priority", priorityText(Number(route.priority))]);
    if (route.due) shown.push(["due", DUE_TEXTS[/** @type {"week"} */ (route.due)]()]);
    if (route.assignee) shown.push(["assignee", this.#assignee(route.assignee)]);
    if (route.sort && route.sort !== "order")
      shown.push(["sort", SORT_TEXTS[/** @type {"due"} */ (route.sort)]()]);
    return shown.map(([key, words]) =>
      element(
        "a",
        {
          class: "chip",
          href: hrefOf({ ...route, [key]: null, task: null }),
          "aria-label": t("Take away: {words}", { words }),
        },
        words,
        icon("close"),
      ),
    );
  }

  /** @param {string} assignee */
  #assignee(assignee) {
    if (assignee === "me") return t("Assigned to me");
    return assignee === "none"
      ? t("Assigned to nobody")
      : t("Assigned to {name}", { name: this.page.tasks.members.nameOf(assignee) || t("someone else") });
  }

  /**
   * The week over the agenda.
   * @param {Date} now
   */
  #fillWeek(now) {
    const { route, tasks } = this.page;
    byId("week").hidden = route.name !== "upcoming";
    if (route.name !== "upcoming") return;
    const today = dayOf(now);
    const days = Array.from({ length: WEEK }, (_, ahead) => addDays(today, ahead));
    const numbers = countsByDay(tasks, days);
    const signature = JSON.stringify([days, numbers]);
    if (this.filled.week === signature) return;
    this.filled.week = signature;
    const noon = (/** @type {string} */ day) =>
      Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8)), 12);
    patch(byId("week"), [
      ...days.map((day, ahead) => {
        const marks = element("i");
        marks.style.setProperty("--n", String(Math.min(5, numbers[ahead])));
        return element(
          "li",
          {},
          element(
            "a",
            {
              href: ahead ? `#day-${day}` : hrefOf({ name: "today" }),
              "data-day": day,
              "aria-current": ahead ? null : "date",
            },
            element("small", {}, dates({ weekday: "short", timeZone: "UTC" }).format(noon(day))),
            " ",
            element("b", { class: "num" }, String(Number(day.slice(8)))),
            element("span", { class: "hidden" }, `, ${plural(numbers[ahead], "{n} task", "{n} tasks")}`),
            marks,
          ),
        );
      }),
    ]);
  }

  /** @param {Date} now */
  #fillEmpty(now) {
    const { page } = this;
    const { route } = page;
    const isEmpty =
      !OWN_PAGES.includes(route.name) &&
      !page.list.groups.some(
        (group) =>
          group.rows.length &&
          (group.key !== "done" || route.status === "completed" || route.name === "search"),
      );
    byId("empty").hidden =
      !isEmpty ||
      route.isBoard ||
      (route.name === "upcoming" && !isFiltered(route) && page.list.order.length > 0);
    if (!isEmpty) return;
    const { text, act, href } = this.#calm(now);
    const signature = text + act + href;
    if (this.filled.empty === signature) return;
    this.filled.empty = signature;
    patch(byId("empty"), [
      element("p", {}, text),
      act ? element("a", { class: "quiet is-accent", href }, act) : "",
    ]);
  }

  /**
   * One calm line, one action.
   * @param {Date} now
   * @returns {{text: string, act?: string, href?: string}}
   */
  #calm(now) {
    const { route, tasks } = this.page;
    const today = dayOf(now);
    if (isFiltered(route) && route.name !== "search")
      return {
        text: t("Nothing matches."),
        act: t("Show all"),
        href: hrefOf({ name: route.name, list: route.list, isBoard: route.isBoard }),
      };
    if (route.name === "today") {
      const next = tasks
        .live((task) => !isDone(task) && task.due !== null && dueDay(task) > today)
        .reduce(
          (/** @type {any} */ soonest, task) => (!soonest || dueDay(task) < dueDay(soonest) ? task : soonest),
          null,
        );
      return {
        text: next
          ? t("Nothing else due. Next: {title}, {due}.", { title: next.title, due: dueText(next.due, today) })
          : t("Nothing due. A quiet day."),
        act: t("Look at the week"),
        href: hrefOf({ name: "upcoming" }),
      };
    }
    if (route.name === "search")
      return {
        text:
          route.q || isFiltered(route) ? t("Nothing found.") : t("Type to search everything on this device."),
      };
    if (route.name === "trash") return { text: t("The trash is empty.") };
    if (route.name === "completed")
      return { text: t("Nothing completed yet."), act: t("Look at today"), href: HOME };
    if (route.name === "upcoming")
      return {
        text: t("Nothing is planned. Give a task a date and it appears here."),
        act: t("Look at the Inbox"),
        href: hrefOf({ name: "inbox" }),
      };
    if (route.name === "list" && tasks.lists.get(route.list ?? "")?.deleted)
      return { text: t("This list is in the trash, with its tasks.") };
    if (route.name === "list")
      return {
        text: tasks.lists.has(route.list ?? "")
          ? mayWrite(this.page.store, tasks.lists.get(route.list ?? "")?.space ?? "")
            ? t("No tasks here. Add one above.")
            : t("No tasks here.")
          : t("It may have been deleted, or not have arrived yet."),
        ...(tasks.lists.has(route.list ?? "") ? {} : { act: t("Go to Today"), href: HOME }),
      };
    return {
      text: t("Nothing in the Inbox. Add what comes to mind; it is kept here, with or without a network."),
    };
  }
}

const TITLES = {
  inbox: () => t("Inbox"),
  today: () => t("Today"),
  upcoming: () => t("Upcoming"),
  list: () => "",
  completed: () => t("Completed"),
  trash: () => t("Trash"),
  search: () => t("Search"),
  settings: () => t("Settings"),
  lists: () => t("Lists"),
  admin: () => t("Admin"),
  join: () => t("Invitation"),
};
