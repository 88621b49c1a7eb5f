/**
 * The account's dialog: sign up, sign in (by password, by passkey, by both), bring local tasks along, a new
 * password by link, sign out.
 * @typedef {import("../../app.js").App} App
 * @typedef {{resetToken?: string, mode?: "sign-in" | "sign-up", invite?: string, email?: string, onDone?:
 *   (space?: string) => unknown}} Wanted
 *   `resetToken`, `invite`: the words of links, for a new password and for making an account; `onDone`: once
 *   signed in; with the space that signing up by an invite has joined
 */
import { tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { hasPasskeys, usePasskey } from "../../lib/passkeys.js";
import { plural, t } from "../../lib/words.js";
import { hrefOf } from "../../domain/routes.js";
import { openDialog } from "../kit/dialog.js";
import { act, acts, attempt, button, formOf, problemLine } from "../kit/forms.js";

/**
 * @param {App} app
 * @param {Wanted} [wanted]
 */
export function openAccount(app, wanted = {}) {
  const dialog = new AccountDialog(app, wanted);
  if (wanted.resetToken) dialog.newPassword(wanted.resetToken);
  else if (app.account && !app.engine?.isSignedOut) dialog.signedIn();
  else dialog.form(wanted.mode ?? "sign-in");
}

class AccountDialog {
  /**
   * @param {App} app
   * @param {Wanted} wanted
   */
  constructor(app, wanted) {
    this.app = app;
    this.wanted = wanted;
    this.server = app.session.server;
    /** @type {import("../../api/account.js").Options | null} null where the server was not reached */
    this.options = null;
    this.box = openDialog(t("Account"), "side-sheet", []);
    this.box.id = "dialog";
  }

  /** @param {string} token */
  newPassword(token) {
    this.#show(
      t("New password"),
      formOf(
        this.app,
        [
          {
            name: "password",
            label: t("New password, 12 characters or more"),
            type: "password",
            autocomplete: "new-password",
          },
        ],
        t("Set password"),
        async (given) => {
          await this.app.session.resetPassword(token, given.password);
          this.app.go("/today", true);
          await this.#passwordSet();
        },
      ),
    );
  }

  /**
   * The link was of the account that is signed in here, which the new password has signed out, or of another.
   */
  async #passwordSet() {
    const { account, engine } = this.app;
    const wasSignedIn = account && !engine?.isSignedOut;
    if (
      wasSignedIn &&
      (await this.server.me().then(
        () => true,
        (error) => error.status !== 401,
      ))
    )
      return this.#othersPasswordSet(account.email);
    this.wanted.email = wasSignedIn ? account.email : "";
    this.form("sign-in", t("The new password is set. Sign in with it."));
  }

  /** @param {string} email of who is signed in */
  #othersPasswordSet(email) {
    const problem = problemLine();
    const leave = button(t("Sign out"), () =>
      attempt(this.app, leave, problem, () => signOut(this.app, false, this.box)),
    );
    this.#show(
      t("New password"),
      element(
        "div",
        { class: "body" },
        element("p", { role: "status" }, t("The new password is set.")),
        element(
          "p",
          {},
          t("You are still signed in as {email}. To sign in with the other account, sign out first.", {
            email,
          }),
        ),
        problem,
        acts(
          button(t("Stay"), () => this.box.close(), { class: "button is-main" }),
          leave,
        ),
      ),
    );
  }

  /**
   * @param {"sign-in" | "sign-up"} mode
   * @param {string} [news]
   */
  form(mode, news = "") {
    const isNew = mode === "sign-up";
    const password = {
      name: "password",
      type: "password",
      label: isNew ? t("Password, 12 characters or more") : t("Password"),
      autocomplete: isNew ? "new-password" : "current-password",
    };
    const email = {
      name: "email",
      label: t("E-mail address"),
      type: "email",
      autocomplete: "username",
      value: this.wanted.email ?? this.app.account?.email,
    };
    const name = { name: "name", label: t("Name"), autocomplete: "name", isOptional: true, max: 100 };
    const form = formOf(
      this.app,
      [...(isNew ? [name] : []), email, password],
      isNew ? t("Make account") : t("Sign in"),
      (given) => this.#submit(isNew, given),
      this.#other(isNew),
    );
    if (!isNew) form.append(this.#ways(form));
    if (news) form.prepend(element("p", { role: "status" }, news));
    this.#show(
      isNew ? t("Make an account") : t("Sign in to sync"),
      form,
      t("Signing in needs the network. Everything else works without it."),
    );
    this.#learn();
  }

  /**
   * @param {boolean} isNew
   * @param {any} given
   */
  async #submit(isNew, given) {
    const invite = isNew && this.wanted.invite ? { invite: this.wanted.invite } : {};
    try {
      this.#signedIn(await this.app.session.signIn(isNew ? "signUp" : "signIn", { ...given, ...invite }));
    } catch (error) {
      if (/** @type {any} */ (error).code !== "second_factor_needed") throw error;
      this.#confirm(/** @type {any} */ (error).fields);
    }
  }

  /**
   * To the other form; gone where nobody may make an account.
   * @param {boolean} isNew
   */
  #other(isNew) {
    return act(
      isNew ? t("I have an account") : t("Make an account"),
      () => this.form(isNew ? "sign-in" : "sign-up"),
      { "data-way": isNew ? "sign-in" : "sign-up" },
    );
  }

  /**
   * What else signs in.
   * @param {HTMLFormElement} form
   */
  #ways(form) {
    const problem = /** @type {HTMLElement} */ (form.querySelector(".problem"));
    const passkey = button(t("Sign in with a passkey"), () =>
      attempt(this.app, passkey, problem, async () => {
        const { challenge, options } = await this.server.passkeyOptions();
        this.#signedIn(
          await this.app.session.signIn("signInByPasskey", {
            challenge,
            credential: await usePasskey(options),
          }),
        );
      }),
    );
    passkey.hidden = !hasPasskeys();
    return element(
      "div",
      { class: "ways" },
      element("p", { "data-closed": "", hidden: true }),
      acts(
        passkey,
        act(t("Forgot the password?"), () => this.#forgot(String(new FormData(form).get("email")))),
      ),
    );
  }

  /** Who may make an account here, once the server has said so. */
  async #learn() {
    this.options ??= await this.server.options().catch(() => null);
    const isShut =
      this.options?.registration === "closed" ||
      (this.options?.registration === "invited" && !this.wanted.invite);
    const way = /** @type {HTMLElement | null} */ (this.box.querySelector("[data-way='sign-up']"));
    const said = /** @type {HTMLElement | null} */ (this.box.querySelector("[data-closed]"));
    if (!isShut || !way || !said) return;
    way.hidden = true;
    said.hidden = false;
    said.textContent =
      this.options?.registration === "closed"
        ? t("New accounts are not taken on this server.")
        : t("A new account on this server needs an invitation: ask for a link.");
  }

  /** @param {string} email as far as it was typed */
  async #forgot(email) {
    this.options ??= await this.server.options().catch(() => null);
    if (this.options && !this.options.has_mail)
      return this.#show(
        t("Forgot the password?"),
        this.#saying(
          t(
            "This server sends no mail. Ask its operator for a link that sets a new password: they make one under Admin, or at the command line with “reset-link”.",
          ),
        ),
      );
    this.#show(
      t("Forgot the password?"),
      formOf(
        this.app,
        [
          {
            name: "email",
            label: t("E-mail address"),
            type: "email",
            autocomplete: "username",
            value: email,
          },
        ],
        t("Send a link"),
        async (given) => {
          await this.server.forgot(given.email);
          this.#show(
            t("Look into your mail"),
            this.#saying(
              t(
                "If there is an account with this address, a link that sets a new password is on its way to it. It works once, for 30 minutes.",
              ),
            ),
          );
        },
        act(t("Back"), () => this.form("sign-in")),
      ),
    );
  }

  /** @param {string} words */
  #saying(words) {
    return element(
      "div",
      { class: "body" },
      element("p", { role: "status" }, words),
      acts(button(t("Back"), () => this.form("sign-in"))),
    );
  }

  /**
   * The password was right, and a passkey is asked for too.
   * @param {import("../../api/security.js").Challenge} asked
   */
  #confirm({ challenge, options }) {
    const problem = problemLine();
    const confirm = button(
      t("Use the passkey"),
      () =>
        attempt(this.app, confirm, problem, async () => {
          this.#signedIn(
            await this.app.session.signIn("signInByPasskey", {
              challenge,
              credential: await usePasskey(options),
            }),
          );
        }),
      { class: "button is-main" },
    );
    confirm.hidden = !hasPasskeys();
    const words = hasPasskeys()
      ? t("The password is right. This account asks for one of its passkeys too.")
      : t("This account asks for a passkey too, and this browser cannot use one. Use a newer browser.");
    this.#show(
      t("One more step"),
      element(
        "div",
        { class: "body" },
        element("p", {}, words),
        problem,
        acts(
          confirm,
          act(t("Back"), () => this.form("sign-in")),
        ),
      ),
    );
  }

  /** @param {number} local how many tasks of this device are to be asked about */
  #signedIn(local) {
    if (local) return this.#askTakeOver(local);
    this.box.close();
    this.#done();
  }

  #done() {
    this.wanted.onDone?.(this.app.session.signedInAs?.space_id);
  }

  /**
   * To close it is to leave them here.
   * @param {number} count
   */
  #askTakeOver(count) {
    this.box.addEventListener("close", () => this.#done());
    const problem = problemLine();
    const bring = button(
      t("Bring them along"),
      () =>
        attempt(this.app, bring, problem, async () => {
          await this.app.session.bringAlong();
          this.box.close();
        }),
      { class: "button is-main" },
    );
    this.#show(
      t("Bring your tasks along?"),
      element(
        "div",
        { class: "body" },
        element(
          "p",
          {},
          plural(
            count,
            "There is {n} task on this device. It can move into your account, and then be on all your devices. Nothing is lost or doubled.",
            "There are {n} tasks on this device. They can move into your account, and then be on all your devices. Nothing is lost or doubled.",
          ),
        ),
        problem,
        acts(
          bring,
          button(t("Leave them here, signed out"), () => this.box.close()),
        ),
      ),
    );
  }

  signedIn() {
    const { account, session } = this.app;
    const problem = problemLine();
    const leave = button(t("Sign out"), () =>
      attempt(this.app, leave, problem, () => signOut(this.app, false, this.box)),
    );
    const more = element(
      "a",
      {
        class: "quiet is-accent",
        href: hrefOf({ name: "settings", part: "account" }),
        onclick: () => this.box.close(),
      },
      t("Password, devices, access…"),
    );
    this.#show(
      account?.name || t("Account"),
      element(
        "div",
        { class: "body" },
        element("p", {}, account?.email ?? ""),
        element("p", {}, leftText(session.left)),
        problem,
        acts(leave, more),
      ),
    );
  }

  /**
   * @param {string} heading
   * @param {HTMLElement} body
   * @param {string} [about]
   */
  #show(heading, body, about = "") {
    fill(this.box, heading, body, about);
  }
}

