/**
 * Sign-up settings: the registration mode, and invites by link.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/admin.js").Mode} Mode
 * @typedef {import("../../api/admin.js").AccountInvite} AccountInvite
 */
import { h } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
import { INVITE_USES_MAX } from "../../domain/limits.js";
import { attempt } from "../kit/attempt.js";
import { formOf, secretField } from "../kit/forms.js";
import { dayText } from "../kit/formats.js";
import { RemoteSection } from "../kit/remote_section.js";
import { buttonRow, note, quietButton, settingOf } from "../kit/settings_rows.js";
import { bodyOf, SideSheet } from "../kit/side_sheet.js";

const MODES = /** @type {[Mode, () => string, () => string][]} */ ([
  ["open", () => t("admin.open"), () => t("admin.openNote")],
  ["invited", () => t("admin.invited"), () => t("admin.invitedNote")],
  ["closed", () => t("admin.closed"), () => t("admin.closedNote")],
]);

/** @extends {RemoteSection<{mode: Mode}>} */
export class ModeSection extends RemoteSection {
  /**
   * @param {Context} context
   * @param {() => void} onChanged
   */
  constructor(context, onChanged) {
    super(context.session, "mode", t("admin.whoCanRegister"));
    this.context = context;
    this.onChanged = onChanged;
  }

  ask() {
    return this.context.session.server.admin.registration();
  }

  /** @param {{mode: Mode}} answer */
  describe({ mode }) {
    const radios = MODES.map(([value, text, about]) => {
      const properties = {
        type: "radio",
        name: "mode",
        value,
        checked: value === mode,
        "aria-describedby": `mode-${value}`,
        onchange: () => this.#setMode(value),
      };
      const words = h("span", {}, text());
      return h("label", {}, h("input", properties), words, note(`mode-${value}`, about()));
    });
    return [h("div", { class: "options", role: "radiogroup", "aria-labelledby": "mode-heading" }, radios)];
  }

  /**
   * If that fails, it shows the server's value again.
   * @param {Mode} mode
   */
  async #setMode(mode) {
    const { admin } = this.context.session.server;
    const isDone = await attempt(this.session, null, this.problem, () => admin.setRegistration(mode));
    if (!isDone) await this.load();
    else this.answer = { mode };
    this.render();
    this.onChanged();
  }
}

/** @extends {RemoteSection<AccountInvite[]>} */
export class AccountInvitesSection extends RemoteSection {
  /** @param {Context} context */
  constructor(context) {
    super(context.session, "account-invites", t("admin.accountInvites"));
    this.context = context;
  }

  async ask() {
    return (await this.context.session.server.admin.accountInvites()).invites;
  }

  /** @param {AccountInvite[]} invites */
  describe(invites) {
    return [
      !invites.length && h("p", { key: "none" }, t("admin.noInvites")),
      ...invites.map((invite) => this.#row(invite)),
      buttonRow(quietButton(t("invite.createAsk"), () => this.#make(), { "aria-haspopup": "dialog" })),
    ];
  }

  /** @param {AccountInvite} invite */
  #row({ id, email, uses, uses_max: usesMax, expires_at: expires }) {
    const name = email ?? t("invite.anyone");
    const end = () => this.context.session.server.admin.endAccountInvite(id);
    const left = plural(usesMax - uses, "invite.usesLeft");
    return settingOf(
      id,
      h("span", {}, name),
      note("", [left, t("time.expires", { day: dayText(expires) })].join(" · ")),
      quietButton(t("action.revoke"), (event) => this.change(event.currentTarget, end), {
        "aria-label": t("admin.revokeInvite", { name }),
      }),
    );
  }

  #make() {
    const sheet = new SideSheet(t("invite.create"));
    const form = formOf(this.context.session, {
      fields: inviteFields(),
      submit: t("action.createLink"),
      others: sheet.cancel(),
      onSubmit: async ({ email, uses }) => {
        const { admin } = this.context.session.server;
        const { url } = await admin.makeAccountInvite({ email: email || null, uses_max: Number(uses) });
        showLink(sheet, url);
        await this.load();
      },
    });
    sheet.show(t("invite.create"), form);
  }
}

function inviteFields() {
  const email = {
    name: "email",
    label: t("account.email"),
    type: "email",
    isOptional: true,
    note: t("invite.emailNote"),
  };
  const uses = { name: "uses", type: "number", value: "1", min: 1, max: INVITE_USES_MAX };
  return [email, { ...uses, label: t("invite.maxUses") }];
}

/**
 * @param {SideSheet} sheet
 * @param {string} url
 */
function showLink(sheet, url) {
  sheet.show(
    t("invite.created"),
    bodyOf(h("p", {}, t("invite.linkOnce")), secretField(t("link.title"), url), sheet.finish()),
  );
}
