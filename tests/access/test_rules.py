"""Rules beyond roles: invites, the last owner, moves out of a space, authors of comments, limited
tokens.
"""

import pytest

from server import clock
from server.web.policy import SCOPES
from tests.access.world import DAY_MS
from tests.server.people import PASSWORD, Person, new_id


@pytest.fixture
def owner(world):
    return world.people["owner"]


def ask(person, method, path, body=None, headers=None):
    answer = person.http.open(path, method=method, json=body, headers=headers or person.headers)
    return answer.status_code, (answer.json or {}) if answer.data else {}


def codes(person, method, path, body=None, headers=None):
    status, body = ask(person, method, path, body, headers)
    return status, body.get("code")


def invite(world, owner, **given):
    status, made = ask(
        owner, "POST", f"/api/v1/spaces/{world.space}/invites", {"role": "viewer"} | given
    )
    assert status == 201, made
    return made


def role_of(world, person):
    return next(
        (
            each["role"]
            for each in ask(world.people["owner"], "GET", f"/api/v1/spaces/{world.space}/members")[
                1
            ]["members"]
            if each["id"] == person.id
        ),
        None,
    )


def newcomers(world, count):
    return [Person(world.app, f"{'abcdefgh'[number] * 3}@example.org") for number in range(count)]


def test_an_invite_lets_in_as_many_as_it_says(world, owner):
    token, people = invite(world, owner, uses_max=2)["token"], newcomers(world, 3)
    assert [
        codes(person, "POST", "/api/v1/invites/accept", {"token": token})[0] for person in people
    ] == [200, 200, 404]
    assert [role_of(world, person) for person in people] == ["viewer", "viewer", None]


def test_whoever_is_in_already_uses_nothing_up(world, owner):
    token, (new,) = invite(world, owner, uses_max=1)["token"], newcomers(world, 1)
    for _ in range(2):
        assert (
            codes(world.people["editor"], "POST", "/api/v1/invites/accept", {"token": token})[0]
            == 200
        )
    assert (
        role_of(world, world.people["editor"]) == "editor"
        and codes(new, "POST", "/api/v1/invites/accept", {"token": token})[0] == 200
    )


def test_an_invite_lasts_seven_days(world, owner):
    token, (new, late) = invite(world, owner, uses_max=5)["token"], newcomers(world, 2)
    clock.travel(7 * DAY_MS - 60_000)
    assert codes(new, "POST", "/api/v1/invites/accept", {"token": token})[0] == 200
    clock.travel(7 * DAY_MS + 60_000)
    assert (
        codes(late, "POST", "/api/v1/invites/accept", {"token": token})[0] == 404
        and role_of(world, late) is None
    )
    assert codes(late, "POST", "/api/v1/invites/preview", {"token": token})[0] == 404


def test_the_role_is_the_invites_not_the_guests(world, owner):
    token, (new,) = invite(world, owner)["token"], newcomers(world, 1)
    assert codes(new, "POST", "/api/v1/invites/accept", {"token": token, "role": "owner"}) == (
        422,
        "invalid",
    )
    assert (
        codes(new, "POST", "/api/v1/invites/accept", {"token": token})[0] == 200
        and role_of(world, new) == "viewer"
    )


def test_an_addressed_invite_is_for_that_address_alone(world, owner):
    new, other = newcomers(world, 2)
    made = invite(world, owner, email="aaa@example.org")
    assert codes(other, "POST", "/api/v1/invites/accept", {"token": made["token"]})[0] in (403, 404)
    assert codes(other, "POST", "/api/v1/invites/accept", {"id": made["id"]})[0] == 404
    assert codes(other, "POST", "/api/v1/invites/decline", {"id": made["id"]})[0] == 404
    assert (
        role_of(world, other) is None
        and codes(new, "POST", "/api/v1/invites/accept", {"id": made["id"]})[0] == 200
    )


def test_an_ended_invite_and_one_of_a_disabled_account_open_nothing(world, owner):
    made, (new,) = invite(world, owner), newcomers(world, 1)
    assert codes(owner, "DELETE", f"/api/v1/spaces/{world.space}/invites/{made['id']}")[0] == 204
    assert codes(new, "POST", "/api/v1/invites/accept", {"token": made["token"]})[0] == 404
    made = invite(world, owner)
    world.set_user("owner", is_disabled=True)
    assert codes(new, "POST", "/api/v1/invites/accept", {"token": made["token"]})[0] == 404


