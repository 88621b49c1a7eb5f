"""News of a space name the account of each device whose writes they contain, to its members only."""

import pytest
from sqlalchemy import select

from server.core.ids import is_device_id, server_device_id
from server.database import reading
from server.journal.models import SpaceAuthor
from tests.server.people import PASSWORD, Person, new_id, set_role, shared_space
from tests.server.rest import TASKS, Rest
from tests.server.test_rest_costs import statements

CREATED = "2026-11-23T18:20:32.123Z"


@pytest.fixture
def cleo(app):
    return Person(app, "cleo@example.org", "Cleo")


@pytest.fixture
def dan(app):
    return Person(app, "dan@example.org", "Dan")


@pytest.fixture
def family(app, ana, ben, cleo):
    return shared_space(app, ana, editor=[ben, cleo])


def news_of(person, space, cursor=None, **envelope):
    return person.sync(cursors={space: cursor}, **envelope).json["spaces"][space]


def authors_of(person, space):
    return news_of(person, space).get("authors", {})


def devices_in(records):
    return {write["by"] for record in records for write in record.get("writes", ())}


def comment_on(task, person, **others):
    fields = {"task": task["id"], "text": "Ready", "author": person.id, "created": CREATED}
    return person.change(fields, kind="comment", **others)


def applied(*outcomes):
    return all(outcome["status"] == "applied" for outcome in outcomes)


def end_account(person):
    answer = Rest(person).post("/auth/deletion", json={"password": PASSWORD})
    assert answer.status_code == 200, answer.text


def move(person, task, source, target):
    """Moves a task that the person has just read."""
    [record] = [each for each in news_of(person, source)["records"] if each["id"] == task["id"]]
    seen, own = record["clock"], record["clock"].get(person.phone, 0)
    change = person.change({}, task["id"], space=source, seen=seen, prev=own, move=target)
    assert applied(*person.push(change))


class TestEveryMemberIsTold:
    def test_who_wrote_by_sync_by_rest_and_in_comments(self, app, ana, ben, cleo, family):
        task = ana.new_task(space=family)
        assert applied(*ana.push(task), *ben.push(comment_on(task, ben, space=family)))
        made = Rest(ben).task("Bread", space=family)
        assert Rest(cleo).post(f"{TASKS}/{task['id']}/comments", json={"text": "Yes"}).status_code
        assert Rest(cleo).patch(f"{TASKS}/{made}", json={"priority": 2}).status_code == 200
        for person in (ana, ben, cleo):
            news = news_of(person, family)
            assert set(news["authors"]) == devices_in(news["records"]), "everyone is named"
            by_rest = {server(app, family, each): each.id for each in (ana, ben, cleo)}
            assert news["authors"] == {ana.phone: ana.id, ben.phone: ben.id} | by_rest

    def test_a_repeat_and_a_second_change_tell_the_same(self, ana, ben, family):
        task = ana.new_task(space=family)
        first = news_of(ana, family, changes=[task])["authors"]
        assert news_of(ana, family, changes=[task])["authors"] == first
        ana.push(ana.new_task(space=family))
        assert authors_of(ben, family) == first

    def test_a_page_names_the_authors_of_its_own_records(self, ana, ben, family):
        for person in (ana, ben, ana):
            person.push(person.new_task(space=family))
        cursors, pages = {ana.space: ana.pull()["cursor"], family: None}, 0
        while (news := ana.sync(cursors=cursors, limit=1).json["spaces"][family])["records"]:
            assert set(news["authors"]) == devices_in(news["records"])
            cursors[family], pages = news["cursor"], pages + 1
        assert pages == 7, "the space, three members, three tasks"

    def test_without_writes_there_is_no_such_member(self, ana):
        task = ana.new_task()
        ana.push(task)
        cursor = ana.pull()["cursor"]
        assert "authors" not in ana.pull(cursor)
        Rest(ana).patch(f"{TASKS}/{task['id']}", json={"title": "Soy milk"})
        news = ana.pull(cursor)
        assert set(news["authors"]) == devices_in(news["records"]), "only what still stands"

    def test_refused_changes_make_nobody_known(self, app, ana, ben, family):
        set_role(app, ana, family, ben, "viewer")
        [outcome] = ben.push(ben.new_task(space=family))
        assert outcome["code"] == "read_only" and ben.phone not in known(app, family)

    def test_an_account_that_ended_stays_as_an_id(self, ana, ben, family):
        ben.push(ben.new_task(space=family))
        end_account(ben)
        assert authors_of(ana, family)[ben.phone] == ben.id


