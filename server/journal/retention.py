"""Trash for 90 days, then a grave for 2 years, then nothing. All by the server's clock, from the last change it applied.

Nothing is purged while `deleted` (or `list`, for what lies in the trash with its list) is in conflict. A deleted list carries
its tasks into the trash: it is purged together with them, once all of it is due.
"""
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, delete, false, func, select, true, update

from server.clock import DAY_MS
from server.core import merge
from server.journal import rows
from server.journal.models import Head, Record

TRASH_MS = 90 * DAY_MS
GRAVE_MS = 2 * 365 * DAY_MS

_DUE_TRASH = select(Record.space_id).where(Record.is_deleted, Record.changed_at <= bindparam("before")).distinct()
_DUE_GRAVES = select(Record.space_id).where(Record.is_grave, Record.changed_at <= bindparam("before")).distinct()
_LIVE = select(Record.body, Record.changed_at).where(Record.space_id == bindparam("space"), Record.is_grave == false())


def spaces_due(connection: Connection, now_ms: int) -> set[str]:
    """The spaces in which something may be purged or forgotten."""
    trash = connection.execute(_DUE_TRASH, {"before": now_ms - TRASH_MS}).scalars()
    graves = connection.execute(_DUE_GRAVES, {"before": now_ms - GRAVE_MS}).scalars()
    return {*trash, *graves}


def retire(connection: Connection, space_id: str, now_ms: int) -> int:
    """Purges and forgets what is due in a space, in the caller's writing transaction; how many records it purged."""
    head = rows.raise_head(connection, space_id, 0)  # locks the space before anything is read
    if head is None:
        return 0
    _forget(connection, space_id, now_ms)
    purged = _purgeable(connection, space_id, now_ms)
    rows.raise_head(connection, space_id, len(purged))
    rows.write_records(connection, [rows.grave_row(space_id, record["kind"], record["id"], seq, now_ms)
                                    for seq, record in enumerate(purged, head + 1)])
    return len(purged)


def _forget(connection: Connection, space_id: str, now_ms: int) -> None:
    old = (Record.space_id == space_id, Record.is_grave == true(), Record.changed_at <= now_ms - GRAVE_MS)
    newest = connection.execute(select(func.max(Record.seq)).where(*old)).scalar()
    if newest is not None:
        connection.execute(delete(Record).where(*old))
        connection.execute(update(Head).where(Head.space_id == space_id).values(forgotten_seq=newest))


def _purgeable(connection: Connection, space_id: str, now_ms: int) -> list[merge.Record]:
    """Deleted records that are due, deleted lists together with all their tasks or not yet."""
    records: dict[str, merge.Record] = {}
    due: set[str] = set()
    carried: dict[Any, set[str]] = {}
    for body, changed_at in connection.execute(_LIVE, {"space": space_id}):
        record = msgspec.json.decode(body)
        records[record["id"]] = record
        carried.setdefault(merge.value(record, "list"), set()).add(record["id"])
        if changed_at <= now_ms - TRASH_MS:
            due.add(record["id"])
    purged: set[str] = set()
    for record_id, record in records.items():
        if merge.value(record, "deleted") is not None:
            whole = {record_id} | carried.get(record_id, set())
            if whole <= due and not any(_is_disputed(records[member]) for member in whole):
                purged |= whole
    return [record for record_id, record in records.items() if record_id in purged]


def _is_disputed(record: merge.Record) -> bool:
    return not {"deleted", "list"}.isdisjoint(merge.conflicts(record))
