"""What devices offer after a restore: joined so that nothing is lost, and never a way to forge."""

import json

import pytest

from server import clock
from server.core import merge
from server.jobs import retention
from server.journal.retention import TRASH_MS
from tests.server.people import AT, Person, new_id, shared_space
from tests.server.restored import copy_of, put_back, sign_in

CREATED = "2026-11-23T18:20:32Z"
LATER = "2026-11-24T10:00:00.000Z-0000"


@pytest.fixture
def family(app, ana, ben, cleo):
    return shared_space(app, ana, editor=ben, viewer=cleo)


@pytest.fixture
def cleo(app):
    return Person(app, "cleo@example.org", "Cleo")


@pytest.fixture
def other(app, ana, family):
    """A second shared space, of ana alone."""
    return shared_space(app, ana, "Other")


@pytest.fixture
def restore(app, ana, ben, cleo):
    """Restores a copy of the database; everyone signs in again."""

    def run(copy):
        put_back(app, copy)
        for person in (ana, ben, cleo):
            person.headers = sign_in(person.http, person.email)

    return run


def held(person, space):
    """The live records of a space, by id."""
    found = person.sync().json["spaces"][space]["records"]
    return {each["id"]: each for each in found if not each.get("grave")}


def offer_of(record, space, **others):
    names = ("kind", "id", "clock", "writes")
    return {"space": space} | {name: record[name] for name in names} | others


def send(person, *offers, **envelope):
    epoch = person.sync().json["epoch"]
    asked = {"protocol": 1, "device": person.laptop, "epoch": epoch, "offers": list(offers)}
    body = json.dumps(asked | envelope)  # Flask's client would sort the members
    headers = person.headers | {"Content-Type": "application/json"}
    return person.http.post("/sync/offers", data=body, headers=headers)


def offer(person, *offers):
    """The outcomes."""
    answer = send(person, *offers)
    assert answer.status_code == 200, answer.text
    return answer.json["outcomes"]


def task_in(person, space, title="Milk", **others):
    """The confirmed record of a new task."""
    task = person.new_task(title, space=space, **others)
    [outcome] = person.push(task)
    assert outcome["status"] == "applied", outcome
    return held(person, space)[task["id"]]


def written(by, n, fields, at=AT):
    return {"by": by, "n": n, "at": at, "set": fields}


def titles(record):
    return sorted(each["set"]["title"] for each in record["writes"] if "title" in each["set"])


def test_what_the_backup_lacks_comes_back_as_it_was(app, ana, ben, family, restore):
    copy = copy_of(app)
    mine = task_in(ana, family)
    restore(copy)
    assert mine["id"] not in held(ben, family)
    [outcome] = offer(ana, offer_of(mine, family))
    back = held(ben, family)[mine["id"]]
    assert outcome == {"status": "applied", "seq": back["seq"]}
    assert (back["clock"], back["writes"]) == (mine["clock"], mine["writes"])
    assert offer(ben, offer_of(mine, family)) == [outcome], "it is known now"


def test_an_offer_replaces_what_its_device_had_seen(app, ana, family, restore):
    task = task_in(ana, family)
    copy = copy_of(app)
    edit = ana.change({"title": "Oat"}, task["id"], space=family, seen=task["clock"], n=80_000)
    ana.push(edit | {"prev": task["clock"][ana.phone]})
    newer = held(ana, family)[task["id"]]
    restore(copy)
    offer(ana, offer_of(newer, family))
    assert titles(held(ana, family)[task["id"]]) == ["Oat"]


def test_what_the_backup_holds_and_the_device_never_saw_stays(app, ana, ben, family, restore):
    old = task_in(ana, family)
    edit = ben.change({"title": "Ben's"}, old["id"], space=family, seen={}, n=80_001, at=LATER)
    ben.push(edit)
    copy = copy_of(app)
    restore(copy)
    beside = offer_of(
        old,
        family,
        clock=old["clock"] | {"unknown0000000000000": 1},
        writes=[*old["writes"], written("unknown0000000000000", 1, {"description": "Fresh"})],
    )
    [outcome] = offer(ana, beside)
    assert outcome["status"] == "applied"
    now = held(ana, family)[old["id"]]
    assert titles(now) == ["Ben's", "Milk"]
    assert merge.value(now, "description") == "Fresh"


