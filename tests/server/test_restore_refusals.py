"""What cannot be restored is refused with one sentence, and nothing changes."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from server import cli
from server.ops import locks
from server.ops.files import Refused
from server.ops.restore import restore
from tests import report
from tests.server.backed_up import LIVE, content_of, place, query, running, titles
from tests.server.conftest import KEY, config

FLIPS = int(os.environ.get("BACKUP_FLIPS", "150"))
SEED = int(os.environ.get("SEED", "1"))
NOBODY = 65534


@pytest.fixture
def at(migrated, tmp_path):
    return place(migrated, tmp_path)


def refused(at, file):
    """The sentence; every byte of the data directory is as before."""
    before = content_of(at.data)
    with pytest.raises((Refused, locks.Locked)) as error:
        restore(config(at.data), file)
    assert content_of(at.data) == before
    return str(error.value)


def changed(at, *statements, name="changed.sqlite3"):
    """A copy of the backup after some SQL, without a checksum file."""
    file = at.data.parent / name
    shutil.copy(at.backup, file)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys=OFF")
        database.execute("PRAGMA writable_schema=ON")
        for statement in statements:
            database.execute(statement)
    return file


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("UPDATE alembic_version SET version_num = '9999'",), "9999, and this server knows 0001"),
        (("DELETE FROM alembic_version",), "no version"),
        (("INSERT INTO alembic_version VALUES ('0002')",), "0006, 0002"),
        (("DROP TABLE alembic_version",), "not a database of Driftless"),
        (("DELETE FROM meta WHERE name = 'epoch'",), "no epoch"),
        (("DROP TABLE passkey",), "lacks tables"),
        (("DROP INDEX ix_record_seq",), "lacks tables, columns or indexes"),
        (("ALTER TABLE record DROP COLUMN moved_to",), "lacks tables"),
        (("DROP TRIGGER audit_no_update",), "lacks tables"),
        (
            ("CREATE TRIGGER t AFTER DELETE ON invite BEGIN SELECT 1; END",),
            "lacks tables",
        ),
        (("DELETE FROM user_account",), "refers to rows that are missing"),
        (
            ("DROP TRIGGER audit_no_update", "UPDATE audit_entry SET act = 'sign_in' WHERE n = 1"),
            "audit log is broken at entry 1",
        ),
        (
            ("DROP TRIGGER audit_no_update", "UPDATE audit_entry SET act = x'00' WHERE n = 1"),
            "damaged",
        ),
    ],
)
def test_another_database_is_refused(at, statements, words):
    assert words in refused(at, changed(at, *statements))


def test_a_database_that_cannot_be_upgraded_is_refused(at):
    file = changed(at, "UPDATE alembic_version SET version_num = '0002'")
    assert "cannot be upgraded" in refused(at, file)


def test_files_that_are_no_databases_are_refused(at, tmp_path):
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_text("SQLite, but not really" * 99)
    os.mkfifo(tmp_path / "pipe")
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE task (id)")
    for name, words in (
        ("missing", "No such file"),
        ("data", "not a regular file"),
        ("pipe", "not a regular file"),
        ("empty", "not an SQLite database"),
        ("text", "not an SQLite database"),
        ("other", "not a database of Driftless"),
    ):
        assert words in refused(at, tmp_path / name), name


def test_a_file_without_permission_is_refused(at):
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        file = Path(shutil.copy(at.backup, folder))
        file.chmod(0)
        is_root = os.geteuid() == 0
        os.seteuid(NOBODY if is_root else os.geteuid())
        try:
            with pytest.raises(Refused, match="cannot be read: Permission denied"):
                restore(config(Path(folder) / "data"), file)
        finally:
            os.seteuid(0 if is_root else os.geteuid())


def test_the_database_itself_is_refused_under_any_name(at, tmp_path):
    (tmp_path / "link").symlink_to(at.data / LIVE)
    os.link(at.data / LIVE, tmp_path / "hard")
    for file in (at.data / LIVE, tmp_path / "link", tmp_path / "hard"):
        assert "the database itself" in refused(at, file)


def test_a_copy_with_a_log_beside_it_is_refused(at, tmp_path):
    for ending in ("-wal", "-journal"):
        file = tmp_path / f"raw{ending}.sqlite3"
        shutil.copy(at.backup, file)
        log = file.with_name(file.name + ending)
        log.write_bytes(b"")
        log.write_bytes(b"some changes")
        assert "changes that are not in" in refused(at, file)


def test_a_backup_that_differs_from_its_checksum_is_refused(at):
    with closing(sqlite3.connect(at.backup)) as database, database:
        database.execute("UPDATE user_account SET name = 'Someone else'")
    assert "was damaged or changed" in refused(at, at.backup)
    at.backup.with_name(f"{at.backup.name}.sha256").unlink()
    restore(config(at.data), at.backup)


def test_every_truncated_copy_is_refused(at, tmp_path):
    whole, rng = at.backup.read_bytes(), random.Random(SEED)
    sizes = {rng.randrange(1, len(whole)) for _ in range(20)} | {
        4096 * rng.randrange(1, len(whole) // 4096) for _ in range(10)
    }
    for size in sorted(sizes):
        (tmp_path / "cut.sqlite3").write_bytes(whole[:size])
        assert refused(at, tmp_path / "cut.sqlite3")


def test_a_flipped_bit_is_refused_or_the_server_starts(at, tmp_path):
    """The checksum finds all of them; this is without it. What the other checks miss is a changed
    letter in some text.
    """
    whole, rng, found, template = at.backup.read_bytes(), random.Random(SEED), 0, tmp_path / "t"
    shutil.copytree(at.data, template)
    for _ in range(FLIPS):
        place_of = rng.randrange(len(whole))
        bits = bytearray(whole)
        bits[place_of] ^= 1 << rng.randrange(8)
        (tmp_path / "flipped.sqlite3").write_bytes(bits)
        before = content_of(at.data)
        try:
            restore(config(at.data), tmp_path / "flipped.sqlite3")
        except Refused:
            found += 1
            assert content_of(at.data) == before, place_of
            continue
        with running(at.data) as app:
            assert app.test_client().get("/healthz").status_code == 200, place_of
        assert query(at.data / LIVE, "PRAGMA integrity_check") == [("ok",)]
        shutil.rmtree(at.data)
        shutil.copytree(template, at.data)
    report("backup_flips", FLIPS, 0)
    assert found, "no flip was found"


def test_a_database_that_another_program_has_open_stays(at):
    with closing(sqlite3.connect(at.data / LIVE)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM record").fetchone()
        with pytest.raises(Refused, match="Another program"):
            restore(config(at.data), at.backup)
    assert titles(at.data / LIVE) == ["After", "Before"]
    assert not (at.data / f"{LIVE}.part").exists() and not (at.data / "replaced").exists()


def test_a_restore_waits_for_nobody(at):
    with locks.using(at.data):
        assert "Stop it first" in refused(at, at.backup)
    with locks.alone(at.data):
        assert "Stop it first" in refused(at, at.backup)
        with pytest.raises(locks.Locked, match="restore is running"), locks.using(at.data):
            pass
    restore(config(at.data), at.backup)


def test_postgresql_is_restored_by_its_own_tools(at):
    with pytest.raises(Refused, match="pg_restore"):
        restore(config(at.data, database_url="postgresql://host/name"), at.backup)


def test_the_command_says_one_sentence_and_exits_with_1(at, tmp_path):
    env = dict(os.environ) | {"DATA_DIR": str(at.data), "SECRET_KEY": KEY}
    done = subprocess.run(
        [sys.executable, "-m", "server", "restore", str(tmp_path / "missing")],
        env=env,
        cwd=Path(cli.__file__).parents[1],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and done.stdout == "" and len(done.stderr.splitlines()) == 1
