/**
 * The account's dialog: signing in or up, a new password by link, or who is signed in and the way out.
 * @typedef {import("../../app.js").App} App
 * @typedef {{resetToken?: string, mode?: "sign-in" | "sign-up", invite?: string, email?: string, onDone?:
 *   (space?: string) => unknown}} Wanted
 *   `resetToken`, `invite`: the words of links, for a new password and for making an account; `onDone`: once
 *   signed in; with the space that signing up by an invite has joined
 */
import { t } from "../../lib/words.js";
import { SideSheet } from "../kit/side_sheet.js";
import { askNewPassword } from "./new_password.js";
import { SignIn } from "./sign_in.js";
import { showSignedIn } from "./sign_out.js";

/**
 * @param {App} app
 * @param {Wanted} [wanted]
 */
export function openAccount(app, wanted = {}) {
  const sheet = new SideSheet(t("Account"), { id: "dialog" });
  if (wanted.resetToken) askNewPassword(app, sheet, wanted.resetToken);
  else if (app.account && !app.engine?.isSignedOut) showSignedIn(app, sheet);
  else new SignIn(app, sheet, wanted).showForm(wanted.mode ?? "sign-in");
}
