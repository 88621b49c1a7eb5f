"""An owner's decision about a member takes precedence over earlier invites and over requests that
were admitted before.
"""

import pytest
from sqlalchemy import update

from server import clock
from server.accounts.models import User
from server.journal import rows
from server.spaces.models import Member
from tests.server.people import Person
from tests.server.rest import API, INVITES, LISTS, SPACES, TASKS, Rest, said

COMMENTS = f"{API}/comments"


@pytest.fixture
def pair(ana, ben):
    return Rest(ana), Rest(ben)


def link(owner, space, role, **others):
    return owner.make(f"{SPACES}/{space}/invites", role=role, uses_max=10, **others)


def join(person, invite):
    return person.post(f"{INVITES}/accept", json={"token": invite["token"]})


def decide(owner, space, other, role):
    """Sets a role as an owner; None removes the member."""
    path = f"{SPACES}/{space}/members/{other.person.id}"
    answer = owner.delete(path) if role is None else owner.patch(path, json={"role": role})
    assert answer.status_code < 300, answer.text
    clock.travel(1000)  # the next event is later


def role_of(person, space):
    answer = person.get(f"{SPACES}/{space}")
    return answer.json["role"] if answer.status_code == 200 else None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("editor", "viewer"),
        ("owner", "editor"),
        ("owner", "viewer"),
        ("editor", None),
        ("owner", None),
    ],
)
@pytest.mark.parametrize("used", [True, False])
def test_no_link_of_before_undoes_a_role_that_an_owner_gave(pair, was, becomes, used):
    a, b = pair
    space = a.space()
    held, other = link(a, space, was), link(a, space, was)
    assert join(b, held).status_code == 200
    decide(a, space, b, becomes)
    again = join(b, held if used else other)
    assert said(again) == (404, "no_such_invite") and "an owner" in again.json["message"]
    assert role_of(b, space) == becomes
    assert join(b, link(a, space, was)).json == {"space_id": space} and role_of(b, space) == was


def test_a_link_raises_nobody_whose_role_an_owner_set_since(pair):
    a, b = pair
    space = a.space()
    viewer, owner = link(a, space, "viewer"), link(a, space, "owner")
    join(b, viewer)
    decide(a, space, b, "editor")
    assert said(join(b, owner)) == (404, "no_such_invite") and role_of(b, space) == "editor"
    assert join(b, viewer).json == {"space_id": space} and role_of(b, space) == "editor"


def test_an_owner_who_stepped_down_is_not_lifted_by_an_old_link(pair):
    a, b = pair
    space = a.space()
    a.let_in(space, b, "owner")
    old = link(b, space, "owner")
    decide(a, space, a, "editor")
    assert said(join(a, old)) == (404, "no_such_invite") and role_of(a, space) == "editor"


def test_who_left_comes_back_by_a_link_that_still_holds_for_others_too(pair, app):
    a, b = pair
    cem = Rest(Person(app, "cem@example.org", "Cem"))
    space = a.space()
    held = link(a, space, "editor")
    join(b, held)
    b.post(f"{SPACES}/{space}/leave")
    assert join(b, held).status_code == 200 and role_of(b, space) == "editor"
    decide(a, space, b, None)
    assert join(cem, held).status_code == 200 and said(join(b, held)) == (404, "no_such_invite")


def test_an_invite_to_the_address_ends_with_a_removal(pair):
    a, b = pair
    space = a.space()
    a.let_in(space, b, "viewer")
    invite = link(a, space, "owner", email="ben@example.org")
    decide(a, space, b, None)
    assert (
        b.get(INVITES).json["invites"] == []
        and a.get(f"{SPACES}/{space}/invites").json["invites"] == []
    )
    assert (
        said(b.post(f"{INVITES}/accept", json={"id": invite["id"]}))
        == said(join(b, invite))
        == (404, "no_such_invite")
    )
    again = link(a, space, "viewer", email="ben@example.org")
    assert b.post(f"{INVITES}/accept", json={"id": again["id"]}).json == {"space_id": space}


def test_an_invite_to_an_address_is_gone_once_it_was_followed(pair):
    a, b = pair
    space = a.space()
    a.let_in(space, b, "editor")
    invite = link(a, space, "viewer", email="ben@example.org")
    assert b.post(f"{INVITES}/accept", json={"id": invite["id"]}).json == {"space_id": space}
    assert b.get(INVITES).json["invites"] == [] and role_of(b, space) == "editor"


