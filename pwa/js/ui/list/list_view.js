/**
 * The tasks of a route: groups of rows. Of a long list only what is near the screen is in the document, and
 * rows that leave are used again.
 * @typedef {import("../kit/view.js").View} View
 * @typedef {import("../../domain/tasks.js").Task} Task
 * @typedef {import("../../domain/views.js").Group} Group
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 * @typedef {{task: Task, depth: number}} Row
 */
import { dayOf } from "../../lib/dates.js";
import { byId } from "../../lib/dom.js";
import { arrange, bring, element, move } from "../../lib/patch.js";
import { mayWrite } from "../../domain/members.js";
import { groupsOf } from "../../domain/views.js";
import { CompletingRows } from "./completing_rows.js";
import { fillHeading, makeSection } from "./groups.js";
import { RemoteHighlight } from "./remote_highlight.js";
import { aroundOf, rowOf } from "./row.js";
import { ListWindow } from "./window.js";

const FOLD_MIN = 5;
const POOL_MAX = 60;

export class ListView {
  /**
   * @param {View} view
   * @param {(command: string) => unknown} run
   */
  constructor(view, run) {
    this.view = view;
    this.run = run;
    this.box = byId("groups");
    this.window = new ListWindow(this.box, () => this.#fill());
    /** @type {Group[]} */
    this.groups = [];
    /** @type {string[]} the ids of all rows, in the order of the page */
    this.order = [];
    /** @type {Map<string, number>} the position of each row among all */
    this.positions = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.sections = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.rows = new Map();
    /** @type {HTMLElement[]} */
    this.pool = [];
    /** @type {Map<string, EditBase>} what the reader of each row was thereby shown */
    this.bases = new Map();
    this.completing = new CompletingRows((ids) => this.#close(ids));
    this.remoteHighlight = new RemoteHighlight(() => view.render());
    /** @type {Set<string>} */
    this.selected = new Set();
    /** @type {Map<string, boolean>} groups that were folded or unfolded by hand */
    this.folds = new Map();
    /** @type {string | null} the one row that Tab reaches */
    this.active = null;
    /** @type {{id: string, field: HTMLInputElement} | null} the row whose title is being edited */
    this.editing = null;
    this.isPrinting = false;
    /** @type {(id: string) => unknown} told of a task whose row leaves the document */
    this.onRelease = () => {};
    this.#listen();
  }

  render() {
    const { view } = this;
    this.groups = this.completing.keep(groupsOf(view.tasks, view.route, view.now()), view.tasks);
    this.#number();
    this.window.measure(
      this.groups.map((group) => (this.#isFolded(group) ? { ...group, rows: [] } : group)),
      { isBoard: view.route.isBoard, isWhole: this.isPrinting },
      () => this.#rowHeight(),
    );
    this.box.classList.toggle("is-windowed", this.window.isPartial);
    this.box.classList.toggle("board", view.route.isBoard);
    this.box.classList.toggle("is-shared", Object.keys(view.store.roles).length > 1);
    this.box.dataset.route = view.route.name;
    this.#fill();
  }

  /**
   * What the person was shown of a task that is on the screen.
   * @param {string} id
   * @returns {EditBase | undefined}
   */
  editBase(id) {
    return this.bases.get(id);
  }

  /**
   * The row of a task brought into view and focused.
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
   * Focuses the row that is at a position now, or the last one.
   * @param {number} position
   */
  focusAt(position) {
    return this.focus(this.order[Math.min(position, this.order.length - 1)]);
  }

  /**
   * The id of the row some steps from another, in the order of the page.
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
   * @param {string} id
   * @param {boolean} [isOn]
   */
  select(id, isOn = !this.selected.has(id)) {
    if (isOn) this.selected.add(id);
    else this.selected.delete(id);
    this.view.render();
  }

  /**
   * Selects all from one row to another.
   * @param {string} to
   * @param {string | null} [from]
   */
  selectTo(to, from = this.active) {
    const ends = [this.positions.get(from ?? to) ?? 0, this.positions.get(to) ?? 0];
    for (const id of this.order.slice(Math.min(...ends), Math.max(...ends) + 1)) this.selected.add(id);
    this.view.render();
  }

  selectAll() {
    for (const id of this.order) this.selected.add(id);
    this.view.render();
  }

  clearSelection() {
    this.selected.clear();
    this.view.render();
  }

  /**
   * Tasks that are being completed keep their rows for a moment.
   * @param {string[]} ids
   */
  holdCompleting(ids) {
    this.completing.hold(ids, this.groups);
  }

  /**
   * The rows of completed tasks go; the focus stays at its position.
   * @param {string[]} ids
   */
  #close(ids) {
    const { view } = this;
    const focused = this.idOf(document.activeElement);
    const position = this.positions.get(focused ?? "");
    // it may have been undone, and selected again
    for (const id of ids) if (view.tasks.all.get(id)?.status === "completed") this.selected.delete(id);
    view.render();
    if (focused && position !== undefined && ids.includes(focused))
      view.afterRender(() => this.focusAt(position));
  }

  /** Another list is shown. */
  leave() {
    this.selected.clear();
    this.completing.clear();
    this.active = null;
  }

  /** @param {string} key */
  showGroup(key) {
    const section = this.sections.get(key);
    if (section) this.window.showGroup(key, section);
  }

  /**
   * The task a row or something in it stands for.
   * @param {any} target
   * @returns {string | undefined}
   */
  idOf(target) {
    return target?.closest?.("#groups .row")?.dataset.id;
  }

  /**
   * @param {string} key
   * @param {boolean} isFolded
   */
  fold(key, isFolded) {
    this.folds.set(this.#foldKey(key), isFolded);
    this.view.render();
  }

  /**
   * The row that Tab reaches from now on, as after it got the focus by pointer or script.
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

  /** Gives every row its position; what is gone is not selected, nor reached by Tab. */
  #number() {
    const position = this.positions.get(this.active ?? "") ?? 0;
    const open = this.groups.filter((group) => !this.#isFolded(group));
    this.order = open.flatMap(({ rows }) => rows.map(({ task }) => task.id));
    this.positions = new Map(this.order.map((id, index) => [id, index]));
    for (const id of this.selected) if (!this.positions.has(id)) this.selected.delete(id);
    if (this.active === null || !this.positions.has(this.active))
      this.active = this.order[Math.min(position, this.order.length - 1)] ?? null;
  }

  /** @param {Group} group */
  #isFolded({ key, isFolding, rows }) {
    return Boolean(isFolding) && (this.folds.get(this.#foldKey(key)) ?? rows.length > FOLD_MIN);
  }

  /** @param {string} key */
  #foldKey(key) {
    return `${this.view.route.name}/${this.view.route.list}/${key}`;
  }

  /** The height of a row, in pixels: of one that is there, else of one put in for a moment. */
  #rowHeight() {
    const [first] = this.rows.values();
    if (first) return first.getBoundingClientRect().height;
    const row = element("li", { class: "row" }, element("button", { class: "ring" }));
    this.box.append(row);
    const { height } = row.getBoundingClientRect();
    row.remove();
    return height;
  }

  /** @param {string} id */
  #show(id) {
    for (const group of this.groups) {
      const index = group.rows.findIndex(({ task }) => task.id === id);
      if (index >= 0) this.window.showRow(group, index);
    }
  }

  /**
   * Puts the rows that are near the screen into the document, in order, and takes out the others. A row that
   * changes its group is moved within the document, so that it keeps its focus.
   */
  #fill() {
    const focused = this.idOf(document.activeElement);
    const wanted = new Map(this.groups.map((group) => [group, this.#near(group, focused)]));
    const staying = new Set([...wanted.values()].flatMap((rows) => rows.map(([{ task }]) => task.id)));
    for (const [id, row] of this.rows) if (!staying.has(id)) this.#release(id, row);
    this.#placeSections(wanted);
    const today = dayOf(this.view.now());
    for (const [group, rows] of wanted) this.#fillGroup(group, rows, today);
    this.#dropSections();
  }

  /**
   * The rows of a group that are near the screen or kept for the focus, with their index.
   * @param {Group} group
   * @param {string | undefined} focused
   * @returns {[Row, number][]}
   */
  #near(group, focused) {
    if (this.#isFolded(group)) return [];
    const [first, last] = this.window.range(group);
    const isKept = (/** @type {Row} */ { task }) => task.id === this.active || task.id === focused;
    return [...group.rows.entries()]
      .filter(([index, row]) => (index >= first && index < last) || isKept(row))
      .map(([index, row]) => [row, index]);
  }

  /**
   * Sections in order; far ones are out of the document.
   * @param {Map<Group, [Row, number][]>} wanted
   */
  #placeSections(wanted) {
    let next = this.box.firstElementChild;
    for (const [group, rows] of wanted) {
      const section = this.#sectionOf(group);
      const isNear = rows.length > 0 || this.window.isNear(group);
      if (section === next) next = next.nextElementSibling;
      else if (isNear) move(this.box, section, next);
      if (!isNear) section.remove();
    }
  }

  /** @param {Group} group */
  #sectionOf(group) {
    const section = this.sections.get(group.key) ?? makeSection(group);
    this.sections.set(group.key, section);
    const isFolded = this.#isFolded(group);
    fillHeading(section, group, isFolded, {
      fold: (key, isOn) => this.fold(key, isOn),
      run: this.run,
    });
    this.window.placeSection(section, isFolded ? { ...group, rows: [] } : group);
    return section;
  }

  #dropSections() {
    const wanted = new Set(this.groups.map((group) => group.key));
    for (const [key, section] of this.sections) {
      if (wanted.has(key)) continue;
      section.remove();
      this.sections.delete(key);
    }
  }

  /**
   * @param {Group} group
   * @param {[Row, number][]} rows
   * @param {string} today
   */
  #fillGroup({ key }, rows, today) {
    const list = /** @type {HTMLElement} */ (this.sections.get(key)?.lastElementChild);
    const nodes = rows.map(([row, index]) => this.#rowOf(row, index, today));
    arrange(list, nodes);
  }

  /**
   * @param {Row} row
   * @param {number} index in its group
   * @param {string} today
   */
  #rowOf({ task, depth }, index, today) {
    const { id } = task;
    const { tasks, route, store } = this.view;
    const around = aroundOf(tasks, route, task, depth, today);
    const node = this.rows.get(id) ?? this.pool.pop();
    const row = /** @type {HTMLElement} */ (bring(rowOf(task, around, this.#lookOf(task, index)), node));
    this.rows.set(id, row);
    this.bases.set(id, store.begin(id));
    return row;
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
    };
  }

  /**
   * @param {string} id
   * @param {HTMLElement} row
   */
  #release(id, row) {
    this.onRelease(id);
    row.remove();
    row.classList.remove("is-swiped", "is-lifted");
    row.style.translate = "";
    if (this.editing?.id === id) this.editing = null;
    this.rows.delete(id);
    this.bases.delete(id);
    if (this.pool.length < POOL_MAX) this.pool.push(row);
  }
}
