/**
 * What can be done with several tasks at once, in a bar at the foot.
 * @typedef {import("../../app.js").App} App
 */
import { byId, icon, isNarrow, tool } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
import { commandOf } from "../commands/table.js";

const ACTS = ["complete", "due", "move", "label", "priority", "remove"];

export class SelectionBar {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.box = byId("selection");
    this.count = element("b", { role: "status" });
    this.box.setAttribute("aria-label", t("Selected tasks"));
    patch(this.box, [
      this.count,
      ...ACTS.map((id) => {
        const command = commandOf(id);
        return element(
          "button",
          {
            class: "tool",
            type: "button",
            "data-act": id,
            "aria-label": command.text(),
            title: command.text(),
            onclick: (/** @type {any} */ event) => app.run(id, event.currentTarget),
          },
          icon(command.icon ?? "more"),
        );
      }),
      tool("more", t("More"), (event) => app.run("menu", event.currentTarget)),
      tool("close", t("Select none"), () => app.list.clearSelection()),
    ]);
  }

  render() {
    const { size } = this.app.list.selected;
    this.box.hidden = !size;
    const text = plural(size, "{n} selected", "{n} selected");
    if (size && this.count.textContent !== text) this.#count(text);
    document.documentElement.classList.toggle("is-selecting", size > 0);
  }

  /**
   * Where there is little room only the number is seen.
   * @param {string} text
   */
  #count(text) {
    const [number] = /[\d.,\s]*\d/.exec(text) ?? [""];
    const [before, after] = text
      .split(number)
      .map((words) => element("span", { class: isNarrow() ? "hidden" : "" }, words));
    patch(this.count, [before, number, after]);
  }
}
