/**
 * Menus: a choice of things, by pointer, arrows or typing. A dialog, so that Esc goes one layer back and the
 * focus returns; beside what opened it on a desktop, from below on a phone.
 * @typedef {{value: any, text: string, note?: string, keys?: string, icon?: import("../../lib/patch.js").Shown, isChecked?: boolean,
 *   isDanger?: boolean, group?: string}} Option  `group`: the heading it stands under
 * @typedef {{title: string, options: Option[], onPick: (value: any, isOn: boolean) => unknown, anchor?:
 *   Element | null, isMulti?: boolean, canSearch?: boolean,
 *   make?: (text: string) => Option | null, onClose?: () => void}} Choice
 */
import { icon, isNarrow } from "../../lib/dom.js";
import { element, patch } from "../../lib/patch.js";
import { t } from "../../lib/words.js";

const SEARCH_MIN = 8;
const MARGIN_PX = 8;
let number = 0;

/**
 * Opens a menu.
 * @param {Choice} choice
 */
export function choose({
  title,
  options,
  onPick,
  anchor,
  isMulti = false,
  canSearch = options.length > SEARCH_MIN,
  make,
  onClose,
}) {
  const name = `menu-${++number}`;
  const list = element("ul", {
    role: "listbox",
    id: name,
    "aria-label": title,
    "aria-multiselectable": isMulti ? "true" : null,
    tabIndex: -1,
  });
  const input = element("input", {
    class: "menu-search",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": name,
    "aria-label": title,
    placeholder: make ? t("Find or make…") : t("Find…"),
    autocomplete: "off",
    maxLength: 60,
  });
  const isSearching = canSearch || Boolean(make);
  const box = openDialog(title, "menu", [isSearching ? input : "", list], anchor, onClose);
  const holder = isSearching ? input : list;
  let active = Math.max(
    0,
    options.findIndex((option) => option.isChecked),
  );
  /** @type {Option[]} */
  let shown = [];
  /** @type {HTMLElement[]} */
  let items = [];

  const fill = () => {
    const wanted = input.value.trim().toLowerCase();
    shown = options.filter((option) => `${option.text} ${option.group ?? ""}`.toLowerCase().includes(wanted));
    const made =
      wanted && make && !options.some((option) => option.text.toLowerCase() === wanted)
        ? make(input.value.trim())
        : null;
    if (made) shown = [...shown, made];
    active = Math.min(active, Math.max(0, shown.length - 1));
    items = shown.map((option, index) => row(option, index));
    patch(list, [...items.flatMap((item, index) => [...headingOf(index), item])]);
    point();
  };
  const headingOf = (/** @type {number} */ index) =>
    shown[index].group && shown[index].group !== shown[index - 1]?.group
      ? [
          element(
            "li",
            { class: "menu-heading", role: "presentation", "aria-hidden": "true" },
            shown[index].group,
          ),
        ]
      : [];
  const row = (/** @type {Option} */ option, /** @type {number} */ index) =>
    element(
      "li",
      {
        role: "option",
        id: `${name}-${index}`,
        class: option.isDanger ? "is-danger" : "",
        "aria-selected": String(Boolean(option.isChecked)),
        onclick: () => pick(index),
        onpointermove: () => {
          if (active !== index) {
            active = index;
            point();
          }
        },
      },
      option.icon ?? element("i"),
      element(
        "span",
        {},
        option.text,
        option.group && element("span", { class: "hidden" }, `, ${option.group}`),
        option.note && element("small", {}, ` ${option.note}`),
      ),
      option.keys ? element("kbd", {}, option.keys) : option.isChecked ? icon("check") : "",
    );
  const point = () => {
    for (const [index, item] of items.entries()) item.classList.toggle("is-active", index === active);
    holder.setAttribute("aria-activedescendant", shown.length ? `${name}-${active}` : "");
    items[active]?.scrollIntoView({ block: "nearest" });
  };
  const pick = (/** @type {number} */ index) => {
    const option = shown[index];
    if (!option) return;
    if (!isMulti) {
      box.close();
      onPick(option.value, true);
      return;
    }
    option.isChecked = !option.isChecked;
    if (!options.includes(option)) options.push(Object.assign(option, { text: option.value }));
    onPick(option.value, option.isChecked);
    input.value = "";
    fill();
  };
  box.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -1e6, End: 1e6 }[event.key];
    if (by !== undefined && (isSearching ? Math.abs(by) === 1 : true)) {
      event.preventDefault();
      active = Math.min(shown.length - 1, Math.max(0, active + by));
      point();
    } else if (event.key === "Enter" || (event.key === " " && !isSearching)) {
      event.preventDefault();
      pick(active);
    } else if (!isSearching && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const found = shown.findIndex(
        (option) =>
          option.keys === event.key || option.text.toLowerCase().startsWith(event.key.toLowerCase()),
      );
      if (found >= 0 && shown[found].keys === event.key) pick(found);
      else if (found >= 0) {
        active = found;
        point();
      }
    }
  });
  input.addEventListener("input", () => {
    active = 0;
    fill();
  });
  fill();
  if (!isSearching) list.tabIndex = 0;
  holder.focus();
  return box;
}

