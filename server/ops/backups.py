"""Backups of an SQLite database: how they are made, and the checks before one is restored."""

import sqlite3
from contextlib import closing
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from server import clock
from server.accounts import audit
from server.config import Config
from server.ops import files
from server.ops.files import Refused, beside
from server.ops.schema import known_revisions

HEADER = b"SQLite format 3\0"
CHECKSUM = ".sha256"
PART = ".part"
MADE_AT = "backed_up_at"  # in the table `meta` of a backup: Unix time in ms


class Backup(NamedTuple):
    """A checked backup. `made_at` is the time of the backup, or of the newest entry in a file that
    `make backup` did not create; None if it has none.
    """

    file: Path
    sha256: str
    has_checksum_file: bool
    made_at: int | None


def create_backup(config: Config, target: Path | None = None) -> Path:
    """Creates a consistent copy of the SQLite database online, checks it and writes its checksum
    beside it; its path. Refused if that is not possible.
    """
    live, now_ms = _database_of(config), clock.now_ms()
    target = (
        target or config.data_dir / "backups" / f"driftless-{files.compact_time(now_ms)}.sqlite3"
    )
    if target.exists() and target.samefile(live):
        raise Refused(f"{target} is the database itself. Choose another file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = beside(target, PART)
    files.remove_database(part)
    try:
        _copy(live, part, now_ms)
        _publish(part, target)
    except (OSError, sqlite3.Error) as error:
        raise Refused(f"No backup was created: {error}.") from error
    finally:
        files.remove_database(part)
    return target


def _database_of(config: Config) -> Path:
    live = files.find_database(config)
    if live is None:
        raise Refused("Backups are of SQLite only. Use pg_dump for PostgreSQL.")
    if not live.exists():
        raise Refused(f"There is no database {live} yet. Check DATA_DIR.")
    return live


def _copy(live: Path, part: Path, now_ms: int) -> None:
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("REPLACE INTO meta (name, value) VALUES (?, ?)", (MADE_AT, str(now_ms)))
        copy.commit()
        problem = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if problem != "ok":
        raise Refused(f"The copy is damaged, so no backup was created: {problem}.")


def _publish(part: Path, target: Path) -> None:
    """Without a moment in which the target has the checksum of another file."""
    digest, checksum = files.sha256_of(part), beside(target, CHECKSUM)
    part.chmod(0o600)
    files.sync_file(part)
    checksum.unlink(missing_ok=True)
    files.replace_durably(part, target)
    written = beside(checksum, PART)
    written.write_text(f"{digest}  {target.name}\n")
    files.sync_file(written)
    files.replace_durably(written, checksum)


def check_backup(file: Path, live: Path) -> Backup:
    """What the file is, if it can be restored; Refused with the reason if not. Writes nothing."""
    try:
        _check_kind(file, live)
        digest = files.sha256_of(file)
        has_checksum_file = _check_checksum(file, digest)
        with files.reading_unchanged(file) as connection:
            check_content(connection, str(file))
            return Backup(file, digest, has_checksum_file, _made_at(connection))
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    except (SQLAlchemyError, TypeError, ValueError) as error:  # damaged values
        raise Refused(f"{file} is damaged: {_first_line(error)}.") from error


def _check_kind(file: Path, live: Path) -> None:
    """Refused unless it is a complete SQLite database that nobody uses."""
    if not S_ISREG(file.stat().st_mode):
        raise Refused(f"{file} is not a regular file.")
    for other, what in ((live, "the database itself"), (beside(live, PART), "an unfinished copy")):
        if other.exists() and file.samefile(other):
            raise Refused(f"{file} is {what}. Choose a backup.")
    with file.open("rb") as opened:
        if opened.read(len(HEADER)) != HEADER:
            raise Refused(f"{file} is not an SQLite database.")
    for log in (beside(file, "-wal"), beside(file, "-journal")):
        if log.exists() and log.stat().st_size:
            raise Refused(
                f"{log} has changes that are not in {file.name}: it is in use, or a copy of a "
                "database in use. See “A raw copy” in docs/operations.md."
            )


def _check_checksum(file: Path, digest: str) -> bool:
    """Whether there is a checksum beside the file; Refused if it differs."""
    checksum = beside(file, CHECKSUM)
    if not checksum.exists():
        return False
    if checksum.read_text().split()[:1] != [digest]:
        raise Refused(
            f"{file} is not the file that {checksum.name} belongs to: it was damaged or changed. "
            f"Use another backup. If there is none, delete {checksum.name} and try again."
        )
    return True


def check_content(connection: Connection, name: str) -> None:
    """Refused unless it is an intact database of a version that this server can upgrade."""
    problem = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
    if problem != "ok":
        raise Refused(f"{name} is damaged: {problem}.")
    tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
    if not {"alembic_version", "meta"} <= tables:
        raise Refused(f"{name} is not a database of Driftless.")
    _check_version(connection, name)
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise Refused(f"{name} is damaged: it refers to rows that are missing.")
    if not connection.exec_driver_sql("SELECT 1 FROM meta WHERE name = 'epoch'").first():
        raise Refused(f"{name} is damaged: it has no epoch.")
    if "audit_entry" in tables:
        _, first_broken = audit.verify(connection)
        if first_broken is not None:
            raise Refused(f"{name} is damaged: its audit log is broken at entry {first_broken}.")


def _check_version(connection: Connection, name: str) -> None:
    found = list(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars())
    known = known_revisions()
    if len(found) != 1 or found[0] not in known:
        version = ", ".join(map(str, found)) or "no version"
        raise Refused(
            f"{name} was not made by this version of Driftless or an older one: it has database "
            f"version {version}, and this server knows {known[-1]} to {known[0]}."
        )


def _made_at(connection: Connection) -> int | None:
    noted = connection.exec_driver_sql("SELECT value FROM meta WHERE name = ?", (MADE_AT,)).scalar()
    if noted is not None:
        return int(noted)
    newest = connection.exec_driver_sql("SELECT max(recorded_at) FROM history").scalar()
    return None if newest is None else int(newest)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
