"""A request's access to the database: a reading connection, or one writing transaction."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app
from sqlalchemy import Connection

from server.database import Writer, reading

T = TypeVar("T")


def writer() -> Writer:
    found: Writer = current_app.extensions["writer"]
    return found


def run_read(work: Callable[[Connection], T]) -> T:
    """The result of `work` on one consistent state of the database."""
    with reading() as connection:
        return work(connection)


def run_write(work: Callable[[Connection], T]) -> T:
    """The result of `work` in one writing transaction, after its commit."""
    return writer().run(work)
