/**
 * Invites to join a space: by link, or addressed to the account.
 * @typedef {{space_name: string | null, role: string | null, invited_by: string}} Preview without a space, it
 *   is to create an account
 * @typedef {{id: string, space_id: string, space_name: string, role: string, invited_by: string, expires_at:
 *   number}} Invite
 */
import { ask } from "./request.js";

/** @returns {Promise<Invite[]>} addressed to the account */
export const invites = async () => (await ask("GET", "/api/v1/invites")).invites;
/**
 * @param {string} token
 * @returns {Promise<Preview>}
 */
export const previewInvite = (token) => ask("POST", "/api/v1/invites/preview", { token });
/**
 * @param {{token: string} | {id: string}} given
 * @returns {Promise<{space_id: string}>}
 */
export const acceptInvite = (given) => ask("POST", "/api/v1/invites/accept", given);
/** @param {string} id */
export const declineInvite = (id) => ask("POST", "/api/v1/invites/decline", { id });
