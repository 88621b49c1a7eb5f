// What goes out comes back: the same by JSON, all but what docs/exchange.md names by CSV. What is broken is
// said, never thrown.
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { planImport, readImport, toCsv, toIcs, toJson, toMarkdown } from "../js/domain/import_export.js";
import { ENTRIES_MAX } from "../js/domain/import_export/read.js";
import "./texts.mjs";

const NOW = "2026-11-24T12:00:00.000Z";
const id = (n) => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
const counter = () => {
  let n = 900_000;
  return () => id(n++);
};
const EMPTY = () => ({ tasks: new Map(), lists: new Map() });
const plan = (read, existing = EMPTY()) => planImport(read, existing, { newId: counter(), now: NOW });
const task = (n, values = {}, more = {}) => ({
  kind: "task",
  id: id(n),
  space: "s",
  ...more,
  values: { title: `Task ${n}`, status: "pending", completed_at: null, ...values },
});
const list = (n, name, values = {}) => ({
  kind: "list",
  id: id(n),
  space: "s",
  values: { name, order: `a${n}`, ...values },
});
const csv = (text) => readImport(text, "tasks.csv");
const only = (read) => {
  assert.deepEqual(read.problems, []);
  assert.equal(read.tasks.length, 1);
  return read.tasks[0];
};

/** A store after the plan was carried out. */
function carriedOut({ create, update }, { tasks, lists } = EMPTY()) {
  const after = { tasks: new Map(tasks), lists: new Map(lists) };
  for (const { kind, id: key, set } of [...create, ...update]) {
    const room = kind === "task" ? after.tasks : after.lists;
    room.set(key, { ...room.get(key), ...set });
  }
  return after;
}

const storeOf = (records) => ({
  tasks: new Map(records.filter((each) => each.kind === "task").map((each) => [each.id, each.values])),
  lists: new Map(records.filter((each) => each.kind === "list").map((each) => [each.id, each.values])),
});
/** Values that say the same: a label that is not there is none, nor is null. */
const said = (room, without = []) =>
  Object.fromEntries(
    [...room].map(([key, values]) => [
      key,
      Object.fromEntries(
        Object.entries({ description: "", priority: 0, ...values })
          .filter(([field, value]) => value !== null && !without.includes(field))
          .sort(),
      ),
    ]),
  );

const wellFormed = (text) => text.replaceAll("\0", "").toWellFormed();
const filled = (maxLength) =>
  fc
    .oneof(
      fc.string({ minLength: 1, maxLength, unit: "grapheme" }),
      fc.string({ minLength: 1, maxLength }),
      fc.constantFrom("=1+1", "'=x", "''@y", "+", "-", "\tx", 'a,b;c"d', "two\r\nlines", "é\u0301", "\\,"),
    )
    .map((text) => `${wellFormed(text.slice(0, maxLength - 1))}x`);
const label = filled(30).map((name) => name.trim());
const due = fc.oneof(
  fc.constant(null),
  fc.constantFrom(
    "2026-11-30",
    "2024-02-29",
    "2026-11-30T17:00",
    "2026-07-01T09:30+02:00[Europe/Paris]",
    "0001-01-01",
    "9999-12-31T23:59",
  ),
);
const repeat = fc.constantFrom(
  null,
  "FREQ=DAILY",
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
  "FREQ=MONTHLY;BYDAY=-1FR;FROM=COMPLETION",
  "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
);
const LISTS = [list(1, "Home"), list(2, "Work"), list(3, "=Old list", { deleted: NOW })];
const done = fc.constantFrom(
  { status: "pending", completed_at: null },
  { status: "in_progress", completed_at: null },
  { status: "completed", completed_at: "2026-11-02T03:04:05.678Z" },
);
const oneTask = fc.record({
  title: filled(80),
  description: fc.oneof(fc.constant(""), filled(400)),
  due,
  repeat,
  priority: fc.integer({ min: 0, max: 3 }),
  list: fc.constantFrom(null, id(1), id(2)),
  deleted: fc.constantFrom(null, null, NOW),
  done,
  labels: fc.uniqueArray(label, { maxLength: 3 }),
  order: fc.stringMatching(/^[0-9A-Za-z]{1,20}$/),
  parent: fc.option(fc.nat()),
});
/** Parents are tasks made before, so there is no ring. */
const world = fc.array(oneTask, { maxLength: 12 }).map((made) => [
  ...LISTS,
  ...made.map(({ labels, parent, done: state, ...values }, at) =>
    task(100 + at, {
      ...values,
      ...state,
      parent: parent !== null && at > 0 ? id(100 + (parent % at)) : null,
      ...Object.fromEntries(labels.map((name) => [`label/${name}`, true])),
    }),
  ),
]);

