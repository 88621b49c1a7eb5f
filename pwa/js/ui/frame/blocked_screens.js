/** Screens shown if this device's storage cannot be opened. Nothing is deleted automatically. */
import { byId, icon } from "../../lib/dom.js";
import { h, patch } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";

const REASONS = /** @type {Record<string, () => string>} */ ({
  newer: () => t("storage.newer"),
  full: () => t("storage.full"),
  blocked: () => t("storage.blocked"),
  damaged: () => t("storage.damaged"),
});

/**
 * @param {import("../kit/view.js").View} view
 * @param {unknown} error
 */
export function showStorageProblem(view, error) {
  console.error(error);
  const code = /** @type {{code?: string}} */ (error).code ?? "damaged";
  const safe = view.account ? t("storage.safeSynced") : t("storage.safe");
  patch(byId("heading"), [h("i", { class: "mark" }), h("h1", {}, t("storage.unreadable"))]);
  byId("quick").hidden = true;
  byId("page").hidden = false;
  byId("page").dataset.page = "storage";
  patch(byId("page"), [
    h(
      "section",
      { role: "alert" },
      h("p", {}, (REASONS[code] ?? REASONS.damaged)()),
      h("p", {}, safe),
      oneButton(t("action.tryAgain"), () => location.reload()),
    ),
  ]);
}

/**
 * The session has ended in another tab or on the server: shows nothing until the person signs in again; all
 * data stays.
 * @param {import("../kit/view.js").View} view
 * @param {import("../kit/view.js").Run} run
 */
export function showLocked(view, run) {
  document.title = "Driftless";
  const email = view.account?.email ?? "";
  const kept = [t("account.sessionEndedHint"), unsentText(view)];
  patch(byId("heading"), [icon("person"), h("h1", {}, t("account.signedOut"))]);
  byId("page").hidden = false;
  byId("page").dataset.page = "locked";
  patch(byId("page"), [
    h(
      "section",
      {},
      h("p", {}, t("account.sessionEnded", { email })),
      h("p", {}, kept.filter(Boolean).join(" ")),
      oneButton(t("account.signInAgain"), () => run("signIn")),
    ),
  ]);
}

/** @param {import("../kit/view.js").View} view */
function unsentText({ store: { unsent } }) {
  return unsent ? plural(unsent, "sync.unsyncedChanges") : "";
}

/**
 * @param {string} text
 * @param {() => unknown} onclick
 */
function oneButton(text, onclick) {
  return h("div", { class: "acts" }, h("button", { class: "button is-main", type: "button", onclick }, text));
}
