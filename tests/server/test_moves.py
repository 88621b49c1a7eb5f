"""Moves between spaces: one change, performed by the server; late edits find the record in its
current space.
"""

import pytest

from server import clock
from server.core import merge
from server.core.ids import other_id
from tests.server.people import Person, new_id, set_role, shared_space
from tests.simulation.device import Device


@pytest.fixture
def cleo(app):
    return Person(app, "cleo@example.org", "Cleo")


@pytest.fixture
def family(app, ana, ben, cleo):
    return shared_space(app, ana, editor=ben, viewer=cleo)


def records_of(person, space):
    news = person.sync().json["spaces"].get(space)
    return (
        {record["id"]: record for record in news["records"]} if news and "records" in news else None
    )


def value(record, field):
    return merge.value(record, field)


def move_of(person, record, target, fields=None, **others):
    return person.edit(fields or {}, record, **others) | {"move": target}


class TestAListIsShared:
    @pytest.fixture
    def home(self, ana, ben):
        """A list of ana's with a task, a subtask and a comment."""
        self.list = ana.new_list("Trip")
        self.task = ana.new_task("Tent", fields={"list": self.list["id"]})
        self.sub = ana.new_task("Pegs", fields={"list": self.list["id"], "parent": self.task["id"]})
        self.comment = ana.change(
            {
                "task": self.task["id"],
                "text": "The blue one",
                "author": ana.id,
                "created": "2026-11-23T18:20:32.123Z",
            },
            kind="comment",
        )
        self.other = ana.new_task("Private")
        assert all(
            outcome["status"] == "applied"
            for outcome in ana.push(self.list, self.task, self.sub, self.comment, self.other)
        )
        return self

    def test_everything_in_it_goes_along_whole(self, ana, ben, family, home):
        before = records_of(ana, ana.space)
        [outcome] = ana.push(move_of(ana, home.list, family))
        assert (outcome["status"], outcome["space"]) == ("applied", family)
        there = records_of(ben, family)
        for moved in (home.task, home.sub, home.comment):
            assert {**there[moved["id"]], "seq": 0} == {**before[moved["id"]], "seq": 0}
        assert value(there[home.list["id"]], "name") == "Trip"
        assert there[home.list["id"]]["seq"] == outcome["seq"]
        assert home.other["id"] not in there

    def test_only_tombstones_stay(self, ana, family, home):
        cursor = ana.pull()["cursor"]
        ana.push(move_of(ana, home.list, family))
        news = ana.pull(cursor)["records"]
        assert {record["id"] for record in news} == {
            moved["id"] for moved in (home.list, home.task, home.sub, home.comment)
        }
        assert all(record.get("grave") and "moved_to" not in record for record in news)

    def test_a_late_edit_finds_the_record(self, ana, ben, family, home):
        late = ana.edit({"title": "Big tent"}, home.task, device=ana.laptop)
        ana.push(move_of(ana, home.list, family))
        [outcome] = ana.push(late, device=ana.laptop)
        assert (outcome["status"], outcome["space"]) == ("applied", family)
        assert value(records_of(ben, family)[home.task["id"]], "title") == "Big tent"

    def test_a_repeat_of_a_late_edit_gets_its_first_outcome(self, ana, family, home):
        late = ana.edit({"title": "Big tent"}, home.task, device=ana.laptop)
        ana.push(move_of(ana, home.list, family))
        assert ana.push(late, device=ana.laptop) == ana.push(late, device=ana.laptop)
        assert len(records_of(ana, family)[home.task["id"]]["writes"]) == 2

    def test_a_repeat_of_the_move_gets_its_first_outcome(self, ana, family, home):
        move = move_of(ana, home.list, family)
        assert ana.push(move) == ana.push(move)

    def test_what_is_made_for_it_meanwhile_follows(self, ana, ben, family, home):
        ana.push(move_of(ana, home.list, family))
        late = ana.new_task("Stove", fields={"list": home.list["id"]})
        [outcome] = ana.push(late, device=ana.laptop)
        assert outcome["space"] == family
        assert value(records_of(ben, family)[late["id"]], "title") == "Stove"

    def test_it_can_come_back(self, ana, ben, family, home):
        ana.push(move_of(ana, home.list, family))
        record = records_of(ana, family)[home.list["id"]]
        back = ana.change(
            {},
            home.list["id"],
            kind="list",
            space=family,
            move=ana.space,
            seen=record["clock"],
            prev=max(record["clock"].values()),
        )
        [outcome] = ana.push(back)
        assert (outcome["status"], outcome["space"]) == ("applied", ana.space)
        assert value(records_of(ana, ana.space)[home.task["id"]], "title") == "Tent"
        assert all(
            record.get("grave")
            for record in [records_of(ben, family).get(home.task["id"])]
            if record
        )

    def test_counts_follow(self, app, ana, family, home):
        def counts():
            with app.app_context():
                from sqlalchemy import false, func, select

                from server.database import reading
                from server.journal.models import Record, SpaceCounter

                with reading() as connection:
                    heads = {
                        row.space_id: (row.records, row.bytes)
                        for row in connection.execute(select(SpaceCounter))
                    }
                    real = {
                        row[0]: (row[1], row[2])
                        for row in connection.execute(
                            select(
                                Record.space_id, func.count(), func.sum(func.length(Record.body))
                            )
                            .where(Record.is_tombstone == false())
                            .group_by(Record.space_id)
                        )
                    }
            return heads, real

        for step in ([], [move_of(ana, home.list, family)]):
            if step:
                ana.push(*step)
            heads, real = counts()
            assert {space: heads[space] for space in real} == real


