"""Whatever ends a session or token takes effect at the very next request; other credentials keep
working.
"""

import pytest

from server import clock
from server.accounts import resets
from server.web.policy import SCOPES
from tests.access.world import DAY_MS
from tests.server.people import PASSWORD, Person

NEW_PASSWORD = "five other quiet words"
SESSIONS = ("doer", "cookie", "bearer")
ALL = (*SESSIONS, "token")
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


class Held:
    """Ana's four credentials: the acting session, one in a browser, one in a client on her phone, a
    personal access token.
    """

    def __init__(self, app):
        self.app = app
        self.ana, self.admin = (
            Person(app, "ana@example.org", "Ana"),
            Person(app, "admin@example.org"),
        )
        self.key = app.config["SECRET_KEY"]
        self.http = {
            "doer": self.ana.http,
            "cookie": app.test_client(),
            "bearer": app.test_client(use_cookies=False),
            "token": app.test_client(use_cookies=False),
        }
        given = {"email": self.ana.email, "password": PASSWORD}
        assert (
            self.http["cookie"]
            .post("/auth/sign-in", json=given | {"session": "cookie"}, headers=SAME_SITE)
            .status_code
            == 200
        )
        bearer = (
            self.http["bearer"]
            .post("/auth/sign-in", json=given | {"session": "bearer"})
            .json["token"]
        )
        made = self.do(
            "post",
            "/auth/tokens",
            {"password": PASSWORD, "name": "Script", "scopes": list(SCOPES), "expires_at": None},
        )
        self.token_id = made["id"]
        self.headers = {
            "doer": self.ana.headers,
            "cookie": SAME_SITE,
            "bearer": self.bearer(bearer),
            "token": self.bearer(made["token"]),
        }
        self.set_admin()

    def bearer(self, token):
        return {"Authorization": f"Bearer {token}"}

    def set_admin(self):
        from server.accounts.models import User

        self.write(
            lambda connection: connection.execute(
                User.__table__.update().where(User.id == self.admin.id).values(is_admin=True)
            )
        )

    def write(self, work):
        with self.app.app_context():
            return self.app.extensions["writer"].run(work)

    def do(self, method, path, body=None, who=None):
        """The answer to Ana's acting session (or `who`)."""
        who = who or self.ana
        answer = (
            getattr(who.http, method)(path, json=body, headers=who.headers)
            if body is not None
            else getattr(who.http, method)(path, headers=who.headers)
        )
        assert answer.status_code < 300, answer.text
        return answer.json

    def session_of(self, name):
        agent = self.http[name].get("/auth/sessions", headers=self.headers[name]).json["sessions"]
        return next(each["id"] for each in agent if each["current"])

    def ask(self, name):
        """The answers to a credential: to a GET, and to a POST that changes something."""
        answers = [
            self.http[name].get("/api/v1/me", headers=self.headers[name]),
            self.http[name].post(
                "/api/v1/lists", json={"name": "Home"}, headers=self.headers[name]
            ),
        ]
        return [(answer.status_code, answer.json.get("code")) for answer in answers]


def sign_out(held):
    held.do("post", "/auth/sign-out")


def end_a_session(held):
    held.do("delete", f"/auth/sessions/{held.session_of('cookie')}")


def sign_out_everywhere(held):
    held.do("delete", "/auth/sessions")


def change_the_password(held):
    new = held.do("post", "/auth/password", {"current": PASSWORD, "password": NEW_PASSWORD})[
        "token"
    ]
    assert held.http["bearer"].get("/api/v1/me", headers=held.bearer(new)).status_code == 200


def reset_the_password(held):
    token = held.write(
        lambda connection: resets.create_reset(connection, held.key, held.ana.id, clock.now_ms())
    )
    assert (
        held.app.test_client()
        .post("/auth/reset", json={"token": token, "password": NEW_PASSWORD})
        .status_code
        == 200
    )


def disable(held):
    held.do("patch", f"/api/admin/accounts/{held.ana.id}", {"is_disabled": True}, held.admin)


