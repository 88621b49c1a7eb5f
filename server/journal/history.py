"""Who changed what and when: the history of a task and of a space, newest first, without refused
changes.
"""

from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from server.accounts.models import User
from server.core import merge
from server.journal.models import History, Record
from server.journal.persist import MOVED_IN, MOVED_TO
from server.web.cursors import make_cursor, parse_cursor
from server.web.schemas import Body

Told = dict[str, Any]  # a change as shown by REST


class HistoryRow(NamedTuple):
    seq: int
    record_id: str
    user_id: str
    recorded_at: int
    what: str
    name: str | None
    kind: str | None
    body: str | None


def list_task_changes(
    connection: Connection, task: Told, spaces: set[str], query: Body
) -> tuple[list[Told], str | None]:
    """(a page of a task's changes in its current space, the next page's cursor or None)."""
    chosen = (History.space_id == task["space"], History.record_id == task["id"])
    return _page(connection, chosen, f"history {task['space']} {task['id']}", spaces, query, False)


def list_space_changes(
    connection: Connection, space_id: str, spaces: set[str], query: Body
) -> tuple[list[Told], str | None]:
    """(a page of the changes in a space, the next page's cursor or None); each has its record's id
    and current title.
    """
    named = History.record_id != ""  # refused changes have no record
    return _page(
        connection,
        (History.space_id == space_id, named),
        f"activity {space_id}",
        spaces,
        query,
        True,
    )


def _page(
    connection: Connection,
    chosen: tuple[ColumnElement[bool], ...],
    made_for: str,
    spaces: set[str],
    query: Body,
    with_records: bool,
) -> tuple[list[Told], str | None]:
    _, after = parse_cursor(query.get("cursor"), made_for, [int])
    statement = (
        select(
            History.seq,
            History.record_id,
            History.user_id,
            History.recorded_at,
            History.what,
            User.name,
            Record.kind,
            Record.body,
        )
        .where(*chosen)
        .join(User, User.id == History.user_id, isouter=True)
        .join(
            Record,
            (Record.space_id == History.space_id) & (Record.id == History.record_id),
            isouter=True,
        )
    )
    if after is not None:
        statement = statement.where(History.seq < after[0])
    newest_first = statement.order_by(History.seq.desc()).limit(query["limit"] + 1)
    rows = [HistoryRow(*row) for row in connection.execute(newest_first)]
    page = rows[: query["limit"]]
    more = (
        make_cursor(made_for, 0, page[-1].seq, page[-1].record_id)
        if len(rows) > len(page)
        else None
    )
    return [_change(row, spaces) | (_record(row) if with_records else {}) for row in page], more


def _change(row: HistoryRow, spaces: set[str]) -> Told:
    fields = msgspec.json.decode(row.what)
    for name in (MOVED_IN, MOVED_TO):
        if fields.get(name) not in spaces:
            fields = (
                fields | {name: None} if name in fields else fields
            )  # do not reveal a space to accounts that are not members
    return {"at": row.recorded_at, "account": row.user_id, "name": row.name, "fields": fields}


def _record(row: HistoryRow) -> Told:
    values = (
        merge.values(held)
        if row.body and not (held := msgspec.json.decode(row.body)).get("grave")
        else {}
    )
    return {
        "record": row.record_id,
        "kind": row.kind,
        "title": values.get("title", values.get("name")),
    }