def test_a_server_that_was_not_restored_takes_no_offer(ana, family):
    mine = task_in(ana, family)
    [outcome] = offer(ana, offer_of(mine, family, id=new_id()))
    assert outcome["code"] == "not_restored"


def test_nor_does_one_that_was_restored_long_ago(app, ana, family, restore):
    copy = copy_of(app)
    mine = task_in(ana, family)
    restore(copy)
    clock.travel(TRASH_MS + 60_000)
    ana.headers = sign_in(ana.http, ana.email)
    [outcome] = offer(ana, offer_of(mine, family))
    assert outcome["code"] == "too_late"


def test_each_outcome_stands_for_itself(app, ana, ben, cleo, family, restore):
    copy = copy_of(app)
    mine, others = task_in(ana, family), task_in(ben, ben.space)
    restore(copy)
    given = [
        offer_of(mine, family),
        {"space": family, "kind": "task", "id": "x"},
        "nonsense",
        offer_of(others, ben.space),
        offer_of(mine, family, id=new_id(), kind="member"),
        offer_of(mine, family, id=new_id(), kind="nothing"),
        offer_of(mine, family, id=new_id(), clock={}),
        offer_of(mine, family, id=new_id(), writes=[]),
        offer_of(mine, family, id=new_id(), writes=mine["writes"] * 2),
        offer_of(mine, family, id=new_id(), writes=[{**mine["writes"][0], "at": "yesterday"}]),
        offer_of(mine, family, id=new_id(), writes=[{**mine["writes"][0], "set": {}}]),
        offer_of(mine, family, id=new_id(), clock=mine["clock"] | {"": 1}),
        offer_of(mine, family, id=new_id(), clock=mine["clock"] | {ana.phone: -1}),
        offer_of(mine, family, id=new_id(), clock=mine["clock"] | {ana.phone: 2**53}),
    ]
    told = [each.get("code", each["status"]) for each in offer(ana, *given)]
    kinds = ["server_only", "unknown_kind"]
    no_space = ["no_such_space"] * 2  # of the nonsense, and of ben's own
    assert told == ["applied", "bad_change", *no_space, *kinds, *["bad_change"] * 8]
    assert mine["id"] in held(ben, family)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "x" * 501},
        {"title": 5},
        {"status": "done"},
        {"colour": "red"},
        {"title": "Half \ud83d"},
    ],
    ids=lambda fields: str(fields)[:20].encode("ascii", "replace").decode(),
)
def test_values_that_no_change_can_have_are_refused(app, ana, family, restore, fields):
    copy = copy_of(app)
    mine = task_in(ana, family)
    restore(copy)
    writes = [{**mine["writes"][0], "set": mine["writes"][0]["set"] | fields}]
    [outcome] = offer(ana, offer_of(mine, family, writes=writes))
    assert outcome["status"] == "rejected" and "seq" not in outcome
    assert mine["id"] not in held(ana, family)


def test_a_viewer_offers_nothing_new(app, ana, cleo, family, restore):
    copy = copy_of(app)
    mine = task_in(ana, family)
    restore(copy)
    [outcome] = offer(cleo, offer_of(mine, family))
    assert outcome["code"] == "read_only"
    offer(ana, offer_of(mine, family))
    [outcome] = offer(cleo, offer_of(mine, family))
    assert outcome["status"] == "applied", "it holds nothing that the server lacks"


def test_another_epoch_is_not_checked(app, ana, family, restore):
    copy = copy_of(app)
    mine = task_in(ana, family)
    before = ana.sync().json["epoch"]
    restore(copy)
    answer = send(ana, offer_of(mine, family), epoch=before)
    assert answer.json["device_conflict"] and answer.json["epoch"] != before
    assert answer.json["outcomes"] == [{"status": "device_conflict"}]
    assert send(ana, epoch=None).status_code == 400


