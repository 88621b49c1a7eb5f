/**
 * Asks for the password again, for changes to the account's security.
 * @typedef {import("../context.js").Context} Context
 */
import { formOf, passwordField } from "../kit/forms.js";
import { SideSheet } from "../kit/side_sheet.js";

/**
 * Asks for the password, then runs the confirmed work; the dialog stays open if that fails.
 * @param {Context} context
 * @param {{heading: string, about?: string, submit: string, work: (password: string) => Promise<unknown>,
 *   onClose: () => unknown}} asked  `onClose`: after success or not
 */
export function askPassword(context, { heading, about, submit, work, onClose }) {
  const sheet = new SideSheet(heading, { onClose });
  const form = formOf(context.session, {
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
