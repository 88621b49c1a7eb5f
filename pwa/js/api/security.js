/**
 * Sign-in security of an account: sessions and devices, personal access tokens, passkeys.
 * @typedef {{id: string, agent: string, address: string, device_id: string | null, created_at: number,
 *   seen_at: number, current?: boolean}} SessionHere
 * @typedef {{id: string, created_at: number, seen_at: number}} Device
 * @typedef {{id: string, name: string, scopes: string[], spaces: string[] | null, created_at: number,
 *   expires_at: number | null, seen_at: number | null}} Token
 * @typedef {{password: string, name: string, scopes: string[], expires_at: number | null, spaces: string[] |
 *   null}} NewToken
 * @typedef {{id: string, name: string, created_at: number, seen_at: number | null}} Passkey
 * @typedef {{challenge: string, options: any}} Challenge options for the browser, and the challenge
 *   to return with the response
 */
import { ask } from "./request.js";

/** @returns {Promise<{sessions: SessionHere[], devices: Device[]}>} */
export const sessions = () => ask("GET", "/auth/sessions");
/** @param {string} id */
export const endSession = (id) => ask("DELETE", `/auth/sessions/${id}`);
/** @param {string} id */
export const forgetDevice = (id) => ask("DELETE", `/auth/devices/${id}`);

/** @returns {Promise<{tokens: Token[]}>} */
export const tokens = () => ask("GET", "/auth/tokens");
/**
 * @param {NewToken} given
 * @returns {Promise<{id: string, token: string}>}
 */
export const makeToken = (given) => ask("POST", "/auth/tokens", given);
/** @param {string} id */
export const endToken = (id) => ask("DELETE", `/auth/tokens/${id}`);

/** @returns {Promise<{passkeys: Passkey[]}>} */
export const passkeys = () => ask("GET", "/auth/passkeys");
/**
 * @param {string} password
 * @returns {Promise<Challenge>}
 */
export const newPasskeyOptions = (password) => ask("POST", "/auth/passkeys/options", { password });
/** @param {{challenge: string, credential: object, name: string}} given */
export const addPasskey = (given) => ask("POST", "/auth/passkeys", given);
/**
 * @param {string} id
 * @param {string} password
 */
export const removePasskey = (id, password) => ask("DELETE", `/auth/passkeys/${id}`, { password });
/**
 * @param {boolean} on
 * @param {string} password
 */
export const setSecondFactor = (on, password) => ask("PUT", "/auth/second-factor", { on, password });
/** @returns {Promise<Challenge>} */
export const passkeyOptions = () => ask("POST", "/auth/sign-in/passkey/options", {});
/**
 * @param {{challenge: string, credential: object}} given
 * @returns {Promise<import("./account.js").Account>}
 */
export const signInByPasskey = (given) => ask("POST", "/auth/sign-in/passkey", given);
