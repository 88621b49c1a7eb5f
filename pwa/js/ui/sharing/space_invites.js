/**
 * Invites people into a space, by link or email, and shows the open invites.
 * @typedef {import("./member_rows.js").SpaceDialog} SpaceDialog
 * @typedef {import("../../api/spaces.js").Invite} Invite
 */
import { icon } from "../../lib/dom.js";
import { element, h } from "../../lib/patch.js";
import { dates, plural, t } from "../../i18n/i18n.js";
import * as spaces from "../../api/spaces.js";
import { roleText } from "../../domain/history.js";
import { EMAIL_MAX } from "../../domain/limits.js";
import { button } from "../kit/settings_rows.js";
import { roleSelect } from "./member_rows.js";

const LINK_USES_MAX = 10;

export class SpaceInvites {
  /** @type {Invite[]} the open invites */
  invites = [];
  /** @type {{url: string, email?: string, isCopied?: boolean} | null} the new invite */
  link = null;
  role = "editor";

  /** @param {SpaceDialog} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    this.email = element("input", {
      type: "email",
      name: "email",
      "aria-label": t("account.email"),
      placeholder: t("account.email"),
      autocomplete: "off",
      maxLength: EMAIL_MAX,
    });
  }

  async load() {
    this.invites = (await spaces.invitesOf(this.dialog.space)).invites;
    this.dialog.render();
  }

  forget() {
    this.invites = [];
    this.link = null;
  }

  describeForm() {
    return h(
      "section",
      { key: "invite" },
      h("h2", {}, t("invite.create")),
      h(
        "form",
        { class: "invite", onsubmit: (/** @type {SubmitEvent} */ event) => this.#inviteByEmail(event) },
        h(
          "div",
          { class: "invite-row" },
          this.email,
          h("button", { class: "button", type: "submit" }, t("invite.create")),
        ),
        h("div", { class: "invite-row" }, this.#roleSelect(), this.#linkButton()),
      ),
      this.link && this.#describeLink(this.link),
    );
  }

  describeOpen() {
    if (!this.invites.length) return null;
    return h(
      "section",
      { key: "invites" },
      h("h2", {}, t("invite.open")),
      h(
        "ul",
        { role: "list", class: "members", "aria-label": t("invite.open") },
        this.invites.map((invite) => this.#describeInvite(invite)),
      ),
    );
  }

  #roleSelect() {
    const onchange = (/** @type {any} */ event) => {
      this.role = event.currentTarget.value;
    };
    return roleSelect(t("invite.role"), "editor", { onchange });
  }

  #linkButton() {
    const onclick = (/** @type {any} */ event) =>
      this.#invite(event.currentTarget, { uses_max: LINK_USES_MAX });
    return h(
      "button",
      { class: "button is-main", type: "button", onclick },
      icon("share"),
      t("action.createLink"),
    );
  }

  /** @param {SubmitEvent} event */
  #inviteByEmail(event) {
    event.preventDefault();
    const email = this.email.value.trim();
    if (!email) return this.email.focus();
    return this.#invite(event.submitter, { email });
  }

  /**
   * @param {Element | null} pressed
   * @param {{email?: string, uses_max?: number}} wanted
   */
  async #invite(pressed, wanted) {
    await this.dialog.attempt(pressed, async () => {
      const { token } = await spaces.invite(this.dialog.space, { role: this.role, ...wanted });
      if (wanted.email) this.email.value = "";
      this.link = { url: `${location.origin}/join#${token}`, email: wanted.email };
      this.dialog.render();
      this.#linkField()?.focus();
      await this.load();
    });
  }

  /** @returns {HTMLInputElement | null} */
  #linkField() {
    return this.dialog.box.querySelector(".link input");
  }

  /** @param {{url: string, email?: string, isCopied?: boolean}} link */
  #describeLink({ url, email, isCopied }) {
    const properties = {
      value: url,
      readOnly: true,
      "aria-label": t("invite.link"),
      onfocus: () => this.#linkField()?.select(),
    };
    const copy = button(isCopied ? t("action.copied") : t("action.copy"), () => this.#copy(), {
      key: "copy",
    });
    return h(
      "div",
      { class: "link" },
      h("div", { class: "invite-row" }, h("input", properties), copy),
      h("p", { role: "status" }, linkText(email)),
    );
  }

  async #copy() {
    if (!this.link) return;
    await navigator.clipboard.writeText(this.link.url).catch(() => this.#linkField()?.select());
    if (this.link) this.link.isCopied = true;
    this.dialog.render();
  }

  /** @param {Invite} invite */
  #describeInvite(invite) {
    const { id, email } = invite;
    const label = email ? t("invite.revokeOf", { email }) : t("invite.revokeLink");
    const onclick = (/** @type {any} */ event) => this.#revoke(id, event.currentTarget);
    return h(
      "li",
      { key: id },
      icon(email ? "person" : "share"),
      h("span", { class: "clip" }, email ?? t("invite.link"), h("small", {}, ` ${inviteText(invite)}`)),
      h("button", { class: "quiet", type: "button", "aria-label": label, onclick }, t("action.revoke")),
    );
  }

  /**
   * @param {string} id
   * @param {Element} pressed
   */
  #revoke(id, pressed) {
    return this.dialog.attempt(pressed, async () => {
      await spaces.endInvite(this.dialog.space, id);
      this.link = null;
      await this.load();
    });
  }
}

/** @param {string} [email] of the invitee */
function linkText(email) {
  return email ? t("invite.linkForEmail", { email }) : plural(LINK_USES_MAX, "invite.linkForAnyone");
}

/** @param {Invite} invite */
function inviteText({ email, role, uses, uses_max: max, expires_at: until }) {
  const day = dates({ day: "numeric", month: "short" }).format(until);
  const used = email ? "" : t("invite.uses", { n: uses, max });
  return [roleText(role), used, t("time.expires", { day })].filter(Boolean).join(" · ");
}
