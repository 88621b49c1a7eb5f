"""Section "A record is its clock and its surviving writes", and the invariants."""

import random
from datetime import datetime
from itertools import permutations

from conformance import merging
from conformance.checking import holds, rule, same
from conformance.world import Device, Json, World, new_id, stamp, task

SECTION = "A record is its clock and its surviving writes"
WORDS = ("Milk", "Oat", "Soy")


def _ours(record: Json) -> Json:
    return {"clock": record["clock"], "writes": record["writes"]}


def _several(world: World, count: int) -> tuple[str, list[Device]]:
    """A shared space and devices of different members: one account may hold two values only."""
    space, people = world.family(*["editor"] * (count - 1))
    return space, [person.device for person in people]


@rule(SECTION, "An edit of the title leaves two: the old one without `title`, and the new one.")
def a_seen_write_loses_the_field(world: World) -> None:
    device = world.device
    made = device.change(task())
    device.accept(made, device.change({"title": "Oat"}, made["id"]))
    record = device.record(made["id"])
    sets = [write["set"] for write in record["writes"]]
    same("the writes", sets, [{"status": "pending", "completed_at": None}, {"title": "Oat"}])


@rule(SECTION, "Two concurrent edits of the title leave two writes that both hold it.")
def a_concurrent_write_keeps_the_field(world: World) -> None:
    space, (ana, ben) = _several(world, 2)
    made = ana.make(space=space)
    seen = ana.record(made, space)["clock"]
    for device, title, back in ((ana, "Oat", 0), (ben, "Soy", 9_000)):
        edit = device.change({"title": title}, made, space=space, seen=seen, at=stamp(back))
        device.accept(edit)
    record = ana.record(made, space)
    same("the values", merging.held(record, "title"), ["Soy", "Oat"])
    same("the value", merging.values(record)["title"], "Oat")


@rule(
    "Invariants",
    "A change that has seen another one replaces it, whatever the devices' clocks say.",
)
def causality_goes_before_time(world: World) -> None:
    device = world.device
    made = device.change(task())
    old = device.change({"title": "Oat"}, made["id"], at=stamp(86_400_000))
    device.accept(made, old)
    same("the value", merging.values(device.record(made["id"]))["title"], "Oat")


@rule(SECTION, "→ its author had seen w: w loses the field", "→ concurrent: w keeps it")
def random_histories_merge_as_the_page_says(world: World) -> None:
    space, devices = _several(world, 3)
    for seed in range(12):
        _one_history(space, devices, random.Random(seed))


def _one_history(space: str, devices: list[Device], dice: random.Random) -> None:
    """Devices that each know some state of one record edit it; some of their entries of `seen` are
    above the server's.
    """
    record, copy, known = new_id(), merging.empty(), [merging.empty()]
    for step in range(14):
        device = dice.choice(devices)
        seen = dict(dice.choice(known)["clock"])
        if own := device.last[record]:
            seen[device.id] = own
        fields = {"title": dice.choice(WORDS), "priority": dice.randrange(4)}
        name = dice.choice(["title", "priority"])
        change = device.change(
            {name: fields[name]} if step else task() | fields,
            record,
            space=space,
            seen=seen,
            at=stamp(dice.randrange(60_000)),
        )
        copy = merging.merge(copy, device.id, change)
        outcome = device.outcome(change)
        found = sorted(set(change["set"]) & merging.conflicts(copy))
        same("the status", outcome["status"], "merged" if found else "applied")
        same("the fields in conflict", sorted(outcome.get("fields", [])), found)
        known.append(copy)
    same("the record", _ours(devices[0].record(record, space)), copy)


@rule("Invariants", "**Every order a server can see gives the same record**")
def the_order_of_arrival_decides_nothing(world: World) -> None:
    space, devices = _several(world, 3)
    stamps = [stamp(number * 1000) for number in range(3)]
    found = []
    for order in permutations(range(3)):
        record = devices[0].make(space=space, at=stamp(60_000))
        base = devices[0].record(record, space)["clock"]
        for place in order:
            device = devices[place]
            title, at = WORDS[place], stamps[place]
            device.accept(device.change({"title": title}, record, space=space, seen=base, at=at))
        copy = devices[0].record(record, space)
        found.append([[write["by"], write["set"]] for write in copy["writes"]])
    for each in found:
        same("the writes after another order", each, found[0])


@rule("Invariants", "**Different fields never conflict.**", "Labels are one field each")
def different_fields_never_conflict(world: World) -> None:
    ana, ben = world.person.device, world.person.spare()
    made = ana.make()
    seen = ana.record(made)["clock"]
    same("one", ana.outcome(ana.change({"label/a": True}, made))["status"], "applied")
    also = ben.change({"label/b": True, "priority": 2}, made, seen=seen)
    same("the other", ben.outcome(also)["status"], "applied")
    found = merging.values(ana.record(made))
    same("both labels", [found["label/a"], found["label/b"]], [True, True])


