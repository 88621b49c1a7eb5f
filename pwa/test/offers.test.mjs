// After a restore of the server: what the backup lacks is kept, shown and offered. Each test is a rule of
// "Duties of a client", 9, 10 and 13, in sync_protocol.md, on an IndexedDB in memory.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { conflicts, value } from "../js/core/merge.js";
import { CHANGES_MAX, REQUEST_CHARACTERS_MAX } from "../js/store/build_request.js";
import { Database } from "../js/store/database.js";
import { askOffers, takeOffers } from "../js/store/offers.js";
import { META, STORES } from "../js/store/schema.js";
import { Store } from "../js/store/store.js";
import { Engine } from "../js/sync/engine.js";

const NOW = 1_790_000_000_000;
const at = (n) => `2026-09-21T14:13:20.000Z-${String(n).padStart(4, "0")}`;
let databases = 0;

const newName = () => `offers-${++databases}`;
const openStore = (name = newName()) =>
  new Store("ana", () => NOW, new Database(name, () => {}, { marks: null })).open();
const rows = (store, name) =>
  store.database.transact([name], "readonly", (tx) => tx.objectStore(name).getAll());
const meta = (store, name) =>
  store.database.transact([STORES.meta], "readonly", (tx) => tx.objectStore(STORES.meta).get(name));

const write = (by, n, set) => ({ by, n, at: at(n), set });
/** A record with the given writes, each [device, n, set]. */
const record = (id, seq, writes, more = {}) => ({
  kind: "task",
  id,
  seq,
  clock: Object.fromEntries(writes.map(([by, n]) => [by, n])),
  writes: writes.map((each) => write(...each)),
  ...more,
});
const titled = (id, seq, ...titles) =>
  record(
    id,
    seq,
    titles.map((title, place) => [`dev${place}`, place + 1, { title }]),
  );
const tombstone = (id, seq, kind = "task") => ({ kind, id, seq, grave: true });
const page = (records, more = {}) => ({
  role: "owner",
  seq: 99,
  records,
  cursor: `c${records.length}`,
  more: false,
  ...more,
});
const RESET = { role: "owner", reset: "epoch" };

/** One sync: the server answers with these news. */
async function sync(store, spaces, epoch = "e2", outcomes = []) {
  const asked = await store.takeRequest();
  const reply = { epoch, now: NOW, outcomes, spaces };
  return store.takeReply(asked, structuredClone(reply), NOW);
}

/** A device that has these records in its space, and a shared space. */
async function device(records, { name, shared = [] } = {}) {
  const store = await openStore(name);
  await sync(store, { home: page(records, { personal: true }), shared: page(shared) }, "e1");
  return store;
}

/** A device after a restore; the backup has `theirs`. */
async function restored(mine, theirs, given = {}) {
  const store = await device(mine, given);
  await sync(store, { home: RESET, shared: RESET });
  await sync(store, { home: page(theirs), shared: page(given.sharedTheirs ?? given.shared ?? []) });
  return store;
}

const offersOf = async (store) => (await rows(store, STORES.offers)).map(({ space, id }) => `${space} ${id}`);
const confirmedOf = async (store, id, space = "home") =>
  (await rows(store, STORES.confirmed)).find((row) => row.id === id && row.space === space);
const titlesOf = (held) => held.writes.map(({ set }) => set.title).filter(Boolean);
const rejectedOf = (store) =>
  store.rejected.map(({ entry: { space, id, set }, outcome }) => [space, id, set, outcome.code]);
const edit = (store, id, set, space = "home") => store.edit({ space, kind: "task", id, set });

/** All offers are answered with these outcomes, in order. */
async function answer(store, ...outcomes) {
  const asked = await askOffers(store);
  await takeOffers(store, asked, { epoch: asked.epoch, outcomes });
  return asked;
}

