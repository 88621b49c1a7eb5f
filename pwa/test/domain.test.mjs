// What the views ask and what acts do, over a real store on an IndexedDB in memory.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { conflicts, value } from "../js/core/merge.js";
import { counts } from "../js/domain/counts.js";
import * as actions from "../js/domain/edits.js";
import { isWithin } from "../js/domain/task_tree.js";
import { UndoStack } from "../js/domain/undo_stack.js";
import { matcher } from "../js/domain/filters.js";
import { moveTo } from "../js/domain/moves.js";
import { keyBetween, keysAt, lastKey } from "../js/domain/order.js";
import { hrefOf, routeAt } from "../js/domain/routes.js";
import { byOrder } from "../js/domain/sorting.js";
import { createdMs } from "../js/domain/task.js";
import { Tasks } from "../js/domain/tasks.js";
import { groupsOf } from "../js/domain/views.js";
import { STORES } from "../js/store/schema.js";
import { Database } from "../js/store/database.js";
import { Store } from "../js/store/store.js";
import "./texts.mjs";

const NOW = new Date(2026, 10, 24, 12, 0);
let databases = 0;

const place = (address) => routeAt(new URL(address, "http://localhost"));
const rowsOf = (tasks, address) =>
  groupsOf(tasks, place(address), NOW).map(({ key, rows }) => [
    key,
    rows.map(({ task, depth }) => "  ".repeat(depth) + task.title),
  ]);

/** A person with a store: makes, acts, looks. */
class Person {
  static async begin() {
    const person = new Person();
    person.store = await new Store(
      null,
      () => NOW.getTime(),
      new Database(`state-${++databases}`, () => {}, { marks: null }),
    ).open();
    person.tasks = new Tasks();
    person.undoStack = new UndoStack(() => person.store);
    person.store.addEventListener("changed", ({ detail }) =>
      person.tasks.refresh(person.store.shown, detail.ids),
    );
    return person;
  }

  shown = (id) => this.store.begin(id);

  async add(title, given = {}) {
    const edit = actions.create(
      "local",
      { title, ...given },
      given.order ?? lastKey([...this.tasks.all.values()]),
      NOW.toISOString(),
    );
    await this.undoStack.do("added", [edit]);
    return edit.id;
  }

  task(id) {
    return this.tasks.all.get(id);
  }
}

test("a place is its address, and back", () => {
  for (const address of [
    "/inbox",
    "/today?task=1",
    "/list/abc",
    "/list/abc/board?status=pending",
    "/search?q=a+b%26c&label=h%2Fo&due=week&priority=2&sort=created",
  ])
    assert.equal(hrefOf(place(address)), address);
  assert.equal(place("/nonsense").name, "today");
  assert.equal(place("/inbox?status=done&sort=size").status, null);
});

test("a key between two lies between them, whoever makes it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(1000), fc.double({ min: 0, max: 0.999, noNaN: true })), { maxLength: 60 }),
      (steps) => {
        const keys = [];
        for (const [at, chance] of steps) {
          const index = at % (keys.length + 1);
          let seed = chance;
          const random = () => (seed = (seed * 16807.1) % 1);
          const key = keyBetween(keys[index - 1] ?? null, keys[index] ?? null, random);
          if (!key) continue;
          assert.ok(
            (keys[index - 1] ?? "") < key && (keys[index] === undefined || key < keys[index]),
            `${keys[index - 1]} < ${key} < ${keys[index]}`,
          );
          assert.match(key, /^[0-9A-Za-z]{1,64}$/);
          keys.splice(index, 0, key);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("two devices that put something in one place get different keys", () => {
  const keys = new Set(Array.from({ length: 50 }, () => keyBetween("a0", "a1")));
  assert.ok(keys.size > 20);
});

test("moved things get their place, also among keys that are alike or of another's making", () => {
  const key = fc.oneof(
    fc.constantFrom("a0", "a1", "zzz", "Z", "a0V", "b"),
    fc.stringMatching(/^[0-9A-Za-z]{1,12}$/),
  );
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 12 }), fc.nat(), fc.nat(3), (others, at, extra) => {
      const sorted = others.toSorted();
      const count = 1 + extra;
      const start = at % (sorted.length + 1);
      const sequence = sorted.toSpliced(start, 0, ...Array(count).fill("m"));
      const given = new Map(keysAt(sequence, start, count));
      const after = sequence.map((old, index) => given.get(index) ?? old);
      for (let index = start; index < start + count; index++) assert.ok(given.has(index));
      const moved = after.slice(Math.max(0, start - 1), start + count + 1);
      assert.deepEqual(moved, moved.toSorted(), `${sorted} + ${count} at ${start} → ${after}`);
      assert.equal(new Set(after.slice(start, start + count)).size, count);
    }),
    { numRuns: 1000 },
  );
});

