/**
 * The tasks of a place: groups of rows. Past 200 rows only what is near the screen is in the document, and
 * rows that leave are used again.
 * @typedef {import("../../boot.js").Page} Page
 * @typedef {import("../../domain/tasks.js").Task} Task
 * @typedef {import("../../domain/views.js").Group} Group
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 */
import { dayOf } from "../../lib/dates.js";
import { byId } from "../../lib/dom.js";
import { mayWrite } from "../../domain/members.js";
import { groupsOf } from "../../domain/views.js";
import { CompletingRows } from "./completing_rows.js";
import { fillHeading, makeSection, move } from "./groups.js";
import { RemoteHighlight } from "./remote_highlight.js";
import { aroundOf, fillRow, makeRow } from "./row.js";

const WHOLE_MAX = 200;
const OVERSCAN = 8;
const FOLD_MIN = 5;
const HEADING_PX = 56;
const POOL_MAX = 60;

export class ListView {
  /** @param {Page} page */
  constructor(page) {
    this.page = page;
    this.box = byId("groups");
    this.scroller = byId("main");
    /** @type {Group[]} */
    this.groups = [];
    /** @type {string[]} the ids of all rows, in the order of the page */
    this.order = [];
    /** @type {Map<string, HTMLElement>} */
    this.sections = new Map();
    /** @type {Map<string, HTMLLIElement>} */
    this.rows = new Map();
    /** @type {HTMLLIElement[]} */
    this.pool = [];
    /**
     * @type {Map<string, {task: Task, begun: EditBase, signature: string}>} what is on the screen, and what its
     *   reader was thereby shown
     */
    this.rendered = new Map();
    this.completing = new CompletingRows(this);
    this.remoteHighlight = new RemoteHighlight(this);
    /** @type {Set<string>} */
    this.selected = new Set();
    /** @type {Map<string, boolean>} groups that were folded or unfolded by hand */
    this.folds = new Map();
    /** @type {string | null} the one row that Tab reaches */
    this.active = null;
    /** @type {Map<string, number>} the place of each row among all */
    this.places = new Map();
    this.rowPx = 36;
    this.isWindowed = this.isPrinting = false;
    this.scrolling = 0;
    this.scroller.addEventListener(
      "scroll",
      () => {
        if (this.isWindowed)
          this.scrolling ||= requestAnimationFrame(() => {
            this.scrolling = 0;
            this.#fillWindow();
          });
      },
      { passive: true },
    );
    addEventListener("resize", () => page.render());
    for (const event of ["beforeprint", "afterprint"])
      addEventListener(event, () => {
        this.isPrinting = event === "beforeprint";
        this.render();
      });
  }

  render() {
    const { page } = this;
    this.groups = this.completing.keep(groupsOf(page.tasks, page.route, page.now()));
    this.#arrange();
    this.isWindowed = this.order.length > WHOLE_MAX && !this.isPrinting;
    this.box.classList.toggle("is-windowed", this.isWindowed);
    this.box.classList.toggle("board", page.route.isBoard);
    this.box.classList.toggle("is-shared", Object.keys(page.store.roles).length > 1);
    this.box.dataset.route = page.route.name;
    if (this.isWindowed) this.#measure();
    this.#fillSections();
    this.#fillWindow();
  }

  /**
   * What the person was shown of a task that is on the screen.
   * @param {string} id
   * @returns {EditBase | undefined}
   */
  begun(id) {
    return this.rendered.get(id)?.begun;
  }

  /**
   * Lets completed tasks keep their place for a moment.
   * @param {string[]} ids
   */
  hold(ids) {
    this.completing.hold(ids);
  }

  /**
   * The row of a task brought into view and focused.
   * @param {string | undefined} id
   * @returns {boolean}
   */
  focus(id) {
    const index = id === undefined ? undefined : this.places.get(id);
    if (id === undefined || index === undefined) return false;
    this.#activate(id);
    if (!this.rows.has(id)) {
      this.scroller.scrollTop = this.#offsetOf(id) - this.scroller.clientHeight / 2;
      this.#fillWindow();
    }
    const title = /** @type {HTMLElement | null | undefined} */ (
      this.rows.get(id)?.querySelector(".row-title")
    );
    title?.focus({ preventScroll: true });
    this.rows.get(id)?.scrollIntoView({ block: "nearest" });
    return Boolean(title);
  }

  /**
   * The row that stands at a place now, or the last one.
   * @param {number} index
   */
  focusPlace(index) {
    return this.focus(this.order[Math.min(index, this.order.length - 1)]);
  }

  /**
   * The id of the row some steps from another, in the order of the page.
   * @param {string | null} from
   * @param {number} by
   */
  step(from, by) {
    const index = from === null ? undefined : this.places.get(from);
    return this.order[
      index === undefined
        ? by > 0
          ? 0
          : this.order.length - 1
        : Math.min(this.order.length - 1, Math.max(0, index + by))
    ];
  }

