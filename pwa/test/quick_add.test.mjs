// Plain words to task facts. It is Tuesday, 24 November 2026, eleven in the morning. Each case: what is
// typed, the title, the facts.
import assert from "node:assert/strict";
import test, { before } from "node:test";
import fc from "fast-check";
import { useLanguage } from "../js/i18n/i18n.js";
import { parse, withChrono } from "../js/domain/quick_add/parser.js";
import { lines } from "../js/domain/quick_add/pasted_lines.js";
import { isRepeat, makeRepeat, repeatText } from "../js/domain/repeat/repeat.js";
import "./texts.mjs";

const NOW = new Date(2026, 10, 24, 11, 0);
const LISTS = [
  { id: "house", name: "House" },
  { id: "garden", name: "House & garden" },
  { id: null, name: "Inbox" },
  { id: "cafe", name: "Café" },
];
const options = { now: NOW, lists: LISTS };
const shown = ({ title, facts }) =>
  [title, ...facts.map(({ kind, value }) => `${kind} ${value}`)].join(" | ");
const read = (text, more) => shown(parse(text, { ...options, ...more }));
const check = (cases) => cases.forEach(([text, expected]) => assert.equal(read(text), expected, text));
const speak = (tag) => useLanguage(null, [tag]);
before(() => speak("en-GB"));

const DAYS = [
  ["today", "2026-11-24"],
  ["tomorrow", "2026-11-25"],
  ["tmr", "2026-11-25"],
  ["tom", "2026-11-25"],
  ["the day after tomorrow", "2026-11-26"],
  ["tonight", "2026-11-24T20:00"],
  ["tonight at 9", "2026-11-24T21:00"],
  ["this evening", "2026-11-24T20:00"],
  ["fri", "2026-11-27"],
  ["Friday", "2026-11-27"],
  ["tue", "2026-12-01"],
  ["mon", "2026-11-30"],
  ["on thursday", "2026-11-26"],
  ["by fri", "2026-11-27"],
  ["due sat", "2026-11-28"],
  ["this fri", "2026-11-27"],
  ["next fri", "2026-12-04"],
  ["next tue", "2026-12-01"],
  ["sun", "2026-11-29"],
  ["sun 5pm", "2026-11-29T17:00"],
  ["wed at 17:00", "2026-11-25T17:00"],
  ["next week", "2026-11-30"],
  ["next month", "2026-12-01"],
  ["next year", "2027-01-01"],
  ["in 3 days", "2026-11-27"],
  ["in 2 weeks", "2026-12-08"],
  ["in a month", "2026-12-24"],
  ["in two weeks", "2026-12-08"],
  ["in a year", "2027-11-24"],
  ["in 2 hours", "2026-11-24T13:00"],
  ["in 15 minutes", "2026-11-24T11:15"],
  ["in 14 hours", "2026-11-25T01:00"],
  ["30 nov", "2026-11-30"],
  ["nov 30", "2026-11-30"],
  ["30th of November", "2026-11-30"],
  ["Nov 30th, 2027", "2027-11-30"],
  ["24 nov", "2026-11-24"],
  ["23 nov", "2027-11-23"],
  ["29 feb", "2028-02-29"],
  ["may 5", "2027-05-05"],
  ["2 march", "2027-03-02"],
  ["fri 4 dec", "2026-12-04"],
  ["30.11.", "2026-11-30"],
  ["30.11.2026", "2026-11-30"],
  ["1.2.", "2027-02-01"],
  ["2026-11-30", "2026-11-30"],
  ["2026-11-30 17:00", "2026-11-30T17:00"],
  ["30/11", "2026-11-30"],
  ["11/12", "2026-12-11"],
  ["11/12/2027", "2027-12-11"],
  ["11/30", "2026-11-30"],
  ["on 1/2", "2027-02-01"],
  ["on the 30th", "2026-11-30"],
  ["by the 3rd", "2026-12-03"],
  ["weekend", "2026-11-28"],
  ["this weekend", "2026-11-28"],
  ["next weekend", "2026-12-05"],
  ["fri 5pm", "2026-11-27T17:00"],
  ["5pm fri", "2026-11-27T17:00"],
  ["fri, 5:30 pm", "2026-11-27T17:30"],
  ["fri at 5", "2026-11-27T17:00"],
  ["fri at 9", "2026-11-27T09:00"],
  ["fri at 14", "2026-11-27T14:00"],
  ["fri 5am", "2026-11-27T05:00"],
  ["fri 12am", "2026-11-27T00:00"],
  ["fri 12pm", "2026-11-27T12:00"],
  ["fri noon", "2026-11-27T12:00"],
  ["fri midnight", "2026-11-27T23:59"],
  ["tomorrow morning", "2026-11-25T09:00"],
  ["5pm", "2026-11-24T17:00"],
  ["17:00", "2026-11-24T17:00"],
  ["at 5pm", "2026-11-24T17:00"],
  ["10:00", "2026-11-25T10:00"],
  ["11:00", "2026-11-25T11:00"],
  ["11:01", "2026-11-24T11:01"],
  ["at noon", "2026-11-24T12:00"],
];

