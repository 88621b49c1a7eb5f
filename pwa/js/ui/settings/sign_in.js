/**
 * Signing in (by password, by passkey, by both) and up, a link for who forgot the password, and bringing
 * local tasks along.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../context.js").WantedAccount} WantedAccount
 * @typedef {import("../kit/side_sheet.js").SideSheet} SideSheet
 */
import { hasPasskeys, usePasskey } from "../../lib/passkeys.js";
import { h } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
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
  /** @type {import("../../api/account.js").Options | null} null where the server was not reached */
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

  /** Who may make an account here, and whether mail is sent. */
  async #loadOptions() {
    this.options ??= await this.server.options().catch(() => null);
  }

  #renderForm() {
    const isNew = this.mode === "sign-up";
    this.sheet.show(
      isNew ? t("Make an account") : t("Sign in to sync"),
      isNew ? this.#signUpForm() : this.#signInForm(),
      t("Signing in needs the network. Everything else works without it."),
    );
  }

  #signUpForm() {
    const name = { name: "name", label: t("Name"), autocomplete: "name", isOptional: true, max: NAME_MAX };
    const password = newPasswordField("password", t("Password, 12 characters or more"));
    return formOf(this.context.session, {
      fields: [name, this.#emailField(), password],
      problem: this.problem,
      submit: t("Make account"),
      others: quietButton(t("I have an account"), () => this.showForm("sign-in")),
      onSubmit: (values) => this.#submit("signUp", { ...values, ...this.#invite() }),
    });
  }

  #signInForm() {
    const isOpen = !this.#closedText();
    return formOf(this.context.session, {
      lead: this.news && h("p", { key: "news", role: "status" }, this.news),
      fields: [this.#emailField(), passwordField()],
      problem: this.problem,
      submit: t("Sign in"),
      others: isOpen && quietButton(t("Make an account"), () => this.showForm("sign-up")),
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

  /** Why no account can be made here; nothing where one can, or as long as that is not known. */
  #closedText() {
    const { registration } = this.options ?? {};
    if (registration === "closed") return t("New accounts are not taken on this server.");
    return registration === "invited" && !this.wanted.invite
      ? t("A new account on this server needs an invitation: ask for a link.")
      : "";
  }

  #otherWays() {
    const closed = this.#closedText();
    const forgot = (/** @type {any} */ event) => this.#forgot(event.currentTarget.form.elements.email.value);
    return h(
      "div",
      { class: "ways" },
      closed && h("p", {}, closed),
      buttonRow(
        hasPasskeys() && button(t("Sign in with a passkey"), (event) => this.#useAnyPasskey(event)),
        quietButton(t("Forgot the password?"), forgot),
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
   * The password was right, and a passkey is asked for too.
   * @param {import("../../api/security.js").Challenge} asked
   */
  #askPasskey(asked) {
    const { session } = this.context;
    const problem = problemLine();
    const confirm = mainButton(t("Use the passkey"), (event) =>
      attempt(session, event.currentTarget, problem, () => this.#usePasskey(asked)),
    );
    const words = hasPasskeys()
      ? t("The password is right. This account asks for one of its passkeys too.")
      : t("This account asks for a passkey too, and this browser cannot use one. Use a newer browser.");
    const back = quietButton(t("Back"), () => this.showForm("sign-in"));
    this.sheet.show(
      t("One more step"),
      bodyOf(h("p", {}, words), problem, buttonRow(hasPasskeys() && confirm, back)),
    );
  }

  /** @param {string} email as far as it was typed */
  async #forgot(email) {
    await this.#loadOptions();
    if (this.options && !this.options.has_mail)
      return this.#say(
        t("Forgot the password?"),
        t(
          "This server sends no mail. Ask its operator for a link that sets a new password: they make one under Admin, or at the command line with “reset-link”.",
        ),
      );
    const form = formOf(this.context.session, {
      fields: [emailField(email)],
      submit: t("Send a link"),
      others: quietButton(t("Back"), () => this.showForm("sign-in")),
      onSubmit: (values) => this.#sendLink(values.email),
    });
    this.sheet.show(t("Forgot the password?"), form);
  }

  /** @param {string} email */
  async #sendLink(email) {
    await this.server.forgot(email);
    this.#say(
      t("Look into your mail"),
      t(
        "If there is an account with this address, a link that sets a new password is on its way to it. It works once, for 30 minutes.",
      ),
    );
  }

  /**
   * @param {string} heading
   * @param {string} words
   */
  #say(heading, words) {
    const back = button(t("Back"), () => this.showForm("sign-in"));
    this.sheet.show(heading, bodyOf(h("p", { role: "status" }, words), buttonRow(back)));
  }

  /** @param {number} count how many tasks of this device are to be asked about */
  #signedIn(count) {
    if (count) return this.#askTakeOver(count);
    this.sheet.close();
    this.#done();
  }

  #done() {
    this.wanted.onDone?.(this.context.session.signedInAs?.space_id);
  }

  /**
   * To close it is to leave them here.
   * @param {number} count
   */
  #askTakeOver(count) {
    const { session } = this.context;
    const problem = problemLine();
    const bring = mainButton(t("Bring them along"), (event) =>
      attempt(session, event.currentTarget, problem, async () => {
        await session.bringAlong();
        this.sheet.close();
      }),
    );
    const leave = button(t("Leave them here, signed out"), () => this.sheet.close());
    this.sheet.box.addEventListener("close", () => this.#done());
    this.sheet.show(
      t("Bring your tasks along?"),
      bodyOf(h("p", {}, takeOverText(count)), problem, buttonRow(bring, leave)),
    );
  }
}

/** @param {number} count */
function takeOverText(count) {
  return plural(
    count,
    "There is {n} task on this device. It can move into your account, and then be on all your devices. Nothing is lost or doubled.",
    "There are {n} tasks on this device. They can move into your account, and then be on all your devices. Nothing is lost or doubled.",
  );
}
