"""Section "POST /sync": the request, the answer, the limits."""

import gzip
import json
from typing import Any

from conformance.checking import holds, refused, rule, same
from conformance.world import World, task

SECTION = "POST /sync"
LIMITS = (
    "changes",
    "request_bytes",
    "records",
    "reply_bytes",
    "depth",
    "title",
    "description",
    "name",
    "record_bytes",
    "number",
)


@rule(SECTION, "one for each change, in the order of the request")
def outcomes_are_in_order(world: World) -> None:
    device = world.device
    good, bad = device.change(task()), device.change({"title": "No status"})
    outcomes = device.push(good, bad, device.change(task()))["outcomes"]
    statuses = [outcome["status"] for outcome in outcomes]
    same("the outcomes", statuses, ["applied", "missing", "applied"])


@rule(SECTION, "the server's limits by name", "the server's clock as Unix time in ms")
def an_answer_has_its_members(world: World) -> None:
    answer = world.device.push()
    same("protocol", answer["protocol"], 1)
    holds("an epoch is text", isinstance(answer["epoch"], str), answer["epoch"])
    holds("now is an integer of milliseconds", answer["now"] > 1_600_000_000_000, answer["now"])
    same("the outcomes of no changes", answer["outcomes"], [])
    holds("no device_conflict", "device_conflict" not in answer)
    for name in LIMITS:
        holds(f"the limit {name} is a number", isinstance(answer["limits"].get(name), int))


@rule(SECTION, "so an answer contains the device's own changes too")
def an_answer_contains_ones_own_changes(world: World) -> None:
    device = world.device
    change = device.change(task())
    answer = device.push(change)
    news = answer["spaces"][device.person.home]["records"]
    record = next(each for each in news if each["id"] == change["id"])
    write = {"by": device.id, **{key: change[key] for key in ("n", "at", "set")}}
    wanted = {
        "kind": "task",
        "id": change["id"],
        "seq": answer["outcomes"][0]["seq"],
        "clock": {device.id: change["n"]},
        "writes": [write],
    }
    same("the new record", record, wanted)


@rule("The Driftless sync protocol, version 1", "Clients and servers ignore unknown members")
def unknown_members_are_ignored(world: World) -> None:
    device = world.device
    change = device.change(task(), colour="red")
    outcome = device.outcome(change, mood="good")
    same("the outcome", outcome["status"], "applied")
    holds("unknown members are not kept", "colour" not in device.record(change["id"]))


@rule(SECTION, "may be empty or left out, not null", "null or left out before")
def members_may_be_left_out(world: World) -> None:
    device = world.person.spare()
    answer = device.ask(changes=..., epoch=..., cursors=...)
    same("without changes, epoch and cursors", answer.status, 200)
    same("without changes", device.ask(changes=..., now=1_764_000_000_000).status, 200)
    refused(device.ask(changes=None), 400, "bad_envelope")


@rule(SECTION, "null requests a space from the start, and so does leaving it out")
def a_pull_without_a_cursor_is_from_the_start(world: World) -> None:
    device = world.device
    made, home = device.make(), device.person.home
    for cursors in ({home: None}, {}, ...):
        news = device.push(cursors=cursors)["spaces"][home]
        ids = [record["id"] for record in news["records"]]
        holds(f"cursors {cursors} bring the oldest record first", device.person.home in ids)
        holds("the newest too", news["more"] or made in ids)


@rule(SECTION, "the maximum number of records in the answer", "larger counts as 2,500")
def a_limit_is_kept(world: World) -> None:
    device = world.person.spare()
    device.accept(*[device.change(task(str(number))) for number in range(5)])
    news = device.push(limit=2, cursors={})["spaces"][device.person.home]
    same("the number of records of limit 2", len(news["records"]), 2)
    same("more", news["more"], True)
    same("a limit of 1,000,000", device.ask(limit=1_000_000).status, 200)
    for limit in (0, -1, "5", 1.5, True):
        refused(device.ask(limit=limit), 400, "bad_envelope")