def test_no_device_of_after_the_restore_can_be_forged(app, ana, ben, family, restore):
    copy = copy_of(app)
    mine = task_in(ana, family)
    restore(copy)
    ben.push(ben.new_task(space=family), device="benafter000000000000")
    forged = offer_of(
        mine,
        family,
        clock=mine["clock"] | {"benafter000000000000": 9},
        writes=[*mine["writes"], written("benafter000000000000", 9, {"title": "Forged"})],
    )
    [outcome] = offer(ana, forged)
    assert outcome["code"] == "bad_change"
    assert mine["id"] not in held(ben, family)


def test_a_clock_cannot_wipe_a_comment_of_someone_else(app, ana, ben, family, restore):
    task = task_in(ana, family)
    fields = {"task": task["id"], "text": "Ben says", "author": ben.id, "created": CREATED}
    comment = ben.change(fields, kind="comment", space=family)
    assert ben.push(comment)[0]["status"] == "applied"
    kept = held(ana, family)[comment["id"]]
    [write] = kept["writes"]
    rest = {name: value for name, value in write["set"].items() if name != "text"}
    copy = copy_of(app)
    restore(copy)
    forged = offer_of(
        kept,
        family,
        clock=kept["clock"] | {"unknown0000000000000": 1},
        writes=[
            write | {"set": rest},
            written("unknown0000000000000", 1, {"text": "Ana says"}, LATER),
        ],
    )
    [outcome] = offer(ana, forged)
    assert outcome["status"] == "applied", outcome
    writes = held(ben, family)[comment["id"]]["writes"]
    assert "Ben says" in [each["set"].get("text") for each in writes]


def crowd(record, space, count):
    """An offer of a record with more values in a field than one account may have."""
    devices = [f"unknown{place:013}" for place in range(count)]
    added = [
        written(by, 1, {"title": f"Forged {place}"}, f"2026-11-24T10:00:0{place}.000Z-0000")
        for place, by in enumerate(devices)
    ]
    clocks = record["clock"] | dict.fromkeys(devices, 1)
    return offer_of(record, space, clock=clocks, writes=record["writes"] + added)


def test_offers_do_not_push_values_out_of_a_field(app, ana, ben, family, restore):
    task = task_in(ana, family)
    restore(copy_of(app))
    crowded = crowd(held(ana, family)[task["id"]], family, 9)
    [outcome] = offer(ben, crowded)
    assert outcome["left_out"] == ["title"]
    assert titles(held(ana, family)[task["id"]]) == ["Forged 7", "Forged 8", "Milk"]


def test_what_was_left_out_is_told_again_if_the_answer_was_lost(app, ana, family, restore):
    task = task_in(ana, family)
    restore(copy_of(app))
    crowded = crowd(held(ana, family)[task["id"]], family, 4)
    [first] = offer(ana, crowded)
    [again] = offer(ana, crowded)
    assert first["left_out"] == ["title"] and again == first
    clocks = dict(reversed(crowded["clock"].items()))
    [in_another_order] = offer(ana, {**crowded, "clock": clocks})
    assert in_another_order == first


def test_an_equal_value_is_no_loss(app, ana, family, restore):
    task = task_in(ana, family)
    restore(copy_of(app))
    crowded = crowd(held(ana, family)[task["id"]], family, 4)
    for write in crowded["writes"][-4:]:
        write["set"] = {"title": "Milk"}
    [outcome] = offer(ana, crowded)
    assert outcome["status"] == "applied" and "left_out" not in outcome