def server(app, space, person):
    with app.app_context(), reading() as connection:
        epoch = connection.exec_driver_sql("SELECT value FROM meta WHERE name = 'epoch'").scalar()
        return server_device_id(epoch, space, person.id)


def known(app, space):
    with app.app_context(), reading() as connection:
        chosen = select(SpaceAuthor.device_id, SpaceAuthor.user_id)
        return dict(connection.execute(chosen.where(SpaceAuthor.space_id == space)).all())


class TestMovedRecords:
    def test_their_authors_are_named_where_they_go(self, app, ana, ben, cleo, dan, family):
        """Also an author who is not a member there: the text is readable there too."""
        other, third = shared_space(app, ana, editor=dan), shared_space(app, ana, viewer=ben)
        task = cleo.new_task(space=family)
        made = comment_on(task, ben, space=family)
        assert applied(*cleo.push(task), *ben.push(made))
        Rest(cleo).patch(f"{TASKS}/{task['id']}", json={"priority": 1})
        wrote = {cleo.phone: cleo.id, ben.phone: ben.id, server(app, family, cleo): cleo.id}
        move(ana, task, family, other)
        for person in (ana, dan):
            assert wrote.items() <= authors_of(person, other).items()
        assert ana.phone not in known(app, other), "moving alone writes nothing"
        move(ana, task, other, third)
        assert wrote.items() <= authors_of(ben, third).items()
        assert not wrote.keys() & authors_of(ana, other).keys()

    def test_what_one_request_writes_and_moves_has_its_author(self, ana, ben, family):
        task = ana.new_task("Mine")
        ana.push(task, ana.change({}, task["id"], prev=task["n"], move=family))
        assert authors_of(ben, family)[ana.phone] == ana.id

    def test_the_fields_set_by_a_move_have_their_author(self, ana, ben, family):
        task = ana.new_task("Mine")
        ana.push(task, device=ana.laptop)
        ana.push(ana.edit({"title": "Ours"}, task) | {"move": family})
        assert authors_of(ben, family).items() >= {ana.phone: ana.id, ana.laptop: ana.id}.items()

    def test_what_rest_moves_there_and_back_can_be_written_on(self, app, ana, ben, family):
        task = Rest(ana).task("Mine")
        for space in (family, ana.space, family):
            answer = Rest(ana).post(f"{TASKS}/{task}/move", json={"space": space})
            assert answer.status_code == 200, answer.text
            for person in (ana, ben) if space == family else (ana,):
                changed = {"title": f"{person.email} {space}", "description": new_id()}
                answer = Rest(person).patch(f"{TASKS}/{task}", json=changed)
                assert answer.status_code == 200, answer.text
        assert authors_of(ben, family)[server(app, family, ben)] == ben.id


class TestNobodyElseIsTold:
    def test_strangers_and_former_members_are_told_of_nobody(self, app, ana, ben, cleo, dan):
        family = shared_space(app, ana, editor=[ben, cleo])
        for person in (ana, ben, cleo):
            person.push(person.new_task(space=family))
        news = news_of(cleo, family)
        set_role(app, ana, family, cleo, None)
        for person, cursor in ((dan, None), (cleo, None), (cleo, news["cursor"])):
            answer = person.sync(cursors={family: cursor})
            assert answer.json["spaces"][family] == {"revoked": True}
            for other in {ana, ben, cleo, dan} - {person}:
                assert other.id not in answer.text and other.phone not in answer.text

    def test_a_device_is_named_only_where_it_wrote(self, ana, ben, family):
        ana.push(ana.new_task("Private"), device=ana.laptop)
        ana.push(ana.new_task("Shared", space=family))
        assert ana.laptop not in ben.sync().text
        assert authors_of(ben, family)[ana.phone] == ana.id

    def test_a_clock_alone_names_nobody(self, ana, ben, family):
        """A device whose writes were all replaced is in the clock only."""
        task = ben.new_task(space=family)
        ben.push(task)
        seen, fields = {ben.phone: task["n"]}, task["set"] | {"title": "Bread"}
        assert applied(*ana.push(ana.change(fields, task["id"], space=family, seen=seen)))
        assert ben.phone in ana.sync().text and ben.phone not in authors_of(ana, family)


