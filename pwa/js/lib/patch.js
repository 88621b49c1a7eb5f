/**
 * One keyed patch for all views: a view describes what should be there, and the patch updates the document to
 * match. Nodes that stay keep focus, presses, selection and IME composition. Text is always inserted as text:
 * nothing here takes a string of HTML.
 *
 * A child is matched by its key among those of its tag, else in order among those of its tag without one. A
 * node among the children is inserted as it is. Text typed into a field stays: `value` is set when the field
 * is created, and when the description has another value.
 * @typedef {{tag: string, properties: Record<string, any>, children: Child[]}} Description
 * @typedef {Description | Node | string | number | null | undefined | false} Shown
 * @typedef {Shown | Child[]} Child
 */

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "use"]);
/** @type {WeakMap<Node, Description>} the last description of each node */
const described = new WeakMap();
/** @type {WeakSet<Node>} nodes that their creators keep */
const owned = new WeakSet();

/**
 * Describes an element.
 * @param {string} tag
 * @param {Record<string, any>} [properties] own properties; `class`, `aria-…`, `data-…` and `role` as
 *   attributes; `on…` as listeners; `style` as an object; `key` names the element among its siblings
 * @param {...Child} children
 * @returns {Description}
 */
export function h(tag, properties = {}, ...children) {
  return { tag, properties, children };
}

/**
 * Creates an element that its caller keeps and changes.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, properties = {}, ...children) {
  const node = create(h(tag, properties, ...children));
  owned.add(node);
  return node;
}

/**
 * Updates the children of a node to match the descriptions.
 * @param {Element} parent
 * @param {Child[]} children
 */
export function patch(parent, children) {
  const wanted = flat(children).filter(isShown);
  const before = [...parent.childNodes];
  const isSame = before.length === wanted.length && before.every((node, i) => fits(node, wanted[i]));
  if (isSame) return wanted.forEach((child, i) => become(child, before[i]));
  const nodes = match(before, wanted);
  const kept = new Set(nodes);
  for (const node of before) if (!kept.has(node)) node.remove();
  arrange(parent, nodes);
}

/**
 * Whether a node can become a child, where it is.
 * @param {Node} node
 * @param {Shown} child
 */
const fits = (node, child) => (child instanceof Node ? node === child : slotOf(node) === slotFor(child));

/**
 * @param {any[]} children
 * @returns {Shown[]}
 */
const flat = (children) => (children.some(Array.isArray) ? children.flat(Infinity) : children);

/** @param {Shown} child */
function isShown(child) {
  return child !== null && child !== undefined && child !== false && child !== "";
}

/**
 * The node of each child: an existing one, updated, or a new one.
 * @param {Node[]} before
 * @param {Shown[]} wanted
 * @returns {Node[]}
 */
function match(before, wanted) {
  const given = new Set(wanted.filter((child) => child instanceof Node));
  /** @type {Map<string, Node[]>} existing nodes, by what they can become */
  const free = new Map();
  for (const node of before) {
    const slot = given.has(node) ? null : slotOf(node);
    if (slot !== null) free.set(slot, [...(free.get(slot) ?? []), node]);
  }
  return wanted.map((child) => become(child, free.get(slotFor(child) ?? "")?.shift()));
}

/**
 * @param {Shown} child
 * @param {Node} [node] that can become it
 * @returns {Node}
 */
function become(child, node) {
  if (child instanceof Node) return child;
  return isDescription(child) ? bring(child, node) : text(String(child), node);
}

/**
 * @param {Shown} child
 * @returns {child is Description}
 */
const isDescription = (child) => typeof child === "object" && child !== null && "tag" in child;

/**
 * A key for what can become a child; null for a node, which is inserted as it is.
 * @param {Shown} child
 */
function slotFor(child) {
  if (child instanceof Node) return null;
  if (!isDescription(child)) return "#text";
  const { tag, properties } = child;
  return properties.key === undefined ? tag : `${tag} ${properties.key}`;
}

/**
 * A key for what a node can become; null for a node that its creator keeps.
 * @param {Node} node
 */
function slotOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return "#text";
  const description = owned.has(node) ? null : described.get(node);
  return description ? slotFor(description) : null;
}

/**
 * @param {string} words
 * @param {Node} [node]
 */
function text(words, node = document.createTextNode(words)) {
  if (node.nodeValue !== words) node.nodeValue = words;
  return node;
}

/**
 * An existing node, updated, or a new one.
 * @param {Description} description
 * @param {Node} [node] of the same tag
 * @returns {Node}
 */
