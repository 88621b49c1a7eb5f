// Spaces, members, comments, moves between spaces: what the views ask and what acts make of it.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import test from "node:test";
import { authorTexts } from "../js/domain/authors.js";
import { changesOf, toldBy } from "../js/domain/history.js";
import { Comments, createComment, cutComment, mayDelete } from "../js/domain/comments.js";
import { UndoStack } from "../js/domain/undo_stack.js";
import { copyTo, moveTo, rescued, shareList } from "../js/domain/moves.js";
import { initialOf, mayTakeOut, mayWrite, Members, sectionsOf } from "../js/domain/members.js";
import { hrefOf, routeAt } from "../js/domain/routes.js";
import { isSample } from "../js/domain/samples.js";
import { Tasks } from "../js/domain/tasks.js";
import { groupsOf } from "../js/domain/views.js";
import { Database } from "../js/store/database.js";
import { Store } from "../js/store/store.js";
import "./texts.mjs";

const NOW = new Date(2026, 10, 24, 12, 0);
const NOW_ISO = NOW.toISOString();
const [OWN, FAMILY, TEAM] = [
  "10000000-0000-4000-8000-000000000001",
  "20000000-0000-4000-8000-000000000002",
  "30000000-0000-4000-8000-000000000003",
];
const [ANA, BEN, CAROL] = [
  "a0000000-0000-4000-8000-00000000000a",
  "b0000000-0000-4000-8000-00000000000b",
  "c0000000-0000-4000-8000-00000000000c",
];
const ROLES = { personal: OWN, roles: { [OWN]: "owner", [FAMILY]: "owner", [TEAM]: "editor" } };
const SAMPLE = "5a3b1e00-0000-4000-8000-000000000001";
let made = 0;

const record = (kind, id, space, set) => ({
  kind,
  id,
  space,
  clock: { dev: ++made },
  writes: [{ by: "dev", n: made, at: "2026-11-24T10:00:00.000Z-0000", set }],
});
const member = (space, account, name, more = {}) =>
  record("member", `${space.slice(0, 8)}-m-${name}`, space, {
    name,
    account,
    role: "editor",
    deleted: null,
    ...more,
  });
const task = (id, space, set = {}) =>
  record("task", id, space, {
    title: id,
    status: "pending",
    completed_at: null,
    order: `a${++made}`,
    list: null,
    parent: null,
    ...set,
  });
const list = (id, space, name) => record("list", id, space, { name, order: `a${++made}`, deleted: null });

/** Tasks out of records. */
function tasksOf(...records) {
  const tasks = new Tasks();
  tasks.refresh(new Map(records.map((each) => [each.id, each])));
  return tasks;
}

const PEOPLE = [
  record("space", OWN, OWN, { name: "Personal" }),
  record("space", FAMILY, FAMILY, { name: "Family" }),
  record("space", TEAM, TEAM, { name: "Team" }),
  member(FAMILY, ANA, "Ana"),
  member(FAMILY, BEN, "Ben"),
  member(TEAM, ANA, "Ana"),
  member(TEAM, CAROL, "Carol"),
];
const shown = (id) => ({ seen: {}, base: {}, sure: 0, by: "dev", own: [], id });

test("members are those who are in a space now, by name", () => {
  const { members } = tasksOf(...PEOPLE, member(FAMILY, CAROL, "Carol", { deleted: NOW_ISO }));
  assert.deepEqual(
    members.of(FAMILY).map(({ name }) => name),
    ["Ana", "Ben"],
  );
  assert.equal(members.find(FAMILY, CAROL), null);
  assert.equal(members.nameOf(CAROL, FAMILY), "Carol"); // who wrote something and left still has a name
  assert.deepEqual(
    members.everyone(ROLES).map(({ name }) => name),
    ["Ana", "Ben", "Carol"],
  );
});

test("a member whose record changes is known anew, and one whose record goes is gone", () => {
  const tasks = tasksOf(...PEOPLE);
  assert.equal(tasks.members.of(FAMILY).length, 2);
  const ben = member(FAMILY, BEN, "Ben", { role: "viewer" });
  const id = PEOPLE.find((each) => each.kind === "member" && each.writes[0].set.account === BEN).id;
  tasks.refresh(new Map([[id, { ...ben, id }]]), [id]);
  assert.equal(tasks.members.find(FAMILY, BEN)?.role, "viewer");
  tasks.refresh(new Map(), [id]);
  assert.equal(tasks.members.find(FAMILY, BEN), null);
});

