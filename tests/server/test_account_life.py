"""An account from its first day to its last: registration, name and password, sessions, devices,
tokens, export, deletion, and the audit log.
"""

import json

import pytest
from sqlalchemy import func, select, update

from server import clock
from server.accounts import audit, registration, tokens
from server.accounts.models import AuditEntry, Session, User
from server.database import reading
from server.spaces import invites, members, service
from server.spaces.models import Invite, Member
from tests.server.conftest import KEY
from tests.server.people import PASSWORD

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
NEW = "another four quiet words"


def write(app, work):
    with app.app_context():
        return app.extensions["writer"].run(work)


def read(app, statement):
    with app.app_context(), reading() as connection:
        return connection.execute(statement).all()


def call(person, method, path, body=None, **headers):
    return person.http.open(path, method=method, json=body, headers=person.headers | headers)


def sign_in(person, password=PASSWORD, address="127.0.0.1", agent="Test"):
    return person.http.post(
        "/auth/sign-in",
        json={"email": person.email, "password": password, "session": "bearer"},
        headers={"User-Agent": agent},
        environ_base={"REMOTE_ADDR": address},
    )


def bearer(answer):
    assert answer.status_code in (200, 201), answer.text
    return {"Authorization": f"Bearer {answer.json['token']}"}


def log(app):
    """[(act, actor, subject, detail)], after the chain was verified."""
    with app.app_context(), reading() as connection:
        assert audit.verify(connection)[1] is None
    return [
        (row.act, row.actor_id, row.subject, json.loads(row.detail))
        for row in read(app, select(AuditEntry).order_by(AuditEntry.n))
    ]


def invite(app, by, space=None, role=None, email=None, uses=1):
    return write(
        app,
        lambda connection: invites.create_invite(
            connection, KEY, by.id, space, role, email, uses, clock.now_ms()
        ),
    )[1]


def share(app, owner, *others, name="Flat", role="editor"):
    def make(connection):
        space = service.create_space(connection, owner.id, name, clock.now_ms())
        for other in others:
            members.add_member(connection, space, other.id, role, clock.now_ms())
        return space

    return write(app, make)


def sign_up(app, email, **others):
    return app.test_client().post(
        "/auth/sign-up", json={"email": email, "password": PASSWORD, "session": "bearer"} | others
    )


@pytest.fixture(autouse=True)
def waited(monkeypatch):
    """The waiting times after failures, recorded instead of waiting."""
    waited = []
    monkeypatch.setattr("server.accounts.login_throttle.time.sleep", waited.append)
    return waited


# registration


def test_registration_is_open_until_it_is_not(app, ana):
    options = lambda: ana.http.get("/auth/options").json  # noqa: E731
    assert options() == {"registration": "open", "has_mail": False}
    write(app, lambda connection: registration.set_mode(connection, "invited"))
    assert (
        options()["registration"] == "invited"
        and sign_up(app, "x@example.org").json["code"] == "invite_needed"
    )
    write(app, lambda connection: registration.set_mode(connection, "closed"))
    token = invite(app, ana)
    assert (
        options()["registration"] == "closed"
        and sign_up(app, "x@example.org", invite=token).json["code"] == "registration_closed"
    )
    write(app, lambda connection: registration.set_mode(connection, "open"))
    assert sign_up(app, "x@example.org", invite="no such invite").status_code == 201
    with pytest.raises(ValueError, match="perhaps"):
        write(app, lambda connection: registration.set_mode(connection, "perhaps"))


def test_an_account_invite_is_used_up_by_signing_up_and_so_is_one_into_a_space(app, ana):
    space = share(app, ana)
    to_server, to_space = invite(app, ana), invite(app, ana, space, "viewer")
    write(app, lambda connection: registration.set_mode(connection, "invited"))
    assert sign_up(app, "x@example.org", invite="nonsense").json["code"] == "invite_needed"
    assert sign_up(app, "x@example.org", invite=to_server).status_code == 201
    assert sign_up(app, "y@example.org", invite=to_server).json["code"] == "invite_needed"
    made = sign_up(app, "y@example.org", invite=to_space)
    assert (made.status_code, made.json["space_id"]) == (201, space)
    assert sign_up(app, "z@example.org", invite=to_space).json["code"] == "invite_needed"
    joined = select(Member.user_id, Member.role).where(
        Member.space_id == space, Member.user_id != ana.id
    )
    assert read(app, joined) == [(made.json["id"], "viewer")]
    assert log(app)[-1][:3] == ("member_joined", made.json["id"], space)


