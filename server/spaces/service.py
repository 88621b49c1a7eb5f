"""Spaces and who belongs to them. A space's name and members are also records in it, so that they
flow to every device.

Every function that changes something runs in a writing transaction and locks the space's counter
row first, so that what it checked (a role, the last owner) still holds when it writes.
"""

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server.accounts.models import User
from server.clock import DAY_MS
from server.core.ids import server_device_id
from server.core.roles import at_least, rank
from server.database import Prepared, among
from server.journal import rows
from server.journal.apply import apply
from server.journal.author import Author, ServerChange
from server.journal.epoch import get_epoch
from server.journal.models import History, Record, SpaceCounter
from server.spaces.models import Invite, Member, Space

PERSONAL_NAME = "Personal"
SPACES_MAX = 100
MEMBERS_MAX = 200
RECORDS_OF_NEW = 2  # its own and its owner's
DELETED_SPACE_MS = 30 * DAY_MS


class SpaceError(Exception):
    """What cannot be done: a stable code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def create_personal_space(connection: Connection, user_id: str, user_name: str, now_ms: int) -> str:
    """The id of an account's own space, which it owns, with the records that say so."""
    return _create(connection, user_id, user_name, PERSONAL_NAME, user_id, now_ms)


def create_space(connection: Connection, user_id: str, name: str, now_ms: int) -> str:
    """The id of a new shared space that the account owns. SpaceError past SPACES_MAX."""
    _check_space_count(connection, user_id)
    return _create(connection, user_id, _name_of(connection, user_id), name, None, now_ms)


def rename_space(
    connection: Connection, actor_id: str, space_id: str, name: str, now_ms: int
) -> None:
    lock_shared(connection, space_id)
    _write(
        connection, actor_id, space_id, [ServerChange("space", space_id, {"name": name})], now_ms
    )


def add_member(connection: Connection, space_id: str, user_id: str, role: str, now_ms: int) -> str:
    """The role that the account then has: a member keeps a higher one. SpaceError where the space
    is full, personal or gone.
    """
    lock_shared(connection, space_id)
    held = role_of(connection, space_id, user_id)
    if at_least(held, role):
        return str(held)
    if held is None:
        if (
            connection.execute(
                select(func.count()).select_from(Member).where(Member.space_id == space_id)
            ).scalar_one()
            >= MEMBERS_MAX
        ):
            raise SpaceError("space_full", f"A space may have {MEMBERS_MAX} members.")
        if _collides(connection, space_id, user_id):
            raise SpaceError(
                "id_taken",
                "Something of yours has the same id as something in this space, so you cannot join it.",
            )
        connection.execute(
            insert(Member),
            {"user_id": user_id, "space_id": space_id, "role": role, "joined_at": now_ms},
        )
    else:
        connection.execute(
            update(Member)
            .where(Member.space_id == space_id, Member.user_id == user_id)
            .values(role=role)
        )
    fields = {
        "name": _name_of(connection, user_id),
        "role": role,
        "account": user_id,
        "deleted": None,
    }
    write_member(connection, user_id, space_id, user_id, fields, now_ms)
    return role


def set_role(
    connection: Connection, actor_id: str, space_id: str, user_id: str, role: str, now_ms: int
) -> None:
    """SpaceError `no_such_member`, or `last_owner` where nobody would own the space any more."""
    lock_shared(connection, space_id)
    if role_of(connection, space_id, user_id) is None:
        raise SpaceError("no_such_member", "There is no such member.")
    if role != "owner":
        _keep_an_owner(connection, space_id, user_id)
        _end_invites_of(connection, space_id, user_id)
    _end_invites_to(connection, space_id, user_id)
    connection.execute(
        update(Member)
        .where(Member.space_id == space_id, Member.user_id == user_id)
        .values(role=role)
    )
    _pass_on_payment(connection, space_id)
    write_member(connection, actor_id, space_id, user_id, {"role": role}, now_ms)


