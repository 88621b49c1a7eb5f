/**
 * Drafts of quick add, and tasks that are being added, stored in the tab for their account. If a page closes
 * in between, nothing is lost, and each task is added once, as it keeps its id.
 * @typedef {import("../../domain/routes.js").Route} Route
 * @typedef {object} Draft
 * @property {string[]} chips  the words of each chip
 * @property {string} text  of the field
 * @property {string[]} kept  words that must stay text
 * @property {number} [nowMs]  when typing began
 * @typedef {Draft & {id: string, route: Route}} Adding  `route`: the route where it was added
 */
import { tabStorage } from "../../lib/web_storage.js";

const DRAFT_KEY = "driftless.draft";

/** @type {() => Draft} */
export const emptyDraft = () => ({ chips: [], text: "", kept: [] });

/** @param {Draft} draft */
export const isEmpty = ({ text, chips }) => !text && !chips.length;

export class Drafts {
  /** @param {string | null} owner an account, or null */
  constructor(owner) {
    this.owner = owner;
  }

  /** @returns {Draft | null} */
  read() {
    return JSON.parse(tabStorage.get(this.#key) ?? "null");
  }

  /** @param {Draft} draft */
  save(draft) {
    if (isEmpty(draft)) this.forget();
    else tabStorage.set(this.#key, JSON.stringify(draft));
  }

  forget() {
    tabStorage.remove(this.#key);
  }

  /** @returns {Adding[]} */
  adding() {
    return JSON.parse(tabStorage.get(this.#addingKey) ?? "[]");
  }

  /** @param {Adding} adding */
  begin(adding) {
    this.#saveAdding([...this.adding(), adding]);
  }

  /** @param {string} id of a task that was added or given back */
  end(id) {
    this.#saveAdding(this.adding().filter((each) => each.id !== id));
  }

  /** @param {Adding[]} adding */
  #saveAdding(adding) {
    if (adding.length) tabStorage.set(this.#addingKey, JSON.stringify(adding));
    else tabStorage.remove(this.#addingKey);
  }

  get #key() {
    return `${DRAFT_KEY}.${this.owner ?? "anonymous"}`;
  }

  get #addingKey() {
    return `${this.#key}.adding`;
  }
}
