"""REST writes through the same journal as sync."""

import uuid

import pytest
from openapi_spec_validator import validate

from server.core import merge
from tests.server.people import new_id

TASKS, LISTS = "/api/v1/tasks", "/api/v1/lists"


class Rest:
    def __init__(self, person):
        self.http, self.headers = person.http, person.headers

    def __getattr__(self, method):
        def call(path, headers=None, **options):
            return getattr(self.http, method)(
                path, headers=self.headers | (headers or {}), **options
            )

        return call


@pytest.fixture
def rest(ana):
    return Rest(ana)


def titles(answer):
    return [task["title"] for task in answer.json["tasks"]]


def test_a_task_made_by_rest_comes_to_every_device(ana, rest):
    answer = rest.post(
        TASKS, json={"title": "Milk", "due": "2026-11-30", "labels": ["home", "shop"]}
    )
    assert (
        answer.status_code == 201 and answer.headers["Location"] == f"{TASKS}/{answer.json['id']}"
    )
    record = ana.record(answer.json["id"])
    values = merge.values(record)
    assert (
        values | {"label/home": True} == values
        and values["due"] == "2026-11-30"
        and values["status"] == "pending"
        and values["completed_at"] is None
    )
    assert next(iter(record["clock"])).startswith("server-")


def test_a_task_made_on_a_device_is_read_changed_and_deleted(ana, rest):
    task = ana.new_task("Milk")
    ana.push(task)
    path = f"{TASKS}/{task['id']}"
    assert rest.get(path).json["title"] == "Milk"
    changed = rest.patch(path, json={"title": "Oat milk", "status": "completed", "priority": 2})
    assert (
        changed.json["title"] == "Oat milk"
        and changed.json["completed_at"]
        and changed.json["priority"] == 2
    )
    assert merge.conflicts(ana.record(task["id"])) == []
    assert rest.patch(path, json={"status": "in_progress"}).json["completed_at"] is None
    assert rest.delete(path).status_code == 204
    assert titles(rest.get(TASKS)) == [] and rest.get(path).json["deleted"]
    assert rest.patch(path, json={"deleted": None}).json["deleted"] is None
    assert titles(rest.get(TASKS)) == ["Oat milk"]


def test_labels_are_set_as_a_whole_and_merge_by_element(ana, rest):
    task_id = rest.post(TASKS, json={"title": "Milk", "labels": ["a", "b"]}).json["id"]
    assert rest.patch(f"{TASKS}/{task_id}", json={"labels": ["b", "c"]}).json["labels"] == [
        "b",
        "c",
    ]
    assert merge.values(ana.record(task_id))["label/a"] is None


def test_a_repeat_is_set_read_and_taken_away(ana, rest):
    made = rest.post(
        TASKS, json={"title": "Water", "due": "2026-11-30", "repeat": "FREQ=WEEKLY;BYDAY=MO"}
    ).json
    path = f"{TASKS}/{made['id']}"
    assert (
        made["repeat"]
        == rest.get(path).json["repeat"]
        == merge.values(ana.record(made["id"]))["repeat"]
        == "FREQ=WEEKLY;BYDAY=MO"
    )
    assert (
        rest.patch(path, json={"repeat": "FREQ=DAILY;FROM=COMPLETION"}).json["repeat"]
        == "FREQ=DAILY;FROM=COMPLETION"
    )
    assert rest.patch(path, json={"repeat": None}).json["repeat"] is None
    assert rest.post(TASKS, json={"title": "Milk"}).json["repeat"] is None


def test_conflicts_are_named(ana, rest):
    task = ana.new_task("Milk")
    ana.push(task)
    rest.patch(f"{TASKS}/{task['id']}", json={"title": "Oat milk"})
    ana.push(
        ana.change({"title": "Soy milk"}, task["id"], seen={ana.phone: task["n"]}, prev=task["n"])
    )
    assert rest.get(f"{TASKS}/{task['id']}").json["conflicts"] == ["title"]
    assert rest.patch(f"{TASKS}/{task['id']}", json={"title": "Rice milk"}).json["conflicts"] == []


def test_a_stale_if_match_is_412_and_changes_nothing(ana, rest):
    made = rest.post(TASKS, json={"title": "Milk"})
    path, etag = f"{TASKS}/{made.json['id']}", made.headers["ETag"]
    second = rest.patch(path, json={"title": "Oat milk"}, headers={"If-Match": etag})
    assert second.status_code == 200 and second.headers["ETag"] != etag
    for call in (
        rest.patch(path, json={"title": "Soy milk"}, headers={"If-Match": etag}),
        rest.delete(path, headers={"If-Match": etag}),
        rest.patch(path, json={"title": "Soy milk"}, headers={"If-Match": "nonsense"}),
    ):
        assert (call.status_code, call.json["code"]) == (412, "stale")
    assert rest.get(path).json["title"] == "Oat milk"
    assert (
        rest.patch(path, json={"title": "Soy milk"}, headers={"If-Match": "*"}).status_code == 200
    )


def test_tasks_are_sorted_by_due_in_pages_with_those_without_one_last(rest):
    dues = [
        "2026-12-01",
        None,
        "2026-11-30T17:00",
        "2026-11-30",
        "2026-11-30",
        None,
        "2027-01-01T09:00+01:00[Europe/Paris]",
    ]
    for place, due in enumerate(dues):
        rest.post(TASKS, json={"title": str(place), "due": due})

    def walk(sort):
        found, cursor = [], None
        while True:
            page = rest.get(
                f"{TASKS}?limit=2&sort={sort}" + (f"&cursor={cursor}" if cursor else "")
            )
            found += [(task["due"], task["title"]) for task in page.json["tasks"]]
            cursor = page.json["next_cursor"]
            if cursor is None:
                return found

    rising, falling = walk("due"), walk("-due")
    assert [due for due, _ in rising] == [*sorted(filter(None, dues)), None, None]
    assert [due for due, _ in falling] == [*sorted(filter(None, dues), reverse=True), None, None]
    assert (
        sorted(title for _, title in rising)
        == sorted(title for _, title in falling)
        == [str(place) for place in range(7)]
    )


