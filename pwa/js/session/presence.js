/**
 * Which shared space the person has open, and who else has it open: in memory only, for all tabs. Each tab
 * says what it shows; the one with the stream tells the server, and tells the others who is present.
 * @typedef {import("../sync/live.js").Live} Live
 * @typedef {import("../sync/tabs.js").Tabs} Tabs
 * @typedef {Record<string, string[]>} Here  the accounts present in each space
 * @typedef {{tab: string, space: string | null, since: number}} Look  of a tab; `since`: when it became
 *   visible, 0 while it is hidden
 */
import { ask } from "../api/request.js";

const JOIN_MS = 1_000;
const LATER = [401, 404, 409]; // asked again with the next stream, or with another space

export class Presence {
  /** @type {Here} */
  #here = {};
  /** @type {Look} */
  #own = { tab: crypto.randomUUID(), space: null, since: 0 };
  /** @type {Map<string, Look>} of the tabs, by tab */
  #looks = new Map();
  /** @type {Live | null} */
  #stream = null;
  /** @type {string | null} what the server knows: see `#wanted` */
  #told = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer = undefined;
  #ended = new AbortController();

  /**
   * @param {Tabs} tabs of the same account
   * @param {(here: Here) => void} show called when `here` has changed
   */
  constructor(tabs, show) {
    this.tabs = tabs;
    this.show = show;
    const { signal } = this.#ended;
    document.addEventListener("visibilitychange", () => this.#notice(), { signal });
    addEventListener("pageshow", () => this.#notice(), { signal });
    addEventListener("pagehide", () => this.#notice(false), { signal });
    const hear = (/** @type {string} */ type, /** @type {(detail: any) => unknown} */ then) =>
      tabs.addEventListener(type, (/** @type {any} */ { detail }) => then(detail), { signal });
    hear("look", (look) => this.#take(look));
    hear("present", (here) => this.#use(here));
    hear("lead", () => this.#hear({})); // whatever the last tab with a stream knew
    hear("who looks", () => this.#tellLook());
  }

  stop() {
    this.#ended.abort();
    clearTimeout(this.#timer);
    this.#stream = null;
    this.#use({});
  }

  /** @param {string | null} space the shared space that this tab shows, if any */
  look(space) {
    this.#own.space = space;
    this.#notice();
    this.#plan(); // tries again after a failure
  }

  /** @param {Live} stream of this tab, for all tabs */
  join(stream) {
    this.#stream = stream;
    const { signal } = this.#ended;
    stream.addEventListener("presence", (/** @type {any} */ { detail }) => this.#hear(detail), { signal });
  }

  /** @param {{space?: string, accounts?: string[]}} news without a space: a stream has begun or ended */
  #hear({ space, accounts = [] }) {
    if (!space) this.#askTabs();
    this.#use(space ? { ...this.#here, [space]: accounts } : {});
    this.tabs.tell("present", this.#here);
    this.#plan();
  }

  /** Forgets the other tabs, some of which may be gone, and asks those that are there. */
  #askTabs() {
    this.#looks.clear();
    this.#tellLook();
    this.tabs.tell("who looks", {});
  }

  /** @param {Here} here */
  #use(here) {
    this.#here = here;
    this.show(here);
  }

  /**
   * Tells what this tab shows, if that has changed.
   * @param {boolean} [isStaying] whether the page is not being left
   */
  #notice(isStaying = true) {
    const isVisible = isStaying && document.visibilityState === "visible";
    const since = isVisible ? this.#own.since || Date.now() : 0;
    const known = this.#looks.get(this.#own.tab);
    if (known && known.since === since && known.space === this.#own.space) return;
    this.#own.since = since;
    this.#tellLook();
  }

  #tellLook() {
    this.#take({ ...this.#own });
    this.tabs.tell("look", this.#own);
  }

  /** @param {Look} look */
  #take(look) {
    const isNew = !this.#looks.has(look.tab);
    this.#looks.set(look.tab, look);
    if (!look.since && look.tab !== this.#own.tab) this.#looks.delete(look.tab);
    if (isNew && this.#stream) this.tabs.tell("present", this.#here);
    this.#plan();
  }

  /** The space of the tab that became visible last. */
  get #space() {
    const visible = [...this.#looks.values()].filter(({ since }) => since);
    return visible.sort((a, b) => b.since - a.since)[0]?.space ?? null;
  }

  /** What the server is to know: the stream, and the space. */
  get #wanted() {
    return `${this.#stream?.id} ${this.#space ?? ""}`;
  }

  #plan() {
    if (!this.#stream?.id || this.#timer || this.#wanted === this.#told) return;
    this.#timer = setTimeout(() => this.#post(), JOIN_MS);
  }

  async #post() {
    const [stream, space, wanted] = [this.#stream?.id, this.#space, this.#wanted];
    const isFirst = !this.#told?.startsWith(`${stream} `); // a stream begins without a space
    if (stream && wanted !== this.#told && (space || !isFirst))
      await ask("POST", "/presence", { stream, space }).then(
        () => (this.#told = wanted),
        ({ status }) => (this.#told = LATER.includes(status) ? wanted : `${stream} ?`),
      );
    this.#timer = undefined;
    if (this.#told === wanted) this.#plan();
  }
}
