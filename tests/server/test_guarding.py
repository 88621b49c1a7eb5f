"""Security changes need the password, and everything that was verified must still hold in the
writing transaction.
"""

import json

import pytest
from sqlalchemy import func, select, update

from server import clock
from server.accounts import passkeys, service
from server.accounts.models import AccessToken, Challenge, Passkey, PasswordReset, Session, User
from server.database import Writer
from server.jobs import expiry
from server.spaces import service as spaces
from server.spaces.models import Invite, Space
from tests.server.authenticator import Authenticator
from tests.server.people import PASSWORD, Person
from tests.server.test_account_life import NEW, call, log, read, share, waited, write
from tests.server.test_passkeys import add, answer_with, ask, begin, sign_in, switch

__all__ = ["waited"]
TOKEN = {"name": "Script", "scopes": ["tasks:read"]}
GUARDED = [
    ("POST", "/auth/passkeys/options", {}),
    ("DELETE", "/auth/passkeys/{passkey}", {}),
    ("PUT", "/auth/second-factor", {"on": False}),
    ("POST", "/auth/tokens", TOKEN),
    ("POST", "/auth/deletion", {}),
]
IDS = [f"{method} {path}" for method, path, _ in GUARDED]


@pytest.fixture
def guarded(ana):
    """Ana, with a passkey and a second factor."""
    ana.authenticator = add(ana)
    assert switch(ana, True).status_code == 200
    return ana


@pytest.fixture
def meanwhile(monkeypatch):
    """Runs something in a transaction of its own, right before the request's next writing one,
    after skipping `skip` others.
    """

    def arrange(work, skip=0):
        real, left = Writer.run, [skip]

        def run(self, job):
            left[0] -= 1
            if left[0] == -1:
                real(self, work)
            return real(self, job)

        monkeypatch.setattr(Writer, "run", run)

    return arrange


def held(app):
    """The security data of the accounts: how many of each kind."""
    counts = {
        table.__name__: read(app, select(func.count()).select_from(table))[0][0]
        for table in (AccessToken, Passkey, PasswordReset, Invite)
    }
    return counts | {
        "second": read(app, select(User.has_second_factor).order_by(User.id)),
        "accounts": read(app, select(func.count()).select_from(User)),
    }


def do(person, method, path, body, password=PASSWORD):
    return call(
        person,
        method,
        path.format(passkey=person.authenticator.passkey_id),
        body | {"password": password},
    )


def new_password(person):
    return lambda connection: service.set_password(connection, person.id, "another hash")


def only_the_hash(person):
    return lambda connection: connection.execute(
        update(User).where(User.id == person.id).values(password_hash="another hash")
    )


def end_sessions(person):
    return lambda connection: service.end_sessions(connection, person.id)


def disable(person):
    return lambda connection: connection.execute(
        update(User).where(User.id == person.id).values(is_disabled=True)
    )


# the password


@pytest.mark.parametrize(("method", "path", "body"), GUARDED, ids=IDS)
def test_a_session_alone_changes_nothing_that_guards_the_account(app, guarded, method, path, body):
    before = held(app)
    assert (
        call(guarded, method, path.format(passkey=guarded.authenticator.passkey_id), body).json[
            "code"
        ]
        == "invalid"
    )
    answer = do(guarded, method, path, body, "wrong wrong wrong")
    assert (answer.status_code, answer.json["code"]) == (403, "wrong_password") and held(
        app
    ) == before
    assert ("sign_in_failed", None, guarded.id) in [entry[:3] for entry in log(app)]
    assert do(guarded, method, path, body).status_code in (200, 201) and (
        held(app) != before or path.endswith("options")
    )


def test_wrong_passwords_count_together_whatever_they_confirm(guarded):
    asked = [do(guarded, *GUARDED[n % 4], "wrong wrong wrong").status_code for n in range(11)]
    assert asked == [403] * 10 + [429]
    assert do(guarded, *GUARDED[3]).status_code == 429


def test_a_challenge_for_a_passkey_is_its_accounts_and_ends_with_the_password(app, ana):
    asked = begin(ana)
    write(app, only_the_hash(ana))
    body = {
        "challenge": asked["challenge"],
        "credential": Authenticator().create(asked["options"]),
        "name": "x",
    }
    write(app, new_password(ana))
    assert call(ana, "POST", "/auth/passkeys", body).status_code == 401
    assert read(app, select(func.count()).select_from(Challenge)) == [(0,)]


# between the check and the write


@pytest.mark.parametrize("happens", [new_password, only_the_hash, end_sessions, disable])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [*GUARDED, ("POST", "/auth/password", {"current": PASSWORD, "password": NEW})],
    ids=[*IDS, "POST /auth/password"],
)
def test_what_was_verified_must_hold_when_it_is_written(
    app, guarded, meanwhile, method, path, body, happens
):
    before = held(app)
    meanwhile(happens(guarded))
    given = body if "current" in body else body | {"password": PASSWORD}
    answer = call(guarded, method, path.format(passkey=guarded.authenticator.passkey_id), given)
    wanted = (403, "wrong_password") if happens is only_the_hash else (401, "session_ended")
    assert (answer.status_code, answer.json["code"]) == wanted and held(app) == before


@pytest.mark.parametrize("happens", [new_password, only_the_hash, end_sessions, disable])
def test_a_passkey_is_added_only_by_the_session_and_password_that_began_it(
    app, ana, meanwhile, happens
):
    asked = begin(ana)
    body = {
        "challenge": asked["challenge"],
        "credential": Authenticator().create(asked["options"]),
        "name": "x",
    }
    meanwhile(happens(ana), skip=1)
    assert call(ana, "POST", "/auth/passkeys", body).json["code"] == (
        "wrong_password" if happens is only_the_hash else "session_ended"
    )
    assert read(app, select(func.count()).select_from(Passkey)) == [(0,)]