test("dates and times in words become a due", () => {
  for (const [words, due] of DAYS) {
    assert.equal(read(`pay rent ${words}`), `pay rent | due ${due}`, words);
    assert.equal(parse(`pay rent ${words}`, options).facts[0].words, words);
  }
});

test("a past day is a due where it is written in full at the end, or where any day may be meant", () => {
  check([
    ["Dentist 2026-11-20 5pm", "Dentist | due 2026-11-20T17:00"],
    ["Pay 2026-11-20 #home", "Pay | due 2026-11-20 | label home"],
    ["2026-11-20 notes", "2026-11-20 notes"],
    ["Photos 20.11.2026", "Photos 20.11.2026"],
    ["Read 0000-01-01", "Read 0000-01-01"],
  ]);
  assert.equal(read("x 20.11.2026", { isAnyDay: true }), "x | due 2026-11-20");
  assert.equal(read("x 5 May 2019", { isAnyDay: true }), "x | due 2019-05-05");
});

test("a day of every month, either way round, and no rule that would lose a part", () => {
  const due = (rule, day) => `Pay | repeat ${rule} | due ${day}`;
  check([
    ["Pay 1st of every month", due("FREQ=MONTHLY;BYMONTHDAY=1", "2026-12-01")],
    ["Pay on the 31st of each month", due("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30")],
    ["Pay every 1st and 15th", "Pay every 1st and 15th"],
    ["Pay every 1st, 15th", "Pay every 1st, 15th"],
  ]);
});

test("dates read the same at the start", () => {
  for (const [words, due] of DAYS.filter(
    ([words]) => !/^(sun|sat|wed|tom|due sat|weekend|on the 30th|by the 3rd)$/.test(words),
  ))
    assert.equal(read(`${words} pay rent`), `pay rent | due ${due}`, words);
});

const WORDS = [
  "buy sun cream",
  "call may",
  "read chapter 5",
  "at 5 people",
  "march on",
  "second coat",
  "10 eggs",
  "1/2 cup flour",
  "version 2.0",
  "order 66",
  "install version 2.1.",
  "Hello!",
  "wow!!!",
  "a ! b",
  "plan weekend trip",
  "daily standup notes",
  "write weekly report",
  "call Tom",
  "lie in the sun",
  "may I ask",
  "call may 5 times",
  "issue #42",
  "mail a@house.org",
  "@nowhere",
  "black friday deals",
  "last friday",
  "read monday.com",
  "friday's notes",
  "24/7 support",
  "task 3/4",
  "watch episode 10/12",
  "10.1.20.5",
  "ratio 16:9",
  "31.2.",
  "2026-02-30",
  "2020-01-01 report",
  "99:99",
  "13pm",
  "0am",
  "10:75",
  "25:00",
  "at 25:00",
  "everyday shoes",
  "every second counts",
  "every 0 days",
  "every 32nd",
  "in 0 days",
  "tomfoolery",
  "monkey fritters",
  "the wed list",
  "send the friday report",
  "march 50",
  "buy 2 mars bars",
  "noon-time walk",
  "midnight snack",
  "morning run",
  "30 november 2020",
  "he sat down",
  "one second",
  "no. 5",
  "room 5/12",
  "5 to 7 people",
  "by 5 authors",
  "!4",
  "#",
  "5%",
];