class TestWhoMayMove:
    def test_only_into_a_space_that_one_may_write(self, ana, ben, cleo, family, app):
        strange = shared_space(app, ben, "Ben's")
        task = cleo.new_task("Mine")
        cleo.push(task)
        assert cleo.push(move_of(cleo, task, family))[0]["code"] == "read_only"
        assert cleo.push(move_of(cleo, task, strange))[0]["code"] == "no_such_space"
        assert cleo.push(move_of(cleo, task, new_id()))[0]["code"] == "no_such_space"
        assert value(cleo.record(task["id"]), "title") == "Mine"

    def test_an_editor_takes_out_only_what_it_brought(self, ana, ben, family):
        theirs = ana.new_task("Hers", space=family)
        ana.push(theirs)
        record = records_of(ben, family)[theirs["id"]]
        take = ben.change({}, theirs["id"], space=family, move=ben.space, seen=record["clock"])
        assert ben.push(take)[0]["code"] == "owner_only"
        own = ben.new_task("His")
        ben.push(own)
        [brought] = ben.push(move_of(ben, own, family))
        assert brought["status"] == "applied"
        record = records_of(ben, family)[own["id"]]
        back = ben.change(
            {},
            own["id"],
            space=family,
            move=ben.space,
            seen=record["clock"],
            prev=max(record["clock"].values()),
        )
        assert ben.push(back)[0]["status"] == "applied"

    def test_an_edit_of_what_went_where_one_may_not_follow_is_told(self, ana, ben, family):
        task = ana.new_task("Secret", space=family)
        ana.push(task)
        record = records_of(ben, family)[task["id"]]
        late = ben.change({"title": "Late"}, task["id"], space=family, seen=record["clock"])
        ana.push(
            ana.change(
                {},
                task["id"],
                space=family,
                move=ana.space,
                seen=record["clock"],
                prev=max(record["clock"].values()),
            )
        )
        [outcome] = ben.push(late)
        assert outcome["status"] == "moved" and "seq" not in outcome
        assert value(ana.record(task["id"]), "title") == "Secret"

    def test_an_id_in_use_in_the_other_space_is_taken(self, ana, ben, family):
        same = new_id()
        ben.push(ben.new_task("Ben's", record_id=same, space=family))
        task = ben.new_task("Mine", record_id=same)
        assert ben.push(task)[0]["status"] == "applied"
        other = other_id(ben.space, same)
        seen = records_of(ben, ben.space)[other]["clock"]
        move = ben.change({}, other, move=family, seen=seen, prev=task["n"])
        assert ben.push(move)[0]["code"] == "id_taken"

    def test_comments_and_members_do_not_move(self, ana, family):
        comment = ana.change(
            {
                "task": new_id(),
                "text": "x",
                "author": ana.id,
                "created": "2026-11-23T18:20:32.123Z",
            },
            kind="comment",
        )
        ana.push(comment)
        assert ana.push(move_of(ana, comment, family))[0]["code"] == "bad_change"


