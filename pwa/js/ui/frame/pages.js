/**
 * The routes that show their own page and no tasks.
 * @typedef {import("../context.js").Context} Context
 * @typedef {{root: HTMLElement, arrive: () => void, render: () => void}} OwnPage created once; `arrive`:
 *   called when the person opens it
 * @typedef {{AdminPage: new (context: Context, part: string | null) => OwnPage}} Administration
 */
import { byId, isNarrow } from "../../lib/dom.js";
import { patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { OWN_PAGES } from "../../domain/routes.js";
import { problemLine } from "../kit/attempt.js";
import { buttonRow, quietButton } from "../kit/settings_rows.js";
import { Settings } from "../settings/settings_page.js";
import { AccountPage } from "../settings/account_page.js";
import { JoinPage } from "../sharing/join_page.js";
import { showLists } from "./lists_page.js";
import { partsOf } from "./parts.js";

/**
 * @type {((context: Context, part: string | null) => OwnPage) | null} administration is not stored on the
 *   device: it needs the server
 */
let makeAdmin = null;
/** @type {Map<string, OwnPage>} */
const pages = new Map();

/**
 * @param {Context} context
 * @param {() => Promise<Administration>} loadAdmin
 */
export function showPage(context, loadAdmin) {
  const { name, part } = context.view.route;
  if (!OWN_PAGES.includes(name)) return; // the person has left the page
  if (name === "lists") return showLists(context);
  const key = [name, part].filter(Boolean).join("/");
  if (name === "admin" && !makeAdmin) return showAdminLater(context, key, loadAdmin);
  const page = pages.get(key) ?? makePage(context, name, part);
  pages.set(key, page);
  show(context, page);
}

/**
 * @param {Context} context
 * @param {OwnPage} page
 */
function show(context, page) {
  const box = byId("page");
  const { name } = context.view.route;
  const isThere = page.root.parentElement === box && box.dataset.page === name;
  box.dataset.page = name;
  patch(box, [isNarrow() && partsOf(context.view), page.root]);
  if (!isThere) page.arrive();
  page.render();
}

/**
 * Loads the code for administration.
 * @param {Context} context
 * @param {string} key
 * @param {() => Promise<Administration>} loadAdmin
 */
async function showAdminLater(context, key, loadAdmin) {
  const page = byId("page");
  if (page.dataset.page === `${key} later`) return;
  page.dataset.page = `${key} later`;
  patch(page, []);
  try {
    const { AdminPage } = await loadAdmin();
    makeAdmin = (...given) => new AdminPage(...given);
    context.view.render();
  } catch {
    showUnreached(page);
  }
}

/** @param {HTMLElement} page */
function showUnreached(page) {
  const problem = problemLine();
  // browsers do not retry a script that failed to load
  patch(page, [problem, buttonRow(quietButton(t("action.tryAgain"), () => location.reload()))]);
  problem.textContent = t("admin.needsServer");
}

/**
 * @param {Context} context
 * @param {string} name
 * @param {string | null} part
 * @returns {OwnPage}
 */
function makePage(context, name, part) {
  if (name === "settings") return part ? new AccountPage(context) : new Settings(context);
  if (name === "admin" && makeAdmin) return makeAdmin(context, part);
  return new JoinPage(context);
}
