"""A backup is restored: what the new database has, what ended, where the old one is."""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing

import pytest
from alembic import command
from sqlalchemy import update

from server import clock
from server.accounts import audit, challenges, resets
from server.accounts.models import Session, User
from server.database import db
from server.ops.backups import create_backup
from server.ops.files import Refused
from server.ops.restore import restore
from server.ops.restore_report import describe
from server.ops.schema import alembic_config
from tests.server.backed_up import LIVE, content_of, epoch, place, query, running, titles
from tests.server.conftest import KEY, config
from tests.server.people import PASSWORD, Person
from tests.server.rest import INVITES, SPACES, Rest


@pytest.fixture
def at(migrated, tmp_path):
    return place(migrated, tmp_path)


def test_the_backup_is_in_place_and_the_old_database_is_kept(at):
    before = epoch(at.data / LIVE)
    done = restore(config(at.data), at.backup)
    assert titles(at.data / LIVE) == ["Before"]
    assert titles(done.replaced / LIVE) == ["After", "Before"]
    assert done.replaced.parent == at.data / "replaced" and epoch(done.replaced / LIVE) == before
    assert epoch(at.data / LIVE) not in (before, epoch(at.backup))
    assert (done.content.accounts, done.content.records) == (1, 3)


def test_nothing_but_the_replaced_database_is_new(at):
    files = content_of(at.data)
    done = restore(config(at.data), at.backup)
    kept = str((done.replaced / LIVE).relative_to(at.data))
    after = content_of(at.data)
    assert set(after) - set(files) == {kept} and not set(files) - set(after)
    assert all(after[name] == files[name] for name in files if name != LIVE)


def test_a_server_serves_the_restored_tasks_in_a_new_epoch(at):
    restore(config(at.data), at.backup)
    with running(at.data) as app:
        http = app.test_client(use_cookies=False)
        given = {"email": "ana@example.org", "password": PASSWORD, "session": "bearer"}
        token = http.post("/auth/sign-in", json=given).json["token"]
        old = {"protocol": 1, "device": "phone000000000000000", "epoch": epoch(at.backup)}
        reply = http.post(
            "/sync",
            json=old | {"changes": [], "cursors": {}},
            headers={"Authorization": f"Bearer {token}"},
        ).json
    assert reply["epoch"] == epoch(at.data / LIVE) and reply["device_conflict"]
    assert "Before" in json.dumps(reply["spaces"]) and "After" not in json.dumps(reply["spaces"])


@pytest.fixture
def opened(migrated, tmp_path):
    """(data directory, backup, a client of a stopped server) with one of each credential."""
    shutil.copytree(migrated, tmp_path / "data")
    with running(tmp_path / "data") as app:
        ana = Person(app, "ana@example.org", "Ana")
        rest = Rest(ana)
        space = rest.space()
        given = {
            "token": rest.person.http.post(
                "/auth/tokens",
                json={"name": "script", "scopes": ["tasks:read"], "password": PASSWORD},
                headers=ana.headers,
            ).json["token"],
            "invite": rest.make(f"{SPACES}/{space}/invites", role="owner")["token"],
        }
        rest.make(f"{SPACES}/{space}/invites", role="owner", email="ben@example.org")
        with app.app_context():

            def add(connection):
                given["link"] = resets.create_reset(connection, KEY, ana.id, clock.now_ms())
                given["challenge"], _ = challenges.create_challenge(
                    connection, KEY, challenges.SIGN_IN, None, clock.now_ms()
                )

            app.extensions["writer"].run(add)
        backup = create_backup(config(tmp_path / "data"))
    return tmp_path / "data", backup, ana, given


def test_everything_that_gives_access_ends(opened):
    data, backup, ana, given = opened
    done = restore(config(data), backup)
    assert (
        done.content.sessions,
        done.content.tokens,
        done.content.links,
        done.content.invites,
    ) == (1, 1, 1, 2)
    tables = ("user_session", "access_token", "password_reset", "challenge", "invite")
    left = {name: query(data / LIVE, f"SELECT count(*) FROM {name}")[0][0] for name in tables}
    assert left == dict.fromkeys(tables, 0)
    with running(data) as app:
        http = app.test_client(use_cookies=False)
        assert http.get("/api/v1/me", headers=ana.headers).status_code == 401
        bearer = {"Authorization": f"Bearer {given['token']}"}
        assert http.get("/api/v1/tasks", headers=bearer).status_code == 401
        body = {"token": given["link"], "password": "five other quiet words"}
        assert http.post("/auth/reset", json=body).status_code == 400
        ben = Rest(Person(app, "ben@example.org", "Ben"))
        assert ben.post(f"{INVITES}/accept", json={"token": given["invite"]}).status_code == 404
        assert ben.get(INVITES).json["invites"] == []


def test_the_audit_log_says_so_and_its_chain_is_intact(at):
    done = restore(config(at.data), at.backup)
    *_, (act, actor, subject, address, detail) = query(
        at.data / LIVE, "SELECT act, actor_id, subject, address, detail FROM audit_entry ORDER BY n"
    )
    assert (act, actor, subject, address) == ("restored", None, "database", "command line")
    said = json.loads(detail)
    assert said["sha256"] == done.backup.sha256 and said["epoch"] == epoch(at.data / LIVE)
    assert said["backup"].startswith("20") and said["backup"].endswith(" UTC")
    with running(at.data) as app, app.app_context(), db.engine.connect() as connection:
        assert audit.verify(connection)[1] is None


