/**
 * Drags tasks: to another position in a list, another day, another status on a board, another list in the
 * sidebar.
 * @typedef {import("../context.js").Context} Context
 * @typedef {import("../../domain/task.js").Task} Task
 */
import { element } from "../../lib/patch.js";
import { plural, t } from "../../i18n/i18n.js";
import * as actions from "../../domain/edits.js";
import { mayWrite } from "../../domain/members.js";
import { isOrdered } from "../commands/order.js";
import { moveTo } from "../commands/move.js";
import { setStatus } from "../commands/task.js";
import { namesOf } from "../kit/names.js";
import { isDone } from "../../domain/task.js";
import { isWithin, siblingsOf } from "../../domain/task_tree.js";

const SLOP_PX = 6;
const EDGE_PX = 48;
const SCROLL_PX = 12;

export class Drag {
  /**
   * @param {Context} context
   * @param {string} id
   * @param {boolean} isHeld whether a long press started it: then releasing it without a move selects it
   */
  constructor(context, id, isHeld) {
    this.context = context;
    this.isHeld = isHeld;
    this.id = id;
    this.ids = context.list.selected.has(id)
      ? context.list.order.filter((each) => context.list.selected.has(each))
      : [id];
    this.bases = new Map(this.ids.map((each) => [each, context.edit.baseOf(each)]));
    this.hasMoved = false;
    /** @type {[number, number] | null} */
    this.start = null;
    this.line = element("div", { class: "drop-line", hidden: true });
    this.ghost = element(
      "div",
      { class: "drag-ghost", hidden: true },
      this.ids.length === 1
        ? (context.view.tasks.all.get(id)?.title ?? "")
        : plural(this.ids.length, "task.count"),
    );
    /** @type {{kind: "row" | "group" | "list", id: string, isAfter?: boolean} | null} */
    this.target = null;
    document.body.append(this.line, this.ghost);
    context.list.rows.get(id)?.classList.add("is-lifted");
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
    if (!this.hasMoved) return this.isHeld && this.context.list.selected.toggle(this.id, true);
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
    const { scroller } = this.context.list.window;
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
    const { route } = this.context.view;
    const task = this.context.view.tasks.all.get(row?.dataset.id ?? "");
    if (
      row &&
      task &&
      isOrdered(this.context) &&
      !isWithin(this.context.view.tasks, task, new Set(this.ids))
    ) {
      const box = row.getBoundingClientRect();
      return { kind: "row", id: task.id, isAfter: y > box.top + box.height / 2 };
    }
    const section = /** @type {HTMLElement | null} */ (over?.closest("#groups [data-key]"));
    if (section?.dataset.key && (route.isBoard || route.name === "upcoming"))
      return { kind: "group", id: section.dataset.key };
    return null;
  }

  /**
   * Whether the person is a viewer in the space of a list.
   * @param {string | undefined} id
   */
  #isClosed(id) {
    const list = id ? this.context.view.tasks.lists.get(id) : undefined;
    return list !== undefined && !mayWrite(this.context.view.store, list.space);
  }

  #show() {
    for (const marked of document.querySelectorAll(".is-drop")) marked.classList.remove("is-drop");
    const { target } = this;
    const row = target?.kind === "row" ? this.context.list.rows.get(target.id) : null;
    this.line.hidden = !row;
    if (row && target) {
      const box = row.getBoundingClientRect();
      this.line.style.translate = `${box.left}px ${(target.isAfter ? box.bottom : box.top) - 1}px`;
      this.line.style.inlineSize = `${box.width}px`;
    }
    if (target?.kind === "group") this.context.list.sections.nodes.get(target.id)?.classList.add("is-drop");
    if (target?.kind === "list")
      document
        .querySelector(target.id ? `[data-list="${target.id}"]` : "#side [data-route='inbox']")
        ?.classList.add("is-drop");
  }

  /** @param {{kind: string, id: string, isAfter?: boolean}} target */
  #carryOut({ kind, id, isAfter }) {
    const { context } = this;
    const baseOf = (/** @type {string} */ each) => this.bases.get(each) ?? context.edit.baseOf(each);
    const chosen = context.edit.current(
      this.ids.map((each) => context.view.tasks.all.get(each)).filter((task) => task !== undefined),
    );
    const names = namesOf(chosen);
    if (kind === "list") return moveTo(context, chosen, id || null, baseOf);
    if (kind === "group")
      return context.view.route.isBoard
        ? setStatus(context, chosen, id, { baseOf })
        : context.edit.do(t("task.movedNamed", { names }), actions.moveToDay(chosen, id, baseOf));
    const target = context.view.tasks.all.get(id);
    if (target) return this.#place(chosen, target, Boolean(isAfter), baseOf);
    return undefined;
  }

  /**
   * @param {Task[]} chosen
   * @param {Task} target
   * @param {boolean} isAfter
   * @param {import("../commands/edit_service.js").BaseOf} baseOf
   */
  #place(chosen, target, isAfter, baseOf) {
    const { context } = this;
    const moved = new Set(this.ids);
    const isApart = chosen.some(
      (task) => context.view.tasks.spaceOf(task) !== context.view.tasks.spaceOf(target),
    );
    if (isWithin(context.view.tasks, target, moved) || (isApart && context.view.tasks.parentOf(target)))
      return undefined;
    // these are in order of completion
    if (context.view.route.isBoard && isDone(target))
      return setStatus(context, chosen, target.status, { baseOf });
    const siblings = siblingsOf(context.view.tasks, target).filter((task) => !moved.has(task.id));
    const start = siblings.findIndex((task) => task.id === target.id) + (isAfter ? 1 : 0);
    const set = { parent: context.view.tasks.parentOf(target)?.id ?? null, list: target.list };
    const edits = actions.reorder(
      context.view.tasks,
      siblings.toSpliced(start, 0, ...chosen),
      start,
      chosen.length,
      set,
      baseOf,
    );
    const isOther = context.view.route.isBoard && chosen.some(({ status }) => status !== target.status);
    return isOther
      ? setStatus(context, chosen, target.status, { baseOf, moves: edits })
      : context.edit.do(t("task.movedNamed", { names: namesOf(chosen) }), edits);
  }
}