test("JSON into an empty store gives equal values, and nothing the second time", () => {
  fc.assert(
    fc.property(world, (records) => {
      const text = toJson(records, { now: NOW });
      const first = plan(readImport(text, "driftless.json"));
      assert.deepEqual(first.problems, []);
      const after = carriedOut(first);
      assert.deepEqual(said(after.tasks), said(storeOf(records).tasks));
      assert.deepEqual(said(after.lists), said(storeOf(records).lists));
      for (const existing of [after, storeOf(records)])
        assert.deepEqual(plan(readImport(text, "x.json"), existing), {
          create: [],
          update: [],
          same: records.length,
          problems: [],
        });
    }),
    { numRuns: 300 },
  );
});

test("CSV loses only the order, the space, and what lists are beyond their names", () => {
  fc.assert(
    fc.property(world, (records) => {
      const text = toCsv(records);
      const first = plan(csv(text));
      assert.deepEqual(first.problems, []);
      const after = carriedOut(first);
      assert.deepEqual(said(after.tasks, ["order", "list"]), said(storeOf(records).tasks, ["order", "list"]));
      const nameOf = (store, values) => store.lists.get(values.list)?.name ?? null;
      const before = storeOf(records);
      for (const [key, values] of before.tasks)
        assert.equal(nameOf(after, after.tasks.get(key)), nameOf(before, values));
      assert.deepEqual(plan(csv(text), before), {
        create: [],
        update: [],
        same: before.tasks.size,
        problems: [],
      });
    }),
    { numRuns: 300 },
  );
});

test("JSON holds every field, the labels as an array, and all values in conflict", () => {
  const writes = [
    { by: "a", n: 1, at: "1", set: { title: "Milk", status: "pending", completed_at: null } },
    { by: "b", n: 1, at: "2", set: { title: "Oat milk" } },
    { by: "c", n: 1, at: "3", set: { title: "Milk" } },
  ];
  const made = JSON.parse(
    toJson(
      [
        task(
          5,
          { title: "Milk", "label/b": true, "label/a": true, "label/gone": null, later: 7 },
          { writes },
        ),
      ],
      { now: NOW, unsent: [{ n: 1 }], notAccepted: [{ n: 2 }] },
    ),
  );
  assert.deepEqual(made, {
    format: "driftless",
    version: 1,
    exported: NOW,
    lists: [],
    tasks: [
      {
        id: id(5),
        space: "s",
        title: "Milk",
        description: "",
        due: null,
        status: "pending",
        completed_at: null,
        priority: 0,
        list: null,
        parent: null,
        repeat: null,
        later: 7,
        labels: ["a", "b"],
        deleted: null,
      },
    ],
    conflicts: [{ id: id(5), field: "title", values: ["Milk", "Oat milk"] }],
    unsent: [{ n: 1 }],
    notAccepted: [{ n: 2 }],
  });
});

test("CSV is RFC 4180 with a byte order mark, and no cell is a formula", () => {
  const text = toCsv([
    LISTS[0],
    task(5, {
      title: "=1+1",
      description: 'say "hi",\nyou',
      list: id(1),
      priority: 3,
      "label/a,b": true,
      "label/-c": true,
    }),
  ]);
  assert.equal(
    text,
    `\uFEFFid,title,description,status,due,priority,list,labels,parent,repeat,completed_at,deleted\r\n${id(5)},"'=1+1","say ""hi"",\nyou",pending,,high,Home,"'-c, a\\,b",,,,\r\n`,
  );
  for (const start of ["=", "+", "-", "@", "\t", "\r", "'="])
    assert.ok(toCsv([task(1, { title: `${start}x` })]).includes(`"'${start}x"`));
});

