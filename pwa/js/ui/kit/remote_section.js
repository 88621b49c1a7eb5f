/**
 * A section of a page with data that only the server has: loaded when the person opens it, and after each
 * change. If the server cannot be reached, it says so calmly. Unchanged content keeps its nodes.
 * @typedef {import("../../lib/patch.js").Child} Child
 */
import { element, h } from "../../lib/patch.js";
import { t } from "../../i18n/i18n.js";
import { attempt, problemLine } from "./attempt.js";
import { patchWithFocus } from "./focus.js";
import { buttonRow, quietButton, sectionHeading } from "./settings_rows.js";
import { errorText } from "../../i18n/error_text.js";

/** @template Answer */
export class RemoteSection {
  /** @type {Answer | undefined} the last response */
  answer;
  /** @type {unknown} the reason if there is none */
  error;
  /** The number of requests: a response to an earlier one is ignored. */
  #asked = 0;
  #isBusy = true;

  /**
   * @param {import("./attempt.js").Session} session
   * @param {string} id
   * @param {string} heading
   */
  constructor(session, id, heading) {
    this.session = session;
    this.id = id;
    this.heading = heading;
    this.problem = problemLine();
    this.root = element("section", { key: id, id, "aria-labelledby": `${id}-heading` });
  }

  /**
   * Loads the data from the server.
   * @abstract
   * @returns {Promise<Answer>}
   */
  async ask() {
    throw new Error(`${this.id} asks for nothing`);
  }

  /**
   * Describes the content.
   * @abstract
   * @param {Answer} _answer
   * @returns {Child[]}
   */
  describe(_answer) {
    return [];
  }

  /**
   * Describes the part above it, before and after loading.
   * @returns {Child[]}
   */
  lead() {
    return [];
  }

  async load() {
    const asked = ++this.#asked;
    this.#isBusy = true;
    this.render();
    const [answer, error] = await this.ask().then(
      (found) => [found, null],
      (failure) => [undefined, failure ?? new Error()],
    );
    if (asked !== this.#asked) return;
    if (error) this.session.noteProblem(error);
    else this.answer = answer;
    this.error = error;
    this.#isBusy = false;
    this.render();
  }

  /**
   * Changes something on the server, then loads again.
   * @param {Element | null} pressed
   * @param {() => Promise<unknown>} work
   */
  change(pressed, work) {
    return attempt(this.session, pressed, this.problem, async () => {
      await work();
      await this.load();
    });
  }

  /** If the focused element is removed, the next control gets the focus. */
  render() {
    patchWithFocus(this.root, [
      sectionHeading(this.id, this.heading),
      this.lead(),
      this.problem,
      h("div", { key: "rows", class: "part", "aria-busy": this.#isBusy ? "true" : null }, this.#rows()),
    ]);
  }

  /** @returns {Child[]} */
  #rows() {
    if (this.error)
      return [
        h("p", { key: "error" }, errorText(this.error)),
        buttonRow(quietButton(t("action.tryAgain"), () => this.load())),
      ];
    return this.answer === undefined ? [] : this.describe(this.answer);
  }
}
