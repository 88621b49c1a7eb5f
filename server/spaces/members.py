"""The members of a space. Every function that changes something runs in a writing transaction and
locks the space first.
"""

import json

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server.accounts.models import User
from server.core.roles import at_least, rank
from server.database import Prepared
from server.journal import aliases
from server.journal.models import History, Record
from server.spaces import access
from server.spaces.models import Invite, Member, Space
from server.spaces.space_records import (
    SpaceError,
    instant,
    lock_shared,
    member_record_id,
    role_of,
    user_name,
    write_member,
)
from server.spaces.views import MemberView

MEMBERS_MAX = 200

_IDS = Prepared(
    select(Record.id).where(Record.space_id == bindparam("space"), Record.is_tombstone.is_(False))
)


def add_member(connection: Connection, space_id: str, user_id: str, role: str, now_ms: int) -> str:
    """The account's role afterwards: a member keeps a higher one. SpaceError if the space is full,
    personal or gone.
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
            raise SpaceError("space_full", f"A space can have at most {MEMBERS_MAX} members.")
        connection.execute(
            insert(Member),
            {"user_id": user_id, "space_id": space_id, "role": role, "joined_at": now_ms},
        )
        _name_records(connection, space_id, user_id)
    else:
        connection.execute(
            update(Member)
            .where(Member.space_id == space_id, Member.user_id == user_id)
            .values(role=role)
        )
    fields = {
        "name": user_name(connection, user_id),
        "role": role,
        "account": user_id,
        "deleted": None,
    }
    write_member(connection, user_id, space_id, user_id, fields, now_ms)
    return role


def set_role(
    connection: Connection, actor_id: str, space_id: str, user_id: str, role: str, now_ms: int
) -> None:
    """SpaceError `no_such_member`, or `last_owner` if the space would have no owner."""
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
    pass_on_payment(connection, space_id)
    write_member(connection, actor_id, space_id, user_id, {"role": role}, now_ms)


def remove_member(
    connection: Connection, actor_id: str, space_id: str, user_id: str, now_ms: int
) -> None:
    """Ends a membership, by an owner or by the member itself. SpaceError like `set_role`."""
    lock_shared(connection, space_id)
    if role_of(connection, space_id, user_id) is None:
        raise SpaceError("no_such_member", "There is no such member.")
    _keep_an_owner(connection, space_id, user_id)
    connection.execute(delete(Member).where(Member.space_id == space_id, Member.user_id == user_id))
    _end_invites_of(connection, space_id, user_id)
    if actor_id != user_id:
        _end_invites_to(connection, space_id, user_id)
    pass_on_payment(connection, space_id)
    write_member(connection, actor_id, space_id, user_id, {"deleted": instant(now_ms)}, now_ms)


def rename_account(connection: Connection, user_id: str, name: str, now_ms: int) -> None:
    """Writes the account's new name to all its spaces."""
    for space_id in (
        connection.execute(
            select(Member.space_id).where(Member.user_id == user_id).order_by(Member.space_id)
        )
        .scalars()
        .all()
    ):
        write_member(connection, user_id, space_id, user_id, {"name": name}, now_ms)


def find_heir(connection: Connection, space_id: str, user_id: str) -> str | None:
    """The owner after this account: the earliest member with the highest role among the others,
    disabled accounts last; None if there are no others.
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


def list_members(connection: Connection, space_id: str) -> list[MemberView]:
    """The members, owners first."""
    found = connection.execute(
        select(User.id, User.name, Member.role, Member.joined_at)
        .join(Member, Member.user_id == User.id)
        .where(Member.space_id == space_id)
    ).all()
    return [
        {"id": row.id, "name": row.name, "role": row.role, "joined_at": row.joined_at}
        for row in sorted(found, key=lambda row: (-rank(row.role), row.joined_at, row.id))
    ]


def decided_at(connection: Connection, space_id: str, user_id: str) -> int | None:
    """When an owner last changed the account's role in the space or removed it, as Unix time in ms;
    None if never.

    The history of the member's record shows it: joining writes more than the role, and members who
    leave do it themselves.
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


def count_other_owners(connection: Connection, space_id: str, user_id: str) -> int:
    """The number of other owners that are enabled."""
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
    if role_of(connection, space_id, leaving_id) == "owner" and not count_other_owners(
        connection, space_id, leaving_id
    ):
        raise SpaceError(
            "last_owner",
            "A space needs an owner. Make someone else an owner first, or delete the space.",
        )


def _end_invites_of(connection: Connection, space_id: str, user_id: str) -> None:
    """Ends the invites of an account that is no longer an owner."""
    connection.execute(
        delete(Invite).where(Invite.space_id == space_id, Invite.created_by == user_id)
    )


def _end_invites_to(connection: Connection, space_id: str, user_id: str) -> None:
    """Ends the invites to the account's address after an owner's decision."""
    email = select(User.email).where(User.id == user_id).scalar_subquery()
    connection.execute(delete(Invite).where(Invite.space_id == space_id, Invite.email == email))


def pass_on_payment(connection: Connection, space_id: str) -> None:
    """A space counts towards the quota of an owner. If its payer is no longer one, another owner
    takes over.
    """
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


def _name_records(connection: Connection, space_id: str, user_id: str) -> None:
    """Gives a new member aliases for the records of the space whose ids it sees in another one."""
    ids = [found for (found,) in _IDS.rows(connection, space=space_id)]
    seen = access.seen_by(connection, space_id, ids, [space_id])
    own = {(member, each) for member, each in seen if member == user_id}
    aliases.add_aliases(connection, access.seen_by, space_id, own)
