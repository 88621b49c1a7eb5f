/**
 * An administrator's calls to the server. They never return what people wrote, only addresses, counts, bytes
 * and times.
 * @typedef {{id: string, email: string, name: string, is_admin: boolean, is_disabled: boolean, created_at:
 *   number, seen_at: number | null, devices: number, spaces: number,
 *   records: number, bytes: number, records_max: number | null, bytes_max: number | null}} AccountFacts
 * @typedef {{id: string, email: string | null, created_by: string, created_at: number, expires_at: number,
 *   uses_max: number, uses: number}} AccountInvite
 * @typedef {{accounts: number, disabled: number, spaces: number, records: number, bytes: number, sessions:
 *   number, devices: number, database_bytes: number}} Summary
 * @typedef {{database: string, integrity: string, disk_free_bytes: number, version: string, uptime_s: number,
 *   epoch: string}} Health
 * @typedef {{n: number, at: number, actor: string | null, act: string, subject: string, address: string,
 *   detail: Record<string, any>}} AuditEntry
 * @typedef {"open" | "invited" | "closed"} Mode
 */
import { ask, withQuery } from "./request.js";

const BASE = "/api/admin";

/**
 * @param {string} q
 * @param {string | null} [cursor]
 * @returns {Promise<{accounts: AccountFacts[], next_cursor: string | null}>}
 */
export const accounts = (q, cursor) => ask("GET", withQuery(`${BASE}/accounts`, { q, cursor }));
/**
 * @param {{email: string, name: string}} given
 * @returns {Promise<AccountFacts & {reset_link?: string}>} the link, if this server sends no mail
 */
export const makeAccount = (given) => ask("POST", `${BASE}/accounts`, given);
/**
 * @param {string} id
 * @param {Partial<AccountFacts>} change
 * @returns {Promise<AccountFacts>}
 */
export const changeAccount = (id, change) => ask("PATCH", `${BASE}/accounts/${id}`, change);
/**
 * @param {string} id
 * @returns {Promise<{url?: string}>} the link, if this server sends no mail
 */
export const makeResetLink = (id) => ask("POST", `${BASE}/accounts/${id}/reset-link`, {});
/**
 * @param {string} id
 * @returns {Promise<{sessions: import("./security.js").SessionHere[]}>}
 */
export const sessionsOf = (id) => ask("GET", `${BASE}/accounts/${id}/sessions`);
/** @param {string} id */
export const endSessionsOf = (id) => ask("DELETE", `${BASE}/accounts/${id}/sessions`);

/** @returns {Promise<{mode: Mode}>} */
export const registration = () => ask("GET", `${BASE}/registration`);
/** @param {Mode} mode */
export const setRegistration = (mode) => ask("PUT", `${BASE}/registration`, { mode });
/** @returns {Promise<{invites: AccountInvite[]}>} */
export const accountInvites = () => ask("GET", `${BASE}/invites`);
/**
 * @param {{email: string | null, uses_max: number}} given
 * @returns {Promise<{id: string, url: string}>}
 */
export const makeAccountInvite = (given) => ask("POST", `${BASE}/invites`, given);
/** @param {string} id */
export const endAccountInvite = (id) => ask("DELETE", `${BASE}/invites/${id}`);

/** @returns {Promise<Summary>} */
export const summary = () => ask("GET", `${BASE}/summary`);
/** @returns {Promise<Health>} */
export const health = () => ask("GET", `${BASE}/health`);
/**
 * @param {{cursor?: number | null, act?: string, account?: string}} query
 * @returns {Promise<{entries: AuditEntry[], next_cursor: number | null}>}
 */
export const audit = (query) => ask("GET", withQuery(`${BASE}/audit`, query));
/** @returns {Promise<{entries: number, first_broken: number | null}>} */
export const verifyAudit = () => ask("GET", `${BASE}/audit/verify`);
