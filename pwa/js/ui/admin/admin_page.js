/**
 * Administration: accounts, sign-up, health, audit. Shows counts, bytes and times, never what people wrote.
 * Each section is loaded from the server when the person opens it; nothing is stored on the device.
 * @typedef {import("../context.js").Context} Context
 * @typedef {{root: HTMLElement, load: () => Promise<void>}} Section
 */
import { element, h, patch } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
import { AccountsSection } from "./accounts.js";
import { AuditSection } from "./audit.js";
import { FiguresSection, HealthSection, LogSection } from "./health.js";
import { AccountInvitesSection, ModeSection } from "./sign_up.js";

const MODES = /** @type {Record<string, () => string>} */ ({
  open: () => t("admin.registrationOpen"),
  invited: () => t("admin.registrationInvited"),
  closed: () => t("admin.registrationClosed"),
});
/** @type {Record<string, (context: Context, onChanged: () => void) => Section[]>} sections of each page */
const SECTIONS = {
  "": (context, onChanged) => [new AccountsSection(context, onChanged)],
  "sign-up": (context, onChanged) => [
    new ModeSection(context, onChanged),
    new AccountInvitesSection(context),
  ],
  health: (context) => [new FiguresSection(context), new HealthSection(context), new LogSection(context)],
  audit: (context) => [new AuditSection(context)],
};

export class AdminPage {
  /**
   * @param {Context} context
   * @param {string | null} name of the page; null for the first
   */
  constructor(context, name) {
    this.context = context;
    this.sections = SECTIONS[name ?? ""](context, () => this.#summarize());
    this.root = element("div", { class: "admin" });
  }

  arrive() {
    if (!this.context.view.account?.is_admin) return;
    for (const section of this.sections) section.load();
    this.#summarize();
  }

  render() {
    const roots = this.sections.map(({ root }) => root);
    patch(this.root, this.context.view.account?.is_admin ? roots : [outside()]);
  }

  /** The content under the heading. */
  async #summarize() {
    const { admin } = this.context.session.server;
    const found = await Promise.all([admin.summary(), admin.registration()]).catch(() => null);
    if (!found) return;
    const [summary, { mode }] = found;
    this.context.view.note = `${plural(summary.accounts, "admin.accountCount")}, ${(MODES[mode] ?? MODES.open)()}`;
    this.context.view.render();
  }
}

function outside() {
  return h("section", {}, h("p", {}, t("admin.adminsOnly")));
}