@rule(
    "News of a space",
    "`limit` counts the records of all spaces together, spaces in order of their ids",
    "a space that had no room answers `more: true` with no records",
)
def a_limit_counts_all_spaces(world: World) -> None:
    space, (ana,) = world.family()
    device = ana.spare()
    for each in (ana.home, space):
        device.accept(*[device.change(task(), space=each) for _ in range(3)])
    spaces = device.push(limit=3, cursors={})["spaces"]
    found = [len(spaces[each]["records"]) for each in sorted(spaces)]
    same("the records of all spaces", sum(found), 3)
    full = [index for index, count in enumerate(found) if count]
    same("the first spaces have them", full, list(range(len(full))))
    for each in sorted(spaces)[full[-1] + 1 :]:
        same("a space without room says more", spaces[each]["more"], True)


@rule(SECTION, "the body may be sent with `Content-Encoding: gzip`")
def a_request_may_be_packed(world: World) -> None:
    device = world.device
    body = {"protocol": 1, "device": device.id, "changes": [device.change(task())]}
    packed = gzip.compress(json.dumps(body | {"epoch": device.epoch}).encode())
    answer = device.person.http.post("/sync", packed, {"Content-Encoding": "gzip"})
    same("the status", answer.status, 200)
    same("the outcome", answer.body["outcomes"][0]["status"], "applied")


@rule(SECTION, "The answer is compressed with `br` or `gzip` if the client accepts one")
def an_answer_is_packed_if_one_accepts_it(world: World) -> None:
    device = world.device
    device.accept(*[device.change(task("A long title " * 20)) for _ in range(20)])
    body = {"protocol": 1, "device": device.id, "changes": []}
    answer = device.person.http.post("/sync", body, {"Accept-Encoding": "gzip"})
    same("the encoding", answer.headers.get("content-encoding"), "gzip")
    plain = device.person.http.post("/sync", body)
    holds("no encoding if none is accepted", "content-encoding" not in plain.headers)


@rule(SECTION, "a request with the session of another account is refused with 409")
def an_account_is_checked(world: World) -> None:
    ana, ben = world.people(2)
    change = ana.device.change(task())
    refused(ana.device.ask(change, account=ben.id), 409, "account_differs")
    holds("nothing is applied", change["id"] not in ana.device.records())
    same("one's own account", ana.device.ask(account=ana.id).status, 200)


@rule(
    SECTION,
    "If it differs from the server's, no change is checked: each is answered with `device_conflict`",
)
def another_epoch_stops_all_changes(world: World) -> None:
    device = world.device
    good, bad = device.change(task()), {"n": "nonsense"}
    answer = device.push(good, bad, epoch="another epoch")
    same("the outcomes", answer["outcomes"], [{"status": "device_conflict"}] * 2)
    same("device_conflict", answer["device_conflict"], True)
    holds("nothing is applied", good["id"] not in device.records())
    same("with the right epoch", device.outcome(good)["status"], "applied")


@rule(SECTION, "The server applies the changes in the order of the request")
def a_change_can_build_on_one_before_it(world: World) -> None:
    device = world.device
    made = device.change(task())
    renamed = device.change({"title": "Oat milk"}, made["id"])
    first, second = device.push(made, renamed)["outcomes"]
    same("both", [first["status"], second["status"]], ["applied", "applied"])
    holds("seq rises", second["seq"] > first["seq"], (first, second))


@rule(SECTION, "each run of changes in one space is one transaction")
def changes_of_several_spaces_are_applied(world: World) -> None:
    space, (ana,) = world.family()
    device = ana.device
    changes = [device.change(task(), space=each) for each in (ana.home, space, ana.home)]
    outcomes = device.push(*changes)["outcomes"]
    same("all", [outcome["status"] for outcome in outcomes], ["applied"] * 3)


@rule("Outcomes", "Each change is checked separately; an invalid one does not affect the others")
def an_invalid_change_stands_alone(world: World) -> None:
    device = world.device
    each: Any
    empty = {"space": device.person.home}
    for each in ("text", 7, None, [], empty, {"n": 0}, {"set": {}}, {"set": None}):
        before, whole, after = [device.change(task()) for _ in range(3)]
        broken = whole | each if isinstance(each, dict) and each is not empty else each
        found = device.push(before, broken, after)["outcomes"]
        statuses = [outcome["status"] for outcome in found]
        same(f"around {each!r}", statuses, ["applied", "rejected", "applied"])
        same("the code", found[1]["code"], "bad_change")
