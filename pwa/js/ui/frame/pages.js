/**
 * The places that show a page of their own and no tasks, and the switch between the parts of one, in the bar
 * or, on a phone, above the page.
 * @typedef {import("../../app.js").App} App
 * @typedef {{root: HTMLElement, arrive: () => void, render: () => void}} View made once; told when one
 *   arrives, and of every render
 */
import { byId, isNarrow } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { hrefOf, OWN_PAGES } from "../../domain/routes.js";
import { JoinPage } from "../sharing/join_page.js";
import { showLists } from "./lists_page.js";
import { AccountPage } from "../settings/account_page.js";
import { act, acts, problemLine } from "../kit/forms.js";
import { Settings } from "../settings/settings_page.js";

const PARTS = /** @type {Record<string, () => [string | null, string][]>} */ ({
  settings: () => [
    [null, t("General")],
    ["account", t("Account")],
  ],
  admin: () => [
    [null, t("Accounts")],
    ["sign-up", t("Sign-up")],
    ["health", t("Health")],
    ["audit", t("Audit")],
  ],
});
/**
 * @type {((app: App, part: string | null) => View) | null} administration is not kept on the device: nothing
 *   of it works without the server
 */
let makeAdmin = null;
/** @type {Map<string, View>} */
const views = new Map();
const parts = element("nav", { class: "switch parts" });

/** @param {App} app */
export function showPage(app) {
  const { name, part } = app.route;
  if (!OWN_PAGES.includes(name)) return; // one has gone on since
  if (name === "lists") return showLists(app);
  const page = byId("page");
  const key = [name, part].filter(Boolean).join("/");
  showParts(app);
  if (name === "admin" && !makeAdmin) return showAdminLater(app, key);
  const view = views.get(key) ?? makeView(app, name, part);
  views.set(key, view);
  if (view.root.parentElement !== page || page.dataset.page !== name) {
    page.dataset.page = name;
    patch(page, [...(isNarrow() && parts.childElementCount ? [parts] : []), view.root]);
    view.arrive();
  }
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
    const problem = problemLine();
    // a script that could not be fetched once is not asked for again
    const again = act(t("Try again"), () => location.reload());
    patch(page, [problem, acts(again)]);
    problem.textContent = t(
      "Administration needs the server, which cannot be reached now. Your tasks are safe on this device.",
    );
  }
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

/** @param {App} app */
function showParts(app) {
  const { name, part } = app.route;
  const isShown = name in PARTS && (name !== "admin" || app.account?.is_admin);
  const links = isShown
    ? PARTS[name]().map(([each, words]) =>
        element(
          "a",
          {
            href: hrefOf({ name: app.route.name, part: each }),
            "aria-current": each === part ? "page" : null,
          },
          words,
        ),
      )
    : [];
  if (parts.dataset.shown === (parts.dataset.shown = `${name} ${part} ${links.length}`) && parts.isConnected)
    return;
  parts.setAttribute("aria-label", name === "admin" ? t("Admin") : t("Settings"));
  patch(parts, [...links]);
  if (!isNarrow()) byId("bar-tools").prepend(parts);
}

matchMedia("(width < 720px)").addEventListener("change", () => {
  if (!parts.childElementCount) return;
  if (isNarrow()) byId("page").prepend(parts);
  else byId("bar-tools").prepend(parts);
});