test("the side shows one's own lists, then each shared space by name, empty ones too", () => {
  const tasks = tasksOf(
    ...PEOPLE,
    list("l1", OWN, "Errands"),
    list("l2", FAMILY, "House"),
    list("l3", "local", "Made before there was an account"),
  );
  const sections = sectionsOf(tasks, { ...ROLES, roles: { ...ROLES.roles, [TEAM]: "viewer" } });
  assert.deepEqual(
    sections.map(({ name, isReadOnly, lists }) => [name, isReadOnly, lists.map((each) => each.id)]),
    [
      ["", false, ["l1", "l3"]],
      ["Family", false, ["l2"]],
      ["Team", true, []],
    ],
  );
});

test("two lists of one name are told apart by their space", () => {
  const tasks = tasksOf(
    ...PEOPLE,
    list("l1", OWN, "Groceries"),
    list("l2", FAMILY, "Groceries"),
    list("l3", FAMILY, "House"),
  );
  tasks.personal = OWN;
  assert.deepEqual(
    ["l1", "l2", "l3"].map((id) => tasks.nameOfList(tasks.lists.get(id))),
    ["Groceries", "Groceries · Family", "House"],
  );
});

test("who may write and take out", () => {
  const rights = { personal: OWN, roles: { [OWN]: "owner", [FAMILY]: "editor", [TEAM]: "viewer" } };
  assert.deepEqual(
    [OWN, FAMILY, TEAM, "local"].map((space) => mayWrite(rights, space)),
    [true, true, false, true],
  );
  assert.deepEqual(
    [OWN, FAMILY, TEAM].map((space) => mayTakeOut(rights, space)),
    [true, false, false],
  );
  assert.ok(mayTakeOut({ ...rights, roles: { [FAMILY]: "owner" } }, FAMILY));
});

test("who is no member any more is nobody, also for the filter", () => {
  const tasks = tasksOf(
    ...PEOPLE,
    list("l", FAMILY, "House"),
    task("of ben", FAMILY, { list: "l", assignee: BEN }),
    task("of carol", FAMILY, { list: "l", assignee: CAROL }),
    task("mine", TEAM, { assignee: ANA }),
    task("none", OWN),
  );
  tasks.me = ANA;
  assert.equal(tasks.assigneeOf(tasks.all.get("of ben")).name, "Ben");
  assert.equal(tasks.assigneeOf(tasks.all.get("of carol")), null);
  const found = (address) =>
    groupsOf(tasks, routeAt(new URL(address, "http://localhost")), NOW)
      .flatMap(({ rows }) => rows.map((row) => row.task.id))
      .sort();
  assert.deepEqual(found("/search?assignee=me"), ["mine"]);
  assert.deepEqual(found(`/list/l?assignee=${BEN}`), ["of ben"]);
  assert.deepEqual(found("/search?assignee=none"), ["none", "of carol"]);
  assert.equal(hrefOf(routeAt(new URL("/search?assignee=me", "http://localhost"))), "/search?assignee=me");
});

test("a task is where its list is, also while the list is on its way", () => {
  const tasks = tasksOf(...PEOPLE, list("l", FAMILY, "House"), task("t", OWN, { list: "l" }));
  assert.equal(tasks.spaceOf(tasks.all.get("t")), FAMILY);
});

test("into a list of another space a task moves, and its subtasks come along", () => {
  const tasks = tasksOf(
    ...PEOPLE,
    list("l", FAMILY, "House"),
    task("t", OWN, { assignee: CAROL }),
    task("s", OWN, { parent: "t" }),
    task("p", OWN),
    task("c", OWN, { parent: "p" }),
  );
  const edits = moveTo(tasks, [tasks.all.get("t"), tasks.all.get("s")], "l", OWN, shown);
  assert.deepEqual(
    edits.map(({ id, space, move, set }) => [id, space, move, set]),
    [
      ["t", OWN, FAMILY, { list: "l", assignee: null }],
      ["s", OWN, undefined, { list: "l" }],
    ],
  );
  const [apart] = moveTo(tasks, [tasks.all.get("c")], "l", OWN, shown);
  assert.deepEqual([apart.move, apart.set], [FAMILY, { list: "l", parent: null }]);
});

test("within a space nothing moves but the list", () => {
  const tasks = tasksOf(...PEOPLE, list("l", OWN, "House"), task("t", OWN, { assignee: ANA }));
  assert.deepEqual(
    moveTo(tasks, [tasks.all.get("t")], "l", OWN, shown).map(({ move, set }) => [move, set]),
    [[undefined, { list: "l" }]],
  );
});

