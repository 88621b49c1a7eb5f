/**
 * Chooses a due date: by text, from a few common days, or in a month, with or without a time.
 * @typedef {{value: string | null, title: string, anchor?: Element | null, onPick: (due: string | null) =>
 *   unknown, now: Date}} Asked
 */
import { addDays, dayOf, dueLong, localDue, weekdayOf } from "../../lib/dates.js";
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { withChrono } from "../../domain/quick_add/parser.js";
import { openDialog } from "./dialog.js";
import { dayName, MonthGrid } from "./month_grid.js";

/**
 * Opens the picker; `onPick` gets the day, the wall time, or null for none.
 * @param {Asked} asked
 */
export function pickDue(asked) {
  return new DuePicker(asked).box;
}

class DuePicker {
  /** @param {Asked} asked */
  constructor(asked) {
    this.asked = asked;
    this.today = dayOf(asked.now);
    const local = asked.value ? localDue(asked.value) : null;
    this.chosen = local?.slice(0, 10) ?? null;
    this.words = this.#wordsField();
    this.hint = element("p", { class: "hint", role: "status" });
    this.clock = this.#clockField(local?.slice(11) ?? "");
    this.month = new MonthGrid({
      today: this.today,
      chosen: this.chosen,
      onPick: (day) => this.pick(day),
    });
    const content = [this.words, this.hint, this.#usual(), this.month.root, this.#time()];
    this.box = openDialog(asked.title, "menu due-menu", content, asked.anchor);
    this.words.focus();
  }

  /**
   * @param {string | null} day
   * @param {string} [time]
   */
  pick(day, time = this.clock.value) {
    this.box.close();
    this.asked.onPick(day && time ? `${day}T${time}` : day);
  }

  pickPointed() {
    this.pick(this.chosen ?? this.month.pointed);
  }

  /** Typed text sets both day and time. */
  async pickWords() {
    const due = await this.#understand();
    if (due && this.box.open) this.pick(due, "");
  }

  /** @returns {Promise<string | null>} the due date that the text means */
  async #understand() {
    const { now } = this.asked;
    const { facts } = await withChrono(`x ${this.words.value}`, { now, lists: [], isAnyDay: true });
    return facts.find((fact) => fact.kind === "due")?.value ?? null;
  }

  async #hintAtWords() {
    const typed = this.words.value;
    const due = await this.#understand();
    if (typed !== this.words.value) return;
    this.hint.textContent = due ? dueLong(due, this.today) : typed.trim() ? t("due.notRecognised") : "";
  }

  #wordsField() {
    return element("input", {
      class: "menu-search",
      "aria-label": t("due.type"),
      placeholder: t("due.example"),
      autocomplete: "off",
      oninput: () => this.#hintAtWords(),
      onkeydown: onEnter(() => this.pickWords()),
    });
  }

  /** @param {string} value */
  #clockField(value) {
    const label = t("due.time");
    const onkeydown = onEnter(() => this.pickPointed());
    return element("input", { type: "time", value, "aria-label": label, onkeydown });
  }

  #usual() {
    const days = usualDays(this.today, Boolean(this.asked.value));
    return h(
      "div",
      { class: "usual" },
      days.map(([text, day]) =>
        h(
          "button",
          { class: "quiet", type: "button", onclick: () => this.pick(day) },
          text,
          day && h("small", {}, dayName(day, { weekday: "short" })),
        ),
      ),
    );
  }

  #time() {
    const set = { class: "button is-main", type: "button", onclick: () => this.pickPointed() };
    return h("label", { class: "time" }, t("due.time"), this.clock, h("button", set, t("action.set")));
  }
}

/** @param {() => unknown} work */
function onEnter(work) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    work();
  };
}

/**
 * @param {string} today
 * @param {boolean} hasDue
 * @returns {[string, string | null][]}
 */
function usualDays(today, hasDue) {
  const weekday = weekdayOf(today);
  /** @type {[string, string | null][]} */
  const days = [
    [t("place.today"), today],
    [t("date.tomorrow"), addDays(today, 1)],
    [t("due.weekend"), addDays(today, (6 - weekday + 7) % 7 || 7)],
    [t("due.nextWeek"), addDays(today, (8 - weekday) % 7 || 7)],
  ];
  return hasDue ? [...days, [t("due.none"), null]] : days;
}
