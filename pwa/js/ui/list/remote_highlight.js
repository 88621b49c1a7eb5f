/**
 * What others have just changed: a tint of their row for a moment, with their initial once it is known.
 * @typedef {import("../kit/avatar.js").Person} Person
 */
import { who } from "../kit/avatar.js";

export const HIGHLIGHT_MS = 1_200;

export class RemoteHighlight {
  /** @param {import("./list_view.js").ListView} view */
  constructor(view) {
    this.view = view;
    /** @type {Map<string, Person | null>} by the id of the task: who changed it, where that is known */
    this.fresh = new Map();
  }

  /** @param {string[]} ids of tasks */
  tell(ids) {
    for (const id of ids) this.fresh.set(id, null);
    this.#touch(ids);
    setTimeout(() => {
      for (const id of ids) this.fresh.delete(id);
      this.#touch(ids);
    }, HIGHLIGHT_MS);
  }

  /**
   * It has come to be known who it was.
   * @param {string} id
   * @param {Person} person
   */
  name(id, person) {
    if (!this.fresh.has(id)) return;
    this.fresh.set(id, person);
    this.#touch([id]);
  }

  /**
   * @param {HTMLElement} row
   * @param {string} id of its task
   */
  mark(row, id) {
    const isNews = this.fresh.has(id);
    if (!isNews && !row.classList.contains("is-news")) return;
    row.classList.toggle("is-news", isNews);
    row.querySelector(":scope > .by")?.remove();
    const person = this.fresh.get(id);
    if (!person) return;
    const circle = who(person);
    circle.classList.add("by");
    row.append(circle);
  }

  /** @param {string[]} ids */
  #touch(ids) {
    for (const id of ids) {
      const row = this.view.rows.get(id);
      if (row) this.mark(row, id);
    }
  }
}
