"""Removes what has run out: deleted spaces after 30 days, invites, challenges, password links,
tokens and sessions past their time.
"""

from typing import Any

from sqlalchemy import Connection, delete, or_, select

from server.accounts import audit
from server.accounts.models import AccessToken, Challenge, PasswordReset, Session
from server.accounts.service import SESSION_IDLE_MS, SESSION_LIFE_MS
from server.spaces.models import Invite, Space
from server.spaces.service import purge_deleted_spaces


def expire(connection: Connection, now_ms: int) -> dict[str, int]:
    """How many of each were removed, in the caller's writing transaction."""
    removed = {"spaces": _purge_spaces(connection, now_ms)}
    for name, table in (
        ("invites", Invite),
        ("challenges", Challenge),
        ("links", PasswordReset),
        ("tokens", AccessToken),
    ):
        removed[name] = _delete(connection, table, table.expires_at <= now_ms)
    removed["sessions"] = _delete(
        connection,
        Session,
        or_(
            Session.seen_at < now_ms - SESSION_IDLE_MS,
            Session.created_at < now_ms - SESSION_LIFE_MS,
        ),
    )
    return removed


def _purge_spaces(connection: Connection, now_ms: int) -> int:
    """How many spaces went for good, each with its entry in the audit log."""
    before = _deleted_spaces(connection)
    purged = purge_deleted_spaces(connection, now_ms)
    for space_id in sorted(before - _deleted_spaces(connection)):
        audit.append(connection, "space_purged", None, space_id, "", now_ms)
    return purged


def _deleted_spaces(connection: Connection) -> set[str]:
    return set(connection.execute(select(Space.id).where(Space.deleted_at.is_not(None))).scalars())


def _delete(connection: Connection, table: Any, due: Any) -> int:
    return connection.execute(delete(table).where(due)).rowcount
