/**
 * What a place shows: groups of rows, out of all tasks.
 * @typedef {import("./task.js").Task} Task
 * @typedef {import("./tasks.js").Tasks} Tasks
 * @typedef {import("./routes.js").Route} Route
 * @typedef {{task: Task, depth: number}} Row
 * @typedef {{key: string, heading: string, note?: string, day?: string, status?: string, rows: Row[],
 *   isFolding?: boolean}} Group
 */
import { addDays, dayOf, dayHeading, daysBetween, isOverdue } from "../lib/dates.js";
import { t } from "../lib/words.js";
import { isFiltered } from "./routes.js";
import { byCompletion, byDue, byOrder, compare, SORTERS } from "./sorting.js";
import { completionDay, dueDay, isDone, isDueBefore } from "./task.js";

export { dueDay } from "./task.js";

const WEEK_DAYS = 7;
const STATUS_HEADINGS = /** @type {const} */ ([
  ["pending", "Pending"],
  ["in_progress", "In progress"],
  ["completed", "Completed"],
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

/**
 * How many open tasks each place in the sidebar has.
 * @param {Tasks} tasks
 * @param {Date} now
 * @returns {{today: number, inbox: number, lists: Map<string, number>}}
 */
export function counts(tasks, now) {
  const tomorrow = addDays(dayOf(now), 1);
  const found = { today: 0, inbox: 0, lists: /** @type {Map<string, number>} */ (new Map()) };
  for (const task of tasks.all.values()) {
    if (isDone(task) || tasks.isInTrash(task)) continue;
    if (isDueBefore(task, tomorrow)) found.today++;
    const home = tasks.homeOf(task);
    if (home) found.lists.set(home, (found.lists.get(home) ?? 0) + 1);
    else found.inbox++;
  }
  return found;
}

/**
 * How many open tasks are due on each of the days.
 * @param {Tasks} tasks
 * @param {string[]} days
 * @returns {number[]}
 */
export function countsByDay(tasks, days) {
  const found = new Map(days.map((day) => [day, 0]));
  for (const task of tasks.all.values()) {
    const day = dueDay(task);
    if (found.has(day) && !isDone(task) && !tasks.isInTrash(task)) found.set(day, (found.get(day) ?? 0) + 1);
  }
  return days.map((day) => found.get(day) ?? 0);
}

/** @type {Partial<Record<import("./routes.js").Name, (tasks: Tasks, place: Route, now: Date) => Group[]>>} */
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
    { key: "done", heading: t("Completed"), rows: done.map(flat), isFolding: route.status !== "completed" },
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
    { key: "late", heading: t("Overdue"), rows: late.map(flat) },
    { key: "open", heading: late.length || done.length ? t("Today") : "", rows: rest.map(flat) },
    { key: "done", heading: t("Done today"), rows: done.map(flat) },
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
    { key: "done", heading: t("Completed"), rows: found.filter(isDone).map(flat) },
  ];
}

/**
 * Whether title or description hold all the words, in any case.
 * @param {string} typed
 * @returns {(task: Task) => boolean}
 */
export function matcher(typed) {
  const words = folded(typed);
  const wanted = words
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "iu"));
  const isIn = (/** @type {RegExp} */ word, /** @type {string} */ text) =>
    word.test(IS_PLAIN.test(text) ? text : folded(text));
  return (task) =>
    wanted.every(
      (word) =>
        isIn(word, task.title) ||
        isIn(word, task.description) ||
        task.labels.some((label) => isIn(word, label)),
    );
}

const IS_PLAIN = /^[\x00-\x7f]*$/;

/**
 * Without accents, so that "cafe" finds "Café".
 * @param {string} text
 */
function folded(text) {
  return text.normalize("NFKD").replace(/\p{Mn}/gu, "");
}

/**
 * Whether a task passes the filters of the place.
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {Route} route
 * @param {Date} now
 */
function isWanted(tasks, task, { status, label, due, priority, assignee }, now) {
  if (status && task.status !== status) return false;
  if (label && !task.labels.includes(label)) return false;
  if (priority && task.priority !== Number(priority)) return false;
  if (assignee && !isAssigned(tasks, task, assignee)) return false;
  return !due || DUE_FILTERS[due](task, now);
}

/**
 * @param {Tasks} tasks
 * @param {Task} task
 * @param {string} wanted an account, "me" or "none"
 */
function isAssigned(tasks, task, wanted) {
  const held = tasks.assigneeOf(task)?.account ?? "none";
  return held === (wanted === "me" ? tasks.me : wanted);
}

/** @type {Record<string, (task: Task, now: Date) => boolean>} */
const DUE_FILTERS = {
  overdue: (task, now) =>
    Boolean(task.due) && !isDone(task) && isOverdue(/** @type {string} */ (task.due), now),
  today: (task, now) => dueDay(task) === dayOf(now),
  week: (task, now) =>
    task.due !== null && dueDay(task) >= dayOf(now) && daysBetween(dayOf(now), dueDay(task)) < WEEK_DAYS,
  none: (task) => task.due === null,
};

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