def remove_member(
    connection: Connection, actor_id: str, space_id: str, user_id: str, now_ms: int
) -> None:
    """Ends a membership, by an owner or by the member itself. SpaceError as `set_role`."""
    lock_shared(connection, space_id)
    if role_of(connection, space_id, user_id) is None:
        raise SpaceError("no_such_member", "There is no such member.")
    _keep_an_owner(connection, space_id, user_id)
    connection.execute(delete(Member).where(Member.space_id == space_id, Member.user_id == user_id))
    _end_invites_of(connection, space_id, user_id)
    if actor_id != user_id:
        _end_invites_to(connection, space_id, user_id)
    _pass_on_payment(connection, space_id)
    write_member(connection, actor_id, space_id, user_id, {"deleted": _instant(now_ms)}, now_ms)


def delete_space(connection: Connection, space_id: str, now_ms: int) -> None:
    """Hides a shared space from all its members at once; for 30 days an owner can bring it back."""
    lock_shared(connection, space_id)
    connection.execute(delete(Invite).where(Invite.space_id == space_id))
    connection.execute(update(Space).where(Space.id == space_id).values(deleted_at=now_ms))


def restore_space(connection: Connection, user_id: str, space_id: str) -> None:
    """SpaceError where the account owns no such deleted space."""
    lock(connection, space_id)
    owned = connection.execute(
        select(Member.role)
        .join(Space, Space.id == Member.space_id)
        .where(Space.id == space_id, Space.deleted_at.is_not(None), Member.user_id == user_id)
    ).scalar()
    if owned != "owner":
        raise SpaceError("no_such_space", "There is no such space among those you deleted.")
    _check_space_count(connection, user_id)
    connection.execute(update(Space).where(Space.id == space_id).values(deleted_at=None))


def purge_deleted_spaces(connection: Connection, now_ms: int) -> int:
    """Removes for good what was deleted 30 days ago; how many spaces."""
    old = (
        connection.execute(select(Space.id).where(Space.deleted_at <= now_ms - DELETED_SPACE_MS))
        .scalars()
        .all()
    )
    for space_id in old:
        purge_space(connection, space_id)
    return len(old)


def purge_space(connection: Connection, space_id: str) -> None:
    """Removes a space with everything in it, for good."""
    for table in (Record, History, SpaceCounter):
        connection.execute(delete(table).where(table.space_id == space_id))
    connection.execute(delete(Space).where(Space.id == space_id))


def rename_account(connection: Connection, user_id: str, name: str, now_ms: int) -> None:
    """Tells every space of the account its new name."""
    for space_id in (
        connection.execute(
            select(Member.space_id).where(Member.user_id == user_id).order_by(Member.space_id)
        )
        .scalars()
        .all()
    ):
        write_member(connection, user_id, space_id, user_id, {"name": name}, now_ms)


def leave_all(connection: Connection, user_id: str, now_ms: int) -> None:
    """For an account that ends: shared spaces it owns alone pass to an heir (`find_heir`); those of
    nobody else, or it had deleted, are purged.
    """
    for space_id, role, deleted_at in connection.execute(
        select(Member.space_id, Member.role, Space.deleted_at)
        .join(Space, Space.id == Member.space_id)
        .where(Member.user_id == user_id, Space.personal_of.is_(None))
        .order_by(Member.space_id)
    ).all():
        rows.advance_counter(connection, space_id, 0)
        heir = find_heir(connection, space_id, user_id)
        is_only_owner = role == "owner" and not _other_owners(connection, space_id, user_id)
        if heir is None or (deleted_at is not None and is_only_owner):
            purge_space(connection, space_id)
            continue
        if is_only_owner:
            connection.execute(
                update(Member)
                .where(Member.space_id == space_id, Member.user_id == heir)
                .values(role="owner")
            )
            write_member(connection, user_id, space_id, heir, {"role": "owner"}, now_ms)
        connection.execute(
            delete(Member).where(Member.space_id == space_id, Member.user_id == user_id)
        )
        _pass_on_payment(connection, space_id)
        write_member(connection, user_id, space_id, user_id, {"deleted": _instant(now_ms)}, now_ms)


