// Repeating tasks: rrule, which follows the RFC to the letter, is the oracle of our small arithmetic.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import oracle from "rrule";
import {
  isRepeat,
  makeRepeat,
  nextDue,
  nextSubtasks,
  nextTask,
  presets,
  repeatText,
} from "../js/domain/repeat/repeat.js";
import "./texts.mjs";

const { RRule } = oracle;
const { accepted, refused } = JSON.parse(
  readFileSync(new URL("../../tests/server/repeats.json", import.meta.url), "utf8"),
);
const DAY_MS = 86_400_000;
const utc = (day) =>
  new Date(Date.UTC(...day.split("-").map((part, place) => Number(part) - (place === 1 ? 1 : 0))));
const text = (date) => date.toISOString().slice(0, 10);
const plus = (day, days) => text(new Date(utc(day).getTime() + days * DAY_MS));

// —— the form

for (const rule of accepted) test(`${rule} is a rule`, () => assert.equal(isRepeat(rule), true));
for (const rule of refused)
  test(`${JSON.stringify(rule)} is none`, () => assert.equal(isRepeat(rule), false));
for (const other of [null, undefined, 5, {}, ["FREQ=DAILY"]])
  test(`${JSON.stringify(other)} is none`, () => assert.equal(isRepeat(other), false));

test("rules are made in their canonical form", () => {
  assert.equal(makeRepeat({ freq: "DAILY" }), "FREQ=DAILY");
  assert.equal(
    makeRepeat({ freq: "WEEKLY", interval: 2, byDay: ["TH", "MO", "TH"], isFromCompletion: true }),
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;FROM=COMPLETION",
  );
  assert.equal(makeRepeat({ freq: "MONTHLY", byDay: ["TU"], nth: 2 }), "FREQ=MONTHLY;BYDAY=2TU");
  assert.deepEqual(
    [28, 29, 30, 31, -1].map((byMonthDay) => makeRepeat({ freq: "MONTHLY", byMonthDay }).slice(13)),
    [
      "BYMONTHDAY=28",
      "BYMONTHDAY=28,29;BYSETPOS=-1",
      "BYMONTHDAY=28,29,30;BYSETPOS=-1",
      "BYMONTHDAY=-1",
      "BYMONTHDAY=-1",
    ],
  );
});

for (const parts of [
  { freq: "HOURLY" },
  { freq: "DAILY", interval: 0 },
  { freq: "DAILY", interval: 1000 },
  { freq: "DAILY", byDay: ["MO"] },
  { freq: "MONTHLY", byDay: ["MO"] },
  { freq: "MONTHLY", byDay: ["MO"], nth: 5 },
  { freq: "MONTHLY", byMonthDay: 32 },
  { freq: "WEEKLY", byDay: ["MO"], nth: 1 },
]) {
  test(`no rule is made of ${JSON.stringify(parts)}`, () =>
    assert.throws(() => makeRepeat(parts), RangeError));
}

// —— the next due day, beside the oracle

const weekday = fc.constantFrom("MO", "TU", "WE", "TH", "FR", "SA", "SU");
const interval = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
  fc.integer({ min: 1, max: 60 }),
);
const parts = fc.oneof(
  fc.record({ freq: fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "YEARLY"), interval }),
  fc.record({
    freq: fc.constant("WEEKLY"),
    interval,
    byDay: fc.uniqueArray(weekday, { minLength: 1, maxLength: 7 }),
  }),
  fc.record({
    freq: fc.constant("MONTHLY"),
    interval,
    byMonthDay: fc.constantFrom(-1, ...Array.from({ length: 31 }, (_, place) => place + 1)),
  }),
  fc.record({
    freq: fc.constant("MONTHLY"),
    interval,
    nth: fc.constantFrom(1, 2, 3, 4, -1),
    byDay: fc.tuple(weekday),
  }),
);
const anyDay = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 50_000 }) },
    fc.constantFrom(11016, 19782, 20818, 20847),
  )
  // the few: 29 February 2000 and 2024, 31 December 2026, 29 January 2027
  .map((number) => text(new Date(number * DAY_MS)));
const late = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -40, max: 70 }) },
  fc.integer({ min: 0, max: 4000 }),
);

/**
 * The first occurrence on or after `from` by the oracle; `start` itself counts only where the rule holds it,
 * as ever after it.
 */
