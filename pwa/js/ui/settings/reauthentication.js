/**
 * The password beside the session, for what guards the account.
 * @typedef {import("../../app.js").App} App
 */
import { t } from "../../lib/words.js";
import { fill } from "./account_dialog.js";
import { openDialog } from "../kit/dialog.js";
import { button, formOf } from "../kit/forms.js";

/** @returns {import("../kit/forms.js").Field} */
export const passwordField = () => ({
  name: "password",
  label: t("Password"),
  type: "password",
  autocomplete: "current-password",
});

/**
 * Asks for the password, and does what it confirms; the dialog stays where that fails.
 * @param {App} app
 * @param {string} heading
 * @param {string} about
 * @param {string} words what the button says
 * @param {(password: string) => Promise<unknown>} work
 * @param {() => unknown} onClose done or not
 */
export function askPassword(app, heading, about, words, work, onClose) {
  const form = formOf(
    app,
    [passwordField()],
    words,
    async (given) => {
      await work(given.password);
      box.close();
    },
    button(t("Cancel"), () => box.close()),
  );
  const box = openDialog(heading, "side-sheet", [], null, onClose);
  fill(box, heading, form, about);
}
