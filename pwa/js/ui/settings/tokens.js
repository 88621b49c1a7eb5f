/**
 * Personal access tokens, for programs: the permissions, expiry and spaces of each.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../api/security.js").Token} Token
 */
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { dayText, usedText } from "../kit/formats.js";
import { RemoteSection } from "../kit/remote_section.js";
import { buttonRow, note, quietButton, settingOf } from "../kit/settings_rows.js";
import { spaceName } from "../sharing/invitations.js";
import { openTokenForm } from "./token_form.js";

/** @extends {RemoteSection<Token[]>} */
export class TokensSection extends RemoteSection {
  /** @param {Context} context */
  constructor(context) {
    super(context.session, "tokens", t("token.plural"));
    this.context = context;
  }

  async ask() {
    return (await this.context.session.server.tokens()).tokens;
  }

  /** @param {Token[]} tokens */
  describe(tokens) {
    const make = () => openTokenForm(this.context, () => this.load());
    return [
      !tokens.length && h("p", { key: "none" }, t("token.note")),
      ...tokens.map((token) => this.#row(token)),
      buttonRow(quietButton(t("token.createAsk"), make, { "aria-haspopup": "dialog" })),
    ];
  }

  /** @param {Token} token */
  #row({ id, name, scopes, spaces, expires_at: expires, seen_at: seen }) {
    const end = () => this.context.session.server.endToken(id);
    const about = [
      scopes.join(", "),
      this.#spacesText(spaces),
      expires ? t("time.expires", { day: dayText(expires) }) : t("time.noExpiry"),
      usedText(seen, this.context.view.store.nowMs()),
    ];
    return settingOf(
      id,
      h("span", {}, name),
      note("", about.join(" · ")),
      quietButton(t("action.revoke"), (event) => this.change(event.currentTarget, end), {
        "aria-label": t("token.revokeNamed", { name }),
      }),
    );
  }

  /** @param {string[] | null} spaces */
  #spacesText(spaces) {
    if (!spaces) return t("token.allSpaces");
    const here = spaces.filter((id) => id in this.context.view.store.roles).map((id) => this.#nameOf(id));
    return here.length ? t("token.inSpaces", { spaces: here.join(", ") }) : t("token.noSpaces");
  }

  /** @param {string} space */
  #nameOf(space) {
    return space === this.context.view.store.personal
      ? t("space.personal")
      : `“${spaceName(this.context, space)}”`;
  }
}
