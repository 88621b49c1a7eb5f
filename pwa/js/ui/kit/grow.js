/** Text fields as high as their text. */

/** @type {WeakMap<HTMLTextAreaElement, string>} the text that each field was last made to fit */
const fitted = new WeakMap();

/** @param {HTMLTextAreaElement} field */
export function grow(field) {
  field.style.blockSize = "auto";
  if (!field.scrollHeight) return; // not laid out yet
  field.style.blockSize = `${field.scrollHeight}px`;
  fitted.set(field, field.value);
}

/**
 * Makes a field fit its text, unless it does: to measure costs a layout.
 * @param {HTMLTextAreaElement} field
 */
export function fit(field) {
  if (fitted.get(field) !== field.value) grow(field);
}
