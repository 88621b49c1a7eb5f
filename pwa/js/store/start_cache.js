/**
 * The start cache: pages of about a thousand confirmed records of a space, as text, which a browser reads
 * many times faster than rows. The rows are the truth. A space's pages hold the rows up to a `seq`, in order
 * of `seq`; each transaction that writes a page records that (`covered` in meta). Newer rows are read from
 * the object store, so a row changed later is newer than its copy on a page. A transaction that removes a
 * row, or writes one that is not newer, must drop the space's pages.
 * @typedef {import("../core/merge.js").Rec} Rec
 * @typedef {Record<string, {upTo: number, parts: number, rows: number}>} Covered
 */
import { pool, share } from "./interning.js";
import { pack, unpack } from "./page_format.js";
import { INDEXES, META, spaceRange, STORES } from "./schema.js";
import { Confirmed } from "./server_records.js";

const ROWS_MAX = 1_000; // per page
const NEWS_MIN = 500;

/**
 * Every confirmed record by its id, first from the pages.
 * @param {any} tx
 * @param {boolean} isTrusting
 * @returns {Promise<Confirmed>}
 */
export async function readConfirmed(tx, isTrusting) {
  /** @type {Covered} */
  const covered = (isTrusting && (await tx.objectStore(STORES.meta).get(META.covered))) || {};
  const records = new Confirmed();
  const intern = pool();
  const take = (/** @type {Rec[]} */ rows) => {
    for (const row of rows) records.hold(share(row, intern));
  };
  const rows = tx.objectStore(STORES.confirmed);
  const reads = [];
  let after = null;
  for (const space of Object.keys(covered).sort()) {
    reads.push(rows.getAll(between(after, space)).then(take));
    for (let part = 0; part < covered[space].parts; part++)
      reads.push(readPage(tx, space, part).then((text) => unpack(text, space, records, intern)));
    reads.push(rows.index(INDEXES.news).getAll(newerThan(space, covered[space].upTo)).then(take));
    after = space;
  }
  reads.push(rows.getAll(between(after, null)).then(take));
  await Promise.all(reads);
  return records;
}

/**
 * @param {any} tx
 * @param {string} space
 * @param {number} part
 * @returns {Promise<unknown>} its text, if it is complete
 */
async function readPage(tx, space, part) {
  return (await tx.objectStore(STORES.pages).get([space, part]))?.text;
}

/**
 * Writes the next page of a space, if there are enough rows; returns whether there may be more.
 * @param {any} tx
 * @param {string} space
 * @param {number} [newsMin]
 * @param {number} [rowsMax]
 * @returns {Promise<boolean>}
 */
export async function addPage(tx, space, newsMin = NEWS_MIN, rowsMax = ROWS_MAX) {
  const [meta, news] = [tx.objectStore(STORES.meta), tx.objectStore(STORES.confirmed).index(INDEXES.news)];
  const covered = (await meta.get(META.covered)) ?? {};
  const { upTo, parts, rows } = covered[space] ?? { upTo: -1, parts: 0, rows: 0 };
  if (!parts && !(await isWholeInNews(tx, space))) return false;
  const found = await news.getAll(newerThan(space, upTo), rowsMax);
  if (found.length < newsMin) return false;
  const last = found.at(-1).seq;
  const sharing = await news.getAll([space, last]); // cutting between rows of one seq would lose the second
  const page = [...found.filter((/** @type {Rec} */ row) => row.seq !== last), ...sharing];
  tx.objectStore(STORES.pages).put({ space, part: parts, text: pack(page) });
  await meta.put(
    { ...covered, [space]: { upTo: last, parts: parts + 1, rows: rows + page.length } },
    META.covered,
  );
  return found.length === rowsMax;
}

/**
 * Drops a space's pages if more of their rows are outdated than current.
 * @param {any} tx
 * @param {string} space
 * @param {number} [rowsMax]
 */
export async function dropOldPages(tx, space, rowsMax = ROWS_MAX) {
  const rows = (await tx.objectStore(STORES.meta).get(META.covered))?.[space]?.rows ?? 0;
  if (rows > 2 * rowsMax + 2 * (await tx.objectStore(STORES.confirmed).count(spaceRange(space))))
    await dropPages(tx, space);
}

/**
 * @param {any} tx
 * @param {string} space
 */
export async function dropPages(tx, space) {
  const { [space]: dropped, ...covered } = (await tx.objectStore(STORES.meta).get(META.covered)) ?? {};
  if (!dropped) return;
  await Promise.all([
    tx.objectStore(STORES.pages).delete(spaceRange(space)),
    tx.objectStore(STORES.meta).put(covered, META.covered),
  ]);
}

/**
 * Drops the pages of spaces if the news would miss a record that is written to them.
 * @param {any} tx
 * @param {Rec[]} records
 */
export async function dropPagesBeneath(tx, records) {
  if (!records.length) return;
  const covered = await tx.objectStore(STORES.meta).get(META.covered);
  const spaces = new Set(records.filter((record) => isBeneath(covered, record)).map(({ space }) => space));
  for (const space of spaces) await dropPages(tx, /** @type {string} */ (space));
}

/** @param {any} tx */
export async function dropAllPages(tx) {
  await Promise.all([tx.objectStore(STORES.pages).clear(), tx.objectStore(STORES.meta).delete(META.covered)]);
}

/**
 * Whether the news would miss a row that is written now.
 * @param {Covered | undefined} covered
 * @param {Rec} row
 */
function isBeneath(covered, row) {
  const upTo = covered?.[/** @type {string} */ (row.space)]?.upTo;
  return upTo !== undefined && !(/** @type {number} */ (row.seq) > upTo);
}

/**
 * @param {string | null} after a space
 * @param {string | null} before another
 */
function between(after, before) {
  const [lower, upper] = [after === null ? [] : [after, []], before === null ? [[]] : [before]];
  return IDBKeyRange.bound(lower, upper, true, true);
}

/**
 * @param {string} space
 * @param {number} seq
 */
function newerThan(space, seq) {
  return IDBKeyRange.bound([space, seq], [space, []], true, true);
}

/**
 * Without a `seq`, a row would be in no page and no news.
 * @param {any} tx
 * @param {string} space
 */
async function isWholeInNews(tx, space) {
  const rows = tx.objectStore(STORES.confirmed);
  const [all, found] = await Promise.all([
    rows.count(spaceRange(space)),
    rows.index(INDEXES.news).count(newerThan(space, -1)),
  ]);
  return all === found;
}
