/**
 * The tasks of a route: groups of rows. Of a long list only rows near the screen are in the document; nodes
 * of rows that leave are reused.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {import("../../domain/task.js").Task} Task
 * @typedef {import("../../domain/views.js").Group} Group
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 * @typedef {{task: Task, depth: number}} Row
 */
import { dayOf } from "../../lib/dates.js";
import { byId } from "../../lib/dom.js";
import { arrange } from "../../lib/patch.js";
import { mayWrite } from "../../domain/members.js";
import { groupsOf } from "../../domain/views.js";
import { CompletingRows } from "./completing_rows.js";
import { RemoteHighlight } from "./remote_highlight.js";
import { Folds } from "./folds.js";
import { Rows } from "./rows.js";
import { Sections } from "./sections.js";
import { Selection } from "./selection.js";
import { ListWindow } from "./window.js";

export class ListView {
  /**
   * @param {View} view
   * @param {import("../kit/view.js").Run} run
   */
  constructor(view, run) {
    this.view = view;
    this.box = byId("groups");
    this.window = new ListWindow(this.box, () => this.#fill());
    /** @type {Group[]} */
    this.groups = [];
    /** @type {string[]} the ids of all rows, in the order of the page */
    this.order = [];
    /** @type {Map<string, number>} the position of each row in the list */
    this.positions = new Map();
    this.folds = new Folds(view);
    this.sections = new Sections(this.box, this.window, this.folds, run);
    this.shown = new Rows(view);
    /** The nodes of the rows in the document, by the id of their task. */
    this.rows = this.shown.nodes;
    this.selected = new Selection(() => view.render());
    this.completing = new CompletingRows((ids) => this.#close(ids));
    this.remoteHighlight = new RemoteHighlight(() => view.render());
    /** @type {string | null} the row in the tab order (roving tabindex) */
    this.active = null;
    /** @type {{id: string, field: HTMLInputElement} | null} the row whose title is being edited */
    this.editing = null;
    this.isPrinting = false;
    /** @type {(id: string) => unknown} called with a task whose row leaves the document */
    this.onRelease = () => {};
    this.#listen();
  }

  render() {
    const { view } = this;
    this.groups = this.completing.keep(groupsOf(view.tasks, view.route, view.now()), view.tasks);
    this.#number();
    this.window.measure(
      this.groups.map((group) => (this.folds.isFolded(group) ? { ...group, rows: [] } : group)),
      { isBoard: view.route.isBoard, isWhole: this.isPrinting },
      () => this.shown.height(this.box),
    );
    this.box.classList.toggle("is-windowed", this.window.isPartial);
    this.box.classList.toggle("board", view.route.isBoard);
    this.box.classList.toggle("is-shared", Object.keys(view.store.roles).length > 1);
    this.box.dataset.route = view.route.name;
    this.#fill();
  }

  /**
   * The edit base of a task on the screen.
   * @param {string} id
   * @returns {EditBase | undefined}
   */
  editBase(id) {
    return this.shown.bases.get(id);
  }

  /**
   * Scrolls to the row of a task and focuses it.
   * @param {string | undefined} id
   * @returns {boolean}
   */
  focus(id) {
    if (id === undefined || !this.positions.has(id)) return false;
    this.activate(id);
    if (!this.rows.has(id)) this.#show(id);
    const row = this.rows.get(id);
    const title = /** @type {HTMLElement | null | undefined} */ (row?.querySelector(".row-title"));
    title?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
    return Boolean(title);
  }

  /**
   * Focuses the row at a position, or the last one.
   * @param {number} position
   */
  focusAt(position) {
    return this.focus(this.order[Math.min(position, this.order.length - 1)]);
  }

  /**
   * The id of the row some steps away from another, in the order of the page.
   * @param {string | null} from
   * @param {number} by
   */
  step(from, by) {
    const last = this.order.length - 1;
    const position = from === null ? undefined : this.positions.get(from);
    if (position === undefined) return this.order[by > 0 ? 0 : last];
    return this.order[Math.min(last, Math.max(0, position + by))];
  }

  /**
   * Selects all rows from one to another.
   * @param {string} to
   * @param {string | null} [from]
   */
  selectTo(to, from = this.active) {
    const ends = [this.positions.get(from ?? to) ?? 0, this.positions.get(to) ?? 0];
    this.selected.add(this.order.slice(Math.min(...ends), Math.max(...ends) + 1));
  }

  /**
   * Tasks that are being completed keep their rows for a moment.
   * @param {string[]} ids
   */
  holdCompleting(ids) {
    this.completing.hold(ids, this.groups);
  }

  /**
   * Removes the rows of completed tasks; the focus stays at its position.
   * @param {string[]} ids
   */
  #close(ids) {
    const { view } = this;
    const focused = this.idOf(document.activeElement);
    const position = this.positions.get(focused ?? "");
    // it may have been undone, and selected again
    this.selected.remove(ids.filter((id) => view.tasks.all.get(id)?.status === "completed"));
    view.render();
    if (focused && position !== undefined && ids.includes(focused))
      view.afterRender(() => this.focusAt(position));
  }

  /** Resets the state for another list. */
  leave() {
    this.selected.clear();
    this.completing.clear();
    this.active = null;
  }

  /** @param {string} key */
  showGroup(key) {
    const section = this.sections.nodes.get(key);
    if (section) this.window.showGroup(key, section);
  }

  /**
   * The task of a row or of an element in it.
   * @param {any} target
   * @returns {string | undefined}
   */
  idOf(target) {
    return target?.closest?.("#groups .row")?.dataset.id;
  }

  /**
   * Puts a row into the tab order instead of another, such as after pointer or script focused it.
   * @param {string} id
   */
  activate(id) {
    if (id === this.active) return;
    const [before, after] = [this.active, id].map(
      (each) =>
        /** @type {HTMLElement | null | undefined} */ (
          this.rows.get(each ?? "")?.querySelector("a.row-title")
        ),
    );
    this.active = id;
    if (before) before.tabIndex = -1;
    if (after) after.tabIndex = 0;
  }

  #listen() {
    addEventListener("resize", () => this.view.render());
    for (const event of ["beforeprint", "afterprint"])
      addEventListener(event, () => {
        this.isPrinting = event === "beforeprint";
        this.render();
      });
  }