def second_factor_on(person):
    return lambda connection: passkeys.set_second_factor(connection, person.id, True)


@pytest.mark.parametrize("happens", [new_password, disable, second_factor_on])
def test_a_password_signs_in_only_while_it_is_the_password(app, ana, meanwhile, happens):
    sessions = read(app, select(func.count()).select_from(Session))[0][0]
    meanwhile(happens(ana))
    assert sign_in(ana).json["code"] == "wrong_credentials"
    assert read(app, select(func.count()).select_from(Session))[0][0] <= sessions


@pytest.mark.parametrize("happens", [new_password, disable])
def test_no_second_step_is_begun_by_a_password_of_yesterday(app, guarded, meanwhile, happens):
    meanwhile(happens(guarded))
    assert sign_in(guarded).json["code"] == "wrong_credentials" and read(
        app, select(func.count()).select_from(Challenge)
    ) == [(0,)]


@pytest.mark.parametrize("happens", [new_password, only_the_hash, disable])
def test_a_second_step_finishes_only_while_the_first_still_holds(app, guarded, meanwhile, happens):
    asked = sign_in(guarded).json["fields"]
    meanwhile(happens(guarded), skip=1)
    answer = answer_with(guarded, asked, guarded.authenticator.get(asked["options"]))
    assert (answer.status_code, answer.json["code"]) == (401, "passkey_refused")


def test_a_passkey_of_an_account_disabled_this_moment_opens_nothing(app, guarded, meanwhile):
    asked = ask(guarded)
    meanwhile(disable(guarded), skip=1)
    answer = answer_with(guarded, asked, guarded.authenticator.get(asked["options"]))
    assert (answer.status_code, answer.json["code"]) == (401, "passkey_refused")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/accounts", {"email": "new@example.org"}),
        ("PATCH", "/accounts/{ana}", {"records_max": 5}),
        ("POST", "/accounts/{ana}/reset-link", None),
        ("DELETE", "/accounts/{ana}/sessions", None),
        ("PUT", "/registration", {"mode": "closed"}),
        ("POST", "/invites", {}),
        ("DELETE", "/invites/{invite}", None),
    ],
)
@pytest.mark.parametrize(
    "lost", [{"is_admin": False}, {"is_disabled": True}], ids=["demoted", "disabled"]
)
def test_who_is_no_administrator_any_more_writes_nothing(
    app, ana, meanwhile, method, path, body, lost
):
    root = Person(app, "root@example.org", "Root")
    write(
        app,
        lambda connection: connection.execute(
            update(User).where(User.id == root.id).values(is_admin=True)
        ),
    )
    invite = call(root, "POST", "/api/admin/invites", {}).json["id"]
    before, entries = held(app), log(app)
    meanwhile(
        lambda connection: connection.execute(update(User).where(User.id == root.id).values(**lost))
    )
    answer = call(root, method, "/api/admin" + path.format(ana=ana.id, invite=invite), body)
    assert (answer.status_code, answer.json["code"]) == (403, "admin_only")
    assert held(app) == before and log(app) == entries and ana.sync().status_code == 200


# the log


def test_the_end_of_an_account_is_told_of_each_space_it_was_in(app, ana, ben):
    cleo = Person(app, "cleo@example.org", "Cleo")
    flat, alone, both = (
        share(app, ana, ben, cleo),
        share(app, ana, name="Alone"),
        share(app, ana, cleo, name="Both", role="owner"),
    )
    bens = share(app, ben, ana, name="Ben's")
    assert call(ana, "POST", "/auth/deletion", {"password": PASSWORD}).status_code == 200
    told = [
        (act, subject, detail)
        for act, actor, subject, detail in log(app)
        if actor == ana.id and act not in ("sign_up", "account_deleted")
    ]
    left = [("member_left", space, {"account": ana.id}) for space in (flat, alone, both, bens)]
    others = [
        (
            "role_changed",
            flat,
            {
                "account": min(ben.id, cleo.id, key=lambda each: _joined(app, flat, each)),
                "role": "owner",
            },
        ),
        ("space_purged", alone, {}),
        ("space_purged", ana.space, {}),
    ]
    assert sorted(told, key=str) == sorted(left + others, key=str)
    assert not [
        secret for secret in ("Flat", "Alone", "Ben's", "Both") if secret in json.dumps(told)
    ]


def _joined(app, space, account):
    from server.spaces.models import Member

    return read(
        app, select(Member.joined_at).where(Member.space_id == space, Member.user_id == account)
    )[0][0], account


def test_a_space_that_is_purged_is_in_the_log(app, ana):
    old, young, kept = share(app, ana), share(app, ana), share(app, ana)
    write(app, lambda connection: spaces.delete_space(connection, old, clock.now_ms()))
    write(
        app,
        lambda connection: spaces.delete_space(connection, young, clock.now_ms() + clock.DAY_MS),
    )
    write(
        app,
        lambda connection: expiry.expire(
            connection, clock.now_ms() + spaces.DELETED_SPACE_MS + 1000
        ),
    )
    assert [entry for entry in log(app) if entry[0] == "space_purged"] == [
        ("space_purged", None, old, {})
    ]
    assert {row.id for row in read(app, select(Space.id).where(Space.personal_of.is_(None)))} == {
        young,
        kept,
    }
