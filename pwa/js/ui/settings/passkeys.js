/**
 * Passkeys of the account, and whether signing in requires one as well as the password.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/security.js").Passkey} Passkey
 */
import { h } from "../../lib/patch.js";
import { createPasskey, hasPasskeys } from "../../lib/passkeys.js";
import { t } from "../../i18n/i18n.js";
import { NAME_MAX } from "../../domain/limits.js";
import { formOf, passwordField } from "../kit/forms.js";
import { agentText, dayText, usedText } from "../kit/formats.js";
import { RemoteSection } from "../kit/remote_section.js";
import { buttonRow, note, quietButton, setting, settingOf } from "../kit/settings_rows.js";
import { SideSheet } from "../kit/side_sheet.js";
import { askPassword } from "./reauthentication.js";

/** @extends {RemoteSection<Passkey[]>} */
export class PasskeysSection extends RemoteSection {
  /** @param {Context} context */
  constructor(context) {
    super(context.session, "passkeys", t("passkey.plural"));
    this.context = context;
  }

  async ask() {
    const { session } = this.context;
    const [{ passkeys }] = await Promise.all([session.server.passkeys(), session.refresh()]);
    return passkeys;
  }

  /** @param {Passkey[]} passkeys */
  describe(passkeys) {
    return [
      !passkeys.length && h("p", { key: "none" }, noneText()),
      ...passkeys.map((passkey) => this.#row(passkey)),
      hasPasskeys()
        ? buttonRow(quietButton(t("passkey.addAsk"), () => this.#add(), { "aria-haspopup": "dialog" }))
        : h("p", { key: "cannot" }, t("passkey.unsupported")),
      passkeys.length > 0 && this.#secondFactor(),
    ];
  }

  /** @param {Passkey} passkey */
  #row({ id, name, created_at: created, seen_at: seen }) {
    const about = [
      t("passkey.added", { day: dayText(created) }),
      usedText(seen, this.context.view.store.nowMs()),
    ];
    return settingOf(
      id,
      h("span", {}, name),
      note("", about.join(" · ")),
      quietButton(t("action.remove"), () => this.#remove(id, name), {
        "aria-haspopup": "dialog",
        "aria-label": t("passkey.remove", { name }),
      }),
    );
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #remove(id, name) {
    let isGone = false;
    askPassword(this.context, {
      heading: t("passkey.remove", { name }),
      about: t("passkey.removeNote"),
      submit: t("action.remove"),
      work: async (password) => {
        await this.context.session.server.removePasskey(id, password);
        isGone = true;
      },
      onClose: () => isGone && this.load(),
    });
  }

  #add() {
    const sheet = new SideSheet(t("passkey.add"));
    const name = {
      name: "name",
      label: t("passkey.name"),
      value: agentText(navigator.userAgent),
      max: NAME_MAX,
    };
    const form = formOf(this.context.session, {
      fields: [name, passwordField()],
      submit: t("passkey.add"),
      others: sheet.cancel(),
      onSubmit: async (values) => {
        await this.#make(values.name.trim(), values.password);
        sheet.close();
        await this.load();
      },
    });
    const about = t("passkey.addNote");
    sheet.show(t("passkey.add"), form, about);
  }

  /**
   * @param {string} name
   * @param {string} password
   */
  async #make(name, password) {
    const { server } = this.context.session;
    const { challenge, options } = await server.newPasskeyOptions(password);
    await server.addPasskey({ challenge, credential: await createPasskey(options), name });
  }

  #secondFactor() {
    const toggle = {
      type: "checkbox",
      role: "switch",
      class: "toggle",
      id: "second-factor",
      "aria-describedby": "second-factor-note",
      checked: Boolean(this.context.view.account?.has_second_factor),
      onchange: (/** @type {any} */ event) => this.#switch(event.currentTarget),
    };
    return setting(
      h("label", { htmlFor: "second-factor" }, t("passkey.require")),
      note("second-factor-note", t("passkey.requireNote")),
      h("input", toggle),
    );
  }

  /**
   * It switches back if the password was not given.
   * @param {HTMLInputElement} toggle
   */
  #switch(toggle) {
    const isOn = toggle.checked;
    askPassword(this.context, {
      heading: t("passkey.require"),
      submit: isOn ? t("action.turnOn") : t("action.turnOff"),
      work: (password) => this.context.session.setSecondFactor(isOn, password),
      onClose: () => this.render(),
    });
  }
}

function noneText() {
  return t("passkey.note");
}
