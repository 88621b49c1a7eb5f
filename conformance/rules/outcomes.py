"""Section "Outcomes": what a change is answered with, repeats and clones."""

from conformance.checking import holds, rule, same
from conformance.world import Device, World, new_id, task

SECTION = "Outcomes"
CONFLICT = {"status": "device_conflict"}


@rule("Invariants", "**A repeat is harmless** and gets the same outcome as the first time.")
def a_repeat_gets_its_first_outcome(world: World) -> None:
    ana, ben = world.person.spare(), world.person.spare()
    made = ana.change(task())
    ana.accept(made)
    renamed = ben.change({"title": "Soy"}, made["id"], seen={ana.id: made["n"]})
    also = ana.change({"title": "Oat"}, made["id"])
    bad = ana.change({"title": ""}, made["id"])
    first = [ben.outcome(renamed), *ana.push(also, bad)["outcomes"]]
    before = ana.record(made["id"])
    again = [ben.outcome(renamed), *ana.push(also, bad)["outcomes"]]
    same("the outcomes of repeats", again, first)
    same("the record", ana.record(made["id"]), before)


@rule(SECTION, "The server remembers refusals with their `n` like all outcomes")
def a_refusal_is_remembered(world: World) -> None:
    device = world.device
    edit = device.change({"title": "Oat milk"})
    same("an edit of nothing", device.outcome(edit)["status"], "missing")
    device.accept(device.change(task(), edit["id"], prev=0, seen={}))
    same("the repeat, once the record exists", device.outcome(edit)["status"], "missing")


@rule(SECTION, "except for spaces that the account is not a member of")
def a_refusal_of_a_strange_space_is_forgotten(world: World) -> None:
    space, (ana,) = world.family()
    ben = world.people(2)[1]
    change = ben.device.change(task(), space=space)
    same("before", ben.device.outcome(change).get("code"), "no_such_space")
    invite = ana.fine("POST", f"/api/v1/spaces/{space}/invites", {"role": "editor"})
    ben.fine("POST", "/api/v1/invites/accept", {"token": invite["token"]})
    same("after joining", ben.device.outcome(change)["status"], "applied")


@rule(SECTION, "if a change's `n` was used before with other content")
def a_number_with_other_content_is_of_a_clone(world: World) -> None:
    device = world.person.spare()
    change = device.change(task())
    device.accept(change)
    for other in (
        change | {"set": task("Bread")},
        change | {"id": new_id()},
        change | {"at": "2026-11-23T18:20:32.123Z-0003"},
        change | {"seen": {device.id: 0, "a" * 20: 1}},
        change | {"prev": 0, "kind": "list", "set": {"name": "Bread"}},
    ):
        answer = device.push(other)
        same("the outcome", answer["outcomes"], [CONFLICT])
        same("device_conflict", answer["device_conflict"], True)
    same("the repeat", device.outcome(change)["status"], "applied")


@rule(SECTION, "(unknown members do not count)")
def unknown_members_make_no_clone(world: World) -> None:
    device = world.device
    change = device.change(task())
    device.accept(change)
    same("the outcome", device.outcome(change | {"colour": "red"})["status"], "applied")


@rule(SECTION, "if its `n` is not above the record's clock entry for the device")
def a_number_below_the_clock_is_of_a_clone(world: World) -> None:
    device = world.person.spare()
    made = device.change(task())
    later = device.change({"title": "Oat"}, made["id"], n=9)
    device.accept(made, later)
    early = later | {"n": 5, "prev": made["n"]}
    same("the outcome", device.outcome(early), CONFLICT)


@rule(SECTION, "or `prev` is below it")
def a_prev_below_the_clock_is_of_a_clone(world: World) -> None:
    device = world.person.spare()
    made = device.change(task())
    device.accept(made, device.change({"title": "Oat"}, made["id"]))
    forgets = device.change({"title": "Soy"}, made["id"], prev=made["n"])
    same("the outcome", device.outcome(forgets), CONFLICT)


