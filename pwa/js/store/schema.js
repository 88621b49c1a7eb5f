/**
 * The schema of a database: its object stores, their indexes, the names in `meta`, and the upgrades of older
 * databases. The names are on disk, so they must not change.
 */

/**
 * `confirmed`: records as the server sent them; `rebuilt`: those of a space that is pulled from the start;
 * `outbox` in order; `rejected` changes; `meta` by name; `pages`: a copy of `confirmed` that is read faster;
 * `offers`: after a restore of the server, the records that it may lack.
 */
export const STORES = Object.freeze({
  confirmed: "confirmed",
  rebuilt: "rebuilt",
  outbox: "outbox",
  rejected: "tray",
  meta: "meta",
  pages: "pages",
  offers: "offers",
});

export const INDEXES = Object.freeze({ news: "news", record: "record" });

export const META = Object.freeze({
  device: "device",
  cursors: "cursors",
  roles: "roles",
  personal: "personal",
  rebuilding: "rebuilding",
  syncedAt: "syncedAt",
  moved: "moved",
  evicted: "evicted",
  covered: "covered",
  authors: "authors",
});

/** The value in `meta` for a space whose rebuild ends with offers. */
export const WITH_OFFERS = "offers";

export const ALL_STORES = Object.values(STORES);
export const VERSION = 4;

/**
 * The name in `meta` for the device whose tasks were taken over from another database.
 * @param {string} database
 */
export function tookOver(database) {
  return `tookOver:${database}`;
}

/**
 * Upgrades a database of any version to this one; each step runs only for versions before it.
 * @param {import("idb").IDBPDatabase} db
 * @param {number} from 0 if there was none
 * @param {any} tx
 */
export function upgrade(db, from, tx) {
  if (from < 1) createStores(db);
  if (from < 2) {
    tx.objectStore(STORES.confirmed).createIndex(INDEXES.news, ["space", "seq"]);
    db.createObjectStore(STORES.pages, { keyPath: ["space", "part"] });
  }
  if (from > 0 && from < 3) addEditBases(tx);
  if (from < 4) db.createObjectStore(STORES.offers, { keyPath: ["space", "id"] });
}

/**
 * Entries used to store the confirmed clock only, not the whole edit base.
 * @param {any} tx
 */
function addEditBases(tx) {
  rewrite(tx.objectStore(STORES.outbox), withEditBase);
  rewrite(tx.objectStore(STORES.rejected), (row) => ({ ...row, entry: withEditBase(row.entry) }));
}

/**
 * @param {any} store
 * @param {(row: any) => any} change
 */
async function rewrite(store, change) {
  for (let cursor = await store.openCursor(); cursor; cursor = await cursor.continue())
    await cursor.update(change(cursor.value));
}

/** @param {any} entry of any version */
function withEditBase({ base, ...entry }) {
  const { seen, by } = entry;
  return base ? { ...entry, begun: { seen, base, sure: base[by] ?? 0, by, own: [] } } : entry;
}

/** @param {import("idb").IDBPDatabase} db */
function createStores(db) {
  db.createObjectStore(STORES.confirmed, { keyPath: ["space", "id"] });
  db.createObjectStore(STORES.rebuilt, { keyPath: ["space", "id"] });
  db.createObjectStore(STORES.outbox, { keyPath: "key", autoIncrement: true }).createIndex(
    INDEXES.record,
    "id",
  );
  db.createObjectStore(STORES.rejected, { keyPath: "key", autoIncrement: true });
  db.createObjectStore(STORES.meta);
}

/**
 * The keys of all records in a space.
 * @param {string} space
 */
export function spaceRange(space) {
  return IDBKeyRange.bound([space], [space, []]);
}
