/**
 * The account page: name, password, passkeys, sessions and devices, access tokens, invites, export, deletion.
 * Only the server has this data; if it cannot be reached, the page says so.
 * @typedef {import("../context.js").Context} Context
 */
import { element, h, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
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
    /** @type {string | null} the account whose page is loaded */
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

  /** The section named in the address. */
  #goToSection() {
    const id = `${location.hash.slice(1)}-heading`;
    /** @type {HTMLElement | null} */ (this.root.querySelector(`[id="${CSS.escape(id)}"]`))?.focus();
  }

  #outside() {
    return section(
      "outside",
      t("account.title"),
      h("p", {}, t("account.localOnly")),
      buttonRow(
        quietButton(t("account.signIn"), () => this.context.open.account(), { "aria-haspopup": "dialog" }),
      ),
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
    const change = quietButton(t("action.change"), () => this.#rename(), {
      "aria-haspopup": "dialog",
      "aria-label": t("account.changeName"),
    });
    const row = setting(
      h("p", { class: "is-strong" }, name || t("account.noName")),
      h("small", {}, email),
      change,
    );
    return section("who", t("account.profile"), row);
  }

  #rename() {
    const sheet = new SideSheet(t("field.name"));
    const value = this.context.view.account?.name;
    const form = formOf(this.context.session, {
      fields: [{ name: "name", label: t("field.name"), autocomplete: "name", value, max: NAME_MAX }],
      submit: t("account.changeName"),
      others: sheet.cancel(),
      onSubmit: async ({ name }) => {
        await this.context.session.rename(name.trim());
        sheet.close();
      },
    });
    sheet.show(t("field.name"), form, t("account.nameNote"));
  }

  #password() {
    const change = quietButton(t("action.change"), () => this.#changePassword(), {
      "aria-haspopup": "dialog",
      "aria-label": t("password.change"),
      "aria-describedby": "password-note",
    });
    const about = note("password-note", passwordNote());
    return section(
      "password",
      t("account.password"),
      setting(h("span", {}, t("password.change")), about, change),
    );
  }

  #changePassword() {
    const sheet = new SideSheet(t("account.password"));
    const form = formOf(this.context.session, {
      fields: [
        { ...passwordField(), name: "current", label: t("password.current") },
        newPasswordField("password", t("password.newRule")),
      ],
      submit: t("password.change"),
      others: sheet.cancel(),
      onSubmit: async ({ current, password }) => {
        await this.context.session.changePassword({ current, password });
        sheet.close();
        toast(t("password.changedToast"));
        this.#load();
      },
    });
    sheet.show(t("password.change"), form, passwordNote());
  }

  #copy() {
    const save = quietButton(
      t("action.download"),
      (event) => this.#attempt(event, this.copyProblem, () => this.#saveAll()),
      { "aria-label": t("data.download"), "aria-describedby": "all-note" },
    );
    const about = note("all-note", t("data.note"));
    return section(
      "all",
      t("data.title"),
      setting(h("span", {}, t("data.download")), about, save),
      this.copyProblem,
    );
  }

  async #saveAll() {
    const name = "driftless-account.json";
    const text = JSON.stringify(await this.context.session.server.exportAll(), null, 2);
    saveFile(name, text, "application/json");
    toast(t("export.done", { name }));
  }

  #end() {
    return section("leave", t("account.leave"), this.#signOutEverywhere(), this.#deletion(), this.endProblem);
  }

  #signOutEverywhere() {
    const everywhere = quietButton(
      t("account.signOut"),
      (event) => this.#attempt(event, this.endProblem, () => signOut(this.context, true)),
      { "aria-label": t("account.signOutEverywhere"), "aria-describedby": "everywhere-note" },
    );
    const about = note("everywhere-note", t("account.signOutEverywhereNote"));
    return setting(h("span", {}, t("account.signOutEverywhere")), about, everywhere);
  }

  #deletion() {
    const end = quietButton(
      t("action.deleteAsk"),
      (event) => this.#attempt(event, this.endProblem, () => openDeletion(this.context)),
      {
        class: "quiet is-danger",
        "aria-haspopup": "dialog",
        "aria-label": t("account.delete"),
        "aria-describedby": "end-note",
      },
    );
    const about = note("end-note", t("account.deleteNote"));
    return setting(h("span", {}, t("account.delete")), about, end);
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
  return t("password.changeNote");
}
