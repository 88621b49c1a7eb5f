/** The names of the audit log's acts. */
import { t } from "../../i18n/i18n.js";

const WORDS = /** @type {Record<string, () => string>} */ ({
  sign_up: () => t("audit.registered"),
  sign_in: () => t("audit.signedIn"),
  sign_in_failed: () => t("audit.signInFailed"),
  sign_out: () => t("audit.signedOut"),
  sign_out_everywhere: () => t("audit.signedOutEverywhere"),
  session_ended: () => t("audit.sessionEnded"),
  password_changed: () => t("audit.passwordChanged"),
  password_reset: () => t("audit.passwordReset"),
  reset_link_made: () => t("audit.resetLinkCreated"),
  account_renamed: () => t("audit.nameChanged"),
  account_deleted: () => t("audit.accountDeleted"),
  account_created: () => t("audit.accountCreated"),
  account_disabled: () => t("audit.accountDisabled"),
  account_enabled: () => t("audit.accountEnabled"),
  account_exported: () => t("audit.exported"),
  admin_granted: () => t("audit.adminGranted"),
  admin_revoked: () => t("audit.adminRevoked"),
  quota_changed: () => t("audit.limitsChanged"),
  registration_changed: () => t("audit.registrationChanged"),
  account_invited: () => t("audit.accountInvited"),
  account_invite_ended: () => t("audit.accountInviteRevoked"),
  token_made: () => t("audit.tokenCreated"),
  token_ended: () => t("audit.tokenRevoked"),
  passkey_added: () => t("audit.passkeyAdded"),
  passkey_removed: () => t("audit.passkeyRemoved"),
  second_factor_on: () => t("audit.secondFactorOn"),
  second_factor_off: () => t("audit.secondFactorOff"),
  space_made: () => t("audit.spaceCreated"),
  space_deleted: () => t("audit.spaceDeleted"),
  space_restored: () => t("audit.spaceRestored"),
  space_purged: () => t("audit.spacePurged"),
  member_joined: () => t("audit.spaceJoined"),
  member_removed: () => t("audit.memberRemoved"),
  member_left: () => t("audit.spaceLeft"),
  role_changed: () => t("audit.roleChanged"),
  invite_made: () => t("audit.spaceInvited"),
  invite_ended: () => t("audit.spaceInviteRevoked"),
});
export const ACTS = Object.keys(WORDS);

/** @param {string} act an unknown one is shown unchanged */
export const actText = (act) => WORDS[act]?.() ?? act;

const ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const ID_CHARACTERS = 8;

/** @param {string} text */
export const isId = (text) => ID.test(text);

/** @param {string} id */
export const shortId = (id) => id.slice(0, ID_CHARACTERS);

/**
 * Short details beside an act; ids are cut.
 * @param {Record<string, any>} detail
 */
export function detailText(detail) {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${name} ${isId(String(value)) ? shortId(String(value)) : value}`)
    .join(", ");
}