def test_the_operator_reads_what_was_done(at):
    done = restore(config(at.data), at.backup)
    told = describe(done)
    for words in (
        str(at.backup),
        done.backup.sha256,
        "1 accounts, 3 records",
        str(done.replaced),
        "must sign in again",
        "as in ",
        "passkeys",
    ):
        assert words in told, words
    assert abs(clock.now_ms() - done.backup.made_at) < 600_000


def test_a_second_restore_and_the_way_back(at):
    first = restore(config(at.data), at.backup)
    second = restore(config(at.data), first.replaced / LIVE)
    assert titles(at.data / LIVE) == ["After", "Before"]
    assert titles(second.replaced / LIVE) == ["Before"] and first.replaced.exists()
    third = restore(config(at.data), at.backup)
    assert len({first.replaced, second.replaced, third.replaced}) == 3
    assert len(list((at.data / "replaced").iterdir())) == 3


def test_a_new_machine_has_no_database_and_no_key(at, tmp_path):
    new = tmp_path / "elsewhere" / "data"
    done = restore(config(new, secret_key="another key, 0123456789 abcdefghijkl"), at.backup)
    assert done.replaced is None and titles(new / LIVE) == ["Before"]
    assert "no database before" in describe(done)
    with running(new) as app:
        given = {"email": "ana@example.org", "password": PASSWORD, "session": "bearer"}
        assert app.test_client().post("/auth/sign-in", json=given).status_code == 200


def test_a_backup_of_an_older_version_is_upgraded(at):
    command.downgrade(alembic_config(config(at.data)), "0002")
    old = create_backup(config(at.data))
    restore(config(at.data), old)
    assert query(at.data / LIVE, "SELECT version_num FROM alembic_version") == [("0006",)]
    with running(at.data) as app:
        assert app.test_client().get("/healthz").status_code == 200


def test_a_raw_copy_of_a_stopped_server_is_a_backup_too(at, tmp_path):
    raw = shutil.copy(at.data / LIVE, tmp_path / "raw copy?#%41.sqlite3")
    done = restore(config(at.data), tmp_path / raw)
    assert titles(at.data / LIVE) == ["After", "Before"] and done.backup.made_at
    assert not done.backup.has_checksum_file and "not compared" in describe(done)


def test_a_damaged_database_is_kept_as_raw_files(at):
    for name in (LIVE, f"{LIVE}-wal", f"{LIVE}-shm"):
        (at.data / name).write_bytes(f"damaged {name}".encode() * 500)
    done = restore(config(at.data), at.backup)
    assert not list(at.data.glob(f"{LIVE}-*"))
    assert content_of(done.replaced) == {
        name: f"damaged {name}".encode() * 500 for name in (LIVE, f"{LIVE}-wal", f"{LIVE}-shm")
    }
    assert not (at.data / f"{LIVE}-wal").exists() and titles(at.data / LIVE) == ["Before"]


def test_an_old_write_ahead_log_never_reaches_the_new_database(at):
    """As after kill -9: the newest task is only in the log."""
    at.data.joinpath(LIVE).rename(at.data / "moved")
    with closing(sqlite3.connect(at.data / "moved")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA wal_autocheckpoint=0")
        database.execute("UPDATE user_account SET name = 'Only in the log'")
        database.commit()
        shutil.copy(at.data / "moved", at.data / LIVE)
        shutil.copy(at.data / "moved-wal", at.data / f"{LIVE}-wal")
    done = restore(config(at.data), at.backup)
    names = "SELECT name FROM user_account"
    assert query(done.replaced / LIVE, names) == [("Only in the log",)]
    assert query(at.data / LIVE, names) == [("Ana",)]


def test_a_password_of_the_backup_comes_back(at):
    with running(at.data) as app, app.app_context():
        app.extensions["writer"].run(
            lambda connection: connection.execute(update(User).values(password_hash="changed"))
        )
    restore(config(at.data), at.backup)
    assert query(at.data / LIVE, "SELECT password_hash FROM user_account") != [("changed",)]


def test_a_backup_has_its_checksum_beside_it(at):
    subprocess.run(
        ["sha256sum", "-c", f"{at.backup.name}.sha256"],
        cwd=at.backup.parent,
        check=True,
        capture_output=True,
    )
    assert query(at.backup, "PRAGMA journal_mode") == [("delete",)]
    assert at.backup.stat().st_mode & 0o077 == 0
    assert not [path for path in at.backup.parent.iterdir() if path.suffix == ".part"]


def test_a_backup_is_refused_where_there_is_none_to_make(at, tmp_path):
    for settings, target in (
        (config(tmp_path / "empty"), None),
        (config(at.data), at.data / LIVE),
        (config(at.data, database_url="postgresql://host/name"), None),
    ):
        before = content_of(tmp_path)
        with pytest.raises(Refused):
            create_backup(settings, target)
        assert content_of(tmp_path) == before


def test_sessions_are_really_those_of_the_backup(at):
    """The backup has a session; otherwise nothing would be proven above."""
    assert query(at.backup, f"SELECT count(*) FROM {Session.__tablename__}") == [(1,)]
