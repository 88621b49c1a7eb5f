// Reads one JSON case a line ({call, …}), answers one JSON result a line: how the Python tests ask this twin.
import { createInterface } from "node:readline";
import * as hlc from "../js/core/hlc.js";
import * as clock from "../js/core/vector_clock.js";
import { atLeast } from "../js/core/roles.js";
import { nextId, otherId } from "../js/domain/derived_ids.js";
import { conflicts, empty, join, merge, value, values } from "../js/core/merge.js";

const refusal = (call) => {
  try {
    return call();
  } catch (error) {
    if (error instanceof RangeError) return "refused";
    throw error;
  }
};

const folded = (changes, start) => changes.reduce(merge, start ?? empty("task", "x"));

export const calls = {
  merge({ changes, cut }) {
    const record = folded(changes, empty("task", changes[0]?.id ?? "x"));
    const early = folded(changes.slice(0, cut), empty("task", record.id));
    return {
      record,
      conflicts: conflicts(record),
      values: values(record),
      joined: join(early, record),
      joined_back: join(record, early),
    };
  },
  next_id: ({ record_id }) => nextId(record_id),
  other_id: ({ space_id, record_id }) => otherId(space_id, record_id),
  apply: ({ record, change }) => merge(record, change),
  join: ({ left, right }) => join(left, right),
  value: ({ record, field }) => value(record, field),
  conflicts: ({ record }) => conflicts(record),
  format_reading: ({ ms, counter }) => hlc.formatReading(ms, counter),
  parse_reading: ({ text }) => refusal(() => hlc.parseReading(text)),
  tick: ({ last, now_ms }) => hlc.tick(last, now_ms),
  shift: ({ reading, by_ms }) => hlc.shift(reading, by_ms),
  covers: ({ clock: entries, by, n }) => clock.covers(entries, by, n),
  join_clocks: ({ left, right }) => clock.join(left, right),
  at_least: ([role, needed]) => atLeast(role, needed),
  dominates: ({ left, right }) => clock.dominates(left, right),
};

if (import.meta.main ?? process.argv[1].endsWith("twin.mjs")) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, ...given } = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(calls[call](given))}\n`);
  }
}
