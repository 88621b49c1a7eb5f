"""REST on spaces: members, roles, invites, activity, and the audit entries."""

import json

import pytest
from sqlalchemy import select, update

from server import clock
from server.accounts import audit
from server.accounts.models import AuditEntry, User
from server.clock import DAY_MS
from server.database import reading
from tests.server.people import Person, new_id
from tests.server.rest import API, INVITES, LISTS, SPACES, TASKS, Rest, said
from tests.server.test_rest_tasks import token_of


@pytest.fixture
def pair(ana, ben):
    return Rest(ana), Rest(ben)


def names(answer):
    return [space["name"] for space in answer.json["spaces"]]


def acts(app):
    with app.app_context(), reading() as connection:
        assert audit.verify(connection)[1] is None
        return [
            (row.act, row.subject, json.loads(row.detail))
            for row in connection.execute(
                select(AuditEntry)
                .where(
                    AuditEntry.act.in_(
                        (
                            "space_made",
                            "space_deleted",
                            "space_restored",
                            "member_joined",
                            "member_removed",
                            "member_left",
                            "role_changed",
                            "invite_made",
                            "invite_ended",
                        )
                    )
                )
                .order_by(AuditEntry.n)
            )
        ]


def test_a_space_is_made_renamed_deleted_and_restored(pair):
    a, b = pair
    assert names(a.get(SPACES)) == ["Personal"]
    made = a.post(SPACES, json={"name": "Family"})
    space = made.json["id"]
    assert (
        made.status_code == 201
        and made.headers["Location"] == f"{SPACES}/{space}"
        and made.json["role"] == "owner"
    )
    assert (
        a.patch(f"{SPACES}/{space}", json={"name": "Home"}).json["name"]
        == a.get(f"{SPACES}/{space}").json["name"]
        == "Home"
    )
    task = a.task(space=space)
    assert a.delete(f"{SPACES}/{space}").status_code == 204
    assert names(a.get(SPACES)) == ["Personal"] and names(a.get(f"{SPACES}?deleted=true")) == [
        "Home"
    ]
    assert a.get(f"{TASKS}/{task}").status_code == a.get(f"{SPACES}/{space}").status_code == 404
    assert (
        said(b.post(f"{SPACES}/{space}/restore"))
        == said(a.post(f"{SPACES}/{new_id()}/restore"))
        == (404, "no_such_space")
    )
    assert (
        a.post(f"{SPACES}/{space}/restore").json["name"] == "Home"
        and a.get(f"{TASKS}/{task}").status_code == 200
    )


def test_the_personal_space_stays_as_it_is(pair):
    a, _ = pair
    own = f"{SPACES}/{a.person.space}"
    for answer in (
        a.patch(own, json={"name": "x"}),
        a.delete(own),
        a.post(f"{own}/leave"),
        a.post(f"{own}/invites", json={"role": "viewer"}),
        a.patch(f"{own}/members/{a.person.id}", json={"role": "viewer"}),
    ):
        assert said(answer) == (409, "personal_space"), answer.text


def test_roles_are_changed_by_owners_and_an_owner_stays(pair):
    a, b = pair
    space = a.space()
    a.let_in(space, b, "viewer")
    assert [
        (each["name"], each["role"]) for each in b.get(f"{SPACES}/{space}/members").json["members"]
    ] == [("Ana", "owner"), ("Ben", "viewer")]
    for answer in (
        b.patch(f"{SPACES}/{space}", json={"name": "x"}),
        b.delete(f"{SPACES}/{space}"),
        b.patch(f"{SPACES}/{space}/members/{b.person.id}", json={"role": "owner"}),
        b.delete(f"{SPACES}/{space}/members/{a.person.id}"),
        b.get(f"{SPACES}/{space}/invites"),
        b.post(f"{SPACES}/{space}/invites", json={"role": "owner"}),
    ):
        assert said(answer) == (403, "role_too_low")
    assert (
        said(a.patch(f"{SPACES}/{space}/members/{a.person.id}", json={"role": "editor"}))
        == said(a.post(f"{SPACES}/{space}/leave"))
        == (409, "last_owner")
    )
    assert said(a.patch(f"{SPACES}/{space}/members/{new_id()}", json={"role": "editor"})) == (
        404,
        "no_such_member",
    )
    assert (
        a.patch(f"{SPACES}/{space}/members/{b.person.id}", json={"role": "owner"}).json["role"]
        == "owner"
    )
    assert (
        a.post(f"{SPACES}/{space}/leave").status_code == 204
        and a.get(f"{SPACES}/{space}").status_code == 404
    )
    assert b.delete(f"{SPACES}/{space}/members/{b.person.id}").status_code == 409


