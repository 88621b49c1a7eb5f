/**
 * The accounts of the server: a table on a desktop, cards on a phone.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/admin.js").AccountFacts} AccountFacts
 * @typedef {{accounts: AccountFacts[], next_cursor: string | null}} Answer
 */
import { tool } from "../../lib/dom.js";
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { attempt } from "../kit/attempt.js";
import { avatarBesideName } from "../kit/avatar.js";
import { momentText, numberText, sizeText } from "../kit/formats.js";
import { RemoteSection } from "../kit/remote_section.js";
import { button, buttonRow, quietButton } from "../kit/settings_rows.js";
import { nameOf, openAccountMenu, openNewAccount } from "./account_actions.js";
import { describeTable } from "./table.js";

const TYPING_MS = 250;

/** @extends {RemoteSection<Answer>} */
export class AccountsSection extends RemoteSection {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  typing = undefined;
  /** The search text of the accounts shown. */
  text = "";

  /**
   * @param {Context} context
   * @param {() => void} onChanged
   */
  constructor(context, onChanged) {
    super(context.session, "accounts", t("admin.accounts"));
    this.context = context;
    this.onChanged = onChanged;
    this.search = element("input", {
      type: "search",
      class: "field",
      "aria-label": t("admin.findAccount"),
      placeholder: t("admin.nameOrEmail"),
      autocomplete: "off",
      oninput: () => this.#type(),
    });
  }

  ask() {
    this.text = this.search.value.trim();
    return this.context.session.server.admin.accounts(this.text);
  }

  lead() {
    const make = () => openNewAccount(this.context, () => this.load().then(this.onChanged));
    return [
      h(
        "div",
        { key: "tools", class: "tools" },
        this.search,
        button(t("admin.newAccountAsk"), make, { "aria-haspopup": "dialog" }),
      ),
    ];
  }

  /** @param {Answer} answer */
  describe({ accounts, next_cursor: cursor }) {
    if (!accounts.length) return [h("p", { key: "none", role: "status" }, t("search.noResults"))];
    const more = (/** @type {any} */ event) => this.#loadMore(event.currentTarget, cursor);
    return [
      describeTable("accounts-heading", "table cards", headsOf(), [
        accounts.map((account) => this.#row(account)),
      ]),
      cursor && buttonRow(quietButton(t("action.showMore"), more)),
    ];
  }

  #type() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.load(), TYPING_MS);
  }

  /**
   * Loads the next accounts of the search.
   * @param {Element} pressed
   * @param {string | null} cursor
   */
  #loadMore(pressed, cursor) {
    return attempt(this.session, pressed, this.problem, async () => {
      const { text } = this;
      const next = await this.context.session.server.admin.accounts(text, cursor);
      if (text !== this.text) return; // there is a newer search
      this.answer = { ...next, accounts: [...(this.answer?.accounts ?? []), ...next.accounts] };
      this.render();
    });
  }

  /** @param {AccountFacts} changed */
  #change(changed) {
    if (!this.answer) return;
    const accounts = this.answer.accounts.map((each) => (each.id === changed.id ? changed : each));
    this.answer = { ...this.answer, accounts };
    this.render();
  }

  /** @param {AccountFacts} account */
  #row(account) {
    const name = nameOf(account);
    const seen = momentText(account.seen_at, this.context.view.store.nowMs());
    return h(
      "tr",
      { key: account.id, "data-account": account.email },
      h("th", { scope: "row" }, avatarBesideName({ account: account.id, name }), name),
      cell("", account.email, "is-address"),
      cell(t("field.role"), account.is_admin ? t("admin.administrator") : t("admin.member")),
      cell(t("admin.state"), stateOf(account)),
      cell(t("device.plural"), numberText(account.devices), "num"),
      cell(t("admin.storage"), sizeText(account.bytes), "num"),
      cell(t("admin.lastSeen"), seen, "num"),
      h("td", { class: "is-menu" }, this.#menu(account)),
    );
  }

  /** @param {AccountFacts} account */
  #menu(account) {
    const label = t("admin.actionsFor", { name: nameOf(account) });
    const onChanged = (/** @type {AccountFacts} */ changed) => this.#change(changed);
    const open = (/** @type {any} */ event) =>
      openAccountMenu(this.context, account, event.currentTarget, onChanged, this.problem);
    return tool("more", label, open, { "aria-haspopup": "dialog" });
  }
}

function headsOf() {
  const names = [t("field.name"), t("admin.email"), t("field.role"), t("admin.state")];
  const numbers = [t("device.plural"), t("admin.storage"), t("admin.lastSeen")];
  return [
    names.map((text) => h("th", { scope: "col" }, text)),
    numbers.map((text) => h("th", { scope: "col", class: "num" }, text)),
    h("th", {}, h("span", { class: "hidden" }, t("admin.actions"))),
  ];
}

/**
 * @param {string} label
 * @param {import("../../lib/patch.js").Child} content
 * @param {string} [kind]
 */
function cell(label, content, kind = "") {
  return h("td", { class: kind, "data-label": label }, content);
}

/** @param {AccountFacts} account */
function stateOf(account) {
  if (account.is_disabled) return h("b", {}, t("admin.disabled"));
  return account.seen_at || account.devices
    ? t("admin.active")
    : h("span", { class: "is-muted" }, t("admin.neverSignedIn"));
}
