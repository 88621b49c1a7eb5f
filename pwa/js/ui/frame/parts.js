/**
 * The switch between the parts of a page: in the bar or, on a phone, above the page.
 * @typedef {import("../kit/view.js").View} View
 */
import { h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { hrefOf } from "../../domain/routes.js";

const PARTS = /** @type {Record<string, () => [string | null, string][]>} */ ({
  settings: () => [
    [null, t("settings.general")],
    ["account", t("account.title")],
  ],
  admin: () => [
    [null, t("admin.accounts")],
    ["sign-up", t("admin.registration")],
    ["health", t("admin.health")],
    ["audit", t("admin.audit")],
  ],
});

/** @param {Pick<View, "route" | "account">} view */
export function partsOf({ route, account }) {
  const { name, part } = route;
  if (!(name in PARTS) || (name === "admin" && !account?.is_admin)) return null;
  const label = name === "admin" ? t("place.admin") : t("place.settings");
  const links = PARTS[name]().map(([each, text]) => {
    const current = each === part ? "page" : null;
    return h("a", { href: hrefOf({ name, part: each }), "aria-current": current }, text);
  });
  return h("nav", { class: "switch parts", key: `parts ${name}`, "aria-label": label }, links);
}