function expected(rule, start, from) {
  const options = {
    ...RRule.parseString(rule.replace(/;FROM=COMPLETION$/, "")),
    dtstart: utc(start),
    wkst: RRule.MO,
    byhour: [0],
    byminute: [0],
    bysecond: [0],
  };
  return new RRule(options, true).after(utc(from), true);
}

test("from schedule: the first occurrence after the due day, not before the completion, as the RFC has it", () => {
  fc.assert(
    fc.property(parts, anyDay, late, (of, due, days) => {
      const rule = makeRepeat(of);
      const completed = plus(due, days);
      const wanted = expected(rule, due, days > 1 ? completed : plus(due, 1));
      assert.equal(nextDue(rule, due, completed), text(wanted), `${rule} due ${due} completed ${completed}`);
    }),
    { numRuns: 6000 },
  );
});

test("from completion, or without a due date: the first occurrence after the completion of the rule begun there", () => {
  fc.assert(
    fc.property(
      parts,
      anyDay,
      fc.boolean(),
      fc.integer({ min: -400, max: 400 }),
      (of, completed, hasDue, days) => {
        const rule = makeRepeat({ ...of, isFromCompletion: hasDue });
        const got = nextDue(rule, hasDue ? plus(completed, days) : null, completed);
        assert.equal(
          got,
          text(expected(shortMonthsToo(rule, completed), completed, plus(completed, 1))),
          `${rule} completed ${completed}`,
        );
      },
    ),
    { numRuns: 4000 },
  );
});

/**
 * A month or a year after a day that the month has not is its last day: for the oracle, the last of the days
 * from the 28th on.
 */
function shortMonthsToo(rule, completed) {
  const [, month, day] = completed.split("-").map(Number);
  if (day < 29 || !/^FREQ=(MONTHLY|YEARLY)(;INTERVAL=\d+)?(;FROM=COMPLETION)?$/.test(rule)) return rule;
  const days = [28, 29, 30, 31].filter((each) => each <= day).join();
  return `${rule.replace(";FROM=COMPLETION", "")}${rule.startsWith("FREQ=YEARLY") ? `;BYMONTH=${month}` : ""};BYMONTHDAY=${days};BYSETPOS=-1`;
}

