/** A modal box beside the element that opened it, or at the bottom on a phone; removed when closed. */
import { isNarrow } from "../../lib/dom.js";
import { element } from "../../lib/patch.js";

const MARGIN_PX = 8;

/**
 * @param {string} title
 * @param {string} kind a class
 * @param {import("../../lib/patch.js").Child[]} content
 * @param {Element | null} [anchor]
 * @param {() => void} [onClose]
 */
export function openDialog(title, kind, content, anchor, onClose) {
  const box = element("dialog", { class: `sheet ${kind}`, "aria-label": title }, ...content);
  document.body.append(box);
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => {
    box.remove();
    onClose?.();
  });
  const rect = anchor?.isConnected ? anchor.getBoundingClientRect() : null;
  box.showModal();
  if (rect && !isNarrow()) queueMicrotask(() => placeBeside(box, rect)); // after it has its content
  return box;
}

/**
 * @param {HTMLElement} box
 * @param {DOMRect} rect
 */
function placeBeside(box, rect) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = rect.bottom + 4 + height + MARGIN_PX <= innerHeight;
  const top = below
    ? rect.bottom + 4
    : Math.max(MARGIN_PX, Math.min(rect.top - height - 4, innerHeight - height - MARGIN_PX));
  box.style.inset = "auto";
  box.style.margin = "0";
  box.style.top = `${top}px`;
  box.style.left = `${Math.max(MARGIN_PX, Math.min(rect.left, innerWidth - width - MARGIN_PX))}px`;
}
