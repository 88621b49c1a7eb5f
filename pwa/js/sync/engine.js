/**
 * Talks to the server: takes a request from the store, sends it, gives the response to the store, and repeats
 * while there is more. After a restore of the server it sends the store's offers in between. One tab does so
 * at a time (a Web Lock); a broadcast tells the others what changed.
 * @typedef {import("../store/store.js").Store} Store
 * @typedef {"local" | "safe" | "waiting" | "unreached" | "signed_out"} Condition
 */
import { CHANGES_MAX } from "../store/build_request.js";
import { askOffers, isConflict, takeOffers } from "../store/offers.js";
import "../store/take_reply.js"; // so that it is there with the engine, not for the first paint
import { backoff } from "./backoff.js";
import { Refusal, refusal, request } from "./requests.js";

const REGULAR_MS = 60_000;
const REGULAR_LIVE_MS = 5 * 60_000;
const TOO_LARGE = {
  status: "rejected",
  code: "too_large",
  message: "This change is larger than the server takes.",
};

export class Engine extends EventTarget {
  /** Whether the server tells this device of changes at once. */
  isLive = false;
  /** @type {string | null} the epoch of the last reply */
  epoch = null;
  /** @type {Record<string, number>} how far this device is in each space */
  reached = {};
  /** @type {Record<string, number>} how far the server has said that spaces are */
  heard = {};
  /** @type {Promise<void> | null} */
  hearing = null;

