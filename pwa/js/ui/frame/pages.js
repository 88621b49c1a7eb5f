/**
 * The routes that show a page of their own and no tasks.
 * @typedef {import("../../app.js").App} App
 * @typedef {{root: HTMLElement, arrive: () => void, render: () => void}} View made once; told when one
 *   arrives, and of every render
 */
import { byId, isNarrow } from "../../lib/dom.js";
import { patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { OWN_PAGES } from "../../domain/routes.js";
import { act, acts, problemLine } from "../kit/forms.js";
import { Settings } from "../settings/settings_page.js";
import { AccountPage } from "../settings/account_page.js";
import { JoinPage } from "../sharing/join_page.js";
import { showLists } from "./lists_page.js";
import { partsOf } from "./parts.js";

/**
 * @type {((app: App, part: string | null) => View) | null} administration is not kept on the device: nothing
 *   of it works without the server
 */
let makeAdmin = null;
/** @type {Map<string, View>} */
const views = new Map();

/** @param {App} app */
export function showPage(app) {
  const { name, part } = app.route;
  if (!OWN_PAGES.includes(name)) return; // one has gone on since
  if (name === "lists") return showLists(app);
  const key = [name, part].filter(Boolean).join("/");
  if (name === "admin" && !makeAdmin) return showAdminLater(app, key);
  const view = views.get(key) ?? makeView(app, name, part);
  views.set(key, view);
  show(app, view);
}

/**
 * @param {App} app
 * @param {View} view
 */
function show(app, view) {
  const page = byId("page");
  const isThere = view.root.parentElement === page && page.dataset.page === app.route.name;
  page.dataset.page = app.route.name;
  patch(page, [isNarrow() && partsOf(app), view.root]);
  if (!isThere) view.arrive();
  view.render();
}

/**
 * Fetches what administration is made of.
 * @param {App} app
 * @param {string} key
 */
async function showAdminLater(app, key) {
  const page = byId("page");
  if (page.dataset.page === `${key} later`) return;
  page.dataset.page = `${key} later`;
  patch(page, []);
  try {
    const { AdminPage } = await app.loadAdmin();
    makeAdmin = (...given) => new AdminPage(...given);
    app.page.render();
  } catch {
    showUnreached(page);
  }
}

/** @param {HTMLElement} page */
function showUnreached(page) {
  const problem = problemLine();
  // a script that could not be fetched once is not asked for again
  patch(page, [problem, acts(act(t("Try again"), () => location.reload()))]);
  problem.textContent = t(
    "Administration needs the server, which cannot be reached now. Your tasks are safe on this device.",
  );
}

/**
 * @param {App} app
 * @param {string} name
 * @param {string | null} part
 * @returns {View}
 */
function makeView(app, name, part) {
  if (name === "settings") return part ? new AccountPage(app) : new Settings(app);
  if (name === "admin" && makeAdmin) return makeAdmin(app, part);
  return new JoinPage(app);
}
