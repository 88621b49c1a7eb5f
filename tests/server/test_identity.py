"""Two spaces can have the same id: what an account cannot see never decides about its own records,
and it sees every one of them.
"""

import json
import uuid

import pytest

from server.core import merge
from server.core.ids import other_id
from tests.server.people import new_id, shared_space


@pytest.fixture
def family(app, ana, ben):
    return shared_space(app, ana, editor=ben)


def records_of(person, space):
    return {record["id"]: record for record in person.sync().json["spaces"][space]["records"]}


def title(record):
    return merge.value(record, "title")


def next_id(task_id):
    return str(uuid.uuid5(uuid.UUID(task_id), "next"))


def without(answer, *ids):
    """A reply's bytes without what differs between any two requests: ids and the time."""
    text = answer.get_data(as_text=True)
    for each in ids:
        text = text.replace(each, "ID")
    return text.replace(str(json.loads(text)["now"]), "NOW") if "now" in json.loads(text) else text


class TestAnIdInAHiddenSpace:
    @pytest.fixture
    def secret(self, ana):
        """A task in ana's personal space, whose id ben knows."""
        task = ana.new_task("Secret")
        ana.push(task)
        return task["id"]

    def test_a_new_record_is_answered_as_if_the_id_were_free(self, ana, ben, family, secret):
        free = new_id()
        answers = {}
        for each in (secret, free):
            before = records_of(ben, family)
            answer = ben.sync([ben.new_task("Ben's", record_id=each, space=family, n=len(before))])
            [outcome] = answer.json["outcomes"]
            assert outcome["status"] == "applied"
            answers[each] = records_of(ben, family)[each]
        assert title(answers[secret]) == title(answers[free])
        assert answers[free]["seq"] - answers[secret]["seq"] == 1

    def test_everyone_sees_their_records_and_nobody_loses_one(self, ana, ben, family, secret):
        ben.push(ben.new_task("Ben's", record_id=secret, space=family))
        assert title(records_of(ben, family)[secret]) == "Ben's"
        assert title(records_of(ana, ana.space)[secret]) == "Secret"
        shared = records_of(ana, family)
        assert secret not in shared and title(shared[other_id(family, secret)]) == "Ben's"

    def test_an_edit_under_the_other_id_reaches_the_record(self, ana, ben, family, secret):
        ben.push(ben.new_task("Ben's", record_id=secret, space=family))
        seen = records_of(ana, family)[other_id(family, secret)]
        edit = ana.change(
            {"title": "Edited"}, seen["id"], space=family, seen=seen["clock"], n=50_000
        )
        [outcome] = ana.push(edit)
        assert outcome["status"] == "applied"
        assert ana.push(edit) == [outcome]
        assert title(records_of(ben, family)[secret]) == "Edited"
        assert title(records_of(ana, family)[seen["id"]]) == "Edited"
        assert title(records_of(ana, ana.space)[secret]) == "Secret"

    def test_an_edit_after_a_refused_move_reaches_no_other_record(self, ana, ben, family, secret):
        """The device believes that the record has moved to the space in which another has its id."""
        ben.push(ben.new_task("Ben's", record_id=secret, space=family))
        move = ana.edit({}, {"id": secret, "kind": "task"}) | {"move": family, "n": 70_000}
        late = ana.change(
            {"title": "Private"},
            secret,
            space=family,
            seen=move["seen"] | {ana.phone: 70_000},
            prev=70_000,
            n=70_001,
        )
        for _ in range(2):
            assert [each["code"] for each in ana.push(move, late)] == ["id_taken", "id_taken"]
        assert title(records_of(ben, family)[secret]) == "Ben's"
        assert title(records_of(ana, ana.space)[secret]) == "Secret"

    def test_references_follow(self, ana, ben, family):
        same = new_id()
        ana.push(ana.new_list("Hers", record_id=same))
        task = ben.new_task("In it", space=family, fields={"list": same})
        ben.push(ben.new_list("Ben's", record_id=same, space=family), task)
        other = other_id(family, same)
        assert merge.value(records_of(ana, family)[task["id"]], "list") == other
        late = ana.new_task("Too", space=family, fields={"list": other})
        ana.push(late)
        assert merge.value(records_of(ben, family)[late["id"]], "list") == same

    def test_a_move_is_answered_as_if_the_id_were_free(self, ana, ben, family, secret):
        task = ben.new_task("Ben's", record_id=secret)
        ben.push(task)
        [outcome] = ben.push(ben.edit({}, task) | {"move": family})
        assert (outcome["status"], outcome["space"]) == ("applied", family)
        assert title(records_of(ana, family)[other_id(family, secret)]) == "Ben's"
        assert title(records_of(ana, ana.space)[secret]) == "Secret"

    def test_a_new_member_sees_both(self, app, ana, ben, secret):
        space = shared_space(app, ben, "Ben's")
        ben.push(ben.new_task("Ben's", record_id=secret, space=space))
        shared_space(app, ben, "Other", editor=ana)
        with app.app_context():
            from server import clock
            from server.spaces import members

            app.extensions["writer"].run(
                lambda connection: members.add_member(
                    connection, space, ana.id, "editor", clock.now_ms()
                )
            )
        assert title(records_of(ana, space)[other_id(space, secret)]) == "Ben's"
        assert title(records_of(ana, ana.space)[secret]) == "Secret"

    def test_the_other_id_stays_when_the_first_record_goes(self, ana, ben, family, secret):
        ben.push(ben.new_task("Ben's", record_id=secret, space=family))
        ana.push(ana.edit({}, {"id": secret, "kind": "task"}) | {"move": family})
        assert other_id(family, secret) in records_of(ana, family)

    def test_a_record_keeps_its_other_id_in_a_third_space(self, app, ana, ben, family, secret):
        third = shared_space(app, ana, "Third", editor=ben)
        ben.push(ben.new_task("Ben's", record_id=secret, space=family))
        other = other_id(family, secret)
        seen = records_of(ana, family)[other]
        move = ana.change({}, other, space=family, move=third, seen=seen["clock"], n=60_000)
        assert ana.push(move)[0]["status"] == "applied"
        assert title(records_of(ana, third)[other]) == "Ben's"
        late = ana.change(
            {"title": "Late"},
            other,
            space=family,
            seen={**seen["clock"], ana.phone: 60_000},
            n=60_001,
            prev=60_000,
        )
        assert ana.push(late)[0]["status"] == "applied"
        assert title(records_of(ben, third)[secret]) == "Late"

    @pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (0, 2, 1)])
    @pytest.mark.parametrize("is_one_batch", [True, False])
    def test_the_other_id_can_be_made_by_others_too(
        self, ana, ben, family, secret, order, is_one_batch
    ):
        other = other_id(family, secret)
        ids = {"First": other, "Second": secret, "Third": other_id(family, other)}
        made = [ben.new_task(name, record_id=each, space=family) for name, each in ids.items()]
        made = [made[place] for place in order]
        made = [each | {"n": n} for n, each in enumerate(made, 80_000)]
        for batch in [made] if is_one_batch else [[each] for each in made]:
            assert {outcome["status"] for outcome in ben.push(*batch)} == {"applied"}
        shown = [title(record) for record in records_of(ana, family).values()]
        assert sorted(filter(None, shown)) == ["First", "Second", "Third"]
        assert len({*records_of(ana, family)} | {*records_of(ana, ana.space)}) == len(
            records_of(ana, family)
        ) + len(records_of(ana, ana.space))