describe("the end of a rebuild with offers", () => {
  test("offers what the server lacks or has not wholly, and shows the join", async () => {
    const mine = [titled("none", 5, "x"), titled("older", 6, "old", "new"), titled("covered", 7, "old")];
    const theirs = [
      titled("older", 2, "old"),
      titled("covered", 3, "old", "later"),
      titled("theirs", 4, "y"),
    ];
    const store = await restored(mine, theirs);
    assert.deepEqual(await offersOf(store), ["home none", "home older"]);
    const [none, older, covered, other] = await Promise.all(
      ["none", "older", "covered", "theirs"].map((id) => confirmedOf(store, id)),
    );
    assert.deepEqual([none.seq, older.seq, covered.seq, other.seq], [0, 2, 3, 4]);
    assert.deepEqual([titlesOf(none), titlesOf(older)], [["x"], ["old", "new"]]);
    assert.deepEqual([older.clock, older.space], [{ dev0: 1, dev1: 2 }, "home"]);
    assert.deepEqual(titlesOf(covered), ["old", "later"]);
    for (const each of [none, older, covered, other])
      assert.deepEqual(store.shown.get(each.id), each, "the screen says the same");
  });

  test("keeps what a clock has seen and replaced as replaced, and of one dot the server's content", async () => {
    const mine = record("a", 5, [["p", 2, { title: "new" }]]);
    const theirs = record("a", 3, [["p", 1, { title: "old" }]]);
    const store = await restored([mine], [theirs]);
    assert.deepEqual(titlesOf(store.shown.get("a")), ["new"]);
    const both = await restored(
      [
        record("a", 5, [
          ["p", 1, { title: "mine" }],
          ["q", 1, { due: null }],
        ]),
      ],
      [record("a", 3, [["p", 1, { title: "theirs" }]])],
    );
    assert.deepEqual(titlesOf(both.shown.get("a")), ["theirs"]);
  });

  test("offers live lists, tasks and comments only, and keeps the clock under a tombstone", async () => {
    const kinds = ["list", "comment", "read", "space", "member"];
    const mine = kinds.map((kind, place) => ({ ...titled(kind, place + 1, "x"), kind }));
    const store = await restored(
      [...mine, tombstone("gone", 8), titled("grave", 9, "x")],
      [tombstone("grave", 4)],
    );
    assert.deepEqual(await offersOf(store), ["home comment", "home grave", "home list"]);
    const grave = await confirmedOf(store, "grave");
    assert.deepEqual([grave.grave, grave.clock, store.shown.has("grave")], [true, { dev0: 1 }, false]);
    assert.equal(await confirmedOf(store, "read"), undefined);
  });

  test("reads all records, however many", async () => {
    const many = Array.from({ length: 620 }, (_, place) =>
      titled(`t${String(place).padStart(3, "0")}`, place + 1, "x"),
    );
    const store = await restored(many, many.slice(0, 20));
    assert.equal((await rows(store, STORES.offers)).length, 600);
    assert.deepEqual([store.shown.size, (await rows(store, STORES.confirmed)).length], [620, 620]);
  });

  test("is one transaction: if it fails, everything is as before", async () => {
    const store = await device([titled("a", 5, "x")]);
    await sync(store, { home: RESET, shared: RESET });
    const before = await Promise.all(Object.values(STORES).map((name) => rows(store, name)));
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (...given) {
      if (this.name === STORES.offers) throw new Error("the page is closed");
      return put.apply(this, given);
    };
    await assert.rejects(sync(store, { home: page([]), shared: page([]) }), /closed/);
    IDBObjectStore.prototype.put = put;
    assert.deepEqual(await Promise.all(Object.values(STORES).map((name) => rows(store, name))), before);
    assert.deepEqual(await meta(store, META.rebuilding), { home: "offers", shared: "offers" });
    await sync(store, { home: page([]), shared: page([]) });
    assert.deepEqual(await offersOf(store), ["home a"]);
  });

  test("of several pages offers only with the last one, and after a restart as well", async () => {
    const name = newName();
    const store = await device([titled("a", 5, "x"), titled("b", 6, "y")], { name });
    await sync(store, { home: RESET });
    await sync(store, { home: page([titled("a", 1, "x")], { more: true }) });
    assert.deepEqual([await offersOf(store), store.shown.size], [[], 2]);
    store.close();
    const again = await openStore(name);
    assert.equal(again.offered, 1, "a space that is rebuilt may still get offers");
    await sync(again, { home: page([]) });
    assert.deepEqual([await offersOf(again), again.offered], [["home b"], 1]);
  });

  test("without another epoch offers nothing", async () => {
    const store = await device([titled("a", 5, "x")]);
    await sync(store, { home: { role: "owner", reset: "too_old" } }, "e1");
    await sync(store, { home: page([]) }, "e1");
    assert.deepEqual([await offersOf(store), store.shown.size], [[], 0]);
  });

  test("takes over a rebuild that another epoch interrupts", async () => {
    const store = await device([titled("a", 5, "x")]);
    await sync(store, { home: { role: "owner", reset: "too_old" } }, "e1");
    await sync(store, { home: page([]) }, "e2"); // pulled from the start: the server has nothing to reset
    assert.deepEqual([await offersOf(store), store.shown.size], [["home a"], 1]);
  });

  test("takes spaces without a reset as usual", async () => {
    const store = await device([titled("a", 5, "x")]);
    await sync(store, { home: RESET, fresh: page([titled("f", 3, "f")]) });
    assert.equal((await confirmedOf(store, "f", "fresh")).seq, 3);
  });
});

