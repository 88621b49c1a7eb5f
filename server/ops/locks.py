"""Locks on the data directory. The kernel releases them with the last process that holds them,
however it ends, so nothing stale remains after a kill -9.

The directory itself is locked: shared by the server and by every command that opens the database,
exclusively by a restore. `server.lock` belongs to the one running server. Standard library only:
deploy/gunicorn.py loads this file alone, before gevent has patched what the server imports.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVER_LOCK = "server.lock"


class Locked(Exception):
    """Someone else uses the data directory; the message is a sentence for the operator."""


def claim_for_server(data_dir: Path) -> None:
    """Takes the locks of the server for the rest of this process and its children; Locked if
    another server or a restore has them.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    _lock(data_dir, fcntl.LOCK_SH, f"A restore is running on {data_dir}. Wait until it is done.")
    _lock(
        data_dir / SERVER_LOCK,
        fcntl.LOCK_EX,
        f"Another server already runs on {data_dir}. Stop it, or set another DATA_DIR.",
    )


@contextmanager
def using(data_dir: Path) -> Iterator[None]:
    """For commands that can run beside the server, but not during a restore; Locked then."""
    data_dir.mkdir(parents=True, exist_ok=True)
    descriptor = _lock(
        data_dir, fcntl.LOCK_SH, f"A restore is running on {data_dir}. Try again when it is done."
    )
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """For a restore; Locked while the server or a command runs."""
    descriptor = _lock(
        data_dir,
        fcntl.LOCK_EX,
        f"The server or another command is using {data_dir}. Stop it first; nothing was changed.",
    )
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(path: Path, how: int, problem: str) -> int:
    """An open file that holds the lock until it is closed; Locked with `problem` if it is taken."""
    flags = os.O_RDONLY if path.is_dir() else os.O_RDWR | os.O_CREAT
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Locked(problem) from None
    return descriptor