def test_a_space_keeps_an_owner(world, owner):
    editor, path = world.people["editor"], f"/api/v1/spaces/{world.space}"
    assert codes(owner, "POST", f"{path}/leave") == (409, "last_owner")
    assert codes(owner, "PATCH", f"{path}/members/{owner.id}", {"role": "viewer"}) == (
        409,
        "last_owner",
    )
    assert codes(owner, "DELETE", f"{path}/members/{owner.id}") == (409, "last_owner")
    assert codes(owner, "PATCH", f"{path}/members/{editor.id}", {"role": "owner"})[0] == 200
    assert codes(owner, "POST", f"{path}/leave")[0] == 204 and role_of_by(world, editor) == {
        editor.id: "owner",
        world.people["viewer"].id: "viewer",
    }


def role_of_by(world, person):
    return {
        each["id"]: each["role"]
        for each in ask(person, "GET", f"/api/v1/spaces/{world.space}/members")[1]["members"]
    }


def test_only_owners_and_who_brought_it_take_something_out(world, owner):
    editor = world.people["editor"]
    home = {"space": editor.space}
    task = f"/api/v1/tasks/{world.records['task']}"
    assert codes(editor, "POST", f"{task}/move", home) == (403, "owner_only")
    assert (
        editor.push(
            editor.change(
                {"order": "b"},
                world.records["list"],
                900,
                "list",
                space=world.space,
                move=editor.space,
            )
        )[0]["code"]
        == "owner_only"
    )
    _, own = ask(editor, "POST", "/api/v1/tasks", {"title": "Brought"})
    assert (
        codes(editor, "POST", f"/api/v1/tasks/{own['id']}/move", {"space": world.space})[0] == 200
    )
    assert codes(editor, "POST", f"/api/v1/tasks/{own['id']}/move", home)[0] == 200
    assert codes(owner, "POST", f"{task}/move", {"space": owner.space})[0] == 200
    assert codes(editor, "GET", task)[0] == 404


def test_a_comment_is_its_authors(world, owner):
    editor, viewer = world.people["editor"], world.people["viewer"]
    owners, editors = (
        f"/api/v1/comments/{world.records[name]}" for name in ("comment", "editors_comment")
    )
    assert codes(editor, "PATCH", owners, {"text": "x"}) == (403, "not_author") and codes(
        editor, "DELETE", owners
    ) == (403, "not_author")
    assert (
        codes(owner, "PATCH", editors, {"text": "x"}) == (403, "not_author")
        and codes(owner, "DELETE", editors)[0] == 204
    )
    assert codes(viewer, "DELETE", owners)[0] == 403
    fields = world.comment("forged", world.records["task"], owner)
    assert (
        editor.push(editor.change(fields, new_id(), 901, "comment", space=world.space))[0]["code"]
        == "not_author"
    )


def test_a_limited_token_reaches_its_space_alone(world, owner):
    limited = {"Authorization": f"Bearer {world.tokens['elsewhere']}"}
    assert (
        codes(
            owner, "POST", "/api/v1/tasks", {"title": "Milk", "space": world.other_space}, limited
        )[0]
        == 201
    )
    assert codes(owner, "POST", "/api/v1/tasks", {"title": "Milk"}, limited) == (
        422,
        "space_needed",
    )
    assert (
        codes(
            owner,
            "POST",
            f"/api/v1/tasks/{world.foreign['task']}/move",
            {"space": owner.space},
            limited,
        )[0]
        == 404
    )
    assert {
        each["id"] for each in ask(owner, "GET", "/api/v1/spaces", None, limited)[1]["spaces"]
    } == {world.other_space}
    found = ask(owner, "GET", "/api/v1/tasks?limit=200", None, limited)[1]["tasks"]
    assert found and {each["space"] for each in found} == {world.other_space}


def test_nobody_makes_a_token_for_a_space_they_are_not_in(world):
    stranger = world.people["stranger"]
    status, code = codes(
        stranger,
        "POST",
        "/auth/tokens",
        {"password": PASSWORD, "name": "x", "scopes": list(SCOPES), "spaces": [world.space]},
    )
    assert status in (404, 422) and code in ("no_such_space", "invalid")


def test_two_credentials_are_one_too_many(world, owner):
    http = world.app.test_client()
    http.set_cookie("driftless", owner.headers["Authorization"].split()[1])
    answer = http.get("/api/v1/me", headers=owner.headers)
    assert (answer.status_code, answer.json["code"]) == (400, "two_credentials")


def test_head_is_gated_as_get_is(world):
    stranger = world.people["stranger"]
    assert (
        stranger.http.head(
            f"/api/v1/spaces/{world.space}/members", headers=stranger.headers
        ).status_code
        == 404
    )
    assert world.app.test_client().head("/api/admin/accounts").status_code == 401
