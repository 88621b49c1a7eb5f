// Rules for copied and rolled-back profiles, several editors of one record, copies in several spaces, and
// server time: each once, without a database.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { value } from "../js/core/merge.js";
import { learnTime, makeEntry, remake } from "../js/store/entries.js";
import { afterEdits, begin, newDevice, shown } from "../js/store/replica.js";
import { Confirmed } from "../js/store/server_records.js";
import { applyReply } from "../js/store/apply_reply.js";
import { Database } from "../js/store/database.js";
import { Store } from "../js/store/store.js";
import { isForeign } from "../js/store/validate_reply.js";
import { WorkingCopy } from "../js/store/working_copy.js";

const NOW = 1_790_000_000_000;
const AT = "2026-09-21T14:13:20.000Z-0000";
const phone = newDevice("phone", "ana");

const copyIn = (space, seq, clock, more = {}) => ({
  kind: "task",
  id: "a",
  space,
  seq,
  clock,
  writes: Object.entries(clock).map(([by, n]) => ({ by, n, at: AT, set: { title: `${by} ${n}` } })),
  ...more,
});
const tombstoneIn = (space, seq, kept = {}) => ({ kind: "task", id: "a", space, seq, grave: true, ...kept });

/** Saves edits of one record by editors, in order: [editor's name, fields]. */
function save(confirmed, ...saves) {
  let device = { ...phone };
  let entries = [];
  const editors = new Map();
  for (const [name] of saves) editors.set(name, begin(device.id, confirmed, []));
  for (const [name, set] of saves) {
    const edit = { space: "home", kind: "task", id: "a", set, begun: editors.get(name) };
    const made = makeEntry(device, confirmed, entries, edit, NOW);
    device = made.device;
    entries = [...entries.filter((entry) => entry !== made.replaced), made.entry];
    editors.set(name, afterEdits(made.entry.begun, [made.entry]));
  }
  return { device, entries };
}

describe("several editors of one record", () => {
  const confirmed = copyIn("home", 1, { laptop: 1 });

  test("one that saves several times does not cover what another one wrote to a field", () => {
    const { entries } = save(
      confirmed,
      ["second", { description: "by the second" }],
      ["first", { title: "one" }],
      ["first", { title: "two" }],
      ["first", { description: "by the first" }],
    );
    const texts = shown(confirmed, entries).writes.map(({ set }) => set.description);
    assert.deepEqual(texts.filter(Boolean), ["by the second", "by the first"]);
  });

  test("their own changes are covered as far as nobody else's lie between them", () => {
    const { entries } = save(
      confirmed,
      ["first", { title: "one" }],
      ["second", { description: "x" }],
      ["first", { title: "two", order: "a" }],
    );
    assert.equal(entries.at(-1).seen.phone, 1);
    assert.equal(value(shown(confirmed, entries), "title"), "two");
  });

  test("a number that was dropped is seen by nobody", () => {
    const { entries } = save(
      confirmed,
      ["first", { title: "one" }],
      ["first", { title: "two" }],
      ["second", { description: "x" }],
      ["first", { order: "a" }],
    );
    assert.deepEqual(
      entries.map(({ n, prev, seen }) => [n, prev, seen]),
      [
        [2, 0, { laptop: 1 }],
        [3, 2, { laptop: 1 }],
        [4, 3, { laptop: 1, phone: 2 }],
      ],
    );
  });
});

describe("a copied profile", () => {
  test("raises the alarm by an own write that was never sent, and by no sent one", () => {
    const { entries } = save(copyIn("home", 1, { laptop: 1 }), ["first", { title: "mine" }]);
    const pulled = copyIn("home", 2, { laptop: 1, phone: 1 });
    assert.equal(isForeign(phone, pulled, undefined, entries), true);
    assert.equal(isForeign(phone, pulled, undefined, [{ ...entries[0], sent: true }]), false);
    assert.equal(isForeign(phone, pulled, undefined, [{ ...entries[0], sent: true, n: 2 }]), true);
    assert.equal(isForeign(phone, pulled, pulled, []), false);
  });

  test("what its copy wrote under a pending number is not taken for shown", () => {
    const before = copyIn("home", 1, { phone: 1 });
    const { device, entries } = save(before, ["first", { title: "mine" }]);
    const [sent] = entries.map((entry) => ({ ...entry, n: 2, sent: true }));
    const pulled = copyIn("home", 2, { phone: 2 }); // the copy's write has the same number
    const { entry } = makeEntry(
      { ...device, counter: 2 },
      pulled,
      [sent],
      { space: "home", kind: "task", id: "a", set: { title: "later" } },
      NOW,
    );
    const remade = remake(device, [sent, entry], "new").entries;
    assert.deepEqual(
      remade.map(({ n, prev, seen }) => [n, prev, seen]),
      [
        [1, 0, { phone: 1 }],
        [2, 1, { phone: 1 }],
      ],
    );
  });

  test("what the server accepted stays seen when its entry has left", () => {
    const confirmed = copyIn("home", 1, { laptop: 1 });
    const { device, entries } = save(confirmed, ["first", { title: "one" }], ["first", { description: "x" }]);
    const accepted = { ...entries[0], sent: true, outcome: { status: "applied", seq: 2 } };
    const copy = working([accepted, entries[1]]);
    copy.confirmed.put(copyIn("home", 2, { laptop: 1, phone: 1 }));
    reply(copy, {});
    assert.equal(copy.outbox.length, 1);
    assert.equal(remake(device, copy.outbox, "new").entries[0].seen.phone, 1);
  });
});

