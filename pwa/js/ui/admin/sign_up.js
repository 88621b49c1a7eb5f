/**
 * Who may make an account: the mode, and invites by link.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { fill } from "../settings/account_dialog.js";
import { openDialog } from "../kit/dialog.js";
import {
  act,
  acts,
  attempt,
  button,
  dayText,
  formOf,
  note,
  Part,
  secretField,
  setting,
} from "../kit/forms.js";
import { usesText } from "./account_actions.js";

const MODES = /** @type {[import("../../api/admin.js").Mode, () => string, () => string][]} */ ([
  ["open", () => t("Open to all"), () => t("Anyone who reaches this server may make an account.")],
  [
    "invited",
    () => t("By invitation"),
    () => t("Whoever has a link, of an administrator or into a shared space."),
  ],
  ["closed", () => t("Closed"), () => t("Nobody. Administrators make accounts under Accounts.")],
]);
const USES_MAX = 100;

export class ModePart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "mode",
      t("Who may make an account"),
      () => app.session.server.admin.registration(),
      ({ mode }) => [this.#choice(mode)],
    );
  }

  /** @param {string} mode */
  #choice(mode) {
    const inputs = MODES.map(([value]) =>
      element("input", {
        type: "radio",
        name: "mode",
        value,
        checked: value === mode,
        "aria-describedby": `mode-${value}`,
        onchange: () => this.#set(inputs, value),
      }),
    );
    const labels = MODES.map(([value, words, about], index) =>
      element("label", {}, inputs[index], element("span", {}, words()), note(`mode-${value}`, about())),
    );
    return element(
      "div",
      { class: "options", role: "radiogroup", "aria-labelledby": "mode-heading" },
      ...labels,
    );
  }

  /**
   * @param {HTMLInputElement[]} inputs
   * @param {import("../../api/admin.js").Mode} mode
   */
  async #set(inputs, mode) {
    await attempt(this.app, null, this.problem, () => this.app.session.server.admin.setRegistration(mode));
    if (this.problem.textContent)
      await this.load(); // as it still is
    else for (const input of inputs) input.checked = input.value === mode;
    this.tell();
  }
}

export class OpenInvitesPart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "account-invites",
      t("Invitations to make an account"),
      () => app.session.server.admin.accountInvites(),
      ({ invites }) => this.#rows(invites),
    );
  }

  /** @param {import("../../api/admin.js").AccountInvite[]} invites */
  #rows(invites) {
    const lead = invites.length ? [] : [element("p", {}, t("None is open."))];
    return [
      ...lead,
      ...invites.map((invite) => this.#invite(invite)),
      acts(act(t("Invite…"), () => this.#make(), { "aria-haspopup": "dialog" })),
    ];
  }

  /** @param {import("../../api/admin.js").AccountInvite} invite */
  #invite(invite) {
    const name = invite.email ?? t("Anyone with the link");
    const end = act(
      t("End"),
      (event) =>
        this.change(event.currentTarget, () => this.app.session.server.admin.endAccountInvite(invite.id)),
      { "aria-label": t("End the invitation of {name}", { name }) },
    );
    return setting(
      element("span", {}, name),
      note(
        "",
        [usesText(invite.uses_max - invite.uses), t("until {day}", { day: dayText(invite.expires_at) })].join(
          " · ",
        ),
      ),
      end,
    );
  }

  #make() {
    const fields = [
      {
        name: "email",
        label: t("E-mail address"),
        type: "email",
        isOptional: true,
        note: t("Then only this address can use it, once."),
      },
      {
        name: "uses",
        label: t("How often it can be used"),
        type: "number",
        value: "1",
        min: 1,
        max: USES_MAX,
      },
    ];
    const form = formOf(
      this.app,
      fields,
      t("Make a link"),
      async (given) => {
        const { url } = await this.app.session.server.admin.makeAccountInvite({
          email: given.email || null,
          uses_max: Number(given.uses),
        });
        fill(
          box,
          t("The invitation"),
          element(
            "div",
            { class: "body" },
            element("p", {}, t("Pass this link on. It works for seven days, and is shown this once.")),
            secretField(t("Link"), url),
            acts(button(t("Finish"), () => box.close(), { class: "button is-main" })),
          ),
        );
        await this.load();
      },
      button(t("Cancel"), () => box.close()),
    );
    const box = openDialog(t("Invite"), "side-sheet", []);
    fill(box, t("Invite"), form);
  }
}
