/**
 * Tasks that others have just changed: a tint of their row for a moment, with their initial once it is known.
 * @typedef {import("../kit/avatar.js").Person} Person
 */
const HIGHLIGHT_MS = 1_200;

export class RemoteHighlight {
  /** @param {() => unknown} render renders the highlighted rows */
  constructor(render) {
    this.render = render;
    /** @type {Map<string, Person | null>} the author of the change, if known, by task */
    this.fresh = new Map();
  }

  /** @param {string[]} ids of tasks */
  tell(ids) {
    for (const id of ids) this.fresh.set(id, null);
    this.render();
    setTimeout(() => {
      for (const id of ids) this.fresh.delete(id);
      this.render();
    }, HIGHLIGHT_MS);
  }

  /**
   * Sets the author, once known.
   * @param {string} id
   * @param {Person} person
   */
  name(id, person) {
    if (!this.fresh.has(id)) return;
    this.fresh.set(id, person);
    this.render();
  }
}