describe("copies in several spaces", () => {
  const held = (...copies) => copies.reduce((all, copy) => all.hold(copy), new Confirmed()).get("a");

  test("the newest is shown, whatever comes first", () => {
    const [older, newer] = [copyIn("home", 1, { laptop: 1 }), copyIn("away", 5, { laptop: 2 })];
    assert.equal(held(older, newer).space, "away");
    assert.equal(held(newer, older).space, "away");
    const back = copyIn("home", 7, { laptop: 3 });
    const kept = tombstoneIn("away", 6, { clock: newer.clock, writes: newer.writes });
    assert.deepEqual(held(older, newer, kept), { ...kept, grave: false });
    assert.equal(held(older, newer, kept, back), back);
    assert.equal(held(older, newer, kept, tombstoneIn("home", 9, { clock: older.clock })).grave, true);
  });

  test("a tombstone keeps the writes that it replaced while an older copy is live", () => {
    const copy = working([]);
    copy.confirmed.put(copyIn("home", 1, { laptop: 1 }));
    copy.confirmed.put(copyIn("away", 5, { laptop: 2 }));
    reply(copy, { away: { records: [tombstoneIn("away", 6)], cursor: "6", seq: 6, more: false } });
    assert.equal(copy.confirmed.get("away", "a").writes.length, 1);
    reply(copy, { home: { records: [tombstoneIn("home", 7)], cursor: "7", seq: 7, more: false } });
    assert.equal(copy.confirmed.get("home", "a").writes, undefined);
  });

  test("a record that went away and came back raises no alarm by writes made in between", async () => {
    const store = await new Store("ana", () => NOW, new Database("there-and-back", () => {})).open();
    const id = store.deviceId;
    const pull = async (spaces) => {
      const answer = { epoch: "e1", now: NOW, outcomes: [], spaces: {} };
      for (const [space, records] of Object.entries(spaces)) {
        const seq = Math.max(...records.map((record) => record.seq));
        answer.spaces[space] = { role: "owner", records, cursor: `${seq}`, seq, more: false };
      }
      await store.takeReply(await store.takeRequest(), answer, NOW);
    };
    await pull({
      home: [copyIn("home", 1, { laptop: 1 })],
      away: [copyIn("away", 1, { x: 1 }, { id: "b" })],
    });
    const edit = await store.edit({ space: "home", kind: "task", id: "a", set: { title: "mine" } });
    await store.takeRequest(); // its answer is lost
    await pull({
      home: [tombstoneIn("home", 2)],
      away: [copyIn("away", 2, { laptop: 1, [id]: edit.n })],
    });
    await store.refuse(edit.n, { status: "rejected" }); // as if it had left
    await pull({
      home: [copyIn("home", 5, { laptop: 1, [id]: edit.n })],
      away: [tombstoneIn("away", 3)],
    });
    assert.equal(store.deviceId, id);
    store.close();
  });

  test("an entry leaves with the space in which it was accepted", () => {
    const { entries } = save(copyIn("home", 1, { laptop: 1 }), ["first", { title: "mine" }]);
    const outcome = { status: "applied", seq: 9, space: "away" };
    const copy = working([{ ...entries[0], sent: true, outcome }]);
    reply(copy, { home: { records: [], cursor: "1", seq: 9, more: false } });
    assert.equal(copy.outbox.length, 1);
    reply(copy, { away: { revoked: true } });
    assert.deepEqual([copy.outbox.length, copy.rejected.length], [0, 0]);
  });
});

describe("server time", () => {
  const learn = (device, entries, serverMs, sentAtMs, nowMs) =>
    learnTime(device, entries, serverMs, { sentAtMs, nowMs });

  test("a slow answer is ignored beside a faster one, and better than none", () => {
    const slow = learn(phone, [], NOW, NOW, NOW + 7_200_000).device;
    assert.equal(slow.offsetMs, -3_600_000);
    const fast = learn(slow, [], NOW + 5_050, NOW, NOW + 100).device;
    assert.equal(fast.offsetMs, 5_000);
    assert.equal(learn(fast, [], NOW + 10_000, NOW, NOW + 7_200_000).device.offsetMs, 5_000);
    assert.equal(learn(fast, [], NOW, NOW, NOW - 60_000).device.offsetMs, 5_000, "the clock was set back");
  });

  test("a late answer does not set the stamps back; a clock that ran ahead does", () => {
    const device = { ...phone, tripMs: 100, lastAt: "2026-09-21T16:13:20.000Z-0000" };
    const entry = { at: device.lastAt, sent: false };
    assert.deepEqual(learn(device, [entry], NOW, NOW, NOW + 7_200_000).entries, []);
    assert.equal(learn(device, [entry], NOW, NOW, NOW).entries[0].at, AT);
  });
});

function working(outbox) {
  const roles = { home: "owner", away: "editor" };
  const device = { ...phone, epoch: "e1", counter: 9 };
  const keyed = outbox.map((entry, place) => ({ ...entry, key: place + 1 }));
  return new WorkingCopy({
    device,
    cursors: {},
    roles,
    personal: "home",
    rebuilding: {},
    authors: {},
    outbox: keyed,
  });
}

function reply(copy, spaces) {
  const asked = { device: "phone", epoch: "e1", account: null, cursors: { ...copy.cursors }, changes: [] };
  const news = Object.entries(spaces).map(([space, each]) => [space, { role: "owner", ...each }]);
  const answer = { epoch: "e1", now: NOW, outcomes: [], spaces: Object.fromEntries(news) };
  applyReply(copy, asked, answer, { sentAtMs: NOW, nowMs: NOW }, () => "new");
}
