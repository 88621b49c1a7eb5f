/** Moves the focus if the focused element is removed. */
import { patch } from "../../lib/patch.js";

const PRESSABLE = "button, input, select, textarea, a[href]";
const GROUP = "ul, ol, tbody, form, section";

/**
 * Patches the children of a node. If the focused element goes, focuses the next control: in its list, else at
 * the top.
 * @param {HTMLElement} parent
 * @param {import("../../lib/patch.js").Child[]} children
 */
export function patchWithFocus(parent, children) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  const focused = parent.contains(active) ? active : null;
  const group = focused?.closest(GROUP);
  const before = group ? pressableIn(group) : [];
  patch(parent, children);
  if (!focused || focused.isConnected) return;
  const index = before.indexOf(focused);
  const next = group?.isConnected && (nextOf(before, index) ?? pressableIn(group).at(-1));
  const heading = /** @type {HTMLElement | null} */ (parent.querySelector("h1, h2"));
  (next || pressableIn(parent)[0] || heading)?.focus();
}

/**
 * @param {Element} root
 * @returns {HTMLElement[]}
 */
const pressableIn = (root) => [.../** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(PRESSABLE))];

/**
 * @param {HTMLElement[]} before
 * @param {number} index
 */
const nextOf = (before, index) => before.slice(index + 1).find((each) => each.isConnected);
