/**
 * The end of an account: what becomes of shared spaces is said first, and the password asked for.
 * @typedef {import("../context.js").Context} Context
 */
import { h } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
import { formOf, passwordField } from "../kit/forms.js";
import { button } from "../kit/settings_rows.js";
import { SideSheet } from "../kit/side_sheet.js";

/** @param {Context} context */
export async function openDeletion(context) {
  const deletion = await context.session.server.findDeletion();
  const sheet = new SideSheet(t("Delete the account"), { id: "deletion" });
  const form = formOf(context.session, {
    lead: describe(deletion),
    fields: [passwordField()],
    submit: t("Delete the account"),
    isDanger: true,
    others: button(t("Keep it"), () => sheet.close()),
    onSubmit: ({ password }) => context.session.deleteAccount(password),
  });
  sheet.show(t("Delete the account"), form);
}

/** @param {import("../../api/account.js").Deletion} deletion */
function describe({ handed_over: handed, deleted }) {
  return [
    h(
      "p",
      {},
      t(
        "Your account and your own tasks are deleted on the server and on this device. This cannot be undone; save a copy first if you want to keep them.",
      ),
    ),
    handed.length > 0 && [
      h(
        "p",
        {},
        plural(
          handed.length,
          "This shared space goes to another member:",
          "These shared spaces go to other members:",
        ),
      ),
      listOf(handed.map(({ name, to }) => t("{space} – to {name}", { space: name, name: nameOf(to) }))),
    ],
    deleted.length > 0 && [
      h(
        "p",
        {},
        plural(
          deleted.length,
          "This shared space has no other member, and is deleted:",
          "These shared spaces have no other member, and are deleted:",
        ),
      ),
      listOf(deleted.map(({ name }) => name)),
    ],
  ];
}

/** @param {string[]} names */
function listOf(names) {
  return h(
    "ul",
    { class: "named", role: "list" },
    names.map((name) => h("li", {}, name)),
  );
}

/** @param {any} to a member, or the name of one */
const nameOf = (to) => String(to?.name || to?.email || to);
