// The store on an IndexedDB in memory: many edits at once, the start cache, and storage that fails.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { conflicts, empty, join, merge, value } from "../js/core/merge.js";
import { Database } from "../js/store/database.js";
import { pack, unpack } from "../js/store/page_format.js";
import { askOffers, takeOffers } from "../js/store/offers.js";
import { META, STORES } from "../js/store/schema.js";
import { Confirmed } from "../js/store/server_records.js";
import { shown } from "../js/store/replica.js";
import { MovedAway, StorageProblem, Store } from "../js/store/store.js";

const IDS = ["a", "b", "c", "d"].map((letter) => `0000000${letter}-0000-4000-8000-000000000000`);
const NOW = 1_790_000_000_000;
const RUNS = Number(process.env.STORE_CASES ?? 150);
let databases = 0;

class Marks extends Map {
  getItem = (name) => this.get(name) ?? null;
  setItem = (name, text) => this.set(name, text);
  removeItem = (name) => this.delete(name);
}

const newName = () => `store-${++databases}`;
const openStore = (name = newName(), outside = { marks: null }, account = "account") =>
  new Store(account, () => NOW, new Database(name, () => {}, outside)).open();
const task = (id, set, begun, space = "local") => ({ space, kind: "task", id, set, begun });
const rows = (store, name) =>
  store.database.transact([name], "readonly", (tx) => tx.objectStore(name).getAll());
const meta = (store, name) =>
  store.database.transact([STORES.meta], "readonly", (tx) => tx.objectStore(STORES.meta).get(name));

/** A server small enough to misbehave at will: it loses epochs, purges, resets, revokes. */
class FaultyServer {
  epoch = 1;
  home = new Map([
    ["home", new Map()],
    ["shared", new Map()],
  ]);
  seq = 0;
  members = new Set(["home", "shared"]);
  resets = new Set();
  outcomes = new Map();
  places = new Map(IDS.map((id, place) => [id, place % 2 ? "shared" : "home"]));

  placeOf(id) {
    return this.places.get(id) ?? "home";
  }

  /** A record goes to the other space; a grave stays. */
  move(id) {
    const from = this.placeOf(id);
    const to = from === "home" ? "shared" : "home";
    const record = this.home.get(from).get(id);
    if (!record?.writes) return;
    this.home.get(to).set(id, { ...record, seq: ++this.seq });
    this.home.get(from).set(id, { kind: "task", id, seq: ++this.seq, grave: true });
    this.places.set(id, to);
  }

