"""What connected accounts may know, read in bulk: sessions, memberships, members of a space."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, false, select

from server.accounts.models import Session, User
from server.accounts.service import ends_at
from server.database import Prepared, among
from server.journal.models import SpaceCounter
from server.spaces.models import Member, Space

_SESSIONS = Prepared(
    select(Session.id, Session.created_at, Session.seen_at)
    .join(User, User.id == Session.user_id)
    .where(among(Session.id, bindparam("ids")), User.is_disabled == false())
)
_MEMBERSHIPS = Prepared(
    select(Member.user_id, Member.space_id, Member.role, SpaceCounter.seq, Space.personal_of)
    .join(Space, Space.id == Member.space_id)
    .join(SpaceCounter, SpaceCounter.space_id == Member.space_id)
    .where(among(Member.user_id, bindparam("ids")), Space.deleted_at.is_(None))
)
_MEMBERS = Prepared(
    select(Member.user_id, Member.role, SpaceCounter.seq, Space.personal_of)
    .join(Space, Space.id == Member.space_id)
    .join(SpaceCounter, SpaceCounter.space_id == Member.space_id)
    .where(Member.space_id == bindparam("space"), Space.deleted_at.is_(None))
)


class Membership(NamedTuple):
    """An account in a space that is at `seq`."""

    user_id: str
    space_id: str
    role: str
    seq: int
    is_shared: bool


class Members(NamedTuple):
    """A space at `seq`, and its members' roles by account; none if it was deleted."""

    seq: int
    is_shared: bool
    roles: dict[str, str]


def find_sessions(connection: Connection, ids: Iterable[str], now_ms: int) -> dict[str, int]:
    """When each valid session among `ids` ends by itself, as Unix time in ms."""
    found = {
        session_id: ends_at(created_at, seen_at)
        for session_id, created_at, seen_at in _SESSIONS.rows(connection, ids=json.dumps([*ids]))
    }
    return {session_id: end for session_id, end in found.items() if now_ms <= end}


def find_memberships(
    connection: Connection, user_ids: Iterable[str]
) -> dict[str, list[Membership]]:
    """The memberships of each account in spaces that are not deleted."""
    found: dict[str, list[Membership]] = {user_id: [] for user_id in user_ids}
    for user_id, space_id, role, seq, personal_of in _MEMBERSHIPS.rows(
        connection, ids=json.dumps([*found])
    ):
        found[user_id].append(Membership(user_id, space_id, role, seq, personal_of is None))
    return found


def find_members(connection: Connection, space_id: str) -> Members:
    rows = _MEMBERS.rows(connection, space=space_id)
    if not rows:
        return Members(0, False, {})
    _, _, seq, personal_of = rows[0]
    return Members(seq, personal_of is None, {user_id: role for user_id, role, *_ in rows})
