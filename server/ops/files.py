"""SQLite files of this server: paths, connections, and writes that survive a power cut."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, NullPool, create_engine, make_url

from server.config import Config

LOGS = ("-wal", "-shm", "-journal")  # what SQLite can keep beside a database


class Refused(Exception):
    """A backup or restore that cannot be done; the message says why, for the operator."""


def find_database(config: Config) -> Path | None:
    """The path of the SQLite database; None if the server uses another database."""
    url = make_url(config.url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def beside(path: Path, ending: str) -> Path:
    """The file with the same name and one more ending."""
    return path.with_name(path.name + ending)


def remove_database(path: Path) -> None:
    """Removes the file and its logs, as far as they exist."""
    for each in (*(beside(path, ending) for ending in LOGS), path):
        each.unlink(missing_ok=True)


@contextmanager
def reading_unchanged(path: Path) -> Iterator[Connection]:
    """A connection that writes nothing at all, not even beside the file. It does not see a
    write-ahead log.
    """
    with _connected(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1") as connection:
        yield connection


@contextmanager
def writing(path: Path) -> Iterator[Connection]:
    """A connection to an existing file that nobody else uses; commits at the end."""
    with _connected(f"file:{quote(str(path.resolve()))}?mode=rw") as connection, connection.begin():
        yield connection


@contextmanager
def _connected(uri: str) -> Iterator[Connection]:
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(uri, uri=True), poolclass=NullPool
    )
    with engine.connect() as connection:
        yield connection


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_file(path: Path) -> None:
    """Returns when the content of a file, or the names in a directory, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_durably(source: Path, target: Path) -> None:
    """Renames atomically: after a crash, `target` is the old or the new one."""
    source.replace(target)
    sync_file(target.parent)


def compact_time(ms: int) -> str:
    """The time as part of a file name, such as 20261129T220800Z."""
    return _utc(ms).strftime("%Y%m%dT%H%M%SZ")


def readable_time(ms: int) -> str:
    """The time as text, such as 2026-11-29 22:08:00 UTC."""
    return _utc(ms).strftime("%Y-%m-%d %H:%M:%S UTC")


def _utc(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
