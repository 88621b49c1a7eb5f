"""Records and history as rows of their tables, and records as the JSON that is sent."""

from collections.abc import Iterable

import msgspec

from server.core.merge import Fields, Record
from server.journal.kinds import KINDS

Row = dict[str, object]


class _Write(msgspec.Struct):
    by: str


class _Body(msgspec.Struct):
    writes: list[_Write] = []


_BODY = msgspec.json.Decoder(_Body)  # skips everything else


def record_row(
    space_id: str,
    record: Record,
    body: str,
    values: Fields,
    now_ms: int,
    added_by: str,
    made_at: int | None = None,
) -> Row:
    """A record as a row. `body` is its JSON, `values` its current fields; `added_by` and `made_at`
    matter only for a new row.
    """
    return {
        "space_id": space_id,
        "id": record["id"],
        "kind": record["kind"],
        "seq": record["seq"],
        "body": body,
        "is_tombstone": False,
        "is_deleted": values.get("deleted") is not None
        and not KINDS[record["kind"]].by_server_only,
        "changed_at": now_ms,
        "status": values.get("status"),
        "list_id": values.get("list"),
        "due": values.get("due"),
        "parent_id": values.get("task" if record["kind"] == "comment" else "parent"),
        "priority": values.get("priority"),
        "assignee": values.get("assignee"),
        "order_key": values.get("order"),
        "moved_to": None,
        "added_by": added_by,
        "created_at": now_ms if made_at is None else made_at,
    }


def tombstone_row(
    space_id: str, kind: str, record_id: str, seq: int, now_ms: int, moved_to: str | None = None
) -> Row:
    """The tombstone of a record that was permanently deleted or moved to another space."""
    tombstone = {"kind": kind, "id": record_id, "seq": seq, "grave": True}
    return {
        "space_id": space_id,
        "id": record_id,
        "kind": kind,
        "seq": seq,
        "body": msgspec.json.encode(tombstone).decode(),
        "is_tombstone": True,
        "is_deleted": False,
        "changed_at": now_ms,
        "status": None,
        "list_id": None,
        "due": None,
        "parent_id": None,
        "priority": None,
        "assignee": None,
        "order_key": None,
        "moved_to": moved_to,
        "added_by": None,
        "created_at": now_ms,
    }


def encode_record(record: Record) -> str:
    """The record's JSON as it is sent, with members always in the same order so that neighbours
    compress well.
    """
    return msgspec.json.encode(
        {name: record[name] for name in ("kind", "id", "seq", "clock", "writes")}
    ).decode()


def devices_of(bodies: Iterable[str]) -> set[str]:
    """The devices of the surviving writes of records, given as their JSON."""
    return {write.by for body in bodies for write in _BODY.decode(body).writes}


def encode(value: object) -> str:
    return msgspec.json.encode(value).decode()
