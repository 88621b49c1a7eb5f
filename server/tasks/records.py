"""Tasks, lists and comments in REST responses, found through the membership."""

from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, false, select

from server.accounts.caller import Caller
from server.core import merge
from server.database import Prepared
from server.journal import rows
from server.journal.kinds import LABEL_PREFIX
from server.journal.models import Record
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
    Record.id == bindparam("id"),
    Record.kind == bindparam("kind"),
    Record.is_tombstone == false(),
)
_FIND = Prepared(
    select(Record.space_id, Record.body, Record.created_at, Record.changed_at)
    .join(Member, Member.space_id == Record.space_id)
    .join(Space, Space.id == Record.space_id)
    .where(*_OF_CALLER)
)
_LOCATE = Prepared(
    select(Record.space_id)
    .join(Member, Member.space_id == Record.space_id)
    .join(Space, Space.id == Record.space_id)
    .where(*_OF_CALLER)
)


@dataclass(frozen=True)
class StoredRecord:
    """A live record with other columns of its row."""

    space_id: str
    record: merge.Record
    created_at: int
    changed_at: int

    def show(self) -> Shown:
        """The record as shown by REST."""
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
    """A record of that kind in a space that the caller can access; None if there is none."""
    for row in _FIND.rows(connection, user=caller.user_id, id=record_id, kind=kind):
        space_id, body, created_at, changed_at = row
        if caller.reaches(space_id):
            return StoredRecord(space_id, msgspec.json.decode(body), created_at, changed_at)
    return None


def find(connection: Connection, caller: Caller, kind: str, record_id: str) -> Shown | None:
    """The record as shown by REST; None if there is none."""
    stored = find_stored(connection, caller, kind, record_id)
    return stored.show() if stored else None


def get(connection: Connection, caller: Caller, kind: str, record_id: str) -> Shown:
    """The record as shown by REST; 404 if the caller can access none."""
    found = find(connection, caller, kind, record_id)
    if found is None:
        raise no_such(kind)
    return found


def get_locked(connection: Connection, caller: Caller, kind: str, record_id: str) -> StoredRecord:
    """The record, for a change in this writing transaction. Its space is locked before it is read,
    so it cannot change before the change is applied. 404 if there is none.
    """
    located = _LOCATE.rows(connection, user=caller.user_id, id=record_id, kind=kind)
    for (space_id,) in located:
        if caller.reaches(space_id):
            rows.advance_counter(connection, space_id, 0)
    stored = find_stored(connection, caller, kind, record_id)
    if stored is None:
        raise no_such(kind)
    return stored


def no_such(kind: str) -> ApiError:
    return ApiError(404, "not_found", f"There is no such {kind}.")


def redact(caller: Caller, record: Shown) -> Shown:
    """The response to a writer without `tasks:read`: only the record's id, space and version."""
    if caller.may(READ):
        return record
    return {name: record[name] for name in ("id", "space", "version")}