  /**
   * @param {Store} store of an account
   * @param {{fetch?: typeof fetch, url?: string, headers?: Record<string, string>, random?: () => number,
   *   lock?: (work: () => Promise<void>) => Promise<void>}} [outside]
   */
  constructor(
    store,
    {
      fetch: ask = (...given) => fetch(...given),
      url = "/sync",
      headers = {},
      random = Math.random,
      lock = (work) => work(),
    } = {},
  ) {
    super();
    this.store = store;
    this.ask = ask;
    this.url = url;
    this.headers = headers;
    this.random = random;
    this.lock = lock;
    this.failures = 0;
    this.isSignedOut = false;
    /** @type {number | null} when the server was last out of reach */
    this.unreachedSince = null;
    /** The status of the last response if it was a refusal; 0 if there was none, or a good one. */
    this.status = 0;
    /** @type {Promise<void> | null} */
    this.running = null;
    this.isAskedAgain = false;
    this.isStopped = false;
    this.changesMax = CHANGES_MAX;
    this.offersMax = CHANGES_MAX;
    /** Whether the last request with offers was not answered, or with a conflict. */
    this.isOffering = false;
    /** @type {string | null} the epoch in which offers were last answered with a conflict */
    this.conflictEpoch = null;
    this.isPacking = true;
    this.notBeforeMs = 0;
    /** Whether this tab syncs by itself, so it schedules the next sync. */
    this.isLeading = true;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** @returns {Condition} */
  get condition() {
    if (!this.store.account) return "local";
    if (this.isSignedOut) return "signed_out";
    if (this.unreachedSince !== null) return "unreached";
    return this.store.unsent ? "waiting" : "safe";
  }

  /**
   * Syncs now, or once more after the running sync; resets any back-off. Resolves when there is nothing left
   * to sync, or when it has failed.
   */
  now() {
    this.failures = 0;
    return this.#run();
  }

  /**
   * The server says how far spaces are. After the running sync, syncs if this device is not as far.
   * @param {Record<string, number>} heads
   */
  hear(heads) {
    Object.assign(this.heard, heads);
    this.hearing ??= Promise.resolve(this.running).then(() => {
      this.hearing = null;
      const news = Object.entries(this.heard);
      this.heard = {};
      if (news.some(([space, seq]) => !(seq <= this.reached[space]))) this.now();
    });
  }

  /**
   * The server says how far all spaces of the account are.
   * @param {string} epoch
   * @param {Record<string, number>} heads
   */
  hearAll(epoch, heads) {
    const isSame = epoch === this.epoch && Object.keys(this.reached).every((space) => space in heads);
    if (isSame && this.unreachedSince === null) this.hear(heads);
    else this.now();
  }

  /** @param {boolean} isLive whether the server tells this device of changes at once */
  useLive(isLive) {
    if (this.isLive === isLive) return;
    this.isLive = isLive;
    if (!this.running && !this.failures) this.#schedule();
  }

  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  #run() {
    if (this.isStopped || !this.store.account || this.store.nowMs() < this.notBeforeMs)
      return Promise.resolve();
    clearTimeout(this.timer);
    this.isAskedAgain = true;
    this.running ??= this.lock(() => this.#loop()).finally(() => {
      this.running = null;
      this.#schedule();
    });
    return this.running;
  }

  async #loop() {
    while (this.isAskedAgain && !this.isStopped) {
      this.isAskedAgain = false;
      try {
        while ((await this.#exchange()) || (await this.#offerAll()));
      } catch (error) {
        this.#fail(error);
        return;
      }
    }
  }

  /**
   * One round trip; returns whether another should follow at once.
   * @returns {Promise<boolean>}
   */
  async #exchange() {
    const asked = await this.store.takeRequest(this.changesMax);
    const sentAtMs = this.store.nowMs();
    const response = await this.ask(this.url, await request(asked, this.headers, this.isPacking));
    if (response.status === 413 && asked.changes.length === 1 && !this.isPacking) {
      await this.store.refuse(asked.changes[0].n, TOO_LARGE);
      return true;
    }
    if (response.status === 413 && (this.changesMax > 1 || this.isPacking)) {
      this.isPacking = this.changesMax > 1;
      this.changesMax = Math.ceil(this.changesMax / 2);
      return true;
    }
    if (!response.ok) throw await refusal(response);
    const reply = await response.json();
    const { more } = await this.store.takeReply(asked, reply, sentAtMs);
    this.#note(reply);
    if (!this.isOffering || !this.store.offered) this.#succeed(); // else the offers fail, not the syncs
    return more && !this.isStopped;
  }

  /**
   * Sends all open offers, if nothing is pulled from the start; returns whether it sent any.
   * @returns {Promise<boolean>}
   */
  async #offerAll() {
    if (!this.store.offered) return false;
    const ask = () => askOffers(this.store, this.offersMax);
    const first = await ask();
    for (let asked = first; asked && !this.isStopped; asked = await ask())
      if (!(await this.#offer(asked))) break;
    return first !== null && !this.isStopped;
  }

  /**
   * One request with offers; returns whether more of them may be sent before the next sync.
   * @param {import("../store/offers.js").AskedOffers} asked
   * @returns {Promise<boolean>}
   */
  async #offer(asked) {
    this.isOffering = true;
    const response = await this.ask(`${this.url}/offers`, await request(asked, this.headers, this.isPacking));
    if (response.status === 413 && (asked.offers.length > 1 || this.isPacking)) {
      this.isPacking = asked.offers.length > 1;
      this.offersMax = Math.ceil(asked.offers.length / 2);
      return true;
    }
    if (response.status !== 413 && !response.ok) throw await refusal(response);
    const reply = response.ok ? await response.json() : { epoch: asked.epoch, outcomes: [TOO_LARGE] };
    await takeOffers(this.store, asked, reply);
    if (isConflict(asked, reply)) return this.#meetConflict(asked.epoch);
    this.conflictEpoch = null;
    this.isOffering = false;
    this.#succeed();
    return true;
  }

  /**
   * A sync tells of the new epoch, or gives the device a new id. If it did not help, it is a failure.
   * @param {string} epoch
   */
  #meetConflict(epoch) {
    if (this.conflictEpoch === epoch)
      throw new Refusal(409, "device_conflict", "The offers are in conflict.", 0);
    this.conflictEpoch = epoch;
    return false;
  }

  #succeed() {
    this.failures = 0;
    this.isSignedOut = false;
    this.unreachedSince = null;
    this.status = 0;
    this.#tell();
  }

  /** @param {import("../store/validate_reply.js").Reply} reply that was taken */
  #note({ epoch, spaces }) {
    if (epoch !== this.epoch) this.reached = {};
    this.epoch = epoch;
    for (const [space, { seq, more, revoked }] of Object.entries(spaces))
      if (revoked) delete this.reached[space];
      else if (seq !== undefined && !more) this.reached[space] = seq;
  }

  /** @param {unknown} error */
  #fail(error) {
    if (this.isStopped) return;
    const status = error instanceof Refusal ? error.status : 0;
    this.status = status;
    if (status === 401 || (error instanceof Refusal && error.code === "account_differs"))
      this.isSignedOut = true;
    else this.unreachedSince ??= this.store.nowMs();
    this.failures++;
    this.notBeforeMs = error instanceof Refusal ? this.store.nowMs() + error.retryAfterMs : 0;
    this.#tell();
  }

  #schedule() {
    clearTimeout(this.timer);
    if (this.isStopped || this.isSignedOut || !this.isLeading) return;
    const regular = this.isLive ? REGULAR_LIVE_MS : REGULAR_MS;
    const wait = this.failures
      ? Math.max(this.notBeforeMs - this.store.nowMs(), backoff(this.failures, this.random))
      : regular;
    this.timer = setTimeout(() => this.#run(), wait);
    /** @type {any} */ (this.timer).unref?.();
  }

  #tell() {
    this.dispatchEvent(new Event("condition"));
  }
}
