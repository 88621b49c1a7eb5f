"""Replaces the SQLite database by a backup, while the server is stopped.

The backup is checked first. A copy of it is completed beside the database, and the old database is
copied to `replaced/`; only then one atomic rename puts the new one in its place. So a crash leaves
the old or the new state, and nothing is lost in either.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, delete, false, func, select
from sqlalchemy.exc import SQLAlchemyError

from server import clock
from server.accounts import audit
from server.accounts.models import User
from server.accounts.service import end_all_access
from server.config import Config
from server.journal.epoch import renew_epoch
from server.journal.models import Meta, Record
from server.ops import files, locks
from server.ops.backups import MADE_AT, PART, Backup, check_backup, check_content
from server.ops.files import Refused, beside
from server.ops.schema import is_current, migrate
from server.spaces.invites import end_all_invites

IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
NO_DAMAGE = (  # the old database may be intact, so it must not be treated as damaged
    *IN_USE,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
)


@dataclass(frozen=True)
class Content:
    """What a restored database contains, and what was ended in it."""

    accounts: int
    records: int
    sessions: int
    tokens: int
    links: int
    invites: int


@dataclass(frozen=True)
class Restored:
    """The result of a restore. `replaced` is the folder of the old database, None without one."""

    backup: Backup
    content: Content
    replaced: Path | None


def restore(config: Config, file: Path) -> Restored:
    """Puts the backup in the place of the database. Refused or locks.Locked with the reason if that
    is not possible; then the database is as before.
    """
    live = files.find_database(config)
    if live is None:
        raise Refused("Restores are of SQLite only. Use pg_restore for PostgreSQL.")
    backup, now_ms = check_backup(file, live), clock.now_ms()
    for folder in (config.data_dir, live.parent):
        folder.mkdir(parents=True, exist_ok=True)
    with locks.alone(config.data_dir):
        try:
            content = build(backup, config, live, now_ms)
            replaced = replace_database(live, now_ms)
        except (OSError, sqlite3.Error, SQLAlchemyError) as error:
            raise Refused(f"Nothing was restored: {error}.") from error
        finally:
            files.remove_database(beside(live, PART))
    return Restored(backup, content, replaced)


def build(backup: Backup, config: Config, live: Path, now_ms: int) -> Content:
    """Completes the new database beside `live`; Refused if it does not become a valid one."""
    part = beside(live, PART)
    files.remove_database(part)
    _copy(backup.file, part)
    try:
        migrate(replace(config, database_url=f"sqlite:///{part}"))
    except Exception as error:
        raise Refused(f"{backup.file} cannot be upgraded to this version: {error}.") from error
    with files.writing(part) as connection:
        content = _begin_anew(connection, backup, now_ms)
    with files.reading_unchanged(part) as connection:
        check_content(connection, f"The copy of {backup.file}")
        if not is_current(connection):
            raise Refused(f"{backup.file} is damaged: it lacks tables, columns or indexes.")
    files.sync_file(part)
    return content


def _copy(source: Path, target: Path) -> None:
    uri = f"{source.resolve().as_uri()}?mode=ro&immutable=1"
    with (
        closing(sqlite3.connect(uri, uri=True)) as opened,
        closing(sqlite3.connect(target)) as copy,
    ):
        opened.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _begin_anew(connection: Connection, backup: Backup, now_ms: int) -> Content:
    """A new epoch, and an end for everything that may have been ended since the backup."""
    epoch = renew_epoch(connection, now_ms)
    connection.execute(delete(Meta).where(Meta.name == MADE_AT))
    content = Content(
        connection.execute(select(func.count(User.id))).scalar_one(),
        connection.execute(
            select(func.count(Record.id)).where(Record.is_tombstone == false())
        ).scalar_one(),
        *end_all_access(connection),
        end_all_invites(connection),
    )
    audit.append(
        connection,
        "restored",
        None,
        "database",
        audit.AT_THE_MACHINE,
        now_ms,
        backup=files.readable_time(backup.made_at) if backup.made_at else None,
        epoch=epoch,
        sha256=backup.sha256,
    )
    return content


def replace_database(live: Path, now_ms: int) -> Path | None:
    """Keeps the old database and puts the completed one in its place; the folder of the old one,
    None without one.
    """
    with _taken(live) as old:
        replaced = keep(old, live, now_ms) if _files_of(live) else None
        for ending in files.LOGS:  # they would be read as the new database's own
            beside(live, ending).unlink(missing_ok=True)
        files.sync_file(live.parent)
        files.replace_durably(beside(live, PART), live)
    return replaced


@contextmanager
def _taken(live: Path) -> Iterator[sqlite3.Connection | None]:
    """The old database as one file, closed to other programs until the end; None if there is none,
    or if it is too damaged to be opened.
    """
    if not live.exists():
        yield None
        return
    with closing(sqlite3.connect(live, timeout=1, isolation_level=None)) as old:
        yield old if _take(old, live) else None


def _take(old: sqlite3.Connection, live: Path) -> bool:
    """Whether the database could be opened. Then its write-ahead log is part of it, and locked."""
    try:
        old.execute("PRAGMA locking_mode=EXCLUSIVE")
        old.execute("PRAGMA journal_mode=DELETE")  # fails while another program has it open
        old.execute("BEGIN EXCLUSIVE")
        old.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        if _is_damage(error):
            return False
        if _code(error) in IN_USE:
            raise Refused(f"Another program has {live} open. Stop it first.") from error
        raise
    return True


def keep(old: sqlite3.Connection | None, live: Path, now_ms: int) -> Path:
    """Copies the old database, or its raw files if it is damaged, to a folder of their own."""
    folder = live.parent / "replaced" / f"{files.compact_time(now_ms)}-{now_ms % 1000:03}"
    for unfinished in folder.parent.glob(f"*{PART}"):  # of a restore that was cut off
        shutil.rmtree(unfinished)
    part = beside(folder, PART)
    part.mkdir(parents=True)
    if old is None or not _copy_pages(old, part / live.name):
        for path in _files_of(live):
            shutil.copyfile(path, part / path.name)
    for each in part.iterdir():
        files.sync_file(each)
    files.sync_file(part)
    files.replace_durably(part, folder)
    files.sync_file(live.parent)
    return folder


def _copy_pages(old: sqlite3.Connection, target: Path) -> bool:
    """Whether the database could be copied; not if it is damaged."""
    try:
        with closing(sqlite3.connect(target)) as copy:
            old.backup(copy)
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):
            raise
        files.remove_database(target)
        return False
    return True


def _files_of(live: Path) -> list[Path]:
    paths = (live, *(beside(live, ending) for ending in files.LOGS))
    return [path for path in paths if path.exists()]


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return _code(error) not in NO_DAMAGE


def _code(error: sqlite3.DatabaseError) -> int:
    return error.sqlite_errorcode & 0xFF  # without the extension of the code
