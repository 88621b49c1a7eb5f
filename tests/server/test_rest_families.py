"""REST on nested records: tasks move with their list or parent, and nothing is put where no list
shows it.
"""

import pytest

from tests.server.people import new_id
from tests.server.rest import API, LISTS, SPACES, TASKS, Rest, said
from tests.server.test_rest_tasks import token_of

BULK = f"{TASKS}/bulk"


@pytest.fixture
def rest(ana):
    return Rest(ana)


def titles(rest, query=""):
    return sorted(task["title"] for task in rest.get(f"{TASKS}{query}").json["tasks"])


def get(rest, task):
    return rest.get(f"{TASKS}/{task}").json


def results(rest, *operations):
    return [
        (each["status"], each.get("code"))
        for each in rest.post(BULK, json={"operations": list(operations)}).json["results"]
    ]


def test_nothing_is_put_into_a_list_in_the_trash(rest):
    home = rest.make(LISTS, name="Home")["id"]
    task = rest.task("Milk")
    rest.delete(f"{LISTS}/{home}")
    for answer in (
        rest.post(TASKS, json={"title": "x", "list": home}),
        rest.patch(f"{TASKS}/{task}", json={"list": home}),
    ):
        assert said(answer) == (422, "no_such_list")
    assert (
        results(
            rest,
            {"op": "create", "fields": {"title": "x", "list": home}},
            {"op": "update", "id": task, "fields": {"list": home}},
        )
        == [(422, "no_such_list")] * 2
    )
    space = rest.space()
    there = rest.make(LISTS, name="There", space=space)["id"]
    rest.delete(f"{LISTS}/{there}")
    assert said(rest.post(f"{TASKS}/{task}/move", json={"space": space, "list": there})) == (
        422,
        "no_such_list",
    )
    assert titles(rest) == ["Milk"]


def test_nothing_is_put_below_a_task_in_the_trash(rest):
    home = rest.make(LISTS, name="Home")["id"]
    gone, buried, task = rest.task("Gone"), rest.task("Buried", list=home), rest.task("Milk")
    rest.delete(f"{TASKS}/{gone}")
    rest.delete(f"{LISTS}/{home}")
    for parent in (gone, buried):
        for answer in (
            rest.post(TASKS, json={"title": "x", "parent": parent}),
            rest.patch(f"{TASKS}/{task}", json={"parent": parent}),
        ):
            assert said(answer) == (422, "no_such_parent")


def test_what_is_sent_back_as_it_was_is_accepted(rest):
    home = rest.make(LISTS, name="Home")["id"]
    task = rest.task("Milk", list=home)
    rest.delete(f"{LISTS}/{home}")
    assert (
        rest.patch(f"{TASKS}/{task}", json={"title": "Oat milk", "list": home}).json["title"]
        == "Oat milk"
    )


def test_a_subtask_is_in_the_list_of_its_parent_unless_another_is_named(rest):
    home, other = (rest.make(LISTS, name=name)["id"] for name in ("Home", "Other"))
    parent = rest.task("Party", list=home)
    assert rest.make(TASKS, title="Cake", parent=parent)["list"] == home
    assert rest.make(TASKS, title="Music", parent=parent, list=other)["list"] == other
    assert rest.make(TASKS, title="Guests", parent=parent, list=None)["list"] is None


def test_subtasks_go_with_their_task_into_another_list(rest):
    home, other = (rest.make(LISTS, name=name)["id"] for name in ("Home", "Other"))
    parent = rest.task("Party", list=home)
    child = rest.task("Cake", parent=parent)
    below = rest.task("Flour", parent=child)
    rest.patch(f"{TASKS}/{parent}", json={"list": other})
    assert [get(rest, each)["list"] for each in (parent, child, below)] == [other] * 3
    assert results(
        rest, {"op": "update", "id": parent, "version": 1, "fields": {"list": home}}
    ) == [(412, "stale")]
    assert [get(rest, each)["list"] for each in (parent, child, below)] == [other] * 3


def test_subtasks_go_with_their_task_into_the_trash_and_come_back_with_it(rest):
    parent = rest.task("Party")
    child, other = rest.task("Cake", parent=parent), rest.task("Music", parent=parent)
    below = rest.task("Flour", parent=child)
    rest.make(f"{TASKS}/{child}/comments", text="Which?")
    rest.delete(f"{TASKS}/{other}")
    rest.delete(f"{TASKS}/{parent}")
    assert titles(rest) == titles(rest, "?q=cake") == []
    rest.delete(f"{TASKS}/{parent}")
    assert len({get(rest, each)["deleted"] for each in (parent, child, below)}) == 1
    assert rest.patch(f"{TASKS}/{parent}", json={"deleted": None}).status_code == 200
    assert titles(rest) == ["Cake", "Flour", "Party"] and get(rest, other)["deleted"]