def test_accepting_the_link_by_which_the_account_was_made_counts_no_second_use(app, ana):
    space, http = share(app, ana), app.test_client(use_cookies=False)
    token = invite(app, ana, space, "viewer", uses=2)
    made = http.post(
        "/auth/sign-up",
        json={"email": "y@example.org", "password": PASSWORD, "session": "bearer", "invite": token},
    )
    accepted = http.post("/api/v1/invites/accept", json={"token": token}, headers=bearer(made))
    assert (accepted.status_code, accepted.json) == (200, {"space_id": space}) and read(
        app, select(Invite.uses)
    ) == [(1,)]


def test_a_full_space_makes_no_account(app, ana, monkeypatch):
    token = invite(app, ana, share(app, ana), "viewer")
    monkeypatch.setattr(members, "MEMBERS_MAX", 1)
    answer = sign_up(app, "y@example.org", invite=token)
    assert (answer.status_code, answer.json["code"]) == (409, "space_full")
    assert read(app, select(Invite.uses)) == [(0,)] and read(
        app, select(func.count()).select_from(User)
    ) == [(1,)]


def test_a_refused_sign_up_uses_no_invite_and_an_addressed_one_is_for_its_address(app, ana):
    write(app, lambda connection: registration.set_mode(connection, "invited"))
    token = invite(app, ana)
    assert sign_up(app, ana.email, invite=token).json["code"] == "email_taken"
    assert sign_up(app, "x@example.org", invite=token).status_code == 201
    addressed = invite(app, ana, email="you@example.org")
    assert sign_up(app, "other@example.org", invite=addressed).json["code"] == "invite_needed"
    assert sign_up(app, "YOU@example.org", invite=addressed).status_code == 201
    late = invite(app, ana)
    clock.travel(8 * clock.DAY_MS)
    assert sign_up(app, "late@example.org", invite=late).json["code"] == "invite_needed"


def test_a_name_that_no_record_may_hold_is_a_422(app, ana):
    heap = "e" + "\u0301" * 60
    assert sign_up(app, "x@example.org", name=heap).json["fields"].keys() == {"name"}
    assert call(ana, "PATCH", "/auth/me", {"name": heap}).status_code == 422
    assert read(app, select(User.name).where(User.id == ana.id)) == [("Ana",)]


# name and password


def test_a_new_name_reaches_everyone_who_shares_a_space(app, ana, ben):
    space = share(app, ana, ben)
    assert call(ana, "PATCH", "/auth/me", {"name": " Ana Maria "}).json["name"] == "Ana Maria"
    seen = ben.sync(cursors={space: None}).json["spaces"][space]["records"]
    names = {
        write["set"]["name"]
        for record in seen
        if record["kind"] == "member"
        for write in record["writes"]
        if "name" in write["set"]
    }
    assert (
        names == {"Ana Maria", "Ben"} and call(ana, "GET", "/auth/me").json["name"] == "Ana Maria"
    )
    for body in (
        {"name": ""},
        {"name": " \n "},
        {"name": "x" * 101},
        {"name": 5},
        {"name": "x", "email": "y"},
        {},
        {"name": "a\0b"},
    ):
        assert call(ana, "PATCH", "/auth/me", body).status_code == 422, body


