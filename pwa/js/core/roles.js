/** The roles in a space, from the fewest rights to the most. Twin of server/core/roles.py. */
export const ROLES = /** @type {const} */ (["viewer", "editor", "owner"]);

/**
 * Whether a role has at least the rights of another. An unknown role has none.
 * @param {string | null | undefined} role
 * @param {typeof ROLES[number]} needed
 */
export function atLeast(role, needed) {
  return ROLES.indexOf(/** @type {typeof ROLES[number]} */ (role)) >= ROLES.indexOf(needed);
}