def find_heir(connection: Connection, space_id: str, user_id: str) -> str | None:
    """Who would own the space after this account: the longest-standing of the highest role among
    the others, disabled ones last; None without any.
    """
    others = connection.execute(
        select(Member.user_id, Member.role, Member.joined_at, User.is_disabled)
        .join(User, User.id == Member.user_id)
        .where(Member.space_id == space_id, Member.user_id != user_id)
    ).all()
    return (
        min(
            others,
            key=lambda each: (
                each.is_disabled,
                -rank(each.role),
                each.joined_at,
                each.user_id,
            ),
        ).user_id
        if others
        else None
    )


def role_of(connection: Connection, space_id: str, user_id: str) -> str | None:
    return connection.execute(
        select(Member.role).where(Member.space_id == space_id, Member.user_id == user_id)
    ).scalar()


def decided_at(connection: Connection, space_id: str, user_id: str) -> int | None:
    """When an owner last gave the account its role in the space, or removed it; None where none
    did.

    The history of the member's record tells: who joins writes more than the role, and who leaves
    does it by itself.
    """
    said = connection.execute(
        select(History.what, History.user_id, History.recorded_at)
        .where(
            History.space_id == space_id, History.record_id == member_record_id(space_id, user_id)
        )
        .order_by(History.seq.desc())
    )
    return next(
        (at for what, actor_id, at in said if _is_decision(what, actor_id != user_id)), None
    )


def _is_decision(what: str, is_by_another: bool) -> bool:
    fields = json.loads(what) if what else {}
    return fields.keys() == {"role"} or (is_by_another and fields.get("deleted") is not None)


