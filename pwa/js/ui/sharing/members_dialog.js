/**
 * Who is in a space: members with their roles, invites by link and by e-mail, leaving. Only the server knows
 * and changes these; where it cannot be reached the members that came with the last sync are shown.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../api/spaces.js").Invite} Invite
 * @typedef {{id: string, name: string, role: string}} Member
 */
import { icon, tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { dates, plural, t } from "../../lib/words.js";
import { roleText } from "../../domain/history.js";
import { nameText } from "../../domain/members.js";
import { openDialog } from "../kit/dialog.js";
import { errorText } from "../kit/error_messages.js";
import { avatarBesideName } from "../kit/avatar.js";

const LINK_USES_MAX = 10;
const ROLES = /** @type {const} */ (["owner", "editor", "viewer"]);

/**
 * @param {App} app
 * @param {string} space
 */
export function openMembers(app, space) {
  new MembersDialog(app, space).open();
}

class MembersDialog {
  /**
   * @param {App} app
   * @param {string} space
   */
  constructor(app, space) {
    this.app = app;
    this.space = space;
    this.role = app.store.roles[space];
    this.name = app.nameOfSpace(space);
    this.box = /** @type {HTMLDialogElement | null} */ (null);
    this.problem = element("p", { class: "problem", role: "alert" });
    this.members = element("ul", { role: "list", class: "members", "aria-label": t("Members") });
    this.invites = element("ul", { role: "list", class: "members", "aria-label": t("Open invites") });
    this.invitesBox = element(
      "section",
      { hidden: true },
      element("h2", {}, t("Open invites")),
      this.invites,
    );
    this.link = element("div", { class: "link", hidden: true });
    this.invitedRole = this.#roles(t("Role of who is invited"), "editor");
    this.email = element("input", {
      type: "email",
      name: "email",
      "aria-label": t("E-mail address"),
      placeholder: t("E-mail address"),
      autocomplete: "off",
      maxLength: 254,
    });
  }

  get isOwner() {
    return this.role === "owner";
  }

  open() {
    let synced = this.role;
    const watch = () => {
      const role = this.app.store.roles[this.space];
      if (role !== synced) this.#follow(role);
      synced = role;
    };
    this.app.session.addEventListener("changed", watch);
    this.box = openDialog(
      t("Members of “{space}”", { space: this.name }),
      "side-sheet people-sheet",
      [],
      null,
      () => this.app.session.removeEventListener("changed", watch),
    );
    this.box.id = "members";
    this.#fill();
  }

  /**
   * One's own role has changed, or one is no longer in the space.
   * @param {string | undefined} role
   */
  #follow(role) {
    if (role === this.role || !this.box?.open) return;
    if (!role) return this.box.close();
    this.role = role;
    this.#fill();
  }

  /** What one may do and see here, by one's role. */
  #fill() {
    this.invitesBox.hidden = true;
    this.link.hidden = true;
    const content = [
      element(
        "header",
        {},
        element("h1", {}, this.name),
        element(
          "p",
          {},
          this.isOwner
            ? t("Who is in this space, and who may join it.")
            : t("Who is in this space. Owners invite others."),
        ),
        tool("close", t("Close"), () => this.box?.close()),
      ),
      this.problem,
      this.isOwner ? this.#inviting() : "",
      element("section", {}, element("h2", {}, t("Members")), this.members),
      this.invitesBox,
      element(
        "footer",
        {},
        element(
          "button",
          { class: "quiet is-danger", type: "button", onclick: () => this.#leave() },
          icon("forward"),
          t("Leave this space"),
        ),
      ),
    ];
    if (this.box) patch(this.box, [...content.filter((part) => part !== "")]);
    if (!this.box?.contains(document.activeElement)) this.box?.querySelector("button")?.focus();
    this.#showMembers(
      this.app.tasks.members
        .of(this.space)
        .map(({ account, name: called, role }) => ({ id: account, name: called, role })),
      true,
    );
    this.#load();
  }

  async #load() {
    await this.#attempt(async () => {
      const { members } = await this.app.server.membersOf(this.space);
      this.#showMembers(members, false);
      if (this.isOwner) this.#showInvites((await this.app.server.invitesOf(this.space)).invites);
    });
  }

  /**
   * Does what needs the server; says why where it did not do it.
   * @param {() => Promise<unknown>} work
   * @returns {Promise<boolean>}
   */
  async #attempt(work) {
    this.problem.textContent = "";
    try {
      await work();
      return true;
    } catch (error) {
      this.problem.textContent = errorText(error);
      if (/** @type {any} */ (error)?.code === "no_such_space") this.app.engine?.now();
      return false;
    }
  }

  #inviting() {
    const submit = element("button", { class: "button", type: "submit" }, t("Invite"));
    const form = element(
      "form",
      {
        class: "invite",
        onsubmit: async (/** @type {Event} */ event) => {
          event.preventDefault();
          const email = this.email.value.trim();
          if (!email) return this.email.focus();
          submit.disabled = true;
          await this.#invite({ email });
          submit.disabled = false;
        },
      },
      element("div", { class: "invite-row" }, this.email, submit),
      element(
        "div",
        { class: "invite-row" },
        this.invitedRole,
        element(
          "button",
          {
            class: "button is-main",
            type: "button",
            onclick: (/** @type {any} */ event) => this.#makeLink(event.currentTarget),
          },
          icon("share"),
          t("Make a link"),
        ),
      ),
    );
    return element("section", {}, element("h2", {}, t("Invite")), form, this.link);
  }

  /** @param {HTMLButtonElement} button */
  async #makeLink(button) {
    button.disabled = true;
    await this.#invite({ uses_max: LINK_USES_MAX });
    button.disabled = false;
  }

  /** @param {{email?: string, uses_max?: number}} given */
  async #invite(given) {
    await this.#attempt(async () => {
      const made = await this.app.server.invite(this.space, { role: this.invitedRole.value, ...given });
      const url = `${location.origin}/join#${made.token}`;
      if (given.email) this.email.value = "";
      this.#showLink(url, given.email);
      this.#showInvites((await this.app.server.invitesOf(this.space)).invites);
    });
  }

  /**
   * @param {string} url
   * @param {string} [email]
   */
  #showLink(url, email) {
    const field = element("input", {
      value: url,
      readOnly: true,
      "aria-label": t("Link to join"),
      onfocus: () => field.select(),
    });
    const copy = element(
      "button",
      {
        class: "button",
        type: "button",
        onclick: async () => {
          await navigator.clipboard.writeText(url).catch(() => field.select());
          copy.textContent = t("Copied");
        },
      },
      t("Copy"),
    );
    const about = email
      ? t(
          "{email} finds the invite after signing in, or follows this link. It is shown this once and works for 7 days.",
          { email },
        )
      : plural(
          LINK_USES_MAX,
          "Whoever has this link can join, {n} time, for 7 days. It is shown this once.",
          "Whoever has this link can join, {n} times, for 7 days. It is shown this once.",
        );
    patch(this.link, [
      element("div", { class: "invite-row" }, field, copy),
      element("p", { role: "status" }, about),
    ]);
    this.link.hidden = false;
    field.focus();
  }

  /**
   * @param {Member[]} members
   * @param {boolean} isOld whether they are those of the last sync
   */
  #showMembers(members, isOld) {
    patch(this.members, [...members.map((member) => this.#member(member, isOld))]);
  }

  /**
   * @param {Member} member
   * @param {boolean} isOld
   */
  #member({ id, name: called, role }, isOld) {
    const name = nameText(called);
    const isMe = id === this.app.account?.id;
    const shown = isMe ? t("{name} (you)", { name }) : name;
    const select = this.#roles(t("Role of {name}", { name }), role);
    select.disabled = isOld;
    select.addEventListener("change", async () => {
      const isDone = await this.#attempt(() => this.app.server.setRole(this.space, id, select.value));
      if (!isDone) select.value = role;
      else await this.#changed();
    });
    const remove = tool(
      "close",
      t("Remove {name}", { name }),
      (event) => this.#remove(id, name, event.currentTarget),
      { disabled: isOld },
    );
    return element(
      "li",
      {},
      avatarBesideName({ account: id, name }),
      element("span", { class: called.trim() && called !== t("No name") ? "clip" : "clip is-muted" }, shown),
      this.isOwner ? select : element("small", {}, roleText(role)),
      this.isOwner && !isMe ? remove : "",
    );
  }

  /**
   * Removing is asked twice, by its own button: it cannot be undone, the removed must be invited again.
   * @param {string} id
   * @param {string} name
   * @param {HTMLButtonElement} button
   */
  #remove(id, name, button) {
    const sure = element(
      "button",
      {
        class: "quiet is-danger",
        type: "button",
        onclick: async () => {
          if (await this.#attempt(() => this.app.server.removeMember(this.space, id))) await this.#changed();
          this.members.querySelector("select")?.focus();
        },
      },
      t("Remove {name}", { name }),
    );
    button.replaceWith(sure);
    sure.focus();
  }

  async #changed() {
    this.app.engine?.now();
    const { members } = await this.app.server.membersOf(this.space).catch(() => ({ members: null }));
    const mine = members?.find(({ id }) => id === this.app.account?.id)?.role;
    if (mine) this.#follow(mine);
    if (members) this.#showMembers(members, false);
  }

  /** @param {Invite[]} invites */
  #showInvites(invites) {
    this.invitesBox.hidden = !invites.length;
    const day = (/** @type {number} */ ms) => dates({ day: "numeric", month: "short" }).format(ms);
    patch(this.invites, [
      ...invites.map(({ id, email, role, uses, uses_max: max, expires_at: until }) =>
        element(
          "li",
          {},
          icon(email ? "person" : "share"),
          element(
            "span",
            { class: "clip" },
            email ?? t("By link"),
            element(
              "small",
              {},
              ` ${roleText(role)} · ${email ? "" : `${t("used {n} of {max}", { n: uses, max })} · `}${t("until {day}", { day: day(until) })}`,
            ),
          ),
          element(
            "button",
            {
              class: "quiet",
              type: "button",
              "aria-label": email ? t("Revoke the invite of {email}", { email }) : t("Revoke this link"),
              onclick: () => this.#revoke(id),
            },
            t("Revoke"),
          ),
        ),
      ),
    ]);
  }

  /** @param {string} id */
  async #revoke(id) {
    await this.#attempt(async () => {
      await this.app.server.endInvite(this.space, id);
      this.link.hidden = true;
      this.#showInvites((await this.app.server.invitesOf(this.space)).invites);
    });
    this.box?.querySelector("button")?.focus();
  }

  #leave() {
    this.box?.close();
    if (!this.app.isShared(this.space)) return;
    this.app.askToLeave(this.space);
  }

  /**
   * @param {string} label
   * @param {string} chosen
   */
  #roles(label, chosen) {
    const select = element(
      "select",
      { "aria-label": label },
      ...ROLES.map((role) => element("option", { value: role, selected: role === chosen }, roleText(role))),
    );
    select.value = chosen;
    return select;
  }
}
