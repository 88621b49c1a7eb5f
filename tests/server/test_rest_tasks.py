"""REST on shared tasks: roles, references in bodies, comments, bulk, moves, history."""

import pytest

from server import clock
from server.accounts import tokens
from server.core import merge
from server.database import db
from tests.server.conftest import KEY
from tests.server.people import new_id
from tests.server.rest import API, LISTS, SPACES, TASKS, Rest, said


@pytest.fixture
def pair(ana, ben):
    return Rest(ana), Rest(ben)


@pytest.fixture
def shared(pair):
    """(Ana, Ben, a space that Ana owns and Ben can edit)."""
    a, b = pair
    space = a.space()
    a.let_in(space, b)
    return a, b, space


def token_of(app, person, *scopes, spaces=None):
    with app.app_context():
        return Rest(
            person,
            app.extensions["writer"].run(
                lambda connection: tokens.create_token(
                    connection, KEY, person.id, "script", list(scopes), spaces, None, clock.now_ms()
                )
            )[1],
        )


def test_what_is_made_in_a_shared_space_is_everyones_and_on_every_device(shared):
    a, b, space = shared
    home = a.make(LISTS, name="Home", space=space)
    task = b.make(TASKS, title="Milk", list=home["id"], assignee=a.person.id)
    assert task["space"] == home["space"] == space and task["assignee"] == a.person.id
    records = {record["id"]: record for record in a.person.sync().json["spaces"][space]["records"]}
    assert merge.values(records[task["id"]])["assignee"] == a.person.id
    assert a.patch(f"{TASKS}/{task['id']}", json={"assignee": None}).json["assignee"] is None
    assert b.get(f"{TASKS}/{task['id']}").json["version"] > task["version"]


def test_a_viewer_reads_and_changes_nothing(shared, app):
    a, b, space = shared
    task, home = a.task(space=space), a.make(LISTS, name="Home", space=space)["id"]
    assert (
        a.patch(f"{SPACES}/{space}/members/{b.person.id}", json={"role": "viewer"}).status_code
        == 200
    )
    comment = a.make(f"{TASKS}/{task}/comments", text="Oat?")["id"]
    for path in (
        f"{TASKS}/{task}",
        f"{LISTS}/{home}",
        f"{API}/comments/{comment}",
        f"{TASKS}/{task}/history",
        f"{TASKS}/{task}/comments",
    ):
        assert b.get(path).status_code == 200
    for answer in (
        b.post(TASKS, json={"title": "x", "space": space}),
        b.patch(f"{TASKS}/{task}", json={"title": "x"}),
        b.delete(f"{TASKS}/{task}"),
        b.patch(f"{LISTS}/{home}", json={"name": "x"}),
        b.delete(f"{LISTS}/{home}"),
        b.post(f"{TASKS}/{task}/comments", json={"text": "x"}),
        b.patch(f"{API}/comments/{comment}", json={"text": "x"}),
        b.delete(f"{API}/comments/{comment}"),
        b.patch(f"{TASKS}/{task}", json={}),
        b.post(f"{TASKS}/{task}/move", json={"space": b.person.space}),
        b.post(f"{LISTS}/{home}/move", json={"space": b.person.space}),
    ):
        assert said(answer) == (403, "read_only"), answer.text
    results = b.post(
        f"{TASKS}/bulk",
        json={
            "operations": [
                {"op": "delete", "id": task},
                {"op": "create", "fields": {"title": "mine"}},
            ]
        },
    ).json["results"]
    assert [(each["status"], each.get("code")) for each in results] == [
        (403, "read_only"),
        (201, None),
    ]
    assert a.get(f"{TASKS}/{task}").json["title"] == "Milk"


def test_a_stranger_finds_nothing_by_any_id(pair):
    a, b = pair
    space = a.space()
    task, home = a.task(space=space), a.make(LISTS, name="Home", space=space)["id"]
    comment = a.make(f"{TASKS}/{task}/comments", text="Oat?")["id"]
    for method, path, body in (
        ("get", f"{TASKS}/{task}", None),
        ("patch", f"{TASKS}/{task}", {"title": "x"}),
        ("delete", f"{TASKS}/{task}", None),
        ("post", f"{TASKS}/{task}/move", {"space": b.person.space}),
        ("get", f"{TASKS}/{task}/history", None),
        ("get", f"{TASKS}/{task}/comments", None),
        ("post", f"{TASKS}/{task}/comments", {"text": "x"}),
        ("get", f"{LISTS}/{home}", None),
        ("patch", f"{LISTS}/{home}", {"name": "x"}),
        ("delete", f"{LISTS}/{home}", None),
        ("post", f"{LISTS}/{home}/move", {"space": b.person.space}),
        ("get", f"{API}/comments/{comment}", None),
        ("patch", f"{API}/comments/{comment}", {"text": "x"}),
        ("delete", f"{API}/comments/{comment}", None),
    ):
        answer = getattr(b, method)(path, **({"json": body} if body else {}))
        assert said(answer) == (404, "not_found"), (method, path, answer.text)
    assert said(b.post(TASKS, json={"title": "x", "space": space})) == (404, "no_such_space")
    assert (
        said(b.get(f"{TASKS}?space={space}"))
        == said(b.get(f"{LISTS}?space={space}"))
        == (404, "no_such_space")
    )


