/**
 * The audit log: who did what to whom, newest first. Never content.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/admin.js").AuditEntry} AuditEntry
 * @typedef {{entries: AuditEntry[], next_cursor: number | null}} Answer
 */
import { h } from "../../lib/patch.js";
import { dates, t } from "../../i18n/i18n.js";
import { attempt } from "../kit/attempt.js";
import { RemoteSection } from "../kit/remote_section.js";
import { buttonRow, quietButton } from "../kit/settings_rows.js";
import { ACTS, actText, detailText, isId, shortId } from "./audit_texts.js";
import { describeTable } from "./table.js";

const NAMES_PAGES_MAX = 20;

/** @extends {RemoteSection<Answer>} */
export class AuditSection extends RemoteSection {
  /** The filter; empty: every act of every account. */
  filter = { act: "", account: "" };
  /** @type {Map<string, string>} names of accounts by id: the log has only the ids */
  names = new Map();

  /** @param {Context} context */
  constructor(context) {
    super(context.session, "audit", t("admin.audit"));
    this.context = context;
  }

  async ask() {
    if (!this.names.size) await this.#loadNames();
    return this.#page(null);
  }

  lead() {
    const acts = ACTS.map((each) => option(each, actText(each)));
    const accounts = [...this.names].map(([id, name]) => option(id, name));
    return [
      h(
        "div",
        { key: "tools", class: "tools is-even" },
        this.#filter("act", t("admin.filterAction"), [option("", t("admin.allActions")), ...acts]),
        this.#filter("account", t("account.title"), [option("", t("admin.allAccounts")), ...accounts]),
      ),
    ];
  }

  /** @param {Answer} answer */
  describe({ entries, next_cursor: cursor }) {
    if (!entries.length) return [h("p", { key: "none", role: "status" }, t("search.noResults"))];
    const heads = [
      t("admin.auditWhen"),
      t("account.title"),
      t("admin.auditAction"),
      t("admin.auditOn"),
      t("admin.auditAddress"),
    ];
    const more = (/** @type {any} */ event) => this.#loadMore(event.currentTarget, cursor);
    return [
      describeTable(
        "audit-heading",
        "table cards is-log",
        heads.map((text) => h("th", { scope: "col" }, text)),
        entries.map((entry) => this.#row(entry)),
      ),
      cursor && buttonRow(quietButton(t("action.showMore"), more)),
    ];
  }

  /**
   * @param {"act" | "account"} name
   * @param {string} label
   * @param {import("../../lib/patch.js").Child[]} options
   */
  #filter(name, label, options) {
    const onchange = (/** @type {any} */ event) => {
      this.filter[name] = event.currentTarget.value;
      this.load();
    };
    return h("select", { key: name, class: "field", "aria-label": label, onchange }, options);
  }

  /** @param {number | null} cursor */
  #page(cursor) {
    return this.context.session.server.admin.audit({ cursor, ...this.filter });
  }

  /**
   * @param {Element} pressed
   * @param {number | null} cursor
   */
  #loadMore(pressed, cursor) {
    return attempt(this.session, pressed, this.problem, async () => {
      const before = this.answer;
      const next = await this.#page(cursor);
      if (before !== this.answer) return; // there is a newer request
      this.answer = { ...next, entries: [...(before?.entries ?? []), ...next.entries] };
      this.render();
    });
  }

  async #loadNames() {
    /** @type {string | null} */
    let cursor = null;
    for (let page = 0; page < NAMES_PAGES_MAX && (page === 0 || cursor); page++) {
      const answer = await this.context.session.server.admin.accounts("", cursor);
      for (const { id, name, email } of answer.accounts) this.names.set(id, name || email);
      cursor = answer.next_cursor;
    }
  }

  /** @param {AuditEntry} entry */
  #row({ n, at, actor, act, subject, address, detail }) {
    const about = detailText(detail);
    const isOwn = subject === actor;
    const when = dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);
    return h(
      "tr",
      { key: n, "data-act": act, "data-n": n },
      h("td", {}, when),
      h("th", { scope: "row" }, actor ? this.#name(actor) : "–"),
      h("td", { class: "is-act" }, actText(act), about && h("small", {}, about)),
      h("td", { class: isOwn ? "is-blank" : "" }, isOwn ? "–" : this.#name(subject)),
      h("td", {}, address),
    );
  }

  /** @param {string} id of an account, or an address, or the name of a setting */
  #name(id) {
    return this.names.get(id) ?? (isId(id) ? shortId(id) : id || "–");
  }
}

/**
 * @param {string} value
 * @param {string} text
 */
function option(value, text) {
  return h("option", { key: value, value }, text);
}
