/**
 * Signs in (by password, by passkey, by both) and up, sends a link for a forgotten password, and moves local
 * tasks into the account.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../context.js").WantedAccount} WantedAccount
 * @typedef {import("../kit/side_sheet.js").SideSheet} SideSheet
 */
import { hasPasskeys, usePasskey } from "../../lib/passkeys.js";
import { h } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
import { NAME_MAX } from "../../domain/limits.js";
import { Problem } from "../../api/account.js";
import { attempt, problemLine } from "../kit/attempt.js";
import { emailField, formOf, newPasswordField, passwordField } from "../kit/forms.js";
import { button, buttonRow, mainButton, quietButton } from "../kit/settings_rows.js";
import { bodyOf } from "../kit/side_sheet.js";

export class SignIn {
  /** @type {"sign-in" | "sign-up"} */
  mode = "sign-in";
  news = "";
  problem = problemLine();
  /** @type {import("../../api/account.js").Options | null} null if the server was not reached */
  options = null;

  /**
   * @param {Context} context
   * @param {SideSheet} sheet
   * @param {WantedAccount} wanted
   */
  constructor(context, sheet, wanted) {
    this.context = context;
    this.sheet = sheet;
    this.wanted = wanted;
    this.server = context.session.server;
  }

  /**
   * @param {"sign-in" | "sign-up"} mode
   * @param {string} [news]
   */
  async showForm(mode, news = "") {
    this.mode = mode;
    this.news = news;
    this.problem = problemLine();
    this.#renderForm();
    const form = this.sheet.body;
    await this.#loadOptions();
    if (this.sheet.body === form) this.#renderForm();
  }

  /** Loads the registration mode, and whether this server sends mail. */
  async #loadOptions() {
    this.options ??= await this.server.options().catch(() => null);
  }

  #renderForm() {
    const isNew = this.mode === "sign-up";
    this.sheet.show(
      isNew ? t("account.create") : t("account.signInToSync"),
      isNew ? this.#signUpForm() : this.#signInForm(),
      t("account.signInNeedsNetwork"),
    );
  }

  #signUpForm() {
    const name = {
      name: "name",
      label: t("field.name"),
      autocomplete: "name",
      isOptional: true,
      max: NAME_MAX,
    };
    const password = newPasswordField("password", t("account.passwordRule"));
    return formOf(this.context.session, {
      fields: [name, this.#emailField(), password],
      problem: this.problem,
      submit: t("account.create"),
      others: quietButton(t("account.haveOne"), () => this.showForm("sign-in")),
      onSubmit: (values) => this.#submit("signUp", { ...values, ...this.#invite() }),
    });
  }

  #signInForm() {
    const isOpen = !this.#closedText();
    return formOf(this.context.session, {
      lead: this.news && h("p", { key: "news", role: "status" }, this.news),
      fields: [this.#emailField(), passwordField()],
      problem: this.problem,
      submit: t("account.signIn"),
      others: isOpen && quietButton(t("account.create"), () => this.showForm("sign-up")),
      more: this.#otherWays(),
      onSubmit: (values) => this.#submit("signIn", values),
    });
  }

  #emailField() {
    return emailField(this.wanted.email ?? this.context.view.account?.email);
  }

  /** @returns {Record<string, string>} */
  #invite() {
    return this.wanted.invite ? { invite: this.wanted.invite } : {};
  }

  /** The reason why no account can be created here; empty if one can, or if that is not known yet. */
  #closedText() {
    const { registration } = this.options ?? {};
    if (registration === "closed") return t("error.registration_closed");
    return registration === "invited" && !this.wanted.invite ? t("account.inviteNeeded") : "";
  }

  #otherWays() {
    const closed = this.#closedText();
    const forgot = (/** @type {any} */ event) => this.#forgot(event.currentTarget.form.elements.email.value);
    return h(
      "div",
      { class: "ways" },
      closed && h("p", {}, closed),
      buttonRow(
        hasPasskeys() && button(t("passkey.signIn"), (event) => this.#useAnyPasskey(event)),
        quietButton(t("password.forgot"), forgot),
      ),
    );
  }

  /**
   * @param {"signIn" | "signUp"} way
   * @param {Record<string, string>} values
   */
  async #submit(way, values) {
    try {
      this.#signedIn(await this.context.session.signIn(way, values));
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== "second_factor_needed") throw error;
      this.#askPasskey(error.fields);
    }
  }

  /** @param {Event} event */
  #useAnyPasskey(event) {
    const pressed = /** @type {Element} */ (event.currentTarget);
    return attempt(this.context.session, pressed, this.problem, async () =>
      this.#usePasskey(await this.server.passkeyOptions()),
    );
  }

  /** @param {import("../../api/security.js").Challenge} asked */
  async #usePasskey({ challenge, options }) {
    const credential = await usePasskey(options);
    this.#signedIn(await this.context.session.signIn("signInByPasskey", { challenge, credential }));
  }

  /**
   * The password was right, and a passkey is required too.
   * @param {import("../../api/security.js").Challenge} asked
   */
  #askPasskey(asked) {
    const { session } = this.context;
    const problem = problemLine();
    const confirm = mainButton(t("passkey.use"), (event) =>
      attempt(session, event.currentTarget, problem, () => this.#usePasskey(asked)),
    );
    const words = hasPasskeys() ? t("passkey.confirm") : t("passkey.confirmUnsupported");
    const back = quietButton(t("action.back"), () => this.showForm("sign-in"));
    this.sheet.show(
      t("passkey.oneMoreStep"),
      bodyOf(h("p", {}, words), problem, buttonRow(hasPasskeys() && confirm, back)),
    );
  }

  /** @param {string} email possibly incomplete */
  async #forgot(email) {
    await this.#loadOptions();
    if (this.options && !this.options.has_mail) return this.#say(t("password.forgot"), t("password.noMail"));
    const form = formOf(this.context.session, {
      fields: [emailField(email)],
      submit: t("password.sendLink"),
      others: quietButton(t("action.back"), () => this.showForm("sign-in")),
      onSubmit: (values) => this.#sendLink(values.email),
    });
    this.sheet.show(t("password.forgot"), form);
  }

  /** @param {string} email */
  async #sendLink(email) {
    await this.server.forgot(email);
    this.#say(t("password.checkEmail"), t("password.linkSent"));
  }

  /**
   * @param {string} heading
   * @param {string} words
   */
  #say(heading, words) {
    const back = button(t("action.back"), () => this.showForm("sign-in"));
    this.sheet.show(heading, bodyOf(h("p", { role: "status" }, words), buttonRow(back)));
  }

  /** @param {number} count the number of tasks on this device */
  #signedIn(count) {
    if (count) return this.#askTakeOver(count);
    this.sheet.close();
    this.#done();
  }

  #done() {
    this.wanted.onDone?.(this.context.session.signedInAs?.space_id);
  }

  /**
   * Closing the dialog leaves the tasks on this device.
   * @param {number} count
   */
  #askTakeOver(count) {
    const { session } = this.context;
    const problem = problemLine();
    const bring = mainButton(t("takeOver.move"), (event) =>
      attempt(session, event.currentTarget, problem, async () => {
        await session.bringAlong();
        this.sheet.close();
      }),
    );
    const leave = button(t("takeOver.keep"), () => this.sheet.close());
    this.sheet.box.addEventListener("close", () => this.#done());
    this.sheet.show(
      t("takeOver.title"),
      bodyOf(h("p", {}, takeOverText(count)), problem, buttonRow(bring, leave)),
    );
  }
}

/** @param {number} count */
function takeOverText(count) {
  return plural(count, "takeOver.text");
}