def test_what_a_body_names_is_of_the_same_space(shared, app):
    a, b, space = shared
    own_list, own_task, there = (
        a.make(LISTS, name="Own")["id"],
        a.task("Own"),
        a.task("There", space=space),
    )
    stranger_list = b.make(LISTS, name="Ben's")["id"]
    for body, code in (
        ({"list": own_list}, "no_such_list"),
        ({"list": stranger_list}, "no_such_list"),
        ({"list": new_id()}, "no_such_list"),
        ({"list": there}, "no_such_list"),
        ({"parent": own_task}, "no_such_parent"),
        ({"parent": there}, "no_such_parent"),
        ({"parent": own_list}, "no_such_parent"),
        ({"assignee": new_id()}, "not_a_member"),
    ):
        assert said(a.patch(f"{TASKS}/{there}", json=body)) == (422, code), body
        if body != {"parent": there}:
            assert said(a.post(TASKS, json={"title": "x", "space": space} | body)) == (422, code), (
                body
            )
    assert said(a.patch(f"{TASKS}/{own_task}", json={"assignee": b.person.id})) == (
        422,
        "not_a_member",
    )
    assert a.make(TASKS, title="below", parent=there)["space"] == space
    assert said(a.post(TASKS, json={"title": "x", "list": stranger_list})) == (422, "no_such_list")


def test_a_token_sees_its_spaces_and_does_what_its_scopes_say(shared, app):
    a, _, space = shared
    task, own = a.task("There", space=space), a.task("Own")
    reader, writer = (
        token_of(app, a.person, "tasks:read"),
        token_of(app, a.person, "tasks:read", "tasks:write", spaces=[space]),
    )
    assert (
        said(reader.patch(f"{TASKS}/{task}", json={"title": "x"}))
        == said(reader.post(f"{TASKS}/bulk", json={"operations": []}))
        == (403, "scope_missing")
    )
    assert {each["title"] for each in reader.get(TASKS).json["tasks"]} == {"There", "Own"}
    assert [each["title"] for each in writer.get(TASKS).json["tasks"]] == ["There"]
    assert [each["id"] for each in writer.get(SPACES).json["spaces"]] == [space]
    assert (
        writer.get(f"{TASKS}/{own}").status_code
        == writer.get(f"{TASKS}?space={a.person.space}").status_code
        == 404
    )
    assert said(writer.post(TASKS, json={"title": "x"})) == (422, "space_needed")
    assert said(writer.post(f"{TASKS}/{task}/move", json={"space": a.person.space})) == (
        404,
        "no_such_space",
    )
    assert writer.patch(f"{TASKS}/{task}", json={"title": "Changed"}).json["title"] == "Changed"


def test_bulk_judges_each_operation_by_itself(shared):
    a, _, space = shared
    first, second = a.task("First", space=space), a.task("Second")
    version = a.get(f"{TASKS}/{second}").json["version"]
    given = new_id()
    answer = a.post(
        f"{TASKS}/bulk",
        json={
            "operations": [
                {"op": "create", "id": given, "fields": {"title": "Third", "space": space}},
                {"op": "create", "id": given, "fields": {"title": "Again", "space": space}},
                {"op": "update", "id": first, "fields": {"status": "completed"}},
                {"op": "update", "id": second, "version": version, "fields": {"title": "2nd"}},
                {"op": "update", "id": second, "version": version, "fields": {"title": "late"}},
                {"op": "delete", "id": first},
                {"op": "delete", "id": new_id()},
                {"op": "create", "fields": {}},
                {"op": "update", "fields": {"title": "which?"}},
                {"op": "update", "id": second, "fields": {"space": space}},
                {"op": "create", "fields": {"title": "x", "deleted": None}},
                {"op": "update", "id": second, "fields": {"list": new_id()}},
            ]
        },
    )
    results = answer.json["results"]
    assert [(each["status"], each.get("code")) for each in results] == [
        (201, None),
        (409, "exists"),
        (200, None),
        (200, None),
        (412, "stale"),
        (204, None),
        (404, "not_found"),
        (422, "invalid"),
        (422, "invalid"),
        (422, "invalid"),
        (422, "invalid"),
        (422, "no_such_list"),
    ]
    assert (
        results[0]["task"]["space"] == space
        and results[2]["task"]["completed_at"]
        and results[3]["task"]["title"] == "2nd"
    )
    assert (
        a.get(f"{TASKS}/{second}").json["title"] == "2nd"
        and a.get(f"{TASKS}/{first}").json["deleted"]
    )