def test_a_new_password_ends_every_session_and_token_and_answers_with_a_session(app, ana):
    other, token = (
        bearer(sign_in(ana)),
        call(
            ana,
            "POST",
            "/auth/tokens",
            {"password": PASSWORD, "name": "x", "scopes": ["tasks:read"]},
        ).json["token"],
    )
    answer = call(ana, "POST", "/auth/password", {"current": PASSWORD, "password": NEW})
    fresh = bearer(answer)
    for headers in (ana.headers, other):
        assert ana.http.get("/auth/me", headers=headers).json["code"] == "session_ended"
    assert (
        ana.http.get("/api/v1/tasks", headers={"Authorization": f"Bearer {token}"}).json["code"]
        == "token_ended"
    )
    assert (
        ana.http.get("/auth/me", headers=fresh).status_code == 200
        and len(ana.http.get("/auth/sessions", headers=fresh).json["sessions"]) == 1
    )
    assert sign_in(ana).status_code == 401 and sign_in(ana, NEW).status_code == 200


def test_a_browser_gets_a_new_cookie_with_its_new_password(app, ana):
    browser = app.test_client()
    browser.post(
        "/auth/sign-in", json={"email": ana.email, "password": PASSWORD}, headers=SAME_SITE
    )
    before = browser.get_cookie("driftless").value
    answer = browser.post(
        "/auth/password", json={"current": PASSWORD, "password": NEW}, headers=SAME_SITE
    )
    assert (
        answer.status_code == 200
        and "token" not in answer.json
        and browser.get_cookie("driftless").value != before
    )
    assert browser.get("/auth/me").json["id"] == ana.id and ana.sync().status_code == 401


def test_a_new_password_needs_the_old_one_and_keeps_the_rules(ana, waited):
    assert (
        call(ana, "POST", "/auth/password", {"current": PASSWORD, "password": "short"}).json["code"]
        == "weak_password"
    )
    for _ in range(10):
        answer = call(
            ana, "POST", "/auth/password", {"current": "wrong wrong wrong", "password": NEW}
        )
        assert (answer.status_code, answer.json["code"]) == (403, "wrong_password")
    assert (
        call(ana, "POST", "/auth/password", {"current": PASSWORD, "password": NEW}).status_code
        == 429
    )
    assert [each for each in waited if each] == [
        0.25,
        0.5,
        0.75,
        1.0,
        1.25,
        1.5,
        1.75,
    ] and ana.sync().status_code == 200


