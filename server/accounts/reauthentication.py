"""What an act that guards the account asks for: its password beside the session, and that both
still hold when it is written.
"""

from flask import g
from sqlalchemy import Connection

from server.accounts import guard, login_throttle, service
from server.accounts.passwords import passwords
from server.accounts.responses import audit_failure, wrong_password
from server.database import reading


def reauthenticate(password: str, kind: str = "password") -> str:
    """What the password of the acting account was compared with; 403 where this is not it. For
    `check_still_authenticated`, when it is written.
    """
    user_id = g.caller.user_id
    with reading() as connection:
        held = service.find_password(connection, user_id)
    if held is None:
        raise guard.session_ended()
    verify_account_password(kind, user_id, held, password)
    return held


def verify_account_password(kind: str, user_id: str, held: str, password: str) -> None:
    """403 where this is not the account's password; counted, and slowed down, as at sign-in."""
    login_throttle.begin_attempt(kind, user_id)
    if not passwords().verify(held, password):
        audit_failure(user_id, kind)
        login_throttle.fail_attempt(kind, user_id)
        raise wrong_password()
    login_throttle.clear_attempts(kind, user_id)


def check_still_authenticated(connection: Connection, held: str | None = None) -> None:
    """In the transaction of the act: 401 where its session has ended meanwhile, 403 where the
    password is no longer the one it was confirmed by.
    """
    if not service.is_live(connection, g.caller.session_id):
        raise guard.session_ended()
    if held is not None and not service.is_current(connection, g.caller.user_id, held):
        raise wrong_password()
