/**
 * The places at the side: one's own, one's lists, then each shared space with its people and lists.
 * @typedef {import("../../boot.js").Page} Page
 */
import { byId, icon, tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { sectionsOf } from "../../domain/members.js";
import { hrefOf } from "../../domain/routes.js";
import { dot } from "../list/row.js";
import { people } from "../kit/avatar.js";

/**
 * @typedef {ReturnType<typeof import("../../domain/views.js").counts>} Counts
 * @typedef {import("../../domain/members.js").Section} Section
 */

export class Sidebar {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.filled = "";
    const link = (
      /** @type {import("../../domain/routes.js").Name} */ name,
      /** @type {string} */ words,
      /** @type {Node | string} */ end = element("small", {}),
      iconName = /** @type {string} */ (name),
    ) =>
      element(
        "li",
        {},
        element("a", { href: hrefOf({ name }), "data-route": name }, icon(iconName), words, end),
      );
    this.spaces = element("div", { class: "spaces" });
    byId("side").append(
      element(
        "div",
        { class: "nav" },
        element(
          "ul",
          { role: "list" },
          link("search", t("Search"), element("kbd", { "aria-hidden": "true" }, "/")),
          link("inbox", t("Inbox")),
          link("today", t("Today")),
          link("upcoming", t("Upcoming"), ""),
        ),
      ),
      this.spaces,
      element(
        "div",
        { class: "nav" },
        element(
          "ul",
          { role: "list" },
          link("completed", t("Completed"), "", "done"),
          link("trash", t("Trash"), ""),
          link("admin", t("Admin"), "", "shield"),
          link("settings", t("Settings"), "", "gear"),
        ),
        element(
          "button",
          {
            id: "account",
            type: "button",
            "aria-haspopup": "dialog",
            onclick: () => this.page.hands.then((app) => app.openAccount()),
          },
          icon("person"),
          element("span", {}),
        ),
      ),
    );
  }

  /** @param {Counts} found */
  render(found) {
    const { route, tasks, account, engine, store } = this.page;
    const sections = sectionsOf(tasks, store);
    const signature = JSON.stringify([
      route.name,
      route.list,
      found.inbox,
      found.today,
      account?.name,
      account?.is_admin,
      engine?.isSignedOut,
      sections.map(({ lists, ...section }) => [
        section,
        lists.map(({ id, name, conflicts }) => [id, name, conflicts.length, found.lists.get(id)]),
      ]),
    ]);
    if (this.filled === signature) return;
    this.filled = signature;
    const held = this.#focus();
    patch(this.spaces, [...sections.map((section) => sectionOf(this.page, section, found))]);
    if (held) /** @type {HTMLElement | null} */ (this.spaces.querySelector(held))?.focus();
    byId("side").querySelector("[data-route='admin']").parentElement.hidden = !account?.is_admin;
    for (const each of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("a[data-route]"))) {
      const isHere =
        each.dataset.route === route.name ||
        (each.dataset.route === "lists" && each.closest("#tabs") && ["list", "inbox"].includes(route.name));
      if (isHere) each.setAttribute("aria-current", "page");
      else each.removeAttribute("aria-current");
      const count = each.querySelector("small");
      if (count)
        count.textContent = String(
          { inbox: found.inbox, today: found.today }[/** @type {"inbox"} */ (each.dataset.route)] || "",
        );
    }
    /** @type {any} */ (byId("account").lastElementChild).textContent =
      account && !engine?.isSignedOut ? account.name || account.email : t("Sign in");
  }

  /** What has the focus, as a selector: it is made anew. */
  #focus() {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || !this.spaces.contains(focused)) return "";
    if (focused.dataset.list) return `[data-list="${focused.dataset.list}"]`;
    const section = /** @type {HTMLElement | null} */ (focused.closest("[data-space]"));
    return section ? `[data-space="${section.dataset.space}"] [data-act="${focused.dataset.act}"]` : "";
  }
}

/**
 * A space and its lists.
 * @param {Page} page
 * @param {Section} section
 * @param {Counts} found
 * @param {boolean} [isLandmark]
 */
export function sectionOf(page, section, found, isLandmark = true) {
  const { space, name, isShared, isReadOnly, lists, members } = section;
  const heading = element(
    "h2",
    {},
    element("span", { class: "clip" }, isShared ? name || t("Shared") : t("Personal")),
    isShared ? people(members) : "",
    element("span", { class: "push" }),
    ...toolsOf(page, section),
  );
  const link = (/** @type {import("../../domain/tasks.js").List} */ { id, name: words, conflicts }) =>
    element(
      "li",
      {},
      element(
        "a",
        {
          href: hrefOf({ name: "list", list: id }),
          "data-list": id,
          "aria-current": page.route.list === id ? "page" : null,
        },
        dot(words),
        element("span", { class: "clip" }, words, conflicts.length ? element("i", { class: "mark" }) : ""),
        element("small", {}, String(found.lists.get(id) ?? "")),
      ),
    );
  return element(
    isLandmark ? "section" : "div",
    {
      class: `nav${isReadOnly ? " is-read-only" : ""}`,
      "data-space": space,
      "aria-label": isLandmark && (isShared ? name || t("Shared") : t("Personal")),
    },
    heading,
    element("ul", { role: "list" }, ...lists.map(link)),
  );
}

/**
 * @param {Page} page
 * @param {Section} section
 */
function toolsOf(page, { name, isShared, isReadOnly }) {
  const made = (/** @type {string} */ mark, /** @type {string} */ id, /** @type {string} */ label) => {
    return tool(mark, label, (event) => page.run(id, event.currentTarget), { "data-act": id });
  };
  return [
    isShared ? made("more", "spaceMenu", t("More for “{space}”", { space: name })) : "",
    isReadOnly
      ? ""
      : made("plus", "newList", isShared ? t("New list in “{space}”…", { space: name }) : t("New list…")),
  ];
}
