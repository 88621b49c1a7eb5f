/**
 * A new password by link. The link belongs to the account that is signed in here, which the new password has
 * signed out, or to another one.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../kit/side_sheet.js").SideSheet} SideSheet
 */
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { problemLine } from "../kit/attempt.js";
import { formOf, newPasswordField } from "../kit/forms.js";
import { buttonRow, mainButton } from "../kit/settings_rows.js";
import { bodyOf } from "../kit/side_sheet.js";
import { SignIn } from "./sign_in.js";
import { signOutButton } from "./sign_out.js";

/**
 * @param {Context} context
 * @param {SideSheet} sheet
 * @param {string} token
 */
export function askNewPassword(context, sheet, token) {
  const form = formOf(context.session, {
    fields: [newPasswordField("password", t("password.newRule"))],
    submit: t("password.set"),
    onSubmit: async ({ password }) => {
      context.session.isLeaving = true; // the new password may end this session: not before the dialog does
      await context.session.server.resetPassword({ token, password });
      context.router.go("/today", true);
      await showNext(context, sheet);
    },
  });
  sheet.show(t("password.new"), form);
}

/**
 * @param {Context} context
 * @param {SideSheet} sheet
 */
async function showNext(context, sheet) {
  const { account, engine } = context.view;
  const wasSignedIn = account !== null && !engine?.isSignedOut;
  if (wasSignedIn && (await isStillSignedIn(context))) return showOthers(context, sheet, account.email);
  const email = wasSignedIn ? account.email : "";
  new SignIn(context, sheet, { email }).showForm("sign-in", t("password.setSignIn"));
}

/** @param {Context} context */
function isStillSignedIn(context) {
  return context.session.server.me().then(
    () => true,
    (error) => error.status !== 401,
  );
}

/**
 * The password of another account is set.
 * @param {Context} context
 * @param {SideSheet} sheet
 * @param {string} email of the signed-in account
 */
function showOthers(context, sheet, email) {
  const problem = problemLine();
  const about = t("password.otherAccount", {
    email,
  });
  const body = bodyOf(
    h("p", { role: "status" }, t("password.changed")),
    h("p", {}, about),
    problem,
    buttonRow(
      mainButton(t("signOut.stay"), () => sheet.close()),
      signOutButton(context, sheet, problem),
    ),
  );
  sheet.show(t("password.new"), body);
}
