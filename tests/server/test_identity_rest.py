"""REST under ids that two spaces have: as by sync, each record has one id for each account."""

import pytest

from server.core.ids import other_id
from tests.server.people import new_id
from tests.server.rest import LISTS, SPACES, TASKS, Rest, said


@pytest.fixture
def pair(app, ana, ben):
    """Ana and ben, who share a space; both have lists and tasks of the same ids, ana in her
    personal space, ben in the shared one.
    """
    return Twins(Rest(ana), Rest(ben))


class Twins:
    def __init__(self, ana, ben):
        self.ana, self.ben = ana, ben
        self.family = ana.space()
        ana.let_in(self.family, ben)
        self.list, self.task = new_id(), new_id()
        for person, space in ((ana, ana.person.space), (ben, self.family)):
            name = person.person.email[:3]
            person.make(LISTS, id=self.list, name=f"{name}'s", space=space)
            person.make(TASKS, id=self.task, title=f"{name}'s", list=self.list, space=space)
        self.other_list = other_id(self.family, self.list)
        self.other_task = other_id(self.family, self.task)


def test_a_hidden_id_is_answered_like_a_free_one(pair):
    secret, free = new_id(), new_id()
    pair.ana.make(TASKS, id=secret, title="Secret")
    answers = [
        pair.ben.post(TASKS, json={"id": each, "title": "Ben's", "space": pair.family})
        for each in (secret, free)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    told = [
        answer.get_data(as_text=True).replace(each, "ID")
        for answer, each in zip(answers, (secret, free), strict=True)
    ]
    same = ("version", "created_at", "changed_at")
    kept = [{k: v for k, v in answer.json.items() if k not in same} for answer in answers]
    assert kept[0] | {"id": ""} == kept[1] | {"id": ""} and len(told[0]) == len(told[1])
    assert answers[0].headers["Location"].endswith(secret)


def test_each_id_finds_its_record(pair):
    assert pair.ana.get(f"{TASKS}/{pair.task}").json["title"] == "ana's"
    assert pair.ana.get(f"{TASKS}/{pair.other_task}").json["title"] == "ben's"
    assert pair.ben.get(f"{TASKS}/{pair.task}").json["title"] == "ben's"
    assert said(pair.ben.get(f"{TASKS}/{pair.other_task}")) == (404, "not_found")


def test_pages_have_the_ids_of_the_reader(pair):
    tasks = {task["title"]: task for task in pair.ana.get(TASKS).json["tasks"]}
    assert (tasks["ana's"]["id"], tasks["ana's"]["list"]) == (pair.task, pair.list)
    assert (tasks["ben's"]["id"], tasks["ben's"]["list"]) == (pair.other_task, pair.other_list)
    lists = {each["name"]: each["id"] for each in pair.ana.get(LISTS).json["lists"]}
    assert lists == {"ana's": pair.list, "ben's": pair.other_list}
    for chosen, title in ((pair.list, "ana's"), (pair.other_list, "ben's")):
        found = pair.ana.get(f"{TASKS}?list={chosen}").json["tasks"]
        assert [task["title"] for task in found] == [title]


def test_writes_reach_the_record_of_their_id(pair):
    answer = pair.ana.patch(f"{TASKS}/{pair.other_task}", json={"title": "Edited"})
    assert (answer.json["id"], answer.json["list"]) == (pair.other_task, pair.other_list)
    assert pair.ben.get(f"{TASKS}/{pair.task}").json["title"] == "Edited"
    assert pair.ana.get(f"{TASKS}/{pair.task}").json["title"] == "ana's"
    assert pair.ana.delete(f"{TASKS}/{pair.other_task}").status_code == 204
    assert pair.ben.get(f"{TASKS}/{pair.task}").json["deleted"]
    assert not pair.ana.get(f"{TASKS}/{pair.task}").json["deleted"]


def test_references_are_understood_and_told(pair):
    made = pair.ana.make(TASKS, title="In ben's list", list=pair.other_list)
    assert (made["space"], made["list"]) == (pair.family, pair.other_list)
    assert pair.ben.get(f"{TASKS}/{made['id']}").json["list"] == pair.list
    child = pair.ana.make(TASKS, title="Part", parent=pair.other_task)
    assert (child["parent"], child["list"]) == (pair.other_task, pair.other_list)
    wrong = pair.ana.patch(f"{TASKS}/{made['id']}", json={"list": pair.list})
    assert said(wrong) == (422, "no_such_list")


def test_a_comment_and_its_page(pair):
    path = f"{TASKS}/{pair.other_task}/comments"
    assert pair.ana.make(path, text="Hello")["task"] == pair.other_task
    [found] = pair.ana.get(path).json["comments"]
    assert found["task"] == pair.other_task
    assert len(pair.ben.get(f"{TASKS}/{pair.task}/comments").json["comments"]) == 1
    assert pair.ana.get(f"{TASKS}/{pair.task}/comments").json["comments"] == []


def test_histories_have_the_ids_of_the_reader(pair):
    [change] = pair.ana.get(f"{TASKS}/{pair.other_task}/history").json["changes"]
    assert change["fields"]["list"] == pair.other_list
    path = f"{SPACES}/{pair.family}/activity"
    for reader, task in ((pair.ana, pair.other_task), (pair.ben, pair.task)):
        told = {change["record"] for change in reader.get(path).json["changes"]}
        assert told & {pair.task, pair.other_task} == {task}


def test_the_export_has_the_ids_of_the_reader(pair):
    document = pair.ana.get("/auth/export").json
    ids = {
        space["id"]: {record["id"] for record in space["records"]} for space in document["spaces"]
    }
    assert pair.task in ids[pair.ana.person.space] and pair.other_task in ids[pair.family]
    assert pair.task not in ids[pair.family]


def test_bulk_and_move(pair):
    operations = [{"op": "update", "id": pair.other_task, "fields": {"title": "Bulk"}}]
    [result] = pair.ana.post(f"{TASKS}/bulk", json={"operations": operations}).json["results"]
    assert result["task"]["id"] == pair.other_task
    third = pair.ana.space("Third")
    moved = pair.ana.post(f"{TASKS}/{pair.other_task}/move", json={"space": third})
    assert (moved.status_code, moved.json["id"], moved.json["title"]) == (
        200,
        pair.other_task,
        "Bulk",
    )
    assert pair.ana.get(f"{TASKS}/{pair.task}").json["title"] == "ana's"


def test_an_id_that_is_there_is_not_created_again(pair):
    again = pair.ana.post(
        TASKS, json={"id": pair.other_task, "title": "Again", "space": pair.family}
    )
    assert said(again) == (409, "exists")