def test_a_removed_member_sees_nothing_more(pair):
    a, b = pair
    space = a.space()
    a.let_in(space, b)
    task = b.task(space=space)
    assert a.delete(f"{SPACES}/{space}/members/{b.person.id}").status_code == 204
    assert b.get(f"{TASKS}/{task}").status_code == 404 and names(b.get(SPACES)) == ["Personal"]
    assert said(a.delete(f"{SPACES}/{space}/members/{b.person.id}")) == (404, "no_such_member")


def test_a_stranger_gets_404_of_a_space(pair):
    a, b = pair
    space = a.space()
    invite = a.make(f"{SPACES}/{space}/invites", role="viewer")["id"]
    for method, path, body in (
        ("get", "", None),
        ("patch", "", {"name": "x"}),
        ("delete", "", None),
        ("post", "/leave", None),
        ("get", "/members", None),
        ("patch", f"/members/{a.person.id}", {"role": "viewer"}),
        ("delete", f"/members/{a.person.id}", None),
        ("get", "/activity", None),
        ("get", "/invites", None),
        ("post", "/invites", {"role": "owner"}),
        ("delete", f"/invites/{invite}", None),
        ("post", "/restore", None),
    ):
        assert said(
            getattr(b, method)(f"{SPACES}/{space}{path}", **({"json": body} if body else {}))
        ) == (404, "no_such_space"), path


def test_a_link_is_shown_once_looked_at_and_used_as_often_as_it_may(pair, app):
    a, b = pair
    cem = Rest(Person(app, "cem@example.org", "Cem"))
    space = a.space()
    invite = a.make(f"{SPACES}/{space}/invites", role="editor", uses_max=1)
    assert invite["url"].endswith(f"/join#{invite['token']}") and len(invite["token"]) >= 22
    assert "token" not in a.get(f"{SPACES}/{space}/invites").json["invites"][0]
    shown = b.http.post(f"{INVITES}/preview", json={"token": invite["token"]})
    assert shown.json == {"space_name": "Family", "role": "editor", "invited_by": "Ana"}
    assert b.post(f"{INVITES}/accept", json={"token": invite["token"]}).json == {"space_id": space}
    for answer in (
        cem.post(f"{INVITES}/accept", json={"token": invite["token"]}),
        cem.post(f"{INVITES}/preview", json={"token": invite["token"]}),
        cem.post(f"{INVITES}/accept", json={"token": "no such token"}),
    ):
        assert said(answer) == (404, "no_such_invite")
    assert names(cem.get(SPACES)) == ["Personal"]
    for body in ({}, {"token": "x", "id": new_id()}):
        assert said(b.post(f"{INVITES}/accept", json=body)) == (422, "token_or_id")


def test_a_link_ends_after_seven_days_and_when_it_is_taken_back(pair):
    a, b = pair
    space = a.space()
    old, other = (a.make(f"{SPACES}/{space}/invites", role="viewer", uses_max=5) for _ in range(2))
    assert a.delete(f"{SPACES}/{space}/invites/{other['id']}").status_code == 204
    assert (
        said(a.delete(f"{SPACES}/{space}/invites/{other['id']}"))
        == said(b.post(f"{INVITES}/accept", json={"token": other["token"]}))
        == (404, "no_such_invite")
    )
    clock.travel(7 * DAY_MS)
    assert said(b.post(f"{INVITES}/accept", json={"token": old["token"]})) == (
        404,
        "no_such_invite",
    )


