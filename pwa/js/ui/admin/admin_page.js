/**
 * Administration: accounts, sign-up, health, audit. Counts, bytes and times; nothing that people wrote. All
 * of it is asked of the server as one arrives, and nothing is kept on the device.
 * @typedef {import("../../app.js").App} App
 */
import { element } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
import { AccountsPart } from "./accounts.js";
import { AuditPart } from "./audit.js";
import { FiguresPart, HealthPart, LogPart } from "./health.js";
import { ModePart, OpenInvitesPart } from "./sign_up.js";

export const MODES = /** @type {Record<string, () => string>} */ ({
  open: () => t("sign-up open to all"),
  invited: () => t("sign-up by invitation"),
  closed: () => t("sign-up closed"),
});
const PARTS = /** @type {Record<string, (app: App) => import("../kit/forms.js").Part[]>} */ ({
  "": (app) => [new AccountsPart(app)],
  "sign-up": (app) => [new ModePart(app), new OpenInvitesPart(app)],
  health: (app) => [new FiguresPart(app), new HealthPart(app), new LogPart(app)],
  audit: (app) => [new AuditPart(app)],
});

export class AdminPage {
  /**
   * @param {App} app
   * @param {string | null} part
   */
  constructor(app, part) {
    this.app = app;
    this.note = "";
    this.parts = PARTS[part ?? ""](app);
    this.inside = element("div", { onchanged: () => this.#tell() }, ...this.parts.map((each) => each.root));
    this.outside = element(
      "section",
      {},
      element("p", {}, t("Only administrators of this server see this page.")),
    );
    this.root = element("div", { class: "admin" }, this.inside, this.outside);
  }

  arrive() {
    if (!this.app.account?.is_admin) return;
    for (const part of this.parts) part.load();
    this.#tell();
  }

  render() {
    this.inside.hidden = !this.app.account?.is_admin;
    this.outside.hidden = !this.inside.hidden;
    if (this.note) this.app.page.frame.note.textContent = this.note;
  }

  /** What stands under the heading. */
  async #tell() {
    const { admin } = this.app.session.server;
    const found = await Promise.all([admin.summary(), admin.registration()]).catch(() => null);
    if (!found) return;
    const [summary, { mode }] = found;
    this.note = `${plural(summary.accounts, "{n} account", "{n} accounts")}, ${(MODES[mode] ?? MODES.open)()}`;
    this.app.page.render();
  }
}
