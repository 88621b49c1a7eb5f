"""The journal's statements, and how records and history become rows. SQLAlchemy Core: this is the hot path."""
import json
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.core.merge import Record as CoreRecord
from server.database import Prepared, among
from server.journal.models import Head, History, Record

Outcome = dict[str, Any]

_IN_SPACE = Record.space_id == bindparam("space")
_RAISE_HEAD = Prepared(update(Head).where(Head.space_id == bindparam("space")).values(seq=Head.seq + bindparam("by")).returning(Head.seq))
_RECORDS = Prepared(select(Record.id, Record.body).where(_IN_SPACE, among(Record.id, bindparam("ids"))))
_DELETED = Prepared(select(Record.id).where(_IN_SPACE, among(Record.id, bindparam("ids")), Record.is_deleted))
_FIRST_OUTCOMES = Prepared(select(History.n, History.digest, History.outcome).where(
    History.space_id == bindparam("space"), History.device_id == bindparam("device"), among(History.n, bindparam("numbers"))))
_WRITE_HISTORY = Prepared(insert(History))


def _upsert_for(statement: Any) -> Any:
    written = ("seq", "body", "is_grave", "is_deleted", "changed_at", "status", "list_id", "due")
    return statement.on_conflict_do_update(index_elements=["space_id", "id"], set_={name: statement.excluded[name] for name in written})


_WRITE_RECORDS = Prepared(_upsert_for(sqlite.insert(Record)), postgresql=_upsert_for(postgresql.insert(Record)))


def create_head(connection: Connection, space_id: str) -> None:
    """The counter row of a new space."""
    connection.execute(insert(Head), {"space_id": space_id, "seq": 0, "forgotten_seq": 0})


def raise_head(connection: Connection, space_id: str, by: int) -> int | None:
    """The counter before it was raised by `by`; None where there is no such space. Locks the row until the commit."""
    after = _RAISE_HEAD.row(connection, space=space_id, by=by)
    return None if after is None else after[0] - by


def find_records(connection: Connection, space_id: str, ids: Iterable[str]) -> dict[str, CoreRecord]:
    """The records (or graves) that exist among `ids`."""
    found = _RECORDS.rows(connection, space=space_id, ids=json.dumps(list(ids)))
    return {record_id: msgspec.json.decode(body) for record_id, body in found}


def deleted_among(connection: Connection, space_id: str, ids: Iterable[str]) -> set[str]:
    """Which of `ids` lie in the trash."""
    return {record_id for record_id, in _DELETED.rows(connection, space=space_id, ids=json.dumps(list(ids)))}


def first_outcomes(connection: Connection, space_id: str, device: str, numbers: list[int]) -> dict[int, tuple[bytes, Outcome]]:
    """{n: (digest, outcome)} of the device's changes that history knows."""
    found = _FIRST_OUTCOMES.rows(connection, space=space_id, device=device, numbers=json.dumps(numbers))
    return {n: (digest, msgspec.json.decode(outcome)) for n, digest, outcome in found}


def write_records(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        _WRITE_RECORDS.many(connection, rows)


def write_history(connection: Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        _WRITE_HISTORY.many(connection, rows)


def record_row(space_id: str, record: CoreRecord, body: str, values: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """A record as its table's row. `body` is its JSON, `values` its shown fields."""
    return {"space_id": space_id, "id": record["id"], "kind": record["kind"], "seq": record["seq"], "body": body,
            "is_grave": False, "is_deleted": values.get("deleted") is not None, "changed_at": now_ms,
            "status": values.get("status"), "list_id": values.get("list"), "due": values.get("due")}


def grave_row(space_id: str, kind: str, record_id: str, seq: int, now_ms: int) -> dict[str, Any]:
    """What stands where a record was deleted for good."""
    grave = {"kind": kind, "id": record_id, "seq": seq, "grave": True}
    return {"space_id": space_id, "id": record_id, "kind": kind, "seq": seq, "body": msgspec.json.encode(grave).decode(), "is_grave": True,
            "is_deleted": False, "changed_at": now_ms, "status": None, "list_id": None, "due": None}


def encode_record(record: CoreRecord) -> str:
    """The record's JSON as it is sent, members always in one order so that neighbours compress well."""
    return msgspec.json.encode({name: record[name] for name in ("kind", "id", "seq", "clock", "writes")}).decode()


def encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()
