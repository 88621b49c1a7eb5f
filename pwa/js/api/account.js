/**
 * The account's calls to the server: signing in, signing up, name, password, deletion.
 * @typedef {{id: string, email: string, name: string, is_admin?: boolean, has_second_factor?: boolean,
 *   space_id?: string}} Account `space_id`: the space joined at sign-up
 * @typedef {{registration: "open" | "invited" | "closed", has_mail: boolean}} Options for the page that
 *   signs people in
 * @typedef {{handed_over: {space_id: string, name: string, to: any}[], deleted: {space_id: string, name:
 *   string}[]}} Deletion of the account: its effect on shared spaces
 */
import { ask } from "./request.js";

export { Problem } from "./request.js";

/** @returns {Promise<Options>} */
export const options = () => ask("GET", "/auth/options");
/**
 * @param {{email: string, password: string}} given
 * @returns {Promise<Account>}
 */
export const signIn = (given) => ask("POST", "/auth/sign-in", given);
/**
 * @param {{email: string, password: string, name: string, invite?: string}} given
 * @returns {Promise<Account>}
 */
export const signUp = (given) => ask("POST", "/auth/sign-up", given);
/** @param {string} [account] whose session ends; without it, the current account's */
export const signOut = (account) => ask("POST", "/auth/sign-out", {}, account);
export const signOutEverywhere = () => ask("DELETE", "/auth/sessions");
/** @returns {Promise<Account>} */
export const me = () => ask("GET", "/auth/me");
/**
 * @param {string} name
 * @returns {Promise<Account>}
 */
export const rename = (name) => ask("PATCH", "/auth/me", { name });
/**
 * @param {{current: string, password: string}} given
 * @returns {Promise<Account>}
 */
export const changePassword = (given) => ask("POST", "/auth/password", given);
/** @param {string} email */
export const forgot = (email) => ask("POST", "/auth/forgot", { email });
/** @param {{token: string, password: string}} given */
export const resetPassword = (given) => ask("POST", "/auth/reset", given);
/** @returns {Promise<Deletion>} */
export const findDeletion = () => ask("GET", "/auth/deletion");
/** @param {string} password */
export const deleteAccount = (password) => ask("POST", "/auth/deletion", { password });
/** @returns {Promise<object>} all data of the account */
export const exportAll = () => ask("GET", "/auth/export");
