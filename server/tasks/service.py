"""Tasks and lists as REST sees them: read from the records' columns, written through the journal like every change."""
import base64
import binascii
import json
import uuid
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, and_, false, or_, select

from server.core import merge
from server.core.hlc import format_reading
from server.core.ids import server_device_id
from server.journal import rows
from server.journal.apply import Author, Draft, apply
from server.journal.epoch import get_epoch
from server.journal.kinds import LABEL_PREFIX
from server.journal.models import Record
from server.journal.rows import Outcome
from server.spaces import access
from server.tasks.schemas import INBOX

TASK_DEFAULTS = {"description": "", "due": None, "priority": 0, "list": None, "parent": None, "order": None, "deleted": None,
                 "completed_at": None, "status": "pending", "title": None}
LIST_DEFAULTS = {"order": None, "deleted": None, "name": ""}
DEFAULTS: dict[str, dict[str, Any]] = {"task": TASK_DEFAULTS, "list": LIST_DEFAULTS}


class BadCursor(Exception):
    """The page cursor was not made by this server."""


def write(connection: Connection, user_id: str, draft: Draft, now_ms: int) -> tuple[Outcome, dict[str, Any] | None]:
    """(outcome, the record as it then is) of one change to the account's personal space."""
    space_id = access.personal_space(connection, user_id)
    author = Author(user_id, server_device_id(get_epoch(connection), space_id), access.role_in)
    outcome = apply(connection, space_id, author, [draft], now_ms).outcomes[0]
    return outcome, find(connection, user_id, draft.kind, draft.id)


def find(connection: Connection, user_id: str, kind: str, record_id: str) -> dict[str, Any] | None:
    """A record of the account's personal space as REST shows it; None where there is none of that kind."""
    record = rows.find_records(connection, access.personal_space(connection, user_id), [record_id]).get(record_id)
    return None if record is None or record.get("grave") or record["kind"] != kind else shown(record)


def create_draft(kind: str, given: dict[str, Any], now_ms: int) -> Draft:
    given = dict(given)
    record_id = given.pop("id", None) or str(uuid.uuid4())
    return Draft(kind, record_id, fields_of(({"status": "pending"} if kind == "task" else {}) | given, {}, now_ms), create=True)


def patch_draft(kind: str, record_id: str, given: dict[str, Any], current: dict[str, Any], version: int | None, now_ms: int) -> Draft:
    return Draft(kind, record_id, fields_of(given, current, now_ms), version)


def delete_draft(kind: str, record_id: str, version: int | None, now_ms: int) -> Draft:
    return Draft(kind, record_id, {"deleted": instant(now_ms)}, version)


def fields_of(given: dict[str, Any], current: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """REST members as a record's fields: labels one field each, completed_at with the status."""
    fields = dict(given)
    if "labels" in fields:
        wanted, held = set(fields.pop("labels")), set(current.get("labels", ()))
        fields |= {LABEL_PREFIX + name: True for name in wanted - held} | {LABEL_PREFIX + name: None for name in held - wanted}
    if "status" in fields:
        was_completed = current.get("status") == "completed" and current.get("completed_at")
        fields["completed_at"] = (was_completed or instant(now_ms)) if fields["status"] == "completed" else None
    return fields


def instant(now_ms: int) -> str:
    """A moment as RFC 3339 text."""
    return format_reading(now_ms)[:24]


def shown(record: merge.Record) -> dict[str, Any]:
    """A record as REST shows it."""
    values = merge.values(record)
    labels = sorted(name.removeprefix(LABEL_PREFIX) for name, held in values.items() if name.startswith(LABEL_PREFIX) and held)
    plain = {name: held for name, held in values.items() if not name.startswith(LABEL_PREFIX)}
    return DEFAULTS[record["kind"]] | plain | {
        "id": record["id"], "labels": labels, "conflicts": merge.conflicts(record), "version": record["seq"]}


def list_lists(connection: Connection, user_id: str) -> list[dict[str, Any]]:
    """The live lists, in their manual order."""
    found = connection.execute(select(Record.body).where(_in_space(connection, user_id), Record.kind == "list", _live()))
    return sorted((shown(msgspec.json.decode(body)) for body in found.scalars()), key=lambda each: (each["order"] or "", each["id"]))


def list_tasks(connection: Connection, user_id: str, query: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """(a page of live tasks by due date, the next page's cursor or None). Those without a due date come last, by id.

    Two walks, each along an index: (space, due, id) for those with a date, then the rest by key.
    """
    chosen = and_(_in_space(connection, user_id), Record.kind == "task", _live(), *_filters(query))
    falling, limit = query["sort"] == "-due", query["limit"]
    after = _parse_page_cursor(query.get("cursor"))
    bodies: list[tuple[str | None, str, str]] = []
    if after is None or after[0] is not None:
        bodies = _rows(connection, _dated(chosen, falling, after).limit(limit + 1))
    if len(bodies) <= limit:
        undated = select(Record.due, Record.id, Record.body).where(chosen, Record.due.is_(None)).order_by(Record.id)
        if after is not None and after[0] is None:
            undated = undated.where(Record.id > after[1])
        bodies += _rows(connection, undated.limit(limit + 1 - len(bodies)))
    page = bodies[:limit]
    more = _page_cursor(page[-1][0], page[-1][1]) if len(bodies) > limit else None
    return [shown(msgspec.json.decode(body)) for _, _, body in page], more


def _dated(chosen: ColumnElement[bool], falling: bool, after: tuple[str | None, str] | None) -> Any:
    statement = select(Record.due, Record.id, Record.body).where(chosen, Record.due.is_not(None))
    if after is not None:
        later = Record.due < after[0] if falling else Record.due > after[0]
        same = and_(Record.due == after[0], Record.id < after[1] if falling else Record.id > after[1])
        statement = statement.where(or_(later, same))
    return statement.order_by(Record.due.desc() if falling else Record.due, Record.id.desc() if falling else Record.id)


def _rows(connection: Connection, statement: Any) -> list[Any]:
    return list(connection.execute(statement))


def _in_space(connection: Connection, user_id: str) -> ColumnElement[bool]:
    return Record.space_id == access.personal_space(connection, user_id)


def _live() -> ColumnElement[bool]:
    return and_(Record.is_grave == false(), Record.is_deleted == false())


def _filters(query: dict[str, Any]) -> list[ColumnElement[bool]]:
    """A task of a deleted list lies in the trash with it; one of a list nobody knows is in the Inbox."""
    lists = Record.__table__.alias("lists")
    of_task = and_(lists.c.space_id == Record.space_id, lists.c.id == Record.list_id, lists.c.kind == "list")
    in_trashed_list = select(lists.c.id).where(of_task, lists.c.is_deleted).exists()
    found: list[ColumnElement[bool]] = [~in_trashed_list]
    if "status" in query:
        found.append(Record.status == query["status"])
    if query.get("list") == INBOX:
        known = select(lists.c.id).where(of_task, lists.c.is_grave == false()).exists()
        found.append(or_(Record.list_id.is_(None), ~known))
    elif "list" in query:
        found.append(Record.list_id == query["list"])
    return found


def _page_cursor(due: str | None, record_id: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([due, record_id]).encode()).decode().rstrip("=")


def _parse_page_cursor(text: str | None) -> tuple[str | None, str] | None:
    if text is None:
        return None
    try:
        due, record_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError, binascii.Error):
        raise BadCursor from None
    if not (due is None or isinstance(due, str)) or not isinstance(record_id, str) or not f"{due}{record_id}".isascii():
        raise BadCursor
    return due, record_id
