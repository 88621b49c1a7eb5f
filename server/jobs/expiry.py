"""Removes expired data: deleted spaces after 30 days, and expired invites, challenges, password
links, tokens and sessions.
"""

from typing import Any

from sqlalchemy import Connection, delete, or_, select

from server.accounts import audit
from server.accounts.models import AccessToken, Challenge, PasswordReset, Session
from server.accounts.service import SESSION_IDLE_MS, SESSION_LIFE_MS
from server.spaces.models import Invite, Space
from server.spaces.service import purge_deleted_spaces


def expire(connection: Connection, now_ms: int) -> dict[str, int]:
    """The number of removed items of each kind. Runs in the caller's writing transaction."""
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
    """The number of purged spaces. Each has an entry in the audit log."""
    before = _deleted_spaces(connection)
    purged = purge_deleted_spaces(connection, now_ms)
    for space_id in sorted(before - _deleted_spaces(connection)):
        audit.append(connection, "space_purged", None, space_id, "", now_ms)
    return purged


def _deleted_spaces(connection: Connection) -> set[str]:
    return set(connection.execute(select(Space.id).where(Space.deleted_at.is_not(None))).scalars())


def _delete(connection: Connection, table: Any, due: Any) -> int:
    return connection.execute(delete(table).where(due)).rowcount
