// What is unread: positions, how devices join them, and which changes of others they cover.
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { merge } from "../js/core/merge.js";
import { afterLook, positionOf, readId, readUpTo, textOf } from "../js/domain/read_position.js";
import { Tasks } from "../js/domain/tasks.js";
import { UnreadTasks } from "../js/domain/unread_tasks.js";
import "./texts.mjs";

const [OWN, FAMILY] = ["10000000-0000-4000-8000-000000000001", "20000000-0000-4000-8000-000000000002"];
const [ANA, BEN] = ["ana", "ben"];
const READ = readId(OWN, FAMILY);
const position = (upTo, marks = {}, epoch = "e1") => ({ epoch, upTo, marks: new Map(Object.entries(marks)) });
const at = (second) => `2026-11-24T10:00:${String(second).padStart(2, "0")}.000Z-0000`;

/** Ana's device: what it knows, and what is unread. */
class Device {
  epoch = "e1";
  deviceId = "ana-phone";
  account = ANA;
  shown = new Map();
  tasks = new Tasks();
  unread = new UnreadTasks(this.tasks);
  authorOf = (_, device) => ({ "ana-laptop": ANA, "ben-phone": BEN })[device] ?? null;

  write(kind, id, seq, by, set, space = FAMILY) {
    const before = this.shown.get(id) ?? { kind, id, space, clock: {}, writes: [] };
    const seen = before.clock;
    this.shown.set(id, { ...merge(before, { kind, id, by, n: seq, seen, at: at(seq), set }), seq });
    this.follow([id]);
  }

  task(id, seq, by, set = {}) {
    this.write("task", id, seq, by, { title: `${id} ${seq}`, status: "pending", completed_at: null, ...set });
  }

  look(where) {
    this.write("read", READ, where.upTo + 100, "ana-phone", { space: FAMILY, position: textOf(where) }, OWN);
  }

  follow(ids) {
    this.tasks.refresh(this.shown, ids);
    this.unread.refresh(this, ids);
  }

  /** The unread tasks; the same when everything is read afresh. */
  get ids() {
    const afresh = new UnreadTasks(this.tasks);
    afresh.refresh(this);
    const found = [...this.unread.news.keys()].sort();
    assert.deepEqual(found, [...afresh.news.keys()].sort());
    return found;
  }
}

test("without a position nothing is unread", () => {
  const device = new Device();
  device.task("t1", 5, "ben-phone");
  assert.deepEqual(device.ids, []);
});

test("what others change above the position is unread, one's own is not, on any device", () => {
  const device = new Device();
  device.task("t1", 5, "ben-phone");
  device.look(position(5));
  assert.deepEqual(device.ids, []);
  device.task("t2", 6, "ben-phone");
  device.task("t3", 7, "ana-phone");
  device.task("t4", 8, "ana-laptop");
  device.task("t5", 9, "somebody");
  assert.deepEqual(device.ids, ["t2", "t5"]);
  assert.equal(device.unread.textOf("t5"), "Changed by someone else");
  device.task("t2", 10, "ana-laptop");
  assert.deepEqual(device.ids, ["t5"], "the newest change is one's own");
});

test("a comment of someone else makes its task unread; a deleted one does not", () => {
  const device = new Device();
  device.task("t1", 5, "ana-phone");
  device.look(position(5));
  const comment = { task: "t1", text: "Hi", created: "2026-11-24T10:00:00.000Z" };
  device.write("comment", "c1", 6, "ben-phone", { ...comment, author: BEN });
  assert.deepEqual(device.ids, ["t1"]);
  device.write("comment", "c2", 7, "ana-phone", { ...comment, author: ANA });
  assert.equal(device.unread.news.get("t1").seq, 6);
  device.write("comment", "c1", 8, "ben-phone", { deleted: "2026-11-24T11:00:00.000Z" });
  assert.deepEqual(device.ids, []);
});

test("a position of another epoch is void, and then everything is read", () => {
  const device = new Device();
  device.look(position(1));
  device.task("t1", 5, "ben-phone");
  assert.deepEqual(device.ids, ["t1"]);
  device.epoch = "e2";
  device.follow([]);
  assert.deepEqual(device.ids, []);
  device.look(position(4, {}, "e2"));
  assert.deepEqual(device.ids, ["t1"]);
});

test("tasks in the trash are not counted", () => {
  const device = new Device();
  device.write("list", "l1", 1, "ben-phone", { name: "House" });
  device.look(position(1));
  device.task("t1", 2, "ben-phone", { list: "l1" });
  device.task("t2", 3, "ben-phone", { list: "l1", deleted: "2026-11-24T11:00:00.000Z" });
  assert.deepEqual(
    [...device.unread.counts()],
    [
      [FAMILY, 1],
      ["l1", 1],
    ],
  );
  device.write("list", "l1", 4, "ben-phone", { deleted: "2026-11-24T11:00:00.000Z" });
  assert.deepEqual([...device.unread.counts()], []);
});

test("what devices wrote at the same time is joined: the higher number of each part counts", () => {
  const write = (by, where) => ({ by, n: 1, at: at(1), set: { position: textOf(where) } });
  const record = {
    writes: [
      write("a", position(5, { "task/t1": 9, "list/l1": 7 })),
      write("b", position(6, { "task/t1": 8 })),
      write("c", position(90, {}, "e0")),
    ],
  };
  const found = positionOf(record, "e1");
  assert.equal(found.upTo, 6);
  assert.deepEqual(Object.fromEntries(found.marks), { "task/t1": 9, "list/l1": 7 });
  assert.equal(positionOf(record, "e3"), null);
});

test("a look marks tasks, then the list, then the space", () => {
  const unread = [
    { id: "t1", list: "l1", seq: 11 },
    { id: "t2", list: "l1", seq: 12 },
    { id: "t3", list: "l2", seq: 13 },
  ];
  const look = (where, left, seen) => afterLook(where, left, new Map(seen));
  assert.equal(look(position(5), unread, [["t1", 10]]), null, "it has changed since");
  const first = look(position(5), unread, [["t1", 11]]);
  assert.deepEqual([first.upTo, [...first.marks]], [5, [["task/t1", 11]]]);
  const second = look(first, unread.slice(1), [["t2", 12]]);
  assert.equal(second.marks.get("list/l1"), 12);
  const third = look(second, unread.slice(2), [["t3", 13]]);
  assert.deepEqual([third.upTo, third.marks.size], [13, 0]);
});

test("of many marks the highest stay", () => {
  const unread = Array.from({ length: 60 }, (_, at) => ({ id: `t${at}`, list: "l1", seq: 10 + at }));
  const looked = new Map(unread.slice(1).map(({ id, seq }) => [id, seq]));
  const { marks } = afterLook(position(5), unread, looked);
  assert.equal(marks.size, 40);
  assert.equal(Math.min(...marks.values()), 30);
});

test("a look never marks what was not looked at", () => {
  const seqs = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 120 });
  fc.assert(
    fc.property(seqs, fc.infiniteStream(fc.nat(9)), (found, dice) => {
      const unread = found.map((seq) => ({ id: `t${seq}`, list: `l${dice.next().value % 3}`, seq }));
      const looked = new Map(unread.filter(() => dice.next().value > 4).map(({ id, seq }) => [id, seq]));
      const after = afterLook(position(0), unread, looked);
      if (!after) return looked.size === 0;
      assert.ok(after.marks.size <= 40);
      for (const { id, list, seq } of unread) if (!looked.has(id)) assert.ok(readUpTo(after, list, id) < seq);
    }),
  );
});
