/**
 * Moves the tasks of this device into the account, once the person has agreed. If the space of the account is
 * not known yet, they move when it is.
 * @typedef {import("../store/store.js").Store} Store
 */
import { deviceStorage } from "../lib/web_storage.js";
import { Store as LocalStore } from "../store/store.js";
import { valuesOf } from "../domain/values.js";

const TAKE_OVER_KEY = "driftless.takeOver";

export class TakeOver {
  /** Whether tasks of this device still have to move into the account. */
  isDue = false;
  #isRunning = false;

  /** @param {string} account that gets the tasks */
  static ask(account) {
    deviceStorage.set(TAKE_OVER_KEY, account);
  }

  /**
   * @param {string | null} account
   * @param {Store} store of the account
   * @returns {Promise<boolean>} whether tasks have moved
   */
  async run(account, store) {
    this.isDue = account !== null && deviceStorage.get(TAKE_OVER_KEY) === account;
    if (!this.isDue || this.#isRunning) return false;
    this.#isRunning = true;
    try {
      await store.takeOver(await new LocalStore(null).open(), store.space);
      deviceStorage.remove(TAKE_OVER_KEY);
      this.isDue = false;
      return true;
    } finally {
      this.#isRunning = false;
    }
  }
}

/** The number of tasks on this device without an account. */
export async function countLocal() {
  const local = await new LocalStore(null).open();
  const count = [...local.shown.values()].filter(
    (record) => record.kind === "task" && !valuesOf(record).deleted,
  ).length;
  local.close();
  return count;
}