test("Markdown nests subtasks below headings and leaves the trash out", () => {
  const records = [
    LISTS[0],
    LISTS[2],
    task(1, {
      order: "a",
      title: "Plan *x*",
      list: id(1),
      due: "2026-11-30T17:00+01:00[Europe/Paris]",
      description: "one\n\ntwo",
      "label/at home": true,
    }),
    task(2, { order: "b", parent: id(1), list: id(1), status: "completed", completed_at: NOW }),
    task(3, { order: "c", due: "2026-12-01" }),
    task(4, { deleted: NOW }),
    task(5, { list: id(3) }),
    task(6, { parent: id(7), order: "x" }),
    task(7, { parent: id(6), order: "y" }),
  ];
  assert.equal(
    toMarkdown(records),
    `# Inbox\n\n- [ ] Task 3 (due 2026-12-01)\n- [ ] Task 6\n  - [ ] Task 7\n\n# Home\n\n- [ ] Plan \\*x\\* (due 2026-11-30 17:00 Europe/Paris) #at-home\n\n  one\n\n  two\n\n  - [x] Task 2\n`,
  );
});

test("ICS lines are folded at 75 octets without splitting a character, and end in CRLF", () => {
  const text = toIcs([task(1, { title: "ä€😀".repeat(40), description: "a;b,c\\d\ne\u0007" })], { now: NOW });
  for (const line of text.split("\r\n")) assert.ok(Buffer.byteLength(line) <= 75 && !line.includes("\uFFFD"));
  assert.doesNotMatch(text.replaceAll("\r\n", ""), /[\r\n\u0007]/);
  assert.ok(text.replaceAll("\r\n ", "").includes("DESCRIPTION:a\\;b\\,c\\\\d\\ne\r\n"));
});

test("tables of other programs are read, whatever their names and delimiters", () => {
  const wanted = {
    title: "Buy milk",
    description: "2 l",
    due: "2026-11-30",
    status: "completed",
    priority: 3,
  };
  for (const text of [
    'Task,Notes,Due Date,Done,Priority,Tags,Project\r\nBuy milk,2 l,2026-11-30,yes,P1,"shop, home",Errands\r\n',
    "\uFEFFCONTENT;Description;Deadline;Completed;PRIORITY;Labels;List\nBuy milk;2 l;30.11.2026;x;high;shop;Errands",
    "Name\tNote\tDue\tStatus\tPriority\tTags\tProject\rBuy milk\t2 l\t11/30/2026\tDone\t3\tshop\tErrands",
  ]) {
    const { set, labels, listName } = only(csv(text));
    assert.deepEqual(set, wanted);
    assert.equal(labels[0], "shop");
    assert.equal(listName, "Errands");
  }
});

const DUES = [
  ["2026-11-30 17:00", "2026-11-30T17:00"],
  ["2026-11-30T17:00:30", "2026-11-30T17:00"],
  ["2026/1/5", "2026-01-05"],
  ["13/01/2026", "2026-01-13"],
  ["1/1/2026", "2026-01-01"],
  ["03.04.2026", "2026-04-03"],
  ["03/04/2026", undefined],
  ["2026-02-30", undefined],
  ["next week", undefined],
];
for (const [cell, wanted] of DUES)
  test(`the due date ${cell} is ${wanted ?? "said"}`, () => {
    const {
      tasks: [{ set }],
      problems,
    } = csv(`title,due\nx,${cell}`);
    assert.equal(set.due, wanted);
    assert.equal(problems.length, wanted ? 0 : 1);
  });

test("a time with an offset and no zone is taken by the clock of the device", () => {
  const local = new Date(Date.UTC(2026, 10, 30, 16, 5));
  const two = (number) => String(number).padStart(2, "0");
  const wanted = `2026-${two(local.getMonth() + 1)}-${two(local.getDate())}T${two(local.getHours())}:${two(local.getMinutes())}`;
  for (const cell of ["2026-11-30T16:05:00Z", "2026-11-30 17:05:00+0100"])
    assert.equal(only(csv(`title,due\nx,${cell}`)).set.due, wanted);
});

test("a problem names the line on which its row begins", () => {
  for (const end of ["\n", "\r\n", "\r"])
    assert.equal(csv(["title,due", '"two', 'lines",', "", "x,never", "y,"].join(end)).problems[0].line, 5);
});

