/**
 * A part of the app that is loaded on first use. Keys pressed meanwhile are typed into it once it opens, and
 * run no command.
 */

/** @template Parts */
export class Lazy {
  /** @type {Parts | null} */
  #parts = null;
  #fetch;

  /** @param {() => Promise<Parts>} fetch */
  constructor(fetch) {
    this.#fetch = fetch;
  }

  /** @returns {Promise<Parts>} */
  async load() {
    this.#parts ??= await this.#fetch();
    return this.#parts;
  }

  /**
   * Opens something from it: at once if it is loaded.
   * @param {(parts: Parts) => unknown} open
   */
  async open(open) {
    if (this.#parts) return open(this.#parts);
    const { keys, release } = holdKeys();
    open(await this.load().finally(release));
    keys.forEach(press);
  }
}

/** @returns {{keys: string[], release: () => void}} */
function holdKeys() {
  /** @type {string[]} */
  const keys = [];
  const hold = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    keys.push(event.key);
  };
  addEventListener("keydown", hold, true);
  return { keys, release: () => removeEventListener("keydown", hold, true) };
}

/** @param {string} key */
function press(key) {
  const target = /** @type {HTMLInputElement} */ (document.activeElement);
  if (key === "Escape")
    return /** @type {HTMLDialogElement | null} */ (document.querySelector("dialog[open]"))?.close();
  if (key.length > 1 || !target.matches("input, textarea"))
    return target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  target.setRangeText(key, target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
  target.dispatchEvent(new InputEvent("input", { bubbles: true, data: key, inputType: "insertText" }));
}
