/**
 * The session that a sign-out without a network has left open on the server. It is ended later: that one, and
 * no other.
 */
import { signOut } from "../api/account.js";
import { deviceStorage } from "../lib/web_storage.js";

const SIGN_OUT_KEY = "driftless.signOut";

export class SignOutDebt {
  /** @type {Promise<void> | null} */
  #paying = null;

  /** @param {string} account whose session is to be ended */
  owe(account) {
    deviceStorage.set(SIGN_OUT_KEY, account);
  }

  /** Signing in replaces that session. */
  forgive() {
    deviceStorage.remove(SIGN_OUT_KEY);
  }

  /** Ends it, if there is one; a later start tries again if the server cannot be reached. */
  pay() {
    const owed = deviceStorage.get(SIGN_OUT_KEY);
    if (!owed) return;
    this.#paying ??= signOut(owed)
      .catch((error) => {
        if (![401, 409].includes(error.status)) throw error;
      })
      .then(
        () => this.forgive(),
        () => {},
      )
      .finally(() => {
        this.#paying = null;
      });
    return this.#paying;
  }
}