def test_bulk_takes_200_and_no_more(pair):
    a, _ = pair
    operations = [{"op": "create", "fields": {"title": str(number)}} for number in range(201)]
    assert (
        said(a.post(f"{TASKS}/bulk", json={"operations": operations}))
        == said(a.post(f"{TASKS}/bulk", json={"operations": []}))
        == (422, "invalid")
    )
    results = a.post(f"{TASKS}/bulk", json={"operations": operations[:200]}).json["results"]
    assert {each["status"] for each in results} == {201} and len(results) == 200
    assert said(
        a.post(f"{TASKS}/bulk", json={"operations": [{"op": "create", "fields": {"title": 5}}]})
    ) == (422, "invalid")
    for method in ("get", "patch", "delete", "put"):
        assert said(getattr(a, method)(f"{TASKS}/bulk")) == (405, "method_not_allowed")
        assert "POST" in getattr(a, method)(f"{TASKS}/bulk").headers["Allow"]


def test_comments_are_made_read_changed_by_their_author_and_deleted_by_owners_too(shared):
    a, b, space = shared
    task = a.task(space=space)
    mine, bens = (
        a.make(f"{TASKS}/{task}/comments", text="Oat?"),
        b.make(f"{TASKS}/{task}/comments", text="Soy!"),
    )
    assert (mine["task"], mine["space"], mine["author"]) == (task, space, a.person.id)
    assert [each["text"] for each in b.get(f"{TASKS}/{task}/comments").json["comments"]] == [
        "Oat?",
        "Soy!",
    ]
    assert b.patch(f"{API}/comments/{bens['id']}", json={"text": "Rice!"}).json["text"] == "Rice!"
    assert (
        said(a.patch(f"{API}/comments/{bens['id']}", json={"text": "No!"}))
        == said(b.delete(f"{API}/comments/{mine['id']}"))
        == (403, "not_author")
    )
    etag = a.get(f"{API}/comments/{mine['id']}").headers["ETag"]
    assert (
        a.patch(
            f"{API}/comments/{mine['id']}", json={"text": "Oats?"}, headers={"If-Match": etag}
        ).status_code
        == 200
    )
    assert said(
        a.patch(f"{API}/comments/{mine['id']}", json={"text": "Late"}, headers={"If-Match": etag})
    ) == (412, "stale")
    assert a.delete(f"{API}/comments/{bens['id']}").status_code == 204
    assert [each["text"] for each in b.get(f"{TASKS}/{task}/comments").json["comments"]] == [
        "Oats?"
    ]
    assert b.get(f"{API}/comments/{bens['id']}").json["deleted"]


