/**
 * Administration: accounts, sign-up, health, audit. Counts, bytes and times; nothing that people wrote. All
 * of it is asked of the server as one arrives, and nothing is kept on the device.
 * @typedef {import("../../app.js").App} App
 * @typedef {{root: HTMLElement, load: () => Promise<void>}} Section
 */
import { element, h, patch } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
import { AccountsSection } from "./accounts.js";
import { AuditSection } from "./audit.js";
import { FiguresSection, HealthSection, LogSection } from "./health.js";
import { AccountInvitesSection, ModeSection } from "./sign_up.js";

const MODES = /** @type {Record<string, () => string>} */ ({
  open: () => t("sign-up open to all"),
  invited: () => t("sign-up by invitation"),
  closed: () => t("sign-up closed"),
});
/** @type {Record<string, (app: App, onChanged: () => void) => Section[]>} what each page is made of */
const SECTIONS = {
  "": (app, onChanged) => [new AccountsSection(app, onChanged)],
  "sign-up": (app, onChanged) => [new ModeSection(app, onChanged), new AccountInvitesSection(app)],
  health: (app) => [new FiguresSection(app), new HealthSection(app), new LogSection(app)],
  audit: (app) => [new AuditSection(app)],
};

export class AdminPage {
  /**
   * @param {App} app
   * @param {string | null} name of the page; null for the first
   */
  constructor(app, name) {
    this.app = app;
    this.sections = SECTIONS[name ?? ""](app, () => this.#summarize());
    this.root = element("div", { class: "admin" });
  }

  arrive() {
    if (!this.app.account?.is_admin) return;
    for (const section of this.sections) section.load();
    this.#summarize();
  }

  render() {
    const roots = this.sections.map(({ root }) => root);
    patch(this.root, this.app.account?.is_admin ? roots : [outside()]);
  }

  /** What stands under the heading. */
  async #summarize() {
    const { admin } = this.app.session.server;
    const found = await Promise.all([admin.summary(), admin.registration()]).catch(() => null);
    if (!found) return;
    const [summary, { mode }] = found;
    this.app.page.frame.note = `${plural(summary.accounts, "{n} account", "{n} accounts")}, ${(MODES[mode] ?? MODES.open)()}`;
    this.app.page.render();
  }
}

function outside() {
  return h("section", {}, h("p", {}, t("Only administrators of this server see this page.")));
}
