/**
 * Choosing a due date: in words, by a few usual days, or in a month, with or without a time.
 * @typedef {{value: string | null, title: string, anchor?: Element | null, onPick: (due: string | null) =>
 *   unknown, now: Date}} Asked
 */
import { addDays, dayOf, dueLong, localDue, monthGrid, weekdayOf, weekStart } from "../../lib/dates.js";
import { tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { dates, t } from "../../lib/words.js";
import { withChrono } from "../../domain/quick_add/parser.js";
import { openDialog } from "./menu.js";

const STEPS = /** @type {Record<string, number>} */ ({
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -7,
  ArrowDown: 7,
});
const noon = (/** @type {string} */ day) =>
  Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)), 12);
const named = (/** @type {string} */ day, /** @type {Intl.DateTimeFormatOptions} */ options) =>
  dates({ ...options, timeZone: "UTC" }).format(noon(day));

/**
 * Opens the picker; `onPick` gets the day, the wall time, or null for none.
 * @param {Asked} asked
 */
export function pickDue({ value, title, anchor, onPick, now }) {
  const today = dayOf(now);
  const local = value ? localDue(value) : null;
  let time = local?.slice(11) ?? "";
  let chosen = local?.slice(0, 10) ?? null;
  let pointed = chosen ?? today;
  const done = (/** @type {string | null} */ day) => {
    box.close();
    onPick(day && time ? `${day}T${time}` : day);
  };
  const words = element("input", {
    class: "menu-search",
    "aria-label": t("In words"),
    placeholder: t("fri 5pm, in 3 days…"),
    autocomplete: "off",
  });
  const hint = element("p", { class: "hint", role: "status" });
  const clock = element("input", { type: "time", value: time, "aria-label": t("Time") });
  const month = element("div", { class: "month" });
  const box = openDialog(
    title,
    "menu due-menu",
    [
      words,
      hint,
      element(
        "div",
        { class: "usual" },
        ...usual(today, Boolean(value)).map(([text, day]) =>
          element(
            "button",
            {
              class: "quiet",
              type: "button",
              onclick: () => {
                if (!day) time = "";
                done(day);
              },
            },
            text,
            day && element("small", {}, named(day, { weekday: "short" })),
          ),
        ),
      ),
      month,
      element(
        "label",
        { class: "time" },
        t("Time"),
        clock,
        element(
          "button",
          { class: "button is-main", type: "button", onclick: () => done(chosen ?? pointed) },
          t("Set"),
        ),
      ),
    ],
    anchor,
  );

  /** @returns {Promise<string | null>} the due that the words mean */
  const understand = async () => {
    const { facts } = await withChrono(`x ${words.value}`, { now, lists: [], isAnyDay: true });
    return facts.find((fact) => fact.kind === "due")?.value ?? null;
  };
  words.addEventListener("input", async () => {
    const asked = words.value;
    const due = await understand();
    if (asked === words.value)
      hint.textContent = due ? dueLong(due, today) : asked.trim() ? t("Not understood yet") : "";
  });
  words.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const due = await understand();
    if (!due || !box.open) return;
    time = "";
    done(due);
  });
  clock.addEventListener("input", () => {
    time = clock.value;
  });
  clock.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    done(chosen ?? pointed);
  });
  const fill = () =>
    patch(month, [
      ...monthOf(pointed, chosen, today, {
        go: (/** @type {number} */ by) => {
          pointed = firstOf(pointed, by);
          fill();
        },
        pick: (/** @type {string} */ day) => {
          chosen = day;
          done(day);
        },
      }),
    ]);
  month.addEventListener("keydown", (event) => {
    const by = STEPS[event.key];
    if (!by) return;
    event.preventDefault();
    pointed = addDays(pointed, by);
    fill();
    /** @type {HTMLElement | null} */ (month.querySelector("[tabindex='0']"))?.focus();
  });
  fill();
  words.focus();
  return box;
}

/**
 * @param {string} today
 * @param {boolean} hasDue
 * @returns {[string, string | null][]}
 */
function usual(today, hasDue) {
  const weekday = weekdayOf(today);
  /** @type {[string, string | null][]} */
  const days = [
    [t("Today"), today],
    [t("Tomorrow"), addDays(today, 1)],
    [t("Weekend"), addDays(today, (6 - weekday + 7) % 7 || 7)],
    [t("Next week"), addDays(today, (8 - weekday) % 7 || 7)],
  ];
  return hasDue ? [...days, [t("No date"), null]] : days;
}

/**
 * @param {string} day
 * @param {number} by months
 * @returns {string} the first of another month
 */
function firstOf(day, by) {
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + by;
  return `${String(Math.floor(count / 12)).padStart(4, "0")}-${String((count % 12) + 1).padStart(2, "0")}-01`;
}

/**
 * @param {string} pointed
 * @param {string | null} chosen
 * @param {string} today
 * @param {{go: (by: number) => void, pick: (day: string) => void}} acts
 */
function monthOf(pointed, chosen, today, { go, pick }) {
  const month = pointed.slice(0, 7);
  const weeks = monthGrid(month, weekStart());
  const head = element(
    "div",
    { class: "month-head" },
    element("b", { "aria-live": "polite" }, named(pointed, { month: "long", year: "numeric" })),
    tool("back", t("Previous month"), () => go(-1)),
    tool("forward", t("Next month"), () => go(1)),
  );
  const names = element(
    "tr",
    {},
    ...weeks[0].map((day) =>
      element(
        "th",
        { scope: "col", abbr: named(day, { weekday: "long" }) },
        named(day, { weekday: "narrow" }),
      ),
    ),
  );
  const cell = (/** @type {string} */ day) =>
    element(
      "td",
      {},
      element(
        "button",
        {
          type: "button",
          class: [day.startsWith(month) ? "" : "is-out", day === today ? "is-today" : ""].join(" ").trim(),
          "aria-label": named(day, { weekday: "long", day: "numeric", month: "long" }),
          "aria-pressed": String(day === chosen),
          tabIndex: day === pointed ? 0 : -1,
          onclick: () => pick(day),
        },
        String(Number(day.slice(8))),
      ),
    );
  return [
    head,
    element(
      "table",
      { role: "grid", "aria-label": named(pointed, { month: "long", year: "numeric" }) },
      element("thead", {}, names),
      element("tbody", {}, ...weeks.map((week) => element("tr", {}, ...week.map(cell)))),
    ),
  ];
}
