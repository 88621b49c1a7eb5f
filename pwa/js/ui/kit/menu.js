/**
 * Menus: choices by pointer, arrow keys or typing. A menu is a dialog, so Esc closes one layer and the focus
 * returns. It opens beside its opener on a desktop, at the bottom on a phone.
 * @typedef {import("./listbox.js").Option} Option
 * @typedef {{title: string, options: Option[], onPick: (value: any, isOn: boolean) => unknown, anchor?:
 *   Element | null, isMulti?: boolean, canSearch?: boolean,
 *   make?: (text: string) => Option | null, onClose?: () => void}} Choice
 */
import { icon } from "../../lib/dom.js";
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { openDialog } from "./dialog.js";
import { Listbox } from "./listbox.js";

const SEARCH_MIN = 8;
let number = 0;

/**
 * Opens a menu.
 * @param {Choice} choice
 * @returns {HTMLDialogElement}
 */
export function choose(choice) {
  return new Menu(choice).box;
}

class Menu {
  /** @param {Choice} choice */
  constructor(choice) {
    const { title, options, make, canSearch = options.length > SEARCH_MIN } = choice;
    const id = `menu-${++number}`;
    this.choice = choice;
    this.search =
      canSearch || make ? searchField(id, title, make ? t("menu.findOrCreate") : t("menu.find")) : null;
    this.list = new Listbox({
      id,
      title,
      row: describeOption,
      holder: this.search ?? undefined,
      isMulti: choice.isMulti,
      onPick: (option) => (choice.isMulti ? this.#toggle(option) : this.#choose(option)),
    });
    this.box = openDialog(title, "menu", [this.search, this.list.root], choice.anchor, choice.onClose);
    this.#open();
  }

  #open() {
    this.box.addEventListener("keydown", (event) => this.list.onKey(event));
    this.search?.addEventListener("input", () => this.list.show(this.#found(), 0));
    this.list.show(
      this.#found(),
      this.choice.options.findIndex(({ isChecked }) => isChecked),
    );
    this.list.holder.focus();
  }

  /** The options that match the typed text, and the one to create from it. */
  #found() {
    const { options, make } = this.choice;
    const typed = this.search?.value.trim() ?? "";
    const wanted = typed.toLowerCase();
    const found = options.filter(({ text, group = "" }) => `${text} ${group}`.toLowerCase().includes(wanted));
    const isNew = wanted && !options.some(({ text }) => text.toLowerCase() === wanted);
    const made = isNew ? make?.(typed) : null;
    return made ? [...found, made] : found;
  }

  /** @param {Option} option */
  #choose({ value }) {
    this.box.close();
    this.choice.onPick(value, true);
  }

  /**
   * Toggles one of several; a created option stays among the others.
   * @param {Option} option
   */
  #toggle(option) {
    const { options, onPick } = this.choice;
    option.isChecked = !option.isChecked;
    if (!options.includes(option)) options.push(Object.assign(option, { text: option.value }));
    onPick(option.value, option.isChecked);
    if (this.search) this.search.value = "";
    this.list.show(this.#found());
  }
}

/**
 * @param {string} list its id
 * @param {string} label
 * @param {string} placeholder
 */
function searchField(list, label, placeholder) {
  return element("input", {
    class: "menu-search",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": list,
    "aria-label": label,
    placeholder,
    autocomplete: "off",
    maxLength: 60,
  });
}

/** @param {Option} option */
function describeOption({ text, note, keys, isChecked, group, ...option }) {
  return [
    option.icon ?? h("i"),
    h(
      "span",
      {},
      text,
      group && h("span", { class: "hidden" }, `, ${group}`),
      note && h("small", {}, ` ${note}`),
    ),
    keys ? h("kbd", {}, keys) : isChecked && icon("check"),
  ];
}
