"""Permissions in a space, from the current membership."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, false, func, select
from sqlalchemy.orm import aliased

from server.accounts.caller import Caller
from server.accounts.models import User
from server.database import Prepared, among
from server.journal import author
from server.journal.models import Record, RecordAlias, SpaceCounter
from server.spaces.models import Member, Space

_ROLE = Prepared(
    select(Member.role)
    .join(Space, Space.id == Member.space_id)
    .where(
        Member.user_id == bindparam("user"),
        Member.space_id == bindparam("space"),
        Space.deleted_at.is_(None),
    )
)
_SPACES = Prepared(
    select(
        Member.space_id,
        Member.role,
        SpaceCounter.seq,
        SpaceCounter.forgotten_seq,
        Space.personal_of,
        exists()
        .where(RecordAlias.space_id == Member.space_id, RecordAlias.user_id == Member.user_id)
        .label("has_aliases"),
    )
    .join(SpaceCounter, SpaceCounter.space_id == Member.space_id)
    .join(Space, Space.id == Member.space_id)
    .where(Member.user_id == bindparam("user"), Space.deleted_at.is_(None))
    .order_by(Member.space_id)
)
_HERE, _THERE, _OF_PAYER = aliased(Member), aliased(Member), aliased(Space)
_FROM_IDS = ""  # appended to a column, so that SQLite starts at the ids, not at all members' spaces
_UNDER_THESE_IDS = (
    among(Record.id, bindparam("ids")),
    Record.is_tombstone == false(),
    Record.kind != "member",
    RecordAlias.alias.is_(None),
)


def _alias_of(member: type[Member]) -> ColumnElement[bool]:
    """Joins the id under which a member sees a record, if it is another one."""
    return and_(
        RecordAlias.space_id == Record.space_id,
        RecordAlias.user_id == member.user_id,
        RecordAlias.record_id == Record.id,
    )


_SEEN_BY = Prepared(
    select(_THERE.user_id, Record.id)
    .select_from(Record)
    .join(_THERE, _THERE.space_id == Record.space_id + _FROM_IDS)
    .join(_HERE, _HERE.user_id == _THERE.user_id)
    .join(
        RecordAlias,
        _alias_of(_THERE),
        isouter=True,
    )
    .where(
        *_UNDER_THESE_IDS,
        _HERE.space_id == bindparam("space"),
        ~among(Record.space_id, bindparam("besides")),
    )
    .union(
        select(RecordAlias.user_id, RecordAlias.alias)
        .join(_HERE, _HERE.user_id == RecordAlias.user_id + _FROM_IDS)
        .where(
            among(RecordAlias.alias, bindparam("ids")),
            _HERE.space_id == bindparam("space"),
        )
    )
)
_ELSEWHERE = Prepared(
    select(Record.id, Record.space_id)
    .select_from(Record)
    .join(Member, Member.space_id == Record.space_id + _FROM_IDS)
    .join(Space, Space.id == Member.space_id)
    .join(
        RecordAlias,
        _alias_of(Member),
        isouter=True,
    )
    .where(
        *_UNDER_THESE_IDS,
        Member.user_id == bindparam("user"),
        Space.deleted_at.is_(None),
        Record.space_id != bindparam("space"),
    )
)
_USE = Prepared(
    select(
        func.sum(SpaceCounter.records),
        func.sum(SpaceCounter.bytes),
        User.records_max,
        User.bytes_max,
    )
    .select_from(Space)
    .join(User, User.id == Space.payer_id)
    .join(_OF_PAYER, _OF_PAYER.payer_id == User.id)
    .join(SpaceCounter, SpaceCounter.space_id == _OF_PAYER.id)
    .where(Space.id == bindparam("space"))
    .group_by(User.id)
)


class Rules(author.Rules):
    """Answers the journal's questions from the membership. `records_max` and `bytes_max` are for
    accounts without limits of their own.
    """

    def __init__(self, records_max: int, bytes_max: int) -> None:
        self.records_max, self.bytes_max = records_max, bytes_max

    def role(self, connection: Connection, user_id: str, space_id: str) -> str | None:
        return role_in(connection, user_id, space_id)

    def is_personal(self, connection: Connection, space_id: str) -> bool:
        return (
            connection.execute(select(Space.personal_of).where(Space.id == space_id)).scalar()
            is not None
        )

    def seen_by(
        self, connection: Connection, space_id: str, ids: Sequence[str], besides: Sequence[str]
    ) -> set[tuple[str, str]]:
        return seen_by(connection, space_id, ids, besides)

    def elsewhere(
        self, connection: Connection, user_id: str, space_id: str, ids: Sequence[str]
    ) -> dict[str, str]:
        return elsewhere(connection, user_id, space_id, ids)

    def has_room(
        self, connection: Connection, space_id: str, more: int = 1, source: str | None = None
    ) -> bool:
        if source and _payer(connection, source) == _payer(connection, space_id):
            return True
        used = _USE.row(connection, space=space_id)
        if used is None:
            return True
        records, size, records_max, bytes_max = used
        limits = (
            self.records_max if records_max is None else records_max,
            self.bytes_max if bytes_max is None else bytes_max,
        )
        return bool(records + more <= limits[0] and size < limits[1])


def seen_by(
    connection: Connection, space_id: str, ids: Sequence[str], besides: Sequence[str]
) -> set[tuple[str, str]]:
    """As Rules.seen_by."""
    found = _SEEN_BY.rows(
        connection, space=space_id, ids=json.dumps(ids), besides=json.dumps(besides)
    )
    return {(user_id, record_id) for user_id, record_id in found}


def elsewhere(
    connection: Connection, user_id: str, space_id: str, ids: Sequence[str]
) -> dict[str, str]:
    """As Rules.elsewhere."""
    found = _ELSEWHERE.rows(connection, user=user_id, space=space_id, ids=json.dumps(ids))
    return dict(found)


def _payer(connection: Connection, space_id: str) -> str | None:
    return connection.execute(select(Space.payer_id).where(Space.id == space_id)).scalar()


def role_in(connection: Connection, user_id: str, space_id: str) -> str | None:
    """The account's role in the space (owner, editor, viewer); None if it is not a member."""
    found = _ROLE.row(connection, user=user_id, space=space_id)
    return found[0] if found else None


def role_of_caller(connection: Connection, caller: Caller, space_id: str) -> str | None:
    """The caller's role; None if it is not a member, or if its token has no access to the space."""
    return role_in(connection, caller.user_id, space_id) if caller.reaches(space_id) else None


class SpaceRow(NamedTuple):
    """A space of an account. `personal_of` is the account of a personal space; `has_aliases` means
    that the account sees records of the space under other ids.
    """

    space_id: str
    role: str
    seq: int
    forgotten_seq: int
    personal_of: str | None
    has_aliases: bool


def spaces_of(connection: Connection, user_id: str) -> list[SpaceRow]:
    """Every space of the account, by id."""
    return [SpaceRow(*row) for row in _SPACES.rows(connection, user=user_id)]


def personal_space(connection: Connection, user_id: str) -> str:
    return connection.execute(select(Space.id).where(Space.personal_of == user_id)).scalar_one()


def roles_of(connection: Connection, caller: Caller) -> dict[str, str]:
    """{space: role} of every space of the account that its credential can access."""
    return {
        space_id: role
        for space_id, role, *_ in spaces_of(connection, caller.user_id)
        if caller.reaches(space_id)
    }
