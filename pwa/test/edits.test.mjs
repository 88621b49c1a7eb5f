// What a person does with tasks and lists, as edits: each story applies them to records, without a store.
import assert from "node:assert/strict";
import test from "node:test";
import { formatReading } from "../js/core/hlc.js";
import { empty, merge } from "../js/core/merge.js";
import * as edits from "../js/domain/edits.js";
import { lastKey } from "../js/domain/order.js";
import { NAME_MAX, TITLE_MAX } from "../js/domain/limits.js";
import { conflictsToResolve } from "../js/domain/members.js";
import { routeAt } from "../js/domain/routes.js";
import { nextId, otherId } from "../js/domain/derived_ids.js";
import { Tasks } from "../js/domain/tasks.js";
import { groupsOf } from "../js/domain/views.js";
import "./texts.mjs";

const NOW = new Date(2026, 10, 24, 12, 0);
const LATER = new Date(2026, 10, 24, 13, 0);
const BASE = { by: "device", seen: {}, base: {}, sure: 0, own: [] };
const shown = () => BASE;
const SPACE = "0b0e7a4c-91d5-4c57-8a0e-5f0c3a2d1e9b";

/** Tasks of one device. */
class Device {
  tasks = new Tasks();
  records = new Map();
  n = 0;

  apply(...made) {
    for (const { space, kind, id, set } of made) this.write({ space, kind, id, set }, "device", ++this.n);
    return made;
  }

  /** A write that has seen all others, or none of them. */
  write({ space = SPACE, kind, id, set }, by, n, hasSeen = true) {
    const record = this.records.get(id) ?? { ...empty(kind, id), space };
    const change = { by, n, at: formatReading(NOW.getTime() + n), seen: hasSeen ? record.clock : {}, set };
    this.records.set(id, merge(record, change));
    this.tasks.refresh(this.records);
  }

  add(title, given = {}) {
    const order = lastKey([...this.tasks.all.values()]);
    const [{ id }] = this.apply(edits.create(SPACE, { title, ...given }, order, NOW.toISOString()));
    return id;
  }

  addList(name) {
    const [{ id }] = this.apply(edits.createList(SPACE, name, lastKey(this.tasks.liveLists())));
    return id;
  }

  task(id) {
    return this.tasks.all.get(id);
  }

  setStatus(status, now, ...ids) {
    const chosen = ids.map((id) => this.task(id));
    return this.apply(...edits.setStatus(this.tasks, chosen, status, now, shown));
  }

  titles(address = "/inbox") {
    const route = routeAt(new URL(address, "http://localhost"));
    return groupsOf(this.tasks, route, NOW).flatMap(({ rows }) =>
      rows.map(({ task, depth }) => "  ".repeat(depth) + task.title),
    );
  }
}

test("a title is one line; one that is too long is whole in the description", () => {
  const device = new Device();
  assert.equal(device.task(device.add("  buy\n milk ")).title, "buy milk");
  const long = "😀".repeat(TITLE_MAX + 1);
  const { title, description } = device.task(device.add(long, { description: "more" }));
  assert.equal(title, "😀".repeat(TITLE_MAX));
  assert.equal(description, `${long}\n\nmore`);
  const list = device.addList("x".repeat(NAME_MAX + 1));
  assert.equal(device.tasks.lists.get(list).name.length, NAME_MAX);
});

test("completing a task completes its open subtasks; the others keep their time", () => {
  const device = new Device();
  const task = device.add("Trip");
  const [packed, open] = ["Pack", "Book"].map((title) => device.add(title, { parent: task }));
  const below = device.add("Compare", { parent: open });
  device.setStatus("completed", NOW, packed);
  device.setStatus("completed", LATER, task);
  assert.deepEqual(
    [task, packed, open, below].map((id) => device.task(id).completedAt),
    [LATER, NOW, LATER, LATER].map((date) => date.toISOString()),
  );
});

test("the next of a repeating task comes to be, whatever someone else has made of its id", () => {
  const nextIn = (garbage) => {
    const device = new Device();
    const id = device.add("Water", { due: "2026-11-24", repeat: "FREQ=WEEKLY" });
    const same = nextId(id);
    const set = { title: "Garbage", name: "Garbage", status: "pending", completed_at: null };
    device.write({ kind: "task", id: same, set, ...garbage }, "mallory", 1);
    const made = edits.setStatus(device.tasks, [device.task(id)], "completed", NOW, shown);
    const next = made.find(({ set }) => set.title === "Water");
    return { ...next, isSame: next.id === same, isOther: next.id === otherId(SPACE, same) };
  };
  const elsewhere = nextIn({ space: "t" });
  assert.ok(elsewhere.isOther && elsewhere.space === SPACE);
  assert.ok(nextIn({ kind: "list" }).isOther);
  const here = nextIn({});
  assert.ok(here.isSame);
  assert.deepEqual(here.begun.seen, {});
});

