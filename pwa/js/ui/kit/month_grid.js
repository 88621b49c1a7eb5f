/**
 * The days of a month to choose from; arrow keys move between them (roving tabindex).
 * @typedef {{today: string, chosen: string | null, onPick: (day: string) => unknown}} Wanted
 */
import { addDays, monthGrid, weekStart } from "../../lib/dates.js";
import { tool } from "../../lib/dom.js";
import { element, h, patch } from "../../lib/patch.js";
import { dates, t } from "../../i18n/i18n.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export class MonthGrid {
  /** @param {Wanted} wanted */
  constructor(wanted) {
    this.wanted = wanted;
    this.pointed = wanted.chosen ?? wanted.today;
    this.root = element("div", {
      class: "month",
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#onKey(event),
    });
    this.#render();
  }

  /** @param {number} by months */
  turn(by) {
    this.pointed = firstOf(this.pointed, by);
    this.#render();
  }

  /** @param {number} by days */
  #step(by) {
    this.pointed = addDays(this.pointed, by);
    this.#render();
    /** @type {HTMLElement | null} */ (this.root.querySelector("[tabindex='0']"))?.focus();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    this.#step(by);
  }

  #render() {
    patch(this.root, [this.#head(), this.#table()]);
  }

  #head() {
    return h(
      "div",
      { class: "month-head" },
      h("b", { "aria-live": "polite" }, dayName(this.pointed, { month: "long", year: "numeric" })),
      tool("back", t("calendar.previousMonth"), () => this.turn(-1)),
      tool("forward", t("calendar.nextMonth"), () => this.turn(1)),
    );
  }

  #table() {
    const weeks = monthGrid(this.pointed.slice(0, 7), weekStart());
    return h(
      "table",
      { role: "grid", "aria-label": dayName(this.pointed, { month: "long", year: "numeric" }) },
      h("thead", {}, h("tr", {}, weeks[0].map(weekdayHead))),
      h(
        "tbody",
        {},
        weeks.map((week) =>
          h(
            "tr",
            {},
            week.map((day) => this.#cell(day)),
          ),
        ),
      ),
    );
  }

  /** @param {string} day */
  #cell(day) {
    const { today, chosen, onPick } = this.wanted;
    const isOut = !day.startsWith(this.pointed.slice(0, 7));
    const properties = {
      type: "button",
      class: [isOut && "is-out", day === today && "is-today"].filter(Boolean).join(" "),
      "aria-label": dayName(day, { weekday: "long", day: "numeric", month: "long" }),
      "aria-pressed": String(day === chosen),
      tabIndex: day === this.pointed ? 0 : -1,
      onclick: () => onPick(day),
    };
    return h("td", {}, h("button", properties, String(Number(day.slice(8)))));
  }
}

/** @param {string} day */
function weekdayHead(day) {
  const abbr = dayName(day, { weekday: "long" });
  return h("th", { scope: "col", abbr }, dayName(day, { weekday: "narrow" }));
}

/**
 * @param {string} day
 * @param {Intl.DateTimeFormatOptions} options
 */
export function dayName(day, options) {
  const noon = Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)), 12);
  return dates({ ...options, timeZone: "UTC" }).format(noon);
}

/**
 * @param {string} day
 * @param {number} by months
 * @returns {string} the first day of another month
 */
function firstOf(day, by) {
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + by;
  return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}-01`;
}