def test_an_invite_to_an_address_is_for_that_account_alone(pair, app):
    a, b = pair
    cem = Rest(Person(app, "cem@example.org", "Cem"))
    space = a.space()
    invite = a.make(f"{SPACES}/{space}/invites", role="viewer", email="Ben@Example.org")
    assert [
        (each["id"], each["space_name"], each["invited_by"])
        for each in b.get(INVITES).json["invites"]
    ] == [(invite["id"], "Family", "Ana")]
    assert cem.get(INVITES).json["invites"] == []
    assert said(cem.post(f"{INVITES}/accept", json={"token": invite["token"]})) == (
        403,
        "invite_of_another",
    )
    assert (
        said(cem.post(f"{INVITES}/accept", json={"id": invite["id"]}))
        == said(cem.post(f"{INVITES}/decline", json={"id": invite["id"]}))
        == (404, "no_such_invite")
    )
    assert (
        b.post(f"{INVITES}/decline", json={"id": invite["id"]}).status_code == 204
        and b.get(INVITES).json["invites"] == []
    )
    again = a.make(f"{SPACES}/{space}/invites", role="viewer", email="ben@example.org")
    assert b.post(f"{INVITES}/accept", json={"id": again["id"]}).json == {"space_id": space}


def test_who_signs_up_with_an_address_after_the_invite_needs_its_link(pair, app):
    a, _ = pair
    space = a.space()
    invite = a.make(f"{SPACES}/{space}/invites", role="viewer", email="dan@example.org")
    clock.travel(1000)
    dan = Rest(Person(app, "dan@example.org", "Dan"))
    assert dan.get(INVITES).json["invites"] == []
    assert said(dan.post(f"{INVITES}/accept", json={"id": invite["id"]})) == (404, "no_such_invite")
    assert dan.post(f"{INVITES}/accept", json={"token": invite["token"]}).json == {
        "space_id": space
    }


def test_invites_of_who_owns_the_space_no_more_have_ended(pair, app):
    a, b = pair
    space = a.space()
    a.let_in(space, b, "owner")
    token = b.make(f"{SPACES}/{space}/invites", role="owner")["token"]
    assert (
        a.patch(f"{SPACES}/{space}/members/{b.person.id}", json={"role": "editor"}).status_code
        == 200
    )
    cem = Rest(Person(app, "cem@example.org", "Cem"))
    assert said(cem.post(f"{INVITES}/accept", json={"token": token})) == (404, "no_such_invite")


def test_a_link_counts_whoever_gets_a_role_by_it(pair, app):
    a, b = pair
    space = a.space()
    cem = Rest(Person(app, "cem@example.org", "Cem"))
    a.let_in(space, b, "viewer")
    a.let_in(space, cem, "viewer")
    token = a.make(f"{SPACES}/{space}/invites", role="owner", uses_max=1)["token"]
    assert b.post(f"{INVITES}/accept", json={"token": token}).status_code == 200
    assert b.post(f"{INVITES}/accept", json={"token": token}).json == {"space_id": space}, (
        "who asks again, since an answer was lost, is in"
    )
    assert said(cem.post(f"{INVITES}/accept", json={"token": token})) == (404, "no_such_invite")


def test_invites_that_are_used_up_are_in_nobodys_way(pair, app, monkeypatch):
    a, b = pair
    monkeypatch.setattr("server.spaces.invites.INVITES_MAX", 1)
    space = a.space()
    a.let_in(space, b, "viewer")
    token = a.make(f"{SPACES}/{space}/invites", role="editor", uses_max=1)["token"]
    b.post(f"{INVITES}/accept", json={"token": token})
    a.make(f"{SPACES}/{space}/invites", role="editor", uses_max=1)


def test_a_disabled_owner_is_none(pair, app):
    a, b = pair
    space = a.space()
    a.let_in(space, b, "owner")
    with app.app_context():
        app.extensions["writer"].run(
            lambda connection: connection.execute(
                update(User).where(User.id == b.person.id).values(is_disabled=True)
            )
        )
    assert said(a.post(f"{SPACES}/{space}/leave")) == (409, "last_owner")


def test_tokens_for_some_spaces_and_scopes_manage_only_what_they_may(pair, app):
    a, b = pair
    space, other = a.space(), a.space("Other")
    invite = b.make(f"{SPACES}/{b.space('Their')}/invites", role="viewer", email="ana@example.org")
    limited, reader = (
        token_of(app, a.person, "spaces:manage", "tasks:read", spaces=[space]),
        token_of(app, a.person, "tasks:read"),
    )
    assert limited.patch(f"{SPACES}/{space}", json={"name": "New"}).status_code == 200
    assert said(limited.delete(f"{SPACES}/{other}")) == (404, "no_such_space") and names(
        limited.get(SPACES)
    ) == ["New"]
    for answer in (
        limited.post(SPACES, json={"name": "x"}),
        limited.post(f"{INVITES}/accept", json={"id": invite["id"]}),
        limited.get(INVITES),
        limited.post(f"{INVITES}/decline", json={"id": invite["id"]}),
        limited.post(f"{SPACES}/{other}/restore"),
    ):
        assert said(answer) == (403, "spaces_limited")
    assert (
        said(reader.post(SPACES, json={"name": "x"}))
        == said(reader.get(f"{API}/me"))
        == (403, "scope_missing")
    )
    assert token_of(app, a.person, "account:read").get(f"{API}/me").json == {
        "id": a.person.id,
        "email": "ana@example.org",
        "name": "Ana",
        "is_admin": False,
    }


