/**
 * The password beside the session, for what guards the account.
 * @typedef {import("../../app.js").App} App
 */
import { formOf, passwordField } from "../kit/forms.js";
import { SideSheet } from "../kit/side_sheet.js";

/**
 * Asks for the password, and does what it confirms; the dialog stays where that fails.
 * @param {App} app
 * @param {{heading: string, about?: string, submit: string, work: (password: string) => Promise<unknown>,
 *   onClose: () => unknown}} asked  `onClose`: done or not
 */
export function askPassword(app, { heading, about, submit, work, onClose }) {
  const sheet = new SideSheet(heading, { onClose });
  const form = formOf(app.session, {
    fields: [passwordField()],
    submit,
    others: sheet.cancel(),
    onSubmit: async ({ password }) => {
      await work(password);
      sheet.close();
    },
  });
  sheet.show(heading, form, about);
}
