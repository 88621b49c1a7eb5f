/**
 * Writes the browser's history in order. Going back ends later, with `popstate`: later writes wait for it, or
 * they would change the entry that is being left. A browser may also refuse frequent writes (Safari: over 100
 * in 10 seconds): then the route is right, and the address follows.
 * @typedef {{isOurs: boolean, isOpening: boolean}} Entry `isOurs`: the app created it, so the one before is
 *   the app's too; `isOpening`: it opened a task over its list
 */
const LATER_MS = 1_000;

export class BrowserHistory {
  /**
   * @param {(wasAsked: boolean) => unknown} arrive called at another entry; `wasAsked`: by the app, not the
   *   person
   */
  constructor(arrive) {
    this.arrive = arrive;
    this.isGoingBack = false;
    /** @type {{act: () => void, isReplacing: boolean}[]} */
    this.waiting = [];
    /** @type {ReturnType<typeof setTimeout> | 0} until the refused write is retried */
    this.later = 0;
    /** @type {Entry} the current entry's, or the target's while going back */
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

  /** Goes back from an entry of ours to the one before it. */
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

  /** A refused write must not change an entry that the person has since gone to. */
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