  /**
   * @param {string} id
   * @param {boolean} [isOn]
   */
  select(id, isOn = !this.selected.has(id)) {
    if (isOn) this.selected.add(id);
    else this.selected.delete(id);
    this.page.render();
  }

  /**
   * Selects all from one row to another.
   * @param {string} to
   * @param {string | null} [from]
   */
  selectTo(to, from = this.active) {
    const [start, end] = [this.places.get(from ?? to) ?? 0, this.places.get(to) ?? 0];
    for (const id of this.order.slice(Math.min(start, end), Math.max(start, end) + 1)) this.selected.add(id);
    this.page.render();
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
    if (!section) return;
    if (this.isWindowed)
      this.scroller.scrollTop = this.box.offsetTop + Number(section.dataset.top) - HEADING_PX;
    else section.scrollIntoView({ block: "start" });
  }

  clearSelection() {
    this.selected.clear();
    this.page.render();
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
    this.page.render();
  }

  #arrange() {
    const index = this.places.get(this.active ?? "") ?? 0;
    this.order = [];
    this.places.clear();
    for (const group of this.groups) {
      if (this.#isFolded(group)) continue;
      for (const { task } of group.rows) {
        this.places.set(task.id, this.order.length);
        this.order.push(task.id);
      }
    }
    for (const id of this.selected) if (!this.places.has(id)) this.selected.delete(id);
    if (this.active === null || !this.places.has(this.active))
      this.active = this.order[Math.min(index, this.order.length - 1)] ?? null;
  }

  /** @param {Group} group */
  #isFolded(group) {
    return (
      Boolean(group.isFolding) && (this.folds.get(this.#foldKey(group.key)) ?? group.rows.length > FOLD_MIN)
    );
  }

  /** @param {string} key */
  #foldKey(key) {
    return `${this.page.route.name}/${this.page.route.list}/${key}`;
  }

