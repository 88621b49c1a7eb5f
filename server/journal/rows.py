"""The journal's statements. They use SQLAlchemy Core, because this is the hot path."""

import json
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import (
    ClauseElement,
    Connection,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from server import bell
from server.core.merge import Record as CoreRecord
from server.database import Prepared, among
from server.journal.models import History, Record, SpaceCounter
from server.journal.outcomes import Outcome

_IN_SPACE = Record.space_id == bindparam("space")
_ADVANCE_COUNTER = Prepared(
    update(SpaceCounter)
    .where(SpaceCounter.space_id == bindparam("space"))
    .values(seq=SpaceCounter.seq + bindparam("by"))
    .returning(SpaceCounter.seq)
)
_RECORDS = Prepared(
    select(Record.id, Record.body, Record.moved_to).where(
        _IN_SPACE, among(Record.id, bindparam("ids"))
    )
)
_ADJUST_USAGE = Prepared(
    update(SpaceCounter)
    .where(SpaceCounter.space_id == bindparam("space"))
    .values(
        records=SpaceCounter.records + bindparam("by_records"),
        bytes=SpaceCounter.bytes + bindparam("by_bytes"),
    )
)
_LIVE = and_(_IN_SPACE, Record.is_tombstone == false())
_BELOW = Prepared(
    select(Record.id, Record.kind).where(
        _LIVE, Record.parent_id.is_not(None), among(Record.parent_id, bindparam("ids"))
    )
)
_IN_LISTS = Prepared(
    select(Record.id).where(
        _LIVE,
        Record.list_id.is_not(None),
        Record.kind == "task",
        among(Record.list_id, bindparam("ids")),
    )
)
_CREATED = Prepared(
    select(Record.id, Record.created_at, func.length(Record.body)).where(
        _IN_SPACE, among(Record.id, bindparam("ids"))
    )
)
_OTHERS = Prepared(
    select(Record.id)
    .where(
        _LIVE,
        among(Record.id, bindparam("ids")),
        or_(Record.added_by.is_(None), Record.added_by != bindparam("user")),
    )
    .limit(1)
)
_DELETE_TOMBSTONES = Prepared(
    delete(Record).where(_IN_SPACE, among(Record.id, bindparam("ids")), Record.is_tombstone)
)
_FORGET = Prepared(
    update(History)
    .where(History.space_id == bindparam("space"), among(History.record_id, bindparam("ids")))
    .values(what="")
)
_DELETED = Prepared(
    select(Record.id).where(_IN_SPACE, among(Record.id, bindparam("ids")), Record.is_deleted)
)
_FIRST_OUTCOMES = Prepared(
    select(History.n, History.digest, History.outcome).where(
        History.space_id == bindparam("space"),
        History.device_id == bindparam("device"),
        among(History.n, bindparam("numbers")),
    )
)
_WHATS = Prepared(
    select(History.what, History.user_id)
    .where(
        History.space_id == bindparam("space"),
        History.record_id == bindparam("id"),
        History.what != "",
    )
    .order_by(History.seq)
)
_WRITE_HISTORY = Prepared(insert(History))


def _upsert_for(statement: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    written = (
        "seq",
        "body",
        "is_tombstone",
        "is_deleted",
        "changed_at",
        "status",
        "list_id",
        "due",
        "parent_id",
        "priority",
        "assignee",
        "order_key",
        "moved_to",
    )
    return statement.on_conflict_do_update(
        index_elements=["space_id", "id"], set_={name: statement.excluded[name] for name in written}
    )


_WRITE_RECORDS = Prepared(
    _upsert_for(sqlite.insert(Record)), postgresql=_upsert_for(postgresql.insert(Record))
)


def create_counter(connection: Connection, space_id: str) -> None:
    """The counter row of a new space."""
    connection.execute(insert(SpaceCounter), {"space_id": space_id, "seq": 0, "forgotten_seq": 0})


def advance_counter(connection: Connection, space_id: str, by: int) -> int | None:
    """The counter before it was raised by `by`; None if the space does not exist. Locks the row
    until the commit.
    """
    after = _ADVANCE_COUNTER.row(connection, space=space_id, by=by)
    if after is None:
        return None
    bell.note_space(connection, space_id, after[0])
    return int(after[0]) - by


def find_records(
    connection: Connection, space_id: str, ids: Iterable[str], sizes: dict[str, int] | None = None
) -> dict[str, CoreRecord]:
    """The existing records and tombstones among `ids`. A moved one has `moved_to`; `sizes` gets the
    length of each body.
    """
    found: dict[str, CoreRecord] = {}
    for record_id, body, moved_to in _RECORDS.rows(
        connection, space=space_id, ids=json.dumps(list(ids))
    ):
        found[record_id] = msgspec.json.decode(body)
        if moved_to is not None:
            found[record_id]["moved_to"] = moved_to
        if sizes is not None and not found[record_id].get("grave"):
            sizes[record_id] = len(body)
    return found


def find_below(
    connection: Connection, space_id: str, record_id: str, is_whole: bool = True
) -> list[str]:
    """The live records in a record: a list's tasks, a task's comments and (if `is_whole`) subtasks,
    at any depth.
    """
    found: dict[str, None] = {}
    level, is_top = [record_id], True
    while level:
        below = [
            found_id
            for found_id, kind in _BELOW.rows(connection, space=space_id, ids=json.dumps(level))
            if is_whole or kind == "comment"
        ]
        below += (
            [row[0] for row in _IN_LISTS.rows(connection, space=space_id, ids=json.dumps(level))]
            if is_top
            else []
        )
        is_top = False
        level = [each for each in below if each not in found and each != record_id]
        found |= dict.fromkeys(level)
    return list(found)


def made_and_sizes(
    connection: Connection, space_id: str, ids: Iterable[str]
) -> dict[str, tuple[int, int]]:
    """(time of creation here as Unix time in ms, length of the body) of each record."""
    return {
        record_id: (made_at, size)
        for record_id, made_at, size in _CREATED.rows(
            connection, space=space_id, ids=json.dumps(list(ids))
        )
    }


def has_added_all(connection: Connection, space_id: str, user_id: str, ids: Iterable[str]) -> bool:
    """Whether this account created each of the records in the space or moved it there."""
    return _OTHERS.row(connection, space=space_id, user=user_id, ids=json.dumps(list(ids))) is None


def delete_tombstones(connection: Connection, space_id: str, ids: Iterable[str]) -> None:
    """Deletes the tombstones of records that come back to the space."""
    _DELETE_TOMBSTONES.rows(connection, space=space_id, ids=json.dumps(list(ids)))


def forget_what(connection: Connection, space_id: str, ids: Iterable[str]) -> None:
    """Removes the fields from the history of permanently deleted records; the entries stay."""
    _FORGET.rows(connection, space=space_id, ids=json.dumps(list(ids)))


def adjust_usage(connection: Connection, space_id: str, by_records: int, by_bytes: int) -> None:
    """Updates the number and size of the space's records."""
    if by_records or by_bytes:
        _ADJUST_USAGE.rows(connection, space=space_id, by_records=by_records, by_bytes=by_bytes)


def deleted_among(connection: Connection, space_id: str, ids: Iterable[str]) -> set[str]:
    """The ids among `ids` whose records are in the trash."""
    return {
        record_id
        for (record_id,) in _DELETED.rows(connection, space=space_id, ids=json.dumps(list(ids)))
    }


def first_outcomes(
    connection: Connection, space_id: str, device: str, numbers: list[int]
) -> dict[int, tuple[bytes, Outcome]]:
    """{n: (digest, outcome)} of the device's changes in the history."""
    found = _FIRST_OUTCOMES.rows(
        connection, space=space_id, device=device, numbers=json.dumps(numbers)
    )
    return {n: (digest, msgspec.json.decode(outcome)) for n, digest, outcome in found}


def deleters(connection: Connection, space_id: str, record_id: str) -> set[str]:
    """The accounts that put a record into the trash since it was last restored, according to the
    space's history.
    """
    found: set[str] = set()
    for what, user_id in _WHATS.rows(connection, space=space_id, id=record_id):
        fields = msgspec.json.decode(what)
        if "deleted" in fields:
            found = found | {user_id} if fields["deleted"] is not None else set()
    return found


def write_records(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        _WRITE_RECORDS.many(connection, rows)


def write_history(connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        _WRITE_HISTORY.many(connection, rows)
        bell.note_writer(connection, rows)
