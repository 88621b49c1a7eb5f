/**
 * The account dialog: signing in or up, a new password by link, or the signed-in account and signing out.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../context.js").WantedAccount} WantedAccount
 */
import { t } from "../../i18n/i18n.js";
import { SideSheet } from "../kit/side_sheet.js";
import { askNewPassword } from "./new_password.js";
import { SignIn } from "./sign_in.js";
import { showSignedIn } from "./sign_out.js";

/**
 * @param {Context} context
 * @param {WantedAccount} [wanted]
 */
export function openAccount(context, wanted = {}) {
  const onClose = wanted.resetToken ? () => context.session.stay() : undefined;
  const sheet = new SideSheet(t("account.title"), { id: "dialog", onClose });
  if (wanted.resetToken) askNewPassword(context, sheet, wanted.resetToken);
  else if (context.view.account && !context.view.engine?.isSignedOut) showSignedIn(context, sheet);
  else new SignIn(context, sheet, wanted).showForm(wanted.mode ?? "sign-in");
}