for (const [rule, due, completed, wanted] of [
  ["FREQ=DAILY", "2026-11-24", "2026-11-24", "2026-11-25"],
  ["FREQ=DAILY", "2026-11-24", "2026-11-20", "2026-11-25"], // done early
  ["FREQ=DAILY", "2026-11-20", "2026-11-24", "2026-11-24"], // late: still to do today
  ["FREQ=DAILY;INTERVAL=3", "2026-11-20", "2026-11-24", "2026-11-26"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-11-23", "2026-11-23", "2026-11-26"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-11-26", "2026-11-26", "2026-12-07"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", "2026-11-29", "2026-11-29", "2026-12-07"], // a week begins on Monday
  // a due day that is not in the rule
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-25", "2026-11-25", "2026-12-07"],
  ["FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2027-01-30", "2027-01-30", "2027-02-28"],
  ["FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2027-02-28", "2027-02-28", "2027-03-30"], // no drift
  ["FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30", "2026-11-30", "2026-12-31"],
  ["FREQ=MONTHLY;BYDAY=2TU", "2026-11-10", "2026-11-10", "2026-12-08"],
  ["FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27", "2026-11-27", "2026-12-25"],
  // bare, by the RFC: months without a 31st are passed over
  ["FREQ=MONTHLY", "2027-01-31", "2027-01-31", "2027-03-31"],
  ["FREQ=MONTHLY;FROM=COMPLETION", "2027-01-01", "2027-01-31", "2027-02-28"],
  ["FREQ=YEARLY", "2024-02-29", "2024-02-29", "2028-02-29"],
  ["FREQ=YEARLY;FROM=COMPLETION", "2024-02-01", "2024-02-29", "2025-02-28"],
  ["FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=28,29;BYSETPOS=-1", "2024-02-29", "2024-02-29", "2025-02-28"],
  ["FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=28,29;BYSETPOS=-1", "2027-02-28", "2027-02-28", "2028-02-29"],
  ["FREQ=DAILY", null, "2026-11-24", "2026-11-25"],
  ["FREQ=DAILY;INTERVAL=3", "0001-01-01", "9999-12-30", "9999-12-31"],
  ["FREQ=YEARLY", "0004-02-29", "0004-02-29", "0008-02-29"],
  // there is no day after the year 9999
  ["FREQ=YEARLY;INTERVAL=900", "9200-02-28", "9200-02-28", "9999-12-31"],
]) {
  test(`${rule}: due ${due}, completed ${completed}, next ${wanted}`, () =>
    assert.equal(nextDue(rule, due, completed), wanted));
}

test("what is no rule has no next day", () =>
  assert.throws(() => nextDue("FREQ=HOURLY", "2026-11-24", "2026-11-24"), RangeError));

test("two thousand years overdue costs no more than a day", () => {
  const started = performance.now();
  for (let each = 0; each < 1000; each++)
    for (const { value } of presets("0001-01-30", "")) nextDue(value, "0001-01-30", "2026-11-24");
  assert.ok(performance.now() - started < 1000, "7,000 in a second");
});

// —— times and zones

for (const [due, rule, wanted] of [
  ["2026-11-24T17:00", "FREQ=DAILY", "2026-11-25T17:00"],
  ["2026-10-24T17:00+02:00[Europe/Paris]", "FREQ=DAILY", "2026-10-25T17:00+01:00[Europe/Paris]"],
  ["2027-03-27T09:15+01:00[Europe/Paris]", "FREQ=DAILY", "2027-03-28T09:15+02:00[Europe/Paris]"],
  // the clock jumps over it: the offset before
  ["2027-03-27T02:30+01:00[Europe/Paris]", "FREQ=DAILY", "2027-03-28T02:30+01:00[Europe/Paris]"],
  // the clock shows it twice: the first
  ["2026-10-24T02:30+02:00[Europe/Paris]", "FREQ=DAILY", "2026-10-25T02:30+02:00[Europe/Paris]"],
  ["2026-10-24T03:00+02:00[Europe/Paris]", "FREQ=DAILY", "2026-10-25T03:00+01:00[Europe/Paris]"],
  [
    "2026-10-31T00:30-07:00[America/Los_Angeles]",
    "FREQ=DAILY",
    "2026-11-01T00:30-07:00[America/Los_Angeles]",
  ],
  [
    "2026-10-31T23:30-07:00[America/Los_Angeles]",
    "FREQ=DAILY",
    "2026-11-01T23:30-08:00[America/Los_Angeles]",
  ],
  ["2026-11-24T17:00+05:45[Asia/Kathmandu]", "FREQ=YEARLY", "2027-11-24T17:00+05:45[Asia/Kathmandu]"],
  [
    "2026-06-24T17:00+01:00[Europe/London]",
    "FREQ=MONTHLY;INTERVAL=6",
    "2026-12-24T17:00+00:00[Europe/London]",
  ],
  // a zone nobody knows
  ["2026-11-24T17:00+09:00[Mars/Olympus]", "FREQ=DAILY", "2026-11-25T17:00+09:00[Mars/Olympus]"],
]) {
  test(`${due} ${rule} → ${wanted}`, () => assert.equal(nextDue(rule, due, due.slice(0, 10)), wanted));
}

// —— the next task

const id = "0b8a1c7e-2f64-4d0e-9a41-6c1f3f8d2b10";
const task = {
  id,
  set: {
    title: "Water the plants",
    description: "All",
    due: "2026-11-23T08:00",
    status: "completed",
    completed_at: "2026-11-24T10:00:00Z",
    priority: 2,
    list: "l",
    parent: null,
    order: "a1",
    repeat: "FREQ=WEEKLY;BYDAY=MO",
    "label/home": true,
    "label/old": null,
    deleted: null,
    later: "unknown",
  },
};

test("the next task follows from the completed one alone", () => {
  assert.deepEqual(nextTask(task, "2026-11-24"), {
    id: "40a3d7b0-b760-595c-911e-656dd198e42b",
    set: {
      title: "Water the plants",
      description: "All",
      due: "2026-11-30T08:00",
      status: "pending",
      completed_at: null,
      priority: 2,
      list: "l",
      parent: null,
      order: "a1",
      repeat: "FREQ=WEEKLY;BYDAY=MO",
      "label/home": true,
      deleted: null,
    },
  });
  assert.equal(task.set.status, "completed", "the given one is left alone");
});

test("fields that nobody wrote get their defaults", () => {
  assert.deepEqual(nextTask({ id, set: { title: "Milk", repeat: "FREQ=DAILY" } }, "2026-11-24").set, {
    title: "Milk",
    description: "",
    due: "2026-11-25",
    status: "pending",
    completed_at: null,
    priority: 0,
    list: null,
    parent: null,
    repeat: "FREQ=DAILY",
    deleted: null,
  });
});

test("an id of no UUID version has a next one too", () => {
  assert.match(
    nextTask({ ...task, id: "00000000-0000-0000-0000-00000000000a" }, "2026-11-24").id,
    /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test("live subtasks come along, to do again, as many days later", () => {
  const sub = (number, set) => ({
    id: id.replace(/^../, `0${number}`),
    set: {
      title: `Sub ${number}`,
      parent: id,
      status: "completed",
      completed_at: "x",
      repeat: "FREQ=DAILY",
      ...set,
    },
  });
  const next = nextSubtasks(
    [
      sub(1, { due: "2026-11-22T18:30" }),
      sub(2, { due: null, "label/a": true, order: "b" }),
      sub(3, { deleted: "x" }),
    ],
    nextTask(task, "2026-11-24"),
    task.set.due,
  );
  assert.deepEqual(
    next.map(({ set }) => [
      set.title,
      set.due,
      set.status,
      set.completed_at,
      set.repeat,
      set.order,
      set["label/a"],
    ]),
    [
      ["Sub 1", "2026-11-29T18:30", "pending", null, null, undefined, undefined],
      ["Sub 2", null, "pending", null, null, "b", true],
    ],
  );
  assert.deepEqual(new Set(next.map(({ set }) => set.parent)), new Set([nextTask(task, "2026-11-24").id]));
  assert.equal(new Set(next.map((each) => each.id)).size, 2);
});

test("subtasks of a task without a due date move from the day of completion", () => {
  const subtask = { id, set: { title: "Sub", parent: id, due: "2026-11-25" } };
  const [next] = nextSubtasks(
    [subtask],
    nextTask({ id, set: { ...task.set, due: null } }, "2026-11-24"),
    "2026-11-24",
  );
  assert.equal(next.set.due, "2026-12-01"); // the task: Monday 30 November, 6 days on
});

// —— in words

for (const [rule, words] of [
  ["FREQ=DAILY", "every day"],
  ["FREQ=DAILY;INTERVAL=3", "every 3 days"],
  ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"],
  ["FREQ=WEEKLY;BYDAY=MO", "every week on Monday"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Mon and Thu"],
  ["FREQ=WEEKLY;BYDAY=SU", "every week on Sunday"],
  ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR", "every 2 weeks on Mon, Tue, Wed, Thu, and Fri"],
  ["FREQ=MONTHLY", "every month"],
  ["FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"],
  ["FREQ=MONTHLY;BYMONTHDAY=12", "every month on the 12th"],
  ["FREQ=MONTHLY;BYMONTHDAY=22", "every month on the 22nd"],
  ["FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=23", "every 2 months on the 23rd"],
  ["FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "every month on the 30th or the last day"],
  ["FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1", "every month on the 29th or the last day"],
  ["FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"],
  ["FREQ=MONTHLY;BYDAY=2TU", "every month on the second Tuesday"],
  ["FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"],
  ["FREQ=YEARLY;INTERVAL=2", "every 2 years"],
  ["FREQ=WEEKLY;INTERVAL=2;FROM=COMPLETION", "every 2 weeks, from completion"],
  ["FREQ=SECONDLY", "FREQ=SECONDLY"],
]) {
  test(`${rule} reads "${words}"`, () => assert.equal(repeatText(rule), words));
}

test("the menu follows the due date", () => {
  assert.deepEqual(
    presets("2026-11-10T17:00", "2026-11-24").map(({ text: words }) => words),
    [
      "every day",
      "every weekday",
      "every week on Tuesday",
      "every 2 weeks",
      "every month on the 10th",
      "every month on the second Tuesday",
      "every year",
    ],
  );
  assert.deepEqual(
    presets(null, "2026-11-30")
      .slice(4)
      .map(({ value }) => value),
    ["FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=-1MO", "FREQ=YEARLY"],
  );
});

test("every year on 29 February is every year", () => {
  const { value } = presets("2024-02-29", "2026-11-24").at(-1);
  assert.equal(nextDue(value, "2024-02-29", "2024-02-29"), "2025-02-28");
});

test("every rule of the menu holds the day it was made on", () => {
  fc.assert(
    fc.property(anyDay, (day) => {
      for (const { value } of presets(day, "").filter((each) => each.text !== "every weekday"))
        assert.equal(text(expected(value, day, day)), day, value);
    }),
    { numRuns: 500 },
  );
});