class TestRights:
    def test_of_a_viewer_nothing_is_applied(self, cleo, family):
        [outcome] = cleo.push(cleo.new_task("No", space=family))
        assert outcome["code"] == "read_only"

    def test_they_are_those_at_the_moment_of_applying(self, app, ana, ben, family):
        task = ana.new_task("Milk", space=family)
        ana.push(task)
        record = records_of(ben, family)[task["id"]]
        waiting = [
            ben.change({"title": f"Offline {n}"}, task["id"], space=family, seen=record["clock"])
            for n in range(2)
        ]
        set_role(app, ana, family, ben, "viewer")
        assert [outcome["code"] for outcome in ben.push(waiting[0])] == ["read_only"]
        set_role(app, ana, family, ben, None)
        answer = ben.sync([waiting[1]], cursors={family: None}).json
        assert answer["outcomes"][0]["code"] == "no_such_space"
        assert answer["spaces"][family] == {"revoked": True}
        assert value(records_of(ana, family)[task["id"]], "title") == "Milk"

    def test_unsent_work_of_who_was_removed_is_kept_by_its_device(self, app, ana, ben, family):
        device = Device(clock=clock.now_ms)

        def talk(asked):
            device.receive(asked, ben.http.post("/sync", json=asked, headers=ben.headers).json)

        talk(device.request())
        tasks = [new_id() for _ in range(3)]
        for task in tasks:
            device.edit(
                family,
                "task",
                task,
                {"title": f"Unsent {task}", "status": "pending", "completed_at": None},
            )
        set_role(app, ana, family, ben, None)
        talk(device.request(changes_max=1))
        assert [(entry["id"], outcome["status"]) for entry, outcome in device.rejected] == [
            (tasks[0], "rejected"),
            (tasks[1], "revoked"),
            (tasks[2], "revoked"),
        ]
        assert (
            not device.outbox
            and family not in device.roles
            and not any(space == family for space, _ in device.copies)
        )

    def test_a_comment_is_its_authors(self, app, ana, ben, family):
        def comment(person, author):
            return person.change(
                {
                    "task": new_id(),
                    "text": "Hello",
                    "author": author,
                    "created": "2026-11-23T18:20:32.123Z",
                },
                kind="comment",
                space=family,
            )

        assert ben.push(comment(ben, ana.id))[0]["code"] == "not_author"
        own = comment(ben, ben.id)
        ben.push(own)
        clock = records_of(ana, family)[own["id"]]["clock"]

        def by_ana(fields):
            return ana.change(fields, own["id"], kind="comment", space=family, seen=clock)

        assert ana.push(by_ana({"text": "Changed"}))[0]["code"] == "not_author"
        assert ana.push(by_ana({"author": ana.id}))[0]["code"] == "bad_value"
        assert ana.push(by_ana({"deleted": "2026-11-24T00:00:00Z"}))[0]["status"] == "applied"

    def test_only_an_owner_or_the_author_deletes_a_comment(self, app, ana, ben, family):
        own = ana.change(
            {
                "task": new_id(),
                "text": "Hello",
                "author": ana.id,
                "created": "2026-11-23T18:20:32.123Z",
            },
            kind="comment",
            space=family,
        )
        ana.push(own)
        gone = ben.change(
            {"deleted": "2026-11-24T00:00:00Z"},
            own["id"],
            kind="comment",
            space=family,
            seen=records_of(ben, family)[own["id"]]["clock"],
        )
        assert ben.push(gone)[0]["code"] == "not_author"

    def test_members_and_names_flow_as_records(self, app, ana, ben, family):
        held = {record["kind"]: record for record in records_of(ben, family).values()}
        assert value(held["space"], "name") == "Family"
        members = {
            value(record, "account"): value(record, "role")
            for record in records_of(ben, family).values()
            if record["kind"] == "member"
        }
        assert members[ana.id] == "owner" and members[ben.id] == "editor"
        set_role(app, ana, family, ben, "owner")
        members = {
            value(record, "account"): value(record, "role")
            for record in records_of(ben, family).values()
            if record["kind"] == "member"
        }
        assert members[ben.id] == "owner"
        assert ben.sync().json["spaces"][family]["role"] == "owner"


