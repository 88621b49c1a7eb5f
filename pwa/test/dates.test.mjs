// Days are text: the same reckoning in every zone. The file runs itself again under each zone, where TZ_CHILD
// tells it so.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import test from "node:test";
import fc from "fast-check";
import {
  addDays,
  addMonths,
  dayHeading,
  dayOf,
  daysBetween,
  dueLong,
  dueText,
  isDay,
  isOverdue,
  localDue,
  monthGrid,
  monthOf,
  timeText,
  wallOf,
  weekdayOf,
  weekStart,
} from "../js/lib/dates.js";
import { useLanguage } from "../js/i18n/i18n.js";
import "./texts.mjs";

const ZONES = {
  "Pacific/Pago_Pago": -660,
  "Etc/UTC": 0,
  "Asia/Kathmandu": 345,
  "Pacific/Kiritimati": 840,
  "Europe/Paris": 60,
  "America/Sao_Paulo": -180,
}; // minutes ahead in January
const TODAY = "2026-11-24"; // a Tuesday
const DAYS_OF_CHANGE = [
  [2026, 3, 29],
  [2026, 10, 25],
  [2018, 11, 4],
  [2018, 2, 18],
  [2026, 1, 1],
  [2028, 2, 29],
  [2026, 12, 31],
]; // Paris, São Paulo, and ends
const text = (y, m, d) => `${y}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
const day = fc
  .integer({ min: -700_000, max: 2_900_000 })
  .map((n) => new Date(n * 86_400_000).toISOString().slice(0, 10)); // the years 53 to 9909
const plain = (written) => written.replace(/[\u202f\u00a0]/g, " ");

if (!process.env.TZ_CHILD) {
  for (const TZ of Object.keys(ZONES)) {
    test(`all of this in ${TZ}`, () => {
      const { NODE_TEST_CONTEXT: _, ...env } = process.env; // else the child reports to the parent's runner
      const child = spawnSync(process.execPath, ["--test-reporter=tap", fileURLToPath(import.meta.url)], {
        env: { ...env, TZ, TZ_CHILD: TZ },
        encoding: "utf8",
      });
      assert.equal(child.status, 0, child.stdout);
      assert.match(child.stdout, /# pass [1-9]/);
    });
  }
} else {
  test("the zone is the asked one", () =>
    assert.equal(0 - new Date(2026, 0, 15).getTimezoneOffset(), ZONES[process.env.TZ_CHILD]));
}

test("a day lasts from its first second to its last, also where clocks change", () => {
  for (const [y, m, d] of DAYS_OF_CHANGE) {
    assert.equal(dayOf(new Date(y, m - 1, d, 23, 59, 59)), text(y, m, d));
    assert.equal(dayOf(new Date(y, m - 1, d, 12)), text(y, m, d));
    // São Paulo's clocks went on at midnight: there was no 00:00:01
    assert.equal(dayOf(new Date(y, m - 1, d, 1, 0, 1)), text(y, m, d));
  }
  assert.equal(dayOf(new Date(2026, 10, 24, 0, 0, 1)), TODAY);
  assert.equal(wallOf(new Date(2026, 10, 4, 7, 5, 59)), "2026-11-04T07:05");
});

test("adding days and counting them are inverse", () => {
  fc.assert(
    fc.property(day, fc.integer({ min: -5000, max: 5000 }), (from, n) => {
      const to = addDays(from, n);
      assert.equal(daysBetween(from, to), n);
      assert.equal(addDays(to, -n), from);
      assert.equal((weekdayOf(from) + 7000 + n) % 7, weekdayOf(to));
      assert.equal(from < to, n > 0);
    }),
  );
});

test("every day of a year with both clock changes follows the one before", () => {
  for (let at = "2026-01-01", n = 0; n < 365; at = addDays(at, 1), n++) {
    const noon = new Date(2026, 0, 1 + n, 12);
    assert.equal(at, dayOf(noon));
    assert.equal(weekdayOf(at), noon.getDay());
  }
});

test("months are added to their last day", () => {
  const cases = [
    ["2026-01-31", 1, "2026-02-28"],
    ["2028-01-31", 1, "2028-02-29"],
    ["2026-11-30", 3, "2027-02-28"],
    ["2026-12-15", 1, "2027-01-15"],
    ["2026-03-31", -1, "2026-02-28"],
    ["2026-11-24", 12, "2027-11-24"],
    ["2026-11-30", 1, "2026-12-30"],
  ];
  for (const [from, n, to] of cases) assert.equal(addMonths(from, n), to);
  assert.equal(monthOf(TODAY), "2026-11");
  assert.deepEqual(
    [
      isDay(2026, 2, 29),
      isDay(2028, 2, 29),
      isDay(2026, 11, 31),
      isDay(2026, 13, 1),
      isDay(2026, 0, 1),
      isDay(2026, 12, 31),
    ],
    [false, true, false, false, false, true],
  );
});

test("a month is whole weeks that hold each of its days once", () => {
  fc.assert(
    fc.property(day, fc.nat(6), (any, first) => {
      const month = monthOf(any);
      const weeks = monthGrid(month, first);
      const days = weeks.flat();
      assert.ok(
        weeks.every(
          (week) =>
            week.length === 7 && weekdayOf(week[0]) === first && week.some((each) => monthOf(each) === month),
        ),
      );
      assert.ok(days.every((each, n) => n === 0 || each === addDays(days[n - 1], 1)));
      const own = days.filter((each) => monthOf(each) === month);
      assert.deepEqual([own[0].slice(8), monthOf(addDays(own.at(-1), 1)) === month], ["01", false]);
    }),
  );
  assert.deepEqual(monthGrid("2026-02", 0).length, 4);
});

const language = async (tag) => useLanguage(null, [tag]);

test("a row says a due as a person would", async () => {
  await language("en-GB");
  const cases = [
    ["2026-11-21", "3 days late"],
    ["2026-11-22", "2 days late"],
    ["2026-11-22T09:00", "2 days late"],
    ["2026-11-23", "Yesterday"],
    ["2026-11-24", "Today"],
    ["2026-11-24T09:05", "Today 09:05"],
    ["2026-11-25", "Tomorrow"],
    ["2026-11-26", "Thu"],
    ["2026-11-27T17:00", "Fri 17:00"],
    ["2026-11-30", "Mon"],
    ["2026-12-01", "1 Dec"],
    ["2026-12-01T00:00", "1 Dec 00:00"],
    ["2027-01-01", "1 Jan 2027"],
  ];
  for (const [due, written] of cases) assert.equal(plain(dueText(due, TODAY)), written);
  await language("en-US");
  assert.equal(plain(dueText("2026-11-27T17:00", TODAY)), "Fri 5:00 PM");
  assert.equal(plain(dueText("2026-12-01", TODAY)), "Dec 1");
  await language("de");
  assert.equal(plain(dueText("2026-11-27T17:00", TODAY)), "Fr 17:00");
});

test("the detail names weekday and date, the agenda the day", async () => {
  await language("en-GB");
  assert.equal(dueLong("2026-11-29", TODAY).replace(",", ""), "Sun 29 Nov");
  assert.equal(dueLong("2026-12-04T17:00", TODAY).replace(",", ""), "Fri 4 Dec 17:00");
  assert.equal(dueLong("2027-12-04T17:00", TODAY).replace(",", ""), "Sat 4 Dec 2027 17:00");
  assert.equal(timeText("2026-12-04"), "");
  assert.deepEqual(dayHeading("2026-11-24", TODAY), { heading: "Today", note: "Tuesday" });
  assert.deepEqual(dayHeading("2026-11-25", TODAY), { heading: "Tomorrow", note: "Wednesday" });
  assert.deepEqual(dayHeading("2026-11-26", TODAY), { heading: "Thursday", note: "" });
  assert.deepEqual(dayHeading("2026-12-01", TODAY), { heading: "1 Dec", note: "Tuesday" });
});

/** A wall time here as a zoned due with the offset in force here. */
function zonedHere(...parts) {
  const date = new Date(...parts);
  const minutes = -date.getTimezoneOffset();
  const offset = `${minutes < 0 ? "-" : "+"}${String(Math.floor(Math.abs(minutes) / 60)).padStart(2, "0")}:${String(Math.abs(minutes) % 60).padStart(2, "0")}`;
  return `${wallOf(date)}${offset}[${Intl.DateTimeFormat().resolvedOptions().timeZone.replace(/^UTC$/, "Etc/UTC")}]`;
}

test("a zoned due is shown by this device's wall", async () => {
  const due = "2026-11-30T17:00+01:00[Europe/Paris]";
  const instant = new Date(Date.UTC(2026, 10, 30, 16));
  assert.equal(localDue(due), wallOf(instant));
  assert.equal(localDue("2026-11-30T17:00"), "2026-11-30T17:00");
  assert.equal(localDue("2026-11-30"), "2026-11-30");
  for (const [month, date] of [
    [0, 15],
    [2, 29],
    [6, 15],
    [9, 25],
  ])
    assert.equal(localDue(zonedHere(2026, month, date, 4, 30)), `${text(2026, month + 1, date)}T04:30`);
  await language("en-GB");
  assert.equal(dueText(due, dayOf(instant)), `Today ${wallOf(instant).slice(11)}`);
  const here = zonedHere(2026, 11, 4, 17);
  assert.equal(
    dueLong(here, TODAY).replace(",", ""),
    `Fri 4 Dec 17:00 (${here.slice(23, -1).replaceAll("_", " ")})`,
  );
  if (process.env.TZ_CHILD === "Pacific/Kiritimati")
    assert.equal(dueLong(due, TODAY).replaceAll(",", ""), "Tue 1 Dec 06:00 (Mon 30 Nov 17:00 Europe/Paris)");
  if (process.env.TZ_CHILD === "America/Sao_Paulo")
    assert.equal(dueLong(due, TODAY).replaceAll(",", ""), "Mon 30 Nov 13:00 (17:00 Europe/Paris)");
});

test("overdue is a day that is over or a minute that is past", () => {
  const at = (h, m, s = 0) => new Date(2026, 10, 24, h, m, s);
  const cases = [
    ["2026-11-23", at(0, 0, 1), true],
    ["2026-11-24", at(23, 59, 59), false],
    ["2026-11-24T17:00", at(17, 0, 59), false],
    ["2026-11-24T17:00", at(17, 1), true],
    ["2026-11-25T00:00", at(23, 59, 59), false],
    ["2026-11-23T23:59", at(0, 0), true],
    [zonedHere(2026, 10, 24, 17), at(17, 0, 59), false],
    [zonedHere(2026, 10, 24, 17), at(17, 1), true],
  ];
  for (const [due, now, expected] of cases) assert.equal(isOverdue(due, now), expected, `${due} at ${now}`);
  // 02:40 in Paris, before the clocks go back; the due is the 02:30 after
  const firstTwo = new Date(Date.UTC(2026, 9, 25, 0, 40));
  assert.equal(isOverdue("2026-10-25T02:30+01:00[Europe/Paris]", firstTwo), false);
  assert.equal(isOverdue("2026-10-25T02:30+02:00[Europe/Paris]", firstTwo), true);
});

test("weeks start where the person lives", async () => {
  for (const [tag, first] of [
    ["en-US", 0],
    ["en-GB", 1],
    ["de-DE", 1],
  ]) {
    await language(tag);
    assert.equal(weekStart(), first, tag);
  }
});
