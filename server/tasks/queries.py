"""Lists of records in pages, over all spaces of a caller: an index scan in each space, merged."""

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from server.core import merge
from server.journal.kinds import LABEL_PREFIX
from server.journal.models import Record
from server.spaces.models import Member
from server.tasks.records import Shown, StoredRecord
from server.tasks.schemas import INBOX, ME, NONE
from server.web.cursors import Position, make_cursor, parse_cursor
from server.web.schemas import Body

# rows that a page's label and text filters look at; then the page ends, short, and its cursor goes
# on
LOOKED_AT_MAX = 20_000
AFTER_ANY_TIME = "T99"

Found = Sequence[Any]  # _SEEN, then the sort value and the id
_SEEN = Record.space_id, Record.body, Record.created_at, Record.changed_at
_SHOWN = 4
_key = itemgetter(_SHOWN, _SHOWN + 1)


@dataclass(frozen=True)
class Walk:
    """One order of rows: by `column`, then by id, both descending if `falling`. `kind` is the type
    of the column's values.
    """

    column: ColumnElement[Any] | InstrumentedAttribute[Any]
    kind: type[int] | type[str]
    falling: bool = False
    where: ColumnElement[bool] | None = None


_BY_ID = literal("")
_RISING = Walk(Record.due, str, False, Record.due.is_not(None))
_FALLING = Walk(Record.due, str, True, Record.due.is_not(None))
_UNDATED = Walk(_BY_ID, str, False, Record.due.is_(None))
WALKS: Mapping[str, tuple[Walk, ...]] = {  # in sequence
    "due": (_RISING, _UNDATED),
    "-due": (_FALLING, _UNDATED),
    "created": (Walk(Record.created_at, int),),
    "-created": (Walk(Record.created_at, int, True),),
    "order": (Walk(func.coalesce(Record.order_key, ""), str),),
    "priority": (Walk(func.coalesce(Record.priority, 0), int, True),),
}


def list_lists(connection: Connection, spaces: list[str]) -> list[Shown]:
    """The lists of the spaces that are not in the trash, in their manual order."""
    found = connection.execute(
        select(*_SEEN).where(
            Record.space_id.in_(spaces), Record.kind == "list", Record.kind != "task", _live()
        )
    )
    return sorted((_show(row) for row in found), key=lambda each: (each["order"] or "", each["id"]))


def list_tasks(
    connection: Connection, user_id: str, spaces: list[str], query: Body
) -> tuple[list[Shown], str | None]:
    """(a page of tasks that are not in the trash, the next page's cursor or None). A page is short
    if LOOKED_AT_MAX rows contained no more matches.
    """
    walks, made_for = WALKS[query["sort"]], _made_for(query)
    at, after = parse_cursor(query.get("cursor"), made_for, [walk.kind for walk in walks])
    found: list[Shown] = []
    looked_at, last = 0, (0, "", "")
    chosen = chosen_tasks(query, user_id)
    rows_max = LOOKED_AT_MAX if {"q", "label"} & query.keys() else query["limit"]
    for place in range(at, len(walks)):
        for row in _merged(
            connection, spaces, walks[place], chosen, after if place == at else None, rows_max + 1
        ):
            if len(found) == query["limit"] or looked_at == LOOKED_AT_MAX:
                return found, make_cursor(made_for, *last)
            looked_at, last = looked_at + 1, (place, *_key(row))
            task = _matching(row, query)
            if task is not None:
                found.append(task)
    return found, None


def _show(row: Found) -> Shown:
    space_id, body, created_at, changed_at = row[:_SHOWN]
    return StoredRecord(space_id, msgspec.json.decode(body), created_at, changed_at).show()


def chosen_tasks(query: Body, user_id: str) -> ColumnElement[bool]:
    """The tasks that match the query's columns; labels and text are filtered in the rows."""
    return and_(Record.kind == "task", _live(), *_filters(query, user_id))


def list_comments(
    connection: Connection, task: Shown, query: Body
) -> tuple[list[Shown], str | None]:
    """(a page of a task's comments that are not deleted, oldest first; the next page's cursor or
    None).
    """
    made_for = f"comments {task['id']}"
    _, after = parse_cursor(query.get("cursor"), made_for, [int])
    chosen = and_(Record.kind == "comment", Record.parent_id == task["id"], _live())
    rows = list(
        connection.execute(
            _statement(task["space"], WALKS["created"][0], chosen, after).limit(query["limit"] + 1)
        )
    )
    page = rows[: query["limit"]]
    return [_show(row) for row in page], make_cursor(made_for, 0, *_key(page[-1])) if len(
        rows
    ) > len(page) else None


