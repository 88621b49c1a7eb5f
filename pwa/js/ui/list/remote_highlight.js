/**
 * Tasks that others have just changed: a tint of their row for a moment, with their initial if it is known.
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

  /** @param {Map<string, Person | null>} news the author of the change, if known, by task */
  tell(news) {
    for (const [id, person] of news) this.fresh.set(id, person);
    this.render();
    setTimeout(() => {
      for (const id of news.keys()) this.fresh.delete(id);
      this.render();
    }, HIGHLIGHT_MS);
  }
}