class TestTheNextTask:
    """Someone else creates what a repeating task's next one will be called."""

    @pytest.fixture
    def task(self, ana):
        task = ana.new_task("Water", fields={"repeat": "FREQ=DAILY"})
        ana.push(task)
        return task

    def test_a_blocked_one_comes_to_be(self, ana, ben, family, task):
        same = next_id(task["id"])
        ben.push(ben.new_task("Garbage", record_id=same, space=family))
        records_of(ana, family)
        [outcome] = ana.push(ana.new_task("Water", record_id=same))
        assert outcome["status"] == "applied"
        own = [title(record) for record in records_of(ana, ana.space).values()]
        assert own.count("Water") == 2
        assert title(records_of(ana, family)[same]) == "Garbage"

    def test_a_device_that_did_not_know_can_go_on(self, ana, ben, family):
        task = ana.new_task("Water", space=family, fields={"repeat": "FREQ=DAILY"})
        ana.push(task)
        same = next_id(task["id"])
        ana.push(ana.new_task("Garbage", record_id=same))
        made = ana.new_task("Water", record_id=same, space=family, n=80_000)
        first = ana.change(
            {"title": "Tea"}, same, space=family, seen={ana.laptop: 80_000}, prev=80_000, n=80_001
        )
        assert ana.push(made, device=ana.laptop)[0]["status"] == "applied"
        assert ana.push(first, device=ana.laptop)[0]["status"] == "applied"
        assert title(records_of(ana, family)[other_id(family, same)]) == "Tea"

    @pytest.mark.parametrize("is_first_aware", [True, False])
    def test_two_devices_make_one_whatever_they_know(self, ana, ben, family, task, is_first_aware):
        same = next_id(task["id"])
        ben.push(ben.new_task("Garbage", record_id=same, space=family))
        aware = ana.new_task("Water", record_id=other_id(ana.space, same))
        unaware = ana.new_task("Water", record_id=same)
        pair = [(aware, ana.phone), (unaware, ana.laptop)]
        for change, device in pair if is_first_aware else reversed(pair):
            assert ana.push(change, device=device)[0]["status"] in ("applied", "merged")
        own = [title(record) for record in records_of(ana, ana.space).values()]
        assert own.count("Water") == 2

    @pytest.mark.parametrize("kind", ["list", "moved"])
    def test_in_the_same_space_too(self, ana, ben, family, kind):
        task = ana.new_task("Water", space=family, fields={"repeat": "FREQ=DAILY"})
        ana.push(task)
        same = next_id(task["id"])
        if kind == "list":
            ben.push(ben.new_list("Garbage", record_id=same, space=family))
        else:
            garbage = ben.new_task("Garbage", record_id=same, space=family)
            ben.push(garbage)
            seen = records_of(ben, family)[same]["clock"]
            move = ben.change(
                {}, same, space=family, move=ben.space, seen=seen, prev=garbage["n"], n=70_000
            )
            assert ben.push(move)[0]["status"] == "applied"
        sub = ana.new_task("Part", space=family, fields={"parent": same})
        outcomes = ana.push(ana.new_task("Water", record_id=same, space=family), sub)
        assert [outcome["status"] for outcome in outcomes] == ["applied", "applied"]
        shared = records_of(ana, family)
        assert title(shared[other_id(family, same)]) == "Water"
        assert merge.value(shared[sub["id"]], "parent") == other_id(family, same)

    def test_garbage_in_its_place_loses_to_no_value(self, ana, ben, family):
        task = ana.new_task("Water", space=family, fields={"repeat": "FREQ=DAILY"})
        ana.push(task)
        same = next_id(task["id"])
        ben.push(ben.new_task("Garbage", record_id=same, space=family))
        [outcome] = ana.push(ana.new_task("Water", record_id=same, space=family))
        assert outcome["status"] == "merged" and "title" in outcome["fields"]
        held = {write["set"].get("title") for write in records_of(ben, family)[same]["writes"]}
        assert held == {"Garbage", "Water"}
