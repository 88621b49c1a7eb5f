/**
 * A new password by link. The link was of the account that is signed in here, which the new password has
 * signed out, or of another.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../kit/side_sheet.js").SideSheet} SideSheet
 */
import { h } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { problemLine } from "../kit/attempt.js";
import { formOf, newPasswordField } from "../kit/forms.js";
import { buttonRow, mainButton } from "../kit/settings_rows.js";
import { bodyOf } from "../kit/side_sheet.js";
import { SignIn } from "./sign_in.js";
import { signOutButton } from "./sign_out.js";

/**
 * @param {App} app
 * @param {SideSheet} sheet
 * @param {string} token
 */
export function askNewPassword(app, sheet, token) {
  const form = formOf(app.session, {
    fields: [newPasswordField("password", t("New password, 12 characters or more"))],
    submit: t("Set password"),
    onSubmit: async ({ password }) => {
      await app.session.resetPassword(token, password);
      app.go("/today", true);
      await showNext(app, sheet);
    },
  });
  sheet.show(t("New password"), form);
}

/**
 * @param {App} app
 * @param {SideSheet} sheet
 */
async function showNext(app, sheet) {
  const { account, engine } = app;
  const wasSignedIn = account !== null && !engine?.isSignedOut;
  if (wasSignedIn && (await isStillSignedIn(app))) return showOthers(app, sheet, account.email);
  const email = wasSignedIn ? account.email : "";
  new SignIn(app, sheet, { email }).showForm("sign-in", t("The new password is set. Sign in with it."));
}

/** @param {App} app */
function isStillSignedIn(app) {
  return app.session.server.me().then(
    () => true,
    (error) => error.status !== 401,
  );
}

/**
 * The password of another account is set.
 * @param {App} app
 * @param {SideSheet} sheet
 * @param {string} email of who is signed in
 */
function showOthers(app, sheet, email) {
  const problem = problemLine();
  const about = t("You are still signed in as {email}. To sign in with the other account, sign out first.", {
    email,
  });
  const body = bodyOf(
    h("p", { role: "status" }, t("The new password is set.")),
    h("p", {}, about),
    problem,
    buttonRow(
      mainButton(t("Stay"), () => sheet.close()),
      signOutButton(app, sheet, problem),
    ),
  );
  sheet.show(t("New password"), body);
}
