/**
 * Invitations to shared spaces that are addressed to the account.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { t } from "../../lib/words.js";
import { enter, invitedText } from "../sharing/join_page.js";
import { act, dayText, note, Part, setting } from "../kit/forms.js";

export class InvitesPart extends Part {
  /** @param {App} app */
  constructor(app) {
    super(
      app,
      "invites",
      t("Invitations"),
      () => app.session.server.invites(),
      (invites) => this.#rows(invites),
    );
    this.root.hidden = true;
  }

  /**
   * Hidden where there is none.
   * @param {import("../../api/invites.js").Invite[]} invites
   */
  #rows(invites) {
    this.root.hidden = !invites.length;
    return invites.map((invite) => this.#invite(invite));
  }

  /** @param {import("../../api/invites.js").Invite} invite */
  #invite(invite) {
    const { server } = this.app.session;
    const name = invite.space_name;
    const join = act(
      t("Join"),
      (event) =>
        this.change(event.currentTarget, async () =>
          enter(this.app, (await server.acceptInvite({ id: invite.id })).space_id, name),
        ),
      { "aria-label": t("Join {name}", { name }) },
    );
    const decline = act(
      t("Decline"),
      (event) => this.change(event.currentTarget, () => server.declineInvite(invite.id)),
      { class: "quiet", "aria-label": t("Decline {name}", { name }) },
    );
    return setting(
      element("span", { class: "is-strong" }, invitedText(invite)),
      note("", t("until {day}", { day: dayText(invite.expires_at) })),
      element("div", { class: "acts" }, join, decline),
    );
  }
}
