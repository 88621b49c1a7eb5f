"""Spaces and their members. A space's name and members are also records in it, which devices pull.

Every function that changes something runs in a writing transaction and locks the space's counter
row first, so that its checks (a role, the last owner) still hold when it writes.
"""

import uuid

from sqlalchemy import Connection, delete, func, insert, select, update

from server.clock import DAY_MS
from server.journal import rows
from server.journal.author import ServerChange
from server.journal.models import History, Record, RecordAlias, SpaceAuthor, SpaceCounter
from server.spaces.models import Invite, Member, Space
from server.spaces.space_records import (
    SpaceError,
    lock,
    lock_shared,
    member_record_id,
    name_of,
    user_name,
    write_changes,
)
from server.spaces.views import SpaceView

PERSONAL_NAME = "Personal"
SPACES_MAX = 100
RECORDS_OF_NEW = 2  # of the space and of its owner
DELETED_SPACE_MS = 30 * DAY_MS


def create_personal_space(connection: Connection, user_id: str, user_name: str, now_ms: int) -> str:
    """The id of an account's personal space, with the records for its name and owner."""
    return _create(connection, user_id, user_name, PERSONAL_NAME, user_id, now_ms)


def create_space(connection: Connection, user_id: str, name: str, now_ms: int) -> str:
    """The id of a new shared space that the account owns. SpaceError above SPACES_MAX."""
    _check_space_count(connection, user_id)
    return _create(connection, user_id, user_name(connection, user_id), name, None, now_ms)


def rename_space(
    connection: Connection, actor_id: str, space_id: str, name: str, now_ms: int
) -> None:
    lock_shared(connection, space_id)
    write_changes(
        connection, actor_id, space_id, [ServerChange("space", space_id, {"name": name})], now_ms
    )


def delete_space(connection: Connection, space_id: str, now_ms: int) -> None:
    """Hides a shared space from all its members at once; an owner can restore it for 30 days."""
    lock_shared(connection, space_id)
    connection.execute(delete(Invite).where(Invite.space_id == space_id))
    connection.execute(update(Space).where(Space.id == space_id).values(deleted_at=now_ms))


def restore_space(connection: Connection, user_id: str, space_id: str) -> None:
    """SpaceError if the account owns no such deleted space."""
    lock(connection, space_id)
    owned = connection.execute(
        select(Member.role)
        .join(Space, Space.id == Member.space_id)
        .where(Space.id == space_id, Space.deleted_at.is_not(None), Member.user_id == user_id)
    ).scalar()
    if owned != "owner":
        raise SpaceError("no_such_space", "There is no such space among the ones you deleted.")
    _check_space_count(connection, user_id)
    connection.execute(update(Space).where(Space.id == space_id).values(deleted_at=None))


def purge_deleted_spaces(connection: Connection, now_ms: int) -> int:
    """Purges spaces that were deleted 30 days ago; the number of spaces."""
    old = (
        connection.execute(select(Space.id).where(Space.deleted_at <= now_ms - DELETED_SPACE_MS))
        .scalars()
        .all()
    )
    for space_id in old:
        purge_space(connection, space_id)
    return len(old)


def purge_space(connection: Connection, space_id: str) -> None:
    """Removes a space with everything in it, permanently."""
    for table in (Record, History, SpaceAuthor, RecordAlias, SpaceCounter):
        connection.execute(delete(table).where(table.space_id == space_id))
    connection.execute(delete(Space).where(Space.id == space_id))


def list_spaces(connection: Connection, user_id: str, is_deleted: bool = False) -> list[SpaceView]:
    """The account's spaces, the personal one first; `is_deleted` selects those that it deleted and
    can still restore.
    """
    found = connection.execute(
        select(Space, Member.role)
        .join(Member, Member.space_id == Space.id)
        .where(
            Member.user_id == user_id,
            Space.deleted_at.is_not(None) if is_deleted else Space.deleted_at.is_(None),
        )
    )
    shown = [
        view(
            row.id,
            name_of(connection, row.id),
            row.role,
            row.personal_of,
            row.created_at,
            row.deleted_at,
        )
        for row in found
        if not is_deleted or row.role == "owner"
    ]
    return sorted(shown, key=lambda space: (not space["is_personal"], space["name"], space["id"]))


def view(
    space_id: str,
    name: str,
    role: str,
    personal_of: str | None,
    created_at: int,
    deleted_at: int | None,
) -> SpaceView:
    return {
        "id": space_id,
        "name": name,
        "role": role,
        "is_personal": personal_of is not None,
        "created_at": created_at,
        "deleted_at": deleted_at,
    }


def _create(
    connection: Connection,
    user_id: str,
    user_name: str,
    name: str,
    personal_of: str | None,
    now_ms: int,
) -> str:
    space_id = str(uuid.uuid4())
    connection.execute(
        insert(Space),
        {"id": space_id, "personal_of": personal_of, "payer_id": user_id, "created_at": now_ms},
    )
    connection.execute(
        insert(Member),
        {"user_id": user_id, "space_id": space_id, "role": "owner", "joined_at": now_ms},
    )
    rows.create_counter(connection, space_id)
    write_changes(
        connection,
        user_id,
        space_id,
        [
            ServerChange("space", space_id, {"name": name}, create=True),
            ServerChange(
                "member",
                member_record_id(space_id, user_id),
                {"name": user_name, "role": "owner", "account": user_id},
                create=True,
            ),
        ],
        now_ms,
    )
    return space_id


def _check_space_count(connection: Connection, user_id: str) -> None:
    held = connection.execute(
        select(func.count())
        .select_from(Space)
        .where(Space.payer_id == user_id, Space.personal_of.is_(None), Space.deleted_at.is_(None))
    ).scalar_one()
    if held >= SPACES_MAX:
        raise SpaceError("too_many_spaces", f"An account can have at most {SPACES_MAX} spaces.")