  answer(asked, limit = 3) {
    const outcomes = asked.changes.map((change) => this.#apply(change, asked.device));
    const spaces = {};
    for (const space of new Set([...this.members, ...Object.keys(asked.cursors)]))
      spaces[space] = this.#news(space, asked.cursors[space], limit);
    return JSON.parse(JSON.stringify({ epoch: `e${this.epoch}`, now: NOW, outcomes, spaces }));
  }

  write(space, id, set) {
    const records = this.home.get(space);
    const old = records.get(id);
    if (old?.grave) return;
    const n = ++this.seq;
    const change = {
      kind: "task",
      id,
      by: "deviceoftheserver",
      n,
      prev: 0,
      seen: n % 3 ? (old?.clock ?? {}) : {},
      at: `2026-11-23T18:20:32.123Z-${String(n).padStart(4, "0")}`,
      set,
    };
    records.set(id, { ...merge(old ?? empty("task", id), change), seq: n });
  }

  bury(space, id) {
    this.home.get(space).set(id, { kind: "task", id, seq: ++this.seq, grave: true });
  }

  /** An older backup takes the place of everything: it lacks some records, and numbers start anew. */
  restore() {
    this.epoch++;
    this.seq = 0;
    for (const records of this.home.values())
      for (const [place, [id, record]] of [...records].entries())
        if ((place + this.epoch) % 3) records.set(id, { ...record, seq: ++this.seq });
        else records.delete(id);
  }

  answerOffers(asked) {
    const epoch = `e${this.epoch}`;
    const outcomes = asked.offers.map(({ space, ...offer }) => {
      if (asked.epoch !== epoch) return { status: "device_conflict" };
      const status = ["applied", "applied", "gone", "rejected"][++this.seq % 4];
      if (status !== "applied") return { status, code: "no" };
      const { grave, ...held } = this.home.get(space).get(offer.id) ?? {};
      if (!grave)
        this.home.get(space).set(offer.id, { ...(held.writes ? join(held, offer) : offer), seq: this.seq });
      return { status, seq: this.seq, ...(grave ? { space: "elsewhere" } : {}) };
    });
    return JSON.parse(JSON.stringify({ epoch, outcomes }));
  }

  #apply(change, by) {
    const dot = `${this.epoch} ${by} ${change.n}`;
    const space = this.places.get(change.id) ?? change.space;
    const records = this.home.get(space);
    if (!this.outcomes.has(dot)) {
      const isRefused = !this.members.has(change.space) || !this.members.has(space) || change.n % 5 === 0;
      if (!isRefused)
        records.set(change.id, {
          ...merge(records.get(change.id)?.writes ? records.get(change.id) : empty("task", change.id), {
            ...change,
            by,
          }),
          seq: ++this.seq,
        });
      this.outcomes.set(
        dot,
        isRefused
          ? { status: "rejected", code: "no" }
          : { status: "applied", seq: this.seq, ...(space === change.space ? {} : { space }) },
      );
    }
    return this.outcomes.get(dot);
  }

  #news(space, cursor, limit) {
    if (!this.members.has(space)) return { revoked: true };
    const about = { role: "owner", personal: space === "home" };
    const [epoch, from] = cursor ? cursor.split(":").map(Number) : [this.epoch, 0];
    if (epoch !== this.epoch) return { ...about, reset: "epoch" };
    if (cursor && this.resets.delete(space)) return { ...about, reset: "too_old" };
    const all = [...this.home.get(space).values()]
      .filter((record) => record.seq > from)
      .sort((a, b) => a.seq - b.seq);
    const records = all.slice(0, limit);
    return {
      ...about,
      records,
      cursor: records.length ? `${this.epoch}:${records.at(-1).seq}` : (cursor ?? `${this.epoch}:0`),
      more: all.length > limit,
    };
  }
}

async function sync(store, server, late) {
  const asked = await store.takeRequest();
  const reply = server.answer(asked);
  if (late) late.push({ asked, reply });
  else await store.takeReply(asked, reply, NOW);
}

/** What a start finds, whatever it reads, is what the rows say. */
async function assertStartsFromRows(name) {
  const fresh = await openStore(name);
  const [confirmed, outbox, rejected] = await Promise.all(
    [STORES.confirmed, STORES.outbox, STORES.rejected].map((each) => rows(fresh, each)),
  );
  const expected = new Confirmed();
  for (const record of confirmed) expected.hold(record);
  assert.deepEqual(sortedEntries(fresh.confirmed), sortedEntries(expected));
  assert.deepEqual([fresh.outbox, fresh.rejected], [outbox, rejected]);
  for (const id of [...IDS, ...expected.keys()])
    assert.deepEqual(
      fresh.shown.get(id) ?? null,
      shown(
        expected.get(id),
        outbox.filter((entry) => entry.id === id),
      ),
    );
  for (const [id, record] of fresh.shown)
    if (!outbox.some((entry) => entry.id === id))
      assert.equal(record, fresh.confirmed.get(id), "one object, not two");
  fresh.close();
}

function assertCounts(store) {
  const waiting = store.outbox.filter((entry) => !entry.outcome);
  assert.equal(store.unsent, waiting.length + store.offered);
  const oldest = waiting.map((entry) => entry.at).sort()[0];
  assert.equal(store.oldestUnsentMs, oldest ? Date.parse(oldest.slice(0, 24)) : null);
}

