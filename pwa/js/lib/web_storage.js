/**
 * Small values stored beside the database. If the browser refuses to store them, they last as long as the
 * page.
 */

/** Texts by name, in a browser storage or, if it refuses, in memory. */
class WebStorage {
  #storage;
  /** @type {Map<string, string>} */
  #memory = new Map();

  /** @param {() => Storage} storage throws if the browser forbids all access */
  constructor(storage) {
    this.#storage = storage;
  }

  /**
   * @param {string} name
   * @returns {string | null}
   */
  get(name) {
    return this.#attempt(
      (storage) => storage.getItem(name),
      () => this.#memory.get(name) ?? null,
    );
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  set(name, text) {
    this.#attempt(
      (storage) => storage.setItem(name, text),
      () => void this.#memory.set(name, text),
    );
  }

  /** @param {string} name */
  remove(name) {
    this.#attempt(
      (storage) => storage.removeItem(name),
      () => void this.#memory.delete(name),
    );
  }

  /** @returns {[string, string][]} */
  all() {
    return this.#attempt(
      (storage) => Object.entries(storage),
      () => [...this.#memory],
    );
  }

  clear() {
    this.#attempt(
      (storage) => storage.clear(),
      () => this.#memory.clear(),
    );
  }

  /**
   * @template T
   * @param {(storage: Storage) => T} use
   * @param {() => T} otherwise
   * @returns {T}
   */
  #attempt(use, otherwise) {
    try {
      return use(this.#storage());
    } catch {
      return otherwise();
    }
  }
}

/** On this device, for all tabs. */
export const deviceStorage = new WebStorage(() => localStorage);
/** In this tab. */
export const tabStorage = new WebStorage(() => sessionStorage);

/**
 * A value stored as JSON; null if it cannot be read.
 * @param {string} name
 * @returns {any}
 */
export function readStoredJson(name) {
  try {
    return JSON.parse(deviceStorage.get(name) ?? "null");
  } catch {
    return null;
  }
}
