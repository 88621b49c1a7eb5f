"""Runs actions on spaces for a request and turns a SpaceError into an HTTP error."""

from collections.abc import Callable
from typing import TypeVar

from flask import g
from sqlalchemy import Connection

from server.accounts.caller import Caller
from server.spaces.space_records import SpaceError
from server.web.errors import ApiError
from server.web.transactions import run_read, run_write

T = TypeVar("T")
FORBIDDEN = ("invite_of_another", "role_too_low")


def run_action(work: Callable[[Connection, Caller], T]) -> T:
    """The result of `work` in one writing transaction."""
    caller = g.caller
    return translate_errors(lambda: run_write(lambda connection: work(connection, caller)))


def run_query(work: Callable[[Connection], T]) -> T:
    return translate_errors(lambda: run_read(work))


def translate_errors(work: Callable[[], T]) -> T:
    """The result of `work`; a SpaceError becomes 404 for missing things, 403 for missing
    permissions, else 409.
    """
    try:
        return work()
    except SpaceError as refused:
        status = (
            404
            if refused.code.startswith("no_such_")
            else 403
            if refused.code in FORBIDDEN
            else 409
        )
        raise ApiError(status, refused.code, refused.message) from None


def check_unlimited() -> None:
    """403 for a token that is limited to certain spaces: it cannot create, join or restore others."""
    if g.caller.spaces is not None:
        raise ApiError(403, "spaces_limited", "This token is limited to certain spaces.")