class TestMovesAmongOtherChanges:
    """A device's offline changes are checked in their order, whatever spaces they name."""

    @pytest.fixture
    def pair(self, ana, family):
        self.there, self.task = ana.new_task("There", space=family), ana.new_task("Mine")
        ana.push(self.there, self.task)
        return self

    def test_an_edit_behind_a_move_is_judged_behind_it(self, ana, ben, family, pair):
        before = ana.change(
            {"title": "Edited"},
            pair.there["id"],
            space=family,
            seen=records_of(ana, family)[pair.there["id"]]["clock"],
            prev=pair.there["n"],
        )
        move = move_of(ana, pair.task, family)
        after = ana.change(
            {"title": "Shared"},
            pair.task["id"],
            space=family,
            seen={ana.phone: move["n"]},
            prev=move["n"],
        )
        assert [outcome["status"] for outcome in ana.push(before, move, after)] == ["applied"] * 3
        assert value(records_of(ben, family)[pair.task["id"]], "title") == "Shared"

    @pytest.mark.parametrize("is_out", [True, False])
    def test_changes_behind_an_earlier_move_are_checked_in_order(self, ana, family, is_out):
        """Whatever the order of the two spaces' ids."""
        here, there = (family, ana.space) if is_out else (ana.space, family)
        task = ana.new_task("Mine", space=here)
        ana.push(task)
        seen = {ana.phone: task["n"]}
        move = ana.change({}, task["id"], space=here, move=there, seen=seen, prev=task["n"])
        ana.push(move)
        seen = {ana.phone: move["n"]}
        first, second = (
            ana.change({"title": title}, task["id"], space=space, seen=seen, prev=move["n"])
            for title, space in (("First", here), ("Second", there))
        )
        second |= {"prev": first["n"]}
        outcomes = ana.push(first, second)
        assert [outcome["status"] for outcome in outcomes] == ["applied", "merged"]
        assert outcomes[0]["space"] == there and "space" not in outcomes[1]

    def test_after_a_clone_is_found_nothing_later_is_applied_and_all_that_was_before_it(
        self, ana, family, pair
    ):
        before, clone = ana.new_task("Before"), pair.there | {"set": {"title": "Clone"}}
        after = ana.new_task("After")
        outcomes = ana.push(before, clone, after)
        assert [outcome["status"] for outcome in outcomes] == [
            "applied",
            "device_conflict",
            "device_conflict",
        ]
        assert ana.record(before["id"]) and ana.record(after["id"]) is None

    @pytest.mark.parametrize("fields", [{}, {"title": "Oat milk"}])
    def test_a_second_move_to_the_same_space_is_an_edit(self, ana, ben, family, pair, fields):
        late = move_of(ana, pair.task, family, fields) | {"n": 1, "prev": 0}
        ana.push(move_of(ana, pair.task, family))
        [outcome] = ana.push(late, device="second" + "0" * 14)
        assert outcome["status"] == "applied" and outcome["space"] == family
        record = records_of(ben, family)[pair.task["id"]]
        assert record["seq"] == outcome["seq"] and record["clock"]["second" + "0" * 14] == 1
        assert value(record, "title") == fields.get("title", "Mine")

    def test_a_move_within_its_own_space_is_an_edit(self, ana, pair):
        [outcome] = ana.push(move_of(ana, pair.task, ana.space, {"title": "Renamed"}))
        assert outcome["status"] == "applied" and "space" not in outcome
        assert value(ana.record(pair.task["id"]), "title") == "Renamed"

    def test_a_late_move_of_a_moved_record_names_where_it_went(self, app, ana, family, pair):
        end = shared_space(app, ana, "End")
        late = move_of(ana, pair.task, end) | {"n": 1, "prev": 0}
        ana.push(move_of(ana, pair.task, family))
        [outcome] = ana.push(late, device="second" + "0" * 14)
        assert outcome["space"] == end
        assert records_of(ana, end)[pair.task["id"]]["seq"] == outcome["seq"]

    def test_a_new_record_is_not_made_by_a_move(self, ana, family):
        [outcome] = ana.push(ana.new_task("New") | {"move": ana.space})
        assert outcome["status"] == "missing"

    def test_a_repeat_is_known_where_its_record_has_gone_on_from(self, app, ana, family, pair):
        end = shared_space(app, ana, "End")
        move = move_of(ana, pair.task, family)
        ana.push(move)
        seen = {ana.phone: move["n"]}
        late = ana.change({"title": "Oat milk"}, pair.task["id"], seen=seen, prev=move["n"])
        [first] = ana.push(late)
        seen = {ana.phone: late["n"]}
        ana.push(ana.change({}, pair.task["id"], space=family, move=end, seen=seen, prev=late["n"]))
        clone = pair.there | {"set": {"title": "Clone"}}
        assert first["space"] == family
        assert ana.push(late) == [first] and ana.push(clone, late)[1] == first

    def test_a_move_undone_offline_shows_nothing_to_anyone(self, ana, cleo, family, pair):
        cursor = cleo.sync().json["spaces"][family]["cursor"]
        first = ana.new_task("Also there", space=family)
        move = move_of(ana, pair.task, family)
        back = ana.change(
            {},
            pair.task["id"],
            space=family,
            move=ana.space,
            seen={ana.phone: move["n"]},
            prev=move["n"],
        )
        assert [outcome["status"] for outcome in ana.push(first, move, back)] == ["applied"] * 3
        assert value(ana.record(pair.task["id"]), "title") == "Mine"
        news = cleo.sync(cursors={family: cursor}).json["spaces"][family]["records"]
        assert not [
            record for record in news if record["id"] == pair.task["id"] and not record.get("grave")
        ]

    def test_a_late_edit_follows_through_spaces_that_its_author_is_not_in(
        self, app, ana, ben, family
    ):
        middle, end = shared_space(app, ana, "Middle"), shared_space(app, ana, "End", editor=ben)
        task = ana.new_task("Milk", space=family)
        ana.push(task)
        record = records_of(ben, family)[task["id"]]
        late = ben.change({"title": "Late"}, task["id"], space=family, seen=record["clock"])
        for source, target in ((family, middle), (middle, end)):
            clock_there = records_of(ana, source)[task["id"]]["clock"]
            ana.push(
                ana.change(
                    {},
                    task["id"],
                    space=source,
                    move=target,
                    seen=clock_there,
                    prev=max(clock_there.values()),
                )
            )
        [outcome] = ben.push(late)
        assert (outcome["status"], outcome["space"]) == ("applied", end)

    def test_a_repeat_gets_its_first_outcome_even_where_the_right_is_gone(
        self, app, ana, ben, family
    ):
        task = ben.new_task("Milk", space=family)
        [first] = ben.push(task)
        set_role(app, ana, family, ben, None)
        assert ben.push(task) == [first]
        assert ben.push(ben.new_task("Other", space=family))[0]["code"] == "no_such_space"

    def test_a_repeat_of_a_late_edit_too(self, app, ana, ben, family):
        other = shared_space(app, ana, "Other", editor=ben)
        task = ana.new_task("Milk", space=family)
        ana.push(task)
        late = ben.change(
            {"title": "Late"},
            task["id"],
            space=family,
            seen=records_of(ben, family)[task["id"]]["clock"],
        )
        ana.push(
            ana.change({}, task["id"], space=family, move=other, seen=task["seen"], prev=task["n"])
        )
        [first] = ben.push(late)
        set_role(app, ana, other, ben, "viewer")
        assert ben.push(late) == [first] and first["status"] in ("applied", "merged")

    def test_a_comment_on_what_went_where_one_may_not_follow_is_told(self, ana, ben, family):
        task = ana.new_task("Milk", space=family)
        ana.push(task)
        ana.push(
            ana.change(
                {},
                task["id"],
                space=family,
                move=ana.space,
                prev=task["n"],
                seen={ana.phone: task["n"]},
            )
        )
        comment = ben.change(
            {
                "task": task["id"],
                "text": "x",
                "author": ben.id,
                "created": "2026-11-23T18:20:32.123Z",
            },
            kind="comment",
            space=family,
        )
        assert ben.push(comment)[0]["status"] == "moved"


