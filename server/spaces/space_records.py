"""A space's name and members as records in it, which devices pull; and the lock that every change
of a space takes first, so that its checks still hold when it writes.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from server.accounts.models import User
from server.core.ids import server_device_id
from server.core.merge import Value
from server.journal import rows
from server.journal.apply import apply
from server.journal.author import Author, ServerChange
from server.journal.epoch import get_epoch
from server.spaces.models import Member, Space

PERSONAL_SPACE = "A personal space cannot be shared, renamed, left or deleted."


class SpaceError(Exception):
    """An action that is not possible: a stable code and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def lock(connection: Connection, space_id: str) -> None:
    """Locks the space for other writers until the commit, so that checks after this still hold when
    the caller writes.
    """
    rows.advance_counter(connection, space_id, 0)


def lock_shared(connection: Connection, space_id: str) -> None:
    """Like `lock`; SpaceError if the space is personal or gone."""
    lock(connection, space_id)
    space = connection.execute(
        select(Space.personal_of, Space.deleted_at).where(Space.id == space_id)
    ).first()
    if space is None or space.deleted_at is not None:
        raise SpaceError("no_such_space", "There is no such space.")
    if space.personal_of is not None:
        raise SpaceError("personal_space", PERSONAL_SPACE)


def role_of(connection: Connection, space_id: str, user_id: str) -> str | None:
    return connection.execute(
        select(Member.role).where(Member.space_id == space_id, Member.user_id == user_id)
    ).scalar()


def name_of(connection: Connection, space_id: str) -> str:
    record = rows.find_records(connection, space_id, [space_id]).get(space_id)
    return (
        next(
            (
                str(write["set"]["name"])
                for write in reversed(record["writes"])
                if "name" in write["set"]
            ),
            "",
        )
        if record
        else ""
    )


def user_name(connection: Connection, user_id: str) -> str:
    return connection.execute(select(User.name).where(User.id == user_id)).scalar_one()


def instant(now_ms: int) -> str:
    return (
        datetime.fromtimestamp(now_ms / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def member_record_id(space_id: str, user_id: str) -> str:
    """The id of a member's record, different in each space: a UUID of version 8, which clients
    cannot create.
    """
    digest = hashlib.sha256(f"{space_id} {user_id}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


def write_member(
    connection: Connection,
    actor_id: str,
    space_id: str,
    user_id: str,
    fields: Mapping[str, Value],
    now_ms: int,
) -> None:
    """Writes the changed fields of a member to its record, or creates the record."""
    record_id = member_record_id(space_id, user_id)
    is_there = record_id in rows.find_records(connection, space_id, [record_id])
    whole: dict[str, Value] = {
        "name": user_name(connection, user_id),
        "role": "viewer",
        "account": user_id,
    }
    fields = fields if is_there else whole | dict(fields)
    write_changes(
        connection,
        actor_id,
        space_id,
        [ServerChange("member", record_id, fields, create=not is_there)],
        now_ms,
    )


def server_author(connection: Connection, user_id: str, space_id: str) -> Author:
    """The server itself as author, on behalf of an account, for records that only it can write."""
    device = server_device_id(get_epoch(connection), space_id, user_id)
    return Author(user_id, device, by_server=True)


def write_changes(
    connection: Connection, actor_id: str, space_id: str, drafts: list[ServerChange], now_ms: int
) -> None:
    outcomes = apply(
        connection, space_id, server_author(connection, actor_id, space_id), drafts, now_ms
    ).outcomes
    refused = next((outcome for outcome in outcomes if "seq" not in outcome), None)
    if refused:
        raise SpaceError(str(refused.get("code", refused["status"])), refused.get("message", ""))
