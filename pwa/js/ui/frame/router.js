/**
 * Goes to routes of the app: sets the address, the browser's history and the focus.
 * @typedef {import("../../domain/routes.js").Route} Route
 * @typedef {import("../kit/view.js").View} View
 */
import { byId } from "../../lib/dom.js";
import { HOME, hrefOf, isSameList, routeAt } from "../../domain/routes.js";
import { BrowserHistory } from "./browser_history.js";

export class Router {
  /**
   * @param {View} view
   * @param {() => void} onLeave called before another list is shown
   */
  constructor(view, onLeave) {
    this.view = view;
    this.onLeave = onLeave;
    this.history = new BrowserHistory((wasAsked) => this.#wentTo(routeAt(new URL(location.href)), wasAsked));
    document.addEventListener("click", (event) => this.#click(event));
  }

  /**
   * Goes to an address of the app.
   * @param {string} href
   * @param {boolean} [isReplacing]
   */
  go(href, isReplacing = false) {
    const { route } = this.view;
    const next = routeAt(new URL(href, location.href));
    const isSame = isSameList(next, route);
    if (isReplacing || (isSame && next.task && route.task)) this.history.replace(href);
    else this.history.push(href, isSame && next.task !== null);
    this.#arrive(next);
  }

  /** Closes the open task: back to its list, if it was opened there. */
  closeTask() {
    const href = hrefOf({ ...this.view.route, task: null });
    if (!this.history.entry.isOpening) return this.go(href, true);
    this.history.back();
    this.#arrive(routeAt(new URL(href, location.href)));
  }

  leaveSearch() {
    if (this.history.entry.isOurs) this.history.back();
    else this.go(HOME, true);
  }

  /** @param {Route} route */
  #arrive(route) {
    const { view } = this;
    const before = view.route;
    view.route = route;
    if (!isSameList(before, route) && before.q === route.q) this.#leaveList();
    view.render();
    if (route.name === "search" && before.name !== "search")
      view.afterRender(() => document.getElementById("search-field")?.focus());
  }

  #leaveList() {
    const { view } = this;
    this.onLeave();
    byId("main").scrollTop = 0;
    const left = document.activeElement;
    view.afterRender(() => {
      const hasMovedOn = ![left, document.body].includes(document.activeElement);
      if (!view.route.task && !hasMovedOn) byId("main").focus({ preventScroll: true });
    });
  }

  /**
   * Shows the route of another history entry.
   * @param {Route} route
   * @param {boolean} wasAsked by the app, not by the person
   */
  #wentTo(route, wasAsked) {
    const dialogs = /** @type {NodeListOf<HTMLDialogElement>} */ (document.querySelectorAll("dialog[open]"));
    if (!wasAsked) for (const box of dialogs) box.close();
    this.#arrive(route);
  }

  /**
   * Follows links to routes of the app without reloading it.
   * @param {MouseEvent} event
   */
  #click(event) {
    const link = /** @type {Element} */ (event.target).closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || !isForUs(event, link)) return;
    event.preventDefault();
    if (link.getAttribute("href")?.startsWith("#")) byId(link.hash.slice(1)).focus();
    else this.go(link.href);
  }
}

/**
 * Whether a click on a link leads to a route here, in this tab.
 * @param {MouseEvent} event
 * @param {HTMLAnchorElement} link
 */
function isForUs(event, link) {
  const isModified = event.button || event.ctrlKey || event.metaKey || event.shiftKey;
  if (event.defaultPrevented || isModified || link.target) return false;
  return link.origin === location.origin && !link.hasAttribute("download");
}
