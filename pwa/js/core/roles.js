/** The roles in a space, from the least to the most that they may do. Twin of the server's. */
export const ROLES = /** @type {const} */ (["viewer", "editor", "owner"]);

/**
 * Whether a role may do what another is needed for; one that is not known may do nothing.
 * @param {string | null | undefined} role
 * @param {typeof ROLES[number]} needed
 */
export function atLeast(role, needed) {
  return ROLES.indexOf(/** @type {typeof ROLES[number]} */ (role)) >= ROLES.indexOf(needed);
}