class TestNobodyCarriesOffWhatIsOthers:
    @pytest.mark.parametrize("field", ["list", "parent"])
    def test_not_even_inside_something_of_their_own(self, ana, ben, family, field):
        theirs = ana.new_task("Hers", space=family)
        ana.push(theirs)
        own = ben.new_list("Mine") if field == "list" else ben.new_task("Mine")
        ben.push(own)
        assert ben.push(move_of(ben, own, family))[0]["status"] == "applied"
        assert (
            ben.push(
                ben.change(
                    {field: own["id"]},
                    theirs["id"],
                    space=family,
                    seen=records_of(ben, family)[theirs["id"]]["clock"],
                )
            )[0]["status"]
            == "applied"
        )
        record = records_of(ben, family)[own["id"]]
        back = ben.change(
            {},
            own["id"],
            kind=own["kind"],
            space=family,
            move=ben.space,
            seen=record["clock"],
            prev=max(record["clock"].values()),
        )
        assert ben.push(back)[0]["code"] == "owner_only"

    def test_who_brought_it_first_has_no_claim_to_what_another_brought_back(self, ana, ben, family):
        task = ben.new_task("Tent")
        ben.push(task)
        ben.push(move_of(ben, task, family))
        for source, target in ((family, ana.space), (ana.space, family)):
            seen = records_of(ana, source)[task["id"]]["clock"]
            assert (
                ana.push(
                    ana.change(
                        {},
                        task["id"],
                        space=source,
                        move=target,
                        seen=seen,
                        prev=seen.get(ana.phone, 0),
                    )
                )[0]["status"]
                == "applied"
            )
        seen = records_of(ben, family)[task["id"]]["clock"]
        assert (
            ben.push(
                ben.change(
                    {}, task["id"], space=family, move=ben.space, seen=seen, prev=seen[ben.phone]
                )
            )[0]["code"]
            == "owner_only"
        )

    def test_ids_that_the_server_makes_are_not_a_clients(self, ana, family):
        from server.spaces.space_records import member_record_id

        assert (
            ana.push(
                ana.new_task("Squat", record_id=member_record_id(family, new_id()), space=family)
            )[0]["code"]
            == "bad_change"
        )


