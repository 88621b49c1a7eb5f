/** Small dialogs: for one line of text, or for a confirmation. */
import { element } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { attempt, problemLine } from "./attempt.js";
import { openDialog } from "./dialog.js";

/**
 * Asks for one line of text. `onTry` runs before the dialog closes, so that the text stays if it fails.
 * @param {{title: string, label: string, value?: string, act: string, max: number, onTry?: (text: string) =>
 *   Promise<any>, onDone: (text: string, tried?: any) => unknown,
 *   anchor?: Element | null}} asked
 */
export function askText({ title, label, value = "", act, max, onTry, onDone, anchor }) {
  const input = element("input", { value, maxLength: max, required: true, autocomplete: "off" });
  const ask = new Question(act, async () => {
    const text = input.value.trim();
    if (!text) return;
    /** @type {any} */
    let tried;
    if (!(await ask.attempt(async () => (tried = await onTry?.(text))))) return;
    ask.box.close();
    onDone(text, tried);
  });
  ask.open(title, [element("label", {}, label, input), onTry && ask.problem], anchor);
  input.select();
}

/**
 * Asks for confirmation before an act that cannot be undone.
 * @param {{title: string, text: string, act: string, onTry: () => Promise<unknown>,
 *   anchor?: Element | null}} asked
 */
export function askSure({ title, text, act, onTry, anchor }) {
  const ask = new Question(act, async () => {
    if (await ask.attempt(onTry)) ask.box.close();
  });
  ask.submit.classList.add("is-danger");
  ask.open(title, [element("p", {}, text), ask.problem], anchor);
  ask.cancel.focus();
}

class Question {
  /**
   * @param {string} answer the text of the button
   * @param {() => unknown} onSubmit
   */
  constructor(answer, onSubmit) {
    this.onSubmit = onSubmit;
    this.problem = problemLine();
    this.submit = element("button", { class: "button is-main" }, answer);
    this.cancel = element(
      "button",
      { class: "button", type: "button", onclick: () => this.box.close() },
      t("action.cancel"),
    );
    this.box = /** @type {HTMLDialogElement} */ (document.createElement("dialog"));
  }

  /**
   * @param {string} title
   * @param {import("../../lib/patch.js").Child[]} content
   * @param {Element | null} [anchor]
   */
  open(title, content, anchor) {
    const form = element(
      "form",
      { onsubmit: (/** @type {Event} */ event) => this.#onSubmit(event) },
      element("h1", {}, title),
      ...content,
      element("div", { class: "acts" }, this.submit, this.cancel),
    );
    this.box = openDialog(title, "ask", [form], anchor);
  }

  /** @param {() => Promise<unknown>} work */
  attempt(work) {
    return attempt(null, this.submit, this.problem, work);
  }

  /** @param {Event} event */
  #onSubmit(event) {
    event.preventDefault();
    this.onSubmit();
  }
}
