/**
 * A dialog at the side: a heading, a short text, and several steps in turn.
 * @typedef {import("../../lib/patch.js").Child} Child
 * @typedef {import("../../lib/patch.js").Description} Description
 */
import { tool } from "../../lib/dom.js";
import { h, patch } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { openDialog } from "./dialog.js";
import { button, buttonRow, mainButton } from "./settings_rows.js";

const FIRST = "input:not([readonly]), .is-main, .button";

export class SideSheet {
  /**
   * @param {string} title
   * @param {{id?: string, onClose?: () => void}} [more]
   */
  constructor(title, { id = "", onClose } = {}) {
    this.box = openDialog(title, "side-sheet", [], null, onClose);
    this.box.id = id;
    /** @type {Element | null} the current content */
    this.body = null;
  }

  /**
   * Shows a form or a body, keyed by its heading. New content gets the focus.
   * @param {string} heading
   * @param {Description} body
   * @param {string} [about]
   */
  show(heading, body, about = "") {
    const before = this.body;
    const keyed = { ...body, properties: { key: heading, ...body.properties } };
    patch(this.box, [this.#header(heading, about), keyed]);
    this.body = this.box.lastElementChild;
    if (this.body === before) return;
    /** @type {HTMLElement | null | undefined} */ (this.body?.querySelector(FIRST))?.focus();
  }

  close() {
    this.box.close();
  }

  cancel() {
    return button(t("action.cancel"), () => this.close());
  }

  finish() {
    return buttonRow(mainButton(t("action.done"), () => this.close()));
  }

  /**
   * @param {string} heading
   * @param {string} about
   */
  #header(heading, about) {
    return h(
      "header",
      {},
      h("h1", {}, heading),
      about && h("p", {}, about),
      tool("close", t("action.close"), () => this.close()),
    );
  }
}

/** @param {...Child} content */
export function bodyOf(...content) {
  return h("div", { class: "body" }, ...content);
}
