/**
 * The frame: places at the side or at the foot, the bar, the heading of the place, what is shown where there
 * is nothing.
 * @typedef {import("../main.js").Page} Page
 */
import { addDays, dayOf, dueText } from "../lib/days.js";
import { byId, element, icon, tool } from "../lib/dom.js";
import { dates, plural, t } from "../lib/words.js";
import { HOME, hrefOf, isFiltered, OWN_PAGES } from "../state/places.js";
import { counts, countsByDay, dueDay } from "../state/views.js";
import { mayWrite } from "../state/people.js";
import { isDone } from "../state/tasks.js";
import { dot, priorityText, statusText } from "./row.js";
import { Side } from "./side.js";

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

export class Shell {
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
        page.go(hrefOf({ ...page.place, name: "search", q: this.search.value, task: null }), true),
    });
    /**
     * @type {Record<string, string>} what each part shows, as text to compare: it is made anew only when that
     *   changes
     */
    this.filled = {};
    this.note = element("p", {});
    this.side = new Side(page);
    byId("side").setAttribute("aria-label", t("Places"));
    byId("tabs").setAttribute("aria-label", t("Places"));
    byId("pane").setAttribute("aria-label", t("Task"));
    byId("toast").setAttribute("aria-label", t("Notice"));
    byId("update").setAttribute("aria-label", t("Update"));
    const foot = (/** @type {import("../state/places.js").Name} */ name, /** @type {string} */ words) =>
      element("a", { href: hrefOf({ name }), "data-place": name }, icon(name), words);
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
    this.share = tool("share", t("Share this list…"), (event) => page.run("shareList", event.currentTarget));
    this.share.classList.add("share");
    byId("bar-tools").append(
      this.views,
      this.share,
      tool("more", t("More"), (event) => page.run("placeMenu", event.currentTarget)),
    );
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
    if (event.key === "ArrowDown" || (event.key === "Escape" && this.page.place.q)) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") this.page.go(hrefOf({ ...this.page.place, q: "", task: null }), true);
      else this.page.list.focus(this.page.list.order[0]);
      if (event.key === "Escape") this.search.value = "";
    } else if (event.key === "Escape") this.page.leaveSearch();
  }

  #fillBar() {
    const { place } = this.page;
    const hasViews = ["list", "inbox"].includes(place.name);
    byId("main").classList.toggle("is-canvas", place.isBoard);
    byId("column").classList.toggle("is-wide", place.isBoard || place.name === "admin");
    this.views.hidden = !hasViews;
    const list = place.list ? this.page.tasks.lists.get(place.list) : undefined;
    this.share.hidden = !list || Boolean(list.deleted) || !mayWrite(this.page.store, list.space);
    const signature = JSON.stringify({ ...place, task: null });
    if (!hasViews || this.filled.views === signature) return;
    this.filled.views = signature;
    const view = (/** @type {boolean} */ isBoard, /** @type {string} */ name, /** @type {string} */ words) =>
      element(
        "a",
        {
          href: hrefOf({ ...place, isBoard, task: null }),
          "aria-current": place.isBoard === isBoard ? "true" : null,
        },
        icon(name),
        words,
      );
    this.views.replaceChildren(
      view(false, "lists", t("List")),
      ...(place.name === "list" ? [view(true, "board", t("Board"))] : []),
    );
  }

  /** @param {Date} now */
  #fillHeading(now) {
    const { place, tasks } = this.page;
    const list = place.list ? tasks.lists.get(place.list) : null;
    const title = place.name === "list" ? (list?.name ?? t("This list is not here")) : TITLES[place.name]();
    this.#fillNote(now);
    const signature = JSON.stringify([{ ...place, q: "", task: null }, title, dayOf(now), list?.deleted]);
    if (place.name === "search" && document.activeElement !== this.search) this.search.value = place.q;
    if (this.filled.heading === signature) return;
    this.filled.heading = signature;
    document.title = `${title} – Driftless`;
    const mark = list
      ? dot(list.name)
      : icon(
          { completed: "done", settings: "gear", admin: "shield", join: "person", list: "lists" }[
            /** @type {"list"} */ (place.name)
          ] ?? place.name,
        );
    if (list) mark.classList.add("is-big");
    byId("heading").replaceChildren(
      mark,
      place.name === "search" ? this.search : element("h1", {}, title),
      this.note,
    );
    if (place.name === "search") byId("heading").prepend(element("h1", { class: "hidden" }, title));
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
    const { place } = this.page;
    const gone =
      place.name === "trash"
        ? [...this.page.tasks.lists.values()].filter((list) => list.deleted).map(({ id, name }) => [id, name])
        : [];
    const people = this.#people();
    const signature = JSON.stringify([{ ...place, task: null }, dayOf(now), gone, people]);
    if (this.filled.note === signature) return;
    this.filled.note = signature;
    const words =
      place.name === "today"
        ? dates({ weekday: "long", day: "numeric", month: "long" }).format(now)
        : place.name === "trash"
          ? t("What is deleted stays here for 90 days.")
          : people;
    this.note.replaceChildren(words, ...this.#filters(), ...this.#deletedLists());
  }

  /** The space of the list that is shown, and who is in it. */
  #people() {
    const { place, tasks, store } = this.page;
    const space = place.list ? tasks.lists.get(place.list)?.space : undefined;
    if (!space || space === store.personal || !(space in store.roles)) return "";
    const names = [
      tasks.people.names.get(space) ?? "",
      tasks.people
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
    if (this.page.place.name !== "trash") return [];
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
    const { place } = this.page;
    /** @type {[keyof import("../state/places.js").Place, string][]} */
    const shown = [];
    if (place.label) shown.push(["label", place.label]);
    if (place.status) shown.push(["status", statusText(place.status)]);
    if (place.priority) shown.push(["priority", priorityText(Number(place.priority))]);
    if (place.due) shown.push(["due", DUE_TEXTS[/** @type {"week"} */ (place.due)]()]);
    if (place.assignee) shown.push(["assignee", this.#assignee(place.assignee)]);
    if (place.sort && place.sort !== "order")
      shown.push(["sort", SORT_TEXTS[/** @type {"due"} */ (place.sort)]()]);
    return shown.map(([key, words]) =>
      element(
        "a",
        {
          class: "chip",
          href: hrefOf({ ...place, [key]: null, task: null }),
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
      : t("Assigned to {name}", { name: this.page.tasks.people.nameOf(assignee) || t("someone else") });
  }

  /**
   * The week over the agenda.
   * @param {Date} now
   */
  #fillWeek(now) {
    const { place, tasks } = this.page;
    byId("week").hidden = place.name !== "upcoming";
    if (place.name !== "upcoming") return;
    const today = dayOf(now);
    const days = Array.from({ length: WEEK }, (_, ahead) => addDays(today, ahead));
    const numbers = countsByDay(tasks, days);
    const signature = JSON.stringify([days, numbers]);
    if (this.filled.week === signature) return;
    this.filled.week = signature;
    const noon = (/** @type {string} */ day) =>
      Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8)), 12);
    byId("week").replaceChildren(
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
    );
  }

  /** @param {Date} now */
  #fillEmpty(now) {
    const { page } = this;
    const { place } = page;
    const isEmpty =
      !OWN_PAGES.includes(place.name) &&
      !page.list.groups.some(
        (group) =>
          group.rows.length &&
          (group.key !== "done" || place.status === "completed" || place.name === "search"),
      );
    byId("empty").hidden =
      !isEmpty ||
      place.isBoard ||
      (place.name === "upcoming" && !isFiltered(place) && page.list.order.length > 0);
    if (!isEmpty) return;
    const { text, act, href } = this.#calm(now);
    const signature = text + act + href;
    if (this.filled.empty === signature) return;
    this.filled.empty = signature;
    byId("empty").replaceChildren(
      element("p", {}, text),
      act ? element("a", { class: "quiet is-accent", href }, act) : "",
    );
  }

  /**
   * One calm line, one action.
   * @param {Date} now
   * @returns {{text: string, act?: string, href?: string}}
   */
  #calm(now) {
    const { place, tasks } = this.page;
    const today = dayOf(now);
    if (isFiltered(place) && place.name !== "search")
      return {
        text: t("Nothing matches."),
        act: t("Show all"),
        href: hrefOf({ name: place.name, list: place.list, isBoard: place.isBoard }),
      };
    if (place.name === "today") {
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
    if (place.name === "search")
      return {
        text:
          place.q || isFiltered(place) ? t("Nothing found.") : t("Type to search everything on this device."),
      };
    if (place.name === "trash") return { text: t("The trash is empty.") };
    if (place.name === "completed")
      return { text: t("Nothing completed yet."), act: t("Look at today"), href: HOME };
    if (place.name === "upcoming")
      return {
        text: t("Nothing is planned. Give a task a date and it appears here."),
        act: t("Look at the Inbox"),
        href: hrefOf({ name: "inbox" }),
      };
    if (place.name === "list" && tasks.lists.get(place.list ?? "")?.deleted)
      return { text: t("This list is in the trash, with its tasks.") };
    if (place.name === "list")
      return {
        text: tasks.lists.has(place.list ?? "")
          ? mayWrite(this.page.store, tasks.lists.get(place.list ?? "")?.space ?? "")
            ? t("No tasks here. Add one above.")
            : t("No tasks here.")
          : t("It may have been deleted, or not have arrived yet."),
        ...(tasks.lists.has(place.list ?? "") ? {} : { act: t("Go to Today"), href: HOME }),
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