@rule(SECTION, "never `order`, never `completed_at`", "two times of deletion count as one value")
def some_differences_are_no_conflict(world: World) -> None:
    ana, ben = world.person.device, world.person.spare()
    made = ana.make()
    seen = ana.record(made)["clock"]
    ana.accept(ana.change({"order": "a0"}, made))
    same("order", ben.outcome(ben.change({"order": "b0"}, made, seen=seen))["status"], "applied")
    for device, moment in ((ana, "2026-11-23T18:20:32Z"), (ben, "2026-11-24T18:20:32Z")):
        other = device.record(made)["clock"] if device is ana else seen
        change = device.change(
            {"deleted": moment},
            made,
            seen=seen | {device.id: other.get(device.id, device.last[made])},
        )
        outcome = device.outcome(change)
        same("deleted twice", [outcome["status"], outcome.get("fields")], ["applied", None])


@rule(
    "Invariants",
    "Other entries of `seen` are compared, never stored; one above the server's is no error.",
)
def seen_is_never_stored(world: World) -> None:
    device = world.device
    made = device.make()
    seen = device.record(made)["clock"] | {"z" * 20: 99}
    same(
        "the outcome",
        device.outcome(device.change({"title": "Oat"}, made, seen=seen))["status"],
        "applied",
    )
    same("the clock", device.record(made)["clock"], {device.id: device.n})


@rule(
    "Invariants",
    "An `at` more than 60 s ahead of the server is capped to the server's reading, never refused.",
)
def a_clock_that_is_ahead_is_capped(world: World) -> None:
    device = world.device
    ahead = device.change(task(), at="2099-01-01T00:00:00.000Z-0000")
    answer = device.push(ahead)
    same("the outcome", answer["outcomes"][0]["status"], "applied")
    (write,) = device.record(ahead["id"])["writes"]
    at = datetime.fromisoformat(write["at"][:23] + "+00:00").timestamp() * 1000
    holds("at is the server's", abs(at - answer["now"]) < 61_000, write["at"])
    behind = device.change(task(), at="2001-01-01T00:00:00.000Z-0000")
    device.accept(behind)
    same("one behind stays", device.record(behind["id"])["writes"][0]["at"], behind["at"])


@rule(
    "Invariants",
    "At most 8 writes hold one field (the one with the smallest (`at`, `by`, `n`) leaves it)",
)
def concurrent_writes_are_bounded(world: World) -> None:
    space, people = world.family(*["editor"] * 9)
    made = people[0].device.make(space=space)
    seen = people[0].device.record(made, space)["clock"]
    for number, person in enumerate(people):
        at = stamp((20 - number) * 1000)
        change = person.device.change(
            {"title": f"Title {number}"}, made, space=space, seen=seen, at=at
        )
        person.device.accept(change)
    found = merging.held(people[0].device.record(made, space), "title")
    same("the values that stay", found, [f"Title {number}" for number in range(2, 10)])


@rule("Invariants", "On the server at most 2 of them are of one account")
def one_account_does_not_fill_a_field(world: World) -> None:
    person = world.person
    devices = [person.device, *[person.spare() for _ in range(3)]]
    made = devices[0].make()
    seen = devices[0].record(made)["clock"]
    edits = [
        device.change({"title": f"Title {n}"}, made, seen=seen) for n, device in enumerate(devices)
    ]
    found = [device.outcome(edit) for device, edit in zip(devices, edits, strict=True)]
    codes = [outcome.get("code", outcome["status"]) for outcome in found]
    same("the outcomes", codes, ["applied", "merged", "too_many_values", "too_many_values"])
    held = merging.held(devices[0].record(made), "title")
    same("the values that stay", held, ["Title 0", "Title 1"])


@rule(
    "Invariants",
    "the oldest of those with an equal value beside it (the change's own counts, too) loses the field",
)
def equal_values_are_never_too_many(world: World) -> None:
    person = world.person
    devices = [person.device, *[person.spare() for _ in range(4)]]
    made = devices[0].make()
    seen = devices[0].record(made)["clock"]
    for number, device in enumerate(devices):
        fields = {"status": "completed", "completed_at": f"2026-11-2{number}T18:20:32Z"}
        edit = device.change(fields, made, seen=seen)
        same("completed", "seq" in device.outcome(edit), True)


@rule(SECTION, "The writes of a record are sent in (`at`, `by`, `n`) order")
def writes_are_in_order(world: World) -> None:
    space, devices = _several(world, 3)
    made = devices[0].make(space=space)
    seen = devices[0].record(made, space)["clock"]
    at = stamp(5_000)
    for device in devices:
        edit = device.change({"title": device.id}, made, space=space, seen=seen, at=at)
        device.accept(edit)
    writes = devices[0].record(made, space)["writes"]
    same("the order", [merging.rank(write) for write in writes], sorted(map(merging.rank, writes)))
