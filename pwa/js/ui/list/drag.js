/**
 * Dragging tasks: to another place in a list, another day, another status on a board, another list at the
 * side.
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../domain/tasks.js").Task} Task
 */
import { element } from "../../lib/patch.js";
import { plural, t } from "../../lib/words.js";
import * as actions from "../../domain/edits.js";
import { mayWrite } from "../../domain/members.js";
import { isDone } from "../../domain/tasks.js";

const SLOP_PX = 6;
const EDGE_PX = 48;
const SCROLL_PX = 12;

export class Drag {
  /**
   * @param {App} app
   * @param {string} id
   * @param {boolean} isHeld whether it was picked up by a long press: then letting go in place selects it
   */
  constructor(app, id, isHeld) {
    this.app = app;
    this.isHeld = isHeld;
    this.id = id;
    this.ids = app.list.selected.has(id)
      ? app.list.order.filter((each) => app.list.selected.has(each))
      : [id];
    this.begun = new Map(this.ids.map((each) => [each, app.shown(each)]));
    this.hasMoved = false;
    /** @type {[number, number] | null} */
    this.start = null;
    this.line = element("div", { class: "drop-line", hidden: true });
    this.ghost = element(
      "div",
      { class: "drag-ghost", hidden: true },
      this.ids.length === 1
        ? (app.tasks.all.get(id)?.title ?? "")
        : plural(this.ids.length, "{n} task", "{n} tasks"),
    );
    /** @type {{kind: "row" | "group" | "list", id: string, isAfter?: boolean} | null} */
    this.target = null;
    document.body.append(this.line, this.ghost);
    app.list.rows.get(id)?.classList.add("is-lifted");
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  move(x, y) {
    this.start ??= [x, y];
    if (Math.hypot(x - this.start[0], y - this.start[1]) > SLOP_PX) this.hasMoved = true;
    if (!this.hasMoved) return;
    document.documentElement.classList.add("is-dragging");
    this.ghost.hidden = false;
    this.ghost.style.translate = `${x + 12}px ${y + 8}px`;
    this.#scroll(y);
    this.target = this.#targetAt(x, y);
    this.#show();
  }

  drop() {
    const { target } = this;
    this.cancel();
    if (!this.hasMoved) return this.isHeld && this.app.list.select(this.id, true);
    if (target) this.#carryOut(target);
  }

  cancel() {
    document.documentElement.classList.remove("is-dragging");
    for (const marked of document.querySelectorAll(".is-drop, .is-lifted"))
      marked.classList.remove("is-drop", "is-lifted");
    this.line.remove();
    this.ghost.remove();
  }

  /** @param {number} y */
  #scroll(y) {
    const { scroller } = this.app.list.window;
    const box = scroller.getBoundingClientRect();
    if (y < box.top + EDGE_PX + 52) scroller.scrollTop -= SCROLL_PX;
    else if (y > box.bottom - EDGE_PX) scroller.scrollTop += SCROLL_PX;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {Drag["target"]}
   */
  #targetAt(x, y) {
    const over = document.elementFromPoint(x, y);
    const link = /** @type {HTMLElement | null} */ (over?.closest("a[data-list], a[data-route='inbox']"));
    if (link) return this.#isClosed(link.dataset.list) ? null : { kind: "list", id: link.dataset.list ?? "" };
    const row = /** @type {HTMLElement | null} */ (over?.closest("#groups .row"));
    const { route } = this.app;
    const task = this.app.tasks.all.get(row?.dataset.id ?? "");
    if (row && task && this.app.isOrdered() && !actions.isWithin(this.app.tasks, task, new Set(this.ids))) {
      const box = row.getBoundingClientRect();
      return { kind: "row", id: task.id, isAfter: y > box.top + box.height / 2 };
    }
    const section = /** @type {HTMLElement | null} */ (over?.closest("#groups [data-key]"));
    if (section?.dataset.key && (route.isBoard || route.name === "upcoming"))
      return { kind: "group", id: section.dataset.key };
    return null;
  }

  /**
   * Whether a list is in a space that one may only read.
   * @param {string | undefined} id
   */
  #isClosed(id) {
    const list = id ? this.app.tasks.lists.get(id) : undefined;
    return list !== undefined && !mayWrite(this.app.store, list.space);
  }

  #show() {
    for (const marked of document.querySelectorAll(".is-drop")) marked.classList.remove("is-drop");
    const { target } = this;
    const row = target?.kind === "row" ? this.app.list.rows.get(target.id) : null;
    this.line.hidden = !row;
    if (row && target) {
      const box = row.getBoundingClientRect();
      this.line.style.translate = `${box.left}px ${(target.isAfter ? box.bottom : box.top) - 1}px`;
      this.line.style.inlineSize = `${box.width}px`;
    }
    if (target?.kind === "group") this.app.list.sections.get(target.id)?.classList.add("is-drop");
    if (target?.kind === "list")
      document
        .querySelector(target.id ? `[data-list="${target.id}"]` : "#side [data-route='inbox']")
        ?.classList.add("is-drop");
  }

  /** @param {{kind: string, id: string, isAfter?: boolean}} target */
  #carryOut({ kind, id, isAfter }) {
    const { app } = this;
    const shown = (/** @type {string} */ each) => this.begun.get(each) ?? app.shown(each);
    const chosen = app.again(
      this.ids.map((each) => app.tasks.all.get(each)).filter((task) => task !== undefined),
    );
    const names = app.named(chosen);
    if (kind === "list") return app.moveTo(chosen, id || null, shown);
    if (kind === "group")
      return app.route.isBoard
        ? app.setStatus(chosen, id, { shown })
        : app.act(t("{names} moved", { names }), actions.moveToDay(chosen, id, shown));
    const target = app.tasks.all.get(id);
    if (target) return this.#place(chosen, target, Boolean(isAfter), shown);
    return undefined;
  }

  /**
   * @param {Task[]} chosen
   * @param {Task} target
   * @param {boolean} isAfter
   * @param {(id: string) => any} shown
   */
  #place(chosen, target, isAfter, shown) {
    const { app } = this;
    const moved = new Set(this.ids);
    const isApart = chosen.some((task) => app.tasks.spaceOf(task) !== app.tasks.spaceOf(target));
    if (actions.isWithin(app.tasks, target, moved) || (isApart && app.tasks.parentOf(target)))
      return undefined;
    // these are in the order they were completed in
    if (app.route.isBoard && isDone(target)) return app.setStatus(chosen, target.status, { shown });
    const siblings = actions.siblingsOf(app.tasks, target).filter((task) => !moved.has(task.id));
    const start = siblings.findIndex((task) => task.id === target.id) + (isAfter ? 1 : 0);
    const set = { parent: app.tasks.parentOf(target)?.id ?? null, list: target.list };
    const edits = actions.reorder(
      app.tasks,
      siblings.toSpliced(start, 0, ...chosen),
      start,
      chosen.length,
      set,
      shown,
    );
    const isOther = app.route.isBoard && chosen.some(({ status }) => status !== target.status);
    return isOther
      ? app.setStatus(chosen, target.status, { shown, moves: edits })
      : app.act(t("{names} moved", { names: app.named(chosen) }), edits);
  }
}
