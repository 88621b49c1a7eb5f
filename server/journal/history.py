"""Who changed what and when: the history of a task and of a space, newest first, without refused
changes.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from server.accounts.models import User
from server.core import merge
from server.journal.aliases import find_aliases, references_in, rename_fields
from server.journal.models import History, Record
from server.journal.persist import MOVED_IN, MOVED_TO
from server.web.cursors import make_cursor, parse_cursor
from server.web.schemas import Body

Told = dict[str, Any]  # a change as shown by REST


class Reader(NamedTuple):
    """Who reads: the account, and the spaces that it can access."""

    user_id: str
    spaces: set[str]


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
    connection: Connection, task: Told, reader: Reader, query: Body
) -> tuple[list[Told], str | None]:
    """(a page of a task's changes in its current space, the next page's cursor or None)."""
    chosen = (History.space_id == task["space"], History.record_id == task["id"])
    made_for = f"history {task['space']} {task['id']}"
    rows, more = _page(connection, chosen, made_for, query)
    aliases = _aliases(connection, task["space"], reader, rows)
    return [_change(row, reader.spaces, aliases) for row in rows], more


def list_space_changes(
    connection: Connection, space_id: str, reader: Reader, query: Body
) -> tuple[list[Told], str | None]:
    """(a page of the changes in a space, the next page's cursor or None); each has its record's id
    and current title.
    """
    named = History.record_id != ""  # refused changes have no record
    chosen = (History.space_id == space_id, named)
    rows, more = _page(connection, chosen, f"activity {space_id}", query)
    aliases = _aliases(connection, space_id, reader, rows)
    return [_change(row, reader.spaces, aliases) | _record(row, aliases) for row in rows], more


def _aliases(
    connection: Connection, space_id: str, reader: Reader, rows: list[HistoryRow]
) -> dict[str, str]:
    """{record: alias} of the records in the rows that the reader sees under another id."""
    named = (references_in(msgspec.json.decode(row.what)) for row in rows)
    ids = {each for row in named for each in row} | {row.record_id for row in rows}
    found = find_aliases(connection, reader.user_id, [space_id], ids)
    return {record_id: alias for (_, record_id), alias in found.items()}


def _page(
    connection: Connection,
    chosen: tuple[ColumnElement[bool], ...],
    made_for: str,
    query: Body,
) -> tuple[list[HistoryRow], str | None]:
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
    return page, more


def _change(row: HistoryRow, spaces: set[str], aliases: Mapping[str, str]) -> Told:
    fields = rename_fields(msgspec.json.decode(row.what), aliases)
    for name in (MOVED_IN, MOVED_TO):
        if fields.get(name) not in spaces:
            fields = (
                fields | {name: None} if name in fields else fields
            )  # do not reveal a space to accounts that are not members
    return {"at": row.recorded_at, "account": row.user_id, "name": row.name, "fields": fields}


def _record(row: HistoryRow, aliases: Mapping[str, str]) -> Told:
    values = (
        merge.values(held)
        if row.body and not (held := msgspec.json.decode(row.body)).get("grave")
        else {}
    )
    return {
        "record": aliases.get(row.record_id, row.record_id),
        "kind": row.kind,
        "title": values.get("title", values.get("name")),
    }