class TestLimits:
    def test_a_record_grows_no_further_by_moving(self, ana, family):
        task = ana.new_task(
            "Long",
            fields={f"label/{n}{'x' * 50}": True for n in range(60)}
            | {"description": "é" * 15_000},
        )
        ana.push(task)
        other = ana.push(
            ana.change({"description": "é" * 14_000}, task["id"], n=90_000, prev=task["n"], seen={})
        )
        assert other[0]["status"] == "merged"
        assert (
            ana.push(
                ana.change(
                    {"description": "é" * 20_000},
                    task["id"],
                    n=90_001,
                    prev=90_000,
                    seen={ana.phone: task["n"]},
                    move=family,
                )
            )[0]["code"]
            == "record_full"
        )

    def test_a_move_says_what_is_in_conflict(self, ana, family):
        task = ana.new_task("Milk")
        ana.push(task)
        ana.push(
            ana.change({"title": "Oat"}, task["id"], seen={ana.phone: task["n"]}), device=ana.laptop
        )
        [outcome] = ana.push(
            ana.change(
                {"title": "Soy"},
                task["id"],
                seen={ana.phone: task["n"]},
                prev=task["n"],
                move=family,
            )
        )
        assert (outcome["status"], outcome["fields"], outcome["space"]) == (
            "merged",
            ["title"],
            family,
        )

    def test_what_comes_is_counted_against_who_pays_for_the_space(self, app, ana, ben, family):
        app.extensions["rules"].records_max = 12
        things = [ben.new_list("Big")]
        things += [ben.new_task(str(n), fields={"list": things[0]["id"]}) for n in range(8)]
        assert {outcome["status"] for outcome in ben.push(*things)} == {"applied"}
        assert ben.push(move_of(ben, things[0], family))[0]["code"] == "quota_full"
        own = ana.new_task("Mine")
        ana.push(own)
        app.extensions["rules"].records_max = 1
        assert ana.push(move_of(ana, own, family))[0]["status"] == "applied", (
            "the same account pays for both"
        )

    def test_what_was_set_with_a_move_is_not_in_the_history_of_the_space_it_left(
        self, app, ana, family
    ):
        from sqlalchemy import text

        from server.database import reading

        task = ana.new_task("Milk", space=family)
        ana.push(task)
        ana.push(
            ana.change(
                {"title": "Secret"},
                task["id"],
                space=family,
                move=ana.space,
                seen={ana.phone: task["n"]},
                prev=task["n"],
            )
        )
        with app.app_context(), reading() as connection:
            rows = (
                connection.execute(
                    text("SELECT what FROM history WHERE space_id = :space"), {"space": family}
                )
                .scalars()
                .all()
            )
        assert not [what for what in rows if "Secret" in what]
