/** Who has which shared space open now. One who leaves is known a moment longer, to fade out. */
const FADE_MS = 400;

export class Here {
  /** @type {Record<string, string[]>} accounts by space */
  #now = {};
  /** @type {Map<string, ReturnType<typeof setTimeout>>} by space and account */
  #leaving = new Map();

  /** @param {() => unknown} render */
  constructor(render) {
    this.render = render;
  }

  /** @param {Record<string, string[]>} now accounts by space */
  use(now) {
    const before = this.#now;
    this.#now = now;
    for (const [space, accounts] of Object.entries(before))
      for (const account of accounts) if (!now[space]?.includes(account)) this.#fade(`${space} ${account}`);
    this.render();
  }

  /** @param {string} key */
  #fade(key) {
    clearTimeout(this.#leaving.get(key));
    const end = () => this.#leaving.delete(key) && this.render();
    this.#leaving.set(key, setTimeout(end, FADE_MS));
  }

  /**
   * The accounts in a space, in a fixed order.
   * @param {string} [space]
   * @returns {{account: string, isLeaving: boolean}[]}
   */
  of(space = "") {
    const now = this.#now[space] ?? [];
    const leaving = [...this.#leaving.keys()].filter((key) => key.startsWith(`${space} `));
    const gone = leaving.map((key) => key.slice(space.length + 1)).filter((each) => !now.includes(each));
    return [...now, ...gone].sort().map((account) => ({ account, isLeaving: gone.includes(account) }));
  }
}