describe("while an offer is open", () => {
  test("a pulled record is joined with it", async () => {
    const store = await restored(
      [titled("a", 5, "old", "new"), titled("b", 6, "x")],
      [titled("a", 2, "old")],
    );
    const later = record("a", 7, [
      ["dev0", 1, { title: "old" }],
      ["other", 4, { due: "2026-11-30" }],
    ]);
    await sync(store, { home: page([later, titled("b", 8, "x")]) });
    const [a, b] = [await confirmedOf(store, "a"), await confirmedOf(store, "b")];
    assert.deepEqual([a.clock, a.seq, titlesOf(a)], [{ dev0: 1, dev1: 2, other: 4 }, 7, ["old", "new"]]);
    assert.deepEqual([b.seq, value(store.shown.get("a"), "due")], [8, "2026-11-30"]);
    assert.deepEqual(await offersOf(store), ["home a", "home b"]);
  });

  test("a pulled tombstone stays one", async () => {
    const store = await restored([titled("a", 5, "x")], []);
    await sync(store, { home: page([tombstone("a", 7)]) });
    const held = await confirmedOf(store, "a");
    assert.deepEqual([held.grave, held.clock, store.shown.has("a")], [true, { dev0: 1 }, false]);
  });

  test("a later rebuild keeps it and joins it again", async () => {
    const store = await restored(
      [titled("a", 5, "old", "new"), titled("b", 6, "x")],
      [titled("a", 2, "old")],
    );
    await sync(store, { home: { role: "owner", reset: "too_old" } });
    await sync(store, { home: page([titled("a", 9, "old"), titled("c", 10, "z")]) });
    assert.deepEqual(await offersOf(store), ["home a", "home b"]);
    const [a, b] = [await confirmedOf(store, "a"), await confirmedOf(store, "b")];
    assert.deepEqual([a.seq, titlesOf(a), b.seq, titlesOf(b)], [9, ["old", "new"], 0, ["x"]]);
    assert.deepEqual([...store.shown.keys()].sort(), ["a", "b", "c"]);
  });

  test("another restore drops it, and offers anew what is lacking then", async () => {
    const store = await restored(
      [titled("a", 5, "old", "new"), titled("b", 6, "x")],
      [titled("a", 2, "old")],
    );
    await sync(store, { home: RESET, shared: RESET }, "e3");
    assert.deepEqual([await offersOf(store), store.shown.size], [[], 2]);
    await sync(store, { home: page([titled("a", 1, "old", "new")]), shared: page([]) }, "e3");
    assert.deepEqual(await offersOf(store), ["home b"]);
    assert.deepEqual(titlesOf((await rows(store, STORES.offers))[0].record), ["x"]);
  });

  test("no change is sent, from the restore on, and none is missed after it", async () => {
    const store = await device([titled("a", 5, "x")]);
    await edit(store, "a", { title: "mine" });
    await sync(store, { home: RESET, shared: RESET }, "e2", [{ status: "device_conflict" }]);
    assert.deepEqual((await store.takeRequest()).changes, [], "it is rebuilt");
    const { more } = await sync(store, { home: page([]), shared: page([]) });
    assert.deepEqual([(await store.takeRequest()).changes, more], [[], false], "an offer is open");
    assert.equal(value(store.shown.get("a"), "title"), "mine");
    await answer(store, { status: "applied", seq: 3 });
    assert.deepEqual(
      (await store.takeRequest()).changes.map(({ set }) => set),
      [{ title: "mine" }],
    );
  });

  test("it counts as unsent work, and so does a space that may get some", async () => {
    const store = await device([titled("a", 5, "x")]);
    const engine = new Engine(store);
    assert.deepEqual([store.unsent, engine.condition], [0, "safe"]);
    await sync(store, { home: RESET, shared: RESET });
    assert.deepEqual([store.unsent, engine.condition], [2, "waiting"]);
    await sync(store, { home: page([]), shared: page([]) });
    assert.deepEqual([store.unsent, engine.condition, store.oldestUnsentMs], [1, "waiting", null]);
    assert.equal((await openStore(store.database.name)).unsent, 1);
    await answer(store, { status: "applied", seq: 3 });
    assert.deepEqual([store.unsent, engine.condition], [0, "safe"]);
  });

  test("another tab shows the joined records", async () => {
    const name = newName();
    const store = await device([titled("a", 5, "old", "new"), titled("b", 6, "x")], { name });
    const other = await openStore(name);
    let told = [];
    store.addEventListener("changed", ({ detail }) => (told = detail.isOwn ? detail.ids : []));
    await sync(store, { home: RESET, shared: RESET });
    await sync(store, { home: page([titled("a", 2, "old")]), shared: page([]) });
    await other.catchUp(told);
    assert.deepEqual([other.shown, other.offered], [store.shown, 2]);
    assert.deepEqual((await openStore(name)).shown, store.shown);
    await answer(store, { status: "applied", seq: 3 }, { status: "gone" });
    await other.catchUp(told);
    assert.deepEqual([other.shown, other.offered], [store.shown, 0]);
  });
});