def list_spaces(
    connection: Connection, user_id: str, is_deleted: bool = False
) -> list[dict[str, Any]]:
    """The account's spaces, the personal one first; `is_deleted` asks for those it deleted and can
    still bring back.
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
        {
            "id": row.id,
            "name": name_of(connection, row.id),
            "role": row.role,
            "is_personal": row.personal_of is not None,
            "created_at": row.created_at,
            "deleted_at": row.deleted_at,
        }
        for row in found
        if not is_deleted or row.role == "owner"
    ]
    return sorted(shown, key=lambda space: (not space["is_personal"], space["name"], space["id"]))


def list_members(connection: Connection, space_id: str) -> list[dict[str, Any]]:
    """The members, owners first."""
    found = connection.execute(
        select(User.id, User.name, Member.role, Member.joined_at)
        .join(Member, Member.user_id == User.id)
        .where(Member.space_id == space_id)
    ).all()
    return [
        dict(row._mapping)
        for row in sorted(found, key=lambda row: (-rank(row.role), row.joined_at, row.id))
    ]


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


def member_record_id(space_id: str, user_id: str) -> str:
    """A member's record has an id of its own in each space: a UUID of version 8, which clients
    cannot make.
    """
    digest = hashlib.sha256(f"{space_id} {user_id}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"


def write_member(
    connection: Connection,
    actor_id: str,
    space_id: str,
    user_id: str,
    fields: dict[str, Any],
    now_ms: int,
) -> None:
    """Writes what is new of a member into its record; one that is not there yet is made whole."""
    record_id = member_record_id(space_id, user_id)
    is_there = record_id in rows.find_records(connection, space_id, [record_id])
    if not is_there:
        fields = {
            "name": _name_of(connection, user_id),
            "role": "viewer",
            "account": user_id,
        } | fields
    _write(
        connection,
        actor_id,
        space_id,
        [ServerChange("member", record_id, fields, create=not is_there)],
        now_ms,
    )


def server_author(connection: Connection, user_id: str, space_id: str) -> Author:
    """The server itself, writing what only it may write, for an account."""
    return Author(user_id, server_device_id(get_epoch(connection), space_id), by_server=True)


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
    _write(
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
        raise SpaceError("too_many_spaces", f"An account may have {SPACES_MAX} spaces.")


def _write(
    connection: Connection, actor_id: str, space_id: str, drafts: list[ServerChange], now_ms: int
) -> None:
    outcomes = apply(
        connection, space_id, server_author(connection, actor_id, space_id), drafts, now_ms
    ).outcomes
    refused = next((outcome for outcome in outcomes if "seq" not in outcome), None)
    if refused:
        raise SpaceError(str(refused.get("code", refused["status"])), refused.get("message", ""))


def lock(connection: Connection, space_id: str) -> None:
    """Until the commit nobody else writes in the space: what is read after this still holds when it
    is written by.
    """
    rows.advance_counter(connection, space_id, 0)


def lock_shared(connection: Connection, space_id: str) -> None:
    """SpaceError where the space is personal or gone."""
    lock(connection, space_id)
    space = connection.execute(
        select(Space.personal_of, Space.deleted_at).where(Space.id == space_id)
    ).first()
    if space is None or space.deleted_at is not None:
        raise SpaceError("no_such_space", "There is no such space.")
    if space.personal_of is not None:
        raise SpaceError("personal_space", "A personal space is its account's alone.")


def _other_owners(connection: Connection, space_id: str, user_id: str) -> int:
    """How many others own it and can act."""
    return connection.execute(
        select(func.count())
        .select_from(Member)
        .join(User, User.id == Member.user_id)
        .where(
            Member.space_id == space_id,
            Member.role == "owner",
            Member.user_id != user_id,
            User.is_disabled.is_(False),
        )
    ).scalar_one()


def _keep_an_owner(connection: Connection, space_id: str, leaving_id: str) -> None:
    if role_of(connection, space_id, leaving_id) == "owner" and not _other_owners(
        connection, space_id, leaving_id
    ):
        raise SpaceError(
            "last_owner",
            "A space needs an owner. Make someone else an owner first, or delete the space.",
        )


def _end_invites_of(connection: Connection, space_id: str, user_id: str) -> None:
    """Who no longer owns a space lets nobody in either."""
    connection.execute(
        delete(Invite).where(Invite.space_id == space_id, Invite.created_by == user_id)
    )


def _end_invites_to(connection: Connection, space_id: str, user_id: str) -> None:
    """What an owner decides of an account ends the invites to its address."""
    email = select(User.email).where(User.id == user_id).scalar_subquery()
    connection.execute(delete(Invite).where(Invite.space_id == space_id, Invite.email == email))


def _pass_on_payment(connection: Connection, space_id: str) -> None:
    """A space counts against the quota of an owner: of another one, when its payer no longer is."""
    owners = (
        connection.execute(
            select(Member.user_id)
            .where(Member.space_id == space_id, Member.role == "owner")
            .order_by(Member.joined_at, Member.user_id)
        )
        .scalars()
        .all()
    )
    payer = connection.execute(select(Space.payer_id).where(Space.id == space_id)).scalar()
    if owners and payer not in owners:
        connection.execute(update(Space).where(Space.id == space_id).values(payer_id=owners[0]))


_IDS = Prepared(
    select(Record.id).where(Record.space_id == bindparam("space"), Record.is_tombstone.is_(False))
)
_HELD = Prepared(
    select(Record.id)
    .join(Member, Member.space_id == Record.space_id)
    .where(
        Member.user_id == bindparam("user"),
        Record.space_id != bindparam("space"),
        among(Record.id, bindparam("ids")),
        Record.is_tombstone.is_(False),
    )
    .limit(1)
)


def _collides(connection: Connection, space_id: str, user_id: str) -> bool:
    """Whether a record of the space has the id of one in another space of the account: a device
    could show only one of the two.
    """
    ids = json.dumps([found for (found,) in _IDS.rows(connection, space=space_id)])
    return _HELD.row(connection, user=user_id, space=space_id, ids=ids) is not None


def _name_of(connection: Connection, user_id: str) -> str:
    return connection.execute(select(User.name).where(User.id == user_id)).scalar_one()


def _instant(now_ms: int) -> str:
    return (
        datetime.fromtimestamp(now_ms / 1000, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
