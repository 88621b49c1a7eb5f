/**
 * Building blocks of the settings and administration pages: sections, settings, notes, buttons. The text of a
 * button is its key.
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { h } from "../../lib/patch.js";

/**
 * @param {string} id
 * @param {string} heading
 * @param {...Child} content
 */
export function section(id, heading, ...content) {
  return h(
    "section",
    { key: id, id, "aria-labelledby": `${id}-heading` },
    sectionHeading(id, heading),
    ...content,
  );
}

/**
 * A heading that a script can focus.
 * @param {string} id
 * @param {string} heading
 */
export function sectionHeading(id, heading) {
  return h("h2", { id: `${id}-heading`, tabIndex: -1 }, heading);
}

/**
 * @param {Child} name
 * @param {Child} about
 * @param {...Child} controls
 */
export function setting(name, about, ...controls) {
  return h("div", { class: "setting" }, h("div", {}, name, about), ...controls);
}

/**
 * A setting with a key, in a list of several.
 * @param {string} key
 * @param {Child} name
 * @param {Child} about
 * @param {...Child} controls
 */
export function settingOf(key, name, about, ...controls) {
  const row = setting(name, about, ...controls);
  row.properties.key = key;
  return row;
}

/**
 * @param {string} id for `aria-describedby`; empty if nothing refers to it
 * @param {string} text
 */
export function note(id, text) {
  return h("small", { id: id || null }, text);
}

/**
 * @param {string} text
 * @param {(event: any) => unknown} onclick
 * @param {Record<string, any>} [more]
 */
export function quietButton(text, onclick, more = {}) {
  return h("button", { key: text, class: "quiet is-accent", type: "button", onclick, ...more }, text);
}

/**
 * A button with a border.
 * @param {string} text
 * @param {(event: any) => unknown} onclick
 * @param {Record<string, any>} [more]
 */
export function button(text, onclick, more = {}) {
  return h("button", { key: text, class: "button", type: "button", onclick, ...more }, text);
}

/**
 * The main button.
 * @param {string} text
 * @param {(event: any) => unknown} onclick
 * @param {Record<string, any>} [more]
 */
export function mainButton(text, onclick, more = {}) {
  return button(text, onclick, { class: "button is-main", ...more });
}

/** @param {...Child} buttons */
export function buttonRow(...buttons) {
  return h("div", { class: "acts" }, ...buttons);
}
