"""Data directories for the tests of backup and restore: Ana's tasks before and after a backup."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from server import create_app
from server.database import db
from server.ops.backups import create_backup
from tests.server.conftest import config
from tests.server.people import Person

LIVE = "driftless.sqlite3"


class Place(NamedTuple):
    data: Path
    backup: Path


def place(migrated, folder):
    """A stopped server with a task "Before" in its backup, and another one "After" since."""
    shutil.copytree(migrated, folder / "data")
    with running(folder / "data") as app:
        ana = Person(app, "ana@example.org", "Ana")
        ana.push(ana.new_task("Before"))
        backup = create_backup(config(folder / "data"))
        ana.push(ana.new_task("After"))
    return Place(folder / "data", backup)


class running:
    """An app on the data directory; its connections are closed at the end."""

    def __init__(self, data):
        self.app = create_app(config(data))

    def __enter__(self):
        return self.app

    def __exit__(self, *_):
        with self.app.app_context():
            db.engine.dispose()


def titles(database):
    """The titles of all tasks in a database."""
    found = query(database, "SELECT body FROM record WHERE kind = 'task'")
    return sorted(name for name in ("Before", "After") if any(name in body for (body,) in found))


def query(database, text, *given):
    with closing(sqlite3.connect(database)) as connection, connection:
        return connection.execute(text, given).fetchall()


def epoch(database):
    return query(database, "SELECT value FROM meta WHERE name = 'epoch'")[0][0]


def content_of(folder):
    """Every file below a folder, with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
