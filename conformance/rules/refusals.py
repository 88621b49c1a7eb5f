"""Section "Outcomes": the codes of refused changes."""

from typing import Any

from conformance.checking import holds, rule, same
from conformance.world import Device, World, comment, new_id, task

SECTION = "Outcomes"


def _code(device: Device, *given: Any, **more: Any) -> str:
    outcome = device.outcome(device.change(*given, **more))
    return str(outcome.get("code", outcome["status"]))


@rule(SECTION, "not an object with the members above, of those types and within their ranges")
def bad_change(world: World) -> None:
    device = world.device
    wrong: list[Any] = [
        {"id": "not an id"},
        {"id": new_id().upper()},
        {"kind": 5},
        {"n": 0},
        {"n": -1},
        {"n": 1.5},
        {"n": "1"},
        {"n": True},
        {"n": 2**53},
        {"prev": 2**53 - 1},
        {"prev": -1},
        {"seen": []},
        {"seen": {"a" * 20: -1}},
        {"seen": {f"{number:020d}": 1 for number in range(257)}},
        {"at": "2026-11-23"},
        {"at": "2026-11-23T18:20:32.123Z-000G"},
        {"at": "2026-13-23T18:20:32.123Z-0003"},
        {"set": []},
        {"set": {}},
        {"set": {f"label/{number}": True for number in range(101)}},
        {"set": {"title": ["a"]}},
        {"move": "nonsense"},
    ]
    for more in wrong:
        outcome = device.outcome(device.change(task()) | more)
        same(f"with {str(more)[:80]}", outcome.get("code"), "bad_change")
    for name in ("space", "kind", "id", "n", "prev", "seen", "at", "set"):
        part = {key: value for key, value in device.change(task()).items() if key != name}
        found = device.outcome(part).get("code")
        holds(f"without {name}", found in ("bad_change", "no_such_space"), found)


@rule(SECTION, "the space does not exist, or the account is not a member")
def no_such_space(world: World) -> None:
    ana, ben = world.people(2)
    for space in (new_id(), ben.home):
        same("a strange space", _code(ana.device, task(), space=space), "no_such_space")
    same("into one", _code(ana.device, {}, ana.device.make(), move=ben.home), "no_such_space")


@rule(SECTION, "the account's role there is viewer")
def read_only(world: World) -> None:
    space, (ana, ben) = world.family("viewer")
    record = ana.device.make(space=space)
    same("a new task", _code(ben.device, task(), space=space), "read_only")
    same("an edit", _code(ben.device, {"title": "Oat"}, record, space=space), "read_only")


@rule(SECTION, "no such kind, no such field of this kind, a kind that only the server writes")
def unknown_kinds_and_fields(world: World) -> None:
    device = world.device
    same("a kind", _code(device, task(), kind="poem"), "unknown_kind")
    for name in ("colour", "label", "label/", "Title", "name"):
        same(f"a field {name}", _code(device, task(**{name: "a"})), "unknown_field")
    same(
        "a space", _code(device, {"name": "Mine"}, device.person.home, kind="space"), "server_only"
    )
    same("a member", _code(device, {"name": "Me"}, kind="member"), "server_only")


@rule(SECTION, "`status` without `completed_at` or the reverse, or values that do not match")
def set_together(world: World) -> None:
    device = world.device
    record, done = device.make(), "2026-11-23T18:20:32Z"
    for fields in (
        {"status": "completed"},
        {"completed_at": None},
        {"status": "completed", "completed_at": None},
        {"status": "pending", "completed_at": done},
        {"status": "in_progress", "completed_at": done},
    ):
        same(f"{fields}", _code(device, fields, record), "set_together")
    for fields in (
        {"status": "completed", "completed_at": done},
        {"status": "in_progress", "completed_at": None},
    ):
        same(f"{fields}", _code(device, fields, record), "applied")


@rule(SECTION, "the id belongs to a record of another kind")
def kind_differs(world: World) -> None:
    device = world.device
    record = device.make()
    found = device.outcome(device.change({"name": "House"}, record, kind="list"))
    same("the code", found.get("code"), "kind_differs")


@rule(SECTION, "a change to a comment of someone else")
def not_author(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    record = ana.device.make(space=space)
    written = ana.device.make(comment(record, ana.id), kind="comment", space=space)
    where: Any = {"kind": "comment", "space": space}
    same("another's text", _code(ben.device, {"text": "No"}, written, **where), "not_author")
    forged = comment(record, ana.id)
    same("in another's name", _code(ben.device, forged, **where), "not_author")
    deleted = {"deleted": "2026-11-23T18:20:32Z"}
    same("deleted by an editor", _code(ben.device, deleted, written, **where), "not_author")
    same("one's own text", _code(ana.device, {"text": "No"}, written, **where), "applied")


@rule(
    SECTION,
    "`deleted: null` on the author's own comment that someone else deleted, if the author is not an owner",
)
def a_comment_that_an_owner_deleted_stays_so(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    record = ana.device.make(space=space)
    where: Any = {"kind": "comment", "space": space}
    written = ben.device.make(comment(record, ben.id), **where)
    deleted = {"deleted": "2026-11-23T18:20:32Z"}
    same("by an owner", _code(ana.device, deleted, written, **where), "applied")
    seen = ana.device.record(written, space)["clock"]
    back = ben.device.change({"deleted": None}, written, seen=seen, **where)
    same("back by the author", ben.device.outcome(back).get("code"), "owner_only")
    same("back by the owner", _code(ana.device, {"deleted": None}, written, **where), "applied")


@rule(
    SECTION,
    "the record would pass a limit of invariant 8",
    "A record has at most 100 fields and 64 KiB",
)
def record_full(world: World) -> None:
    device = world.device
    record = device.make()
    labels = [{f"label/{part}-{number}": True for number in range(48)} for part in range(3)]
    same("51 fields", _code(device, labels[0], record), "applied")
    same("99 fields", _code(device, labels[1], record), "applied")
    same("147 fields", _code(device, labels[2], record), "record_full")
    space, people = world.family(*["editor"] * 4)
    long = "\U0001f600" * 5000
    made = people[0].device.make(task(description=long), space=space)
    found = [
        _code(each.device, {"description": f"{each.id}{long[40:]}"}, made, space=space, seen={})
        for each in people[1:]
    ]
    same("up to 64 KiB", found[:2], ["merged", "merged"])
    same("over 64 KiB in the end", found[-1], "record_full")
