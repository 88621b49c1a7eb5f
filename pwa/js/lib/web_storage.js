/**
 * Small things kept beside the database. Where the browser refuses to keep anything they last as long as the
 * page.
 */

/** @param {() => Storage} storage */
function keeper(storage) {
  /** @type {Map<string, string>} */
  const memory = new Map();
  /**
   * @template T
   * @param {(storage: Storage) => T} use
   * @param {() => T} otherwise
   * @returns {T}
   */
  const attempt = (use, otherwise) => {
    try {
      return use(storage());
    } catch {
      return otherwise();
    }
  };
  return {
    get: (/** @type {string} */ name) =>
      attempt(
        (held) => held.getItem(name),
        () => memory.get(name) ?? null,
      ),
    set: (/** @type {string} */ name, /** @type {string} */ text) =>
      attempt(
        (held) => held.setItem(name, text),
        () => void memory.set(name, text),
      ),
    remove: (/** @type {string} */ name) =>
      attempt(
        (held) => held.removeItem(name),
        () => void memory.delete(name),
      ),
    all: () =>
      attempt(
        (held) => Object.entries(held),
        () => [...memory],
      ),
    clear: () =>
      attempt(
        (held) => held.clear(),
        () => memory.clear(),
      ),
  };
}

/** On this device, for all tabs. */
export const deviceStorage = keeper(() => localStorage);
/** In this tab. */
export const tabStorage = keeper(() => sessionStorage);

/**
 * What is kept as JSON; null where it cannot be read.
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
