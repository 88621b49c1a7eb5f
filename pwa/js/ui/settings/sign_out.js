/**
 * The signed-in account, and signing out: asks first if data would be lost.
 * @typedef {import("../context.js").Context} Context
 */
import { h } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";
import { attempt, problemLine } from "../kit/attempt.js";
import { button, buttonRow, mainButton } from "../kit/settings_rows.js";
import { bodyOf, SideSheet } from "../kit/side_sheet.js";

/**
 * @param {Context} context
 * @param {SideSheet} sheet
 */
export function showSignedIn(context, sheet) {
  const { session } = context;
  const problem = problemLine();
  const body = bodyOf(
    h("p", {}, session.account?.email ?? ""),
    h("p", {}, leftText(session.left)),
    problem,
    buttonRow(signOutButton(context, sheet, problem), accountLink(sheet)),
  );
  sheet.show(session.account?.name || t("account.title"), body);
}

/**
 * @param {Context} context
 * @param {SideSheet} sheet
 * @param {HTMLElement} problem
 */
export function signOutButton(context, sheet, problem) {
  return button(t("account.signOut"), (event) =>
    attempt(context.session, event.currentTarget, problem, () => signOut(context, false, sheet)),
  );
}

/** @param {SideSheet} sheet */
function accountLink(sheet) {
  const href = hrefOf({ name: "settings", part: "account" });
  const properties = { class: "quiet is-accent", href, onclick: () => sheet.close() };
  return h("a", properties, t("account.manage"));
}

/**
 * Signs out; asks first if data would be lost, in `sheet` or in a new one.
 * @param {Context} context
 * @param {boolean} isEverywhere
 * @param {SideSheet} [sheet]
 */
export async function signOut(context, isEverywhere, sheet) {
  if (await context.session.signOut(false, isEverywhere))
    askToDiscard(context, isEverywhere, sheet ?? new SideSheet(t("account.title")));
}

/**
 * @param {Context} context
 * @param {boolean} isEverywhere
 * @param {SideSheet} sheet
 */
function askToDiscard(context, isEverywhere, sheet) {
  const { session } = context;
  const problem = problemLine();
  const discard = button(t("signOut.discard"), (event) =>
    attempt(session, event.currentTarget, problem, () => session.signOut(true, isEverywhere)),
  );
  const body = bodyOf(
    h("p", {}, `${leftText(session.left)} ${t("signOut.removes")}`),
    problem,
    buttonRow(
      mainButton(t("signOut.stay"), () => sheet.close()),
      button(t("action.export"), () => context.open.saveCopy()),
      discard,
    ),
  );
  sheet.show(session.left.unsent ? t("sync.unsyncedHeading") : t("sync.needsAttention"), body);
}

/** @param {{unsent: number, refused: number}} left */
function leftText({ unsent, refused }) {
  return [
    unsent && plural(unsent, "sync.unsyncedChanges"),
    refused && plural(refused, "sync.changesNeedAttention"),
  ]
    .filter(Boolean)
    .join(" ");
}