def disable_and_enable(held):
    disable(held)
    held.do("patch", f"/api/admin/accounts/{held.ana.id}", {"is_disabled": False}, held.admin)


def delete_the_account(held):
    held.do("post", "/auth/deletion", {"password": PASSWORD})


def admin_ends_sessions(held):
    held.do("delete", f"/api/admin/accounts/{held.ana.id}/sessions", None, held.admin)


def end_the_token(held):
    held.do("delete", f"/auth/tokens/{held.token_id}")


def let_the_token_expire(held):
    made = held.do(
        "post",
        "/auth/tokens",
        {
            "password": PASSWORD,
            "name": "Short",
            "scopes": list(SCOPES),
            "expires_at": clock.now_ms() + DAY_MS,
        },
    )
    held.headers["token"] = held.bearer(made["token"])
    assert {status for status, _ in held.ask("token")} == {200, 201}
    clock.travel(DAY_MS + 1000)


def stay_away(held):
    clock.travel(30 * DAY_MS + 60_000)


def stay_too_long(held):
    for day in range(20, 180, 20):
        clock.travel(day * DAY_MS)
        assert all({status for status, _ in held.ask(name)} == {200, 201} for name in ALL), day
    clock.travel(180 * DAY_MS + 60_000)


def remove_the_device(held):
    answer = held.http["bearer"].post(
        "/sync",
        json={"protocol": 1, "device": "anatablet00000000000000", "changes": []},
        headers=held.headers["bearer"],
    )
    assert answer.status_code == 200
    held.do("delete", "/auth/devices/anatablet00000000000000")


TRIGGERS = [  # (event, the accounts whose credentials end)
    (sign_out, ("doer",)),
    (end_a_session, ("cookie",)),
    (sign_out_everywhere, ALL),
    (change_the_password, ALL),
    (reset_the_password, ALL),
    (disable, ALL),
    (disable_and_enable, ALL),
    (delete_the_account, ALL),
    (admin_ends_sessions, ALL),
    (end_the_token, ("token",)),
    (let_the_token_expire, ("token",)),
    (stay_away, SESSIONS),
    (stay_too_long, SESSIONS),
    (remove_the_device, ("bearer",)),
]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("trigger", "ended"), TRIGGERS, ids=[trigger.__name__ for trigger, _ in TRIGGERS]
)
def test_the_very_next_request_is_refused(app, trigger, ended, name):
    held = Held(app)
    assert {status for status, _ in held.ask(name)} == {200, 201}
    trigger(held)
    if name in ended:
        assert set(held.ask(name)) == {(401, "token_ended" if name == "token" else "session_ended")}
    else:
        assert {status for status, _ in held.ask(name)} == {200, 201}


def test_whoever_is_demoted_is_no_administrator_at_once(app):
    held = Held(app)
    held.do("patch", f"/api/admin/accounts/{held.ana.id}", {"is_admin": True}, held.admin)
    assert held.ana.http.get("/api/admin/summary", headers=held.ana.headers).status_code == 200
    held.do("patch", f"/api/admin/accounts/{held.ana.id}", {"is_admin": False}, held.admin)
    answer = held.ana.http.get("/api/admin/summary", headers=held.ana.headers)
    assert (answer.status_code, answer.json["code"]) == (403, "admin_only")


def test_whoever_is_removed_is_a_stranger_at_once(world):
    viewer, owner = world.people["viewer"], world.people["owner"]
    assert (
        owner.http.delete(
            f"/api/v1/spaces/{world.space}/members/{viewer.id}", headers=owner.headers
        ).status_code
        == 204
    )
    answers = [
        viewer.http.get(path, headers=viewer.headers)
        for path in (
            f"/api/v1/tasks/{world.records['task']}",
            f"/api/v1/spaces/{world.space}",
            f"/api/v1/spaces/{world.space}/activity",
        )
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert viewer.sync(cursors={world.space: None}).json["spaces"][world.space] == {"revoked": True}
