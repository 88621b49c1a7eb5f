/**
 * The page of an invite link: to join a shared space, or to create an account. The token is in the fragment,
 * which browsers do not send; it leaves the address once it is used.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../lib/patch.js").Child} Child
 * @typedef {import("../../api/invites.js").Preview} Preview
 */
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { HOME } from "../../domain/routes.js";
import { attempt, problemLine } from "../kit/attempt.js";
import { patchWithFocus } from "../kit/focus.js";
import { button, buttonRow, mainButton, quietButton } from "../kit/settings_rows.js";
import { enter, invitedText } from "./invitations.js";
import { errorText } from "../../i18n/error_text.js";

const ROLE_TEXTS = /** @type {Record<string, () => string>} */ ({
  viewer: () => t("invite.asViewer"),
  editor: () => t("invite.asEditor"),
  owner: () => t("invite.asOwner"),
});

export class JoinPage {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.root = element("section", { class: "invitation" });
    this.problem = problemLine();
    this.token = "";
    /** @type {string | null | undefined} the account that has seen it */
    this.account = undefined;
    /** @type {Preview | null} */
    this.preview = null;
  }

  arrive() {
    this.account = undefined;
  }

  /** Loads again if another link was opened, or another account is signed in. */
  render() {
    const token = location.hash.slice(1);
    const account = this.context.view.account?.id ?? null;
    if (token === this.token && account === this.account) return;
    if (token !== this.token) this.preview = null;
    this.token = token;
    this.account = account;
    if (!token) this.#show([t("invite.linkIncomplete"), t("invite.linkIncompleteHint")]);
    else if (account && this.preview)
      this.#offer(this.preview, true); // signing in may have used it just now
    else this.#ask();
  }

  async #ask() {
    const { token } = this;
    try {
      const { server } = this.context.session;
      const [preview, options] = await Promise.all([
        server.previewInvite(token),
        this.context.view.account ? null : server.options(),
      ]);
      if (token === this.token) this.#offer(preview, options?.registration !== "closed");
    } catch (error) {
      if (token === this.token) this.#explain(error);
    }
  }

  /** @param {any} error */
  #explain(error) {
    const isUnreached = error.status === 0 || error.status === 429 || error.status >= 500;
    const todo = isUnreached ? t("invite.stillValid") : t("invite.askForNew");
    this.#show(
      [errorText(error), todo],
      isUnreached && button(t("action.tryAgain"), () => this.#ask()),
      this.#home(),
    );
  }

  /**
   * @param {Preview} preview
   * @param {boolean} mayMake whether registration is open
   */
  #offer(preview, mayMake) {
    this.preview = preview;
    if (!preview.space_name) return this.#offerAccount(mayMake);
    const words = [invitedText(preview), (ROLE_TEXTS[preview.role ?? ""] ?? ROLE_TEXTS.viewer)()];
    if (this.context.view.account)
      return this.#show(
        words,
        this.#joinButton(),
        quietButton(t("invite.notNow"), () => this.#goHome()),
      );
    if (!mayMake)
      return this.#show(
        [...words, t("invite.signInToJoin")],
        this.#wayIn("sign-in", t("account.signIn"), true),
      );
    this.#show(
      [...words, t("invite.signInOrCreate")],
      this.#wayIn("sign-up", t("account.create"), true),
      this.#wayIn("sign-in", t("account.signIn")),
    );
  }

  #joinButton() {
    return mainButton(t("invite.join"), (event) =>
      attempt(this.context.session, event.currentTarget, this.problem, () => this.#join()),
    );
  }

  /** @param {string} [joined] the space, if signing up has joined it */
  async #join(joined) {
    const space = joined ?? (await this.context.session.server.acceptInvite({ token: this.token })).space_id;
    await enter(this.context, space, this.preview?.space_name ?? "");
  }

  /**
   * @param {"sign-in" | "sign-up"} mode
   * @param {string} words
   * @param {boolean} [isMain]
   */
  #wayIn(mode, words, isMain = false) {
    const onDone = (/** @type {string | undefined} */ joined) =>
      this.#join(joined).catch((error) => this.#explain(error));
    const open = () => this.context.open.account({ mode, invite: this.token, onDone });
    return (isMain ? mainButton : button)(words, open, { "aria-haspopup": "dialog" });
  }

  /**
   * Offers to create an account.
   * @param {boolean} mayMake
   */
  #offerAccount(mayMake) {
    if (this.context.view.account) return this.#show([t("invite.haveAccount"), t("invite.forNewAccounts")]);
    if (!mayMake) return this.#show([t("error.registration_closed"), t("invite.askForNew")]);
    const words = [t("invite.toServer", { host: location.host }), t("invite.toServerNote")];
    const open = () =>
      this.context.open.account({ mode: "sign-up", invite: this.token, onDone: () => this.#goHome() });
    this.#show(words, mainButton(t("account.create"), open, { "aria-haspopup": "dialog" }), this.#home());
  }

  #goHome() {
    this.context.router.go(HOME, true);
  }

  #home() {
    return quietButton(t("command.goToday"), () => this.#goHome());
  }

  /**
   * @param {string[]} words the first is the main message
   * @param {...Child} choices none: a link to the start
   */
  #show([news, ...rest], ...choices) {
    this.problem.textContent = "";
    patchWithFocus(this.root, [
      h("p", { key: "news", class: "news", role: "status" }, news),
      rest.map((text) => h("p", {}, text)),
      this.problem,
      buttonRow(choices.length ? choices : this.#home()),
    ]);
  }
}
