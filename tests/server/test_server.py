"""Start-up, policies, headers, the one shape of errors, the app's files, migrations, backup."""

import re
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from server import LIBRARY_POLICIES, create_app
from server.config import BadConfig, Config, from_environment
from server.database import Base, db
from server.ops.backups import create_backup
from server.web.policy import policies_of
from tests.server.conftest import KEY, config

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "settings",
    [
        {"secret_key": ""},
        {"secret_key": "short"},
        {"secret_key": "x" * 40},
        {"secret_key": "changeme-changeme-changeme-changeme-12345"},
        {"secret_key": "secret0123456789abcdefghijklmnopqrstuvwxyz"},
        {"production": True, "debug": True, "trusted_hosts": ("a.example",)},
        {"production": True},
    ],
)
def test_start_up_refuses_bad_configuration(tmp_path, settings):
    with pytest.raises(BadConfig):
        Config(**{"secret_key": KEY, "data_dir": tmp_path} | settings)


def test_settings_come_from_the_environment(tmp_path):
    found = from_environment(
        {
            "SECRET_KEY": KEY,
            "DATA_DIR": str(tmp_path),
            "DRIFTLESS_ENV": "production",
            "TRUSTED_HOSTS": "a.example,b.example",
        }
    )
    assert (
        found.production
        and found.trusted_hosts == ("a.example", "b.example")
        and found.url == f"sqlite:///{tmp_path}/driftless.sqlite3"
    )


def test_untrusted_hosts_are_refused(migrated):
    http = create_app(
        config(migrated, production=True, trusted_hosts=("tasks.example.org",))
    ).test_client()
    assert http.get("/healthz", base_url="https://tasks.example.org").status_code == 200
    assert http.get("/healthz", base_url="https://evil.example").status_code == 400


def test_a_route_without_a_policy_stops_the_start(app):
    app.add_url_rule("/naked", "naked", lambda: "x")
    with pytest.raises(RuntimeError, match="naked"):
        policies_of(app, LIBRARY_POLICIES)


def test_every_route_but_the_public_ones_asks_who_is_there_and_errors_have_one_shape(app):
    http, asked = app.test_client(), 0
    public = {
        "auth.options",
        "auth.sign_in",
        "sign_up.sign_up",
        "passwords.forgot",
        "passwords.reset",
        "passkeys.request_options",
        "passkeys.sign_in",
        "ops.healthz",
        "invites.InvitePreview",
        "shell.file",
        "shell.home",
        "api-docs.openapi_json",
    }
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            path = re.sub(r"<[^>]+>", "x", rule.rule)
            with http.open(path, method=method, json={} if method != "GET" else None) as answer:
                if rule.endpoint in ("api_page.docs", "api_page.stylesheet"):
                    assert answer.status_code == 200
                elif rule.endpoint not in public:
                    assert (answer.status_code, set(answer.json)) == (401, {"code", "message"}), (
                        rule
                    )
                elif answer.status_code >= 400:
                    assert (
                        {"code", "message"} <= set(answer.json) <= {"code", "message", "fields"}
                    ), rule
            asked += 1
    assert asked >= 15
    for path, method in (
        ("/api/v1/nothing", "GET"),
        ("/sync", "GET"),
        ("/auth/sign-in", "GET"),
        ("/api/v1/tasks", "PUT"),
    ):
        answer = http.open(path, method=method)
        assert answer.status_code in (404, 405) and set(answer.json) == {"code", "message"}, path


def test_every_answer_carries_the_security_headers(app):
    for path in ("/healthz", "/nothing.js", "/api/v1/tasks"):
        headers = app.test_client().get(path).headers
        assert (
            "script-src 'self'" in headers["Content-Security-Policy"]
            and "unsafe" not in headers["Content-Security-Policy"]
        )
        assert (
            headers["X-Content-Type-Options"] == "nosniff"
            and headers["Referrer-Policy"] == "same-origin"
        )
        assert headers["Cache-Control"] == "no-store"


@pytest.fixture
def site(migrated, tmp_path):
    (tmp_path / "assets").mkdir()
    for name, text in (
        ("index.html", "shell"),
        ("sw.js", "worker"),
        ("assets/app-x.js", "script"),
        ("assets/app-x.js.br", "packed"),
    ):
        (tmp_path / name).write_text(text)
    (tmp_path.parent / "outside.txt").write_text("outside")
    http = create_app(config(migrated, app_dir=tmp_path)).test_client()

    def get(path, headers=None):
        with http.get(path, headers=headers) as answer:
            assert answer.data is not None
            return answer

    return get


