/** What is shown where this device's storage cannot be opened. Nothing is deleted by itself. */
import { byId, icon } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";

/**
 * @param {import("../../boot.js").Page} page
 * @param {unknown} error
 */
export function showStorageProblem(page, error) {
  console.error(error);
  const code = /** @type {{code?: string}} */ (error).code ?? "damaged";
  patch(byId("heading"), [
    element("i", { class: "mark" }),
    element("h1", {}, t("Your tasks cannot be read right now")),
  ]);
  byId("quick").hidden = true;
  byId("page").hidden = false;
  byId("page").dataset.page = "storage";
  patch(byId("page"), [
    element(
      "section",
      { role: "alert" },
      element("p", {}, (REASONS[code] ?? REASONS.damaged)()),
      element(
        "p",
        {},
        page.account
          ? t("What was synced is safe on the server; nothing on this device has been deleted.")
          : t("Nothing has been deleted."),
      ),
      element(
        "div",
        { class: "acts" },
        element(
          "button",
          { class: "button is-main", type: "button", onclick: () => location.reload() },
          t("Try again"),
        ),
      ),
    ),
  ]);
}

/**
 * The session has ended elsewhere: nothing is shown until the person signs in again; all is kept.
 * @param {import("../../boot.js").Page} page
 */
export function showLocked(page) {
  const waiting = page.store.unsent
    ? plural(
        page.store.unsent,
        "{n} change has not reached the server.",
        "{n} changes have not reached the server.",
      )
    : "";
  const signature = `locked ${waiting}`;
  if (byId("page").dataset.page === signature) return;
  byId("page").dataset.page = signature;
  document.title = "Driftless";
  patch(byId("heading"), [icon("person"), element("h1", {}, t("You have been signed out"))]);
  byId("page").hidden = false;
  patch(byId("page"), [
    element(
      "section",
      {},
      element(
        "p",
        {},
        t("The session of {email} has ended, or was ended from another device.", {
          email: page.account?.email ?? "",
        }),
      ),
      element(
        "p",
        {},
        [t("Everything is kept on this device, and is here again once you sign in."), waiting]
          .filter(Boolean)
          .join(" "),
      ),
      element(
        "div",
        { class: "acts" },
        element(
          "button",
          {
            class: "button is-main",
            type: "button",
            onclick: () => page.hands.then((app) => app.openAccount()),
          },
          t("Sign in again"),
        ),
      ),
    ),
  ]);
}

const REASONS = /** @type {Record<string, () => string>} */ ({
  newer: () =>
    t(
      "They were saved by a newer version of the app. Close all its tabs and load it again to get that version.",
    ),
  full: () => t("This device has no room left. Free some, then try again."),
  blocked: () => t("Another tab with an older version of the app holds them. Close it, then try again."),
  damaged: () => t("The browser could not open its storage. Often a restart of the browser mends it."),
});
