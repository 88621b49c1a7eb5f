/**
 * The accounts of the server: a table on a desktop, cards on a phone.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../api/admin.js").AccountFacts} AccountFacts
 */
import { tool } from "../../lib/dom.js";
import { create, element, patch } from "../../lib/patch.js";
import { locale, t } from "../../lib/words.js";
import { act, acts, attempt, button, momentText, Part, sizeText } from "../kit/forms.js";
import { avatarBesideName } from "../kit/avatar.js";
import { openAccountMenu, openNewAccount } from "./account_actions.js";

const TYPING_MS = 250;

export class AccountsPart extends Part {
  /** @param {App} app */
  constructor(app) {
    const search = element("input", {
      type: "search",
      class: "field",
      "aria-label": t("Find an account"),
      placeholder: t("Name or address"),
      autocomplete: "off",
      oninput: () => this.#type(),
    });
    const lead = element(
      "div",
      { class: "tools" },
      search,
      button(t("New account…"), () => openNewAccount(app, () => this.load().then(() => this.tell())), {
        "aria-haspopup": "dialog",
      }),
    );
    super(
      app,
      "accounts",
      t("Accounts"),
      () => app.session.server.admin.accounts(search.value.trim()),
      (answer) => this.#first(answer),
      lead,
    );
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.typing = undefined;
    this.rows = element("tbody");
    this.further = acts();
  }

  #type() {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.load(), TYPING_MS);
  }

  /** @param {{accounts: AccountFacts[], next_cursor: string | null}} answer */
  #first({ accounts, next_cursor: cursor }) {
    this.rows = element("tbody", {}, ...accounts.map((account) => this.#row(account)));
    this.further = acts();
    this.#offerMore(cursor);
    if (!accounts.length) return [element("p", { role: "status" }, t("Nothing found."))];
    const heads = [t("Name"), t("E-mail"), t("Role"), t("State"), t("Devices"), t("Storage"), t("Last seen")];
    const head = element(
      "tr",
      {},
      ...heads.map((words, index) => element("th", { scope: "col", class: index > 3 ? "num" : "" }, words)),
      element("th", {}, element("span", { class: "hidden" }, t("Actions"))),
    );
    return [
      element(
        "div",
        { class: "tabled" },
        element(
          "table",
          { class: "table cards", "aria-labelledby": "accounts-heading" },
          element("thead", {}, head),
          this.rows,
        ),
      ),
      this.further,
    ];
  }

  /** @param {string | null} cursor */
  #offerMore(cursor) {
    if (!cursor) return patch(this.further, []);
    const more = act(t("Show more"), () =>
      attempt(this.app, more, this.problem, async () => {
        const answer = await this.app.session.server.admin.accounts("", cursor);
        this.rows.append(...answer.accounts.map((account) => this.#row(account)));
        this.#offerMore(answer.next_cursor);
      }),
    );
    patch(this.further, [more]);
  }

  /**
   * @param {AccountFacts} account
   * @returns {HTMLTableRowElement}
   */
  #row(account) {
    const name = account.name || account.email;
    const cell = (/** @type {string} */ label, /** @type {Node | string} */ held, kind = "") =>
      element("td", { class: kind, "data-label": label }, held);
    const open = (/** @type {any} */ event) =>
      openAccountMenu(
        this.app,
        account,
        event.currentTarget,
        (changed) => row.replaceWith(this.#row(changed)),
        this.problem,
      );
    const menu = tool("more", t("Actions for {name}", { name }), open, { "aria-haspopup": "dialog" });
    const row = element(
      "tr",
      { "data-account": account.email },
      element("th", { scope: "row" }, avatarBesideName({ account: account.id, name }), name),
      cell("", account.email, "is-address"),
      cell(t("Role"), account.is_admin ? t("Administrator") : t("Member")),
      cell(t("State"), stateOf(account)),
      cell(t("Devices"), account.devices.toLocaleString(locale()), "num"),
      cell(t("Storage"), sizeText(account.bytes), "num"),
      cell(t("Last seen"), momentText(account.seen_at, this.app.store.nowMs()), "num"),
      element("td", { class: "is-menu" }, menu),
    );
    return row;
  }
}

/** @param {AccountFacts} account */
function stateOf(account) {
  if (account.is_disabled) return element("b", {}, t("Disabled"));
  return account.seen_at || account.devices
    ? t("Active")
    : element("span", { class: "is-muted" }, t("Not here yet"));
}
