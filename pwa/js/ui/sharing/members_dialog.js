/**
 * The people in a space: members with their roles, invites by link and email, leaving. This needs the server;
 * if it cannot be reached, the dialog shows the members from the last sync.
 * @typedef {import("../context.js").Context} Context
 */
import { icon, tool } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { atLeast } from "../../core/roles.js";
import { attempt, problemLine } from "../kit/attempt.js";
import { openDialog } from "../kit/dialog.js";
import { patchWithFocus } from "../kit/focus.js";
import { MemberRows } from "./member_rows.js";
import { SpaceInvites } from "./space_invites.js";
import { leaveSpace } from "../commands/space.js";

/**
 * @param {Context} context
 * @param {string} space
 */
export function openMembers(context, space) {
  new MembersDialog(context, space).open();
}

class MembersDialog {
  /**
   * @param {Context} context
   * @param {string} space
   */
  constructor(context, space) {
    this.context = context;
    this.space = space;
    this.role = context.view.store.roles[space];
    this.syncedRole = this.role;
    this.name = context.view.nameOfSpace(space);
    this.problem = problemLine();
    this.members = new MemberRows(this);
    this.invites = new SpaceInvites(this);
    this.box = /** @type {HTMLDialogElement} */ (document.createElement("dialog"));
  }

  get isOwner() {
    return atLeast(this.role, "owner");
  }

  open() {
    const { session } = this.context;
    const onSync = () => this.#onSync();
    const onClose = () => session.removeEventListener("changed", onSync);
    const title = t("space.membersOf", { space: this.name });
    session.addEventListener("changed", onSync);
    this.box = openDialog(title, "side-sheet people-sheet", [], null, onClose);
    this.box.id = "members";
    this.render();
    this.box.querySelector("button")?.focus();
    this.load();
  }

  /**
   * The person's role has changed, or the person is no longer in the space.
   * @param {string | undefined} role
   */
  follow(role) {
    if (role === this.role || !this.box.open) return;
    if (!role) return this.box.close();
    this.role = role;
    this.invites.forget();
    this.render();
    this.load();
  }

  load() {
    return this.attempt(null, async () => {
      await this.members.load();
      if (this.isOwner) await this.invites.load();
    });
  }

  /**
   * Runs a call to the server, then renders; shows the error if it fails.
   * @param {Element | null} pressed
   * @param {() => Promise<unknown>} work
   */
  async attempt(pressed, work) {
    const isDone = await attempt(this.context.session, pressed, this.problem, work);
    this.render();
    return isDone;
  }

  /** Renders what the person's role allows. */
  render() {
    patchWithFocus(this.box, [
      this.#header(),
      this.problem,
      this.isOwner && this.invites.describeForm(),
      h("section", { key: "members" }, h("h2", {}, t("member.plural")), this.members.describe()),
      this.isOwner && this.invites.describeOpen(),
      this.#footer(),
    ]);
  }

  /** The server's last response may not have been synced yet, so only changes count. */
  #onSync() {
    const role = this.context.view.store.roles[this.space];
    if (role !== this.syncedRole) this.follow(role);
    this.syncedRole = role;
  }

  #header() {
    const about = this.isOwner ? t("space.membersOwner") : t("space.membersNote");
    return h(
      "header",
      {},
      h("h1", {}, this.name),
      h("p", {}, about),
      tool("close", t("action.close"), () => this.box.close()),
    );
  }

  #footer() {
    const leave = { class: "quiet is-danger", type: "button", onclick: () => this.#leave() };
    return h("footer", {}, h("button", leave, icon("forward"), t("space.leaveThis")));
  }

  #leave() {
    this.box.close();
    if (this.context.view.isShared(this.space)) leaveSpace(this.context, this.space);
  }
}
