/**
 * A table that becomes cards on a phone.
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { h } from "../../lib/patch.js";

/**
 * @param {string} labelledBy the id of its heading
 * @param {string} kind a class
 * @param {Child} heads
 * @param {Child[]} rows
 */
export function describeTable(labelledBy, kind, heads, rows) {
  return h(
    "div",
    // a focusable box lets the keyboard scroll it sideways
    { key: "table", class: "tabled", role: "group", tabIndex: 0, "aria-labelledby": labelledBy },
    h(
      "table",
      { class: kind, "aria-labelledby": labelledBy },
      h("thead", {}, h("tr", {}, heads)),
      h("tbody", {}, rows),
    ),
  );
}
