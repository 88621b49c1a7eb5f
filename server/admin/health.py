"""The state of the server: database, disk, uptime."""

import shutil
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from server.journal.epoch import get_epoch

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def measure(connection: Connection, data_dir: Path, uptime_ms: int) -> dict[str, Any]:
    return {
        "database": connection.dialect.name,
        "integrity": _integrity(connection),
        "disk_free_bytes": shutil.disk_usage(data_dir).free,
        "version": version(),
        "uptime_s": uptime_ms // 1000,
        "epoch": get_epoch(connection),
    }


@cache
def version() -> str:
    """The version in pyproject.toml."""
    return str(tomllib.loads(PROJECT.read_text())["project"]["version"])


def _integrity(connection: Connection) -> str:
    """`ok`, or the first problem that SQLite finds; PostgreSQL checks pages when it reads them."""
    return (
        str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        if connection.dialect.name == "sqlite"
        else "ok"
    )