test("no live task is ever invisible: unknown lists, circles, parents in the trash", async () => {
  const person = await Person.begin();
  const [a, b, c] = [
    await person.add("A"),
    await person.add("B"),
    await person.add("C", { list: "0190f000-0000-7000-8000-000000000001" }),
  ];
  const gone = await person.add("Gone");
  await person.add("Child of gone", { parent: gone });
  await person.undoStack.do("x", [
    ...actions.change([person.task(a)], { parent: b }, person.shown),
    ...actions.change([person.task(b)], { parent: a }, person.shown),
  ]);
  await person.undoStack.do("x", actions.change([person.task(c)], { parent: c }, person.shown));
  await person.undoStack.do(
    "x",
    actions.change([person.task(gone)], { deleted: NOW.toISOString() }, person.shown),
  );
  assert.deepEqual(rowsOf(person.tasks, "/inbox"), [["open", ["A", "B", "C", "Child of gone"]]]);
  assert.equal(counts(person.tasks, NOW).inbox, 4);
});

test("subtasks stand below their task, two levels deep", async () => {
  const person = await Person.begin();
  const a = await person.add("A");
  const a1 = await person.add("A1", { parent: a });
  const a11 = await person.add("A11", { parent: a1 });
  await person.add("A111", { parent: a11 });
  await person.add("B");
  assert.deepEqual(rowsOf(person.tasks, "/inbox"), [["open", ["A", "  A1", "    A11", "    A111", "B"]]]);
});

test("filters and sorts of an address", async () => {
  const person = await Person.begin();
  await person.add("Late", { due: "2026-11-20", priority: 1, labels: ["home"] });
  await person.add("Soon", { due: "2026-11-26T09:00", priority: 3 });
  await person.add("Some day", { labels: ["home", "x"], status: "in_progress" });
  const shown = (address) => rowsOf(person.tasks, address).flatMap(([, titles]) => titles);
  assert.deepEqual(shown("/inbox?label=home"), ["Late", "Some day"]);
  assert.deepEqual(shown("/inbox?status=in_progress"), ["Some day"]);
  assert.deepEqual(shown("/inbox?due=overdue"), ["Late"]);
  assert.deepEqual(shown("/inbox?due=week"), ["Soon"]);
  assert.deepEqual(shown("/inbox?due=none"), ["Some day"]);
  assert.deepEqual(shown("/inbox?sort=priority"), ["Soon", "Late", "Some day"]);
  assert.deepEqual(shown("/inbox?sort=due"), ["Late", "Soon", "Some day"]);
  assert.deepEqual(shown("/search?q=so"), ["Soon", "Some day"]);
  assert.deepEqual(rowsOf(person.tasks, "/today"), [["late", ["Late"]]]);
});

test("a search takes every character as it is", async () => {
  const person = await Person.begin();
  await person.add("a.b (c) [d] \\ * ü");
  for (const words of [".", "(c)", "[d]", "\\", "*", "Ü", "a.b ü"])
    assert.ok(matcher(words)([...person.tasks.all.values()][0]), words);
  assert.ok(!matcher("a+b")([...person.tasks.all.values()][0]));
});

