/**
 * Live updates for the tab that syncs: opens the stream after the first sync, closes it when the page goes.
 * The stream's code is loaded late. Presence comes from the same stream.
 * @typedef {import("../sync/engine.js").Engine} Engine
 * @typedef {import("../sync/tabs.js").Tabs} Tabs
 */
import { Presence } from "./presence.js";

export class LiveUpdates {
  /** @type {import("../sync/live.js").Live | null} */
  #stream = null;
  #ended = new AbortController();

  /**
   * @param {Engine} engine
   * @param {Tabs} tabs of the same account
   * @param {(here: import("./presence.js").Here) => void} showHere
   */
  constructor(engine, tabs, showHere) {
    this.engine = engine;
    this.tabs = tabs;
    this.presence = new Presence(tabs, showHere);
    const { signal } = this.#ended;
    engine.addEventListener("condition", () => this.#begin().catch(console.warn), { signal });
    addEventListener("pagehide", () => this.#stream?.close(), { signal });
    addEventListener("pageshow", () => this.#stream?.open(), { signal });
    addEventListener("offline", () => this.#stream?.drop(), { signal });
    document.addEventListener("visibilitychange", () => this.#stream?.check(), { signal });
  }

  stop() {
    this.#ended.abort();
    this.#stream?.close();
    this.presence.stop();
  }

  /** The engine has reached the server, or failed to; if the stream's code is missing, the next time counts. */
  async #begin() {
    if (this.#stream || !this.tabs.isLeader || this.engine.condition === "unreached") return;
    const { Live } = await import("../sync/live.js");
    if (this.#stream || this.#ended.signal.aborted) return;
    this.#stream = new Live(this.engine);
    this.presence.join(this.#stream);
    this.#stream.open();
  }
}
