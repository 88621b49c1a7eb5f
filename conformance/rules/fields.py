"""Section "Kinds and fields": values that are taken, and values that are not."""

from typing import Any

from conformance.checking import rule, same
from conformance.merging import values
from conformance.world import World, comment, new_id, task

SECTION = "Kinds and fields"
MOMENT = "2026-11-23T18:20:32Z"
NOT_TEXT: list[Any] = [None, 5, True]
GOOD_RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=2",
    "FREQ=WEEKLY;BYDAY=MO,WE",
    "FREQ=WEEKLY;INTERVAL=999;BYDAY=SU",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=28",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
    "FREQ=YEARLY;FROM=COMPLETION",
)
BAD_RULES = (
    "",
    "FREQ=HOURLY",
    "INTERVAL=2;FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=1",
    "FREQ=DAILY;INTERVAL=1000",
    "FREQ=DAILY;BYDAY=MO",
    "FREQ=WEEKLY;BYDAY=WE,MO",
    "FREQ=MONTHLY;BYDAY=5TU",
    "FREQ=MONTHLY;BYMONTHDAY=29",
    "FREQ=MONTHLY;BYMONTHDAY=-2",
    "FREQ=MONTHLY;BYDAY=2TU;BYMONTHDAY=1",
    "FREQ=YEARLY;BYMONTHDAY=1",
    "FREQ=DAILY;FROM=DUE",
    "freq=daily",
)


def _check(world: World, base: Any, kind: str, name: str, good: Any, bad: Any) -> None:
    """Values of one field: a good one comes back as it was sent, a bad one is refused."""
    device = world.device
    changes = [device.change(base | {name: value}, kind=kind) for value in (*good, *bad)]
    outcomes = device.push(*changes)["outcomes"]
    found = device.records()
    told = zip(changes, outcomes, (*good, *bad), strict=True)
    for place, (change, outcome, value) in enumerate(told):
        what = f"{kind}.{name} = {str(value)[:60]!r}"
        if place < len(good):
            same(f"{what} is taken", "seq" in outcome, True)
            same(what, values(found[change["id"]])[name], value)
        else:
            same(f"{what} is refused", outcome.get("code"), "bad_value")


@rule(
    SECTION,
    "text, 1–500 characters, not only white space",
    "Lengths count Unicode code points after NFC",
)
def title(world: World) -> None:
    good = ["M", "ü" * 500, "\U0001f600" * 500, "u\u0308" * 500, "<b>&amp;"]
    bad = [*NOT_TEXT, "", " \t\n ", "x" * 501, "a\0b"]
    _check(world, task(), "task", "title", good, bad)


@rule(SECTION, "`pending`, `in_progress` or `completed`", "always set together with `status`")
def status(world: World) -> None:
    _check(world, task(), "task", "status", ["pending", "in_progress"], ["done", None, "", 1])
    done = task(status="completed")
    good = [MOMENT, "2026-11-23T18:20:32.123Z"]
    _check(world, done, "task", "completed_at", good, ["2026-11-23", "soon", 5, True])


@rule(SECTION, "text, up to 20,000 characters", "`null` is allowed only where the table says so")
def description(world: World) -> None:
    _check(
        world, task(), "task", "description", ["", "x" * 20_000, "a\nb"], [*NOT_TEXT, "x" * 20_001]
    )


@rule(SECTION, "a wall time `2026-11-30T17:00`, in any time zone", "a day is never an instant")
def due(world: World) -> None:
    zoned = "2026-11-30T17:00+01:00[Europe/Paris]"
    good = [None, "2026-11-30", "2028-02-29", "2026-11-30T17:00", zoned]
    bad = ["", "2026-02-30", "2026-11-30T17:00Z", "2026-11-30T25:00", "30.11.2026", 5, True]
    bad += ["2026-11-30T17:00+01:00", "2027-02-29"]
    _check(world, task(), "task", "due", good, bad)


@rule("Repeats", "Each rule has exactly one spelling, with its parts in this order")
def repeat(world: World) -> None:
    _check(world, task(due="2026-11-30"), "task", "repeat", [None, *GOOD_RULES], [*BAD_RULES, 5])


@rule(SECTION, "0 none, 1 low, 2 medium, 3 high")
def priority(world: World) -> None:
    _check(world, task(), "task", "priority", [0, 1, 2, 3], [4, -1, None, "1", True])


@rule(SECTION, "true or null; NAME has 1–60 characters", "`false` never for a label")
def label(world: World) -> None:
    for name in ("label/home", "label/" + "ü" * 60, "label/a b/c"):
        _check(world, task(), "task", name, [True, None], [False, 1, "yes"])
    device = world.device
    long = device.outcome(device.change(task() | {"label/" + "x" * 61: True}))
    same("a name of 61 characters is refused", long["status"], "rejected")


@rule(SECTION, "a list's id; null is the Inbox", "a task's id, or null")
def references(world: World) -> None:
    for name in ("list", "parent", "assignee"):
        bad = ["nonsense", "", 5, True]
        _check(world, task(), "task", name, [None, new_id()], bad)


@rule(SECTION, "text, 1–100 characters, not only white space")
def name_of_a_list(world: World) -> None:
    _check(world, {}, "list", "name", ["H", "ü" * 100], [*NOT_TEXT, "", "  ", "x" * 101])


@rule(SECTION, "1–64 letters and digits (ASCII)")
def order(world: World) -> None:
    good, bad = ["a0", "Z" * 64, "0"], ["", "a-b", "ü", "a" * 65, None, 5]
    for kind, base in (("task", task()), ("list", {"name": "House"})):
        _check(world, base, kind, "order", good, bad)


@rule(SECTION, "null, or the RFC 3339 time when it was moved to the trash")
def deleted(world: World) -> None:
    for kind, base in (("task", task()), ("list", {"name": "House"})):
        _check(world, base, kind, "deleted", [None, MOMENT], ["now", "2026-11-23", 5, True])


@rule(SECTION, "text, 1–5,000 characters, not only white space", "required, never changes")
def comments(world: World) -> None:
    device = world.device
    base = comment(device.make(), device.person.id)
    good, bad = ["Y", "x" * 5000], [*NOT_TEXT, "", " ", "x" * 5001]
    _check(world, base, "comment", "text", good, bad)
    _check(world, base, "comment", "created", [MOMENT], ["today", None, 5])
    _check(world, base, "comment", "task", [device.make()], ["nonsense", None, 5])
    written = device.make(base, kind="comment")
    for fixed in ({"task": new_id()}, {"created": "2026-11-24T18:20:32Z"}, {"author": new_id()}):
        outcome = device.outcome(device.change(fixed, written, kind="comment"))
        same(f"{fixed} later", outcome["status"], "rejected")


@rule(SECTION, "Text must not contain NUL or half of a surrogate pair")
def half_pairs(world: World) -> None:
    device = world.device
    for text in ("a\ud83d", "\ude00b"):
        outcome = device.outcome(device.change(task(text)))
        same(f"{text!r}", outcome["status"], "rejected")


@rule("Words", "any version except 8, which is reserved for the server")
def ids(world: World) -> None:
    device = world.device
    for version in "147":
        record = new_id()
        record = record[:14] + version + record[15:]
        same(
            f"version {version}", device.outcome(device.change(task(), record))["status"], "applied"
        )
    record = new_id()
    reserved = device.change(task(), record[:14] + "8" + record[15:])
    same("version 8", device.outcome(reserved)["status"], "rejected")