/**
 * Signs out; what would be lost is asked about first, in `box` or a dialog of its own.
 * @param {App} app
 * @param {boolean} isEverywhere
 * @param {HTMLDialogElement} [box]
 */
export async function signOut(app, isEverywhere, box) {
  if (!(await app.session.signOut(false, isEverywhere))) return;
  const { left } = app.session;
  const shown = box ?? openDialog(t("Account"), "side-sheet", []);
  const problem = problemLine();
  const discard = button(t("Discard and sign out"), () =>
    attempt(app, discard, problem, () => app.session.signOut(true, isEverywhere)),
  );
  fill(
    shown,
    left.unsent ? t("Unsent changes") : t("Needs you"),
    element(
      "div",
      { class: "body" },
      element("p", {}, `${leftText(left)} ${t("Signing out removes them from this device.")}`),
      problem,
      acts(
        button(t("Stay"), () => shown.close(), { class: "button is-main" }),
        button(t("Save a copy"), () => app.saveCopy()),
        discard,
      ),
    ),
  );
}

/**
 * @param {HTMLDialogElement} box
 * @param {string} heading
 * @param {HTMLElement} body
 * @param {string} [about]
 */
export function fill(box, heading, body, about = "") {
  patch(box, [
    element(
      "header",
      {},
      element("h1", {}, heading),
      about ? element("p", {}, about) : "",
      tool("close", t("Close"), () => box.close()),
    ),
    body,
  ]);
  /** @type {HTMLElement | null} */ (body.querySelector("input:not([readonly]), .is-main, .button"))?.focus();
}

/** @param {{unsent: number, refused: number}} left */
function leftText({ unsent, refused }) {
  return [
    unsent &&
      plural(unsent, "{n} change has not reached the server.", "{n} changes have not reached the server."),
    refused &&
      plural(
        refused,
        "{n} change waits for you in the sync sheet.",
        "{n} changes wait for you in the sync sheet.",
      ),
  ]
    .filter(Boolean)
    .join(" ");
}
