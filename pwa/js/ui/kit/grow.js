/** Text fields that grow with their text. */

/** @type {WeakMap<HTMLTextAreaElement, string>} the text that each field was last fitted to */
const fitted = new WeakMap();

/** @param {HTMLTextAreaElement} field */
export function grow(field) {
  field.style.blockSize = "auto";
  if (!field.scrollHeight) return; // not laid out yet
  field.style.blockSize = `${field.scrollHeight}px`;
  fitted.set(field, field.value);
}

/**
 * Fits a field to its text, unless it fits already: measuring costs a layout.
 * @param {HTMLTextAreaElement} field
 */
export function fit(field) {
  if (fitted.get(field) !== field.value) grow(field);
}
