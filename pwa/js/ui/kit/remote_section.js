/**
 * A section of a page that only the server knows: asked for when one arrives, and after what changes it. It
 * says calmly where the server cannot be reached. What stays in it keeps its node.
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
  /** @type {Answer | undefined} what the server said last */
  answer;
  /** @type {unknown} why it said nothing */
  error;
  /** How often it was asked: an answer to an earlier question counts for nothing. */
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
   * Asks the server.
   * @abstract
   * @returns {Promise<Answer>}
   */
  async ask() {
    throw new Error(`${this.id} asks for nothing`);
  }

  /**
   * What it shows.
   * @abstract
   * @param {Answer} _answer
   * @returns {Child[]}
   */
  describe(_answer) {
    return [];
  }

  /**
   * What stands above it, known or not.
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
   * Does something on the server, then shows how it is.
   * @param {Element | null} pressed
   * @param {() => Promise<unknown>} work
   */
  change(pressed, work) {
    return attempt(this.session, pressed, this.problem, async () => {
      await work();
      await this.load();
    });
  }

  /** What had the focus may be gone: then the next thing to press has it. */
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
