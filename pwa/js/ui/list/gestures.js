/**
 * Pointers on rows: tap the ring, hold it, swipe, drag, select; and edit a title in its row. Each gesture has
 * a key and a menu entry too.
 * @typedef {import("../context.js").Context} Context
 * @typedef {{id: string, row: HTMLElement, x: number, y: number, isTouch: boolean, isRing: boolean, from:
 *   string | null, timer?: ReturnType<typeof setTimeout>,
 *   kind: "press" | "swipe" | "drag" | "held", pointer: number}} Press
 */
import { t } from "../../i18n/i18n.js";
import { chosenTasks } from "../commands/command.js";
import { chooseDue } from "../commands/choose.js";
import { openTaskMenu } from "../commands/table.js";
import { restore, toggle, toggleStarted } from "../commands/task.js";
import { editTitle } from "../commands/edit_title.js";

const HOLD_MS = 450;
const SLOP_PX = 6;
const SWIPE_PX = 88;

export class Gestures {
  /**
   * @param {Context} context
   * @param {{load: () => Promise<{Drag: typeof import("./drag.js").Drag}>}} lazy
   */
  constructor(context, lazy) {
    this.context = context;
    this.lazy = lazy;
    this.box = context.list.box;
    /** @type {Press | null} */
    this.press = null;
    /**
     * @type {Press | null} the last one, also after it: a click comes later, and after the row got the focus
     */
    this.last = null;
    /** @type {import("./drag.js").Drag | null} */
    this.drag = null;
    this.isClickSpent = false;
    this.box.addEventListener("click", (/** @type {MouseEvent} */ event) => this.#click(event), true);
    this.box.addEventListener("dblclick", (/** @type {MouseEvent} */ event) => this.#doubleClick(event));
    this.box.addEventListener("contextmenu", (/** @type {MouseEvent} */ event) => this.#menu(event));
    this.box.addEventListener("focusin", (/** @type {FocusEvent} */ event) => {
      const id = context.list.idOf(event.target);
      if (id) context.list.activate(id);
    });
    this.box.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => this.#down(event));
    addEventListener("pointermove", (event) => this.#move(event));
    addEventListener("pointerup", (event) => this.#up(event));
    addEventListener("pointercancel", () => this.#cancel());
    this.box.addEventListener(
      "touchmove",
      (/** @type {TouchEvent} */ event) => this.drag && event.preventDefault(),
      { passive: false },
    );
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target);
    const id = this.context.list.idOf(target);
    const task = id && this.context.view.tasks.all.get(id);
    if (!id || !task) return;
    if (this.isClickSpent) {
      this.isClickSpent = false;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (target.closest("[data-act='restore']")) restore(this.context, [task]);
    else if (target.closest(".ring")) {
      if (this.context.view.route.name !== "trash") toggle(this.context, [task]);
    } else if (
      event.shiftKey ||
      event.ctrlKey ||
      event.metaKey ||
      (this.context.list.selected.size && this.last?.isTouch)
    ) {
      event.preventDefault();
      event.stopPropagation();
      if (event.shiftKey) this.context.list.selectTo(id, this.last?.from);
      else this.context.list.selected.toggle(id);
      this.context.list.activate(id);
    }
  }

  /** @param {MouseEvent} event */
  #doubleClick(event) {
    const id = this.context.list.idOf(event.target);
    if (id && !(/** @type {Element} */ (event.target).closest(".ring, button"))) editTitle(this.context, id);
  }

  /** @param {MouseEvent} event */
  #menu(event) {
    const id = this.context.list.idOf(event.target);
    const task = id && this.context.view.tasks.all.get(id);
    if (!id || !task || /** @type {Element} */ (event.target).closest("input")) return;
    event.preventDefault();
    if (this.last?.isTouch) return; // a long press has another meaning here
    const chosen = this.context.list.selected.has(id) ? chosenTasks(this.context) : [task];
    openTaskMenu(this.context, chosen, this.context.list.rows.get(id));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const target = /** @type {Element} */ (event.target);
    const id = this.context.list.idOf(target);
    if (!id || event.button || target.closest("input")) return;
    const row = /** @type {HTMLElement} */ (this.context.list.rows.get(id));
    this.isClickSpent = false;
    const press = /** @type {Press} */ ({
      id,
      row,
      x: event.clientX,
      y: event.clientY,
      isTouch: event.pointerType !== "mouse",
      isRing: Boolean(target.closest(".ring")),
      from: this.context.list.active,
      kind: "press",
      pointer: event.pointerId,
    });
    this.press = press;
    this.last = press;
    if (press.isTouch || press.isRing) press.timer = setTimeout(() => this.#hold(press), HOLD_MS);
  }

  /**
   * A long press: on the ring it starts the task, elsewhere it picks up the row.
   * @param {Press} press
   */
  async #hold(press) {
    if (this.press !== press || press.kind !== "press") return;
    this.isClickSpent = true;
    const task = this.context.view.tasks.all.get(press.id);
    if (press.isRing && task) {
      press.kind = "held";
      toggleStarted(this.context, [task]);
    } else await this.#lift(press, true);
    navigator.vibrate?.(10);
  }

  /**
   * @param {Press} press
   * @param {boolean} isHeld
   */
  async #lift(press, isHeld) {
    press.kind = "drag";
    const { Drag } = await this.lazy.load();
    const task = this.context.view.tasks.all.get(press.id);
    if (this.press !== press || !task || !this.context.edit.writable([task]).length) return;
    this.drag = new Drag(this.context, press.id, isHeld);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.pointer) return;
    const [dx, dy] = [event.clientX - press.x, event.clientY - press.y];
    if (press.kind === "press" && Math.hypot(dx, dy) > SLOP_PX) {
      clearTimeout(press.timer);
      if (!press.isTouch && !press.isRing) this.#lift(press, false);
      else if (
        press.isTouch &&
        Math.abs(dx) > Math.abs(dy) &&
        this.context.view.route.name !== "trash" &&
        !press.row.classList.contains("is-read-only")
      )
        this.#startSwipe(press, event);
      else if (press.isTouch) this.press = null;
    }
    if (press.kind === "swipe") this.#swipe(press, dx);
    this.drag?.move(event.clientX, event.clientY);
  }

  /**
   * @param {Press} press
   * @param {PointerEvent} event
   */
  #startSwipe(press, event) {
    press.kind = "swipe";
    this.isClickSpent = true;
    try {
      press.row.setPointerCapture(event.pointerId);
    } catch {
      // the pointer has already left
    }
    press.row.classList.add("is-swiped");
  }

  /**
   * @param {Press} press
   * @param {number} dx
   */
  #swipe(press, dx) {
    const isRtl = document.documentElement.dir === "rtl";
    const forward = isRtl ? -dx : dx;
    press.row.style.translate = `${dx}px`;
    press.row.dataset.swipe = Math.abs(forward) < SWIPE_PX ? "" : forward > 0 ? "done" : "schedule";
    press.row.dataset.words = forward > 0 ? t("task.complete") : t("task.schedule");
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.pointer) return;
    clearTimeout(press.timer);
    const task = this.context.view.tasks.all.get(press.id);
    if (press.kind === "swipe") {
      const wanted = press.row.dataset.swipe;
      this.#settle(press.row);
      if (task && wanted === "done") toggle(this.context, [task]);
      else if (task && wanted === "schedule") chooseDue(this.context, [task], press.row);
      setTimeout(() => {
        this.isClickSpent = false;
      }, 50);
    }
    if (this.drag) {
      this.isClickSpent = this.drag.hasMoved || press.isTouch;
      this.drag.drop();
      this.drag = null;
      setTimeout(() => {
        this.isClickSpent = false;
      }, 50);
    }
    setTimeout(() => {
      if (this.press === press) this.press = null;
    });
  }

  #cancel() {
    if (this.press) {
      clearTimeout(this.press.timer);
      this.#settle(this.press.row);
    }
    this.drag?.cancel();
    this.drag = null;
    this.press = null;
  }

  /** @param {HTMLElement} row */
  #settle(row) {
    row.classList.remove("is-swiped");
    row.style.translate = "";
    delete row.dataset.swipe;
  }
}
