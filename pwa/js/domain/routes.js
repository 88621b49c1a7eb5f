/**
 * Routes: every view, filter and open task has an address.
 * @typedef {"inbox" | "today" | "upcoming" | "list" | "completed" | "trash" | "search" | "settings" | "lists"
 *   | "admin" | "join"} Name
 *   `join`: an invitation's link; its token is in the fragment
 * @typedef {{name: Name, part: string | null, list: string | null, isBoard: boolean, task: string | null, q:
 *   string, label: string | null, status: string | null,
 *   due: string | null, priority: string | null, assignee: string | null, sort: string | null, day: string |
 *   null}} Route
 *   `assignee`: an account, "me" or "none"
 */
const NAMES = [
  "inbox",
  "today",
  "upcoming",
  "completed",
  "trash",
  "search",
  "settings",
  "lists",
  "admin",
  "join",
];
/** Routes that show a page instead of tasks. */
export const OWN_PAGES = ["settings", "lists", "admin", "join"];
const PARTS = /** @type {Record<string, string[]>} */ ({
  settings: ["account"],
  admin: ["sign-up", "health", "audit"],
});
const STATUSES = ["pending", "in_progress", "completed"];
export const SORTS = ["order", "due", "priority", "created"];
export const DUES = ["overdue", "today", "week", "none"];
export const HOME = "/today";

/**
 * @param {URL} url
 * @returns {Route} the route of an address; Today if the address is unknown
 */
export function routeAt(url) {
  const [first, list, view] = url.pathname.slice(1).split("/");
  const given = url.searchParams;
  const isList = first === "list" && Boolean(list);
  const name = ["invite", "sign-up"].includes(first) ? "join" : first;
  return {
    name: /** @type {Name} */ (isList ? "list" : NAMES.includes(name) ? name : "today"),
    list: isList ? list : null,
    part: among(list, PARTS[name] ?? []),
    isBoard: isList && view === "board",
    task: given.get("task"),
    q: given.get("q") ?? "",
    label: given.get("label"),
    status: among(given.get("status"), STATUSES),
    due: among(given.get("due"), DUES),
    priority: among(given.get("priority"), ["1", "2", "3"]),
    assignee: given.get("assignee"),
    sort: among(given.get("sort"), SORTS),
    day: given.get("day"),
  };
}

/**
 * @param {Partial<Route> & {name: Name}} route
 * @returns {string}
 */
export function hrefOf({ name, part, list, isBoard, ...filters }) {
  const path =
    name === "list" ? `/list/${list}${isBoard ? "/board" : ""}` : `/${name}${part ? `/${part}` : ""}`;
  const query = new URLSearchParams();
  for (const key of /** @type {const} */ ([
    "q",
    "label",
    "status",
    "due",
    "priority",
    "assignee",
    "sort",
    "day",
    "task",
  ]))
    if (filters[key]) query.set(key, /** @type {string} */ (filters[key]));
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/**
 * Whether two routes show the same list of tasks, whichever task is open.
 * @param {Route} a
 * @param {Route} b
 */
export function isSameList(a, b) {
  return hrefOf({ ...a, task: null }) === hrefOf({ ...b, task: null });
}

/** @param {Route} route */
export function isFiltered({ label, status, due, priority, assignee }) {
  return Boolean(label || status || due || priority || assignee);
}

/**
 * @param {string | null | undefined} value
 * @param {string[]} allowed
 */
function among(value, allowed) {
  return value && allowed.includes(value) ? value : null;
}