test("a list is found by its name or made once; a parent by its title above", () => {
  const existing = storeOf([list(1, "Home"), list(2, "Old", { deleted: NOW })]);
  const made = plan(csv("title,list,parent\na,Home,\nb,New,a\nc,New,nobody\nd,Old,"), existing);
  assert.deepEqual(
    made.create.map(({ kind, set }) => [kind, set.name ?? set.title]),
    [
      ["list", "New"],
      ["list", "Old"],
      ["task", "a"],
      ["task", "b"],
      ["task", "c"],
      ["task", "d"],
    ],
  );
  const [a, b, c, d] = made.create.filter(({ kind }) => kind === "task");
  const [fresh, again] = made.create.filter(({ kind }) => kind === "list");
  assert.deepEqual([a.set.list, b.set.list, c.set.list, d.set.list], [id(1), fresh.id, fresh.id, again.id]);
  assert.deepEqual([b.set.parent, c.set.parent], [a.id, null]);
  assert.deepEqual(made.problems, [{ line: 4, message: "Parent task “nobody” not found." }]);
  assert.ok(made.create.every(({ set }) => !("order" in set)));
});

test("only what differs is changed, status and its time together, and labels that are gone go", () => {
  const existing = storeOf([task(1, { "label/old": true, "label/kept": true, priority: 1 })]);
  const text = toJson(
    [task(1, { title: "New", status: "completed", completed_at: NOW, "label/kept": true, priority: 1 })],
    { now: NOW },
  );
  assert.deepEqual(plan(readImport(text, ""), existing).update, [
    {
      kind: "task",
      id: id(1),
      set: { title: "New", status: "completed", completed_at: NOW, "label/old": null },
    },
  ]);
});

test("an export brings a deleted task back", () => {
  const existing = storeOf([task(1, { deleted: NOW })]);
  assert.deepEqual(plan(readImport(toJson([task(1)], { now: NOW }), ""), existing).update, [
    { kind: "task", id: id(1), set: { deleted: null } },
  ]);
});

test("a ring of parents is opened, and said", () => {
  const made = plan(
    readImport(
      toJson([task(3, { parent: id(1) }), task(1, { parent: id(2) }), task(2, { parent: id(1) })], {
        now: NOW,
      }),
      "",
    ),
  );
  const parents = new Map(made.create.map((edit) => [edit.id, edit.set.parent]));
  assert.equal([...parents.values()].filter((parent) => parent === null).length, 1);
  assert.equal(parents.get(id(3)), id(1));
  assert.equal(made.problems.length, 1);
  const closing = plan(
    csv(`id,title,parent\n${id(1)},Task 1,${id(2)}`),
    storeOf([task(1), task(2, { parent: id(1) })]),
  );
  assert.deepEqual([closing.update, closing.problems.length], [[], 1]);
});

test("a chain of 20,000 parents and rings behind one another end", { timeout: 30_000 }, () => {
  const chain = Array.from({ length: 20_000 }, (_, n) =>
    task(n, { parent: n === 0 ? id(19_999) : id(n - 1) }),
  ).reverse();
  const made = plan(readImport(toJson(chain, { now: NOW }), ""));
  assert.equal(made.problems.length, 1);
  assert.ok(toMarkdown(carriedRecords(made)).length < 20_000 * 100);
});
const carriedRecords = ({ create }) =>
  create.map(({ kind, id: key, set }) => ({ kind, id: key, values: set }));

const asJson = (entry) => JSON.stringify({ format: "driftless", version: 1, tasks: [entry] });
const BAD = [
  ["", /empty/],
  ["{", /not valid JSON/],
  ["[]", /not a Driftless export/],
  ['{"format":"driftless","version":2}', /version/],
  ["PK\u0003\u0004", /not a text file/],
  ["a,b\n1,2", /No column/],
  ['title\n"open', /never closed/],
  ["title,due\n,2026-01-01", /no title/],
  ["title\nx,y", /More cells/],
  ["title,priority\nx,9", /Priority/],
  ["title,status\nx,?", /Status/],
  ["title,repeat\nx,FREQ=HOURLY", /repeat ignored/],
  ["id,title\n17,x", /replaced with a new one/],
  [`id,title\n${id(1)},x\n${id(1)},y`, /duplicate id/],
  [asJson(null), /not a valid entry/],
  [asJson(["x"]), /not a valid entry/],
  [asJson({ title: 7 }), /title ignored/],
  [asJson({ title: " \u0085" }), /no title/],
  [asJson({ title: "x", priority: true }), /priority ignored/],
  [asJson({ title: "x", due: "2026-13-01" }), /due ignored/],
  [asJson({ title: "x", labels: "a" }), /labels ignored/],
  [asJson({ title: "x", labels: [1] }), /label ignored/],
  [asJson({ title: "x", order: "!" }), /order/],
  [asJson({ title: "x", list: 3 }), /list ignored/],
  [asJson({ title: "x", completed_at: "yesterday" }), /completed_at/],
  [asJson({ title: "a\0b" }), /characters removed from title/],
  [asJson({ title: "a\ud800" }), /characters removed from title/],
  [asJson({ title: "t".repeat(501) }), /title shortened to 500/],
  [asJson({ title: "x", labels: ["l".repeat(61)] }), /label shortened to 60/],
  [asJson({ title: "x", description: "d".repeat(20_001) }), /description shortened to 20000/],
  [asJson({ title: "x", labels: Array.from({ length: 101 }, String) }), /first 100 labels/],
  [`{"format":"driftless","version":1,"tasks":{"length":3}, "lists": 7}`, null],
  ["[".repeat(100_000), /not valid JSON/],
];
for (const [text, message] of BAD)
  test(`said, not thrown: ${text.slice(0, 60).replace(/[^ -~]/g, "?")}`, () => {
    const { problems } = plan(readImport(text, ""));
    if (message) assert.match(problems[0].message, message);
    else assert.deepEqual(problems, []);
  });

