"""An independent parser reads the app's iCalendar export, and its content equals the tasks."""

import json
import random
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

WRITER = Path(__file__).with_name("ics_file.mjs")
NOW = "2026-11-24T12:00:00.000Z"
TEXTS = [
    "Milk",
    "a, b; c\\d",
    "two\nlines\r\nthree",
    "ä€😀" * 60,
    "x" * 200,
    "\\n",
    ":;,\"'",
    "BEGIN:VEVENT\nEND:VCALENDAR",
    "tab\there",
    " spaces ",
    "e\u0301" * 80,
]
DUES = {
    None: None,
    "2026-11-30": date(2026, 11, 30),
    "2026-11-30T17:00": datetime.fromisoformat("2026-11-30T17:00"),
    "2024-02-29": date(2024, 2, 29),
    "2026-07-01T09:30+02:00[Europe/Paris]": datetime(
        2026, 7, 1, 9, 30, tzinfo=ZoneInfo("Europe/Paris")
    ),
    "2026-01-15T09:30+05:30[Asia/Kolkata]": datetime(
        2026, 1, 15, 9, 30, tzinfo=ZoneInfo("Asia/Kolkata")
    ),
    "2027-12-31T23:59+13:00[Pacific/Auckland]": datetime(
        2027, 12, 31, 23, 59, tzinfo=ZoneInfo("Pacific/Auckland")
    ),
    "2026-07-01T09:30+02:00[Mars/Olympus]": datetime(2026, 7, 1, 7, 30, tzinfo=UTC),
}
REPEATS = [
    None,
    "FREQ=DAILY",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR",
    "FREQ=MONTHLY;BYDAY=-1FR;FROM=COMPLETION",
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
    "FREQ=YEARLY",
]
STATUSES = {"pending": "NEEDS-ACTION", "in_progress": "IN-PROCESS", "completed": "COMPLETED"}
PRIORITIES = {0: None, 1: 9, 2: 5, 3: 1}
CASES = 300


def _id(number):
    return f"00000000-0000-4000-8000-{number:012}"


def _task(chance, number):
    status = chance.choice(list(STATUSES))
    labels = chance.sample(["home", "a,b", "c;d\\e", "ümläut"], chance.randint(0, 3))
    return {
        "kind": "task",
        "id": _id(number),
        "space": "s",
        "values": {
            "title": chance.choice(TEXTS),
            "description": chance.choice(["", *TEXTS]),
            "due": chance.choice(list(DUES)),
            "status": status,
            "completed_at": "2026-11-02T03:04:05.678+01:00" if status == "completed" else None,
            "priority": chance.randint(0, 3),
            "order": f"a{number:05}",
            "parent": _id(chance.randrange(number)) if number and chance.random() < 0.5 else None,
            "repeat": chance.choice(REPEATS),
            **{f"label/{name}": True for name in labels},
        },
    }


def _written(records):
    return subprocess.run(
        ["node", str(WRITER)],
        input=json.dumps({"records": records, "now": NOW}),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    ).stdout


def _text(text):
    return text.replace("\r\n", "\n")


@pytest.fixture(scope="module")
def read():
    tasks = [_task(random.Random(number), number) for number in range(CASES)]
    trash = [
        {"kind": "list", "id": _id(9000), "values": {"name": "Old", "deleted": NOW}},
        {"kind": "task", "id": _id(9001), "values": {"title": "gone", "deleted": NOW}},
        {
            "kind": "task",
            "id": _id(9002),
            "values": {"title": "in a list that is gone", "list": _id(9000)},
        },
    ]
    calendar = Calendar.from_ical(_written([*tasks, *trash]))
    assert not [error for component in calendar.walk() for error in component.errors]
    return (
        {task["id"]: task["values"] for task in tasks},
        {str(todo["UID"]): todo for todo in calendar.walk("VTODO")},
        calendar,
    )


def test_every_task_but_the_trash_is_there_and_nothing_else(read):
    tasks, todos, calendar = read
    assert set(todos) == set(tasks)
    assert {component.name for component in calendar.subcomponents} == {"VTODO", "VTIMEZONE"}
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"]


def test_every_field_says_what_the_task_says(read):
    tasks, todos, _ = read
    for key, values in tasks.items():
        todo = todos[key]
        assert todo["SUMMARY"] == _text(values["title"])
        assert todo.get("DESCRIPTION", "") == _text(values["description"])
        assert todo["STATUS"] == STATUSES[values["status"]]
        assert todo.get("PRIORITY") == PRIORITIES[values["priority"]]
        assert todo.get("RELATED-TO") == values["parent"]
        assert set(todo.categories) == {field[6:] for field in values if field.startswith("label/")}
        assert todo["DTSTAMP"].dt == datetime(2026, 11, 24, 12, tzinfo=UTC)
        completed = todo.get("COMPLETED")
        assert (completed and completed.dt) == (
            datetime(2026, 11, 2, 2, 4, 5, tzinfo=UTC) if values["completed_at"] else None
        )


def test_due_dates_keep_their_form_and_their_zone(read):
    tasks, todos, _ = read
    for key, values in tasks.items():
        due, wanted = todos[key].get("DUE"), DUES[values["due"]]
        assert (due and due.dt) == wanted
        if isinstance(wanted, datetime):
            assert due.dt.utcoffset() == wanted.utcoffset()


def test_rules_of_repeating_are_kept_where_there_is_a_date_to_count_from(read):
    tasks, todos, _ = read
    for key, values in tasks.items():
        rule = todos[key].get("RRULE")
        if not (values["repeat"] and values["due"]):
            assert rule is None
            continue
        wanted = dict(
            part.split("=") for part in values["repeat"].removesuffix(";FROM=COMPLETION").split(";")
        )
        assert {name: ",".join(map(str, value)) for name, value in rule.items()} == wanted
        assert todos[key]["DTSTART"].dt == todos[key]["DUE"].dt


def test_each_zone_is_described_as_the_zone_is(read):
    _, _, calendar = read
    zones = {str(zone["TZID"]): zone.to_tz() for zone in calendar.walk("VTIMEZONE")}
    assert set(zones) == {"Europe/Paris", "Asia/Kolkata", "Pacific/Auckland"}
    for name, zone in zones.items():
        for day in range(365 * 10):
            wall = datetime.fromordinal(date(2027, 1, 1).toordinal() + day).replace(hour=12)
            assert (
                wall.replace(tzinfo=zone).utcoffset()
                == wall.replace(tzinfo=ZoneInfo(name)).utcoffset()
            ), (name, wall)