const sortedEntries = (map) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** Where a device believes a task to be: where it sees it, else in its own space. */
const spaceFor = (tab, id, server) =>
  tab.shown.get(id)?.space ??
  (server.placeOf(id) === "home" || !tab.roles.shared ? tab.space : server.placeOf(id));

const STEPS = {
  edit: ({ tab, id, text, server }) =>
    tab.edit(task(id, { title: text }, undefined, spaceFor(tab, id, server))),
  many: ({ tab, text, server }) =>
    tab.editAll(IDS.map((id) => task(id, { title: text, due: null }, undefined, spaceFor(tab, id, server)))),
  move: ({ server, id }) => server.move(id),
  sync: ({ tab, server }) => sync(tab, server),
  pull: async ({ tab, server }) => {
    for (let round = 0; round < 4; round++) await sync(tab, server);
  },
  hold: ({ tab, server, late }) => sync(tab, server, late),
  late: async ({ tab, late }) => {
    for (const { asked, reply } of late.splice(0, 1)) await tab.takeReply(asked, reply, NOW);
  },
  write: ({ server, id, text }) =>
    server.write(server.placeOf(id), id, { title: text, "label/home": true, list: text }),
  writeAll: ({ server, text }) => IDS.forEach((id) => server.write(server.placeOf(id), id, { title: text })),
  bury: ({ server, id }) => server.bury(server.placeOf(id), id),
  purge: ({ server, id }) => {
    server.home.get(server.placeOf(id)).delete(id);
    server.resets.add(server.placeOf(id));
  },
  reset: ({ server, space }) => server.resets.add(space),
  restore: ({ server }) => server.restore(),
  offer: async ({ tab, server }) => {
    const asked = await askOffers(tab, 3);
    if (asked) await takeOffers(tab, asked, server.answerOffers(asked));
  },
  revoke: ({ server }) =>
    server.members.has("shared") ? server.members.delete("shared") : server.members.add("shared"),
  beneath: async ({ tab, server, text }) => {
    // a server that breaks its word: a record older than what was sent before
    const asked = await tab.takeRequest();
    const reply = server.answer(asked, 0);
    for (const news of Object.values(reply.spaces))
      news.records?.push({
        ...empty("task", `${text}-beneath`),
        writes: [{ by: "x", n: 1, at: "a", set: {} }],
        seq: 1,
      });
    await tab.takeReply(asked, reply, NOW);
  },
  tidy: ({ tab }) => tab.tidy(1, 2),
  tidyAtOnce: ({ tab, other, server }) =>
    Promise.all([tab.tidy(1, 2), sync(other, server), other.tidy(1, 2)]),
  tidySome: ({ tab }) => tab.tidy(3, 3),
  spoil: ({ tab, text }) =>
    tab.database.transact([STORES.pages], "readwrite", async (tx) => {
      const [key] = await tx.objectStore(STORES.pages).getAllKeys();
      if (key)
        await tx
          .objectStore(STORES.pages)
          .put({ space: key[0], part: key[1], text: text.length > 8 ? "{" : null });
    }),
  catchUp: ({ tab }) => tab.catchUp(IDS),
  reopen: ({ tab }) => tab.open(),
};
const STEP_NAMES = Object.keys(STEPS).flatMap((name) =>
  ["pull", "writeAll", "tidy", "tidyAtOnce", "offer", "restore"].includes(name) ? [name, name, name] : [name],
);

const histories = fc.array(
  fc.record({
    name: fc.constantFrom(...STEP_NAMES),
    which: fc.nat(1),
    id: fc.constantFrom(...IDS),
    text: fc.string({ unit: "grapheme", maxLength: 12 }),
    space: fc.constantFrom("home", "shared"),
  }),
  { minLength: 12, maxLength: 30 },
);