def test_tasks_are_filtered_by_status_and_list(ana, rest):
    home = rest.post(LISTS, json={"name": "Home"}).json["id"]
    rest.post(TASKS, json={"title": "in home", "list": home})
    rest.post(TASKS, json={"title": "in inbox", "status": "completed"})
    ana.push(ana.new_task("in a list nobody knows", fields={"list": new_id()}))
    assert titles(rest.get(f"{TASKS}?list={home}")) == ["in home"]
    assert set(titles(rest.get(f"{TASKS}?list=inbox"))) == {"in inbox", "in a list nobody knows"}
    assert titles(rest.get(f"{TASKS}?status=completed")) == ["in inbox"]
    rest.delete(f"{LISTS}/{home}")
    assert "in home" not in titles(rest.get(TASKS))


def test_lists_are_made_renamed_ordered_and_deleted(rest):
    second = rest.post(LISTS, json={"name": "Second", "order": "b"}).json["id"]
    rest.post(LISTS, json={"name": "First", "order": "a"})
    assert [each["name"] for each in rest.get(LISTS).json["lists"]] == ["First", "Second"]
    assert (
        rest.patch(f"{LISTS}/{second}", json={"name": "Zeroth", "order": "A"}).json["name"]
        == "Zeroth"
    )
    assert [each["name"] for each in rest.get(LISTS).json["lists"]] == ["Zeroth", "First"]
    assert rest.delete(f"{LISTS}/{second}").status_code == 204
    assert [each["name"] for each in rest.get(LISTS).json["lists"]] == ["First"]


def test_text_about_nul_is_text(rest):
    assert (
        rest.post(TASKS, json={"title": "Escape \\u0000 in JSON"}).json["title"]
        == "Escape \\u0000 in JSON"
    )


def test_an_id_may_be_given_once(rest):
    task_id = str(uuid.uuid4())
    assert rest.post(TASKS, json={"id": task_id, "title": "Milk"}).json["id"] == task_id
    answer = rest.post(TASKS, json={"id": task_id, "title": "Milk"})
    assert (answer.status_code, answer.json["code"]) == (409, "exists")
    assert rest.get(f"{LISTS}/{task_id}").status_code == 404


def test_strangers_get_404(rest, ben):
    task_id = rest.post(TASKS, json={"title": "Secret"}).json["id"]
    stranger = Rest(ben)
    for call in (
        stranger.get(f"{TASKS}/{task_id}"),
        stranger.patch(f"{TASKS}/{task_id}", json={"title": "Mine"}),
        stranger.delete(f"{TASKS}/{task_id}"),
    ):
        assert (call.status_code, call.json["code"]) == (404, "not_found")
    assert titles(stranger.get(TASKS)) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "x" * 501},
        {"title": 5},
        {"title": "x", "due": "tomorrow"},
        {"title": "x", "status": "done"},
        {"title": "x", "repeat": "weekly"},
        {"title": "x", "repeat": "FREQ=WEEKLY;BYDAY=TU,MO"},
        {"title": "x", "repeat": 5},
        {"title": "x", "priority": "1"},
        {"title": "x", "priority": 9},
        {"title": "x", "labels": "a"},
        {"title": "x", "labels": [""]},
        {"title": "x", "list": "inbox"},
        {"title": "x", "id": "1"},
        {"title": "x", "colour": "red"},
        {"title": "\ud800"},
        {"title": "a\0b"},
        {"title": "x", "labels": ["\ud800"]},
        [],
        "x",
        5,
    ],
)
def test_a_bad_body_is_422_with_its_fields(rest, body):
    answer = rest.post(TASKS, json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "invalid"), answer.text
    assert answer.json["fields"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"\xff", 400), (b"NaN", 400), (b"[" * 5000, 400), (b'{"title": 1e999}', 422)],
)
def test_a_body_that_is_not_json_is_400(rest, body, status):
    assert rest.post(TASKS, data=body, content_type="application/json").status_code == status


@pytest.mark.parametrize(
    "query",
    [
        "status=done",
        "list=x",
        "sort=title",
        "limit=0",
        "limit=201",
        "limit=x",
        "cursor=x",
        "cursor=W10",
        "cursor=WzEsMl0",
        "cursor=%F0%9F%92%A5",
    ],
)
def test_a_bad_query_is_422(rest, query):
    answer = rest.get(f"{TASKS}?{query}")
    assert answer.status_code == 422 and answer.json["code"] in ("invalid", "bad_cursor")


def test_openapi_3_1_is_served_and_valid(rest):
    document = rest.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    validate(document)
    assert len(document["paths"]) == 24 and {
        TASKS,
        TASKS + "/bulk",
        TASKS + "/{task_id}/move",
        "/api/v1/spaces/{space_id}/activity",
    } <= set(document["paths"])
    assert "default" not in {
        status
        for each in document["paths"].values()
        for method in each.values()
        if "responses" in method
        for status in method["responses"]
    }
    assert document["components"]["schemas"]["Error"]["required"] == ["code", "message"]
