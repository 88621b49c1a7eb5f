"""A field holds at most two concurrent writes of one account, so no member pushes out what another
one typed.
"""

import pytest

from server.core import merge
from tests.server.people import Person, shared_space

EARLY, LATE = "2026-11-23T18:20:32.000Z-0000", "2026-11-23T18:20:39.000Z-0000"


@pytest.fixture
def family(app, ana, ben):
    return shared_space(app, ana, editor=ben)


@pytest.fixture
def task(ana, family):
    task = ana.new_task("Milk", space=family, at=EARLY)
    ana.push(task)
    return {"id": task["id"], "clock": {ana.phone: task["n"]}}


def blind(person, task, family, fields, device, at=LATE, n=90_000):
    """The outcome of a change by a device that has seen the record only as it was created."""
    change = person.change(fields, task["id"], space=family, seen=task["clock"], n=n, at=at)
    change["prev"] = task["clock"].get(device, 0)
    return person.push(change, device=device)[0]


def record_of(person, task, family):
    found = person.sync().json["spaces"][family]["records"]
    return next(record for record in found if record["id"] == task["id"])


def held(person, task, family, field="title"):
    writes = record_of(person, task, family)["writes"]
    return sorted(str(write["set"][field]) for write in writes if field in write["set"])


def devices(name, count):
    return [f"{name}{place:016}" for place in range(count)]


def test_nine_values_of_one_account_displace_nobodys(ana, ben, family, task):
    blind(ana, task, family, {"title": "Ana's"}, ana.laptop, EARLY)
    for place, device in enumerate(devices("ben", 9)):
        blind(ben, task, family, {"title": f"Ben {place}"}, device)
    assert held(ana, task, family) == ["Ana's", "Ben 0", "Ben 1"]


def test_nor_when_they_come_first_from_one_device(ana, ben, family, task):
    told = []
    for n in range(90_000, 90_009):
        change = ben.change(
            {"title": f"Ben {n}"}, task["id"], space=family, seen=task["clock"], n=n, at=LATE
        )
        told += ben.push(change | {"prev": n - 1})
    assert [each.get("code") for each in told] == [None, None] + ["too_many_values"] * 7
    blind(ana, task, family, {"title": "Ana's"}, ana.laptop, EARLY)
    assert "Ana's" in held(ben, task, family)


def test_a_person_with_three_devices_loses_nothing(ana, family, task):
    outcomes = [
        blind(ana, task, family, {"title": f"Ana {place}"}, device)
        for place, device in enumerate(devices("ana", 3))
    ]
    assert [each["status"] for each in outcomes] == ["applied", "merged", "rejected"]
    assert outcomes[2]["code"] == "too_many_values" and "seq" not in outcomes[2]
    again = record_of(ana, task, family)["clock"]
    change = ana.change({"title": "Ana 2"}, task["id"], space=family, seen=again, n=90_001)
    assert ana.push(change, device=devices("ana", 3)[2])[0]["status"] == "applied"
    assert held(ana, task, family) == ["Ana 2"]


def test_a_repeat_has_the_same_outcome(ana, family, task):
    for place, device in enumerate(devices("ana", 3)):
        told = [blind(ana, task, family, {"title": f"Ana {place}"}, device) for _ in range(2)]
        assert told[0] == told[1]


@pytest.mark.parametrize("step", [1, -1])
def test_equal_values_are_one(ana, ben, family, task, step):
    """Whoever completes a task on five devices is refused nothing."""
    blind(ben, task, family, {"status": "in_progress", "completed_at": None}, ben.phone, EARLY)
    for place, device in enumerate(devices("ana", 5)):
        done = f"2026-11-23T18:2{place}:00.000Z"
        at = f"2026-11-23T18:40:{30 + step * place}.000Z-0000"
        fields = {"status": "completed", "completed_at": done, "order": f"a{place}"}
        assert blind(ana, task, family, fields, device, at)["status"] in ("applied", "merged")
    assert held(ana, task, family, "status") == ["completed", "completed", "in_progress"]
    assert len(held(ana, task, family, "order")) == 2
    shown, latest = merge.values(record_of(ana, task, family)), 4 if step > 0 else 0
    assert shown["completed_at"] == f"2026-11-23T18:2{latest}:00.000Z"
    assert shown["order"] == f"a{latest}"


