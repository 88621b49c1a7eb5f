/**
 * The description of the open task: shown as Markdown, edited as text.
 */
import { describeMarkdown } from "../../lib/markdown.js";
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { grow } from "../kit/grow.js";

export class Description {
  /** @param {() => unknown} render renders the pane at once */
  constructor(render) {
    this.render = render;
    this.isEditing = false;
    this.field = element("textarea", {
      class: "notes",
      "aria-label": t("field.description"),
      dir: "auto",
      placeholder: t("description.placeholder"),
    });
    this.opener = element("button", { class: "quiet notes-edit", type: "button" }, t("description.add"));
    this.opener.addEventListener("click", () => this.open());
  }

  /**
   * @param {string} text
   * @param {boolean} isReadOnly
   */
  describe(text, isReadOnly) {
    this.field.hidden = !this.isEditing;
    this.opener.hidden = this.isEditing || Boolean(text) || isReadOnly;
    return [this.#shown(text), this.opener, this.field];
  }

  open() {
    if (this.field.readOnly) return;
    this.isEditing = true;
    this.render();
    grow(this.field);
    this.field.focus();
  }

  /** @param {string} text */
  #shown(text) {
    const own = {
      class: "notes",
      key: "shown",
      tabIndex: 0,
      role: "group",
      "aria-label": t("field.description"),
      hidden: this.isEditing || !text,
      onclick: this.#click,
      onkeydown: this.#press,
    };
    return h("div", own, describeMarkdown(text));
  }

  /** @param {Event} event */
  #click = (event) => {
    const isLink = /** @type {Element} */ (event.target).closest("a");
    if (!isLink && !getSelection()?.toString()) this.open();
  };

  /** @param {KeyboardEvent} event */
  #press = (event) => {
    if (event.key !== "Enter" || event.target !== event.currentTarget) return;
    event.preventDefault();
    this.open();
  };
}