describe("a space that is revoked", () => {
  const shared = [
    { ...titled("l", 5, "List"), kind: "list", writes: [write("dev0", 1, { name: "List" })] },
    titled("t", 6, "one", "two"),
    { ...titled("m", 7, "x"), kind: "member" },
    tombstone("g", 8),
  ];
  const wanted = [
    ["shared", "l", { name: "List" }, "no_such_space"],
    ["shared", "t", { title: "two" }, "no_such_space"],
    ["shared", "t", { title: "one" }, "no_such_space"],
  ];
  const gone = { shared: { revoked: true } };
  const assertKept = async (store) => {
    assert.deepEqual(rejectedOf(store), wanted);
    assert.deepEqual(
      store.rejected.map(({ title }) => title),
      ["List", "two", "two"],
    );
    assert.deepEqual(
      [await offersOf(store), store.shown.has("t"), store.roles],
      [[], false, { home: "owner" }],
    );
    assert.deepEqual(await meta(store, META.rebuilding), {});
  };

  test("with another epoch leaves its records among the rejected changes", async () => {
    const store = await device([], { shared });
    await sync(store, { home: page([]), ...gone });
    await assertKept(store);
  });

  test("while it is rebuilt with offers does so too", async () => {
    const store = await device([], { shared });
    await sync(store, { home: page([]), shared: RESET });
    await sync(store, { home: page([]), shared: page([titled("n", 1, "n")], { more: true }) });
    await sync(store, gone);
    await assertKept(store);
  });

  test("with open offers does so too", async () => {
    const store = await restored([], [], { shared, sharedTheirs: [shared[0]] });
    await sync(store, gone);
    await assertKept(store);
  });

  test("at any other time leaves only unsent changes there", async () => {
    const store = await device([], { shared });
    await sync(store, gone, "e1");
    assert.deepEqual(store.rejected, []);
    const other = await restored([titled("a", 5, "x")], [], { shared });
    await sync(other, gone);
    assert.deepEqual([other.rejected, await offersOf(other)], [[], ["home a"]]);
  });

  test("leaves unsent changes beside its records", async () => {
    const store = await device([], { shared });
    await edit(store, "t", { title: "mine" }, "shared");
    await sync(store, { home: page([]), ...gone }, "e2", [{ status: "device_conflict" }]);
    assert.deepEqual(rejectedOf(store), [...wanted, ["shared", "t", { title: "mine" }, undefined]]);
  });
});