def test_comments_come_in_pages(shared):
    a, _, space = shared
    task, other = a.task(space=space), a.task(space=space)
    texts = [a.make(f"{TASKS}/{task}/comments", text=str(number))["text"] for number in range(5)]
    found, cursor = [], ""
    while cursor is not None:
        page = a.get(f"{TASKS}/{task}/comments?limit=2{cursor}").json
        found += [each["text"] for each in page["comments"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
        if cursor:
            assert said(a.get(f"{TASKS}/{other}/comments?limit=2{cursor}")) == (422, "bad_cursor")
    assert sorted(found) == texts


def test_a_task_moves_with_its_subtasks_and_comments_and_is_found_where_it_is(shared):
    a, b, space = shared
    home = a.make(LISTS, name="Home")["id"]
    task = a.task("Party", list=home, assignee=a.person.id)
    child = a.task("Cake", parent=task)
    comment = a.make(f"{TASKS}/{task}/comments", text="Yes")["id"]
    there = a.make(LISTS, name="There", space=space)["id"]
    assert said(a.post(f"{TASKS}/{task}/move", json={"space": space, "list": home})) == (
        422,
        "no_such_list",
    )
    assert said(
        a.post(f"{TASKS}/{task}/move", json={"space": space}, headers={"If-Match": '"1"'})
    ) == (412, "stale")
    moved = a.post(f"{TASKS}/{task}/move", json={"space": space, "list": there})
    assert (moved.json["space"], moved.json["list"], moved.json["assignee"]) == (
        space,
        there,
        a.person.id,
    )
    assert (
        b.get(f"{TASKS}/{child}").json["parent"] == task
        and b.get(f"{API}/comments/{comment}").json["space"] == space
    )
    assert said(a.post(f"{TASKS}/{task}/move", json={"space": space})) == (409, "same_space")
    assert b.patch(f"{TASKS}/{task}", json={"title": "Big party"}).status_code == 200
    back = a.post(f"{TASKS}/{task}/move", json={"space": a.person.space}).json
    assert (
        back["list"] is None
        and back["title"] == "Big party"
        and b.get(f"{TASKS}/{task}").status_code == 404
    )


def test_an_assignee_who_is_not_a_member_there_does_not_come_along(shared):
    a, b, space = shared
    task = a.task(space=space, assignee=b.person.id)
    assert said(b.post(f"{TASKS}/{task}/move", json={"space": b.person.space})) == (
        403,
        "owner_only",
    )
    assert a.post(f"{TASKS}/{task}/move", json={"space": a.person.space}).json["assignee"] is None


def test_a_list_moves_with_its_tasks(shared):
    a, b, space = shared
    home = a.make(LISTS, name="Home")["id"]
    task = a.task(list=home)
    assert a.post(f"{LISTS}/{home}/move", json={"space": space}).json["space"] == space
    assert b.get(f"{TASKS}/{task}").json["list"] == home
    assert [each["id"] for each in b.get(f"{LISTS}?space={space}").json["lists"]] == [home]


def test_history_tells_who_did_what_and_nothing_of_another_space(shared):
    a, b, space = shared
    task = a.task("Secret before")
    a.patch(f"{TASKS}/{task}", json={"title": "Party"})
    a.post(f"{TASKS}/{task}/move", json={"space": space})
    b.patch(f"{TASKS}/{task}", json={"title": "Big party"})
    for who, source in ((a, a.person.space), (b, None)):
        changes = who.get(f"{TASKS}/{task}/history").json["changes"]
        assert [(each["account"], each["name"]) for each in changes] == [
            (b.person.id, "Ben"),
            (a.person.id, "Ana"),
        ]
        assert (
            changes[0]["fields"] == {"title": "Big party"}
            and changes[1]["fields"]["moved_in"] == source
        )
    assert "Secret before" not in b.get(f"{TASKS}/{task}/history").text


def test_history_comes_in_pages_without_what_was_refused(shared):
    a, b, space = shared
    task = a.task("0", space=space)
    for number in range(1, 5):
        a.patch(f"{TASKS}/{task}", json={"title": str(number)})
    a.patch(f"{SPACES}/{space}/members/{b.person.id}", json={"role": "viewer"})
    refused = b.person.push(
        {
            "space": space,
            "kind": "task",
            "id": task,
            "n": 9_000_000,
            "prev": 0,
            "seen": {},
            "at": "2026-11-23T18:20:32.123Z-0000",
            "set": {"title": "no"},
        }
    )
    assert refused[0]["code"] == "read_only"
    found, cursor = [], ""
    while cursor is not None:
        page = b.get(f"{TASKS}/{task}/history?limit=2{cursor}").json
        found += [each["fields"]["title"] for each in page["changes"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert found == ["4", "3", "2", "1", "0"]
    assert said(b.get(f"{TASKS}/{a.task(space=space)}/history?cursor=eHg")) == (422, "bad_cursor")


def test_null_restores_and_nothing_else_does(pair):
    a, _ = pair
    task = a.task()
    a.delete(f"{TASKS}/{task}")
    for bad in ({}, [], "now", 0, False):
        assert said(a.patch(f"{TASKS}/{task}", json={"deleted": bad})) == (422, "invalid")
    assert a.patch(f"{TASKS}/{task}", json={"deleted": None}).json["deleted"] is None


def test_a_number_is_a_number_however_it_is_written(pair):
    a, _ = pair
    assert a.make(TASKS, title="x", priority=2.0)["priority"] == 2
    for bad in (2.5, True, "2", 1e300):
        assert said(a.post(TASKS, json={"title": "x", "priority": bad})) == (422, "invalid")


def test_a_full_quota_is_said(pair, app):
    a, _ = pair
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE user_account SET records_max = 1")
    assert said(a.post(TASKS, json={"title": "x"})) == (409, "quota_full")
