/**
 * The password beside the session, for what guards the account.
 * @typedef {import("../context.js").Context} Context
 */
import { formOf, passwordField } from "../kit/forms.js";
import { SideSheet } from "../kit/side_sheet.js";

/**
 * Asks for the password, and does what it confirms; the dialog stays where that fails.
 * @param {Context} context
 * @param {{heading: string, about?: string, submit: string, work: (password: string) => Promise<unknown>,
 *   onClose: () => unknown}} asked  `onClose`: done or not
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
