/**
 * Keys that are pressed while what they are for is being loaded: they are typed there once it is open, and
 * are no commands.
 * @typedef {typeof import("../../lazy.js")} More
 */

/**
 * Opens something that is seldom needed.
 * @param {import("../../boot.js").Page} page
 * @param {(more: More) => unknown} open
 */
export async function loading(page, open) {
  if (page.loaded) return open(page.loaded);
  /** @type {string[]} */
  const early = [];
  const hold = (/** @type {KeyboardEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    early.push(event.key);
  };
  addEventListener("keydown", hold, true);
  const more = await page.more().finally(() => removeEventListener("keydown", hold, true));
  open(more);
  for (const key of early) press(key);
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
