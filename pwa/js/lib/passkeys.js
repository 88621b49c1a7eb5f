/** Passkeys, as the browser makes and uses them. What it answers goes to the server as JSON. */

const Credential = /** @type {any} */ (globalThis).PublicKeyCredential;

/** Whether this browser can do it, in the form that is spoken here. */
export const hasPasskeys = () =>
  typeof Credential?.parseCreationOptionsFromJSON === "function" &&
  typeof Credential.prototype.toJSON === "function";

/**
 * Makes a passkey. Rejects where the person declines.
 * @param {any} options as the server gives them
 * @returns {Promise<object>}
 */
export async function createPasskey(options) {
  const made = await navigator.credentials.create({
    publicKey: Credential.parseCreationOptionsFromJSON(options),
  });
  return /** @type {any} */ (made).toJSON();
}

/**
 * Signs a challenge with a passkey. Rejects where the person declines.
 * @param {any} options as the server gives them
 * @returns {Promise<object>}
 */
export async function usePasskey(options) {
  const used = await navigator.credentials.get({
    publicKey: Credential.parseRequestOptionsFromJSON(options),
  });
  return /** @type {any} */ (used).toJSON();
}