test("undo gives back what was there, redo does it again, 50 steps deep", async () => {
  const person = await Person.begin();
  const id = await person.add("0");
  for (let step = 1; step <= 55; step++)
    await person.undoStack.do(
      "renamed",
      actions.change([person.task(id)], { title: String(step) }, person.shown),
    );
  for (let step = 0; step < 50; step++) await person.undoStack.undo();
  assert.equal(person.task(id).title, "5");
  assert.equal(await person.undoStack.undo(), null);
  for (let step = 0; step < 50; step++) await person.undoStack.redo();
  assert.equal(person.task(id).title, "55");
  assert.equal(await person.undoStack.redo(), null);
});

test("undo of a creation, of a bulk edit, of a completion", async () => {
  const person = await Person.begin();
  const ids = [await person.add("A", { due: "2026-11-24" }), await person.add("B")];
  const chosen = () => ids.map((id) => person.task(id));
  await person.undoStack.do(
    "both",
    actions.change(chosen(), { due: "2026-12-01", priority: 3 }, person.shown),
  );
  await person.undoStack.undo();
  assert.deepEqual(
    chosen().map(({ due, priority }) => [due, priority]),
    [
      ["2026-11-24", 0],
      [null, 0],
    ],
  );
  await person.undoStack.do(
    "done",
    actions.setStatus(person.tasks, chosen(), "completed", NOW, person.shown),
  );
  await person.undoStack.undo();
  assert.deepEqual(
    chosen().map(({ status, completedAt }) => [status, completedAt]),
    [
      ["pending", ""],
      ["pending", ""],
    ],
  );
  await person.undoStack.undo();
  assert.ok(person.task(ids[1]).deleted);
});

test("an undo never overwrites unseen what another device wrote meanwhile", async () => {
  const person = await Person.begin();
  const id = await person.add("Milk");
  await person.undoStack.do(
    "renamed",
    actions.change([person.task(id)], { title: "Oat milk" }, person.shown),
  );
  const [entry] = person.store.outbox.filter((each) => each.set.title === "Oat milk");
  const other = {
    by: "anotherdevice0000000",
    n: 1,
    at: "2026-11-24T12:00:00.000Z-0000",
    set: { title: "Soy milk" },
  };
  const record = {
    ...person.store.shown.get(id),
    writes: [...person.store.shown.get(id).writes, other],
    clock: { ...person.store.shown.get(id).clock, anotherdevice0000000: 1 },
    seq: 1,
  };
  await person.store.database.transact([STORES.confirmed, STORES.outbox], "readwrite", async (tx) => {
    await tx.objectStore(STORES.confirmed).put(record);
    await tx.objectStore(STORES.outbox).clear();
  });
  await person.store.catchUp([id]);
  await person.undoStack.undo();
  const shown = person.store.shown.get(id);
  assert.deepEqual(conflicts(shown), ["title"]);
  assert.ok(
    shown.writes.some((write) => write.set.title === "Soy milk") &&
      shown.writes.some((write) => write.set.title === "Milk") &&
      entry,
  );
});

test("a repeating task makes its next one, which an undo takes back", async () => {
  const person = await Person.begin();
  const id = await person.add("Water the plants", {
    due: "2026-11-24",
    repeat: "FREQ=WEEKLY",
    labels: ["home"],
  });
  const step = await person.add("Fill the can", { parent: id, due: "2026-11-23" });
  await person.undoStack.do(
    "done",
    actions.setStatus(person.tasks, [person.task(id)], "completed", NOW, person.shown),
  );
  const open = person.tasks.live((task) => task.status === "pending" && task.id !== step);
  assert.deepEqual(open.map(({ title, due, labels }) => [title, due, labels]).toSorted(), [
    ["Fill the can", "2026-11-30", []],
    ["Water the plants", "2026-12-01", ["home"]],
  ]);
  await person.undoStack.undo();
  assert.deepEqual(
    person.tasks
      .live()
      .map(({ title }) => title)
      .toSorted(),
    ["Fill the can", "Water the plants"],
  );
  await person.undoStack.redo();
  assert.equal(person.tasks.live().length, 4);
});