describe("the outcome of an offer", () => {
  const mine = () => [titled("a", 5, "old", "new"), titled("b", 6, "x")];
  const opened = () => restored(mine(), [titled("a", 2, "old")]);

  test("applied: it leaves, and the record stays as it is shown", async () => {
    const store = await opened();
    const shown = structuredClone(store.shown);
    const asked = await answer(
      store,
      { status: "applied", seq: 7 },
      { status: "applied", seq: 8, space: "home" },
    );
    const { now, protocol, account, ...rest } = asked;
    assert.deepEqual([now, protocol, account], [NOW, 1, "ana"]);
    const offers = mine().map(({ seq: _, ...each }) => ({ space: "home", ...each }));
    assert.deepEqual(rest, { device: store.deviceId, epoch: "e2", offers });
    assert.deepEqual([await offersOf(store), store.shown, store.rejected], [[], shown, []]);
    assert.equal(await askOffers(store), null);
  });

  test("applied elsewhere: a copy that was never pulled leaves, another one stays", async () => {
    const store = await opened();
    const elsewhere = { status: "applied", seq: 7, space: "shared" };
    await answer(store, elsewhere, elsewhere);
    assert.deepEqual([[...store.shown.keys()], await confirmedOf(store, "b")], [["a"], undefined]);
    await sync(store, { shared: page([titled("b", 7, "x")]), home: page([tombstone("a", 8)]) });
    assert.deepEqual([store.shown.get("b").space, store.shown.has("a")], ["shared", false]);
  });

  test("applied, with fields left out: their values are rejected, a status with its time", async () => {
    const status = (at_) => ({ status: at_ ? "completed" : "pending", completed_at: at_ });
    const held = record("a", 5, [
      ["p", 1, { title: "one", due: null, ...status(null) }],
      ["q", 2, { title: "two" }],
      ["r", 3, { title: "three", ...status("2026-09-21T14:13:20Z") }],
    ]);
    const store = await restored([held], []);
    await answer(store, { status: "applied", seq: 7, left_out: ["title", "status"] });
    const done = status("2026-09-21T14:13:20Z");
    assert.deepEqual(rejectedOf(store), [
      ["home", "a", { title: "three", ...done }, "left_out"],
      ["home", "a", status(null), "left_out"],
      ["home", "a", { title: "one" }, "left_out"],
      ["home", "a", { title: "two" }, "left_out"],
    ]);
    assert.deepEqual([await offersOf(store), store.shown.has("a")], [[], true]);
  });

  test("gone: it leaves with a copy that was never pulled", async () => {
    const store = await opened();
    await answer(store, { status: "gone", message: "" }, { status: "gone", message: "" });
    assert.deepEqual([await offersOf(store), [...store.shown.keys()], store.rejected], [[], ["a"], []]);
  });

  test("rejected: all its values are kept; what was pulled is pulled again, without offers", async () => {
    const store = await restored([...mine(), titled("c", 7, "c")], [titled("a", 2, "old")], {
      shared: [titled("s", 5, "s")],
      sharedTheirs: [],
    });
    const no = { status: "rejected", code: "read_only", message: "No." };
    await answer(store, no, no, { status: "applied", seq: 9 }, no);
    assert.deepEqual(rejectedOf(store), [
      ["home", "a", { title: "new" }, "read_only"],
      ["home", "a", { title: "old" }, "read_only"],
      ["home", "b", { title: "x" }, "read_only"],
      ["shared", "s", { title: "s" }, "read_only"],
    ]);
    assert.deepEqual([store.rejected[0].title, store.rejected[1].entry.further], ["new", true]);
    assert.deepEqual([...store.shown.keys()], ["a", "c"], "copies that were never pulled leave");
    assert.deepEqual(await meta(store, META.rebuilding), { home: true });
    assert.deepEqual(Object.keys(await meta(store, META.cursors)), ["shared"]);
    await sync(store, { home: page([titled("a", 2, "old"), titled("c", 9, "c")]) });
    assert.deepEqual([titlesOf(store.shown.get("a")), await offersOf(store)], [["old"], []]);
  });

  test("rejected, while others are open: these wait for the rebuild, which joins them", async () => {
    const store = await restored([...mine(), titled("c", 7, "c")], [titled("a", 2, "old")]);
    const asked = await askOffers(store, 1);
    await takeOffers(store, asked, { epoch: "e2", outcomes: [{ status: "rejected", code: "no" }] });
    assert.deepEqual([await askOffers(store), store.offered], [null, 2]);
    await sync(store, { home: page([titled("a", 2, "old")]) });
    assert.deepEqual(
      (await askOffers(store)).offers.map(({ id }) => id),
      ["b", "c"],
    );
    assert.deepEqual([...store.shown.keys()].sort(), ["a", "b", "c"]);
  });

  test("device_conflict: nothing happens", async () => {
    const store = await opened();
    await answer(store, { status: "device_conflict" }, { status: "device_conflict" });
    assert.deepEqual([(await offersOf(store)).length, store.offered, store.rejected], [2, 2, []]);
  });

  test("that comes after another restore, or from another epoch, is ignored", async () => {
    const store = await opened();
    const asked = await askOffers(store);
    const no = { status: "rejected", code: "no" };
    await takeOffers(store, asked, { epoch: "e3", outcomes: [no, no] });
    assert.equal((await offersOf(store)).length, 2);
    await sync(store, { home: RESET, shared: RESET }, "e3");
    await sync(store, { home: page([]), shared: page([]) }, "e3");
    await takeOffers(store, asked, { epoch: "e2", outcomes: [no, no] });
    assert.deepEqual([(await offersOf(store)).length, store.rejected], [2, []]);
  });

  test("that comes twice counts once", async () => {
    const store = await opened();
    const asked = await askOffers(store);
    const reply = {
      epoch: "e2",
      outcomes: [
        { status: "applied", seq: 3 },
        { status: "rejected", code: "no" },
      ],
    };
    await takeOffers(store, asked, reply);
    await takeOffers(store, asked, reply);
    assert.equal(store.rejected.length, 1);
  });

  test("is taken wholly or not at all", async () => {
    const store = await opened();
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = () => {
      throw new Error("the page is closed");
    };
    const no = { status: "rejected", code: "no" };
    await assert.rejects(answer(store, { status: "applied", seq: 3 }, no), /closed/);
    IDBObjectStore.prototype.add = add;
    assert.deepEqual([(await offersOf(store)).length, store.shown.size], [2, 2]);
  });

  test("drops pages of the start cache with the copies that leave", async () => {
    const store = await opened();
    await store.tidy(1, 1);
    assert.ok((await meta(store, META.covered)).home);
    await answer(store, { status: "gone" }, { status: "gone" });
    assert.deepEqual((await openStore(store.database.name)).shown, store.shown);
  });
});