def test_invites_of_a_disabled_owner_are_not_listed(pair, app):
    a, b = pair
    space = a.space()
    link(a, space, "viewer", email="ben@example.org")
    assert len(b.get(INVITES).json["invites"]) == 1
    with app.app_context():
        app.extensions["writer"].run(
            lambda connection: connection.execute(
                update(User).where(User.id == a.person.id).values(is_disabled=True)
            )
        )
    assert b.get(INVITES).json["invites"] == []


def test_who_was_made_less_while_waiting_for_the_space_does_nothing(pair, monkeypatch):
    a, b = pair
    space = a.space()
    a.let_in(space, b, "owner")
    lock = rows.advance_counter

    def lock_late(connection, locked, by):
        connection.execute(
            update(Member)
            .where(Member.space_id == space, Member.user_id == b.person.id)
            .values(role="editor")
        )
        return lock(connection, locked, by)

    monkeypatch.setattr(rows, "advance_counter", lock_late)
    for answer in (
        b.delete(f"{SPACES}/{space}/members/{a.person.id}"),
        b.patch(f"{SPACES}/{space}", json={"name": "Mine"}),
        b.post(f"{SPACES}/{space}/invites", json={"role": "owner"}),
        b.delete(f"{SPACES}/{space}"),
    ):
        assert said(answer) == (
            403,
            "role_too_low",
        )  # each is rolled back completely, with the change of the role


def test_a_comment_that_an_owner_deleted_comes_back_by_an_owner_only(pair):
    a, b = pair
    space = a.space()
    a.let_in(space, b, "editor")
    task = a.task(space=space)
    path = f"{COMMENTS}/{b.make(f'{TASKS}/{task}/comments', text='Hm')['id']}"
    assert (
        b.delete(path).status_code == 204
        and b.patch(path, json={"deleted": None}).status_code == 200
    )
    assert a.delete(path).status_code == 204
    assert said(b.patch(path, json={"deleted": None})) == (403, "owner_only")
    assert b.delete(path).status_code == 204 and said(b.patch(path, json={"deleted": None})) == (
        403,
        "owner_only",
    )
    record = next(
        each
        for each in b.person.sync().json["spaces"][space]["records"]
        if each["kind"] == "comment"
    )
    restoring = b.person.change(
        {"deleted": None}, record["id"], kind="comment", space=space, seen=record["clock"]
    )
    assert b.person.push(restoring)[0]["code"] == "owner_only"
    assert a.patch(path, json={"deleted": None}).json["deleted"] is None
    assert (
        b.delete(path).status_code == 204
        and b.patch(path, json={"deleted": None}).status_code == 200
    )


def test_an_account_at_its_quota_makes_no_space(pair, app):
    a, _ = pair
    with app.app_context():
        app.extensions["writer"].run(
            lambda connection: connection.execute(
                update(User).where(User.id == a.person.id).values(records_max=3)
            )
        )
    assert said(a.post(SPACES, json={"name": "More"})) == (409, "quota_full")
    with app.app_context():
        app.extensions["writer"].run(
            lambda connection: connection.execute(
                update(User).where(User.id == a.person.id).values(records_max=4)
            )
        )
    assert a.space("More") and said(a.post(LISTS, json={"name": "x"})) == (409, "quota_full")


def test_names_turn_no_text_around_them_and_are_seen(app):
    turned = "\u202eevil\u202c \u2066Ana\u2069"
    a = Rest(Person(app, "ana@example.org", turned))
    assert a.get(f"{API}/me").json["name"] == "evil Ana"
    assert a.patch("/auth/me", json={"name": f"\u202d{turned}"}).json["name"] == "evil Ana"
    space = a.make(SPACES, name=f"Fam{turned}")
    assert (
        space["name"] == "Famevil Ana"
        and a.patch(f"{SPACES}/{space['id']}", json={"name": "مرحبا\u2067"}).json["name"] == "مرحبا"
    )
    for unseen in ("", " ", "\u202e", "\u200b\u2060", "\ufeff\u00ad"):
        for answer in (
            a.post(SPACES, json={"name": unseen}),
            a.patch(f"{SPACES}/{space['id']}", json={"name": unseen}),
            a.patch("/auth/me", json={"name": unseen}),
        ):
            assert said(answer) == (422, "invalid") and list(answer.json["fields"]) == ["name"]
    assert (
        Rest(Person(app, "nobody@example.org", "\u202e \u200b")).get(f"{API}/me").json["name"] == ""
    )