const set =
  (person, status, now = NOW) =>
  (...ids) =>
    person.undoStack.do(
      status,
      actions.setStatus(
        person.tasks,
        ids.map((id) => person.task(id)),
        status,
        now,
        person.shown,
      ),
    );
const openOnes = (person) =>
  person.tasks
    .live((task) => task.status === "pending")
    .map(({ title, due }) => [title, due])
    .toSorted();

test("who completes a repeating task again leaves a next one that is there as it is", async () => {
  const person = await Person.begin();
  const id = await person.add("Water", { due: "2026-11-24", repeat: "FREQ=WEEKLY" });
  await person.add("Fill the can", { parent: id });
  await set(person, "completed")(id);
  const next = person.tasks.live((task) => task.status === "pending" && !task.parent)[0];
  await person.undoStack.do(
    "edited",
    actions.change([next], { title: "Water at Bob's", due: "2026-12-03" }, person.shown),
  );
  await set(person, "pending")(id);
  await set(person, "completed")(id);
  assert.deepEqual(openOnes(person), [
    ["Fill the can", null],
    ["Water at Bob's", "2026-12-03"],
  ]);
  await set(person, "completed")(next.id);
  await set(person, "pending")(id);
  await set(person, "completed")(id);
  assert.equal(person.task(next.id).status, "completed");
  await person.undoStack.undo();
  assert.deepEqual([person.task(id).status, person.task(next.id).status], ["pending", "completed"]);
});

test("a next one that was taken back comes again as the task is now, a changed one out of the trash as it was", async () => {
  const person = await Person.begin();
  const id = await person.add("Water", { due: "2026-11-24", repeat: "FREQ=DAILY" });
  await set(person, "completed")(id);
  await set(person, "pending")(id);
  assert.deepEqual(openOnes(person), [["Water", "2026-11-24"]]);
  await person.undoStack.do(
    "renamed",
    actions.change([person.task(id)], { title: "Water all" }, person.shown),
  );
  await set(person, "completed", new Date(2026, 10, 27, 12))(id);
  assert.deepEqual(openOnes(person), [["Water all", "2026-11-27"]]);
  await set(person, "pending")(id);
  assert.deepEqual(openOnes(person), [["Water all", "2026-11-24"]]);
  await set(person, "completed")(id);
  const next = person.tasks.live((task) => task.status === "pending")[0];
  await person.undoStack.do("edited", actions.change([next], { title: "Mine" }, person.shown));
  await person.undoStack.do(
    "deleted",
    actions.remove(person.tasks, [person.task(next.id)], NOW, person.shown),
  );
  await set(person, "pending")(id);
  await set(person, "completed")(id);
  assert.deepEqual(openOnes(person), [["Mine", "2026-11-25"]]);
});

test("counted from completion, a task is skipped from its day or from today", async () => {
  const person = await Person.begin();
  for (const [due, next] of [
    ["2026-11-24", "2026-11-27"],
    ["2026-11-28", "2026-12-01"],
    ["2026-11-20", "2026-11-27"],
    [null, "2026-11-27"],
  ]) {
    const id = await person.add("Water", { due, repeat: "FREQ=DAILY;INTERVAL=3;FROM=COMPLETION" });
    await person.undoStack.do("skipped", actions.skip(person.task(id), NOW, person.shown));
    assert.equal(person.task(id).due, next);
  }
});

test("another place changes only what is different there", async () => {
  const person = await Person.begin();
  const [a, b] = [await person.add("A"), await person.add("B", { list: "0".repeat(32) })];
  const edits = actions.reorder(
    person.tasks,
    [person.task(b), person.task(a)],
    0,
    1,
    { parent: null, list: null, status: "pending" },
    person.shown,
  );
  assert.deepEqual(
    edits.map(({ id, set: { order: _order, ...rest } }) => [id, rest]),
    [[b, { list: null }]],
  );
  assert.deepEqual(
    actions
      .joined([
        { id: a, set: { order: "a1" } },
        { id: b, set: {} },
        { id: a, set: { status: "completed" } },
      ])
      .map((edit) => edit.set),
    [{ order: "a1", status: "completed" }, {}],
  );
});

