/** Small helpers that every view uses, and the elements of the shell. */
import { h } from "./patch.js";

/**
 * An icon of the sprite in the shell.
 * @param {string} name
 */
export function icon(name) {
  return h("svg", { class: "icon", "aria-hidden": "true" }, h("use", { href: `#${name}` }));
}

/**
 * A button with an icon.
 * @param {string} name of the icon
 * @param {string} label
 * @param {(event: any) => unknown} [onclick]
 * @param {Record<string, any>} [more] properties
 */
export function tool(name, label, onclick, more = {}) {
  const own = { class: "tool", type: "button", "aria-label": label, title: label, onclick };
  return h("button", { ...own, ...more }, icon(name));
}

/**
 * The element of the page with this id.
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the shell has no #${id}`);
  return found;
}

/**
 * A hue for a name, the same on every device.
 * @param {string} name
 * @returns {number} degrees
 */
export function hueOf(name) {
  let hash = 7;
  for (const character of name) hash = (hash * 31 + /** @type {number} */ (character.codePointAt(0))) % 9973;
  return (hash % 24) * 15;
}

/** Whether the page is laid out for a phone. */
export const isNarrow = () => matchMedia("(width < 720px)").matches;

/**
 * Ends the current browser task: the page can paint and handle waiting events.
 * @returns {Promise<void>}
 */
export const yieldToBrowser = () => new Promise((done) => setTimeout(done));
