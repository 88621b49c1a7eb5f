/**
 * The groups of rows that a route shows.
 * @typedef {import("./task.js").Task} Task
 * @typedef {import("./tasks.js").Tasks} Tasks
 * @typedef {import("./routes.js").Route} Route
 * @typedef {{task: Task, depth: number}} Row
 * @typedef {{key: string, heading: string, note?: string, day?: string, status?: string, rows: Row[],
 *   isFolding?: boolean}} Group
 */
import { addDays, dayOf, dayHeading } from "../lib/dates.js";
import { t } from "../i18n/i18n.js";
import { isWanted, matcher, WEEK_DAYS } from "./filters.js";
import { isFiltered } from "./routes.js";
import { compare } from "../core/merge.js";
import { byCompletion, byDue, byOrder, SORTERS } from "./sorting.js";
import { completionDay, dueDay, isDone, isDueBefore } from "./task.js";

const STATUS_HEADINGS = /** @type {const} */ ([
  ["pending", "status.pending"],
  ["in_progress", "status.inProgress"],
  ["completed", "status.completed"],
]);

/**
 * @param {Tasks} tasks
 * @param {Route} route
 * @param {Date} now
 * @returns {Group[]}
 */
export function groupsOf(tasks, route, now) {
  const shown = VIEWS[route.name];
  return shown
    ? shown(tasks, route, now).filter((group) => group.rows.length || group.status || group.day)
    : [];
}

/** @type {Partial<Record<import("./routes.js").Name, (tasks: Tasks, route: Route, now: Date) => Group[]>>} */
const VIEWS = {
  inbox: listView,
  list: listView,
  today: todayView,
  upcoming: upcomingView,
  completed: completedView,
  trash: trashView,
  search: searchView,
};

/**
 * @param {Tasks} tasks
 * @param {Route} route
 * @param {Date} now
 * @returns {Group[]}
 */
function listView(tasks, route, now) {
  const here = tasks.live((task) => tasks.homeOf(task) === route.list && isWanted(tasks, task, route, now));
  const sorter = SORTERS[route.sort ?? "order"];
  if (route.isBoard) {
    return STATUS_HEADINGS.map(([status, heading]) => ({
      key: status,
      heading: t(heading),
      status,
      rows: here
        .filter((task) => task.status === status && !tasks.parentOf(task))
        .sort(status === "completed" ? byCompletion : sorter)
        .map(flat),
    }));
  }
  const open = here.filter((task) => !isDone(task)).sort(sorter);
  const done = here.filter(isDone).sort(byCompletion);
  return [
    {
      key: "open",
      heading: "",
      rows: route.sort && route.sort !== "order" ? open.map(flat) : tasks.nested(open),
    },
    {
      key: "done",
      heading: t("status.completed"),
      rows: done.map(flat),
      isFolding: route.status !== "completed",
    },
  ];
}

/**
 * @param {Tasks} tasks
 * @param {Route} route
 * @param {Date} now
 * @returns {Group[]}
 */
function todayView(tasks, route, now) {
  const today = dayOf(now);
  const [yesterday, tomorrow] = [addDays(today, -1), addDays(today, 1)];
  const isDoneToday = (/** @type {Task} */ task) =>
    // UTC is at most a day off: a cheap first look
    task.completedAt > yesterday && completionDay(task) === today;
  const due = tasks.live(
    (task) =>
      (isDone(task) ? isDoneToday(task) : isDueBefore(task, tomorrow)) && isWanted(tasks, task, route, now),
  );
  const open = due.filter((task) => !isDone(task)).sort(route.sort ? SORTERS[route.sort] : byDue);
  const [late, rest] = [
    open.filter((task) => isDueBefore(task, today)),
    open.filter((task) => !isDueBefore(task, today)),
  ];
  const done = due.filter(isDone).sort(byCompletion);
  return [
    { key: "late", heading: t("filter.overdue"), rows: late.map(flat) },
    { key: "open", heading: late.length || done.length ? t("place.today") : "", rows: rest.map(flat) },
    { key: "done", heading: t("today.done"), rows: done.map(flat) },
  ];
}

/**
 * @param {Tasks} tasks
 * @param {Route} route
 * @param {Date} now
 * @returns {Group[]}
 */
function upcomingView(tasks, route, now) {
  const today = dayOf(now);
  const open = tasks.live(
    (task) =>
      !isDone(task) && dueDay(task) > today && dueDay(task) !== "~" && isWanted(tasks, task, route, now),
  );
  const byDay = Map.groupBy(open.sort(byDue), dueDay);
  for (let ahead = 1; ahead <= WEEK_DAYS; ahead++)
    if (!byDay.has(addDays(today, ahead))) byDay.set(addDays(today, ahead), []);
  return [...byDay]
    .sort(([a], [b]) => compare(a, b))
    .map(([day, found]) => {
      const { heading, note } = dayHeading(day, today);
      return { key: day, day, heading, note, rows: found.map(flat) };
    });
}

/**
 * @param {Tasks} tasks
 * @param {Route} route
 * @param {Date} now
 * @returns {Group[]}
 */
function completedView(tasks, route, now) {
  const today = dayOf(now);
  const done = tasks.live((task) => isDone(task) && isWanted(tasks, task, route, now)).sort(byCompletion);
  return [...Map.groupBy(done, completionDay)].map(([day, found]) => ({
    key: day,
    heading: pastDay(day, today),
    rows: found.map(flat),
  }));
}

/**
 * @param {Tasks} tasks
 * @returns {Group[]}
 */
function trashView(tasks) {
  const gone = [...tasks.all.values()].filter((task) => tasks.isInTrash(task));
  return [
    {
      key: "trash",
      heading: "",
      rows: gone.sort((a, b) => compare(b.deleted ?? "", a.deleted ?? "") || byOrder(a, b)).map(flat),
    },
  ];
}

/**
 * @param {Tasks} tasks
 * @param {Route} route
 * @param {Date} now
 * @returns {Group[]}
 */
function searchView(tasks, route, now) {
  const words = route.q.trim();
  if (!words && !isFiltered(route)) return [];
  const isMatch = matcher(words);
  const found = tasks
    .live((task) => isWanted(tasks, task, route, now) && isMatch(task))
    .sort(route.sort ? SORTERS[route.sort] : byDue);
  return [
    { key: "open", heading: "", rows: found.filter((task) => !isDone(task)).map(flat) },
    { key: "done", heading: t("status.completed"), rows: found.filter(isDone).map(flat) },
  ];
}

/**
 * @param {string} day
 * @param {string} today
 */
function pastDay(day, today) {
  const { heading, note } = dayHeading(day, today);
  return note && day < addDays(today, -1) ? `${heading} · ${note}` : heading;
}

/**
 * @param {Task} task
 * @returns {Row}
 */
const flat = (task) => ({ task, depth: 0 });
