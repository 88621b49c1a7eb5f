/**
 * Who may make an account: the mode, and invites by link.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/admin.js").Mode} Mode
 * @typedef {import("../../api/admin.js").AccountInvite} AccountInvite
 */
import { h } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
import { INVITE_USES_MAX } from "../../domain/limits.js";
import { attempt } from "../kit/attempt.js";
import { formOf, secretField } from "../kit/forms.js";
import { dayText } from "../kit/formats.js";
import { RemoteSection } from "../kit/remote_section.js";
import { buttonRow, note, quietButton, settingOf } from "../kit/settings_rows.js";
import { bodyOf, SideSheet } from "../kit/side_sheet.js";

const MODES = /** @type {[Mode, () => string, () => string][]} */ ([
  ["open", () => t("Open to all"), () => t("Anyone who reaches this server may make an account.")],
  [
    "invited",
    () => t("By invitation"),
    () => t("Whoever has a link, of an administrator or into a shared space."),
  ],
  ["closed", () => t("Closed"), () => t("Nobody. Administrators make accounts under Accounts.")],
]);

/** @extends {RemoteSection<{mode: Mode}>} */
export class ModeSection extends RemoteSection {
  /**
   * @param {Context} context
   * @param {() => void} onChanged
   */
  constructor(context, onChanged) {
    super(context.session, "mode", t("Who may make an account"));
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
   * Where that fails it is as the server says.
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
    super(context.session, "account-invites", t("Invitations to make an account"));
    this.context = context;
  }

  async ask() {
    return (await this.context.session.server.admin.accountInvites()).invites;
  }

  /** @param {AccountInvite[]} invites */
  describe(invites) {
    return [
      !invites.length && h("p", { key: "none" }, t("None is open.")),
      ...invites.map((invite) => this.#row(invite)),
      buttonRow(quietButton(t("Invite…"), () => this.#make(), { "aria-haspopup": "dialog" })),
    ];
  }

  /** @param {AccountInvite} invite */
  #row({ id, email, uses, uses_max: usesMax, expires_at: expires }) {
    const name = email ?? t("Anyone with the link");
    const end = () => this.context.session.server.admin.endAccountInvite(id);
    const left = plural(usesMax - uses, "{n} use left", "{n} uses left");
    return settingOf(
      id,
      h("span", {}, name),
      note("", [left, t("until {day}", { day: dayText(expires) })].join(" · ")),
      quietButton(t("End"), (event) => this.change(event.currentTarget, end), {
        "aria-label": t("End the invitation of {name}", { name }),
      }),
    );
  }

  #make() {
    const sheet = new SideSheet(t("Invite"));
    const form = formOf(this.context.session, {
      fields: inviteFields(),
      submit: t("Make a link"),
      others: sheet.cancel(),
      onSubmit: async ({ email, uses }) => {
        const { admin } = this.context.session.server;
        const { url } = await admin.makeAccountInvite({ email: email || null, uses_max: Number(uses) });
        showLink(sheet, url);
        await this.load();
      },
    });
    sheet.show(t("Invite"), form);
  }
}

function inviteFields() {
  const email = {
    name: "email",
    label: t("E-mail address"),
    type: "email",
    isOptional: true,
    note: t("Then only this address can use it, once."),
  };
  const uses = { name: "uses", type: "number", value: "1", min: 1, max: INVITE_USES_MAX };
  return [email, { ...uses, label: t("How often it can be used") }];
}

/**
 * @param {SideSheet} sheet
 * @param {string} url
 */
function showLink(sheet, url) {
  sheet.show(
    t("The invitation"),
    bodyOf(
      h("p", {}, t("Pass this link on. It works for seven days, and is shown this once.")),
      secretField(t("Link"), url),
      sheet.finish(),
    ),
  );
}
