"""Old databases are upgraded with all their data."""

import sqlite3
from contextlib import closing

from alembic import command

from server import create_app
from server.database import db
from server.ops.schema import alembic_config, migrate
from tests.server.conftest import config
from tests.server.people import PASSWORD, Person

SPACE, TASK, GONE = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "abc")
BODY = (
    '{"kind":"task","id":"%s","seq":1,"clock":{"phone000000000000000":1},"writes":[{"by":"phone000000000000000",'
    '"n":1,"at":"2026-11-23T18:20:32.123Z-0000","set":{"title":"Old","status":"pending","completed_at":null}}]}'
)
TOMBSTONE = '{"kind":"task","id":"%s","seq":2,"grave":true}'


def fill(folder):
    """A shared space of Ana's as revision 0002 wrote it: a task and a tombstone."""
    with closing(sqlite3.connect(folder / "driftless.sqlite3")) as database, database:
        ana = database.execute("SELECT id FROM user_account").fetchone()[0]
        database.execute(
            "INSERT INTO space (id, payer_id, created_at) VALUES (?, ?, 1)", (SPACE, ana)
        )
        database.execute(
            "INSERT INTO member (user_id, space_id, role, joined_at) VALUES (?, ?, 'owner', 1)",
            (ana, SPACE),
        )
        database.execute(
            "INSERT INTO space_head (space_id, seq, forgotten_seq, records, bytes) VALUES (?, 2, 0, 1, 7)",
            (SPACE,),
        )
        columns = "space_id, id, kind, seq, body, is_grave, is_deleted, changed_at, moved_to, brought_by, created_at"
        rows = [
            (SPACE, TASK, "task", 1, BODY % TASK, 0, 0, 5, None, ana, 5),
            (SPACE, GONE, "task", 2, TOMBSTONE % GONE, 1, 0, 6, "elsewhere", None, 6),
        ]
        database.executemany(f"INSERT INTO record ({columns}) VALUES ({','.join('?' * 11)})", rows)
    return ana


def read(folder, query):
    with closing(sqlite3.connect(folder / "driftless.sqlite3")) as database:
        return database.execute(query).fetchall()


def old_database(folder, revision="0002"):
    """A database at an old revision with an account, made by downgrading a current one."""
    migrate(config(folder))
    app = create_app(config(folder))
    Person(app, "ana@example.org", "Ana")
    with app.app_context():
        db.engine.dispose()
    command.downgrade(alembic_config(config(folder)), revision)


def test_an_old_database_is_upgraded_with_its_data(tmp_path):
    old_database(tmp_path)
    ana = fill(tmp_path)
    migrate(config(tmp_path))
    query = "SELECT id, is_tombstone, moved_to, added_by, body FROM record WHERE space_id = '%s' ORDER BY seq"
    assert read(tmp_path, query % SPACE) == [
        (TASK, 0, None, ana, BODY % TASK),
        (GONE, 1, "elsewhere", None, TOMBSTONE % GONE),
    ]
    counted = "SELECT seq, forgotten_seq, records, bytes FROM space_counter WHERE space_id = '%s'"
    assert read(tmp_path, counted % SPACE) == [(2, 0, 1, 7)]
    plan = read(
        tmp_path,
        "EXPLAIN QUERY PLAN SELECT space_id FROM record WHERE (is_deleted OR is_tombstone) AND changed_at <= 9",
    )
    assert "ix_record_retire" in plan[0][3], "the partial index follows the column"


def test_a_server_over_an_upgraded_database_serves_what_was_there(tmp_path):
    old_database(tmp_path)
    fill(tmp_path)
    migrate(config(tmp_path))
    app = create_app(config(tmp_path))
    http = app.test_client(use_cookies=False)
    given = {"email": "ana@example.org", "password": PASSWORD, "session": "bearer"}
    token = http.post("/auth/sign-in", json=given).json["token"]
    body = {"protocol": 1, "device": "laptop00000000000000", "changes": [], "cursors": {}}
    reply = http.post("/sync", json=body, headers={"Authorization": f"Bearer {token}"}).json
    records = reply["spaces"][SPACE]["records"]
    assert [record["id"] for record in records] == [TASK]
    with app.app_context():
        db.engine.dispose()


HISTORY = "space_id, device_id, n, seq, record_id, user_id, recorded_at, digest, what, outcome"
RECORD = "space_id, id, kind, seq, body, is_tombstone, is_deleted, changed_at, moved_to, created_at"


def test_authors_come_from_the_history(tmp_path):
    """A device of one account is named, also where its writes were moved; others name nobody."""
    old_database(tmp_path, "0003")
    written = [  # space, device, record, account
        ("a", "phone", TASK, "ana"),
        ("a", "phone", "other", "ana"),
        ("a", "server-0-a", TASK, "ana"),
        ("a", "server-0-a", "other", "ben"),
        ("a", "server-1-a", "other", "ben"),
        ("a", "shared", TASK, "ana"),
        ("a", "shared", TASK, "ben"),
        ("a", "tablet", "other", "ana"),
        ("a", "refused", "", "cleo"),
        ("b", "laptop", TASK, "ben"),
        ("c", "phone", "other", "ana"),
        ("d", "elsewhere", TASK, "dan"),
    ]
    moved = [("a", TASK, "b"), ("b", TASK, "c")]
    with closing(sqlite3.connect(tmp_path / "driftless.sqlite3")) as database, database:
        database.execute("DELETE FROM history")
        database.executemany(
            f"INSERT INTO history ({HISTORY}) VALUES (?, ?, ?, 1, ?, ?, 1, x'', '', '')",
            [(space, device, n, *rest) for n, (space, device, *rest) in enumerate(written)],
        )
        database.executemany(
            f"INSERT INTO record ({RECORD}) VALUES (?, ?, 'task', 99, '', 1, 0, 5, ?, 5)", moved
        )
    migrate(config(tmp_path))
    found = read(tmp_path, "SELECT space_id, device_id, user_id FROM space_author ORDER BY 1, 2")
    assert found == [
        ("a", "phone", "ana"),
        ("a", "server-0-a", None),
        ("a", "server-1-a", "ben"),
        ("a", "shared", None),
        ("a", "tablet", "ana"),
        ("b", "laptop", "ben"),
        ("b", "phone", "ana"),
        ("b", "shared", None),
        ("c", "laptop", "ben"),
        ("c", "phone", "ana"),
        ("c", "shared", None),
        ("d", "elsewhere", "dan"),
    ]