def test_an_equal_value_that_comes_late_changes_nothing(ana, family, task):
    values = ("Oat", 38), ("Soy", 40), ("Soy", 36)
    for (title, second), device in zip(values, devices("ana", 3), strict=True):
        at = f"2026-11-23T18:20:{second}.000Z-0000"
        assert "seq" in blind(ana, task, family, {"title": title}, device, at)
    assert held(ana, task, family) == ["Oat", "Soy"]
    assert merge.value(record_of(ana, task, family), "title") == "Soy"


def test_of_two_equal_values_one_makes_room_for_another(ana, ben, family, task):
    done = {"status": "completed", "completed_at": "2026-11-23T18:20:00.000Z"}
    for place, fields in enumerate([done, done, {"status": "in_progress", "completed_at": None}]):
        blind(ana, task, family, fields, devices("ana", 3)[place])
    assert held(ben, task, family, "status") == ["completed", "in_progress"]


def test_what_the_author_had_seen_leaves_also_if_its_own_write_does(ana, ben, family, task):
    for device in devices("ana", 2):
        blind(ana, task, family, {"title": "Oat"}, device)
    blind(ben, task, family, {"title": "Ben's"}, ben.phone, n=90_001)
    known = {"id": task["id"], "clock": task["clock"] | {ben.phone: 90_001}}
    blind(ana, known, family, {"title": "Oat"}, devices("ana", 3)[2], EARLY)
    assert held(ana, task, family) == ["Oat", "Oat"]


def test_values_that_their_author_had_seen_do_not_count(ana, family, task):
    for n in range(90_000, 90_005):
        seen = record_of(ana, task, family)["clock"]
        change = ana.change({"title": f"{n}"}, task["id"], space=family, seen=seen, n=n)
        change["prev"] = seen[ana.phone]
        assert ana.push(change)[0]["status"] == "applied"
    assert held(ana, task, family) == ["90004"]


def test_a_move_brings_no_more(ana, ben, family, task):
    for place, device in enumerate(devices("ana", 2)):
        blind(ana, task, family, {"title": f"Ana {place}"}, device)
    change = ana.change({"title": "Moved"}, task["id"], space=family, seen=task["clock"], n=90_009)
    change |= {"prev": task["clock"][ana.phone], "move": ana.space}
    assert ana.push(change)[0]["code"] == "too_many_values"
    assert held(ben, task, family) == ["Ana 0", "Ana 1"]


def test_a_move_keeps_whose_the_values_are(ana, family, task):
    for place, device in enumerate(devices("ana", 2)):
        blind(ana, task, family, {"title": f"Ana {place}"}, device)
    seen = record_of(ana, task, family)["clock"]
    move = ana.change({}, task["id"], space=family, seen=seen, n=90_009, move=ana.space)
    assert ana.push(move | {"prev": seen[ana.phone]})[0]["status"] in ("applied", "merged")
    late = blind(ana, task, family, {"title": "Late"}, devices("ana", 3)[2])
    assert late["code"] == "too_many_values"


def test_each_member_has_room(app, ana, ben):
    cleo = Person(app, "cleo@example.org")
    space = shared_space(app, ana, "Three", editor=[ben, cleo])
    task = ana.new_task("Milk", space=space, at=EARLY)
    ana.push(task)
    known = {"id": task["id"], "clock": {ana.phone: task["n"]}}
    for name, person in (("ana", ana), ("ben", ben), ("cle", cleo)):
        for place, device in enumerate(devices(name, 3)):
            blind(person, known, space, {"title": f"{name} {place}"}, device)
    assert held(ana, known, space) == ["ana 0", "ana 1", "ben 0", "ben 1", "cle 0", "cle 1"]