test("plain words stay words", async () => {
  for (const text of WORDS.flatMap((words) => [words, `ask: ${words}`])) {
    assert.equal(read(text), text);
    assert.equal(shown(await withChrono(text, options)), text);
  }
});

test("American dates have the month first", async () => {
  await speak("en-US");
  check([
    ["pay 11/12", "pay | due 2027-11-12"],
    ["pay 12/11", "pay | due 2026-12-11"],
    ["pay 30/11", "pay | due 2026-11-30"],
  ]);
  await speak("en-GB");
});

test("labels, lists and priorities", () => {
  check([
    ["call #home", "call | label home"],
    ["#a/b-c_1 call #über", "call | label a/b-c_1 | label über"],
    [`x #${"a".repeat(60)}`, `x | label ${"a".repeat(60)}`],
    [`x #${"a".repeat(61)}`, `x #${"a".repeat(61)}`],
    ["call #home, then rest", "call, then rest | label home"],
    ["weed @house & garden fri", "weed | list garden | due 2026-11-27"],
    ["weed @House", "weed | list house"],
    ["weed @houses", "weed @houses"],
    ["tea @CAFÉ", "tea | list cafe"],
    ["x @inbox", "x | list null"],
    ["x @house @inbox", "x @house | list null"],
    ["x !high", "x | priority 3"],
    ["x !medium", "x | priority 2"],
    ["x !low", "x | priority 1"],
    ["x !1", "x | priority 3"],
    ["x !2", "x | priority 2"],
    ["x !3", "x | priority 1"],
    ["!!! x", "x | priority 3"],
    ["x !!", "x | priority 2"],
    ["x !low !high", "x !low | priority 3"],
  ]);
});

