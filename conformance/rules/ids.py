"""Section "Ids": what an account cannot see never decides about its own records."""

import uuid

from conformance.checking import holds, rule, same
from conformance.merging import values
from conformance.world import World, task

SECTION = "Ids"


@rule(SECTION, "What an account cannot see never decides about its own records.")
def a_hidden_record_decides_nothing(world: World) -> None:
    ana, ben = world.people(2)
    private = ben.device.make(task("A secret title"))
    taken = ana.device.change(task(), private, prev=0, seen={})
    free = ana.device.change(task())
    found = ana.device.push(taken, free)["outcomes"]
    same("the outcomes", [list(each) for each in found], [["status", "seq"]] * 2)
    same("both", [each["status"] for each in found], ["applied", "applied"])
    same("the record of the other", values(ben.device.record(private))["title"], "A secret title")


@rule(
    SECTION,
    "the server shows this account the record that came later under another id, everywhere",
    "The **other id** of a record in a space is the UUIDv5 of its id (36 characters)",
    "It names the record and refers to it by the id that it was sent.",
)
def one_who_would_see_two_sees_another_id(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    private = ben.device.make(task("Private"))
    ana.device.accept(ana.device.change(task("Shared"), private, space=space, prev=0, seen={}))
    child = ana.device.make(task("Child", parent=private), space=space)
    other = str(uuid.uuid5(uuid.UUID(space), private))
    found = ben.device.records(space)
    holds("the original id is not sent", private not in found)
    same("under the other id", values(found[other])["title"], "Shared")
    same("a reference to it", values(found[child])["parent"], other)
    edit = ben.device.change({"title": "Edited"}, other, space=space, seen=found[other]["clock"])
    same("an edit by the other id", ben.device.outcome(edit)["status"], "applied")
    same("the same record", values(ana.device.record(private, space))["title"], "Edited")
    same("one's own record", values(ben.device.record(private))["title"], "Private")


@rule("Outcomes", "the space to which a record should move has another record with its id")
def a_move_to_a_used_id_is_refused(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    private = ben.device.make()
    ana.device.accept(ana.device.change(task(), private, space=space, prev=0, seen={}))
    outcome = ben.device.outcome(ben.device.change({}, private, move=space))
    same("the code", outcome.get("code"), "id_taken")
    holds("it stays", "grave" not in ben.device.record(private))
