/** What is shown where this device's storage cannot be opened. Nothing is deleted by itself. */
import { byId, icon } from "../../lib/dom.js";
import { h, patch } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";

const REASONS = /** @type {Record<string, () => string>} */ ({
  newer: () =>
    t(
      "They were saved by a newer version of the app. Close all its tabs and load it again to get that version.",
    ),
  full: () => t("This device has no room left. Free some, then try again."),
  blocked: () => t("Another tab with an older version of the app holds them. Close it, then try again."),
  damaged: () => t("The browser could not open its storage. Often a restart of the browser mends it."),
});

/**
 * @param {import("../kit/view.js").View} view
 * @param {unknown} error
 */
export function showStorageProblem(view, error) {
  console.error(error);
  const code = /** @type {{code?: string}} */ (error).code ?? "damaged";
  const safe = view.account
    ? t("What was synced is safe on the server; nothing on this device has been deleted.")
    : t("Nothing has been deleted.");
  patch(byId("heading"), [h("i", { class: "mark" }), h("h1", {}, t("Your tasks cannot be read right now"))]);
  byId("quick").hidden = true;
  byId("page").hidden = false;
  byId("page").dataset.page = "storage";
  patch(byId("page"), [
    h(
      "section",
      { role: "alert" },
      h("p", {}, (REASONS[code] ?? REASONS.damaged)()),
      h("p", {}, safe),
      oneButton(t("Try again"), () => location.reload()),
    ),
  ]);
}

/**
 * The session has ended elsewhere: nothing is shown until the person signs in again; all is kept.
 * @param {import("../kit/view.js").View} view
 * @param {(command: string) => unknown} run
 */
export function showLocked(view, run) {
  document.title = "Driftless";
  const email = view.account?.email ?? "";
  const kept = [
    t("Everything is kept on this device, and is here again once you sign in."),
    unsentText(view),
  ];
  patch(byId("heading"), [icon("person"), h("h1", {}, t("You have been signed out"))]);
  byId("page").hidden = false;
  byId("page").dataset.page = "locked";
  patch(byId("page"), [
    h(
      "section",
      {},
      h("p", {}, t("The session of {email} has ended, or was ended from another device.", { email })),
      h("p", {}, kept.filter(Boolean).join(" ")),
      oneButton(t("Sign in again"), () => run("signIn")),
    ),
  ]);
}

/** @param {import("../kit/view.js").View} view */
function unsentText({ store: { unsent } }) {
  return unsent
    ? plural(unsent, "{n} change has not reached the server.", "{n} changes have not reached the server.")
    : "";
}

/**
 * @param {string} text
 * @param {() => unknown} onclick
 */
function oneButton(text, onclick) {
  return h("div", { class: "acts" }, h("button", { class: "button is-main", type: "button", onclick }, text));
}
