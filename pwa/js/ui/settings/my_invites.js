/**
 * Invites to shared spaces that are addressed to the account.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/invites.js").Invite} Invite
 */
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { dayText } from "../kit/formats.js";
import { RemoteSection } from "../kit/remote_section.js";
import { buttonRow, note, quietButton, settingOf } from "../kit/settings_rows.js";
import { enter, invitedText } from "../sharing/invitations.js";

/** @extends {RemoteSection<Invite[]>} */
export class InvitesSection extends RemoteSection {
  /** @param {Context} context */
  constructor(context) {
    super(context.session, "invites", t("invite.plural"));
    this.context = context;
    this.root.hidden = true;
  }

  ask() {
    return this.context.session.server.invites();
  }

  /**
   * Hidden if there is none.
   * @param {Invite[]} invites
   */
  describe(invites) {
    this.root.hidden = !invites.length;
    return invites.map((invite) => this.#row(invite));
  }

  /** @param {Invite} invite */
  #row(invite) {
    return settingOf(
      invite.id,
      h("span", { class: "is-strong" }, invitedText(invite)),
      note("", t("time.expires", { day: dayText(invite.expires_at) })),
      buttonRow(this.#joinButton(invite), this.#declineButton(invite)),
    );
  }

  /** @param {Invite} invite */
  #joinButton({ id, space_name: name }) {
    const join = async () => {
      const { space_id: space } = await this.context.session.server.acceptInvite({ id });
      await enter(this.context, space, name);
    };
    return quietButton(t("invite.join"), (event) => this.change(event.currentTarget, join), {
      "aria-label": t("invite.joinNamed", { name }),
    });
  }

  /** @param {Invite} invite */
  #declineButton({ id, space_name: name }) {
    const decline = () => this.context.session.server.declineInvite(id);
    return quietButton(t("invite.decline"), (event) => this.change(event.currentTarget, decline), {
      class: "quiet",
      "aria-label": t("invite.declineNamed", { name }),
    });
  }
}
