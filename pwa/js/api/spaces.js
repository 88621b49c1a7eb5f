/**
 * Calls to the server about spaces, members, invites and activity, which need the network.
 * @typedef {{id: string, name: string, role: string, joined_at: number}} Member
 * @typedef {{id: string, role: string, email: string | null, uses: number, uses_max: number, expires_at:
 *   number, url?: string, token?: string}} Invite
 * @typedef {{at: number | string, account: string | null, name: string, kind?: string, record?: string,
 *   title?: string, fields: Record<string, any>}} Happened
 */
import { ask, withQuery } from "./request.js";

const SPACES = "/api/v1/spaces";

/**
 * @param {string} name
 * @returns {Promise<{id: string}>}
 */
export const createSpace = (name) => ask("POST", SPACES, { name });
/**
 * @param {string} space
 * @param {string} name
 */
export const renameSpace = (space, name) => ask("PATCH", `${SPACES}/${space}`, { name });
/** @param {string} space */
export const deleteSpace = (space) => ask("DELETE", `${SPACES}/${space}`);
/** @param {string} space */
export const restoreSpace = (space) => ask("POST", `${SPACES}/${space}/restore`, {});
/** @param {string} space */
export const leaveSpace = (space) => ask("POST", `${SPACES}/${space}/leave`, {});
/** @returns {Promise<{spaces: {id: string, name: string}[]}>} */
export const deletedSpaces = () => ask("GET", withQuery(SPACES, { deleted: "true" }));
/**
 * @param {string} space
 * @returns {Promise<{members: Member[]}>}
 */
export const membersOf = (space) => ask("GET", `${SPACES}/${space}/members`);
/**
 * @param {string} space
 * @param {string} account
 * @param {string} role
 */
export const setRole = (space, account, role) =>
  ask("PATCH", `${SPACES}/${space}/members/${account}`, { role });
/**
 * @param {string} space
 * @param {string} account
 */
export const removeMember = (space, account) => ask("DELETE", `${SPACES}/${space}/members/${account}`);
/**
 * @param {string} space
 * @returns {Promise<{invites: Invite[]}>}
 */
export const invitesOf = (space) => ask("GET", `${SPACES}/${space}/invites`);
/**
 * @param {string} space
 * @param {{role: string, email?: string, uses_max?: number}} given
 * @returns {Promise<Invite>}
 */
export const invite = (space, given) => ask("POST", `${SPACES}/${space}/invites`, given);
/**
 * @param {string} space
 * @param {string} id
 */
export const endInvite = (space, id) => ask("DELETE", `${SPACES}/${space}/invites/${id}`);
/**
 * @param {string} space
 * @param {string | null} [cursor]
 * @returns {Promise<{changes: Happened[], next_cursor: string | null}>}
 */
export const activityOf = (space, cursor) => ask("GET", withQuery(`${SPACES}/${space}/activity`, { cursor }));
/**
 * @param {string} task
 * @returns {Promise<{changes: Happened[], next_cursor: string | null}>}
 */
export const historyOf = (task) => ask("GET", `/api/v1/tasks/${task}/history`);
