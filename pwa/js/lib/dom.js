/** Making elements. Text always goes in as text: nothing here takes a string of HTML. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties] own properties; `class`, `aria-…`, `data-…` and `role` as
 *   attributes
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(made, name, value);
  made.append(
    ...children
      .filter((child) => child !== null && child !== undefined && child !== false)
      .map((child) => /** @type {Node | string} */ (child)),
  );
  return made;
}

/**
 * @param {HTMLElement} target
 * @param {string} name
 * @param {any} value
 */
function set(target, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) target.addEventListener(name.slice(2), value);
  else if (name in target && !name.startsWith("aria") && name !== "role")
    /** @type {any} */ (target)[name] = value;
  else target.setAttribute(name, value === true ? "" : String(value));
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon of the sprite in the shell.
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${name}`);
  svg.append(use);
  return svg;
}

/**
 * A button of one icon.
 * @param {string} name of the icon
 * @param {string} label
 * @param {(event: any) => unknown} [onclick]
 */
export function tool(name, label, onclick) {
  return element(
    "button",
    { class: "tool", type: "button", "aria-label": label, title: label, onclick },
    icon(name),
  );
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
 * The end of this task: the page paints and answers what waits before the next.
 * @returns {Promise<void>}
 */
export const yieldToBrowser = () => new Promise((done) => setTimeout(done));