test("a further time of deletion is no further value; a restored one is", async () => {
  const of = async (...times) => {
    const writes = times.map((deleted, place) => [`p${place}`, place + 1, { title: "x", deleted }]);
    const store = await restored([record("a", 5, writes)], []);
    await answer(store, { status: "rejected", code: "no" });
    return store.rejected.map(({ entry }) => entry.set);
  };
  const [first, second] = ["2026-09-21T00:00:00Z", "2026-09-22T00:00:00Z"];
  const shown = { title: "x", deleted: second };
  assert.deepEqual(await of(first, second), [shown]);
  assert.deepEqual(await of(null, first, second), [shown, { deleted: null }]);
});

test("a request holds as many offers and characters as the server takes", async () => {
  const many = Array.from({ length: CHANGES_MAX + 1 }, (_, place) => titled(`t${place}`, place + 1, "x"));
  assert.equal((await askOffers(await restored(many, []))).offers.length, CHANGES_MAX);
  const large = Array.from({ length: 40 }, (_, place) =>
    record(`t${place}`, place + 1, [["p", 1, { title: "x", description: "y".repeat(20_000) }]]),
  );
  const asked = await askOffers(await restored(large, []));
  const { length } = JSON.stringify(asked.offers);
  assert.ok(
    length <= REQUEST_CHARACTERS_MAX + asked.offers.length && length > REQUEST_CHARACTERS_MAX - 21_000,
  );
  assert.equal((await askOffers(await restored(large, []), 3)).offers.length, 3);
});

