"""Runs what a request asks of spaces, and answers a SpaceError as an HTTP error."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, request
from sqlalchemy import Connection

from server import clock
from server.accounts.address import address_of
from server.database import reading
from server.spaces.actions import Actor
from server.spaces.service import SpaceError
from server.web.errors import ApiError
from server.web.transactions import writer

T = TypeVar("T")
FORBIDDEN = ("invite_of_another", "role_too_low")


def act(work: Callable[[Connection, Actor], T]) -> T:
    """What `work` gives, in one writing transaction."""
    actor = Actor(
        g.principal.user_id, address_of(request), clock.now_ms(), current_app.config["SECRET_KEY"]
    )
    return answered(lambda: writer().run(lambda connection: work(connection, actor)))


def read(work: Callable[[Connection], T]) -> T:
    with reading() as connection:
        return answered(lambda: work(connection))


def answered(work: Callable[[], T]) -> T:
    """What `work` gives; a SpaceError as an answer: 404 for what is not there, 403 for what is
    another's, else 409.
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
    """A token for some spaces only has no business with others: it makes none, joins none and
    restores none.
    """
    if g.principal.spaces is not None:
        raise ApiError(403, "spaces_limited", "This token is limited to some spaces.")