def test_a_task_goes_with_all_that_lies_below_it_or_not_at_all(rest):
    parent = rest.task("Party")
    child = rest.task("Cake", parent=parent)
    label = 0
    for size in (
        40,
        20,
        20,
        10,
        5,
        2,
        1,
        1,
        1,
    ):  # a removed label is still a field of the record
        if (
            rest.patch(
                f"{TASKS}/{child}",
                json={"labels": [f"label {label + each}" for each in range(size)]},
            ).status_code
            == 200
        ):
            label += size
    assert said(rest.delete(f"{TASKS}/{child}")) == (422, "record_full")
    assert said(rest.delete(f"{TASKS}/{parent}")) == (422, "record_full")
    assert results(rest, {"op": "delete", "id": parent}) == [(422, "record_full")]
    assert titles(rest) == ["Cake", "Party"]


def test_tasks_in_a_circle_do_not_carry_each_other(rest):
    one = rest.task("One")
    two = rest.task("Two", parent=one)
    rest.patch(f"{TASKS}/{one}", json={"parent": two})
    rest.delete(f"{TASKS}/{one}")
    assert titles(rest) == ["Two"]


def test_a_task_of_who_is_not_a_member_any_more_is_nobodys(rest, ben):
    space = rest.space()
    rest.let_in(space, Rest(ben))
    task = rest.make(TASKS, title="Milk", space=space, assignee=ben.id)["id"]
    assert titles(rest, "?assignee=none") == []
    rest.delete(f"{SPACES}/{space}/members/{ben.id}")
    assert titles(rest, "?assignee=none") == titles(rest, f"?assignee={ben.id}") == ["Milk"]
    assert (
        rest.patch(f"{TASKS}/{task}", json={"title": "Oat milk", "assignee": ben.id}).json[
            "assignee"
        ]
        == ben.id
    )
    assert said(rest.patch(f"{TASKS}/{task}", json={"assignee": new_id()})) == (422, "not_a_member")


def test_who_may_write_but_not_read_is_told_only_which_record_it_wrote(rest, app):
    home = rest.make(LISTS, name="Home")["id"]
    task = rest.task("Secret", description="Very", list=home)
    comment = rest.make(f"{TASKS}/{task}/comments", text="Secret")["id"]
    writer = token_of(app, rest.person, "tasks:write")
    answers = [
        writer.patch(f"{TASKS}/{task}", json={}),
        writer.patch(f"{TASKS}/{task}", json={"priority": 1}),
        writer.patch(f"{LISTS}/{home}", json={}),
        writer.patch(f"{API}/comments/{comment}", json={}),
        writer.post(TASKS, json={"title": "Secret"}),
        writer.post(f"{TASKS}/{task}/comments", json={"text": "Secret"}),
        writer.post(f"{TASKS}/{task}/move", json={"space": rest.space()}),
    ]
    for answer in answers:
        assert (
            answer.status_code in (200, 201)
            and answer.json.keys() == {"id", "space", "version"}
            and answer.headers["ETag"] == f'"{answer.json["version"]}"'
        )
    operations = [
        {"op": "update", "id": task},
        {"op": "update", "id": task, "fields": {"priority": 2}},
        {"op": "create", "fields": {"title": "Secret"}},
    ]
    told = writer.post(BULK, json={"operations": operations})
    assert [each["task"].keys() for each in told.json["results"]] == [
        {"id", "space", "version"}
    ] * 3 and "Secret" not in told.text
    both = token_of(app, rest.person, "tasks:write", "tasks:read")
    assert both.patch(f"{TASKS}/{task}", json={}).json["title"] == "Secret"


def test_fields_say_what_is_wrong_where_in_one_shape(rest):
    for answer, wrong in (
        (rest.post(TASKS, json={"title": "", "priority": 7}), {"title", "priority"}),
        (rest.get(f"{TASKS}?limit=0&colour=red"), {"limit", "colour"}),
        (rest.post(TASKS, json=[]), {"_schema"}),
        (rest.patch("/auth/me", json={"colour": "red"}), {"name", "colour"}),
    ):
        assert said(answer) == (422, "invalid")
        assert (
            answer.json["fields"].keys() == wrong
            and answer.json["message"] == "Some fields are not valid."
        ), answer.text
        assert all(
            isinstance(sentence, str)
            for sentences in answer.json["fields"].values()
            for sentence in sentences
        )
