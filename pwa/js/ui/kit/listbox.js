/**
 * A list of options, for the pointer, the arrow keys, Home, End and typing. The focus stays on one element,
 * the holder, which names the active option (`aria-activedescendant`).
 * @typedef {import("../../lib/patch.js").Child} Child
 * @typedef {{value?: any, text: string, note?: string, keys?: string, icon?: Child, isChecked?: boolean,
 *   isDanger?: boolean, group?: string}} Option  `group`: its heading
 * @typedef {{option: Option, index: number}} Entry
 * @typedef {{id: string, title: string, onPick: (option: Option) => unknown, row: (option: Option) =>
 *   Child[], holder?: HTMLElement, isMulti?: boolean, isFinding?: boolean, ifEmpty?: string}} Wanted  `row`:
 *   the content of an option; `holder`: a field to type into, else the list has the focus itself;
 *   `isFinding`: no option is checked, the active one is selected, and the first follows the last;
 *   `ifEmpty`: the text without options
 */
import { element, h, patch } from "../../lib/patch.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
/** @type {Record<string, number>} */
const JUMPS = { Home: -Infinity, End: Infinity };

export class Listbox {
  /** @type {Option[]} */
  #options = [];
  #active = 0;

  /** @param {Wanted} wanted */
  constructor(wanted) {
    this.wanted = wanted;
    this.root = element("div", {
      role: "listbox",
      id: wanted.id,
      "aria-label": wanted.title,
      "aria-multiselectable": wanted.isMulti ? "true" : null,
      tabIndex: wanted.holder ? -1 : 0,
    });
    this.holder = wanted.holder ?? this.root;
  }

  /**
   * Shows these options; the one at `index` becomes active, or the last one.
   * @param {Option[]} options
   * @param {number} [index]
   */
  show(options, index = this.#active) {
    this.#options = options;
    this.moveTo(index);
  }

  /** @param {number} index */
  moveTo(index) {
    this.#active = Math.max(0, Math.min(index, this.#options.length - 1));
    this.#render();
    this.root.querySelector(".is-active")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} index of the chosen option */
  pick(index) {
    const option = this.#options[index];
    if (option) this.wanted.onPick(option);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const isHandled =
      event.key in STEPS
        ? this.#step(STEPS[event.key])
        : event.key === "Enter"
          ? this.#pickActive()
          : !this.wanted.holder && this.#onKeyOfList(event);
    if (isHandled) event.preventDefault();
  }

  /** @param {number} by */
  #step(by) {
    const count = this.#options.length;
    const next = this.#active + by;
    this.moveTo(this.wanted.isFinding && count ? (next + count) % count : next);
    return true;
  }

  #pickActive() {
    this.pick(this.#active);
    return true;
  }

  /**
   * Handles keys that a field would need for typing.
   * @param {KeyboardEvent} event
   */
  #onKeyOfList({ key, ctrlKey, metaKey }) {
    if (key === " ") return this.#pickActive();
    if (key in JUMPS) this.moveTo(JUMPS[key]);
    else if (key.length === 1 && !ctrlKey && !metaKey) this.#type(key);
    return key in JUMPS;
  }

  /**
   * Picks the first option if this is its key; activates it if its text begins with the character.
   * @param {string} character
   */
  #type(character) {
    const wanted = character.toLowerCase();
    const index = this.#options.findIndex(
      ({ keys, text }) => keys === character || text.toLowerCase().startsWith(wanted),
    );
    if (index < 0) return;
    if (this.#options[index].keys === character) this.pick(index);
    else this.moveTo(index);
  }

  #render() {
    const { id, ifEmpty } = this.wanted;
    const isEmpty = !this.#options.length;
    patch(this.root, [
      ...this.#groups().map((group) => this.#describeGroup(group)),
      isEmpty && ifEmpty && h("p", { class: "menu-heading" }, ifEmpty),
    ]);
    this.holder.setAttribute("aria-activedescendant", isEmpty ? "" : `${id}-${this.#active}`);
  }

  /** Consecutive options with the same heading. */
  #groups() {
    /** @type {{heading: string, entries: Entry[]}[]} */
    const groups = [];
    for (const [index, option] of this.#options.entries()) {
      const heading = option.group ?? "";
      if (groups.at(-1)?.heading !== heading) groups.push({ heading, entries: [] });
      groups.at(-1)?.entries.push({ option, index });
    }
    return groups;
  }

  /**
   * @param {{heading: string, entries: Entry[]}} group
   * @returns {Child}
   */
  #describeGroup({ heading, entries }) {
    const options = entries.map((entry) => this.#describe(entry));
    if (!heading) return options;
    return h(
      "div",
      { key: `group ${heading}`, role: "group", "aria-label": heading },
      h("p", { class: "menu-heading", "aria-hidden": "true" }, heading),
      options,
    );
  }

  /** @param {Entry} entry */
  #describe({ option, index }) {
    const isActive = index === this.#active;
    return h(
      "div",
      {
        key: option.text,
        role: "option",
        id: `${this.wanted.id}-${index}`,
        class: [option.isDanger && "is-danger", isActive && "is-active"].filter(Boolean).join(" "),
        "aria-selected": String(Boolean(this.wanted.isFinding ? isActive : option.isChecked)),
        onclick: () => this.pick(index),
        onpointermove: () => index !== this.#active && this.moveTo(index),
      },
      this.wanted.row(option),
    );
  }
}
