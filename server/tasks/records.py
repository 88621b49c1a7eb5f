"""Tasks, lists and comments in REST responses, found through the membership."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, bindparam, false, func, select
from sqlalchemy.orm import InstrumentedAttribute

from server.accounts.caller import Caller
from server.core import merge
from server.core.ids import may_be_derived
from server.database import Prepared, Row
from server.journal import rows
from server.journal.aliases import find_aliases, references_in, rename_fields
from server.journal.kinds import LABEL_PREFIX
from server.journal.models import Record, RecordAlias
from server.spaces.models import Member, Space
from server.web.errors import ApiError

Shown = dict[str, Any]  # a record's members in REST responses

TASK_DEFAULTS: Shown = {
    "description": "",
    "due": None,
    "repeat": None,
    "priority": 0,
    "list": None,
    "parent": None,
    "assignee": None,
    "order": None,
    "deleted": None,
    "completed_at": None,
    "status": "pending",
    "title": None,
}
DEFAULTS: dict[str, Shown] = {
    "task": TASK_DEFAULTS,
    "list": {"order": None, "deleted": None, "name": ""},
    "comment": {"deleted": None},
}
READ = "tasks:read"

_OF_CALLER = (
    Member.user_id == bindparam("user"),
    Space.deleted_at.is_(None),
    Record.kind == bindparam("kind"),
    Record.is_tombstone == false(),
    func.coalesce(RecordAlias.alias, Record.id) == bindparam("id"),
)
_STORED = Record.id == bindparam("id")
_OF_ALIAS = Record.id.in_(
    select(RecordAlias.record_id).where(
        RecordAlias.user_id == bindparam("user"), RecordAlias.alias == bindparam("id")
    )
)


def _of_caller(
    columns: Sequence[InstrumentedAttribute[Any]], stored: ColumnElement[bool]
) -> Prepared:
    """The records that the caller sees under an id, among those with the `stored` one."""
    alias = and_(
        RecordAlias.space_id == Record.space_id,
        RecordAlias.user_id == Member.user_id,
        RecordAlias.record_id == Record.id,
    )
    return Prepared(
        select(*columns)
        .join(Member, Member.space_id == Record.space_id)
        .join(Space, Space.id == Record.space_id)
        .join(RecordAlias, alias, isouter=True)
        .where(stored, *_OF_CALLER)
    )


_COLUMNS = Record.space_id, Record.body, Record.created_at, Record.changed_at
_FIND = tuple(_of_caller(_COLUMNS, stored) for stored in (_STORED, _OF_ALIAS))
_IN = Prepared(
    select(*_COLUMNS).where(
        Record.space_id == bindparam("space"),
        Record.kind == bindparam("kind"),
        Record.is_tombstone == false(),
        _STORED,
    )
)
_LOCATE = tuple(_of_caller((Record.space_id,), stored) for stored in (_STORED, _OF_ALIAS))


@dataclass(frozen=True)
class StoredRecord:
    """A live record with other columns of its row."""

    space_id: str
    record: merge.Record
    created_at: int
    changed_at: int

    def show(self) -> Shown:
        """The record as shown by REST, but with stored ids; see `name_for`."""
        values = merge.values(self.record)
        labels = sorted(
            name.removeprefix(LABEL_PREFIX)
            for name, held in values.items()
            if name.startswith(LABEL_PREFIX) and held
        )
        plain = {name: held for name, held in values.items() if not name.startswith(LABEL_PREFIX)}
        return {
            **DEFAULTS[self.record["kind"]],
            **plain,
            "id": self.record["id"],
            "space": self.space_id,
            "labels": labels,
            "conflicts": merge.conflicts(self.record),
            "version": self.record.get("seq"),
            "created_at": self.created_at,
            "changed_at": self.changed_at,
        }


def find_stored(
    connection: Connection, caller: Caller, kind: str, record_id: str
) -> StoredRecord | None:
    """The record of that kind that the account sees under this id, if the caller can access its
    space; None if there is none.
    """
    found = _rows(connection, _FIND, caller, kind, record_id)
    if not found:
        return None
    space_id, body, created_at, changed_at = found[0]
    return StoredRecord(space_id, msgspec.json.decode(body), created_at, changed_at)


def find_in(connection: Connection, space_id: str, kind: str, record_id: str) -> Shown | None:
    """A live record of the space by its stored id."""
    row = _IN.row(connection, space=space_id, kind=kind, id=record_id)
    return StoredRecord(row[0], msgspec.json.decode(row[1]), *row[2:]).show() if row else None


def find(connection: Connection, caller: Caller, kind: str, record_id: str) -> Shown | None:
    """The record as `StoredRecord.show` shows it; None if there is none."""
    stored = find_stored(connection, caller, kind, record_id)
    return stored.show() if stored else None


def get(connection: Connection, caller: Caller, kind: str, record_id: str) -> Shown:
    """Like `find`; 404 if the caller can access none."""
    found = find(connection, caller, kind, record_id)
    if found is None:
        raise no_such(kind)
    return found


def get_locked(connection: Connection, caller: Caller, kind: str, record_id: str) -> StoredRecord:
    """The record, for a change in this writing transaction. Its space is locked before it is read,
    so it cannot change before the change is applied. 404 if there is none.
    """
    for (space_id,) in _rows(connection, _LOCATE, caller, kind, record_id):
        rows.advance_counter(connection, space_id, 0)
    stored = find_stored(connection, caller, kind, record_id)
    if stored is None:
        raise no_such(kind)
    return stored


def _rows(
    connection: Connection,
    statements: Sequence[Prepared],
    caller: Caller,
    kind: str,
    record_id: str,
) -> list[Row]:
    """The first statement's rows in spaces that the caller can access, else the next one's. Only a
    derived id can be an alias.
    """
    for statement in statements if may_be_derived(record_id) else statements[:1]:
        found = statement.rows(connection, user=caller.user_id, id=record_id, kind=kind)
        if found:
            return [row for row in found if caller.reaches(row[0])]
    return []


def name_for(connection: Connection, user_id: str, shown: Sequence[Shown]) -> list[Shown]:
    """The records with the ids under which the account sees them and those that they refer to."""
    spaces = {record["space"] for record in shown}
    ids = {each for record in shown for each in (record["id"], *references_in(record))}
    found = find_aliases(connection, user_id, spaces, ids) if shown else {}
    return [_named(record, found) for record in shown] if found else list(shown)


def _named(record: Shown, found: Mapping[tuple[str, str], str]) -> Shown:
    aliases = {each: alias for (space, each), alias in found.items() if space == record["space"]}
    return {**rename_fields(record, aliases), "id": aliases.get(record["id"], record["id"])}


def no_such(kind: str) -> ApiError:
    return ApiError(404, "not_found", f"There is no such {kind}.")


def redact(caller: Caller, record: Shown) -> Shown:
    """The response to a writer without `tasks:read`: only the record's id, space and version."""
    if caller.may(READ):
        return record
    return {name: record[name] for name in ("id", "space", "version")}
