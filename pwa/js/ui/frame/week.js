/** The week over the agenda: seven days, each with its number of due tasks. */
import { addDays, dayOf } from "../../lib/dates.js";
import { h } from "../../lib/patch.js";
import { dates, plural } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";
import { countsByDay } from "../../domain/counts.js";

const WEEK = 7;
const MARKS_MAX = 5;

/**
 * @param {import("../../domain/tasks.js").Tasks} tasks
 * @param {Date} now
 * @param {(day: string) => unknown} onDay goes to a day in the list
 */
export function weekOf(tasks, now, onDay) {
  const today = dayOf(now);
  const days = Array.from({ length: WEEK }, (_, ahead) => addDays(today, ahead));
  const numbers = countsByDay(tasks, days);
  return days.map((day, ahead) => h("li", { key: day }, dayLink(day, ahead, numbers[ahead], onDay)));
}

/**
 * @param {string} day
 * @param {number} ahead of today
 * @param {number} count of tasks
 * @param {(day: string) => unknown} onDay
 */
function dayLink(day, ahead, count, onDay) {
  const href = ahead ? `#day-${day}` : hrefOf({ name: "today" });
  const onclick = (/** @type {MouseEvent} */ event) => {
    if (!ahead || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onDay(day);
  };
  return h(
    "a",
    { href, "data-day": day, "aria-current": ahead ? null : "date", onclick },
    h("small", {}, dates({ weekday: "short", timeZone: "UTC" }).format(noonOf(day))),
    " ",
    h("b", { class: "num" }, String(Number(day.slice(8)))),
    h("span", { class: "hidden" }, `, ${plural(count, "task.count")}`),
    h("i", { style: { "--n": String(Math.min(MARKS_MAX, count)) } }),
  );
}

/** @param {string} day */
function noonOf(day) {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8)), 12);
}