/**
 * A modal box beside what opened it, or from below on a phone; gone from the document when closed.
 * @param {string} title
 * @param {string} kind a class
 * @param {(Node | string)[]} content
 * @param {Element | null} [anchor]
 * @param {() => void} [onClose]
 */
export function openDialog(title, kind, content, anchor, onClose) {
  const box = element("dialog", { class: `sheet ${kind}`, "aria-label": title }, ...content.filter(Boolean));
  document.body.append(box);
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => {
    box.remove();
    onClose?.();
  });
  const rect = anchor?.isConnected ? anchor.getBoundingClientRect() : null;
  box.showModal();
  if (rect && !isNarrow()) queueMicrotask(() => placeBeside(box, rect)); // once it has been filled
  return box;
}

/**
 * @param {HTMLElement} box
 * @param {DOMRect} rect
 */
function placeBeside(box, rect) {
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = rect.bottom + 4 + height + MARGIN_PX <= innerHeight;
  const top = below
    ? rect.bottom + 4
    : Math.max(MARGIN_PX, Math.min(rect.top - height - 4, innerHeight - height - MARGIN_PX));
  box.style.inset = "auto";
  box.style.margin = "0";
  box.style.top = `${top}px`;
  box.style.left = `${Math.max(MARGIN_PX, Math.min(rect.left, innerWidth - width - MARGIN_PX))}px`;
}

/**
 * Asks for one line of text. What may fail (`onTry`) is tried before the dialog closes, so that what was
 * typed stays.
 * @param {{title: string, label: string, value?: string, act: string, max: number, onTry?: (text: string) =>
 *   Promise<any>, errorText?: (error: any) => string,
 *   onDone: (text: string, tried?: any) => unknown, anchor?: Element | null}} asked
 */
export function askText({ title, label, value = "", act, max, onTry, errorText = String, onDone, anchor }) {
  const input = element("input", { value, maxLength: max, required: true, autocomplete: "off" });
  const { problem, submit, attempt } = trying(act, errorText);
  const form = element(
    "form",
    {
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        const text = input.value.trim();
        if (!text) return;
        const tried = onTry ? await attempt(() => onTry(text)) : { result: undefined };
        if (!tried) return;
        box.close();
        onDone(text, tried.result);
      },
    },
    element("h1", {}, title),
    element("label", {}, label, input),
    onTry ? problem : "",
    element(
      "div",
      { class: "acts" },
      submit,
      element("button", { class: "button", type: "button", onclick: () => box.close() }, t("Cancel")),
    ),
  );
  const box = openDialog(title, "ask", [form], anchor);
  input.select();
}

/**
 * Asks before what cannot be undone.
 * @param {{title: string, text: string, act: string, errorText?: (error: any) => string, onTry: () =>
 *   Promise<unknown>, anchor?: Element | null}} asked
 */
export function askSure({ title, text, act, errorText = String, onTry, anchor }) {
  const { problem, submit, attempt } = trying(act, errorText);
  submit.classList.add("is-danger");
  const stay = element(
    "button",
    { class: "button", type: "button", onclick: () => box.close() },
    t("Cancel"),
  );
  const form = element(
    "form",
    {
      onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (await attempt(onTry)) box.close();
      },
    },
    element("h1", {}, title),
    element("p", {}, text),
    problem,
    element("div", { class: "acts" }, submit, stay),
  );
  const box = openDialog(title, "ask", [form], anchor);
  stay.focus();
}

/**
 * A button of something that may fail, and where it is said why.
 * @param {string} act
 * @param {(error: any) => string} errorText
 */
function trying(act, errorText) {
  const problem = element("p", { class: "problem", role: "alert" });
  const submit = element("button", { class: "button is-main" }, act);
  const attempt = async (/** @type {() => Promise<any>} */ work) => {
    if (submit.disabled) return null;
    submit.disabled = true;
    problem.textContent = "";
    try {
      return { result: await work() };
    } catch (error) {
      problem.textContent = errorText(error);
      return null;
    } finally {
      submit.disabled = false;
    }
  };
  return { problem, submit, attempt };
}
