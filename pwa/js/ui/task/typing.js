/**
 * Saves a text field of a task as it is typed in.
 * @typedef {import("../context.js").Context} Context
 * @typedef {object} Typing
 * @property {() => unknown} begin  typing begins, or goes on in another task
 * @property {(isSaved: boolean) => void} onEnd
 * @property {boolean} isLine  Enter ends it; a long text ends by Ctrl+Enter
 * @property {() => HTMLElement | null} next  what gets the focus after Escape; null: the ring
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
    if (isLine) editors.giveUp(field); // a long text is never given up by one key
    leave(next());
  });
  /** @param {HTMLElement | null} wanted */
  function leave(wanted) {
    field.blur();
    view.render();
    pane.focus(wanted);
  }
}
