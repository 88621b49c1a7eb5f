"""Retention: trash for 90 days, then a tombstone for 2 years, then nothing. All by the server's
clock, from the last change that it applied.

Nothing is purged while `deleted` (or `list`, if its list is in the trash) is in conflict. A deleted
list has its tasks in the trash; it is purged together with them when all of them are due.
"""

import json

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, select, true, update

from server.clock import DAY_MS
from server.core import merge
from server.database import among
from server.journal import encoding, rows
from server.journal.kinds import KINDS
from server.journal.models import Record, SpaceCounter

TRASH_MS = 90 * DAY_MS
TOMBSTONE_MS = 2 * 365 * DAY_MS

_DUE_TRASH = (
    select(Record.space_id)
    .where(Record.is_deleted, Record.changed_at <= bindparam("before"))
    .distinct()
)
_DUE_TOMBSTONES = (
    select(Record.space_id)
    .where(Record.is_tombstone, Record.changed_at <= bindparam("before"))
    .distinct()
)
_DELETED = select(Record.id).where(
    Record.space_id == bindparam("space"),
    Record.is_deleted,
    Record.changed_at <= bindparam("before"),
)
_STATES = select(Record.id, Record.body, Record.changed_at).where(
    Record.space_id == bindparam("space"), among(Record.id, bindparam("ids"))
)


def spaces_due(connection: Connection, now_ms: int) -> set[str]:
    """The spaces that may have something to purge."""
    trash = connection.execute(_DUE_TRASH, {"before": now_ms - TRASH_MS}).scalars()
    tombstones = connection.execute(_DUE_TOMBSTONES, {"before": now_ms - TOMBSTONE_MS}).scalars()
    return {*trash, *tombstones}


def retire(connection: Connection, space_id: str, now_ms: int) -> int:
    """Purges expired trash and tombstones of a space, in the caller's writing transaction; the
    number of purged records.
    """
    last_seq = rows.advance_counter(
        connection, space_id, 0
    )  # locks the space before anything is read
    if last_seq is None:
        return 0
    _forget(connection, space_id, now_ms)
    purged = _purgeable(connection, space_id, now_ms)
    rows.advance_counter(connection, space_id, len(purged))
    rows.write_records(
        connection,
        [
            encoding.tombstone_row(space_id, record["kind"], record["id"], seq, now_ms)
            for seq, record in enumerate(purged, last_seq + 1)
        ],
    )
    rows.forget_what(connection, space_id, [record["id"] for record in purged])
    rows.adjust_usage(
        connection,
        space_id,
        -len(purged),
        -sum(len(encoding.encode_record(record)) for record in purged),
    )
    return len(purged)


def _forget(connection: Connection, space_id: str, now_ms: int) -> None:
    old = (
        Record.space_id == space_id,
        Record.is_tombstone == true(),
        Record.changed_at <= now_ms - TOMBSTONE_MS,
    )
    newest = connection.execute(select(func.max(Record.seq)).where(*old)).scalar()
    if newest is not None:
        connection.execute(delete(Record).where(*old))
        connection.execute(
            update(SpaceCounter)
            .where(SpaceCounter.space_id == space_id)
            .values(forgotten_seq=newest)
        )


def _purgeable(connection: Connection, space_id: str, now_ms: int) -> list[merge.Record]:
    """Deleted records that are due: lists with all their tasks and tasks with their comments,
    completely or not yet.
    """
    before = now_ms - TRASH_MS
    purged: dict[str, merge.Record] = {}
    for (record_id,) in connection.execute(_DELETED, {"space": space_id, "before": before}).all():
        ids = [record_id, *rows.find_below(connection, space_id, record_id, is_whole=False)]
        found = connection.execute(_STATES, {"space": space_id, "ids": json.dumps(ids)}).all()
        records = {state.id: msgspec.json.decode(state.body) for state in found}
        is_server_only = KINDS[
            records[record_id]["kind"]
        ].by_server_only  # a former member can come back
        if (
            not is_server_only
            and all(state.changed_at <= before for state in found)
            and not any(map(_is_disputed, records.values()))
        ):
            purged |= records
    return list(purged.values())


def _is_disputed(record: merge.Record) -> bool:
    return not {"deleted", "list"}.isdisjoint(merge.conflicts(record))
