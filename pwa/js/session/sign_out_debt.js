/**
 * The session that an offline sign-out has left open on the server. It is ended later: this session and no
 * other.
 */
import { signOut } from "../api/account.js";
import { deviceStorage } from "../lib/web_storage.js";

const SIGN_OUT_KEY = "driftless.signOut";

export class SignOutDebt {
  /** @type {Promise<void> | null} */
  #paying = null;

  /** @param {string} account whose session must end */
  owe(account) {
    deviceStorage.set(SIGN_OUT_KEY, account);
  }

  /** Signing in replaces that session. */
  forgive() {
    deviceStorage.remove(SIGN_OUT_KEY);
  }

  /** Ends it, if there is one; if the server cannot be reached, a later start tries again. */
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
