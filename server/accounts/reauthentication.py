"""Confirmation by password: security changes need the password as well as a session, and both must
still be valid in the writing transaction.
"""

from flask import g
from sqlalchemy import Connection

from server.accounts import guard, login_throttle, service
from server.accounts.passwords import passwords
from server.accounts.responses import audit_failure, wrong_password
from server.database import reading


def reauthenticate(password: str, kind: str = "password") -> str:
    """The values that the caller's password was compared with, for `check_still_authenticated`; 403
    if it is wrong.
    """
    user_id = g.caller.user_id
    with reading() as connection:
        held = service.find_password(connection, user_id)
    if held is None:
        raise guard.session_ended()
    verify_account_password(kind, user_id, held, password)
    return held


def verify_account_password(kind: str, user_id: str, held: str, password: str) -> None:
    """403 if this is not the account's password; counted and slowed down like a sign-in."""
    login_throttle.begin_attempt(kind, user_id)
    if not passwords().verify(held, password):
        audit_failure(user_id, kind)
        login_throttle.fail_attempt(kind, user_id)
        raise wrong_password()
    login_throttle.clear_attempts(kind, user_id)


def check_still_authenticated(connection: Connection, held: str | None = None) -> None:
    """In the writing transaction: 401 if the session has ended meanwhile, 403 if the password was
    changed.
    """
    if not service.is_live(connection, g.caller.session_id):
        raise guard.session_ended()
    if held is not None and not service.is_current(connection, g.caller.user_id, held):
        raise wrong_password()
