/**
 * The only module that touches IndexedDB. One database an account; `anonymous` before there is one.
 *
 * Stores: `confirmed` records as the server sent them, `rebuilt` those of a space being rebuilt, `outbox` in order, `tray` of what
 * was refused, `meta` by name. A transaction that fails on a dead handle (Safari kills background connections) is tried on a new one.
 */
import { openDB, deleteDB } from "idb";

const VERSION = 1;
const TRIES = 3;
export const ANONYMOUS = "anonymous";
/** @typedef {import("idb").IDBPTransaction<any, any, "readonly" | "readwrite" | "versionchange">} Transaction */

/** @param {string | null} account */
export function databaseName(account) {
  return `driftless-${account ?? ANONYMOUS}`;
}

export class Database {
  /** @param {string} name @param {() => void} onObsolete called when a newer version of the app, or a sign-out, wants the database */
  constructor(name, onObsolete = () => {}) {
    this.name = name;
    this.onObsolete = onObsolete;
    /** @type {Promise<import("idb").IDBPDatabase> | null} */
    this.opening = null;
    this.isDestroyed = false;
  }

  /**
   * Runs `work` in one strictly durable transaction; resolves after it is complete. Nothing foreign may be awaited in `work`.
   * @template T @param {string[]} stores @param {"readonly" | "readwrite"} mode @param {(tx: any) => Promise<T>} work @returns {Promise<T>}
   */
  async transact(stores, mode, work) {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(stores, mode, work);
      } catch (error) {
        if (attempt === TRIES || !isDeadHandle(error)) throw error;
        this.close();
      }
    }
  }

  close() {
    this.opening?.then((db) => db.close(), () => {});
    this.opening = null;
  }

  /** Closes and deletes it, with everything in it. */
  async destroy() {
    this.isDestroyed = true;
    this.close();
    await deleteDB(this.name);
  }

  /** @template T @param {string[]} stores @param {"readonly" | "readwrite"} mode @param {(tx: any) => Promise<T>} work @returns {Promise<T>} */
  async #attempt(stores, mode, work) {
    const db = await this.#open();
    const tx = db.transaction(stores, mode, { durability: "strict" });
    try {
      const [result] = await Promise.all([work(tx), tx.done]);
      return result;
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // it has ended already
      }
      throw tx.error ?? error;
    }
  }

  #open() {
    if (this.isDestroyed) throw new Error(`${this.name} is gone`);
    this.opening ??= openDB(this.name, VERSION, {
      upgrade: (db) => createStores(db),
      blocking: () => {
        this.close();
        this.onObsolete();
      },
      terminated: () => {
        this.opening = null;
      },
    });
    this.opening.catch(() => {
      this.opening = null;
    });
    return this.opening;
  }
}

/** @param {import("idb").IDBPDatabase} db */
function createStores(db) {
  db.createObjectStore("confirmed", { keyPath: ["space", "id"] });
  db.createObjectStore("rebuilt", { keyPath: ["space", "id"] });
  db.createObjectStore("outbox", { keyPath: "key", autoIncrement: true }).createIndex("record", "id");
  db.createObjectStore("tray", { keyPath: "key", autoIncrement: true });
  db.createObjectStore("meta");
}

/** @param {unknown} error */
function isDeadHandle(error) {
  return error instanceof DOMException && ["InvalidStateError", "UnknownError", "AbortError"].includes(error.name) && !/quota/i.test(error.message);
}
