/**
 * Passkeys of the account, and whether one is asked for beside the password.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/security.js").Passkey} Passkey
 */
import { h } from "../../lib/patch.js";
import { createPasskey, hasPasskeys } from "../../lib/passkeys.js";
import { t } from "../../lib/words.js";
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
    super(context.session, "passkeys", t("Passkeys"));
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
        ? buttonRow(quietButton(t("Add a passkey…"), () => this.#add(), { "aria-haspopup": "dialog" }))
        : h("p", { key: "cannot" }, t("This browser cannot make passkeys; a newer one can.")),
      passkeys.length > 0 && this.#secondFactor(),
    ];
  }

  /** @param {Passkey} passkey */
  #row({ id, name, created_at: created, seen_at: seen }) {
    const about = [
      t("added {day}", { day: dayText(created) }),
      usedText(seen, this.context.view.store.nowMs()),
    ];
    return settingOf(
      id,
      h("span", {}, name),
      note("", about.join(" · ")),
      quietButton(t("Remove"), () => this.#remove(id, name), {
        "aria-haspopup": "dialog",
        "aria-label": t("Remove the passkey {name}", { name }),
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
      heading: t("Remove the passkey {name}", { name }),
      about: t("It signs nobody in any more."),
      submit: t("Remove"),
      work: async (password) => {
        await this.context.session.server.removePasskey(id, password);
        isGone = true;
      },
      onClose: () => isGone && this.load(),
    });
  }

  #add() {
    const sheet = new SideSheet(t("Add a passkey"));
    const name = { name: "name", label: t("Its name"), value: agentText(navigator.userAgent), max: NAME_MAX };
    const form = formOf(this.context.session, {
      fields: [name, passwordField()],
      submit: t("Add the passkey"),
      others: sheet.cancel(),
      onSubmit: async (values) => {
        await this.#make(values.name.trim(), values.password);
        sheet.close();
        await this.load();
      },
    });
    const about = t("The browser asks you to confirm, and keeps it on this device or in your account there.");
    sheet.show(t("Add a passkey"), form, about);
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
      h("label", { htmlFor: "second-factor" }, t("Ask for a passkey beside the password")),
      note(
        "second-factor-note",
        t(
          "Then the password alone signs nobody in. Keep two passkeys, so that a lost device does not lock you out.",
        ),
      ),
      h("input", toggle),
    );
  }

  /**
   * It goes back where the password did not come.
   * @param {HTMLInputElement} toggle
   */
  #switch(toggle) {
    const isOn = toggle.checked;
    askPassword(this.context, {
      heading: t("Ask for a passkey beside the password"),
      submit: isOn ? t("Turn on") : t("Turn off"),
      work: (password) => this.context.session.setSecondFactor(isOn, password),
      onClose: () => this.render(),
    });
  }
}

function noneText() {
  return t(
    "With a passkey you sign in by fingerprint, face or the device's code; no password can be stolen.",
  );
}