const REPEATS = [
  ["every day", "FREQ=DAILY", "2026-11-24"],
  ["every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "2026-11-24"],
  ["every week", "FREQ=WEEKLY", "2026-11-24"],
  ["every 2 weeks", "FREQ=WEEKLY;INTERVAL=2", "2026-11-24"],
  ["every other week", "FREQ=WEEKLY;INTERVAL=2", "2026-11-24"],
  ["every fri", "FREQ=WEEKLY;BYDAY=FR", "2026-11-27"],
  ["every tuesday", "FREQ=WEEKLY;BYDAY=TU", "2026-11-24"],
  ["every mon and thu", "FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-26"],
  ["every mon, wed, and sun", "FREQ=WEEKLY;BYDAY=MO,WE,SU", "2026-11-25"],
  ["every other fri", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "2026-11-27"],
  ["every month", "FREQ=MONTHLY", "2026-11-24"],
  ["every 3 months", "FREQ=MONTHLY;INTERVAL=3", "2026-11-24"],
  ["every 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-12-15"],
  ["every 30th", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2026-11-30"],
  ["every 31st", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"],
  ["every last day", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"],
  ["every last day of the month", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"],
  ["every 2nd tuesday", "FREQ=MONTHLY;BYDAY=2TU", "2026-12-08"],
  ["every last fri", "FREQ=MONTHLY;BYDAY=-1FR", "2026-11-27"],
  ["every year", "FREQ=YEARLY", "2026-11-24"],
  ["daily", "FREQ=DAILY", "2026-11-24"],
  ["weekly", "FREQ=WEEKLY", "2026-11-24"],
  ["monthly", "FREQ=MONTHLY", "2026-11-24"],
  ["yearly", "FREQ=YEARLY", "2026-11-24"],
  ["every! 3 days", "FREQ=DAILY;INTERVAL=3;FROM=COMPLETION", "2026-11-24"],
  ["every 3 days after completion", "FREQ=DAILY;INTERVAL=3;FROM=COMPLETION", "2026-11-24"],
  ["every weekend", "FREQ=WEEKLY;BYDAY=SA", "2026-11-28"],
  ["every day 8am", "FREQ=DAILY", "2026-11-25T08:00"],
  ["every tue 8am", "FREQ=WEEKLY;BYDAY=TU", "2026-12-01T08:00"],
  ["every tue 5pm", "FREQ=WEEKLY;BYDAY=TU", "2026-11-24T17:00"],
  ["every fri at 5", "FREQ=WEEKLY;BYDAY=FR", "2026-11-27T17:00"],
  ["daily 17:00", "FREQ=DAILY", "2026-11-24T17:00"],
];

test("a rhythm becomes a repeat with its first due", () => {
  for (const [words, repeat, due] of REPEATS) {
    assert.equal(read(`pay rent ${words}`), `pay rent | repeat ${repeat} | due ${due}`, words);
    assert.ok(isRepeat(parse(`x ${words}`, options).facts[0].value));
  }
  check([
    [
      "pay rent fri 5pm #home !high every month",
      "pay rent | due 2026-11-27T17:00 | label home | priority 3 | repeat FREQ=MONTHLY",
    ],
    ["pay every month 31 dec", "pay | repeat FREQ=MONTHLY;BYMONTHDAY=-1 | due 2026-12-31"],
    [
      "pay every year 29 feb",
      "pay | repeat FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=28,29;BYSETPOS=-1 | due 2028-02-29",
    ],
    ["pay every 999 years 29 feb", "pay | repeat FREQ=YEARLY;INTERVAL=999 | due 2028-02-29"],
  ]);
});

test("a due that only its repeat implies has the repeat's words", () => {
  const [repeat, due] = parse("pay every fri", options).facts;
  assert.deepEqual([due.isImplied, due.words, due.spans], [true, repeat.words, repeat.spans]);
  assert.equal(parse("pay every fri 5pm", options).facts[1].words, "5pm");
});

test("a rule in words is read back as the same rule", () => {
  const interval = fc.constantFrom(1, 2, 3, 14);
  const days = fc.uniqueArray(fc.constantFrom("MO", "TU", "WE", "TH", "FR", "SA", "SU"), { minLength: 1 });
  const isFromCompletion = fc.boolean();
  const rules = fc
    .oneof(
      fc.record({ freq: fc.constantFrom("DAILY", "WEEKLY", "YEARLY"), interval, isFromCompletion }),
      fc.record({ freq: fc.constant("WEEKLY"), interval, byDay: days, isFromCompletion }),
      fc.record({
        freq: fc.constant("MONTHLY"),
        interval,
        isFromCompletion,
        byMonthDay: fc.integer({ min: 1, max: 31 }),
      }),
      fc.record({
        freq: fc.constant("MONTHLY"),
        interval,
        isFromCompletion,
        nth: fc.constantFrom(1, 2, 3, 4, -1),
        byDay: fc.constantFrom(["MO"], ["SU"], ["WE"]),
      }),
    )
    .map(makeRepeat);
  fc.assert(
    fc.property(rules, (rule) => {
      const { title, facts } = parse(`water the plants ${repeatText(rule)}`, options);
      assert.equal(title, "water the plants", repeatText(rule));
      assert.equal(facts[0].value, rule, repeatText(rule));
    }),
    { numRuns: 400 },
  );
});

test("date and time apart are one due of two spans, and the last date wins", () => {
  const text = "fri lunch with Ann at 1pm";
  const {
    title,
    facts: [due],
  } = parse(text, options);
  assert.deepEqual([title, due.value, due.words], ["lunch with Ann", "2026-11-27T13:00", "fri … at 1pm"]);
  assert.deepEqual(
    due.spans.map(({ start, end }) => text.slice(start, end)),
    ["fri", "at 1pm"],
  );
  check([
    ["move mon meeting to fri", "move mon meeting to | due 2026-11-27"],
    ["fri 9am or mon 10am", "fri 9am or | due 2026-11-30T10:00"],
    ["lunch (fri) there", "lunch there | due 2026-11-27"],
    ["call mum fri!", "call mum! | due 2026-11-27"],
  ]);
});

test("quoted words are never read, and lose the quotes that guarded them", () => {
  check([
    ['read "fri 5pm" mon', "read fri 5pm | due 2026-11-30"],
    ["read “tomorrow #x” tomorrow", "read tomorrow #x | due 2026-11-25"],
    ['read "War and Peace" fri', 'read "War and Peace" | due 2026-11-27'],
    ['"fri', '"fri'],
    ['27" screen fri', '27" screen | due 2026-11-27'],
  ]);
});

test("what was turned back into words stays words while typing goes on", () => {
  assert.equal(read("lunch fri 5pm #home", { kept: ["fri 5pm"] }), "lunch fri 5pm | label home");
  assert.equal(read("fri lunch at 5pm x", { kept: ["fri … at 5pm"] }), "fri lunch at 5pm x");
  assert.equal(read("lunch fri on friday", { kept: ["fri"] }), "lunch fri | due 2026-11-27");
  assert.equal(read("pay every fri", { kept: ["every fri"] }), "pay every fri");
  assert.equal(read("x #home #homes", { kept: ["#home"] }), "x #home | label homes");
});

test("a task is never left without a title", () =>
  check([
    ["tomorrow", "tomorrow"],
    ["fri 5pm #home !high", "fri 5pm #home !high"],
    ["  ", ""],
    ["(fri)", "(fri)"],
  ]));

test("the spans of any text are its words, in order, and the title holds none of them twice", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...DAYS.map(([words]) => words),
      ...REPEATS.map(([words]) => words),
      ...WORDS,
      "#home",
      "!high",
      "@house",
      '"',
      "“",
      "”",
      ",",
    ),
    fc.string({ unit: "grapheme" }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join(" ");
      const { title, facts } = parse(text, options);
      const spans = facts
        .filter(({ isImplied }) => !isImplied)
        .flatMap(({ spans }) => spans)
        .sort((a, b) => a.start - b.start);
      spans.forEach(({ start, end }, n) =>
        assert.ok(start < end && end <= text.length && start >= (spans[n - 1]?.end ?? 0)),
      );
      for (const { words, spans } of facts)
        assert.equal(
          words.replaceAll(/ … |[\s,]/g, ""),
          spans
            .map(({ start, end }) => text.slice(start, end))
            .join("")
            .replaceAll(/[\s,]/g, ""),
        );
      assert.ok(facts.filter(({ kind }) => kind === "due").length <= 1);
      assert.ok(title.length <= text.length + 1);
      assert.ok(facts.length === 0 || title);
    }),
    { numRuns: 500 },
  );
});

test("a long text is read in no time", () => {
  for (const part of ["every mon ", "fri at ", "in 3 ", "#a ", '"', " ", "1.", "every mon,", "on the "]) {
    const text = part.repeat(500);
    const start = performance.now();
    parse(text, options);
    assert.ok(performance.now() - start < 500, part);
  }
});

test("German is read beside English", async () => {
  await speak("de");
  check([
    ["Miete heute", "Miete | due 2026-11-24"],
    ["x morgen", "x | due 2026-11-25"],
    ["x übermorgen", "x | due 2026-11-26"],
    ["x morgen früh", "x | due 2026-11-25T09:00"],
    ["x heute Abend", "x | due 2026-11-24T20:00"],
    ["x Montag", "x | due 2026-11-30"],
    ["x Mo", "x | due 2026-11-30"],
    ["x Mo 9 Uhr", "x | due 2026-11-30T09:00"],
    ["x nächste Woche", "x | due 2026-11-30"],
    ["x nächsten Freitag", "x | due 2026-12-04"],
    ["x in 3 Tage", "x | due 2026-11-27"],
    ["x in zwei Wochen", "x | due 2026-12-08"],
    ["x um 17 Uhr", "x | due 2026-11-24T17:00"],
    ["x 17 Uhr", "x | due 2026-11-24T17:00"],
    ["x Freitag 17.30 Uhr", "x | due 2026-11-27T17:30"],
    ["x am 30. November", "x | due 2026-11-30"],
    ["x bis 4.12.", "x | due 2026-12-04"],
    ["x 11/12", "x | due 2026-12-11"],
    ["x jeden Tag", "x | repeat FREQ=DAILY | due 2026-11-24"],
    ["x jede Woche", "x | repeat FREQ=WEEKLY | due 2026-11-24"],
    ["x jeden Montag", "x | repeat FREQ=WEEKLY;BYDAY=MO | due 2026-11-30"],
    ["x alle 2 Wochen", "x | repeat FREQ=WEEKLY;INTERVAL=2 | due 2026-11-24"],
    ["x jeden Mo und Do", "x | repeat FREQ=WEEKLY;BYDAY=MO,TH | due 2026-11-26"],
    ["x jeden Monat", "x | repeat FREQ=MONTHLY | due 2026-11-24"],
    ["x jeden 2. Dienstag", "x | repeat FREQ=MONTHLY;BYDAY=2TU | due 2026-12-08"],
    ["x jeden 15.", "x | repeat FREQ=MONTHLY;BYMONTHDAY=15 | due 2026-12-15"],
    ["x täglich", "x | repeat FREQ=DAILY | due 2026-11-24"],
    ["x !hoch", "x | priority 3"],
    ["x !mittel", "x | priority 2"],
    ["x !niedrig", "x | priority 1"],
    ["x fri 5pm", "x | due 2026-11-27T17:00"],
    ["mach das so", "mach das so"],
    ["so geht das", "so geht das"],
    ["ach so", "ach so"],
    ["guten Morgen sagen", "guten Morgen sagen"],
    ["Kapitel 5 lesen", "Kapitel 5 lesen"],
    ["do it", "do it"],
    ["Sauna", "Sauna"],
    ["alle Eier", "alle Eier"],
    ["mai tai", "mai tai"],
  ]);
  assert.deepEqual(lines("10. Dezember Zahnarzt")[0].title, "10. Dezember Zahnarzt");
  await speak("en-GB");
  check([["x heute", "x heute"]]);
});

test("chrono-node is asked where the hand rules find no due", async () => {
  const cases = [
    ["pay within 2 days #home", "pay | due 2026-11-26 | label home"],
    ["pay 5 days from now", "pay | due 2026-11-29"],
    ["call in half an hour", "call | due 2026-11-24T11:30"],
    ["pay fri", "pay | due 2026-11-27"],
    ["trip Dec 5-7", "trip Dec 5-7"],
    ["call 3 days ago", "call 3 days ago"],
    ['say "within 2 days"', 'say "within 2 days"'],
  ];
  for (const [text, expected] of cases) assert.equal(shown(await withChrono(text, options)), expected);
  assert.equal(
    shown(await withChrono("pay within 2 days", { ...options, kept: ["within 2 days"] })),
    "pay within 2 days",
  );
});

test("pasted lines become tasks, indented ones subtasks", () => {
  const flat = (text) =>
    lines(text).map(({ title, depth, isDone }) => `${depth}${isDone ? "x" : ""} ${title}`);
  assert.deepEqual(
    flat(
      "- milk\r\n* eggs\n\n• tea\n1. one\n2) two\n[ ] box\n- [ ] open\n- [x] done\n[X] Done\n- \n-5 degrees",
    ),
    ["0 milk", "0 eggs", "0 tea", "0 one", "0 two", "0 box", "0 open", "0x done", "0x Done", "0 -5 degrees"],
  );
  assert.deepEqual(flat("  trip\n    - pack\n\t\t- socks\n   book"), [
    "0 trip",
    "1 pack",
    "1 socks",
    "0 book",
  ]);
  assert.deepEqual(flat("    lost\nhome\n\tchild"), ["0 lost", "0 home", "1 child"]);
  assert.deepEqual(flat("10. December dentist\n2026 plan\n3.5 km run"), [
    "0 10. December dentist",
    "0 2026 plan",
    "0 3.5 km run",
  ]);
  assert.deepEqual(lines(" \n"), []);
});