  #measure() {
    const probe = this.rows.values().next().value ?? this.box.appendChild(makeRow());
    const height = probe.getBoundingClientRect().height;
    if (!probe.dataset.id) probe.remove();
    if (height) this.rowPx = height;
  }

  #fillSections() {
    let top = 0;
    for (const group of this.groups) {
      const section = this.sections.get(group.key) ?? makeSection(group);
      this.sections.set(group.key, section);
      fillHeading(section, group, this.#isFolded(group), this);
      const count = this.#isFolded(group) ? 0 : group.rows.length;
      const isApart = this.isWindowed && !this.page.route.isBoard;
      section.style.insetBlockStart = isApart ? `${top}px` : "";
      /** @type {any} */ (section.lastElementChild).style.blockSize = this.isWindowed
        ? `${count * this.rowPx}px`
        : "";
      section.dataset.top = String(top);
      top += (group.heading ? HEADING_PX : 0) + count * this.rowPx;
    }
    this.box.style.blockSize = this.isWindowed && !this.page.route.isBoard ? `${top}px` : "";
  }

  /** Puts the rows that are near the screen into the document, in order, and takes out the others. */
  #fillWindow() {
    const today = dayOf(this.page.now());
    const focused = this.idOf(document.activeElement);
    const leaving = new Map(this.rows);
    /** @type {[HTMLElement, {task: Task, depth: number}, number][][]} */
    const wanted = this.groups.map((group) => {
      const section = /** @type {HTMLElement} */ (this.sections.get(group.key));
      if (this.#isFolded(group)) return [];
      const [first, last] = this.#range(section, group);
      /** @type {[HTMLElement, {task: Task, depth: number}, number][]} */
      const found = [];
      for (const [index, row] of group.rows.entries()) {
        const isKept = row.task.id === this.active || row.task.id === focused;
        if ((index >= first && index < last) || isKept) {
          found.push([section, row, index]);
          leaving.delete(row.task.id);
        }
      }
      return found;
    });
    for (const [id, row] of leaving) this.#release(id, row);
    // first, and the old ones leave last: a row is moved with its focus only within the document
    this.#placeSections(wanted);
    for (const [index, group] of this.groups.entries())
      this.#fillGroup(/** @type {HTMLElement} */ (this.sections.get(group.key)), wanted[index], today);
    this.#dropSections();
  }

  #dropSections() {
    const wanted = new Set(this.groups.map((group) => group.key));
    for (const [key, section] of [...this.sections].filter(([each]) => !wanted.has(each))) {
      section.remove();
      this.sections.delete(key);
    }
  }

  /**
   * Sections in order; far ones are out of the document.
   * @param {any[][]} wanted
   */
  #placeSections(wanted) {
    let next = this.box.firstElementChild;
    for (const [index, group] of this.groups.entries()) {
      const section = /** @type {HTMLElement} */ (this.sections.get(group.key));
      const isNear =
        !this.isWindowed || this.page.route.isBoard || wanted[index].length > 0 || this.#isOnScreen(section);
      if (!isNear) {
        if (section === next) next = next.nextElementSibling;
        section.remove();
      } else if (section === next) next = next.nextElementSibling;
      else move(this.box, section, next);
    }
  }

  /** @param {HTMLElement} section */
  #isOnScreen(section) {
    const top = Number(section.dataset.top) + this.box.offsetTop - this.scroller.scrollTop;
    return top > -HEADING_PX && top < this.scroller.clientHeight + HEADING_PX;
  }

  /**
   * The first and last place of the rows near the screen.
   * @param {HTMLElement} section
   * @param {Group} group
   * @returns {[number, number]}
   */
  #range(section, group) {
    if (!this.isWindowed) return [0, group.rows.length];
    const heading = group.heading ? HEADING_PX : 0;
    const top =
      this.scroller.scrollTop -
      this.box.offsetTop -
      (this.page.route.isBoard ? 0 : Number(section.dataset.top)) -
      heading;
    const first = Math.floor(top / this.rowPx) - OVERSCAN;
    return [first, first + Math.ceil(this.scroller.clientHeight / this.rowPx) + 2 * OVERSCAN];
  }

  /**
   * @param {HTMLElement} section
   * @param {[HTMLElement, {task: Task, depth: number}, number][]} wanted
   * @param {string} today
   */
  #fillGroup(section, wanted, today) {
    const list = /** @type {any} */ (section.lastElementChild);
    let next = list.firstElementChild;
    for (const [, { task, depth }, index] of wanted) {
      const row = this.rows.get(task.id) ?? this.#take(task.id);
      this.#update(row, task, depth, today);
      row.style.insetBlockStart = this.isWindowed ? `${index * this.rowPx}px` : "";
      if (row === next) next = next.nextElementSibling;
      else move(list, row, next);
    }
  }

  /**
   * @param {HTMLLIElement} row
   * @param {Task} task
   * @param {number} depth
   * @param {string} today
   */
  #update(row, task, depth, today) {
    const { route, tasks } = this.page;
    const around = aroundOf(tasks, route, task, depth, today);
    const signature = Object.values(around)
      .map((value) => (typeof value === "object" ? JSON.stringify(value) : value))
      .join("\n");
    const before = this.rendered.get(task.id);
    if (before?.task !== task || before.signature !== signature) fillRow(row, task, around);
    this.rendered.set(task.id, { task, signature, begun: this.page.store.begin(task.id) });
    row.classList.toggle("is-selected", this.selected.has(task.id) || route.task === task.id);
    row.classList.toggle("is-picked", this.selected.has(task.id));
    /** @type {any} */ (row.firstElementChild).ariaReadOnly = String(
      row.classList.toggle("is-read-only", !mayWrite(this.page.store, tasks.spaceOf(task))),
    );
    this.remoteHighlight.mark(row, task.id);
    const title = /** @type {HTMLElement} */ (row.querySelector(".row-title"));
    if (title) {
      title.tabIndex = task.id === this.active ? 0 : -1;
      if (route.task === task.id) title.setAttribute("aria-current", "true");
      else title.removeAttribute("aria-current");
    }
  }

  /** @param {string} id */
  #take(id) {
    const row = this.pool.pop() ?? makeRow();
    this.rows.set(id, row);
    return row;
  }

  /**
   * @param {string} id
   * @param {HTMLLIElement} row
   */
  #release(id, row) {
    this.page.app?.editors.leave(id);
    row.remove();
    row.querySelector(":scope > .by")?.remove();
    row.className = "row";
    row.style.translate = "";
    this.rows.delete(id);
    this.rendered.delete(id);
    if (this.pool.length < POOL_MAX && row.querySelector(".row-title")) this.pool.push(row);
  }

  /** @param {string} id */
  #activate(id) {
    const titleOf = (/** @type {string | null} */ each) =>
      /** @type {HTMLElement | null | undefined} */ (this.rows.get(each ?? "")?.querySelector("a.row-title"));
    const [before, title] = [titleOf(this.active), titleOf(id)];
    if (before) before.tabIndex = -1;
    if (title) title.tabIndex = 0;
    this.active = id;
  }

  /**
   * A row that got the focus by pointer or script is the one that Tab reaches from then on.
   * @param {string} id
   */
  activate(id) {
    if (id !== this.active) this.#activate(id);
  }

  /** @param {string} id */
  #offsetOf(id) {
    for (const group of this.groups) {
      const index = group.rows.findIndex(({ task }) => task.id === id);
      if (index < 0) continue;
      const section = /** @type {HTMLElement} */ (this.sections.get(group.key));
      return (
        this.box.offsetTop +
        (this.page.route.isBoard ? 0 : Number(section.dataset.top)) +
        (group.heading ? HEADING_PX : 0) +
        index * this.rowPx
      );
    }
    return 0;
  }
}