test("a start from pages and news is a start from rows, whatever happened", async () => {
  let starts = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (steps) => {
      const name = newName();
      const [server, late, tabs] = [new FaultyServer(), [], [await openStore(name), await openStore(name)]];
      await sync(tabs[0], server);
      for (const { name: step, which, ...given } of steps) {
        await STEPS[step]({ ...given, server, late, tab: tabs[which], other: tabs[1 - which] });
        if ((await rows(tabs[0], STORES.pages)).length) starts++;
        await assertStartsFromRows(name);
        tabs.forEach(assertCounts);
      }
      for (const tab of tabs) await tab.database.destroy();
    }),
    { numRuns: RUNS },
  );
  assert.ok(starts > RUNS, `only ${starts} starts had pages to read`);
});

test("any record comes back from a page as it was", () => {
  const text = fc.string({ unit: "grapheme" });
  const fields = fc.dictionary(
    fc.constantFrom("title", "list", "due", "label/x"),
    fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
  );
  const write = fc.record(
    { by: fc.constantFrom("p", "q"), n: fc.nat(), at: text, set: fields, new: fc.nat() },
    { requiredKeys: ["by", "n", "at", "set"] },
  );
  const record = fc.record(
    {
      kind: fc.constantFrom("task", "list"),
      id: fc.uuid(),
      clock: fc.dictionary(fc.constantFrom("p", "q", "r"), fc.nat()),
      writes: fc.array(write),
      seq: fc.nat(),
      space: fc.constant("home"),
      grave: fc.boolean(),
    },
    { requiredKeys: ["kind", "id", "seq", "space"], noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const plain = JSON.parse(JSON.stringify(records));
      const read = new Confirmed();
      unpack(pack(plain), "home", read, (each) => each);
      assert.deepEqual(new Map(read), new Map(plain.map((each) => [each.id, each])));
    }),
  );
});

test("pages are written only for enough news, and rewritten when most of them is past", async () => {
  const [store, server] = [await openStore(), new FaultyServer()];
  const put = async (rounds) => {
    for (let round = 0; round < rounds; round++) {
      IDS.forEach((id) => server.write("home", id, { title: `${round}` }));
      await sync(store, server);
      await sync(store, server);
      await store.tidy(4, 4);
    }
  };
  await store.tidy(1, 4);
  await put(1);
  assert.equal((await rows(store, STORES.pages)).length, 1);
  server.write("home", IDS[0], { title: "one more" });
  await sync(store, server);
  await store.tidy(4, 4);
  assert.equal((await meta(store, META.covered)).home.rows, 4);
  await put(20);
  assert.ok((await meta(store, META.covered)).home.rows <= 2 * 4 + 2 * 4 + 4);
  await assertStartsFromRows(store.database.name);
});

test("whoever removes rows drops their pages with them", async () => {
  const [store, server] = [await openStore(), new FaultyServer()];
  const paged = async () => {
    server.write("shared", IDS[0], { title: "x" });
    for (let round = 0; round < 4; round++) await sync(store, server);
    await store.tidy(1, 2);
    assert.ok((await meta(store, META.covered)).shared);
  };
  const pagesOf = async (space) => [
    (await meta(store, META.covered))[space],
    (await rows(store, STORES.pages)).filter((page) => page.space === space).length,
  ];
  await paged();
  server.resets.add("shared");
  await sync(store, server);
  assert.deepEqual(await pagesOf("shared"), [undefined, 0]);
  await paged();
  server.members.delete("shared");
  await sync(store, server);
  assert.deepEqual(await pagesOf("shared"), [undefined, 0]);
  assert.ok(!store.shown.has(IDS[0]));
  server.members.add("shared");
  await sync(store, server);
  await paged();
  const anonymous = await openStore(newName(), { marks: null }, null);
  await anonymous.edit(task(IDS[1], { title: "mine" }));
  await store.takeOver(anonymous, "shared");
  assert.deepEqual(await pagesOf("shared"), [undefined, 0]);
  assert.equal(value(store.shown.get(IDS[1]), "title"), "mine");
});