/** A server whose backup has nothing; it takes offers as `answers` say, and notes what it was asked. */
class RestoredServer {
  log = [];
  epoch = "e2";
  records = [];
  answers = [];

  /** @param {any[]} answers one for each request with offers; then all are applied */
  constructor(...answers) {
    this.answers = answers;
  }

  fetch = async (url, { body, headers }) => {
    const packed = headers["Content-Encoding"];
    const text = packed
      ? await new Response(new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"))).text()
      : body;
    const asked = JSON.parse(text);
    return url === "/sync/offers" ? this.#offers(asked) : this.#sync(asked);
  };

  #sync({ cursors, changes, epoch }) {
    this.log.push(`sync ${changes.length}`);
    const news = (cursor) =>
      cursor?.startsWith("c") ? RESET : page(cursor ? [] : this.records, { cursor: "d" });
    const spaces = Object.fromEntries(
      Object.entries(cursors).map(([space, cursor]) => [space, news(cursor)]),
    );
    const status = epoch === this.epoch ? { status: "applied", seq: 50 } : { status: "device_conflict" };
    return Response.json({ epoch: this.epoch, now: NOW, outcomes: changes.map(() => status), spaces });
  }

  #offers({ offers }) {
    this.log.push(`offers ${offers.length}`);
    const next = this.answers.shift() ?? { status: "applied", seq: 9 };
    if (next.http) return new Response("{}", { status: next.http, headers: next.headers });
    const device_conflict = next.status === "device_conflict";
    return Response.json({ epoch: this.epoch, now: NOW, device_conflict, outcomes: offers.map(() => next) });
  }
}

async function engineFor(server, count = 3, given = {}) {
  const mine = Array.from({ length: count }, (_, place) => titled(`t${place}`, place + 1, "x"));
  const store = await device(mine);
  await edit(store, "t0", { title: "mine" });
  const engine = new Engine(store, { fetch: server.fetch, random: () => 0.5, ...given });
  await engine.now();
  engine.stop();
  return { store, engine };
}

