/**
 * Creates an access token: permissions, expiry, spaces. The token is shown only once.
 * @typedef {import("../context.js").Context} Context
 */
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { NAME_MAX } from "../../domain/limits.js";
import { checkbox, formOf, passwordField, secretField } from "../kit/forms.js";
import { bodyOf, SideSheet } from "../kit/side_sheet.js";
import { spaceName } from "../sharing/invitations.js";

const DAY_MS = 86_400_000;
const SCOPES = /** @type {Record<string, () => string>} */ ({
  "tasks:read": () => t("token.scopeRead"),
  "tasks:write": () => t("token.scopeWrite"),
  "spaces:manage": () => t("token.scopeSpaces"),
  "account:read": () => t("token.scopeProfile"),
});
const LIVES = /** @type {[number | null, () => string][]} */ ([
  [30, () => t("token.days30")],
  [90, () => t("token.days90")],
  [365, () => t("token.year")],
  [null, () => t("token.never")],
]);

/**
 * @param {Context} context
 * @param {() => Promise<unknown>} onMade
 */
export function openTokenForm(context, onMade) {
  const sheet = new SideSheet(t("token.create"));
  const form = formOf(context.session, {
    fields: [{ name: "name", label: t("token.purpose"), max: NAME_MAX }, passwordField()],
    choices: [scopeChoice(), lifeChoice(), spaceChoice(context)],
    submit: t("token.create"),
    others: sheet.cancel(),
    onSubmit: async (values, data) => {
      showToken(sheet, await make(context, values, data));
      await onMade();
    },
  });
  sheet.show(t("token.create"), form);
}

/**
 * @param {Context} context
 * @param {Record<string, string>} values
 * @param {FormData} data
 * @returns {Promise<string>}
 */
async function make({ session, view: { store } }, { password, name, life }, data) {
  const scopes = data.getAll("scope").map(String);
  const spaces = data.getAll("space").map(String);
  if (!scopes.length) throw new Error(t("token.choosePermission"));
  const { token } = await session.server.makeToken({
    password,
    name: name.trim(),
    scopes,
    expires_at: life ? store.nowMs() + Number(life) * DAY_MS : null,
    spaces: spaces.length ? spaces : null,
  });
  return token;
}

/**
 * @param {SideSheet} sheet
 * @param {string} token
 */
function showToken(sheet, token) {
  sheet.show(
    t("token.yours"),
    bodyOf(h("p", {}, t("token.once")), secretField(t("token.title"), token), sheet.finish()),
  );
}

function scopeChoice() {
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", {}, t("token.permissions")),
    Object.entries(SCOPES).map(([scope, text]) => checkbox("scope", scope, text(), scope === "tasks:read")),
  );
}

function lifeChoice() {
  return h(
    "label",
    {},
    t("token.expiresAfter"),
    h(
      "select",
      { name: "life", class: "field" },
      LIVES.map(([days, text]) => h("option", { value: String(days ?? "") }, text())),
    ),
  );
}

/**
 * Chooses the spaces; none means all.
 * @param {Context} context
 */
function spaceChoice(context) {
  const { personal, roles } = context.view.store;
  const ids = Object.keys(roles);
  if (ids.length < 2) return null;
  return h(
    "fieldset",
    { class: "choices" },
    h("legend", {}, t("token.spaces")),
    ids.map((id) => checkbox("space", id, id === personal ? t("space.personal") : spaceName(context, id))),
  );
}
