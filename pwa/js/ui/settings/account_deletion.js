/**
 * Deletes an account: first shows the effect on shared spaces, and asks for the password.
 * @typedef {import("../context.js").Context} Context
 */
import { h } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
import { formOf, passwordField } from "../kit/forms.js";
import { button } from "../kit/settings_rows.js";
import { SideSheet } from "../kit/side_sheet.js";

/** @param {Context} context */
export async function openDeletion(context) {
  const deletion = await context.session.server.findDeletion();
  const sheet = new SideSheet(t("account.delete"), { id: "deletion" });
  const form = formOf(context.session, {
    lead: describe(deletion),
    fields: [passwordField()],
    submit: t("account.delete"),
    isDanger: true,
    others: button(t("account.keep"), () => sheet.close()),
    onSubmit: ({ password }) => context.session.deleteAccount(password),
  });
  sheet.show(t("account.delete"), form);
}

/** @param {import("../../api/account.js").Deletion} deletion */
function describe({ handed_over: handed, deleted }) {
  return [
    h("p", {}, t("account.deleteText")),
    handed.length > 0 && [
      h("p", {}, plural(handed.length, "account.spacesHanded")),
      listOf(handed.map(({ name, to }) => t("account.spaceTo", { space: name, name: nameOf(to) }))),
    ],
    deleted.length > 0 && [
      h("p", {}, plural(deleted.length, "account.spacesDeleted")),
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
