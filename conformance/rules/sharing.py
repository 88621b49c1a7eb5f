"""Section "Sharing": spaces, roles, members; what a stranger is never told."""

from typing import Any

from conformance.checking import holds, rule, same
from conformance.http import Answer
from conformance.merging import values
from conformance.world import World, task

SECTION = "Sharing"


@rule(
    SECTION,
    "a new space appears in the `spaces` of an answer",
    "`role` is the account's role in it",
)
def a_joined_space_appears(world: World) -> None:
    space, people = world.family("editor", "viewer")
    for person, role in zip(people, ("owner", "editor", "viewer"), strict=True):
        news = person.device.push()["spaces"][space]
        same("the role", [news["role"], news["personal"]], [role, False])


@rule(SECTION, "`space` and `member` records have its name and members")
def names_and_members_are_records(world: World) -> None:
    space, (ana, ben) = world.family("viewer")
    records = ben.device.records(space).values()
    named = [values(record)["name"] for record in records if record["kind"] == "space"]
    same("the name", named, ["Family"])
    found = [values(record) for record in records if record["kind"] == "member"]
    roles = {each["account"]: each["role"] for each in found if not each.get("deleted")}
    same("the members", roles, {ana.id: "owner", ben.id: "viewer"})


@rule(SECTION, "a space that was deleted or left is answered with `revoked`")
def a_left_space_is_revoked(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    ben.device.push()
    ben.fine("POST", f"/api/v1/spaces/{space}/leave", {})
    same("left", ben.device.push()["spaces"][space], {"revoked": True})
    holds("then never again", space not in ben.device.push(cursors={})["spaces"])
    ana.device.push()
    ana.fine("DELETE", f"/api/v1/spaces/{space}")
    same("deleted", ana.device.push()["spaces"][space], {"revoked": True})


@rule(SECTION, "The server checks permissions when it applies a change.")
def a_lost_right_counts_when_it_arrives(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    early = ben.device.change(task(), space=space)
    ben.device.accept(early)
    ana.fine("PATCH", f"/api/v1/spaces/{space}/members/{ben.id}", {"role": "viewer"})
    late = ben.device.change(task(), space=space)
    same("a late edit", ben.device.outcome(late).get("code"), "read_only")
    same("the repeat of an early one", ben.device.outcome(early)["status"], "applied")
    ana.fine("DELETE", f"/api/v1/spaces/{space}/members/{ben.id}")
    outcome = ben.device.outcome(ben.device.change(task(), space=space))
    same("of one who is removed", outcome.get("code"), "no_such_space")


@rule(
    SECTION,
    "A `viewer` can only read.",
    "An `owner` or `editor` can change tasks, lists and comments",
)
def an_editor_can_write(world: World) -> None:
    space, (ana, ben, cleo) = world.family("editor", "viewer")
    made = ben.device.make(space=space)
    same("the viewer reads it", made in cleo.device.records(space), True)
    edit = ana.device.change(
        {"title": "Oat"}, made, space=space, seen={ben.device.id: ben.device.n}
    )
    same("the owner edits it", ana.device.outcome(edit)["status"], "applied")


def _bare(answer: Answer) -> Any:
    return answer.status, answer.code


@rule("News of a space", "`{revoked: true}` – the account is not a member, or is no longer one.")
def a_stranger_learns_nothing(world: World) -> None:
    space, (ana,) = world.family()
    ben = world.people(2)[1]
    made = ana.device.make(task("A secret title"), space=space)
    text = str(ben.device.push(cursors={space: None}))
    holds("no title", "A secret title" not in text and made not in text)
    for path in (f"/api/v1/spaces/{space}", f"/api/v1/tasks/{made}"):
        same(f"GET {path}", _bare(ben.http.ask("GET", path))[0], 404)