/** A database as the app of a version made it, its names as they are on disk. */
async function oldDatabase(name, version) {
  const old = await new Promise((resolve, reject) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => makeStores(request.result, request.transaction, version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = reject;
  });
  const tx = old.transaction(["confirmed", "outbox", "tray", "meta"], "readwrite");
  tx.objectStore("confirmed").put(OLD_RECORD);
  const entry = version < 3 ? OLD_ENTRY : { ...OLD_ENTRY, begun: OLD_BASE };
  tx.objectStore("outbox").add(entry);
  tx.objectStore("tray").add({ entry, outcome: { status: "rejected" }, at: 1 });
  tx.objectStore("meta").put(
    { id: "mydevice", counter: 4, lastAt: OLD_ENTRY.at, offsetMs: 5, epoch: "e1", account: "account" },
    "device",
  );
  tx.objectStore("meta").put({ home: "owner" }, "roles");
  await new Promise((resolve) => {
    tx.oncomplete = resolve;
  });
  old.onversionchange = () => old.close();
}

function makeStores(db, tx, version) {
  for (const each of ["confirmed", "rebuilt"]) db.createObjectStore(each, { keyPath: ["space", "id"] });
  db.createObjectStore("outbox", { keyPath: "key", autoIncrement: true }).createIndex("record", "id");
  db.createObjectStore("tray", { keyPath: "key", autoIncrement: true });
  db.createObjectStore("meta");
  if (version < 2) return;
  tx.objectStore("confirmed").createIndex("news", ["space", "seq"]);
  db.createObjectStore("pages", { keyPath: ["space", "part"] });
}

const OLD_RECORD = {
  ...empty("task", IDS[0]),
  clock: { x: 1 },
  writes: [{ by: "x", n: 1, at: "a", set: { title: "kept" } }],
  space: "home",
  seq: 7,
};
const OLD_ENTRY = {
  space: "home",
  kind: "task",
  id: IDS[1],
  by: "mydevice",
  n: 4,
  prev: 0,
  seen: { mydevice: 3 },
  base: { mydevice: 2 },
  at: "2026-11-23T18:20:32.123Z-0000",
  set: { title: "unsent" },
  sent: false,
  outcome: null,
};

const OLD_BASE = { seen: { mydevice: 3 }, base: { mydevice: 2 }, sure: 2, by: "mydevice", own: [] };

for (const [from, to] of [
  [1, 4],
  [1, 5],
  [2, 4],
  [2, 5],
  [3, 4],
  [3, 5],
])
  test(`a database of version ${from} is taken on by version ${to} with all that is in it`, async () => {
    const name = newName();
    await oldDatabase(name, from);
    const store = await openStore(name, { marks: null, version: to });
    assert.deepEqual(
      [
        store.deviceId,
        store.unsent,
        store.rejected.length,
        value(store.shown.get(IDS[0]), "title"),
        value(store.shown.get(IDS[1]), "title"),
      ],
      ["mydevice", 1, 1, "kept", "unsent"],
    );
    await store.tidy(1, 2);
    assert.equal((await meta(store, META.covered)).home.upTo, 7);
    assert.deepEqual([store.outbox[0].begun, store.rejected[0].entry.begun], [OLD_BASE, OLD_BASE]);
    assert.deepEqual([await rows(store, STORES.offers), store.offered], [[], 0]);
    if (to === 4) await assertStartsFromRows(name);
  });

