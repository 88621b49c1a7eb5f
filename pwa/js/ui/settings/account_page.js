/**
 * The account's page: name, password, passkeys, sessions and devices, access tokens, invitations, a copy of
 * everything, the end of it. Only the server knows these things, so the page says where it cannot be reached.
 * @typedef {import("../context.js").Context} Context
 */
import { element, h, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { NAME_MAX } from "../../domain/limits.js";
import { attempt, problemLine } from "../kit/attempt.js";
import { formOf, newPasswordField, passwordField } from "../kit/forms.js";
import { buttonRow, note, quietButton, section, setting } from "../kit/settings_rows.js";
import { SideSheet } from "../kit/side_sheet.js";
import { toast } from "../kit/toast.js";
import { openDeletion } from "./account_deletion.js";
import { saveFile } from "./import_export.js";
import { InvitesSection } from "./my_invites.js";
import { PasskeysSection } from "./passkeys.js";
import { SessionsSection } from "./sessions.js";
import { signOut } from "./sign_out.js";
import { TokensSection } from "./tokens.js";

export class AccountPage {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.root = element("div", { class: "settings" });
    this.invites = new InvitesSection(context);
    this.security = [new PasskeysSection(context), new SessionsSection(context), new TokensSection(context)];
    this.copyProblem = problemLine();
    this.endProblem = problemLine();
    /** @type {string | null} whose page is loaded */
    this.loadedFor = null;
  }

  arrive() {
    this.loadedFor = null;
  }

  render() {
    const { account } = this.context.view;
    patch(this.root, account ? this.#describe(account) : [this.#outside()]);
    if (!account || this.loadedFor === account.id) return;
    this.loadedFor = account.id;
    this.#load().then(() => this.#goToSection());
  }

  /** @returns {Promise<unknown>} */
  #load() {
    return Promise.all([this.invites, ...this.security].map((each) => each.load()));
  }

  /** The section that the address names. */
  #goToSection() {
    const id = `${location.hash.slice(1)}-heading`;
    /** @type {HTMLElement | null} */ (this.root.querySelector(`[id="${CSS.escape(id)}"]`))?.focus();
  }

  #outside() {
    return section(
      "outside",
      t("Account"),
      h("p", {}, t("Your tasks are on this device only. Sign in to have them everywhere.")),
      buttonRow(quietButton(t("Sign in"), () => this.context.open.account(), { "aria-haspopup": "dialog" })),
    );
  }

  /** @param {import("../../api/account.js").Account} account */
  #describe(account) {
    return [
      this.invites.root,
      this.#name(account),
      this.#password(),
      ...this.security.map(({ root }) => root),
      this.#copy(),
      this.#end(),
    ];
  }

  /** @param {import("../../api/account.js").Account} account */
  #name({ name, email }) {
    const change = quietButton(t("Change…"), () => this.#rename(), {
      "aria-haspopup": "dialog",
      "aria-label": t("Change the name"),
    });
    const row = setting(
      h("p", { class: "is-strong" }, name || t("No name yet")),
      h("small", {}, email),
      change,
    );
    return section("who", t("You"), row);
  }

  #rename() {
    const sheet = new SideSheet(t("Name"));
    const value = this.context.view.account?.name;
    const form = formOf(this.context.session, {
      fields: [{ name: "name", label: t("Name"), autocomplete: "name", value, max: NAME_MAX }],
      submit: t("Change the name"),
      others: sheet.cancel(),
      onSubmit: async ({ name }) => {
        await this.context.session.rename(name.trim());
        sheet.close();
      },
    });
    sheet.show(t("Name"), form, t("Everyone who shares a space with you sees it."));
  }

  #password() {
    const change = quietButton(t("Change…"), () => this.#changePassword(), {
      "aria-haspopup": "dialog",
      "aria-label": t("Change the password"),
      "aria-describedby": "password-note",
    });
    const about = note("password-note", passwordNote());
    return section(
      "password",
      t("Password"),
      setting(h("span", {}, t("Change the password")), about, change),
    );
  }

  #changePassword() {
    const sheet = new SideSheet(t("Password"));
    const form = formOf(this.context.session, {
      fields: [
        { ...passwordField(), name: "current", label: t("The password until now") },
        newPasswordField("password", t("New password, 12 characters or more")),
      ],
      submit: t("Change the password"),
      others: sheet.cancel(),
      onSubmit: async ({ current, password }) => {
        await this.context.session.changePassword({ current, password });
        sheet.close();
        toast(t("The password is changed. Other devices are signed out."));
        this.#load();
      },
    });
    sheet.show(t("Change the password"), form, passwordNote());
  }

  #copy() {
    const save = quietButton(
      t("Save"),
      (event) => this.#attempt(event, this.copyProblem, () => this.#saveAll()),
      { "aria-label": t("Save everything the server has of you"), "aria-describedby": "all-note" },
    );
    const about = note(
      "all-note",
      t("Your tasks, shared spaces, comments, sessions and what the audit log says of you, as one file."),
    );
    return section(
      "all",
      t("All that is yours"),
      setting(h("span", {}, t("Everything the server has of you")), about, save),
      this.copyProblem,
    );
  }

  async #saveAll() {
    const name = "driftless-account.json";
    const text = JSON.stringify(await this.context.session.server.exportAll(), null, 2);
    saveFile(name, text, "application/json");
    toast(t("Saved as {name}", { name }));
  }

  #end() {
    return section("leave", t("Leaving"), this.#signOutEverywhere(), this.#deletion(), this.endProblem);
  }

  #signOutEverywhere() {
    const everywhere = quietButton(
      t("Sign out"),
      (event) => this.#attempt(event, this.endProblem, () => signOut(this.context, true)),
      { "aria-label": t("Sign out everywhere"), "aria-describedby": "everywhere-note" },
    );
    const about = note(
      "everywhere-note",
      t(
        "On every device, this one too, and every access token ends. Your tasks leave this device and stay on the server.",
      ),
    );
    return setting(h("span", {}, t("Sign out everywhere")), about, everywhere);
  }

  #deletion() {
    const end = quietButton(
      t("Delete…"),
      (event) => this.#attempt(event, this.endProblem, () => openDeletion(this.context)),
      {
        class: "quiet is-danger",
        "aria-haspopup": "dialog",
        "aria-label": t("Delete the account"),
        "aria-describedby": "end-note",
      },
    );
    const about = note("end-note", t("You see first what becomes of the spaces you share."));
    return setting(h("span", {}, t("Delete the account")), about, end);
  }

  /**
   * @param {Event} event
   * @param {HTMLElement} problem
   * @param {() => Promise<unknown>} work
   */
  #attempt(event, problem, work) {
    return attempt(this.context.session, /** @type {Element} */ (event.currentTarget), problem, work);
  }
}

function passwordNote() {
  return t("Every other device is signed out, and every access token ends.");
}
