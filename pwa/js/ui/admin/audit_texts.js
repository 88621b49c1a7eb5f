/** What the audit log's acts are called. */
import { t } from "../../lib/words.js";

const WORDS = /** @type {Record<string, () => string>} */ ({
  sign_up: () => t("Made an account"),
  sign_in: () => t("Signed in"),
  sign_in_failed: () => t("Failed to sign in"),
  sign_out: () => t("Signed out"),
  sign_out_everywhere: () => t("Signed out everywhere"),
  session_ended: () => t("Ended a session"),
  password_changed: () => t("Changed the password"),
  password_reset: () => t("Set a new password by link"),
  reset_link_made: () => t("Made a link for a new password"),
  account_renamed: () => t("Changed the name"),
  account_deleted: () => t("Deleted the account"),
  account_created: () => t("Made the account"),
  account_disabled: () => t("Disabled the account"),
  account_enabled: () => t("Enabled the account"),
  account_exported: () => t("Exported everything"),
  admin_granted: () => t("Made an administrator of"),
  admin_revoked: () => t("Took administration from"),
  quota_changed: () => t("Changed the limits"),
  registration_changed: () => t("Changed who may make an account"),
  account_invited: () => t("Invited to make an account"),
  account_invite_ended: () => t("Ended an invitation"),
  token_made: () => t("Made an access token"),
  token_ended: () => t("Ended an access token"),
  passkey_added: () => t("Added a passkey"),
  passkey_removed: () => t("Removed a passkey"),
  second_factor_on: () => t("Turned on the second step"),
  second_factor_off: () => t("Turned off the second step"),
  space_made: () => t("Made a space"),
  space_deleted: () => t("Deleted a space"),
  space_restored: () => t("Restored a space"),
  space_purged: () => t("Removed a space for good"),
  member_joined: () => t("Joined a space"),
  member_removed: () => t("Removed a member"),
  member_left: () => t("Left a space"),
  role_changed: () => t("Changed a role"),
  invite_made: () => t("Invited into a space"),
  invite_ended: () => t("Ended an invitation into a space"),
});
export const ACTS = Object.keys(WORDS);

/** @param {string} act one that is not known here is shown as it is */
export const actText = (act) => WORDS[act]?.() ?? act;

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const ID_CHARACTERS = 8;

/** @param {string} text */
export const isId = (text) => ID.test(text);

/** @param {string} id */
export const shortId = (id) => id.slice(0, ID_CHARACTERS);

/**
 * Small facts beside an act; ids cut short.
 * @param {Record<string, any>} detail
 */
export function detailText(detail) {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name} ${isId(String(value)) ? shortId(String(value)) : value}`)
    .join(", ");
}
