/**
 * The members of a space, with roles that owners can change.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/spaces.js").Member} Member
 * @typedef {{context: Context, space: string, isOwner: boolean, box: HTMLElement, render: () => void, follow:
 *   (role: string) => void, attempt: (pressed: Element | null, work: () => Promise<unknown>) =>
 *   Promise<boolean>}} SpaceDialog
 */
import { icon } from "../../lib/dom.js";
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { roleText } from "../../domain/history.js";
import { nameText } from "../../domain/members.js";
import { ROLES } from "../../core/roles.js";
import { avatarBesideName } from "../kit/avatar.js";
import * as spaces from "../../api/spaces.js";

export class MemberRows {
  /** Whether they come from the last sync and cannot be changed. */
  isOld = true;
  /** @type {string | null} the member whose removal must be confirmed */
  removing = null;

  /** @param {SpaceDialog} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    this.context = dialog.context;
    /** @type {Pick<Member, "id" | "name" | "role">[]} */
    this.members = this.context.view.tasks.members
      .of(dialog.space)
      .map(({ account, name, role }) => ({ id: account, name, role }));
  }

  async load() {
    this.members = (await spaces.membersOf(this.dialog.space)).members;
    this.isOld = false;
    this.dialog.render();
  }

  describe() {
    return h(
      "ul",
      { role: "list", class: "members", "aria-label": t("member.plural") },
      this.members.map((member) => this.#row(member)),
    );
  }

  /** @param {Pick<Member, "id" | "name" | "role">} member */
  #row({ id, name: given, role }) {
    const name = nameText(given);
    const isMe = id === this.context.view.account?.id;
    const isNamed = given.trim() && given !== t("member.unnamed");
    const { isOwner } = this.dialog;
    return h(
      "li",
      { key: id },
      avatarBesideName({ account: id, name }),
      h("span", { class: isNamed ? "clip" : "clip is-muted" }, isMe ? t("member.you", { name }) : name),
      isOwner ? this.#roleSelect(id, name, role) : h("small", {}, roleText(role)),
      isOwner && !isMe && this.#removeButton(id, name),
    );
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {string} role
   */
  #roleSelect(id, name, role) {
    const label = t("member.roleOf", { name });
    const onchange = (/** @type {any} */ event) => this.#setRole(id, role, event.currentTarget);
    return roleSelect(label, role, { disabled: this.isOld, onchange });
  }

  /**
   * @param {string} id
   * @param {string} role the current role
   * @param {HTMLSelectElement} select
   */
  async #setRole(id, role, select) {
    const isDone = await this.dialog.attempt(null, () => spaces.setRole(this.dialog.space, id, select.value));
    if (isDone) await this.#reload();
    else select.value = role;
  }

  /**
   * The remove button asks for confirmation: removal cannot be undone, only a new invite brings the person
   * back.
   * @param {string} id
   * @param {string} name
   */
  #removeButton(id, name) {
    const label = t("member.remove", { name });
    const isSure = this.removing === id;
    const look = isSure
      ? { class: "quiet is-danger" }
      : { class: "tool", "aria-label": label, title: label, disabled: this.isOld };
    const onclick = (/** @type {any} */ event) =>
      isSure ? this.#remove(id, event.currentTarget) : this.#askToRemove(id);
    return h("button", { type: "button", onclick, ...look }, isSure ? label : icon("close"));
  }

  /** @param {string} id */
  #askToRemove(id) {
    this.removing = id;
    this.dialog.render();
  }

  /**
   * @param {string} id
   * @param {Element} pressed
   */
  async #remove(id, pressed) {
    if (await this.dialog.attempt(pressed, () => spaces.removeMember(this.dialog.space, id)))
      await this.#reload();
  }

  /** After a change: syncs it to the device too; the person's own role may have changed. */
  async #reload() {
    this.context.view.engine?.now();
    await this.load().catch(() => {});
    const mine = this.members.find(({ id }) => id === this.context.view.account?.id)?.role;
    if (mine) this.dialog.follow(mine);
  }
}

/**
 * @param {string} label
 * @param {string} role
 * @param {Record<string, any>} more
 */
export function roleSelect(label, role, more) {
  return h(
    "select",
    { "aria-label": label, value: role, ...more },
    ROLES.toReversed().map((each) => h("option", { value: each }, roleText(each))),
  );
}