test("a task that lies below another is found there, also in a circle", async () => {
  const person = await Person.begin();
  const a = await person.add("A");
  const b = await person.add("B", { parent: a });
  const c = await person.add("C", { parent: b });
  const isBelow = (id, ...ids) => isWithin(person.tasks, person.task(id), new Set(ids));
  assert.deepEqual([isBelow(c, a), isBelow(c, c), isBelow(a, c)], [true, true, false]);
  await person.undoStack.do("circle", actions.change([person.task(a)], { parent: c }, person.shown));
  assert.deepEqual([isBelow(a, b), isBelow(a, "x")], [true, false]);
});

test("on another day a task keeps its time, also a zoned one's", async () => {
  const person = await Person.begin();
  for (const [due, moved] of [
    ["2026-11-20", "2026-11-24"],
    ["2026-11-20T17:00", "2026-11-24T17:00"],
    ["2026-10-20T12:00+02:00[Europe/Paris]", "2026-11-24T12:00+01:00[Europe/Paris]"],
    [null, "2026-11-24"],
  ]) {
    const id = await person.add("Call", { due });
    await person.undoStack.do("moved", actions.moveToDay([person.task(id)], "2026-11-24", person.shown));
    assert.equal(person.task(id).due, moved);
    assert.deepEqual(actions.moveToDay([person.task(id)], "2026-11-24", person.shown), []);
  }
});

test("an unknown rule of a newer app is left alone", async () => {
  const person = await Person.begin();
  const id = await person.add("Odd", { repeat: "FREQ=HOURLY" });
  await person.undoStack.do(
    "done",
    actions.setStatus(person.tasks, [person.task(id)], "completed", NOW, person.shown),
  );
  assert.equal(person.task(id).status, "completed");
  assert.equal(person.tasks.all.size, 1);
});

test("moving takes the subtasks along, and apart from a parent that stays", async () => {
  const person = await Person.begin();
  const list = actions.createList("local", "Errands", "a0");
  await person.undoStack.do("list", [list]);
  const a = await person.add("A");
  const a1 = await person.add("A1", { parent: a });
  const b = await person.add("B", { parent: a });
  await person.undoStack.do(
    "moved",
    moveTo(person.tasks, [person.task(b)], list.id, person.store.space, person.shown),
  );
  assert.deepEqual([person.task(b).list, person.task(b).parent], [list.id, null]);
  await person.undoStack.do(
    "moved",
    moveTo(person.tasks, [person.task(a)], list.id, person.store.space, person.shown),
  );
  assert.deepEqual([person.task(a1).list, person.task(a1).parent], [list.id, a]);
});

test("a task of a deleted list lies in the trash with it, and goes to the Inbox when it alone is restored", async () => {
  const person = await Person.begin();
  const list = actions.createList("local", "Errands", "a0");
  await person.undoStack.do("list", [list]);
  const id = await person.add("Stamps", { list: list.id });
  await person.undoStack.do(
    "deleted",
    actions.removeList(person.tasks.lists.get(list.id), NOW, person.shown),
  );
  assert.deepEqual(rowsOf(person.tasks, "/trash"), [["trash", ["Stamps"]]]);
  await person.undoStack.do("restored", actions.restore(person.tasks, [person.task(id)], person.shown));
  assert.deepEqual(rowsOf(person.tasks, "/inbox"), [["open", ["Stamps"]]]);
  assert.equal(value(person.store.shown.get(list.id), "deleted"), NOW.toISOString());
});

test("a new task knows when it was made, whatever is edited later", async () => {
  const person = await Person.begin();
  const id = await person.add("A");
  assert.ok(Math.abs(createdMs(person.task(id)) - Date.now()) < 60_000);
  assert.ok(
    [person.task(id), person.task(await person.add("B"))]
      .toSorted(byOrder)
      .map(({ title }) => title)
      .join() === "A,B",
  );
});