@pytest.mark.parametrize(
    ("path", "text", "cache"),
    [
        ("/", "shell", "no-cache"),
        ("/index.html", "shell", "no-cache"),
        ("/today", "shell", "no-cache"),
        ("/sw.js", "worker", "no-cache"),
        ("/assets/app-x.js", "script", "public, max-age=31536000, immutable"),
    ],
)
def test_the_app_is_served(site, path, text, cache):
    answer = site(path)
    assert answer.text == text and answer.headers["Cache-Control"] == cache


def test_packed_files_are_served_to_those_who_take_them(site):
    answer = site("/assets/app-x.js", headers={"Accept-Encoding": "gzip, br"})
    assert (
        answer.data == b"packed"
        and answer.headers["Content-Encoding"] == "br"
        and answer.mimetype == "text/javascript"
    )


@pytest.mark.parametrize(
    "path",
    [
        "/assets/app-old.js",
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/assets/../../outside.txt",
        "/assets/app-x.js.br",
        "/api/x",
        "/auth/x",
        "/api",
        "/readyz",
        "/a%00.js",
        "/" + "a" * 300 + ".js",
        "/assets/%2e%2e/index.html",
        "/assets",
    ],
)
def test_a_missing_file_is_404_and_never_the_shell(site, path):
    answer = site(path)
    assert answer.status_code == 404 and "shell" not in answer.text and "outside" not in answer.text


def test_healthz(app):
    assert app.test_client().get("/healthz").json == {"status": "ok"}


def test_migrations_give_what_the_models_say(app):
    with app.app_context(), db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_the_database_is_durable(app):
    with app.app_context(), db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_backup_made_while_people_write_is_whole(app, ana, tmp_path):
    done = threading.Event()

    def write():
        while not done.is_set():
            ana.push(*[ana.new_task() for _ in range(20)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [
            create_backup(config(tmp_path / "data"), tmp_path / f"copy{place}.sqlite3")
            for place in range(3)
        ]
    finally:
        done.set()
        writer.join()
    for copy in copies:
        with closing(sqlite3.connect(copy)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            records, rows, head = (
                database.execute(f"SELECT {what}").fetchone()[0]
                for what in (
                    "count(*) FROM record WHERE kind = 'task'",
                    "count(*) FROM history WHERE device_id NOT LIKE 'server%'",
                    "max(seq) FROM space_counter",
                )
            )
            assert records == rows == head - 2, "a batch is in the copy whole or not at all"


def test_a_full_disk_is_507_and_a_busy_database_503(app, ana, monkeypatch):
    for message, status in (("database or disk is full", 507), ("database is locked", 503)):

        def fail(work, message=message):
            raise sqlite3.OperationalError(message)

        monkeypatch.setattr(app.extensions["writer"], "run", fail)
        answer = ana.sync([ana.new_task()])
        assert answer.status_code == status and (status != 503 or answer.headers["Retry-After"])
        monkeypatch.undo()
    assert ana.push(ana.new_task())[0]["status"] == "applied"


def test_an_unexpected_error_is_a_500_without_its_details(app, ana, monkeypatch, caplog):
    monkeypatch.setattr("server.sync.service.push", lambda *_: 1 / 0)
    answer = ana.sync()
    assert (
        answer.status_code == 500
        and answer.json["code"] == "internal"
        and "Zero" not in answer.text
    )


# modules for HTTP; all other modules of a package take a connection and never import Flask
HTTP_MODULES = re.compile(
    r"(\w+_)?routes|guard|address|responses|reauthentication|login_throttle|notices|mail|passwords|requests|links"
)


def test_only_modules_that_speak_http_import_flask():
    rooms = ("accounts", "spaces", "journal", "sync", "tasks", "admin", "core")
    wrong = [
        str(path)
        for room in rooms
        for path in (ROOT / "server" / room).rglob("*.py")
        if re.search(r"^(from|import) flask\b", path.read_text(), re.MULTILINE)
        and not HTTP_MODULES.fullmatch(path.stem)
    ]
    assert not wrong