export function bring(description, node) {
  if (!node) return create(description);
  const before = described.get(node);
  if (before === description) return node;
  update(/** @type {Element} */ (node), description, before?.properties ?? {});
  patch(/** @type {Element} */ (node), description.children);
  return node;
}

/**
 * Creates a described node.
 * @param {Description} description
 * @returns {any} an element
 */
export function create(description) {
  const { tag, children } = description;
  const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  update(node, description, {});
  patch(node, children);
  if (tag === "select" && "value" in description.properties)
    /** @type {HTMLSelectElement} */ (node).value = description.properties.value; // after its options
  return node;
}

/**
 * @param {Element} node
 * @param {Description} description
 * @param {Record<string, any>} before
 */
function update(node, description, before) {
  const { properties } = description;
  described.set(node, description);
  for (const name in before) if (!(name in properties)) set(node, name, null, before[name]);
  for (const name in properties) set(node, name, properties[name], before[name]);
}

/**
 * @param {Element} node
 * @param {string} name
 * @param {any} value
 * @param {any} before
 */
function set(node, name, value, before) {
  if (name === "key") return;
  if (name.startsWith("on")) {
    if (value && !before) node.addEventListener(name.slice(2), relay);
  } else if (name === "style") style(/** @type {HTMLElement} */ (node), value ?? {}, before ?? {});
  else if (name === "checked") /** @type {HTMLInputElement} */ (node).checked = Boolean(value);
  else if (value === before) return;
  else if (name === "class" && before) classes(node, String(value ?? ""), before);
  else assign(node, name, value);
}

/**
 * Sets a property if the node has one of this name, else an attribute.
 * @param {Element} node
 * @param {string} name
 * @param {any} value
 */
function assign(node, name, value) {
  const own = /** @type {Record<string, any>} */ (/** @type {unknown} */ (node));
  const isOwn = isProperty(node, name);
  if (isOwn && typeof own[name] === "boolean") own[name] = Boolean(value);
  else if (value === undefined || value === null || value === false) unset(node, name);
  else if (isOwn) own[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/**
 * Keeps classes that others have set, such as a gesture.
 * @param {Element} node
 * @param {string} wanted
 * @param {string} before
 */
function classes(node, wanted, before) {
  const names = wanted.split(" ").filter(Boolean);
  for (const name of before.split(" ")) if (name && !names.includes(name)) node.classList.remove(name);
  node.classList.add(...names);
}

/**
 * @param {Element} node
 * @param {string} name
 */
function isProperty(node, name) {
  return name in node && !(node instanceof SVGElement) && !name.startsWith("aria") && name !== "role";
}

/**
 * @param {Element} node
 * @param {string} name
 */
function unset(node, name) {
  if (name === "value") /** @type {HTMLInputElement} */ (node).value = "";
  else node.removeAttribute(name === "htmlFor" ? "for" : name.toLowerCase());
}

/**
 * @param {HTMLElement} node
 * @param {Record<string, string>} wanted
 * @param {Record<string, string>} before
 */
function style(node, wanted, before) {
  for (const name in before) if (!(name in wanted)) node.style.removeProperty(name);
  for (const name in wanted)
    if (wanted[name] !== before[name]) node.style.setProperty(name, String(wanted[name]));
}

/**
 * Passes an event to the listener in the node's current description.
 * @param {Event} event
 */
function relay(event) {
  const node = /** @type {Node} */ (event.currentTarget);
  return described.get(node)?.properties[`on${event.type}`]?.(event);
}

/**
 * Puts nodes in order, before all others. A focused or pressed node is not moved; the others move around it.
 * @param {Element} parent
 * @param {Node[]} nodes
 */
export function arrange(parent, nodes) {
  let next = parent.firstChild;
  for (const node of nodes) {
    while (next && next !== node && node.parentNode === parent && isHeld(node)) {
      const passed = next;
      next = next.nextSibling;
      move(parent, passed, null);
    }
    if (node === next) next = next.nextSibling;
    else move(parent, node, next);
  }
}

/** @param {Node} node */
function isHeld(node) {
  return node instanceof Element && node.matches(":active, :focus-within");
}

/**
 * Moves a node; without losing focus if the browser supports it.
 * @param {any} parent
 * @param {Node} node
 * @param {Node | null} next
 */
export function move(parent, node, next) {
  if (node.isConnected && parent.isConnected && parent.moveBefore) parent.moveBefore(node, next);
  else parent.insertBefore(node, next);
}