def test_what_was_purged_before_the_backup_stays_gone(app, ana, family, restore):
    task = task_in(ana, family)
    edit = ana.change({"deleted": CREATED}, task["id"], space=family, seen=task["clock"], n=80_002)
    ana.push(edit | {"prev": task["clock"][ana.phone]})
    in_trash = held(ana, family)[task["id"]]
    clock.travel(TRASH_MS + 60_000)
    with app.app_context():
        assert retention.run_once(app.extensions["writer"]) == 1
    restore(copy_of(app))
    more = in_trash["clock"] | {"unknown0000000000000": 1}
    [outcome] = offer(ana, offer_of(in_trash, family, clock=more))
    assert outcome["status"] == "gone"
    assert task["id"] not in held(ana, family)


def move(person, record, source, target, n):
    change = person.change({}, record["id"], space=source, seen=record["clock"], n=n, move=target)
    [outcome] = person.push(change | {"prev": record["clock"].get(person.phone, 0)})
    assert outcome["status"] == "applied", outcome
    return held(person, target)[record["id"]]


def test_a_record_that_had_moved_moves_again(app, ana, ben, family, restore):
    task = task_in(ana, ana.space)
    copy = copy_of(app)
    moved = move(ana, task, ana.space, family, 80_003)
    restore(copy)
    [outcome] = offer(ana, offer_of(moved, family))
    assert outcome["status"] == "applied" and "space" not in outcome
    assert titles(held(ben, family)[task["id"]]) == ["Milk"]
    assert task["id"] not in held(ana, ana.space)


def test_who_cannot_take_it_out_joins_it_where_it_is(app, ana, ben, family, other, restore):
    """Ben offers ana's task in his own space, and it is in the family's, where it stays."""
    comment = task_in(ana, family)
    restore(copy_of(app))
    strange = offer_of(
        comment,
        ben.space,
        clock=comment["clock"] | {"unknown0000000000000": 1},
        writes=[*comment["writes"], written("unknown0000000000000", 1, {"description": "More"})],
    )
    [outcome] = offer(ben, strange)
    assert outcome["status"] == "applied"
    found = [held(ben, space).get(comment["id"]) for space in (family, ben.space)]
    [record] = [each for each in found if each]
    assert merge.value(record, "description") == "More"


def test_two_copies_in_two_spaces_end_as_one(app, ana, ben, family, restore):
    task = task_in(ana, ana.space)
    copy = copy_of(app)
    moved = move(ana, task, ana.space, family, 80_004)
    restore(copy)
    [outcome] = offer(ben, offer_of(moved, family))
    assert outcome["status"] == "applied", "ben does not see ana's own copy"
    assert task["id"] in held(ana, ana.space)
    [outcome] = offer(ana, offer_of(moved, family))
    assert outcome["status"] == "applied"
    assert task["id"] not in held(ana, ana.space)
    tasks = [each for each in held(ana, family).values() if each["kind"] == "task"]
    assert [each["id"] for each in tasks] == [task["id"]]


def test_a_full_account_is_offered_nothing_new(app, ana, family, restore):
    copy = copy_of(app)
    known = task_in(ana, ana.space)
    restore(copy)
    app.extensions["rules"] = app.extensions["rules"].__class__(records_max=0, bytes_max=10**9)
    [outcome] = offer(ana, offer_of(known, ana.space))
    assert outcome["code"] == "quota_full"


def test_readings_far_ahead_become_the_time_of_now(app, ana, family, restore):
    copy = copy_of(app)
    mine = task_in(ana, family)
    restore(copy)
    writes = [each | {"at": "2200-01-01T00:00:00.000Z-0000"} for each in mine["writes"]]
    offer(ana, offer_of(mine, family, writes=writes))
    assert all(each["at"] < "2190" for each in held(ana, family)[mine["id"]]["writes"])


def test_the_history_says_who_offered(app, ana, ben, family, restore):
    copy = copy_of(app)
    mine = task_in(ana, family)
    restore(copy)
    offer(ben, offer_of(mine, family))
    answer = ana.http.get(f"/api/v1/tasks/{mine['id']}/history", headers=ana.headers)
    [told] = answer.json["changes"]
    assert told["account"] == ben.id and told["fields"]["offered"] is True, told