test("a shared list is one step there and one back, with its tasks", async () => {
  const store = await new Store(
    null,
    () => NOW.getTime(),
    new Database("sharing", () => {}, { marks: null }),
  ).open();
  const tasks = new Tasks();
  const undoStack = new UndoStack(() => store);
  store.addEventListener("changed", ({ detail }) => tasks.refresh(store.shown, detail.ids));
  const [home, away] = ["local", FAMILY];
  await store.editAll([
    { space: home, kind: "list", id: "l", set: { name: "House", order: "a0" } },
    {
      space: home,
      kind: "task",
      id: "t",
      set: { title: "Paint", list: "l", status: "pending", completed_at: null },
    },
  ]);
  await undoStack.do(
    "shared",
    shareList(tasks, tasks.lists.get("l"), away, NOW_ISO, (id) => store.begin(id)),
  );
  assert.equal(tasks.lists.get("l").space, away);
  assert.equal(tasks.spaceOf(tasks.all.get("t")), away);
  assert.equal(store.outbox.filter(({ move }) => move).length, 1);
  await undoStack.undo();
  assert.equal(tasks.lists.get("l").space, home);
  assert.deepEqual(
    store.outbox.map(({ move }) => move),
    [undefined, undefined, away, home],
  );
});

test("a sample never moves: another takes its place", () => {
  assert.ok(isSample(SAMPLE));
  const tasks = tasksOf(
    ...PEOPLE,
    list("l", OWN, "House"),
    task(SAMPLE, OWN, { title: "Tap the ring", list: "l" }),
    task("t", OWN, { list: "l", assignee: CAROL }),
    list("f", FAMILY, "Shared"),
  );
  const edits = shareList(tasks, tasks.lists.get("l"), FAMILY, NOW_ISO, shown);
  const of = (id) => edits.filter((edit) => edit.id === id);
  assert.deepEqual(
    of(SAMPLE).map(({ set, move }) => [set, move]),
    [[{ deleted: NOW_ISO, list: null, parent: null }, undefined]],
  );
  assert.deepEqual(
    of("t").map(({ set }) => set),
    [{ assignee: null }],
  );
  const copies = edits.filter(({ set }) => set.title === "Tap the ring");
  assert.deepEqual(
    copies.map(({ space, set }) => [space, set.list]),
    [[FAMILY, "l"]],
  );
  assert.ok(!isSample(copies[0].id));
  const dragged = moveTo(tasks, [tasks.all.get(SAMPLE)], "f", OWN, shown);
  assert.deepEqual(
    dragged.map(({ id, move, set }) => [isSample(id), move, Boolean(set.deleted)]),
    [
      [false, undefined, false],
      [true, undefined, true],
    ],
  );
});

test("a copy has ids of its own, its subtasks below it, and nobody who is not there", () => {
  const tasks = tasksOf(
    ...PEOPLE,
    list("l", OWN, "Mine"),
    task("t", FAMILY, { assignee: BEN, priority: 3, "label/home": true, "label/gone": null }),
    task("s", FAMILY, { parent: "t" }),
  );
  const [top, below] = copyTo(tasks, [tasks.all.get("t"), tasks.all.get("s")], "l", OWN);
  assert.ok(!tasks.all.has(top.id) && !tasks.all.has(below.id));
  assert.deepEqual(
    [
      top.space,
      top.set.title,
      top.set.list,
      top.set.priority,
      top.set["label/home"],
      "label/gone" in top.set,
      top.set.assignee,
      below.set.parent,
      below.set.list,
    ],
    [OWN, "t", "l", 3, true, false, null, top.id, "l"],
  );
});

test("what was refused is made anew with what is shown and all that was refused of it", () => {
  const tasks = tasksOf(
    ...PEOPLE,
    task("t", FAMILY, { title: "Old", priority: 2, list: "gone", assignee: BEN }),
    list("l", FAMILY, "House"),
  );
  const made = rescued(
    tasks,
    ROLES,
    "task",
    "t",
    [{ title: "New" }, { status: "completed", completed_at: NOW_ISO }],
    null,
  );
  assert.deepEqual(
    [
      made.space,
      made.set.title,
      made.set.priority,
      made.set.status,
      made.set.completed_at,
      made.set.list,
      "assignee" in made.set,
    ],
    [OWN, "New", 2, "completed", NOW_ISO, null, false],
  );
  assert.notEqual(made.id, "t");
  const gone = rescued(tasks, ROLES, "task", "not here", [{ description: "typed on the train" }], "l");
  assert.deepEqual(
    [gone.space, gone.set.description, gone.set.list, gone.set.status, gone.set.completed_at],
    [FAMILY, "typed on the train", "l", "pending", null],
  );
  assert.ok(gone.set.title);
  assert.deepEqual(rescued(tasks, ROLES, "list", "l", [{ name: "Home" }], OWN).set.name, "Home");
});

