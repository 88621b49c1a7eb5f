/**
 * The task that is open beside the list, or over it: opening and closing it, and where the focus goes. What
 * shows the task is loaded when the first one is opened.
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 * @typedef {object} Shown  what shows the open task
 * @property {() => void} render
 * @property {() => void} focus
 * @property {() => void} focusRing
 * @property {() => void} focusSubtasks
 * @property {(id: string) => EditBase | undefined} editBase
 * @property {string | null} heldId  the task that is gone and still typed in
 * @property {Promise<unknown>} adding  a comment on its way
 */
import { byId, isNarrow } from "../../lib/dom.js";
import { hrefOf } from "../../domain/routes.js";

export class Pane {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Promise<Shown> | null} */
  #loading = null;
  /** @type {HTMLElement | null} what had the focus when the task was opened */
  #opener = null;

  /**
   * @param {import("../kit/view.js").View} view
   * @param {import("../list/list_view.js").ListView} list
   * @param {import("../frame/router.js").Router} router
   * @param {() => Promise<Shown>} load
   */
  constructor(view, list, router, load) {
    this.view = view;
    this.list = list;
    this.router = router;
    this.load = load;
  }

  async render() {
    if (!this.view.route.task && !this.#shown) return;
    const shown = this.#shown ?? (await this.#load());
    shown.render();
  }

  /** Loads it once, however often that is asked for; again if it failed. */
  async #load() {
    this.#loading ??= this.load().finally(() => {
      this.#loading = null;
    });
    this.#shown = await this.#loading;
    return this.#shown;
  }

  /** The task that is gone and still typed in, if there is one. */
  get heldId() {
    return this.#shown?.heldId ?? null;
  }

  /** Resolves when a comment on its way is saved. */
  get adding() {
    return this.#shown?.adding;
  }

  /**
   * What the person was shown of a task here.
   * @param {string} id
   */
  editBase(id) {
    return this.#shown?.editBase(id);
  }

  /** @param {string} id */
  open(id) {
    const { view, router } = this;
    this.#opener = /** @type {HTMLElement | null} */ (document.activeElement);
    router.go(hrefOf({ ...view.route, task: id }), view.route.task !== null);
    view.afterRender(() => this.#shown?.focus());
  }

  close() {
    const id = this.view.route.task;
    if (!id) return;
    this.router.closeTask();
    this.view.afterRender(() => !byId("pane").hidden || this.list.focus(id) || this.#opener?.focus());
  }

  /** @param {string} id of a task, whose subtasks are to be typed */
  openSubtasks(id) {
    this.open(id);
    this.view.afterRender(() => this.#shown?.focusSubtasks());
  }

  /**
   * Shows another task, if one is open and both are on the screen.
   * @param {string | undefined} id
   */
  follow(id) {
    const { route } = this.view;
    if (route.task && id && !isNarrow()) this.router.go(hrefOf({ ...route, task: id }), true);
  }

  /** @param {HTMLElement | null} wanted its ring, if this cannot have the focus */
  focus(wanted) {
    if (wanted && !wanted.hidden) wanted.focus();
    else this.#shown?.focusRing();
  }
}
