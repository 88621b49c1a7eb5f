// The applying of a reply to what a device knows, without a database: each test is a rule of "Duties of a
// client" in sync_protocol.md.
import assert from "node:assert/strict";
import test from "node:test";
import { applyReply } from "../js/store/apply_reply.js";
import { isOfThisEpoch } from "../js/store/validate_reply.js";
import { WorkingCopy } from "../js/store/working_copy.js";

const NOW = 1_790_000_000_000;
const AT = "2026-09-21T14:13:20.000Z-0000";
const DEVICE = { id: "phone", counter: 9, lastAt: AT, offsetMs: 0, epoch: "e1", account: "ana" };

const working = (known = {}) =>
  new WorkingCopy({
    device: DEVICE,
    cursors: { home: "1:5" },
    roles: { home: "owner" },
    personal: "home",
    rebuilding: {},
    authors: {},
    outbox: [],
    ...known,
  });
const entry = (key, more = {}) => ({
  key,
  space: "home",
  kind: "task",
  id: "a",
  by: "phone",
  n: key,
  prev: 0,
  seen: {},
  begun: { seen: {}, base: {}, sure: 0, by: "phone", own: [] },
  at: AT,
  set: { title: `${key}` },
  sent: true,
  outcome: null,
  ...more,
});
const record = (id, seq, more = {}) => ({
  kind: "task",
  id,
  clock: { laptop: seq },
  writes: [{ by: "laptop", n: seq, at: AT, set: { title: `${seq}` } }],
  seq,
  space: "home",
  ...more,
});
const tombstone = (id, seq) => ({ kind: "task", id, seq, grave: true });

/** Applies what the server says of the space `home`, and of the changes, to a working copy. */
function take(copy, news, { outcomes = [], asked = {}, ...reply } = {}) {
  const request = { device: "phone", epoch: "e1", cursors: { home: "1:5" }, changes: [], ...asked };
  const spaces = news ? { home: { role: "owner", ...news } } : {};
  const whole = { epoch: "e1", now: NOW, outcomes, spaces, ...reply };
  applyReply(copy, request, whole, { sentAtMs: NOW, nowMs: NOW }, () => "new-id");
  return copy;
}

const keysOf = (copy) => copy.outbox.map(({ key }) => key);
const idsOf = (records) => records.map(({ id }) => id);

test("a reply to a request of another epoch is not for this device", () => {
  assert.ok(isOfThisEpoch(DEVICE, { epoch: "e1" }));
  assert.ok(!isOfThisEpoch(DEVICE, { epoch: "e0" }));
});

test("a record replaces the one held only if it is newer", () => {
  const copy = working();
  copy.confirmed.put(record("a", 4));
  copy.confirmed.put(record("b", 8));
  take(copy, { records: [record("a", 6), record("b", 7)], cursor: "1:8" });
  assert.deepEqual([idsOf(copy.records), copy.cursors.home], [["a"], "1:8"]);
});

test("news that follow another cursor come again and change nothing", () => {
  const copy = take(working(), { records: [record("a", 6)], cursor: "1:9" }, { asked: { cursors: {} } });
  assert.deepEqual([copy.records, copy.cursors.home, copy.more], [[], "1:5", true]);
});

test("an entry stays until its record has come as far as its outcome", () => {
  const answered = { outcomes: [{ status: "applied", seq: 7 }], asked: { changes: [{ n: 1 }] } };
  const waiting = take(working({ outbox: [entry(1)] }), { records: [], more: true }, answered);
  assert.deepEqual([keysOf(waiting), waiting.entries.get(1).outcome.seq], [[1], 7]);
  take(waiting, { records: [record("a", 7, { clock: { phone: 1 } })], more: true });
  assert.deepEqual(keysOf(waiting), []);
});

test("an entry whose record was purged leaves when all has come", () => {
  const outbox = [entry(1, { outcome: { status: "applied", seq: 7 } })];
  assert.deepEqual(keysOf(take(working({ outbox }), { seq: 6 })), [1]);
  assert.deepEqual(keysOf(take(working({ outbox }), { seq: 7 })), []);
});

test("where a tombstone has come, entries stay as long as one of their record stays", () => {
  const outbox = [entry(1, { outcome: { status: "applied", seq: 7 } }), entry(2)];
  const copy = working({ outbox });
  copy.confirmed.put(record("a", 4));
  take(copy, { records: [tombstone("a", 8)], more: true });
  assert.deepEqual(keysOf(copy), [1, 2]);
  assert.deepEqual(copy.records[0].writes, record("a", 4).writes, "what they are shown over is kept");
});

test("an outcome without a number rejects its change at once; a hidden one is told and stays", () => {
  const outbox = [entry(1), entry(2, { id: "b" })];
  const outcomes = [
    { status: "rejected", code: "no" },
    { status: "hidden", seq: 9 },
  ];
  const copy = take(working({ outbox }), null, { outcomes, asked: { changes: [{ n: 1 }, { n: 2 }] } });
  assert.deepEqual(keysOf(copy), [2]);
  assert.deepEqual(
    copy.rejected.map(({ entry: { n }, outcome }) => [n, outcome.status]),
    [
      [1, "rejected"],
      [2, "hidden"],
    ],
  );
});

