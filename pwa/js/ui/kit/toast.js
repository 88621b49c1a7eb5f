/**
 * One toast at a time, for 8 seconds or while the pointer is on it, with one action. A toast about unsaved
 * data stays until the person has seen it.
 */
import { byId } from "../../lib/dom.js";

const SHOWN_MS = 8_000;
/** @type {ReturnType<typeof setTimeout>} */
let timer;

/**
 * @param {string} text
 * @param {string} [act] the text of its button
 * @param {() => unknown} [onAct]
 * @param {boolean} [isSticky]
 */
export function toast(text, act = "", onAct = () => {}, isSticky = false) {
  const box = byId("toast");
  byId("toast-text").textContent = text;
  byId("toast-act").textContent = act;
  byId("toast-act").hidden = !act;
  byId("toast-act").onclick = () => {
    hide();
    onAct();
  };
  box.hidden = false;
  say(text);
  box.onpointerenter = () => clearTimeout(timer);
  box.onpointerleave = () => wait(isSticky);
  wait(isSticky);
}

/**
 * Announces a text to screen readers.
 * @param {string} text
 */
export function say(text) {
  byId("live").textContent = text;
}

function hide() {
  clearTimeout(timer);
  const box = byId("toast");
  if (box.contains(document.activeElement)) byId("main").focus();
  box.hidden = true;
}

/** @param {boolean} isSticky */
function wait(isSticky) {
  clearTimeout(timer);
  if (!isSticky) timer = setTimeout(hide, SHOWN_MS);
}