def _merged(
    connection: Connection,
    spaces: list[str],
    walk: Walk,
    chosen: ColumnElement[bool],
    after: Position | None,
    rows_max: int,
) -> Iterator[Found]:
    """The rows of all spaces in one order, read lazily from each space, at most `rows_max`."""
    streams = [
        iter(connection.execute(_statement(space_id, walk, chosen, after).limit(rows_max)))
        for space_id in spaces
    ]
    return heapq.merge(*streams, key=_key, reverse=walk.falling)


def _statement(
    space_id: str, walk: Walk, chosen: ColumnElement[bool], after: Position | None
) -> Select[Any]:
    statement = select(*_SEEN, walk.column.label("sorted_by"), Record.id).where(
        Record.space_id == space_id, chosen
    )
    order = (Record.id,) if walk.column is _BY_ID else (walk.column, Record.id)
    if walk.where is not None:
        statement = statement.where(walk.where)
    if after is not None:
        here, there = tuple_(*order), tuple_(*after[-len(order) :])
        statement = statement.where(here < there if walk.falling else here > there)
    return statement.order_by(*(column.desc() if walk.falling else column for column in order))


def _live() -> ColumnElement[bool]:
    return and_(Record.is_tombstone == false(), Record.is_deleted == false())


def _filters(query: Body, user_id: str) -> list[ColumnElement[bool]]:
    """A task of a deleted list is in the trash with it; one with an unknown list is in the Inbox."""
    lists = Record.__table__.alias("lists")
    of_task = and_(
        lists.c.space_id == Record.space_id, lists.c.id == Record.list_id, lists.c.kind == "list"
    )
    found: list[ColumnElement[bool]] = [
        ~select(lists.c.id).where(of_task, lists.c.is_deleted).exists()
    ]
    if "status" in query:
        found.append(Record.status == query["status"])
    if query.get("list") == INBOX:
        found.append(
            or_(
                Record.list_id.is_(None),
                ~select(lists.c.id).where(of_task, lists.c.is_tombstone == false()).exists(),
            )
        )
    elif "list" in query:
        found.append(Record.list_id == query["list"])
    if "assignee" in query:
        found.append(_of_assignee(query["assignee"], user_id))
    return found + _due(query)


def _of_assignee(given: str, user_id: str) -> ColumnElement[bool]:
    """A task whose assignee has left the space counts as unassigned."""
    if given != NONE:
        return Record.assignee == (user_id if given == ME else given)
    of_member = select(Member.user_id).where(
        Member.space_id == Record.space_id, Member.user_id == Record.assignee
    )
    return or_(Record.assignee.is_(None), ~of_member.exists())


def _due(query: Body) -> list[ColumnElement[bool]]:
    found = [Record.due >= query["due_from"]] if "due_from" in query else []
    return found + ([Record.due <= query["due_to"] + AFTER_ANY_TIME] if "due_to" in query else [])


def _matching(row: Found, query: Body) -> Shown | None:
    """The task as shown; None if it lacks the label or the text. A body that does not contain the
    text need not be decoded.
    """
    body = row[1]
    if "q" in query and _as_in_json(query["q"]) not in body.casefold():
        return None
    if "label" in query and not _has_label(body, query["label"]):
        return None
    task = _show(row)
    wanted = query.get("q", "").casefold()
    return (
        task
        if wanted in (task["title"] or "").casefold() or wanted in task["description"].casefold()
        else None
    )


def _has_label(body: str, label: str) -> bool:
    return _as_in_json(LABEL_PREFIX + label) in body.casefold() and bool(
        merge.value(msgspec.json.decode(body), LABEL_PREFIX + label)
    )


def _as_in_json(text: str) -> str:
    return msgspec.json.encode(text).decode()[1:-1].casefold()


def _made_for(query: Body) -> str:
    """The query that a cursor belongs to: every filter and the sort order."""
    return json.dumps(
        {name: value for name, value in query.items() if name not in ("cursor", "limit")},
        sort_keys=True,
    )
