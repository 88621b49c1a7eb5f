/**
 * Opens IndexedDB and runs its transactions. One database per account; `anonymous` before there is one. A
 * transaction that fails on a dead handle (Safari kills background connections) is retried on a new one. A
 * transaction that finds no space left drops the pages of the start cache and is retried.
 */
import { openDB, deleteDB } from "idb";
import { STORES, upgrade, VERSION } from "./schema.js";
import { dropAllPages } from "./start_cache.js";

const TRIES = 3;
const BLOCKED_MS = 5_000;
const MARK = "driftless.known.";
const DEAD = ["InvalidStateError", "UnknownError", "AbortError", "DataError", "NotReadableError"];
export const ANONYMOUS = "anonymous";
/**
 * @typedef {import("idb").IDBPTransaction<any, any, "readonly" | "readwrite" | "versionchange">} Transaction
 */
/**
 * @typedef {{getItem: (name: string) => string | null, setItem: (name: string, text: string) => void,
 *   removeItem: (name: string) => void}} Marks
 */

/** @param {string | null} account */
export function databaseName(account) {
  return `driftless-${account ?? ANONYMOUS}`;
}

/**
 * The browser does not open our database: it cannot be read, belongs to a newer app, has no space left, or
 * another tab keeps an older one open.
 */
export class StorageProblem extends Error {
  /**
   * @param {"damaged" | "newer" | "full" | "blocked"} code
   * @param {unknown} [cause]
   */
  constructor(code, cause) {
    super(`The storage of this device is ${code}.`, { cause });
    this.code = code;
  }
}

/**
 * Ids of the accounts whose databases are on this device; none if the browser cannot list them.
 * @returns {Promise<string[]>}
 */
export async function accountsHere() {
  const all = (await indexedDB.databases?.()) ?? [];
  return all.flatMap(({ name }) =>
    name?.startsWith("driftless-") && name !== databaseName(null) ? [name.slice("driftless-".length)] : [],
  );
}

export class Database {
  /**
   * @param {string} name
   * @param {() => void} onObsolete called when a newer version of the app, or a sign-out, wants the database
   * @param {{marks?: Marks | null, blockedMs?: number, version?: number}} [outside] marks: small texts
   *   outside the database; `version`: of its stores, this app's unless a test tries the next
   */
  constructor(
    name,
    onObsolete = () => {},
    { marks = browserMarks(), blockedMs = BLOCKED_MS, version = VERSION } = {},
  ) {
    this.name = name;
    this.onObsolete = onObsolete;
    this.marks = marks;
    this.blockedMs = blockedMs;
    this.version = version;
    /** @type {Promise<import("idb").IDBPDatabase> | null} */
    this.opening = null;
    this.isDestroyed = false;
    /** Whether the device has run out of space since the start: then no more pages are written. */
    this.isFull = false;
  }

  /**
   * Runs `work` in one strictly durable transaction; resolves after it is complete. `work` must await nothing
   * but the transaction.
   * @template T
   * @param {string[]} stores
   * @param {"readonly" | "readwrite"} mode
   * @param {(tx: any) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async transact(stores, mode, work) {
    let hasMadeRoom = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(stores, mode, work);
      } catch (error) {
        if (isFull(error) && hasMadeRoom) throw new StorageProblem("full", error);
        if (isFull(error)) hasMadeRoom = await this.#makeRoom();
        else if (attempt >= TRIES || !isDeadHandle(error)) throw error;
        else this.close();
      }
    }
  }

  /** The device id noted when something was saved here, else null. */
  get mark() {
    return quietly(() => this.marks?.getItem(MARK + this.name)) ?? null;
  }

  /** @param {string | null} id */
  set mark(id) {
    quietly(() =>
      id === null ? this.marks?.removeItem(MARK + this.name) : this.marks?.setItem(MARK + this.name, id),
    );
  }

  close() {
    this.opening?.then(
      (db) => db.close(),
      () => {},
    );
    this.opening = null;
  }

  /** Closes and deletes the database. */
  async destroy() {
    this.isDestroyed = true;
    this.mark = null;
    this.close();
    await deleteDB(this.name);
  }

  /**
   * @template T
   * @param {string[]} stores
   * @param {"readonly" | "readwrite"} mode
   * @param {(tx: any) => Promise<T>} work
   * @returns {Promise<T>}
   */
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
        // it has already ended
      }
      throw tx.error ?? error;
    }
  }

  /**
   * Drops only the pages.
   * @returns {Promise<true>}
   */
  async #makeRoom() {
    this.isFull = true;
    await this.#attempt([STORES.pages, STORES.meta], "readwrite", dropAllPages).catch(() => {});
    return true;
  }

  #open() {
    if (this.isDestroyed) throw new Error(`${this.name} is gone`);
    if (this.opening) return this.opening;
    const opening = this.#connect();
    this.opening = opening;
    opening.catch(() => {
      if (this.opening === opening) this.opening = null;
    });
    return opening;
  }

  /** @returns {Promise<import("idb").IDBPDatabase>} */
  #connect() {
    return new Promise((resolve, reject) => {
      let isGivenUp = false;
      const giveUp = () => {
        isGivenUp = true;
        reject(new StorageProblem("blocked"));
      };
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      openDB(this.name, this.version, {
        upgrade: (db, from, _to, tx) => upgrade(db, from, tx),
        blocked: () => {
          timer = setTimeout(giveUp, this.blockedMs);
        },
        blocking: () => {
          this.close();
          this.onObsolete();
        },
        terminated: () => {
          this.opening = null;
        },
      })
        .then(
          (db) => (isGivenUp ? db.close() : resolve(db)),
          (error) => reject(error.name === "VersionError" ? new StorageProblem("newer", error) : error),
        )
        .finally(() => clearTimeout(timer));
    });
  }
}

/**
 * The reason why the database did not open.
 * @param {any} error
 */
export function asProblem(error) {
  return error instanceof DOMException
    ? new StorageProblem(isFull(error) ? "full" : "damaged", error)
    : error;
}

/** @returns {Marks | null} reading the property throws if the browser forbids storage */
function browserMarks() {
  return quietly(() => globalThis.localStorage) ?? null;
}

/**
 * @template T
 * @param {() => T} work
 */
function quietly(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** @param {any} error */
function isFull(error) {
  return (
    error?.name === "QuotaExceededError" || (error instanceof DOMException && /quota/i.test(error.message))
  );
}

/** @param {unknown} error */
function isDeadHandle(error) {
  return error instanceof DOMException && DEAD.includes(error.name);
}
