/**
 * Actions for several tasks at once, in a bar at the bottom.
 * @typedef {import("../context.js").Context} Context
 */
import { byId, isNarrow, tool } from "../../lib/dom.js";
import { h, patch } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
import { commandOf } from "../commands/table.js";

const COMMANDS = ["complete", "due", "move", "label", "priority", "remove"];

export class SelectionBar {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.box = byId("selection");
    this.box.setAttribute("aria-label", t("selection.title"));
  }

  render() {
    const { context } = this;
    const { size } = context.list.selected;
    this.box.hidden = !size;
    document.documentElement.classList.toggle("is-selecting", size > 0);
    if (!size) return;
    patch(this.box, [
      countOf(plural(size, "selection.count")),
      COMMANDS.map((id) => this.#button(id)),
      tool("more", t("action.more"), (event) => context.run("menu", event.currentTarget), { key: "more" }),
      tool("close", t("command.selectNone"), () => context.list.selected.clear(), { key: "close" }),
    ]);
  }

  /** @param {string} id of a command */
  #button(id) {
    const command = commandOf(id);
    const run = (/** @type {any} */ event) => this.context.run(id, event.currentTarget);
    return tool(command.icon ?? "more", command.text(), run, { key: id, "data-act": id });
  }
}

/**
 * On a narrow screen only the number is visible.
 * @param {string} text
 */
function countOf(text) {
  const [number] = /[\d.,\s]*\d/.exec(text) ?? [""];
  const [before, after] = text
    .split(number)
    .map((words, index) => h("span", { class: isNarrow() ? "hidden" : "", key: index }, words));
  return h("b", { role: "status" }, before, number, after);
}
