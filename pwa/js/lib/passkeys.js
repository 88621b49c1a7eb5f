/** Passkeys: the browser creates and uses them. Its responses go to the server as JSON. */

const Credential = /** @type {any} */ (globalThis).PublicKeyCredential;

/** Whether this browser supports passkeys with JSON. */
export const hasPasskeys = () =>
  typeof Credential?.parseCreationOptionsFromJSON === "function" &&
  typeof Credential.prototype.toJSON === "function";

/**
 * Creates a passkey. Rejects if the person declines.
 * @param {any} options from the server
 * @returns {Promise<object>}
 */
export async function createPasskey(options) {
  const made = await navigator.credentials.create({
    publicKey: Credential.parseCreationOptionsFromJSON(options),
  });
  return /** @type {any} */ (made).toJSON();
}

/**
 * Signs a challenge with a passkey. Rejects if the person declines.
 * @param {any} options from the server
 * @returns {Promise<object>}
 */
export async function usePasskey(options) {
  const used = await navigator.credentials.get({
    publicKey: Credential.parseRequestOptionsFromJSON(options),
  });
  return /** @type {any} */ (used).toJSON();
}