def test_the_audit_log_tells_of_space_acts_by_ids_only(pair, app):
    a, b = pair
    space = a.space("Very secret name")
    a.let_in(space, b, "viewer")
    a.patch(f"{SPACES}/{space}/members/{b.person.id}", json={"role": "editor"})
    b.post(f"{SPACES}/{space}/leave")
    a.let_in(space, b)
    a.delete(f"{SPACES}/{space}/members/{b.person.id}")
    a.delete(
        f"{SPACES}/{space}/invites/{a.make(f'{SPACES}/{space}/invites', role='viewer', email='ben@example.org')['id']}"
    )
    a.delete(f"{SPACES}/{space}")
    a.post(f"{SPACES}/{space}/restore")
    found = acts(app)
    assert [act for act, *_ in found] == [
        "space_made",
        "invite_made",
        "member_joined",
        "role_changed",
        "member_left",
        "invite_made",
        "member_joined",
        "member_removed",
        "invite_made",
        "invite_ended",
        "space_deleted",
        "space_restored",
    ]
    assert {subject for _, subject, _ in found} == {space} and found[3][2] == {
        "account": b.person.id,
        "role": "editor",
    }
    assert "secret" not in str(found) and "example.org" not in str(found)


def test_a_refused_act_leaves_no_line(pair, app):
    a, _ = pair
    space = a.space()
    a.post(f"{SPACES}/{space}/leave")
    assert [act for act, *_ in acts(app)] == ["space_made"]


def test_activity_tells_what_happened_in_the_space_and_only_there(pair):
    a, b = pair
    space = a.space()
    a.task("Own and secret")
    home = a.make(LISTS, name="Home", space=space)["id"]
    task = a.task("Milk", list=home)
    a.let_in(space, b)
    b.patch(f"{TASKS}/{task}", json={"title": "Oat milk"})
    b.make(f"{TASKS}/{task}/comments", text="Which?")
    refused = b.person.push(b.person.change({"title": "x", "colour": "red"}, task, space=space))
    assert refused[0]["code"] == "unknown_field"
    page = b.get(f"{SPACES}/{space}/activity").json
    told = [(each["name"], each["kind"], each["title"], each["fields"]) for each in page["changes"]]
    assert [(name, kind) for name, kind, *_ in told] == [
        ("Ben", "comment"),
        ("Ben", "task"),
        ("Ben", "member"),
        ("Ana", "task"),
        ("Ana", "list"),
        ("Ana", "member"),
        ("Ana", "space"),
    ]
    assert (
        told[1] == ("Ben", "task", "Oat milk", {"title": "Oat milk"})
        and told[3][2] == "Oat milk"
        and told[4][2] == "Home"
    )
    assert "secret" not in json.dumps(page) and page["next_cursor"] is None
    first = b.get(f"{SPACES}/{space}/activity?limit=3").json
    rest = b.get(f"{SPACES}/{space}/activity?limit=50&cursor={first['next_cursor']}").json
    assert first["changes"] + rest["changes"] == page["changes"]
    assert said(b.get(f"{SPACES}/{b.person.space}/activity?cursor={first['next_cursor']}")) == (
        422,
        "bad_cursor",
    )


def test_what_is_carried_away_leaves_no_title_and_names_no_space_of_others(pair):
    a, b = pair
    space, other = a.space(), a.space("Other")
    a.let_in(space, b)
    task = a.task("Plan", space=space)
    a.post(f"{TASKS}/{task}/move", json={"space": other})
    change = b.get(f"{SPACES}/{space}/activity").json["changes"][0]
    assert (
        change["title"] is None
        and change["fields"]["moved_to"] is None
        and other not in str(change)
    )
    assert a.get(f"{SPACES}/{space}/activity").json["changes"][0]["fields"]["moved_to"] == other
