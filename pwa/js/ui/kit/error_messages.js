/** What went wrong, in words for people: by its code, else its status, else its name. */
import { plural, t } from "../../lib/words.js";

const MINUTE_S = 60;
/** @type {Record<string, () => string>} */
const TEXTS = {
  unreached: () =>
    t("This needs the server, which cannot be reached now. Everything else goes on without it."),
  last_owner: () => t("A space needs an owner. Make someone else an owner first, or delete the space."),
  role_too_low: () => t("Only owners of this space may do this."),
  no_such_space: () => t("This space is not there any more, or you are no longer in it."),
  no_such_member: () => t("This person is no longer in the space."),
  invite_ended: () => t("This invite was used up or has expired. Ask for another."),
  space_full: () => t("No more people fit into this space."),
  too_many_spaces: () => t("There are too many spaces. Delete one first."),
  too_many_invites: () => t("There are too many open invites. Revoke one first."),
  read_only: () => t("You may read this space, not change it."),
  owner_only: () => t("Only owners, and who brought it in, may do this. A copy is always possible."),
  not_author: () => t("Only its author changes a comment; its author and owners delete it."),
  quota_full: () => t("The account that this space belongs to has no room for more."),
  own_quota_full: () => t("Your account has no room for more."),
  unsaved: () => t("What it belongs to is not here any more. This is what you had typed."),
  revoked: () => t("You are no longer a member of this space."),
  NotAllowedError: () => t("No passkey was used. Try again when you are ready."),
  InvalidStateError: () => t("This device holds a passkey of the account already."),
};

/**
 * @param {any} error with a code, and a sentence, often the server's, for codes that are not known here
 * @returns {string}
 */
export function errorText(error) {
  const { code = "", status = "", name = "", message, retryAfterS } = error ?? {};
  if (status === 0) return TEXTS.unreached();
  if (status === 429 && retryAfterS) return waitText(retryAfterS);
  const text = TEXTS[code] ?? TEXTS[status] ?? TEXTS[name];
  return text ? text() : t(message || String(error));
}

/**
 * Too many requests are forgotten within a minute; what takes longer are failed attempts.
 * @param {number} seconds
 */
function waitText(seconds) {
  if (seconds <= MINUTE_S)
    return plural(
      seconds,
      "The server asks to wait. Try again in {n} second.",
      "The server asks to wait. Try again in {n} seconds.",
    );
  const wait = plural(Math.ceil(seconds / MINUTE_S), "{n} minute", "{n} minutes");
  return t("Too many attempts. Try again in {wait}.", { wait });
}
