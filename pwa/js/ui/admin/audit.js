/**
 * The audit log: who did what to whom, the newest first. Never content.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../api/admin.js").AuditEntry} AuditEntry
 */
import { element, patch } from "../../lib/patch.js";
import { dates, t } from "../../lib/words.js";
import { act, acts, attempt, Part } from "../kit/forms.js";
import { ACTS, actText, detailText } from "./audit_texts.js";

const NAMES_PAGES_MAX = 20;
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

export class AuditPart extends Part {
  /** @param {App} app */
  constructor(app) {
    const kind = element("select", {
      class: "field",
      "aria-label": t("What was done"),
      onchange: () => this.load(),
    });
    const account = element("select", {
      class: "field",
      "aria-label": t("Account"),
      onchange: () => this.load(),
    });
    super(
      app,
      "audit",
      t("Audit log"),
      () => this.#first(),
      (entries) => this.#table(entries),
      element("div", { class: "tools is-even" }, kind, account),
    );
    this.kind = kind;
    this.account = account;
    /** @type {Map<string, string>} */
    this.names = new Map();
    this.rows = element("tbody");
    this.further = acts();
    /** @type {number | null} */
    this.cursor = null;
    kind.append(
      element("option", { value: "" }, t("Everything")),
      ...ACTS.map((each) => element("option", { value: each }, actText(each))),
    );
    account.append(element("option", { value: "" }, t("Everyone")));
  }

  async #first() {
    if (!this.names.size) await this.#learnNames();
    return this.#page(null);
  }

  /**
   * @param {number | null} cursor
   * @returns {Promise<AuditEntry[]>}
   */
  async #page(cursor) {
    const answer = await this.app.session.server.admin.audit({
      cursor,
      act: this.kind.value,
      account: this.account.value,
    });
    this.cursor = answer.next_cursor;
    return answer.entries;
  }

  /** The log knows accounts by their ids alone. */
  async #learnNames() {
    /** @type {string | null} */
    let cursor = null;
    for (let page = 0; page < NAMES_PAGES_MAX && (page === 0 || cursor); page++) {
      const answer = await this.app.session.server.admin.accounts("", cursor);
      for (const { id, name, email } of answer.accounts) this.names.set(id, name || email);
      cursor = answer.next_cursor;
    }
    this.account.append(...[...this.names].map(([id, name]) => element("option", { value: id }, name)));
  }

  /** @param {AuditEntry[]} entries */
  #table(entries) {
    if (!entries.length) return [element("p", { role: "status" }, t("Nothing found."))];
    const heads = [t("When"), t("Who"), t("What"), t("On"), t("Address")];
    this.rows = element("tbody", {}, ...entries.map((entry) => this.#row(entry)));
    this.#offerMore();
    const head = element("tr", {}, ...heads.map((words) => element("th", { scope: "col" }, words)));
    return [
      element(
        "div",
        { class: "tabled" },
        element(
          "table",
          { class: "table cards is-log", "aria-labelledby": "audit-heading" },
          element("thead", {}, head),
          this.rows,
        ),
      ),
      this.further,
    ];
  }

  #offerMore() {
    const more = act(t("Show more"), () =>
      attempt(this.app, more, this.problem, async () => {
        this.rows.append(...(await this.#page(this.cursor)).map((entry) => this.#row(entry)));
        this.#offerMore();
      }),
    );
    patch(this.further, [...(this.cursor ? [more] : [])]);
  }

  /** @param {AuditEntry} entry */
  #row({ n, at, actor, act: done, subject, address, detail }) {
    const about = detailText(detail);
    const when = dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);
    return element(
      "tr",
      { "data-act": done, "data-n": n },
      element("td", {}, when),
      element("th", { scope: "row" }, actor ? this.#name(actor) : "–"),
      element("td", { class: "is-act" }, actText(done), about ? element("small", {}, about) : ""),
      element(
        "td",
        { class: subject === actor ? "is-blank" : "" },
        subject === actor ? "–" : this.#name(subject),
      ),
      element("td", {}, address),
    );
  }

  /** @param {string} id of an account, or an address, or the name of a setting */
  #name(id) {
    return this.names.get(id) ?? (UUID.test(id) ? id.slice(0, 8) : id || "–");
  }
}