  /** Gives every row its position; removed tasks leave the selection and the tab order. */
  #number() {
    const position = this.positions.get(this.active ?? "") ?? 0;
    const open = this.groups.filter((group) => !this.folds.isFolded(group));
    this.order = open.flatMap(({ rows }) => rows.map(({ task }) => task.id));
    this.positions = new Map();
    this.order.forEach((id, index) => this.positions.set(id, index));
    this.selected.retain(this.positions);
    if (this.active === null || !this.positions.has(this.active))
      this.active = this.order[Math.min(position, this.order.length - 1)] ?? null;
  }

  /** @param {string} id */
  #show(id) {
    for (const group of this.groups) {
      const index = group.rows.findIndex(({ task }) => task.id === id);
      if (index >= 0) this.window.showRow(group, index);
    }
  }

  /**
   * Puts the rows near the screen into the document, in order, and removes the others. A row that changes its
   * group is moved within the document, so that it keeps the focus.
   */
  #fill() {
    const focused = this.idOf(document.activeElement);
    const wanted = new Map(this.groups.map((group) => [group, this.#near(group, focused)]));
    const staying = new Set([...wanted.values()].flatMap((rows) => rows.map(([{ task }]) => task.id)));
    for (const id of this.rows.keys()) if (!staying.has(id)) this.#release(id);
    this.sections.place(this.groups, (group) => Boolean(wanted.get(group)?.length));
    const today = dayOf(this.view.now());
    for (const [group, rows] of wanted) this.#fillGroup(group, rows, today);
    this.sections.retain(this.groups);
  }

  /**
   * The rows of a group near the screen, and those with the focus or in the tab order, with their index.
   * @param {Group} group
   * @param {string | undefined} focused
   * @returns {[Row, number][]}
   */
  #near(group, focused) {
    if (this.folds.isFolded(group)) return [];
    const { rows } = group;
    const [first, last] = this.window.range(group);
    const start = this.positions.get(rows[0]?.task.id) ?? 0;
    const indexes = new Set([this.active, focused].map((id) => (this.positions.get(id ?? "") ?? -1) - start));
    for (let index = first; index < last; index++) indexes.add(index);
    return [...indexes]
      .filter((index) => index in rows)
      .sort((a, b) => a - b)
      .map((index) => [rows[index], index]);
  }

  /**
   * @param {Group} group
   * @param {[Row, number][]} rows
   * @param {string} today
   */
  #fillGroup({ key }, rows, today) {
    const list = /** @type {HTMLElement} */ (this.sections.nodes.get(key)?.lastElementChild);
    const nodes = rows.map(([row, index]) => this.shown.bring(row, today, this.#lookOf(row.task, index)));
    arrange(list, nodes);
  }

  /**
   * @param {Task} task
   * @param {number} index
   * @returns {import("./row.js").Look}
   */
  #lookOf(task, index) {
    const { id } = task;
    const { tasks, route, store } = this.view;
    const isReadOnly = !mayWrite(store, tasks.spaceOf(task));
    const isOpen = route.task === id;
    const isPicked = this.selected.has(id);
    const { fresh } = this.remoteHighlight;
    const classes = [
      isPicked || isOpen ? " is-selected" : "",
      isPicked ? " is-picked" : "",
      isReadOnly ? " is-read-only" : "",
      fresh.has(id) ? " is-news" : "",
    ];
    return {
      classes: classes.join(""),
      isReadOnly,
      isOpen,
      tabIndex: id === this.active ? 0 : -1,
      top: this.window.topOfRow(index),
      field: this.editing?.id === id ? this.editing.field : null,
      by: fresh.get(id),
      unread: this.view.unread.textOf(id),
    };
  }

  /** @param {string} id */
  #release(id) {
    this.onRelease(id);
    if (this.editing?.id === id) this.editing = null;
    this.shown.release(id);
  }
}
