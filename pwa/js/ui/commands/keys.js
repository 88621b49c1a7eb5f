/**
 * Listens for the keys of commands.
 * @typedef {import("./command.js").Command} Command
 * @typedef {import("./command.js").Context} Context
 */
import { chosenTasks } from "./command.js";
import { escape } from "./navigation.js";
import { COMMANDS } from "./table.js";

const SECOND_KEY_MS = 1_200;
const PAUSE_MS = 1_000;
const TEXT_FIELD = "input:not([type=checkbox], [type=radio]), textarea, select";
/** Keys with another meaning outside a row. */
const ON_ROWS = ["ArrowDown", "ArrowUp", "Backspace", "Delete"];
const OF_BROWSER = ["Enter", "Space", "Tab", "Shift+Tab"];

export class Keys {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    this.first = "";
    this.firstMs = 0;
    /** @type {{field: Element | null, ms: number}} the field that was last typed in, and when */
    this.typed = { field: null, ms: 0 };
    addEventListener("keydown", (event) => this.#note(event), true);
    addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {KeyboardEvent} event */
  #note(event) {
    const target = /** @type {Element} */ (event.target);
    if (!target.matches?.(TEXT_FIELD)) return;
    const isEnd = ["Enter", "Escape", "Tab"].includes(event.key);
    this.typed = { field: isEnd ? null : target, ms: event.timeStamp };
  }

  /**
   * Whether a key belongs to a field that was removed during typing: then it is no command.
   * @param {KeyboardEvent} event
   */
  #isForGone(event) {
    const isSo = this.typed.field?.checkVisibility() === false && event.timeStamp - this.typed.ms < PAUSE_MS;
    if (isSo) this.typed.ms = event.timeStamp;
    return isSo;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const pressed = written(event);
    const isTyping = target.matches?.(TEXT_FIELD) ?? false;
    const isSingle = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Escape" && (isSingle || !isTyping)) return escape(this.context);
    if (isTyping && pressed !== "Control+K") return;
    if (isSingle && this.#isForGone(event)) return event.preventDefault();
    if (isSingle && event.key.length === 1 && !this.context.view.settings.hasKeys) return;
    this.#run(event, pressed, target);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {string} pressed
   * @param {HTMLElement} target
   */
  #run(event, pressed, target) {
    const found = this.#find(pressed, target);
    this.first = !found && pressed === "G" ? "G" : "";
    this.firstMs = event.timeStamp;
    if (found && this.context.run(found.id) !== false) event.preventDefault();
  }

  /**
   * @param {string} pressed
   * @param {HTMLElement} target
   */
  #find(pressed, target) {
    const isSecond = this.first && performance.now() - this.firstMs < SECOND_KEY_MS;
    const keys = isSecond ? `${this.first} ${pressed}` : pressed;
    const found = COMMANDS.find((command) => command.keys?.includes(keys));
    return found && (isSecond || this.#isMeant(found, pressed, target)) ? found : undefined;
  }

  /**
   * Whether a key is a command here and not a key of the browser.
   * @param {Command} command
   * @param {string} pressed
   * @param {HTMLElement} target
   */
  #isMeant({ when, isForOne }, pressed, target) {
    const isOnRow = Boolean(target.closest?.(".row-title, .ring"));
    if (OF_BROWSER.includes(pressed) && !isOnRow) return false;
    if (pressed === "Space" && target.closest(".ring")) return false;
    if (pressed.endsWith("Tab"))
      return when?.(this.context, chosenTasks(this.context, document.activeElement, isForOne)) ?? true;
    if (!ON_ROWS.includes(pressed) || isOnRow || target.closest("#pane")) return true;
    return pressed.startsWith("Arrow") && (target === document.body || Boolean(target.closest("#main")));
  }
}

/**
 * A key press in the notation of commands.
 * @param {KeyboardEvent} event
 */
function written(event) {
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const isShifted = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key));
  return [(event.ctrlKey || event.metaKey) && "Control", event.altKey && "Alt", isShifted && "Shift", key]
    .filter(Boolean)
    .join("+");
}
