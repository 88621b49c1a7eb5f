/** The selected tasks of a list, by their ids. */
export class Selection {
  /** @type {Set<string>} */
  #ids = new Set();

  /** @param {() => unknown} render renders the selection */
  constructor(render) {
    this.render = render;
  }

  get size() {
    return this.#ids.size;
  }

  /** @param {string} id */
  has(id) {
    return this.#ids.has(id);
  }

  [Symbol.iterator]() {
    return this.#ids.values();
  }

  /**
   * @param {string} id
   * @param {boolean} [isOn]
   */
  toggle(id, isOn = !this.#ids.has(id)) {
    if (isOn) this.#ids.add(id);
    else this.#ids.delete(id);
    this.render();
  }

  /** @param {string[]} ids */
  add(ids) {
    for (const id of ids) this.#ids.add(id);
    this.render();
  }

  clear() {
    this.#ids.clear();
    this.render();
  }

  /**
   * Deselects tasks that are no longer shown.
   * @param {{has: (id: string) => boolean}} shown
   */
  retain(shown) {
    for (const id of this.#ids) if (!shown.has(id)) this.#ids.delete(id);
  }

  /** @param {string[]} ids */
  remove(ids) {
    for (const id of ids) this.#ids.delete(id);
  }
}