test("texts at their limits pass whole, and what is cut keeps the limit", () => {
  const { set, labels } = only(
    readImport(
      asJson({ title: "😀".repeat(500), description: "d".repeat(20_000), labels: ["l".repeat(60)] }),
      "",
    ),
  );
  assert.equal([...set.title].length, 500);
  assert.equal(set.description.length, 20_000);
  assert.equal(labels[0].length, 60);
  assert.equal(
    [...readImport(asJson({ title: "é\u0301".repeat(9_000) }), "").tasks[0].set.title].length,
    500,
  );
});

test("a completed task without a time gets the time of the import, once", () => {
  const read = csv(`id,title,done\n${id(1)},x,yes`);
  const first = plan(read);
  assert.equal(first.create[0].set.completed_at, NOW);
  assert.equal(
    planImport(read, carriedOut(first), { newId: counter(), now: "2027-01-01T00:00:00Z" }).same,
    1,
  );
});

test("an id of the other kind is not taken", () => {
  assert.match(
    plan(readImport(toJson([list(1, "x")], { now: NOW }), ""), storeOf([task(1)])).problems[0].message,
    /belongs to a task/,
  );
  assert.match(
    plan(readImport(toJson([task(1)], { now: NOW }), ""), storeOf([list(1, "x")])).problems[0].message,
    /belongs to a list/,
  );
});

test("of more entries than the limit the first are taken", () => {
  const rows = (count) => csv(`title\n${"x\n".repeat(count)}`);
  assert.deepEqual(rows(ENTRIES_MAX).problems, []);
  assert.equal(rows(ENTRIES_MAX + 1).tasks.length, ENTRIES_MAX);
  assert.match(rows(ENTRIES_MAX + 1).problems[0].message, /Only the first/);
});

test("whatever a file holds, reading and planning do not throw", () => {
  const piece = fc.constantFrom(
    "title",
    "id",
    "due",
    "labels",
    "parent",
    "list",
    ",",
    ";",
    "\t",
    "\n",
    "\r\n",
    '"',
    '""',
    "'=",
    "x",
    id(1),
    "{",
    "}",
    "[",
    ":",
    "null",
    "\0",
    "\ud800",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 60 }),
      fc.boolean(),
      (pieces, isTable) =>
        void plan(readImport((isTable ? "title,parent,list,due,labels\n" : "") + pieces.join(""), "")),
    ),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(
      fc.json(),
      (json) =>
        void plan(readImport(`{"format":"driftless","version":1,"lists":${json},"tasks":[${json}]}`, "")),
    ),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom(
          "id",
          "title",
          "due",
          "status",
          "completed_at",
          "priority",
          "list",
          "parent",
          "order",
          "labels",
          "repeat",
          "deleted",
          "[object Object]",
          "function Object() { [native code] }",
        ),
        fc.anything(),
      ),
      (entry) => {
        const plain = JSON.stringify(entry, (_, value) => (typeof value === "bigint" ? 1 : value)) ?? "null";
        plan(readImport(`{"format":"driftless","version":1,"tasks":[${plain}]}`, ""));
      },
    ),
    { numRuns: 1000 },
  );
});
