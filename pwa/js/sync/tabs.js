/**
 * Several tabs of one account: one leads and talks to the server. The others tell it of edits and hear what
 * changed.
 */
export class Tabs extends EventTarget {
  /** @param {string} name of the database */
  constructor(name) {
    super();
    this.isLeader = false;
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) =>
      this.dispatchEvent(new CustomEvent(data.type, { detail: data.detail }));
    this.stopping = new AbortController();
    /** @type {() => void} */
    this.release = () => {};
    this.#stand(name);
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  tell(type, detail) {
    this.channel.postMessage({ type, detail });
  }

  close() {
    this.stopping.abort();
    this.release();
    this.channel.close();
  }

  /**
   * Leads as soon as the lock is free, until this tab is closed.
   * @param {string} name
   */
  #stand(name) {
    navigator.locks
      .request(name, { signal: this.stopping.signal }, () => {
        this.isLeader = true;
        this.dispatchEvent(new Event("lead"));
        return new Promise((release) => {
          this.release = () => release(undefined);
        });
      })
      .catch(() => {});
  }
}
