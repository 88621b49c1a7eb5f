/**
 * Saves a text field of a task during typing.
 * @typedef {import("../context.js").Context} Context
 * @typedef {object} Typing
 * @property {() => unknown} begin  begins typing, or continues in another task
 * @property {(isSaved: boolean) => void} onEnd
 * @property {boolean} isLine  Enter ends it; a long text ends by Ctrl+Enter
 * @property {() => HTMLElement | null} next  the element to focus after Escape; null: the ring
 */
import { grow } from "../kit/grow.js";

/**
 * @param {Context} context
 * @param {HTMLTextAreaElement} field
 * @param {Typing} typing
 */
export function saveAsTyped(context, field, { begin, onEnd, isLine, next }) {
  const { editors, pane, view } = context;
  field.addEventListener("focus", begin);
  field.addEventListener("input", () => {
    begin();
    grow(field);
    editors.typed(field);
  });
  field.addEventListener("blur", async () => {
    onEnd(await editors.end(field));
    view.render();
  });
  field.addEventListener("keydown", (event) => {
    const isEnd = event.key === "Enter" && (isLine || event.ctrlKey || event.metaKey) && !event.isComposing;
    if (event.key !== "Escape" && !isEnd) return;
    event.preventDefault();
    if (isEnd) return leave(null);
    event.stopPropagation();
    if (isLine) editors.giveUp(field); // one key must not discard a long text
    leave(next());
  });
  /** @param {HTMLElement | null} wanted */
  function leave(wanted) {
    field.blur();
    view.render();
    pane.focus(wanted);
  }
}
