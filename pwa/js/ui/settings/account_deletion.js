/**
 * The end of an account: what becomes of shared spaces is said first, and the password asked for.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
import { fill } from "./account_dialog.js";
import { openDialog } from "../kit/dialog.js";
import { button, formOf } from "../kit/forms.js";

/** @param {App} app */
export async function openDeletion(app) {
  const fate = await app.session.server.findDeletion();
  const form = formOf(
    app,
    [{ name: "password", label: t("Password"), type: "password", autocomplete: "current-password" }],
    t("Delete the account"),
    (given) => app.session.deleteAccount(given.password),
    button(t("Keep it"), () => box.close()),
  );
  form.prepend(...said(fate));
  form.querySelector(".is-main")?.classList.add("is-dangerous");
  const box = openDialog(t("Delete the account"), "side-sheet", []);
  box.id = "deletion";
  fill(box, t("Delete the account"), form);
}

/** @param {import("../../api/account.js").Deletion} fate */
function said({ handed_over: handed, deleted }) {
  const list = (/** @type {string[]} */ names) =>
    element("ul", { class: "named", role: "list" }, ...names.map((name) => element("li", {}, name)));
  const all = element(
    "p",
    {},
    t(
      "Your account and your own tasks are deleted on the server and on this device. This cannot be undone; save a copy first if you want to keep them.",
    ),
  );
  return [
    all,
    ...(handed.length
      ? [
          element(
            "p",
            {},
            plural(
              handed.length,
              "This shared space goes to another member:",
              "These shared spaces go to other members:",
            ),
          ),
          list(handed.map(({ name, to }) => t("{space} – to {name}", { space: name, name: nameOf(to) }))),
        ]
      : []),
    ...(deleted.length
      ? [
          element(
            "p",
            {},
            plural(
              deleted.length,
              "This shared space has no other member, and is deleted:",
              "These shared spaces have no other member, and are deleted:",
            ),
          ),
          list(deleted.map(({ name }) => name)),
        ]
      : []),
  ];
}

/** @param {any} to a member, or the name of one */
const nameOf = (to) => String(to?.name || to?.email || to);
