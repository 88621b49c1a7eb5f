// Generated laws of the core. The histories are causal: each `seen` is the clock of a copy its author held.
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import * as hlc from "../js/core/hlc.js";
import { conflicts, empty, FIELD_WRITES_MAX, join, merge } from "../js/core/merge.js";
import { covers } from "../js/core/vector_clock.js";

const DEVICES = ["deviceaaaaaaaaaa", "devicebbbbbbbbbb", "devicecccccccccc"];
const step = fc.record({
  device: fc.nat(2),
  action: fc.constantFrom("edit", "edit", "edit_from_older", "push", "pull"),
  minutes: fc.integer({ min: -60, max: 60 }),
  set: fc.dictionary(
    fc.constantFrom("title", "due", "label/home"),
    fc.constantFrom("milk", "", 0, 1, true, false, null),
    { minKeys: 1 },
  ),
});
const histories = fc.array(step, { maxLength: 40 }).map(play);

/** The changes of a history in the order its server received them. */
function play(steps) {
  let server = empty("task", "x");
  const received = [];
  const devices = DEVICES.map((name) => ({ name, n: 0, unsent: [], copy: server, older: {} }));
  const push = (device) => {
    server = device.unsent.reduce(merge, server);
    received.push(...device.unsent.splice(0));
  };
  for (const { device: index, action, minutes, set } of steps) {
    const device = devices[index];
    if (action === "push") push(device);
    else if (action === "pull") {
      device.older = device.copy.clock;
      device.copy = device.unsent.reduce(merge, server);
    } else {
      const seen = action === "edit" ? device.copy.clock : device.older;
      const at = hlc.formatReading(1_790_000_000_000 + minutes * 60_000);
      const change = { kind: "task", id: "x", by: device.name, n: ++device.n, prev: 0, seen, at, set };
      device.unsent.push(change);
      device.copy = merge(device.copy, change);
    }
  }
  devices.forEach(push);
  return received;
}

const survivors = (record) =>
  record.writes.flatMap(({ by, n, set }) => Object.keys(set).map((field) => `${by} ${n} ${field}`)).sort();

function expected(changes) {
  const overwritten = (old, field) =>
    changes.some((c) => c !== old && Object.hasOwn(c.set, field) && covers(c.seen, old.by, old.n));
  return changes
    .flatMap((c) =>
      Object.keys(c.set)
        .filter((field) => !overwritten(c, field))
        .map((field) => `${c.by} ${c.n} ${field}`),
    )
    .sort();
}

const widest = (changes) =>
  Math.max(
    0,
    ...Object.values(Object.groupBy(expected(changes), (held) => held.split(" ")[2])).map(
      (all) => all.length,
    ),
  );

const law = (name, holds) =>
  test(name, () =>
    fc.assert(
      fc.property(histories, (changes) => fc.pre(widest(changes) <= FIELD_WRITES_MAX) ?? holds(changes)),
      { numRuns: 2000 },
    ),
  );

law("no value is lost silently", (changes) =>
  assert.deepEqual(survivors(changes.reduce(merge, empty("task", "x"))), expected(changes)),
);

law("every order a server can see gives the same record", (changes) => {
  const before = (a, b) => (a.by === b.by && a.n < b.n) || covers(b.seen, a.by, a.n);
  const waiting = changes.toReversed();
  const ordered = [];
  while (waiting.length) {
    const next = waiting.findIndex((c) => !waiting.some((other) => other !== c && before(other, c)));
    ordered.push(...waiting.splice(next, 1));
  }
  assert.deepEqual(ordered.reduce(merge, empty("task", "x")), changes.reduce(merge, empty("task", "x")));
});

law("a repeat is harmless", (changes) => {
  const record = changes.reduce(merge, empty("task", "x"));
  assert.deepEqual(changes.toReversed().reduce(merge, record), record);
});

law("join gives what merging all gives", (changes) => {
  const early = changes.slice(0, changes.length >> 1).reduce(merge, empty("task", "x"));
  const late = changes.reduce(merge, empty("task", "x"));
  assert.deepEqual(join(early, late).writes, late.writes);
  assert.deepEqual(join(late, early).writes, late.writes);
  assert.deepEqual(conflicts(join(early, late)), conflicts(late));
});

test("readings sort as time and only rise", () =>
  fc.assert(
    fc.property(fc.nat(2 ** 42), fc.nat(0xffff), fc.nat(2 ** 42), (ms, counter, now) => {
      const last = hlc.formatReading(ms, counter);
      const following = hlc.tick(last, now);
      assert.deepEqual(hlc.parseReading(last), [ms, counter]);
      assert.ok(following > last && hlc.parseReading(following)[0] >= now);
    }),
    { numRuns: 2000 },
  ));
