/**
 * Pointers on rows: tap the ring, hold it, swipe, drag, select; and editing a title in its row. Everything
 * here has a key and a menu beside it.
 * @typedef {import("../../app.js").App} App
 * @typedef {{id: string, row: HTMLElement, x: number, y: number, isTouch: boolean, isRing: boolean, from:
 *   string | null, timer?: ReturnType<typeof setTimeout>,
 *   kind: "press" | "swipe" | "drag" | "held", pointer: number}} Press
 */
import { element } from "../../lib/patch.js";
import { t } from "../../lib/words.js";

const HOLD_MS = 450;
const SLOP_PX = 6;
const SWIPE_PX = 88;

export class Gestures {
  /** @param {App} app */
  constructor(app) {
    this.app = app;
    this.box = app.list.box;
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
      const id = app.list.idOf(event.target);
      if (id) app.list.activate(id);
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

  /**
   * Turns the title of a row into a field until Enter, Esc or leaving.
   * @param {string} id
   */
  editTitle(id) {
    const { app } = this;
    const row = app.list.rows.get(id);
    const task = app.tasks.all.get(id);
    if (!row || app.list.editing || !task || !app.writable([task]).length) return;
    const input = element("input", {
      class: "row-title-edit",
      value: task.title,
      maxLength: 500,
      "aria-label": t("Title of {title}", { title: task.title }),
      enterKeyHint: "done",
      dir: "auto",
    });
    app.editors.begin(input, id, "title", app.shown(id));
    app.list.editing = { id, field: input };
    app.page.renderNow();
    let isOver = false;
    const end = async (/** @type {boolean} */ isKept, /** @type {boolean} */ isFocusing) => {
      if (isOver) return;
      isOver = true;
      if (isKept) await app.editors.end(input);
      else await app.editors.giveUp(input);
      if (app.list.editing?.field === input) app.list.editing = null;
      // what it is called now may not be shown here
      app.afterRender(() => isFocusing && (app.list.focus(id) || app.focusNear()));
    };
    input.addEventListener("input", () => app.editors.typed(input));
    input.addEventListener("blur", () => end(true, false));
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || !["Enter", "Escape"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      end(event.key === "Enter", true);
    });
    input.focus();
    input.select();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const target = /** @type {Element} */ (event.target);
    const id = this.app.list.idOf(target);
    const task = id && this.app.tasks.all.get(id);
    if (!id || !task) return;
    if (this.isClickSpent) {
      this.isClickSpent = false;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (target.closest("[data-act='restore']")) this.app.restore([task]);
    else if (target.closest(".ring")) {
      if (this.app.route.name !== "trash") this.app.toggle([task]);
    } else if (
      event.shiftKey ||
      event.ctrlKey ||
      event.metaKey ||
      (this.app.list.selected.size && this.last?.isTouch)
    ) {
      event.preventDefault();
      event.stopPropagation();
      if (event.shiftKey) this.app.list.selectTo(id, this.last?.from);
      else this.app.list.select(id);
      this.app.list.activate(id);
    }
  }

  /** @param {MouseEvent} event */
  #doubleClick(event) {
    const id = this.app.list.idOf(event.target);
    if (id && !(/** @type {Element} */ (event.target).closest(".ring, button"))) this.editTitle(id);
  }

  /** @param {MouseEvent} event */
  #menu(event) {
    const id = this.app.list.idOf(event.target);
    const task = id && this.app.tasks.all.get(id);
    if (!id || !task || /** @type {Element} */ (event.target).closest("input")) return;
    event.preventDefault();
    if (this.last?.isTouch) return; // a long press has its own meaning here
    const chosen = this.app.list.selected.has(id) ? this.app.chosen() : [task];
    this.app.openTaskMenu(chosen, this.app.list.rows.get(id));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const target = /** @type {Element} */ (event.target);
    const id = this.app.list.idOf(target);
    if (!id || event.button || target.closest("input")) return;
    const row = /** @type {HTMLElement} */ (this.app.list.rows.get(id));
    this.isClickSpent = false;
    const press = /** @type {Press} */ ({
      id,
      row,
      x: event.clientX,
      y: event.clientY,
      isTouch: event.pointerType !== "mouse",
      isRing: Boolean(target.closest(".ring")),
      from: this.app.list.active,
      kind: "press",
      pointer: event.pointerId,
    });
    this.press = press;
    this.last = press;
    if (press.isTouch || press.isRing) press.timer = setTimeout(() => this.#hold(press), HOLD_MS);
  }

  /**
   * A long press: on the ring it starts the task, elsewhere it picks the row up.
   * @param {Press} press
   */
  async #hold(press) {
    if (this.press !== press || press.kind !== "press") return;
    this.isClickSpent = true;
    const task = this.app.tasks.all.get(press.id);
    if (press.isRing && task) {
      press.kind = "held";
      this.app.toggleStarted([task]);
    } else await this.#lift(press, true);
    navigator.vibrate?.(10);
  }

  /**
   * @param {Press} press
   * @param {boolean} isHeld
   */
  async #lift(press, isHeld) {
    press.kind = "drag";
    const { Drag } = await this.app.page.more();
    const task = this.app.tasks.all.get(press.id);
    if (this.press !== press || !task || !this.app.writable([task]).length) return;
    this.drag = new Drag(this.app, press.id, isHeld);
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
        this.app.route.name !== "trash" &&
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
      // the pointer has left already
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
    press.row.dataset.words = forward > 0 ? t("Complete") : t("Schedule");
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const { press } = this;
    if (!press || event.pointerId !== press.pointer) return;
    clearTimeout(press.timer);
    const task = this.app.tasks.all.get(press.id);
    if (press.kind === "swipe") {
      const wanted = press.row.dataset.swipe;
      this.#settle(press.row);
      if (task && wanted === "done") this.app.toggle([task]);
      else if (task && wanted === "schedule") this.app.chooseDue([task], press.row);
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