test("reopening a repeating task finds its next one under the other id", () => {
  const device = new Device();
  const id = device.add("Water", { due: "2026-11-24", repeat: "FREQ=WEEKLY" });
  const same = nextId(id);
  const set = { title: "Garbage", status: "pending", completed_at: null };
  device.write({ space: "t", kind: "task", id: same, set }, "mallory", 1);
  device.setStatus("completed", NOW, id);
  assert.equal(device.tasks.live(({ title }) => title === "Water").length, 2);
  device.setStatus("pending", LATER, id);
  assert.equal(device.tasks.live(({ title }) => title === "Water").length, 1);
  assert.equal(device.task(same).title, "Garbage");
});

test("reopening a repeating task deletes its next one, unless somebody changed that", () => {
  for (const [isChanged, titles] of [
    [false, ["Water"]],
    [true, ["Water", "Water more"]],
  ]) {
    const device = new Device();
    const id = device.add("Water", { due: "2026-11-24", repeat: "FREQ=WEEKLY" });
    device.setStatus("completed", NOW, id);
    const [next] = device.tasks.live((task) => task.id !== id);
    assert.equal(next.due, "2026-12-01");
    if (isChanged) device.apply(...edits.change([next], { title: "Water more" }, shown));
    device.setStatus("pending", LATER, id);
    assert.deepEqual(device.titles(), titles);
  }
});

test("a restored task brings back what was deleted with it, and nothing else", () => {
  const device = new Device();
  const task = device.add("Trip");
  const [pack, book] = ["Pack", "Book"].map((title) => device.add(title, { parent: task }));
  device.apply(...edits.remove(device.tasks, [device.task(pack)], NOW, shown));
  device.apply(...edits.remove(device.tasks, [device.task(task)], LATER, shown));
  assert.deepEqual(device.titles(), []);
  device.apply(...edits.restore(device.tasks, [device.task(task)], shown));
  assert.deepEqual(device.titles(), ["Trip", "  Book"]);
  assert.equal(device.task(pack).deleted, NOW.toISOString());
  assert.equal(device.task(book).deleted, null);
});

test("a task becomes the last subtask of another, and comes out right after it", () => {
  const device = new Device();
  const list = device.addList("Home");
  const parent = device.add("Trip", { list });
  device.add("Pack", { list, parent });
  const task = device.add("Book", { list });
  device.add("Cook", { list });
  device.apply(...edits.indent(device.tasks, device.task(task), device.task(parent), shown));
  assert.deepEqual(device.titles(`/list/${list}`), ["Trip", "  Pack", "  Book", "Cook"]);
  device.apply(...edits.outdent(device.tasks, device.task(task), shown));
  assert.deepEqual(device.titles(`/list/${list}`), ["Trip", "  Pack", "Book", "Cook"]);
  assert.deepEqual(edits.outdent(device.tasks, device.task(task), shown), []);
});

test("a task dragged to another list takes its subtasks with it", () => {
  const device = new Device();
  const list = device.addList("Home");
  const first = device.add("First", { list });
  const task = device.add("Trip");
  const subtask = device.add("Pack", { parent: task });
  const sequence = [device.task(task), device.task(first)];
  device.apply(...edits.reorder(device.tasks, sequence, 0, 1, { list }, shown));
  assert.equal(device.task(subtask).list, list);
  assert.deepEqual(device.titles(`/list/${list}`), ["Trip", "  Pack", "First"]);
});

test("the edits of one record become one, the later values win", () => {
  const of = (id, set) => ({ space: SPACE, kind: "task", id, set });
  assert.deepEqual(
    edits.joined([of("a", { title: "A", due: null }), of("b", { title: "B" }), of("a", { title: "C" })]),
    [of("a", { title: "C", due: null }), of("b", { title: "B" })],
  );
});

test("what was completed last is first; a priority filters", () => {
  const device = new Device();
  const [a, b] = [device.add("A", { priority: 1 }), device.add("B", { priority: 3 })];
  assert.deepEqual(device.titles("/inbox?priority=3"), ["B"]);
  device.setStatus("completed", NOW, a);
  device.setStatus("completed", LATER, b);
  assert.deepEqual(device.titles(), ["B", "A"]);
});

test("a task in the trash shows no conflict but one about the trash", () => {
  const device = new Device();
  const id = device.add("Milk");
  const rights = { personal: SPACE, roles: { s: "owner" } };
  const disputed = () => conflictsToResolve(rights, device.tasks).length;
  device.write({ kind: "task", id, set: { title: "Soy milk" } }, "other", 1, false);
  assert.equal(disputed(), 1);
  device.apply(...edits.remove(device.tasks, [device.task(id)], NOW, shown));
  assert.equal(disputed(), 0);
  device.write({ kind: "task", id, set: { deleted: null } }, "third", 1, false);
  assert.equal(disputed(), 1);
});