test("comments stand under their task, the oldest first, the deleted not at all", () => {
  const comment = (id, created, more = {}) =>
    record("comment", id, FAMILY, { task: "t", text: id, author: BEN, created, deleted: null, ...more });
  const tasks = tasksOf(
    ...PEOPLE,
    task("t", FAMILY),
    comment("later", "2026-11-24T11:00:00.000Z"),
    comment("first", "2026-11-24T10:00:00.000Z"),
    comment("gone", "2026-11-24T10:30:00.000Z", { deleted: NOW_ISO }),
  );
  assert.deepEqual(
    tasks.comments.of("t").map(({ id }) => id),
    ["first", "later"],
  );
  assert.equal(tasks.comments.count("t"), 2);
  tasks.refresh(new Map(), ["first"]);
  assert.equal(tasks.comments.count("t"), 1);
  assert.equal(tasks.comments.count("other"), 0);
});

test("a comment is its author's, and owners take it away", () => {
  const { set } = createComment(
    { space: FAMILY, task: "t", text: `  ${"x".repeat(6_000)}`, author: ANA },
    NOW_ISO,
  );
  assert.deepEqual([set.task, set.author, set.created, set.text.length], ["t", ANA, NOW_ISO, 5_000]);
  assert.equal(cutComment(" a\n\nb "), "a\n\nb");
  const comments = new Comments();
  comments.take("c", record("comment", "c", FAMILY, { task: "t", text: "x", author: BEN, created: NOW_ISO }));
  const [comment] = comments.of("t");
  assert.deepEqual(
    [
      mayDelete(comment, BEN, "editor"),
      mayDelete(comment, ANA, "editor"),
      mayDelete(comment, ANA, "owner"),
      mayDelete(comment, BEN, "viewer"),
    ],
    [true, false, true, false],
  );
});

test("the server's story says who did what", () => {
  const told = (fields, kind) => {
    const { text, who, values } = toldBy({ at: 5, name: "Ben", kind, fields });
    return [text, who, values];
  };
  assert.deepEqual(told({ due: "2026-11-30", order: "a1" }), [
    "Changed: Due",
    "Ben",
    [["due", "2026-11-30"]],
  ]);
  assert.deepEqual(told({ moved_in: null, list: "l" })[0], "Moved to another space");
  assert.deepEqual(told({ offered: true, title: "Milk", order: "a1" }), [
    "Brought back after a restore of the server",
    "Ben",
    [["title", "Milk"]],
  ]);
  assert.deepEqual(told({ task: "t", author: BEN, text: "Hi", created: NOW_ISO }, "comment"), [
    "Commented",
    "Ben",
    [["text", "Hi"]],
  ]);
  assert.deepEqual(told({ role: "viewer" }, "member"), ["Role changed", "Ben", [["role", "viewer"]]]);
  assert.equal(toldBy({ at: "1970-01-01T00:00:00.005Z", name: "", fields: {} }).atMs, 5);
  assert.equal(changesOf(task("t", OWN), String)[0].text, "Created");
});

test("who wrote what, as far as a device knows", () => {
  const authors = { phone: "ana", pc: BEN, gone: "former", strange: "nobody" };
  const store = { deviceId: "dev", account: "ana", authorOf: (_, device) => authors[device] ?? null };
  const members = new Members();
  const member = (id, set) => ({
    kind: "member",
    id,
    space: "s",
    clock: {},
    writes: [{ by: "x", n: 1, at: NOW_ISO, set }],
  });
  members.take("m1", member("m1", { account: BEN, name: "Ben" }));
  members.take("m2", member("m2", { account: "former", name: "Cleo", deleted: 5 }));
  const who = authorTexts(store, members, { space: "s" });
  assert.deepEqual(["dev", "phone", "unheard", "pc", "gone", "strange"].map(who), [
    "this device",
    "another device",
    "another device",
    "Ben",
    "Cleo",
    "Unknown",
  ]);
});

test("a person's letter", () => {
  assert.deepEqual(["ana", " ben", "", "émile", "🦊 Fox"].map(initialOf), ["A", "B", "?", "É", "🦊"]);
  assert.equal(new Members().find("s", null), null);
});