test("an outcome for another device id is nobody's", () => {
  const given = { outcomes: [{ status: "applied", seq: 7 }], asked: { device: "old", changes: [{ n: 1 }] } };
  assert.equal(take(working({ outbox: [entry(1)] }), null, given).entries.get(1).outcome, null);
});

test("a reset of another epoch, and a rebuild that it interrupts, end with offers", () => {
  const restored = take(working(), { reset: "epoch" }, { epoch: "e2" });
  assert.deepEqual([restored.rebuilding, restored.isRestored], [{ home: "offers" }, true]);
  const interrupted = take(working({ rebuilding: { home: true } }), null, { epoch: "e2" });
  assert.deepEqual(interrupted.rebuilding, { home: "offers" });
  const again = take(working({ rebuilding: { home: "offers" } }), { reset: "too_old" });
  assert.deepEqual(again.rebuilding, { home: "offers" });
});

test("a reset starts a rebuild; its last page replaces the space and removes what did not come", () => {
  const copy = working();
  take(copy, { reset: "too_old" });
  assert.deepEqual(
    [copy.rebuilding, copy.cursors, copy.more, [...copy.emptied]],
    [{ home: true }, {}, true, []],
  );
  const asked = { cursors: {} };
  take(copy, { records: [record("a", 6)], cursor: "1:6", more: true }, { asked });
  assert.deepEqual([copy.records, idsOf(copy.recordsRebuilt)], [[], ["a"]]);
  copy.idsIn.set("home", ["a", "b"]);
  take(copy, { records: [record("c", 7)], cursor: "1:7" }, { asked: { cursors: { home: "1:6" } } });
  assert.deepEqual(
    [idsOf(copy.records), copy.removed, [...copy.emptied], copy.recordsRebuilt, copy.rebuilding],
    [["a", "c"], ["b"], ["home"], [], {}],
  );
});

test("a space that was revoked goes, and what was not answered is rejected", () => {
  const outbox = [entry(1), entry(2, { outcome: { status: "applied", seq: 9 } }), entry(3, { space: "own" })];
  const copy = working({ outbox });
  copy.idsIn.set("home", ["a"]);
  take(copy, null, { spaces: { home: { revoked: true } } });
  assert.deepEqual([keysOf(copy), copy.removed, copy.roles, copy.cursors], [[3], ["a"], {}, {}]);
  assert.deepEqual(
    copy.rejected.map(({ entry: { n }, outcome }) => [n, outcome]),
    [[1, { status: "revoked" }]],
  );
});

test("the authors of a space are added, and forgotten with what the server takes back", () => {
  const known = { home: { laptop: "ana" }, other: { pc: "ben" } };
  const page = { records: [record("a", 6)], cursor: "1:6", authors: { tablet: "cleo" } };
  const after = (news, asked) => {
    const { authors, hasNewAuthors } = take(working({ authors: known }), news, { asked });
    return [authors, hasNewAuthors];
  };
  const { other } = known;
  assert.deepEqual(after(page), [{ home: { laptop: "ana", tablet: "cleo" }, other }, true]);
  assert.deepEqual(after({ ...page, authors: known.home }), [known, false]);
  assert.deepEqual(after({ ...page, authors: undefined }), [known, false]);
  assert.deepEqual(after(page, { cursors: { home: "1:4" } }), [known, false]);
  assert.deepEqual(after({ reset: "epoch" }), [{ other }, true]);
  const left = take(working({ authors: known }), null, { spaces: { home: { revoked: true } } });
  assert.deepEqual([left.authors, left.hasNewAuthors], [{ other }, true]);
});

test("what was made before the account's own space was known moves there", () => {
  const copy = take(working({ personal: null, outbox: [entry(1, { space: "local", sent: false })] }), {
    personal: true,
  });
  assert.deepEqual([copy.personal, copy.outbox[0].space, copy.more], ["home", "home", true]);
});

test("another epoch clears all outcomes and gives the device another id", () => {
  const outbox = [entry(1, { outcome: { status: "applied", seq: 7 } })];
  const copy = take(working({ outbox }), null, { epoch: "e2" });
  assert.deepEqual([copy.device.id, copy.device.epoch, copy.more], ["new-id", "e2", true]);
  assert.deepEqual([copy.outbox[0].by, copy.outbox[0].outcome], ["new-id", null]);
});

test("a write under this device's id that it never made gives it another one", () => {
  const foreign = record("a", 6, { clock: { phone: 4 } });
  assert.equal(take(working(), { records: [foreign] }).device.id, "new-id");
  const known = working({ roles: { home: "owner", shared: "editor" } });
  known.confirmed.put({ ...record("a", 3, { clock: { phone: 4 } }), space: "shared" });
  assert.equal(take(known, { records: [foreign] }).device.id, "phone", "it was in another space before");
});
