/**
 * Ids that follow from other ids: every device, and the server, derives the same. See sync_protocol.md, "Ids".
 */
import { v5 } from "uuid";

/**
 * The id of the task after a completed one.
 * @param {string} id
 */
export function nextId(id) {
  return derivedId("next", id);
}

/**
 * The id of a record of a space where its own one is in use for something else.
 * @param {string} space
 * @param {string} id
 */
export function otherId(space, id) {
  return derivedId(id, space);
}

/**
 * The namespace is passed as bytes: a record's id may be any 32 hex digits, but the package parses only known
 * UUID versions.
 * @param {string} name
 * @param {string} namespace
 */
function derivedId(name, namespace) {
  const bytes = namespace.replaceAll("-", "").match(/../g) ?? [];
  return v5(
    name,
    Uint8Array.from(bytes, (pair) => parseInt(pair, 16)),
  );
}
