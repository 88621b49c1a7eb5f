/**
 * The sections of a list, one per group, in order. Sections far from the screen are not in the document.
 * @typedef {import("../../domain/views.js").Group} Group
 */
import { move } from "../../lib/patch.js";
import { fillHeading, makeSection } from "./groups.js";

export class Sections {
  /** @type {Map<string, HTMLElement>} by the key of their group */
  nodes = new Map();

  /**
   * @param {HTMLElement} box
   * @param {import("./window.js").ListWindow} window
   * @param {import("./folds.js").Folds} folds
   * @param {import("../kit/view.js").Run} run
   */
  constructor(box, window, folds, run) {
    this.box = box;
    this.window = window;
    this.folds = folds;
    this.actions = {
      fold: (/** @type {string} */ key, /** @type {boolean} */ isFolded) => folds.fold(key, isFolded),
      run,
    };
  }

  /**
   * @param {Group[]} groups
   * @param {(group: Group) => boolean} hasRows whether the group has rows in the document
   */
  place(groups, hasRows) {
    let next = this.box.firstElementChild;
    for (const group of groups) {
      const section = this.#sectionOf(group);
      const isNear = hasRows(group) || this.window.isNear(group);
      if (section === next) next = next.nextElementSibling;
      else if (isNear) move(this.box, section, next);
      if (!isNear) section.remove();
    }
  }

  /**
   * Removes the sections of groups that are no longer shown.
   * @param {Group[]} groups
   */
  retain(groups) {
    const wanted = new Set(groups.map(({ key }) => key));
    for (const [key, section] of this.nodes) {
      if (wanted.has(key)) continue;
      section.remove();
      this.nodes.delete(key);
    }
  }

  /** @param {Group} group */
  #sectionOf(group) {
    const section = this.nodes.get(group.key) ?? makeSection(group);
    this.nodes.set(group.key, section);
    const isFolded = this.folds.isFolded(group);
    fillHeading(section, group, { isFolded, unread: this.folds.unreadIn(group) }, this.actions);
    this.window.placeSection(section, isFolded ? { ...group, rows: [] } : group);
    return section;
  }
}
