"""Section "Moves": from one space to another, with everything in it."""

from typing import Any

from conformance.checking import holds, rule, same
from conformance.world import Device, World, comment, task

SECTION = "Moves"


def _moved(device: Device, record: str, target: str, kind: str = "task", **more: Any) -> Any:
    return device.outcome(
        device.change(more.pop("set", {}), record, kind=kind, move=target, **more)
    )


@rule(
    SECTION,
    "in one transaction, with everything in it",
    "Each keeps its id, clock and writes and gets a `seq` in B; a tombstone replaces it in A.",
)
def a_list_moves_with_everything_in_it(world: World) -> None:
    space, (ana,) = world.family()
    device = ana.device
    folder = device.make({"name": "House"}, kind="list")
    inside = device.make(task(list=folder))
    child = device.make(task(parent=inside))
    said = device.make(comment(child, ana.id), kind="comment")
    before = device.records()
    outcome = _moved(device, folder, space, "list")
    same("the space of the outcome", [outcome["status"], outcome["space"]], ["applied", space])
    there, here = device.records(space), device.records()
    for record in (inside, child, said):
        same("clock", there[record]["clock"], before[record]["clock"])
        same("writes", there[record]["writes"], before[record]["writes"])
        holds("no live copy in A", here.get(record, {}).get("grave", True), here.get(record))


@rule(SECTION, "The fields in `set` are then written to the record itself, as by any change")
def a_move_can_set_fields(world: World) -> None:
    space, (ana,) = world.family()
    device = ana.device
    folder = device.make({"name": "House"}, kind="list", space=space)
    made = device.make()
    outcome = _moved(device, made, space, set={"list": folder})
    record = device.record(made, space)
    same("the clock", record["clock"], {device.id: device.n})
    same("seq", record["seq"], outcome["seq"])
    same("the list", record["writes"][-1]["set"], {"list": folder})


@rule(
    SECTION,
    "The author must be owner or editor of B, and one of: owner of A; the account of A, if A is personal;",
)
def rights_of_a_move(world: World) -> None:
    space, (ana, ben, cleo) = world.family("editor", "viewer")
    theirs, mine = ana.device.make(space=space), ben.device.make(space=space)
    found = _moved(ben.device, theirs, ben.home, space=space, seen={})
    same("another's task", found.get("code"), "owner_only")
    same("one's own", _moved(ben.device, mine, ben.home, space=space)["status"], "applied")
    private = cleo.device.make()
    same("into B as viewer", _moved(cleo.device, private, space).get("code"), "read_only")


@rule(SECTION, "its outcome has the member `space`")
def a_change_follows_a_record_that_has_moved(world: World) -> None:
    space, (ana,) = world.family()
    device, other = ana.device, ana.spare()
    made = device.make()
    seen = device.record(made)["clock"]
    _moved(device, made, space)
    late = other.outcome(other.change({"title": "Oat"}, made, seen=seen))
    same("the outcome", [late["status"], late.get("space")], ["applied", space])
    same("the record", device.record(made, space)["writes"][-1]["set"], {"title": "Oat"})


@rule(SECTION, "So is a change that creates a record whose `list`, `parent` or `task` has moved.")
def a_new_record_follows_what_it_belongs_to(world: World) -> None:
    space, (ana,) = world.family()
    device = ana.device
    folder, parent = device.make({"name": "House"}, kind="list"), device.make()
    _moved(device, folder, space, "list")
    _moved(device, parent, space)
    for fields, kind in (
        (task(list=folder), "task"),
        (task(parent=parent), "task"),
        (comment(parent, ana.id), "comment"),
    ):
        outcome = device.outcome(device.change(fields, kind=kind))
        same(f"a {kind}", [outcome["status"], outcome.get("space")], ["applied", space])


@rule(
    SECTION,
    "If the author cannot write there, an edit is answered with `moved` (not applied), and so is a new comment",
    "any other new record stays in A",
)
def without_a_right_there_it_is_moved(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    made = ana.device.make(space=space)
    seen = ben.device.record(made, space)["clock"]
    _moved(ana.device, made, ana.home, space=space)
    edit = ben.device.change({"title": "Oat"}, made, space=space, seen=seen)
    same("an edit", ben.device.outcome(edit)["status"], "moved")
    said = ben.device.change(comment(made, ben.id), kind="comment", space=space)
    same("a comment", ben.device.outcome(said)["status"], "moved")
    child = ben.device.change(task(parent=made), space=space)
    outcome = ben.device.outcome(child)
    same("a new task", [outcome["status"], outcome.get("space")], ["applied", None])


@rule(
    SECTION,
    "A repeat gets its first outcome even if the permission was lost or the record has gone on",
)
def a_repeat_of_a_move(world: World) -> None:
    space, (ana,) = world.family()
    third = ana.fine("POST", "/api/v1/spaces", {"name": "Third"})["id"]
    device = ana.device
    made = device.make()
    change = device.change({}, made, move=space)
    first = device.outcome(change)
    _moved(device, made, third, space=space)
    same("the repeat", device.outcome(change), first)
    holds("it stays where it is", "grave" not in device.record(made, third))


@rule(
    SECTION,
    "A move to the space where the record already is (another device may have moved it there) is an edit",
)
def two_devices_move_it_to_the_same_place(world: World) -> None:
    space, (ana,) = world.family()
    device, other = ana.device, ana.spare()
    made = device.make()
    seen = device.record(made)["clock"]
    _moved(device, made, space)
    late = _moved(other, made, space, set={"title": "Oat"}, seen=seen)
    same("the outcome", [late["status"], late.get("space")], ["applied", space])
    same("its set", device.record(made, space)["writes"][-1]["set"], {"title": "Oat"})


@rule("Words", "A record is in one space at a time.")
def a_record_can_come_back(world: World) -> None:
    space, (ana,) = world.family()
    device = ana.device
    made = device.make()
    _moved(device, made, space)
    back = _moved(device, made, ana.home, space=space)
    same("the way back", back["status"], "applied")
    holds("live at home", "grave" not in device.record(made))
    holds("gone there", device.records(space).get(made, {}).get("grave", True))
