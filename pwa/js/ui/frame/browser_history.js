/**
 * The browser's history, written in order. Going back ends later, with `popstate`: what is written meanwhile
 * waits for it, or it would land on the entry that is being left. A browser may also refuse to write too
 * often (Safari: 100 times in 10 seconds): the place is right then, and the address follows.
 * @typedef {{isOurs: boolean, isOpening: boolean}} Entry `isOurs`: the app made it, so one before it is the
 *   app's too; `isOpening`: it opened a task over its list
 */
const LATER_MS = 1_000;

export class BrowserHistory {
  /**
   * @param {(wasAsked: boolean) => unknown} arrive called at another entry; `wasAsked` by the app, not by the
   *   person
   */
  constructor(arrive) {
    this.arrive = arrive;
    this.isGoingBack = false;
    /** @type {{act: () => void, isReplacing: boolean}[]} */
    this.waiting = [];
    /** @type {ReturnType<typeof setTimeout> | 0} until what was refused is tried again */
    this.later = 0;
    /** @type {Entry} the present entry's, or the one's that is being gone to */
    this.entry = history.state ?? { isOurs: false, isOpening: false };
    addEventListener("popstate", () => this.#arrived());
  }

  /**
   * @param {string} href
   * @param {boolean} [isOpening]
   */
  push(href, isOpening = false) {
    const entry = (this.entry = { isOurs: true, isOpening });
    this.#do(() => history.pushState(entry, "", href));
  }

  /** @param {string} href */
  replace(href) {
    if (this.waiting.at(-1)?.isReplacing) this.waiting.pop();
    this.#do(() => history.replaceState(history.state, "", href), true);
  }

  /** From an entry of ours to the one before it. */
  back() {
    this.entry = { isOurs: false, isOpening: false };
    this.#do(() => {
      this.isGoingBack = true;
      history.back();
    });
  }

  /**
   * @param {() => void} act
   * @param {boolean} [isReplacing]
   */
  #do(act, isReplacing = false) {
    this.waiting.push({ act, isReplacing });
    if (!this.later) this.#catchUp();
  }

  #catchUp() {
    this.later = 0;
    while (this.waiting.length && !this.isGoingBack) {
      try {
        this.waiting[0].act();
        this.waiting.shift();
      } catch {
        this.later = setTimeout(() => this.#catchUp(), LATER_MS);
        return;
      }
    }
  }

  /** What was refused is not written onto an entry that the person went to since. */
  #forget() {
    clearTimeout(this.later);
    this.later = 0;
    this.waiting = [];
  }

  #arrived() {
    const wasAsked = this.isGoingBack;
    this.isGoingBack = false;
    if (!wasAsked) this.#forget();
    this.#catchUp();
    if (this.isGoingBack) return;
    this.entry = history.state ?? { isOurs: false, isOpening: false };
    this.arrive(wasAsked);
  }
}
