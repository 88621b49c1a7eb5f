/**
 * Passkeys of the account, and whether one is asked for beside the password.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { createPasskey, hasPasskeys } from "../../lib/passkeys.js";
import { t } from "../../lib/words.js";
import { fill } from "./account_dialog.js";
import { askPassword, passwordField } from "./reauthentication.js";
import { openDialog } from "../kit/dialog.js";
import { act, acts, button, dayText, formOf, momentText, note, Part, setting } from "../kit/forms.js";
import { agentText } from "./sessions.js";

export class PasskeysPart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "passkeys",
      t("Passkeys"),
      () => Promise.all([app.session.server.passkeys(), app.session.refresh()]),
      ([{ passkeys }]) => this.#rows(passkeys),
    );
  }

  /** @param {import("../../api/security.js").Passkey[]} passkeys */
  #rows(passkeys) {
    const lead = passkeys.length
      ? []
      : [
          element(
            "p",
            {},
            t(
              "With a passkey you sign in by fingerprint, face or the device's code; no password can be stolen.",
            ),
          ),
        ];
    const add = hasPasskeys()
      ? acts(act(t("Add a passkey…"), () => this.#add(), { "aria-haspopup": "dialog" }))
      : element("p", {}, t("This browser cannot make passkeys; a newer one can."));
    return [
      ...lead,
      ...passkeys.map((passkey) => this.#passkey(passkey)),
      add,
      ...(passkeys.length ? [this.#secondFactor()] : []),
    ];
  }

  /** @param {import("../../api/security.js").Passkey} passkey */
  #passkey({ id, name, created_at, seen_at }) {
    const used = seen_at
      ? t("used {when}", { when: momentText(seen_at, this.app.store.nowMs()) })
      : t("never used");
    const remove = act(t("Remove"), () => this.#remove(id, name), {
      "aria-haspopup": "dialog",
      "aria-label": t("Remove the passkey {name}", { name }),
    });
    return setting(
      element("span", {}, name),
      note("", [t("added {day}", { day: dayText(created_at) }), used].join(" · ")),
      remove,
    );
  }

  /**
   * @param {string} id
   * @param {string} name
   */
  #remove(id, name) {
    const { session } = this.app;
    let isGone = false;
    askPassword(
      this.app,
      t("Remove the passkey {name}", { name }),
      t("It signs nobody in any more."),
      t("Remove"),
      async (password) => {
        await session.server.removePasskey(id, password);
        isGone = true;
      },
      () => isGone && this.load(),
    );
  }

  #add() {
    const form = formOf(
      this.app,
      [
        { name: "name", label: t("Its name"), value: agentText(navigator.userAgent), max: 100 },
        passwordField(),
      ],
      t("Add the passkey"),
      async (given) => {
        const { challenge, options } = await this.app.session.server.newPasskeyOptions(given.password);
        await this.app.session.server.addPasskey({
          challenge,
          credential: await createPasskey(options),
          name: given.name.trim(),
        });
        box.close();
        await this.load();
      },
      button(t("Cancel"), () => box.close()),
    );
    const box = openDialog(t("Add a passkey"), "side-sheet", []);
    fill(
      box,
      t("Add a passkey"),
      form,
      t("The browser asks you to confirm, and keeps it on this device or in your account there."),
    );
  }

  #secondFactor() {
    const toggle = element("input", {
      type: "checkbox",
      role: "switch",
      class: "toggle",
      id: "second-factor",
      "aria-describedby": "second-factor-note",
      checked: Boolean(this.app.account?.has_second_factor),
      onchange: () => this.#switch(toggle),
    });
    const about = note(
      "second-factor-note",
      t(
        "Then the password alone signs nobody in. Keep two passkeys, so that a lost device does not lock you out.",
      ),
    );
    return setting(
      element("label", { htmlFor: "second-factor" }, t("Ask for a passkey beside the password")),
      about,
      toggle,
    );
  }

  /**
   * It goes back where the password did not come.
   * @param {HTMLInputElement} toggle
   */
  #switch(toggle) {
    const isOn = toggle.checked;
    askPassword(
      this.app,
      t("Ask for a passkey beside the password"),
      "",
      isOn ? t("Turn on") : t("Turn off"),
      (password) => this.app.session.setSecondFactor(isOn, password),
      () => {
        toggle.checked = Boolean(this.app.account?.has_second_factor);
      },
    );
  }
}