class TestTheSenderCounts:
    def test_a_device_of_another_account_makes_itself_not_named(self, app, ana, ben, dan, family):
        ana.push(ana.new_task(space=family))
        [outcome] = ben.push(ben.new_task(space=family), device=ana.phone)
        assert outcome["status"] == "device_conflict"
        dan.push(dan.new_task(space=family), device=ana.laptop)
        assert known(app, family)[ana.phone] == ana.id and ana.laptop not in known(app, family)

    def test_an_id_that_two_accounts_used_names_nobody(self, app, ana, ben, cleo, family):
        """The id of a deleted account's device is free again."""
        ben.push(ben.new_task(space=family))
        end_account(ben)
        app.extensions["devices"]._owners.clear()  # as after a restart
        for _ in range(2):
            assert applied(*cleo.push(cleo.new_task(space=family), device=ben.phone))
            assert ben.phone not in authors_of(ana, family)
        assert ben.phone in known(app, family)


class TestServerDevices:
    def test_each_account_has_its_own_in_each_space(self):
        spaces, people = [new_id(), new_id()], [new_id(), new_id()]
        made = {
            server_device_id(epoch, space, person)
            for epoch in ("0a0a0a0a", "0b0b0b0b")
            for space in spaces
            for person in people
        }
        assert len(made) == 8
        for device in made:
            assert device.isascii() and len(device) <= 40 and not is_device_id(device)
            assert device.startswith(("server-0a0a0a0a-", "server-0b0b0b0b-"))
            assert not any(each[:8] in device for each in (*spaces, *people))

    def test_accounts_that_alternate_use_each_number_once(self, app, ana, ben, family):
        task, numbers = Rest(ana).task("Milk", space=family), []
        for turn, person in enumerate((ana, ben, ben, ana, ben, ana)):
            answer = Rest(person).patch(f"{TASKS}/{task}", json={"title": f"Turn {turn}"})
            assert answer.status_code == 200, answer.text
            [record] = [each for each in news_of(ana, family)["records"] if each["id"] == task]
            numbers.append(record["clock"][server(app, family, person)])
            assert len(record["writes"]) == 2, "each has seen what it replaces"
            assert record["writes"][-1]["by"] == server(app, family, person)
        assert numbers == sorted(set(numbers)) and record["seq"] == numbers[-1]


class TestCosts:
    def about_authors(self, seen):
        return [text for text in seen if "space_author" in text]

    def test_an_empty_sync_asks_for_none_and_one_change_costs_two(self, app, ana, monkeypatch):
        cursors = {ana.space: ana.pull()["cursor"]}
        with statements(app, monkeypatch) as seen:
            ana.sync(cursors=cursors)
            assert self.about_authors(seen) == []
            for _ in range(2):
                seen.clear()
                ana.sync([ana.new_task(), ana.new_task()], cursors=cursors)
                assert len(self.about_authors(seen)) == 2, "one to write, one to read"
            cursors = {ana.space: ana.pull()["cursor"]}
            seen.clear()
            [refused] = ana.push({**ana.new_task(), "set": {"title": ""}}, cursors=cursors)
            assert "seq" not in refused and self.about_authors(seen) == [], "no records"
            seen.clear()
            Rest(ana).task()
            assert len(self.about_authors(seen)) == 1

    def test_a_full_page_reads_its_authors_by_one_statement(self, app, ana, monkeypatch):
        for _ in range(3):
            ana.push(*(ana.new_task() for _ in range(900)))
        ana.push(ana.new_task(), device=ana.laptop)
        with statements(app, monkeypatch) as seen:
            news = ana.pull()
            assert (len(news["records"]), len(self.about_authors(seen))) == (2500, 1)
        assert news["authors"] == {server(app, ana.space, ana): ana.id, ana.phone: ana.id}
