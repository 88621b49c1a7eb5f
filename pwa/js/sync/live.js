/**
 * Holds the stream of `GET /events`, which says which spaces have changed and who is present. One tab holds
 * it for all. Events may be lost: what they say only starts a sync.
 * @typedef {import("./engine.js").Engine} Engine
 */
import { EventSourceParserStream } from "eventsource-parser/stream";
import { backoff } from "./backoff.js";

/** The server sends a beat every 20 seconds. */
const SILENCE_MAX_MS = 45_000;
const AFTER_END_MS = 1_000;
const WATCH_MS = 5_000;

/** Dispatches "presence" with `{space, accounts}`; without a space: nobody is known to be present any more. */
export class Live extends EventTarget {
  /**
   * @param {Engine} engine of the account that the stream is for
   * @param {{fetch?: typeof fetch, url?: string, headers?: Record<string, string>, random?: () => number,
   *   nowMs?: () => number}} [outside]
   */
  constructor(
    engine,
    {
      fetch: ask = (...given) => fetch(...given),
      url = "/events",
      headers = {},
      random = Math.random,
      nowMs = Date.now,
    } = {},
  ) {
    super();
    this.engine = engine;
    this.ask = ask;
    this.url = `${url}?account=${engine.store.account}`;
    this.headers = { Accept: "text/event-stream", ...headers };
    this.random = random;
    this.nowMs = nowMs;
    this.isWanted = false;
    this.failures = 0;
    this.notBeforeMs = 0;
    this.heardAtMs = 0;
    this.isReached = true;
    /** @type {string | null} the stream's id, once it is open */
    this.id = null;
    /** @type {AbortController | null} of the stream that is open or being opened */
    this.stopping = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    engine.addEventListener("condition", () => this.#follow());
  }

  /** Keeps a stream open from now on, until `close`. */
  open() {
    if (this.isWanted) return;
    this.isWanted = true;
    this.failures = 0;
    this.watch = setInterval(() => this.check(), WATCH_MS);
    /** @type {any} */ (this.watch).unref?.();
    this.#connect();
  }

  close() {
    this.isWanted = false;
    clearInterval(this.watch);
    clearTimeout(this.timer);
    this.stopping?.abort();
  }

  /** Replaces the stream: the connection is gone, whatever it says itself. */
  drop() {
    this.stopping?.abort();
    this.failures = 0;
  }

  /** Replaces a stream that has been silent for too long, for example while the machine slept. */
  check() {
    if (Math.abs(this.nowMs() - this.heardAtMs) > SILENCE_MAX_MS) this.drop();
  }

  /** Does not wait any longer once the engine has reached the server again. */
  #follow() {
    const { isSignedOut, unreachedSince } = this.engine;
    const isBack = !this.isReached && unreachedSince === null;
    this.isReached = unreachedSince === null;
    if (isSignedOut) this.stopping?.abort();
    else if (isBack) this.#connect();
  }

  async #connect() {
    if (!this.isWanted || this.stopping || this.engine.isSignedOut || this.nowMs() < this.notBeforeMs) return;
    clearTimeout(this.timer);
    this.stopping = new AbortController();
    this.heardAtMs = this.nowMs();
    await this.#listen(this.stopping.signal).catch(() => {}); // the same as an end
    this.stopping = null;
    this.#use(null);
    if (!this.isWanted) return;
    this.failures++;
    const wait = Math.max(this.notBeforeMs - this.nowMs(), backoff(this.failures, this.random));
    this.timer = setTimeout(() => this.#connect(), wait);
    /** @type {any} */ (this.timer).unref?.();
  }

  /** @param {AbortSignal} signal */
  async #listen(signal) {
    const response = await this.ask(this.url, { headers: this.headers, signal, cache: "no-store" });
    if (!response.ok || !response.body) {
      this.notBeforeMs = this.nowMs() + (Number(response.headers.get("Retry-After")) || 0) * 1000;
      if (response.status === 401 || response.status === 409) this.engine.now();
      return;
    }
    const texts = response.body.pipeThrough(new TextDecoderStream());
    const reader = texts.pipeThrough(new EventSourceParserStream()).getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      this.heardAtMs = this.nowMs();
      this.#take(next.value.event ?? "", JSON.parse(next.value.data));
    }
  }

  /**
   * @param {string} event
   * @param {any} data
   */
  #take(event, data) {
    if (event === "ready") {
      this.#use(data.stream);
      this.engine.hearAll(data.epoch, data.spaces);
    } else if (event === "commit") this.engine.hear({ [data.space]: data.seq });
    else if (event === "space") this.engine.now();
    else if (event === "end") this.#askLater();
    else if (event === "presence") this.#tell(data);
    else if (event === "beat") this.failures = 0;
  }

  /** The session has ended, or was renewed by a request whose answer, with its cookie, is still under way. */
  #askLater() {
    const timer = setTimeout(() => this.engine.now(), AFTER_END_MS);
    /** @type {any} */ (timer).unref?.();
  }

  /** @param {string | null} id of the stream that is open now */
  #use(id) {
    this.id = id;
    this.engine.useLive(id !== null);
    this.#tell({});
  }

  /** @param {{space?: string, accounts?: string[]}} detail */
  #tell(detail) {
    this.dispatchEvent(new CustomEvent("presence", { detail }));
  }
}
