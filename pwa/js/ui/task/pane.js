/**
 * The open task, beside the list or over it: opens and closes it, and moves the focus. The code that shows
 * the task is loaded with the first one.
 * @typedef {import("../../store/replica.js").EditBase} EditBase
 * @typedef {object} Shown  the view of the open task
 * @property {() => void} render
 * @property {() => void} focus
 * @property {() => void} focusRing
 * @property {() => void} focusSubtasks
 * @property {(id: string) => EditBase | undefined} editBase
 * @property {string | null} heldId  the removed task that is still being edited
 * @property {Promise<unknown>} adding  a comment that is being saved
 */
import { byId, isNarrow } from "../../lib/dom.js";
import { hrefOf } from "../../domain/routes.js";

export class Pane {
  /** @type {Shown | null} */
  #shown = null;
  /** @type {Promise<Shown> | null} */
  #loading = null;
  /** @type {HTMLElement | null} the focused element before the task was opened */
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

  /** Loads it once, even if called often; again if it failed. */
  async #load() {
    this.#loading ??= this.load().finally(() => {
      this.#loading = null;
    });
    this.#shown = await this.#loading;
    return this.#shown;
  }

  /** The removed task that is still being edited, if there is one. */
  get heldId() {
    return this.#shown?.heldId ?? null;
  }

  /** Resolves once a pending comment is saved. */
  get adding() {
    return this.#shown?.adding;
  }

  /**
   * The edit base of a task here.
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

  /** @param {string} id of the task that gets subtasks */
  openSubtasks(id) {
    this.open(id);
    this.view.afterRender(() => this.#shown?.focusSubtasks());
  }

  /**
   * Shows another task, if one is open and the pane is beside the list.
   * @param {string | undefined} id
   */
  follow(id) {
    const { route } = this.view;
    if (route.task && id && !isNarrow()) this.router.go(hrefOf({ ...route, task: id }), true);
  }

  /** @param {HTMLElement | null} wanted its ring, if this cannot be focused */
  focus(wanted) {
    if (wanted && !wanted.hidden) wanted.focus();
    else this.#shown?.focusRing();
  }
}
