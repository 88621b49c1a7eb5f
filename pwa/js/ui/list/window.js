/**
 * Finds the rows of a long list that are near the screen. All rows have the same height; groups are below
 * each other, on a board beside each other.
 * @typedef {import("../../domain/views.js").Group} Group
 */
import { byId } from "../../lib/dom.js";

const WHOLE_MAX = 200;
const OVERSCAN = 8;
const HEADING_PX = 56;
const ROW_PX = 36;

export class ListWindow {
  /**
   * @param {HTMLElement} box
   * @param {() => unknown} fill called as the person scrolls, at most once a frame
   */
  constructor(box, fill) {
    this.box = box;
    this.fill = fill;
    this.scroller = /** @type {HTMLElement} */ (byId("main"));
    this.rowPx = ROW_PX;
    /** Whether only some of the rows are in the document. */
    this.isPartial = false;
    this.isBoard = false;
    /** @type {Map<string, number>} the top of each group, in pixels */
    this.tops = new Map();
    this.frame = 0;
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  /**
   * Learns the current content of the list.
   * @param {Group[]} groups without the rows of folded ones
   * @param {{isBoard: boolean, isWhole: boolean}} how `isWhole`: render all rows, for printing
   * @param {() => number} rowHeight in pixels; 0 before layout
   */
  measure(groups, { isBoard, isWhole }, rowHeight) {
    const count = groups.reduce((sum, { rows }) => sum + rows.length, 0);
    this.isPartial = count > WHOLE_MAX && !isWhole;
    this.isBoard = isBoard;
    if (this.isPartial) this.rowPx = rowHeight() || this.rowPx;
    this.tops.clear();
    let top = 0;
    for (const group of groups) {
      this.tops.set(group.key, top);
      top += headingPx(group) + group.rows.length * this.rowPx;
    }
    this.box.style.blockSize = this.isPartial && !isBoard ? `${top}px` : "";
  }

  /**
   * @param {HTMLElement} section
   * @param {Group} group
   */
  placeSection(section, group) {
    const isApart = this.isPartial && !this.isBoard;
    section.style.insetBlockStart = isApart ? `${this.#topOf(group.key)}px` : "";
    const list = /** @type {HTMLElement} */ (section.lastElementChild);
    list.style.blockSize = this.isPartial ? `${group.rows.length * this.rowPx}px` : "";
  }

  /**
   * The offset of a row in its group.
   * @param {number} index
   */
  topOfRow(index) {
    return this.isPartial ? `${index * this.rowPx}px` : undefined;
  }

  /**
   * The first and last index of the rows near the screen.
   * @param {Group} group
   * @returns {[number, number]}
   */
  range(group) {
    if (!this.isPartial) return [0, group.rows.length];
    const from = this.scroller.scrollTop - this.box.offsetTop - this.#topOf(group.key) - headingPx(group);
    const first = Math.floor(from / this.rowPx) - OVERSCAN;
    return [first, first + Math.ceil(this.scroller.clientHeight / this.rowPx) + 2 * OVERSCAN];
  }

  /**
   * Whether a group's heading may be visible.
   * @param {Group} group
   */
  isNear({ key }) {
    if (!this.isPartial || this.isBoard) return true;
    const top = this.#topOf(key) + this.box.offsetTop - this.scroller.scrollTop;
    return top > -HEADING_PX && top < this.scroller.clientHeight + HEADING_PX;
  }

  /**
   * Scrolls a row to the middle of the screen.
   * @param {Group} group
   * @param {number} index
   */
  showRow(group, index) {
    const top = this.box.offsetTop + this.#topOf(group.key) + headingPx(group) + index * this.rowPx;
    this.scroller.scrollTop = top - this.scroller.clientHeight / 2;
    this.fill();
  }

  /**
   * @param {string} key of a group
   * @param {HTMLElement} section
   */
  showGroup(key, section) {
    if (this.isPartial) this.scroller.scrollTop = this.box.offsetTop + this.#topOf(key) - HEADING_PX;
    else section.scrollIntoView({ block: "start" });
  }

  /** @param {string} key */
  #topOf(key) {
    return this.isBoard ? 0 : (this.tops.get(key) ?? 0);
  }

  #scrolled() {
    if (!this.isPartial) return;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.fill();
    });
  }
}

/** @param {Group} group */
function headingPx({ heading }) {
  return heading ? HEADING_PX : 0;
}
