"""What an act that guards the account asks for: its password beside the session, and that both
still hold when it is written.
"""

from flask import g
from sqlalchemy import Connection

from server.accounts import failures, guard, service
from server.accounts.answers import note_failure, wrong_password
from server.accounts.passwords import passwords
from server.database import reading


def confirm(password: str, kind: str = "password") -> str:
    """What the password of the acting account was compared with; 403 where this is not it. For
    `check_acting`, when it is written.
    """
    user_id = g.principal.user_id
    with reading() as connection:
        held = service.find_password(connection, user_id)
    if held is None:
        raise guard.session_ended()
    check_known_password(kind, user_id, held, password)
    return held


def check_known_password(kind: str, user_id: str, held: str, password: str) -> None:
    """403 where this is not the account's password; counted, and slowed down, as at sign-in."""
    failures.begin(kind, user_id)
    if not passwords().verify(held, password):
        note_failure(user_id, kind)
        failures.failed(kind, user_id)
        raise wrong_password()
    failures.forgive(kind, user_id)


def check_acting(connection: Connection, held: str | None = None) -> None:
    """In the transaction of the act: 401 where its session has ended meanwhile, 403 where the
    password is no longer the one it was confirmed by.
    """
    if not service.is_live(connection, g.principal.session_id):
        raise guard.session_ended()
    if held is not None and not service.is_current(connection, g.principal.user_id, held):
        raise wrong_password()