test("edits saved at once are the edits saved one by one", async () => {
  const edit = fc.record({
    id: fc.constantFrom(...IDS),
    set: fc.dictionary(fc.constantFrom("title", "due", "list"), fc.string(), { minKeys: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (edits, isBegun) => {
        const [atOnce, oneByOne] = [await openStore(), await openStore()];
        await oneByOne.database.transact([STORES.meta], "readwrite", async (tx) =>
          tx
            .objectStore(STORES.meta)
            .put(
              { ...(await tx.objectStore(STORES.meta).get(META.device)), id: atOnce.deviceId },
              META.device,
            ),
        );
        await oneByOne.open();
        let events = 0;
        atOnce.addEventListener("changed", () => events++);
        const first = await atOnce.editAll(
          edits.map(({ id, set }) => task(id, set, isBegun ? atOnce.begin(id) : undefined)),
        );
        const second = [];
        for (const { id, set } of edits)
          second.push(await oneByOne.edit(task(id, set, isBegun ? oneByOne.begin(id) : undefined)));
        const withoutKeys = (entries) => entries.map(({ key: _, begun: __, ...entry }) => entry);
        assert.deepEqual(withoutKeys(first), withoutKeys(second));
        assert.deepEqual(withoutKeys(atOnce.outbox), withoutKeys(oneByOne.outbox));
        assert.deepEqual(atOnce.shown, oneByOne.shown);
        assert.deepEqual(atOnce.outbox, await rows(atOnce, STORES.outbox));
        assert.equal(events, 1);
        for (const store of [atOnce, oneByOne]) await store.database.destroy();
      },
    ),
    { numRuns: 60 },
  );
});

test("edits saved at once see each other, and no other editor's write", async () => {
  const store = await openStore();
  await store.edit(task(IDS[0], { title: "one", due: "2026-11-30" }));
  const begun = store.begin(IDS[0]);
  await store.editAll([
    task(IDS[0], { title: "two" }, begun),
    task(IDS[0], { title: "three", list: "x" }, begun),
  ]);
  assert.deepEqual(conflicts(store.shown.get(IDS[0])), []);
  const older = store.begin(IDS[0]);
  await store.edit(task(IDS[0], { due: "2026-12-01" }));
  await store.editAll([
    task(IDS[0], { title: "four" }, older),
    task(IDS[0], { title: "five", due: null }, older),
  ]);
  assert.deepEqual(
    conflicts(store.shown.get(IDS[0])).includes("due"),
    true,
    "the due day of another editor was never shown here",
  );
});

test("edits saved at once are saved whole or not at all", async () => {
  const store = await openStore();
  let events = 0;
  store.addEventListener("changed", () => events++);
  await assert.rejects(store.editAll([task(IDS[0], { title: "good" }), task(IDS[1], { title: () => {} })]));
  assert.deepEqual(
    [
      store.outbox,
      store.shown.size,
      await rows(store, STORES.outbox),
      (await meta(store, META.device)).counter,
      events,
    ],
    [[], 0, [], 0, 0],
  );
  assert.deepEqual(await store.editAll([]), []);
  assert.equal(events, 0);
});

test("the age of unsent work is that of the oldest change that still waits", async () => {
  let now = NOW;
  const store = await new Store(
    "account",
    () => now,
    new Database(newName(), () => {}, { marks: null }),
  ).open();
  const editLater = (id, set) => store.edit(task(id, set, undefined, "home"), (now += 1_000));
  assert.deepEqual([store.unsent, store.oldestUnsentMs], [0, null]);
  await editLater(IDS[0], { title: "one" });
  await editLater(IDS[1], { title: "two" });
  assert.deepEqual([store.unsent, store.oldestUnsentMs], [2, NOW + 1_000]);
  await editLater(IDS[0], { title: "one again, folded" });
  assert.deepEqual([store.unsent, store.oldestUnsentMs], [2, NOW + 2_000]);
});

test("a space with a row that no news would name is never paged", async () => {
  const [store, server] = [await openStore(), new FaultyServer()];
  await sync(store, server);
  const asked = await store.takeRequest();
  const [home, shared] = ["home", "shared"].map((space) => ({
    role: "owner",
    records: [{ kind: "task", id: IDS[0], space, seq: 1, grave: true }],
    cursor: "1:1",
  }));
  await store.takeReply(
    asked,
    {
      epoch: "e1",
      now: NOW,
      outcomes: [],
      spaces: {
        home,
        shared: { ...shared, records: [...shared.records, { kind: "task", id: IDS[1], grave: true }] },
      },
    },
    NOW,
  );
  await store.tidy(1, 2);
  assert.deepEqual(Object.keys(await meta(store, META.covered)), ["home"]);
  await assertStartsFromRows(store.database.name);
});

test("an edit in a database that has moved away is refused", async () => {
  const moving = await openStore();
  await moving.database.transact([STORES.meta], "readwrite", (tx) =>
    tx.objectStore(STORES.meta).put(true, META.moved),
  );
  await assert.rejects(moving.edit(task(IDS[0], { title: "late" })), MovedAway);
  const [store, anonymous] = [await openStore(), await openStore(newName(), { marks: null }, null)];
  await store.takeOver(await openStore(anonymous.database.name, { marks: null }, null), "home");
  await assert.rejects(anonymous.edit(task(IDS[0], { title: "late" })), MovedAway);
});

test("a tab that was asleep shows whole what another tab wrote, before it may write over it", async () => {
  const name = newName();
  const [server, awake, asleep] = [new FaultyServer(), await openStore(name), await openStore(name)];
  await awake.edit(task(IDS[0], { title: "one" }));
  for (let round = 0; round < 3; round++) await sync(awake, server);
  await awake.edit(task(IDS[0], { due: "2026-11-30" }, undefined, "home"));
  let told = [];
  asleep.addEventListener("changed", ({ detail }) => {
    told = detail.ids;
  });
  await asleep.takeRequest(); // and the request is lost
  assert.deepEqual(
    [value(asleep.shown.get(IDS[0]), "title"), value(asleep.shown.get(IDS[0]), "due"), told],
    ["one", "2026-11-30", [IDS[0]]],
  );
  const third = await openStore(name);
  await third.edit(task(IDS[1], { title: "two" }, undefined, "home"));
  const asked = await third.takeRequest();
  await sync(awake, server); // takes the record of the third tab's entry
  await awake.edit(task(IDS[1], { due: "2026-12-01" }, undefined, "home"));
  await third.takeReply({ ...asked, changes: [] }, { epoch: "e1", now: NOW, outcomes: [], spaces: {} }, NOW);
  assert.deepEqual([...third.shown], [...(await openStore(name)).shown]);
});

/** Lets `put` and `add` fail for want of room while `isFull` says so. */
async function withQuota(isFull, work) {
  const { IDBObjectStore } = globalThis;
  const { put, add } = IDBObjectStore.prototype;
  const guarded = (write) =>
    function (...given) {
      if (isFull(this.name)) throw new DOMException("no room", "QuotaExceededError");
      return write.apply(this, given);
    };
  Object.assign(IDBObjectStore.prototype, { put: guarded(put), add: guarded(add) });
  try {
    return await work();
  } finally {
    Object.assign(IDBObjectStore.prototype, { put, add });
  }
}

test("where there is no room the pages go first, and the outbox never", async () => {
  const [store, server] = [await openStore(), new FaultyServer()];
  server.write("home", IDS[0], { title: "x" });
  await sync(store, server);
  await store.edit(task(IDS[1], { title: "kept" }, undefined, "home"));
  await store.tidy(1, 2);
  let isRoom = false;
  const { clear } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.clear = function () {
    isRoom ||= this.name === STORES.pages;
    return clear.call(this);
  };
  await withQuota(
    (name) => name === STORES.outbox && !isRoom,
    () => store.edit(task(IDS[2], { title: "saved" }, undefined, "home")),
  );
  IDBObjectStore.prototype.clear = clear;
  assert.deepEqual(
    [(await rows(store, STORES.pages)).length, await meta(store, META.covered), store.unsent],
    [0, undefined, 2],
  );
  await assert.rejects(
    withQuota(
      (name) => name === STORES.outbox,
      () => store.edit(task(IDS[3], { title: "lost" }, undefined, "home")),
    ),
    { code: "full" },
  );
  await assertStartsFromRows(store.database.name);
  assert.equal(store.unsent, 2);
});

test("a database that the browser threw away is noticed until the person knows", async () => {
  const [name, marks] = [newName(), new Marks()];
  const first = await openStore(name, { marks });
  assert.equal(marks.size, 0, "nothing was saved yet");
  await first.edit(task(IDS[0], { title: "x" }));
  assert.equal(marks.get(`driftless.known.${name}`), first.deviceId);
  assert.equal((await openStore(name, { marks })).isEvicted, false);
  const deleted = indexedDB.deleteDatabase(name);
  await new Promise((resolve) => {
    deleted.onsuccess = resolve;
  });
  const second = await openStore(name, { marks });
  await second.edit(task(IDS[0], { title: "y" }));
  assert.deepEqual([second.isEvicted, (await openStore(name, { marks })).isEvicted], [true, true]);
  await second.forgetEviction();
  assert.deepEqual(
    [second.isEvicted, (await openStore(name, { marks })).isEvicted, marks.size],
    [false, false, 0],
  );
  await sync(second, new FaultyServer());
  await second.forgetEviction();
  await second.edit(task(IDS[0], { title: "z" }));
  assert.equal(marks.size, 1, "what is saved from then on would be missed again");
  await second.database.destroy();
  assert.equal(marks.size, 0);
});

test("a database that cannot be had is a problem with a name, and stays", async () => {
  const name = newName();
  const store = await openStore(name);
  await store.edit(task(IDS[0], { title: "x" }));
  const { open } = IDBFactory.prototype;
  let tries = 0;
  IDBFactory.prototype.open = () => {
    tries++;
    throw new DOMException("internal error", "UnknownError");
  };
  await assert.rejects(
    openStore(name),
    (problem) => problem instanceof StorageProblem && problem.code === "damaged",
  );
  IDBFactory.prototype.open = open;
  assert.ok(tries >= 3);
  assert.equal((await openStore(name)).unsent, 1);
});

test("a database of a newer app is left alone, and an older tab is told", async () => {
  const name = newName();
  const store = await openStore(name);
  const told = new Promise((resolve) => store.addEventListener("obsolete", resolve));
  const request = indexedDB.open(name, 99);
  await new Promise((resolve) => {
    request.onsuccess = resolve;
  });
  await told;
  await assert.rejects(openStore(name), { code: "newer" });
  await assert.rejects(store.edit(task(IDS[0], { title: "x" })), { code: "newer" });
  request.result.close();
});

test("a tab of an older app that does not let go is named, and no connection is left behind", async () => {
  const name = newName();
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const each of ["confirmed", "rebuilt", "outbox", "tray", "meta"])
      request.result.createObjectStore(each);
  };
  await new Promise((resolve) => {
    request.onsuccess = resolve;
  });
  await assert.rejects(openStore(name, { marks: null, blockedMs: 20 }), { code: "blocked" });
  request.result.close();
  const deleted = indexedDB.deleteDatabase(name);
  await new Promise((resolve) => {
    deleted.onsuccess = resolve;
  });
});

test("an edit begun before the account's own space was known is sent there", async () => {
  const store = await openStore();
  await store.database.transact([STORES.meta], "readwrite", (tx) =>
    tx.objectStore(STORES.meta).put("home", META.personal),
  );
  await store.edit(task(IDS[0], { title: "Early" }, undefined, "local"));
  assert.deepEqual(
    store.outbox.map(({ space }) => space),
    ["home"],
  );
  assert.equal((await store.takeRequest()).changes.length, 1);
});
