"""Administration: accounts, quotas, registration, invites, the audit log – and never anyone's
content.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server import cli, clock, create_app
from server.accounts import audit
from server.accounts.models import User
from server.jobs import retention
from tests.server.conftest import config
from tests.server.people import PASSWORD, Person, new_id, shared_space

DAY_MS = 24 * 3600 * 1000
NEW_PASSWORD = "five other quiet words"


@pytest.fixture
def root(app):
    """An administrator."""
    person = Person(app, "root@example.org", "Root")
    cli.admin(config(Path(app.config["DATA_DIR"])), person.email, "http://localhost:8000")
    return person


def ask(person, method, path, body=None):
    return person.http.open(f"/api/admin{path}", method=method, json=body, headers=person.headers)


def said(person, method, path, body=None, status=200):
    answer = ask(person, method, path, body)
    assert answer.status_code == status, answer.text
    return answer.json


def refused(person, method, path, body, status, code):
    answer = ask(person, method, path, body)
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text


def rows(app, statement, *given):
    with closing(sqlite3.connect(Path(app.config["DATA_DIR"]) / "driftless.sqlite3")) as database:
        return database.execute(statement, given).fetchall()


def entries(root, **query):
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return said(root, "GET", f"/audit?{text}")["entries"]


def test_an_account_is_told_in_counts_and_bytes(app, root, ana, ben):
    ana.push(ana.new_list(), ana.new_task())
    shared_space(app, ana, editor=ben)
    found = {each["email"]: each for each in said(root, "GET", "/accounts")["accounts"]}
    records, size = rows(
        app,
        "SELECT sum(records), sum(bytes) FROM space_counter JOIN space ON id = space_id WHERE payer_id = ?",
        ana.id,
    )[0]
    assert found["ana@example.org"] | {"created_at": 0, "seen_at": 0} == {
        "id": ana.id,
        "email": "ana@example.org",
        "name": "Ana",
        "is_admin": False,
        "is_disabled": False,
        "created_at": 0,
        "seen_at": 0,
        "devices": 1,
        "spaces": 2,
        "records": records,
        "bytes": size,
        "records_max": None,
        "bytes_max": None,
    }
    assert (records, found["ben@example.org"]["spaces"], found["ben@example.org"]["records"]) == (
        7,
        2,
        2,
    )  # shared spaces count for their payer


def test_accounts_come_in_pages_and_are_found_by_address_and_name(app, root):
    for number in range(55):
        said(
            root,
            "POST",
            "/accounts",
            {"email": f"p{number:02}@example.org", "name": f"Person {number}"},
            201,
        )
    first = said(root, "GET", "/accounts")
    second = said(root, "GET", f"/accounts?cursor={first['next_cursor']}")
    assert (len(first["accounts"]), len(second["accounts"]), second["next_cursor"]) == (50, 6, None)
    assert len({each["id"] for each in first["accounts"] + second["accounts"]}) == 56
    assert [each["name"] for each in said(root, "GET", "/accounts?q=PERSON 54")["accounts"]] == [
        "Person 54"
    ]
    assert said(root, "GET", "/accounts?q=%25")["accounts"] == []
    refused(root, "GET", "/accounts?cursor=%C3%A9", None, 422, "bad_cursor")


def test_no_answer_holds_a_title_or_a_name_of_a_list_or_space(app, root, ana):
    ana.push(
        ana.new_list("canary one"),
        ana.new_task("canary two"),
        ana.new_task(fields={"description": "canary three"}),
    )
    shared_space(app, ana, "canary four")
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/admin") and "GET" in rule.methods:
            answer = ask(
                root, "GET", rule.rule.removeprefix("/api/admin").replace("<user_id>", ana.id)
            )
            assert answer.status_code == 200 and "canary" not in answer.text


def test_a_new_account_chooses_its_password_by_the_link(app, root):
    made = said(root, "POST", "/accounts", {"email": "New@Example.org", "name": "New"}, 201)
    refused(root, "POST", "/accounts", {"email": "new@example.org", "name": ""}, 409, "email_taken")
    http, given = (
        app.test_client(),
        {"email": "new@example.org", "password": NEW_PASSWORD, "session": "bearer"},
    )
    assert http.post("/auth/sign-in", json=given).status_code == 401
    token = made["reset_link"].removeprefix("http://localhost/reset#")
    assert (
        http.post("/auth/reset", json={"token": token, "password": NEW_PASSWORD}).status_code == 200
    )
    assert http.post("/auth/sign-in", json=given).json["id"] == made["id"]


def test_a_disabled_account_is_out_until_enabled(app, root, ana):
    assert said(root, "PATCH", f"/accounts/{ana.id}", {"is_disabled": True})["is_disabled"] is True
    assert rows(app, "SELECT count(*) FROM user_session WHERE user_id = ?", ana.id) == [(0,)]
    given = {"email": ana.email, "password": PASSWORD, "session": "bearer"}
    assert ana.http.post("/auth/sign-in", json=given).status_code == 401
    said(root, "PATCH", f"/accounts/{ana.id}", {"is_disabled": False})
    assert ana.http.post("/auth/sign-in", json=given).status_code == 200


def test_nobody_disables_or_demotes_themselves_nor_the_last_administrator(root, ana):
    for change in ({"is_disabled": True}, {"is_admin": False}):
        refused(root, "PATCH", f"/accounts/{root.id}", change, 409, "last_admin")
    said(root, "PATCH", f"/accounts/{ana.id}", {"is_admin": True})
    for change in ({"is_disabled": True}, {"is_admin": False}):
        refused(root, "PATCH", f"/accounts/{root.id}", change, 409, "not_oneself")
    said(ana, "PATCH", f"/accounts/{root.id}", {"is_admin": False})
    refused(root, "GET", "/summary", None, 403, "admin_only")
    refused(ana, "PATCH", f"/accounts/{new_id()}", {"is_admin": True}, 404, "no_such_account")
    for path in (f"/accounts/{new_id()}/sessions", f"/accounts/{new_id()}/reset-link"):
        refused(
            ana, "GET" if path.endswith("sessions") else "POST", path, None, 404, "no_such_account"
        )


@pytest.mark.parametrize(
    "body",
    [
        {"is_admin": 1},
        {"is_disabled": "true"},
        {"records_max": -1},
        {"bytes_max": 1.5},
        {"records_max": True},
        {"password": "x"},
        [],
    ],
)
def test_a_bad_change_of_an_account_is_422(root, ana, body):
    refused(root, "PATCH", f"/accounts/{ana.id}", body, 422, "invalid")


def test_sessions_are_shown_and_ended(root, ana):
    found = said(root, "GET", f"/accounts/{ana.id}/sessions")["sessions"]
    assert len(found) == 1 and found[0]["seen_at"] and "token_hash" not in found[0]
    assert said(root, "DELETE", f"/accounts/{ana.id}/sessions") == {"ended": 1}
    assert ana.http.get("/auth/me", headers=ana.headers).status_code == 401


def test_registration_has_three_modes(app, root):
    def sign_up(name, **others):
        answer = app.test_client().post(
            "/auth/sign-up",
            json={"email": f"{name}@example.org", "password": PASSWORD, "session": "bearer"}
            | others,
        )
        return answer.status_code, answer.json.get("code")

    assert said(root, "GET", "/registration") == {"mode": "open"} and sign_up("one") == (201, None)
    assert said(root, "PUT", "/registration", {"mode": "invited"}) == {"mode": "invited"}
    token = said(root, "POST", "/invites", {"uses_max": 1}, 201)["token"]
    assert [sign_up("two"), sign_up("two", invite=token), sign_up("three", invite=token)] == [
        (403, "invite_needed"),
        (201, None),
        (403, "invite_needed"),
    ]
    said(root, "PUT", "/registration", {"mode": "closed"})
    token = said(root, "POST", "/invites", {}, 201)["token"]
    assert sign_up("four", invite=token) == (403, "registration_closed")
    refused(root, "PUT", "/registration", {"mode": "ajar"}, 422, "invalid")


def test_invites_are_listed_and_ended(root):
    made = said(root, "POST", "/invites", {"email": "New@example.org", "uses_max": 5}, 201)
    assert (made["uses_max"], made["email"], made["url"]) == (
        1,
        "new@example.org",
        f"http://localhost/sign-up#{made['token']}",
    )
    listed = said(root, "GET", "/invites")["invites"]
    assert [each["id"] for each in listed] == [made["id"]] and made["token"] not in str(listed)
    assert said(root, "DELETE", f"/invites/{made['id']}") == {} and said(
        root, "GET", "/invites"
    ) == {"invites": []}
    refused(root, "DELETE", f"/invites/{made['id']}", None, 404, "not_found")


def test_an_invite_into_a_space_is_no_affair_of_administrators(app, root, ana):
    space = shared_space(app, ana)
    invite = ana.http.post(
        f"/api/v1/spaces/{space}/invites", json={"role": "viewer"}, headers=ana.headers
    ).json["id"]
    assert said(root, "GET", "/invites") == {"invites": []}
    refused(root, "DELETE", f"/invites/{invite}", None, 404, "not_found")


def test_the_server_in_figures_and_its_health(app, root, ana):
    figures = said(root, "GET", "/summary")
    records, size = rows(app, "SELECT sum(records), sum(bytes) FROM space_counter")[0]
    assert (
        figures
        == {
            "accounts": 2,
            "disabled": 0,
            "spaces": 2,
            "records": records,
            "bytes": size,
            "sessions": 2,
            "devices": 2,
            "database_bytes": figures["database_bytes"],
        }
        and figures["database_bytes"] > 100_000
    )
    health = said(root, "GET", "/health")
    assert (health["database"], health["integrity"], health["epoch"]) == (
        "sqlite",
        "ok",
        ana.sync().json["epoch"],
    )
    assert health["disk_free_bytes"] > 0 and health["uptime_s"] >= 0 and health["version"]


def test_every_act_is_written_into_the_audit_log(root, ana):
    said(
        root,
        "PATCH",
        f"/accounts/{ana.id}",
        {"is_disabled": True, "records_max": 5, "bytes_max": None},
    )
    said(root, "PATCH", f"/accounts/{ana.id}", {"is_disabled": True})
    said(root, "POST", f"/accounts/{ana.id}/reset-link")
    said(root, "DELETE", f"/accounts/{ana.id}/sessions")
    said(root, "PUT", "/registration", {"mode": "closed"})
    made = said(root, "POST", "/accounts", {"email": "new@example.org"}, 201)
    invite = said(root, "POST", "/invites", {}, 201)
    said(root, "DELETE", f"/invites/{invite['id']}")
    found = [
        (each["act"], each["subject"], each["actor"])
        for each in reversed(entries(root))
        if each["actor"] == root.id
    ]
    assert [act for act in found if not act[0].startswith("sign")] == [
        ("account_disabled", ana.id, root.id),
        ("quota_changed", ana.id, root.id),
        ("reset_link_made", ana.id, root.id),
        ("session_ended", ana.id, root.id),
        ("registration_changed", "registration", root.id),
        ("account_created", made["id"], root.id),
        ("reset_link_made", made["id"], root.id),
        ("account_invited", "", root.id),
        ("account_invite_ended", invite["id"], root.id),
    ]
    assert {each["act"] for each in entries(root, account=ana.id)} >= {
        "account_disabled",
        "quota_changed",
    }
    assert [each["detail"] for each in entries(root, act="quota_changed")] == [{"records_max": 5}]


def test_the_log_comes_in_pages(root):
    for number in range(120):
        said(root, "PUT", "/registration", {"mode": ("open", "closed")[number % 2]})
    first = said(root, "GET", "/audit?act=registration_changed")
    second = said(root, "GET", f"/audit?act=registration_changed&cursor={first['next_cursor']}")
    assert (len(first["entries"]), len(second["entries"]), second["next_cursor"]) == (100, 20, None)
    assert first["entries"][-1]["n"] - 1 == second["entries"][0]["n"]
    refused(root, "GET", "/audit?cursor=0", None, 422, "invalid")


def test_a_changed_log_is_told_by_number(app, root, ana, capsys):
    said(root, "PATCH", f"/accounts/{ana.id}", {"records_max": 5})
    said(root, "PATCH", f"/accounts/{ana.id}", {"records_max": 6})
    total = said(root, "GET", "/audit/verify")
    assert total["first_broken"] is None and total["entries"] >= 2
    assert f"{total['entries']} entries" in cli.audit_verify(config(Path(app.config["DATA_DIR"])))
    number = entries(root, act="quota_changed")[1]["n"]
    with closing(sqlite3.connect(Path(app.config["DATA_DIR"]) / "driftless.sqlite3")) as database:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute("UPDATE audit_entry SET detail = '{}' WHERE n = ?", (number,))
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit_entry SET detail = '{}' WHERE n = ?", (number,))
        database.commit()
    assert said(root, "GET", "/audit/verify") == {"entries": number - 1, "first_broken": number}
    with pytest.raises(SystemExit, match=f"broken at entry {number}$"):
        cli.audit_verify(config(Path(app.config["DATA_DIR"])))


def test_an_entry_forged_with_a_hash_of_its_own_breaks_the_next(app, root, ana):
    for limit in (5, 6, 7):
        said(root, "PATCH", f"/accounts/{ana.id}", {"records_max": limit})
    number = entries(root, act="quota_changed")[1]["n"]
    with closing(sqlite3.connect(Path(app.config["DATA_DIR"]) / "driftless.sqlite3")) as database:
        database.row_factory = sqlite3.Row
        database.execute("DROP TRIGGER audit_no_update")
        entry = dict(
            database.execute("SELECT * FROM audit_entry WHERE n = ?", (number,)).fetchone()
        ) | {"detail": '{"records_max":9}'}
        before = database.execute(
            "SELECT hash FROM audit_entry WHERE n = ?", (number - 1,)
        ).fetchone()[0]
        database.execute(
            "UPDATE audit_entry SET detail = ?, hash = ? WHERE n = ?",
            (entry["detail"], audit.hash_of(entry, before), number),
        )
        database.commit()
    assert said(root, "GET", "/audit/verify") == {"entries": number, "first_broken": number + 1}


def test_the_first_administrator_is_made_at_the_command_line(app):
    settings = config(Path(app.config["DATA_DIR"]))
    told = cli.admin(settings, "First@example.org", "https://tasks.example.org/")
    token = told.split("https://tasks.example.org/reset#")[1]
    http = app.test_client()
    assert (
        http.post("/auth/reset", json={"token": token, "password": NEW_PASSWORD}).status_code == 200
    )
    me = http.post(
        "/auth/sign-in",
        json={"email": "first@example.org", "password": NEW_PASSWORD, "session": "bearer"},
    ).json
    assert me["is_admin"] is True
    assert "reset#" not in cli.admin(settings, "first@example.org", "https://tasks.example.org")
    assert [
        row[0]
        for row in rows(app, "SELECT act FROM audit_entry ORDER BY n")
        if "admin" in row[0] or "created" in row[0]
    ] == ["account_created", "admin_granted", "admin_granted"]


def test_quotas_hold_at_their_edges(app, root, ana):
    held = rows(app, "SELECT records, bytes FROM space_counter WHERE space_id = ?", ana.space)[0]
    said(root, "PATCH", f"/accounts/{ana.id}", {"records_max": held[0] + 1})
    task = ana.new_task()
    assert [outcome["status"] for outcome in ana.push(task)] == ["applied"]
    full = ana.push(ana.new_task())[0]
    assert (full["status"], full["code"]) == ("rejected", "quota_full")
    answer = ana.http.post("/api/v1/tasks", json={"title": "Milk"}, headers=ana.headers)
    assert (answer.status_code, answer.json["code"]) == (409, "quota_full")
    assert (
        ana.push(ana.edit({"title": "Bread"}, task, n=900))[0]["status"] == "applied"
    )  # existing records can still change
    said(
        root,
        "PATCH",
        f"/accounts/{ana.id}",
        {
            "records_max": None,
            "bytes_max": rows(app, "SELECT bytes FROM space_counter WHERE space_id = ?", ana.space)[
                0
            ][0],
        },
    )
    assert ana.push(ana.new_task(n=901))[0]["code"] == "quota_full"
    said(root, "PATCH", f"/accounts/{ana.id}", {"bytes_max": None})
    assert ana.push(ana.new_task(n=902))[0]["status"] == "applied"


def test_a_shared_space_counts_for_its_payer_whoever_writes(app, root, ana, ben):
    space = shared_space(app, ana, editor=ben)
    said(root, "PATCH", f"/accounts/{ana.id}", {"records_max": 0})
    assert ben.push(ben.new_task(space=space))[0]["code"] == "quota_full"
    assert ben.push(ben.new_task())[0]["status"] == "applied"


def test_an_account_that_asks_too_much_waits(app):
    http = create_app(
        config(Path(app.config["DATA_DIR"]), requests_per_minute=5, public_requests_per_minute=3)
    )
    person = Person(http, "ana@example.org")  # one public request, one of the account
    answers = [person.http.get("/auth/me", headers=person.headers) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert (
        answers[-1].json["code"] == "too_many_requests"
        and 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    )


def test_an_address_that_asks_too_much_waits_and_an_ipv6_address_is_its_network(app):
    http = create_app(
        config(Path(app.config["DATA_DIR"]), public_requests_per_minute=2)
    ).test_client()

    def statuses(path, address, count=3, **headers):
        return [
            http.get(path, environ_base={"REMOTE_ADDR": address}, headers=headers).status_code
            for _ in range(count)
        ]

    assert statuses("/auth/options", "10.0.0.1") == [200, 200, 429]
    assert statuses("/auth/options", "10.0.0.2", 1) == [200]
    assert statuses("/auth/options", "2001:db8::1", 2) == [200, 200]
    assert statuses("/auth/options", "2001:db8::ffff", 1) == [429] and statuses(
        "/auth/options", "2001:db8:0:1::1", 1
    ) == [200]
    assert statuses("/healthz", "10.0.0.1") == [200] * 3
    assert statuses("/auth/me", "10.0.0.3", Authorization="Bearer guess") == [401, 401, 429]
    assert statuses("/auth/options", "10.0.0.3", 1) == [
        200
    ]  # guessing tokens does not lock out others at the same address


def test_what_has_run_out_is_removed(app, root, ana):
    space = shared_space(app, ana, "Gone")
    ana.push(ana.new_task(space=space))
    assert ana.http.delete(f"/api/v1/spaces/{space}", headers=ana.headers).status_code == 204
    for path, body in (
        (
            "/auth/tokens",
            {
                "password": PASSWORD,
                "name": "Short",
                "scopes": ["tasks:read"],
                "expires_at": clock.now_ms() + DAY_MS,
            },
        ),
        ("/auth/passkeys/options", {"password": PASSWORD}),
    ):
        assert ana.http.post(path, json=body, headers=ana.headers).status_code in (200, 201)
    said(root, "POST", "/invites", {}, 201)
    said(root, "POST", f"/accounts/{ana.id}/reset-link")
    tables = ("access_token", "invite", "challenge", "password_reset", "user_session")

    def counts():
        return [rows(app, f"SELECT count(*) FROM {table}")[0][0] for table in tables]

    def retire(days):
        clock.travel(int(days * DAY_MS))
        with app.app_context():
            retention.run_once(app.extensions["writer"])

    assert counts() == [1, 1, 1, 1, 2]
    retire(0)
    assert counts() == [1, 1, 1, 1, 2]
    retire(1.1)
    assert counts() == [0, 1, 0, 0, 2]
    retire(29.9)
    assert counts()[:2] == [0, 0] and rows(
        app, "SELECT count(*) FROM space WHERE id = ?", space
    ) == [(1,)]
    retire(30.1)
    assert counts() == [0, 0, 0, 0, 0]
    assert [
        rows(app, f"SELECT count(*) FROM {table} WHERE space_id = ?", space)[0][0]
        for table in ("record", "history", "space_counter", "member")
    ] == [0] * 4


def test_administrators_are_told_apart_in_the_database_only(app, ana):
    """Nothing that a person can send makes them an administrator."""
    for body in ({"name": "Ana", "is_admin": True}, {"is_admin": True}):
        assert ana.http.patch("/auth/me", json=body, headers=ana.headers).status_code == 422
    with app.app_context():
        assert (
            app.extensions["writer"].run(
                lambda connection: connection.execute(
                    User.__table__.select().where(User.is_admin)
                ).all()
            )
            == []
        )


def test_every_act_is_documented():
    text = (Path(__file__).parents[2] / "docs/admin.md").read_text()
    assert [act for act in sorted(audit.ACTS) if f"`{act}`" not in text] == []