@rule(
    SECTION,
    "or if the device belongs to another account",
    "It belongs to the account that first used it",
)
def a_device_of_another_account_is_a_clone(world: World) -> None:
    ana, ben = world.people(2)
    change = ana.device.change(task())
    ana.device.accept(change)
    stolen = Device(ben, ana.device.id)
    answer = stolen.push(stolen.change(task(), n=ana.device.n + 1))
    same("the outcome", answer["outcomes"], [CONFLICT])
    same("device_conflict", answer["device_conflict"], True)


@rule(
    SECTION,
    "From then on no new change of the request is applied, in any space; repeats still get their first outcome.",
    "Changes before it stay applied.",
)
def after_a_clone_nothing_new_is_applied(world: World) -> None:
    space, (ana,) = world.family()
    device = ana.spare()
    first = device.change(task())
    device.accept(first)
    before = device.change(task())
    clone = before | {"id": new_id()}
    after = device.change(task(), space=space)
    answer = device.push(first, before, clone, after, first)
    statuses = [outcome["status"] for outcome in answer["outcomes"]]
    wanted = ["applied", "applied", "device_conflict", "device_conflict", "applied"]
    same("the outcomes", statuses, wanted)
    holds("the change before it stays", before["id"] in device.records())
    holds("the one after it is not applied", after["id"] not in device.records(space))


@rule(SECTION, "merged; some of the fields it set are in conflict")
def concurrent_values_are_merged(world: World) -> None:
    ana, ben = world.person.device, world.person.spare()
    made = ana.change(task())
    ana.accept(made, ana.change({"title": "Oat", "priority": 1}, made["id"]))
    late = {"title": "Soy", "priority": 1, "due": "2026-11-30"}
    outcome = ben.outcome(ben.change(late, made["id"], seen={ana.id: made["n"]}))
    same("the status", outcome["status"], "merged")
    same("only what differs is in conflict", outcome["fields"], ["title"])
    holds("seq", outcome["seq"] > 0)


@rule(
    SECTION,
    "`by` says what is deleted: `self`, its `list`",
    "or its `parent`",
    "the change does not delete it itself",
)
def what_is_in_the_trash_is_hidden(world: World) -> None:
    device = world.device
    deleted = {"deleted": "2026-11-23T18:20:32Z"}
    folder = device.make({"name": "House"}, kind="list")
    parent = device.make()
    child = device.make(task(parent=parent))
    mine = device.make()
    inside = device.make(task(list=folder))
    graves = [device.change(deleted, each) for each in (parent, mine)]
    for outcome in device.accept(device.change(deleted, folder, kind="list"), *graves):
        same("who deletes it knows", outcome["status"], "applied")
    renamed = [device.change({"title": "Oat"}, record) for record in (inside, child, mine)]
    hidden = device.push(*renamed)["outcomes"]
    same("hidden", [each["status"] for each in hidden], ["hidden"] * 3)
    same("by", [each["by"] for each in hidden], ["list", "parent", "self"])
    same("restored", device.outcome(device.change({"deleted": None}, mine))["status"], "applied")


@rule(
    SECTION,
    "the server has no such record, and the change lacks fields a new one needs, or moves it",
)
def an_edit_of_nothing_is_missing(world: World) -> None:
    space, (ana,) = world.family()
    outcome = ana.device.outcome(ana.device.change({"title": "Oat"}))
    same("an edit", outcome["status"], "missing")
    holds("a message", isinstance(outcome["message"], str))
    moved = ana.device.change(task(), move=space)
    same("a move", ana.device.outcome(moved)["status"], "missing")


@rule("A change", "A change to a record that the server does not have creates it")
def required_fields_create_a_record(world: World) -> None:
    device = world.device
    for kind, whole in (("task", task()), ("list", {"name": "House"})):
        for name in whole:
            part = {key: value for key, value in whole.items() if key != name}
            if not part or "status" in (whole.keys() - part.keys()):
                continue
            found = device.outcome(device.change(part, kind=kind))
            holds(f"a {kind} without {name} is not created", "seq" not in found, found)
        same(
            f"a whole {kind}", device.outcome(device.change(whole, kind=kind))["status"], "applied"
        )