describe("the engine", () => {
  test("pulls, then offers until none is open, then pulls and sends the changes", async () => {
    const server = new RestoredServer();
    const { store, engine } = await engineFor(server, CHANGES_MAX + 1);
    const log = ["sync 1", "sync 0", `offers ${CHANGES_MAX}`, "offers 1", "sync 1"];
    assert.deepEqual([server.log, engine.condition, store.outbox.length], [log, "safe", 0]);
  });

  test("sends smaller requests if the server takes no larger ones; what is too large is rejected", async () => {
    const tooLarge = { http: 413 };
    const server = new RestoredServer(tooLarge, tooLarge, tooLarge, tooLarge);
    const { store } = await engineFor(server, 4);
    const asked = ["offers 4", "offers 2", "offers 1", "offers 1", "offers 1"];
    assert.deepEqual(server.log.slice(2, 7), asked, "one alone is tried without packing too");
    assert.deepEqual(
      store.rejected.map(({ entry, outcome }) => [entry.id, outcome.code]),
      [["t0", "too_large"]],
    );
    assert.deepEqual([await offersOf(store), store.unsent], [[], 0]);
  });

  test("waits longer each time while offers fail, though the syncs between do not", async () => {
    const server = new RestoredServer(...Array(9).fill({ http: 503, headers: { "Retry-After": "7" } }));
    const { engine, store } = await engineFor(server);
    assert.deepEqual([engine.failures, engine.status, engine.notBeforeMs], [1, 503, NOW + 7_000]);
    for (const expected of [2, 3]) {
      Object.assign(engine, { isStopped: false, notBeforeMs: 0 });
      const { failures } = engine;
      const running = engine.now();
      engine.failures = failures; // as its own timer does: only a person starts anew
      await running;
      engine.stop();
      assert.equal(engine.failures, expected);
    }
    assert.equal((await offersOf(store)).length, 3);
  });

  test("locks if the session has ended, and keeps everything", async () => {
    const server = new RestoredServer({ http: 401 });
    const { engine, store } = await engineFor(server);
    assert.deepEqual([engine.condition, store.offered], ["signed_out", 3]);
  });

  test("syncs after a conflict; if that does not help, it waits as after a failure", async () => {
    const conflict = { status: "device_conflict" };
    const once = new RestoredServer(conflict);
    const { engine } = await engineFor(once);
    assert.deepEqual(once.log.slice(2), ["offers 3", "sync 0", "offers 3", "sync 1"]);
    assert.deepEqual([engine.condition, engine.conflictEpoch], ["safe", null]);
    const ever = new RestoredServer(...Array(9).fill(conflict));
    const stuck = await engineFor(ever);
    assert.deepEqual(ever.log.slice(2), ["offers 3", "sync 0", "offers 3"]);
    assert.deepEqual([stuck.engine.condition, stuck.engine.failures], ["unreached", 1]);
    assert.equal(stuck.store.offered, 3);
  });

  test("starts anew if the server was restored once more meanwhile", async () => {
    const server = new RestoredServer({ status: "device_conflict" });
    const { fetch } = server;
    server.fetch = (url, request) => {
      const isOffer = url === "/sync/offers";
      if (isOffer) server.epoch = "e3";
      return fetch(url, request);
    };
    const { store } = await engineFor(server);
    assert.deepEqual([store.epoch, store.offered, await offersOf(store)], ["e3", 0, []]);
  });

  test("pulls again what was rejected before it offers the rest", async () => {
    const server = new RestoredServer({ http: 413 }, { status: "rejected", code: "no" });
    server.records = [{ ...titled("t0", 4, "x"), clock: {} }];
    const { store } = await engineFor(server, 2);
    assert.deepEqual(server.log.slice(2), ["offers 2", "offers 1", "sync 0", "offers 1", "sync 1"]);
    assert.deepEqual([store.offered, store.rejected.length], [0, 1]);
  });
});

test("a rejected offer can be tried again as a new change", async () => {
  const held = record("a", 5, [
    ["p", 1, { title: "x", status: "pending", completed_at: null }],
    ["q", 2, { title: "y" }],
  ]);
  const store = await restored([held], []);
  await answer(store, { status: "rejected", code: "no" });
  const [whole, further] = store.rejected.map(({ entry }) => entry);
  await store.edit({ ...whole, begun: store.begin("a") });
  assert.deepEqual(conflicts(store.shown.get("a")), []);
  assert.deepEqual(store.outbox[0].set, { title: "y", status: "pending", completed_at: null });
  assert.deepEqual([store.outbox[0].seen, further.set], [{}, { title: "x" }]);
});