def test_success_forgives_and_many_attempts_at_once_are_no_way_around_the_limit(app, ana):
    for _ in range(3):
        assert [sign_in(ana, "wrong wrong wrong").status_code for _ in range(9)] == [401] * 9
        assert sign_in(ana).status_code == 200
    import threading

    codes = []

    def guess():
        codes.append(
            app.test_client()
            .post(
                "/auth/sign-in",
                json={"email": ana.email, "password": "wrong wrong wrong", "session": "bearer"},
            )
            .status_code
        )

    threads = [threading.Thread(target=guess) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [401] * 10 + [429] * 15


def test_one_address_that_tries_many_accounts_is_stopped(app, ana, monkeypatch):
    from limits import RateLimitItemPerMinute

    monkeypatch.setattr(
        "server.accounts.login_throttle.FAILURES_PER_ADDRESS", RateLimitItemPerMinute(5, 15)
    )
    codes = [
        ana.http.post(
            "/auth/sign-in",
            json={"email": f"x{n}@example.org", "password": PASSWORD, "session": "bearer"},
        ).status_code
        for n in range(7)
    ]
    assert codes == [401] * 5 + [429] * 2 and sign_in(ana).status_code == 429, (
        "the right password gets no answer either"
    )
    assert sign_in(ana, address="10.1.1.1").status_code == 200


@pytest.mark.parametrize(
    "changed",
    [{"password_hash": "$argon2id$another"}, {"has_second_factor": True}, {"is_disabled": True}],
)
def test_an_account_that_changed_during_a_sign_in_is_not_opened(app, ana, monkeypatch, changed):
    from server.accounts.passwords import Passwords

    verify = Passwords.verify

    def change_meanwhile(self, stored, password):
        found = verify(self, stored, password)
        write(app, lambda connection: connection.execute(update(User).values(**changed)))
        return found

    monkeypatch.setattr(Passwords, "verify", change_meanwhile)
    assert sign_in(ana).json["code"] == "wrong_credentials"


# sessions and devices


def test_sessions_say_where_and_on_what_they_live(ana):
    headers = bearer(sign_in(ana, address="2001:db8::1", agent="Firefox"))
    ana.sync(device=ana.laptop)
    ana.http.post(
        "/sync",
        json={"protocol": 1, "device": "tablet0000000000000000", "changes": []},
        headers=headers,
    )
    found = ana.http.get("/auth/sessions", headers=headers).json
    here = next(session for session in found["sessions"] if session["current"])
    assert set(here) == {"id", "agent", "address", "device_id", "created_at", "seen_at", "current"}
    assert (here["agent"], here["address"], here["device_id"]) == (
        "Firefox",
        "2001:db8::/64",
        "tablet0000000000000000",
    )
    assert {device["id"] for device in found["devices"]} == {
        ana.phone,
        ana.laptop,
        "tablet0000000000000000",
    }
    assert all(set(device) == {"id", "created_at", "seen_at"} for device in found["devices"])


def test_a_session_keeps_its_newest_device_but_writes_at_most_once_a_minute(app, ana):
    device = lambda: read(app, select(Session.device_id))  # noqa: E731
    assert device() == [(ana.phone,)]
    ana.sync(device=ana.laptop)
    assert device() == [(ana.phone,)]
    clock.travel(2 * clock.MINUTE_MS)
    ana.sync(device=ana.laptop)
    assert device() == [(ana.laptop,)]


def test_another_accounts_device_is_not_noted(app, ana, ben):
    clock.travel(2 * clock.MINUTE_MS)
    assert ben.sync(device=ana.phone).json["device_conflict"] is True
    assert read(app, select(Session.device_id).where(Session.user_id == ben.id)) == [(ben.phone,)]


def test_signing_out_everywhere_ends_this_session_and_every_token_too(app, ana, ben):
    other, token = (
        bearer(sign_in(ana)),
        call(
            ana,
            "POST",
            "/auth/tokens",
            {"password": PASSWORD, "name": "x", "scopes": ["tasks:read"]},
        ).json["token"],
    )
    browser = app.test_client()
    browser.post(
        "/auth/sign-in", json={"email": ana.email, "password": PASSWORD}, headers=SAME_SITE
    )
    answer = browser.delete("/auth/sessions", headers=SAME_SITE)
    assert answer.status_code == 200 and not browser.get_cookie("driftless")
    assert (
        ana.sync().status_code == 401
        and ana.http.get("/auth/me", headers=other).status_code == 401
        and ben.sync().status_code == 200
    )
    assert (
        ana.http.get("/api/v1/tasks", headers={"Authorization": f"Bearer {token}"}).json["code"]
        == "token_ended"
    )


def test_a_device_is_forgotten_with_its_sessions_and_stays_its_accounts(app, ana, ben):
    headers = bearer(sign_in(ana))
    assert call(ben, "DELETE", f"/auth/devices/{ana.phone}").json["code"] == "not_found"
    assert ana.http.delete(f"/auth/devices/{ana.phone}", headers=headers).status_code == 200
    assert ana.sync().status_code == 401, "the session on the phone has ended"
    assert ana.http.get("/auth/sessions", headers=headers).json["devices"] == []
    assert ana.http.delete(f"/auth/devices/{ana.phone}", headers=headers).status_code == 404
    assert ben.sync(device=ana.phone).json["device_conflict"] is True
    ana.headers = headers
    assert "device_conflict" not in ana.sync().json
    assert [device["id"] for device in call(ana, "GET", "/auth/sessions").json["devices"]] == [
        ana.phone
    ], "back again, listed again"


def test_dead_sessions_are_cleared_away_at_the_next_sign_in(app, ana):
    clock.travel(31 * clock.DAY_MS)
    sign_in(ana)
    assert read(app, select(func.count()).select_from(Session)) == [(1,)]


# tokens


def test_a_token_is_shown_once_and_ends_at_once(app, ana, ben):
    answer = call(
        ana,
        "POST",
        "/auth/tokens",
        {
            "password": PASSWORD,
            "name": " Script ",
            "scopes": ["tasks:write", "tasks:read", "tasks:read"],
            "expires_at": None,
            "spaces": [ana.space],
        },
    )
    assert answer.status_code == 201 and answer.json["token"].startswith("dft_")
    made = {name: value for name, value in answer.json.items() if name != "token"}
    assert call(ana, "GET", "/auth/tokens").json == {"tokens": [made]} and "token_hash" not in made
    assert (made["name"], made["scopes"], made["spaces"], made["hint"]) == (
        "Script",
        ["tasks:read", "tasks:write"],
        [ana.space],
        answer.json["token"][:8],
    )
    headers = {"Authorization": f"Bearer {answer.json['token']}"}
    assert ana.http.get("/api/v1/tasks", headers=headers).status_code == 200
    assert call(ben, "DELETE", f"/auth/tokens/{made['id']}").json["code"] == "not_found"
    assert call(ana, "DELETE", f"/auth/tokens/{made['id']}").status_code == 200
    assert ana.http.get("/api/v1/tasks", headers=headers).json["code"] == "token_ended"


def test_a_token_reaches_no_route_of_the_account(app, ana):
    token = call(
        ana,
        "POST",
        "/auth/tokens",
        {"password": PASSWORD, "name": "x", "scopes": list(tokens_scopes())},
    ).json["token"]
    headers, asked = {"Authorization": f"Bearer {token}"}, 0
    for rule in app.url_map.iter_rules():
        if (
            rule.rule.startswith("/auth/")
            and app.view_functions[rule.endpoint].policy.audience != "public"
        ):
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                answer = ana.http.open(
                    rule.rule.replace("<", "").replace(">", ""),
                    method=method,
                    json={},
                    headers=headers,
                )
                assert (answer.status_code, answer.json["code"]) == (403, "session_only"), rule
                asked += 1
    assert asked >= 18


def tokens_scopes():
    from server.web.policy import SCOPES

    return SCOPES


def test_a_token_ends_at_its_time(app, ana):
    expires_at = clock.now_ms() + clock.HOUR_MS
    token = call(
        ana,
        "POST",
        "/auth/tokens",
        {"password": PASSWORD, "name": "x", "scopes": ["tasks:read"], "expires_at": expires_at},
    ).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert ana.http.get("/api/v1/tasks", headers=headers).status_code == 200
    clock.travel(clock.HOUR_MS + 1)
    assert ana.http.get("/api/v1/tasks", headers=headers).json["code"] == "token_ended"


@pytest.mark.parametrize(
    "changed",
    [
        {"name": ""},
        {"name": "x" * 101},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"scopes": "tasks:read"},
        {"scopes": [5]},
        {"expires_at": 1},
        {"expires_at": "tomorrow"},
        {"expires_at": 1e300},
        {"expires_at": 2**60},
        {"expires_at": 1.5},
        {"expires_at": True},
        {"spaces": []},
        {"spaces": ["x"]},
        {"spaces": ["00000000-0000-4000-8000-000000000000"]},
        {"spaces": "all"},
        {"more": 1},
    ],
)
def test_a_bad_token_is_a_422(ana, changed):
    answer = call(
        ana,
        "POST",
        "/auth/tokens",
        {"password": PASSWORD, "name": "x", "scopes": ["tasks:read"]} | changed,
    )
    assert answer.status_code == 422 and answer.json["fields"], answer.text
    assert call(ana, "GET", "/auth/tokens").json == {"tokens": []}


def test_a_token_is_for_no_space_of_others(ana, ben):
    assert (
        call(
            ana,
            "POST",
            "/auth/tokens",
            {"password": PASSWORD, "name": "x", "scopes": ["tasks:read"], "spaces": [ben.space]},
        ).status_code
        == 422
    )


def test_there_is_a_limit_of_tokens(ana, monkeypatch):
    monkeypatch.setattr(tokens, "TOKENS_MAX", 1)
    codes = [
        call(
            ana,
            "POST",
            "/auth/tokens",
            {"password": PASSWORD, "name": "x", "scopes": ["tasks:read"]},
        )
        for _ in range(2)
    ]
    assert codes[0].status_code == 201 and codes[1].json["code"] == "too_many_tokens"
