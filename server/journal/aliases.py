"""The ids under which an account sees the records of its spaces: an id means one record for it.

A record of another space, which its author cannot see, must not decide about a new record. So two
spaces can have the same id. A member of both sees the record that came later under another id.
"""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import ClauseElement, Connection, String, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from server.core.ids import other_id
from server.core.merge import Fields
from server.database import Prepared, among
from server.journal.models import RecordAlias

REFERENCES = ("list", "parent", "task")  # the fields that hold the id of another record
TRIES_MAX = 4
# Rules.seen_by
SeenBy = Callable[[Connection, str, Sequence[str], Sequence[str]], set[tuple[str, str]]]

_COLUMNS = ["space_id", "user_id", "record_id", "alias"]
_KEY = _COLUMNS[:3]
_OF_ACCOUNT = RecordAlias.user_id == bindparam("user")
_ALIASES = Prepared(
    select(RecordAlias.space_id, RecordAlias.record_id, RecordAlias.alias).where(
        _OF_ACCOUNT,
        among(RecordAlias.space_id, bindparam("spaces")),
        among(RecordAlias.record_id, bindparam("ids")),
    )
)
_STORED = Prepared(
    select(RecordAlias.space_id, RecordAlias.record_id, RecordAlias.alias).where(
        _OF_ACCOUNT, among(RecordAlias.alias, bindparam("ids"))
    )
)
_ONE: dict[str, object] = {name: bindparam(name) for name in _COLUMNS}
_CARRIED = select(
    bindparam("target", type_=String),
    RecordAlias.user_id,
    RecordAlias.record_id,
    RecordAlias.alias,
).where(RecordAlias.space_id == bindparam("space"), among(RecordAlias.record_id, bindparam("ids")))


def _or_stay(statement: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    return statement.on_conflict_do_nothing(index_elements=_KEY)


def _or_follow(statement: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    return statement.on_conflict_do_update(
        index_elements=_KEY, set_={"alias": statement.excluded.alias}
    )


_ADD = Prepared(
    _or_stay(sqlite.insert(RecordAlias).values(_ONE)),
    postgresql=_or_stay(postgresql.insert(RecordAlias).values(_ONE)),
)
_CARRY = Prepared(
    _or_follow(sqlite.insert(RecordAlias).from_select(_COLUMNS, _CARRIED)),
    postgresql=_or_follow(postgresql.insert(RecordAlias).from_select(_COLUMNS, _CARRIED)),
)


_END = Prepared(
    delete(RecordAlias)
    .where(RecordAlias.space_id == bindparam("space"), RecordAlias.record_id == bindparam("id"))
    .returning(RecordAlias.alias)
)


def name_new(
    connection: Connection, seen_by: SeenBy, space_id: str, ids: Sequence[str], source: str = ""
) -> None:
    """Gives each member who sees one of these ids in another space an alias for the space's record.
    The records have just been written; `source` is the space that they were moved from.
    """
    seen = seen_by(connection, space_id, ids, [space_id, source])
    add_aliases(connection, seen_by, space_id, seen)


def add_aliases(
    connection: Connection, seen_by: SeenBy, space_id: str, seen: Iterable[tuple[str, str]]
) -> None:
    """Gives an alias for each pair of an account and a record's id. An alias that exists stays."""
    chosen = {pair: other_id(space_id, pair[1]) for pair in seen}
    for _ in range(TRIES_MAX if chosen else 0):
        used = seen_by(connection, space_id, sorted({*chosen.values()}), [])
        again = [pair for pair, alias in chosen.items() if (pair[0], alias) in used]
        if not again:
            break
        chosen |= {pair: other_id(space_id, chosen[pair]) for pair in again}
    else:  # someone has used what follows from the id, too
        chosen = {pair: other_id(space_id, uuid.uuid4().hex) for pair in chosen}
    _ADD.many(
        connection,
        [
            {"space_id": space_id, "user_id": user_id, "record_id": record_id, "alias": alias}
            for (user_id, record_id), alias in chosen.items()
        ],
    )


def carry_aliases(connection: Connection, space_id: str, target: str, ids: Sequence[str]) -> None:
    """Keeps the ids under which accounts see these records in the space that they move to."""
    _CARRY.rows(connection, space=space_id, target=target, ids=json.dumps(ids))


def end_aliases(connection: Connection, space_id: str, record_id: str) -> set[str]:
    """Ends all aliases of a record; they are returned."""
    found = _END.rows(connection, space=space_id, id=record_id)
    return {alias for (alias,) in found}


def find_aliases(
    connection: Connection, user_id: str, spaces: Iterable[str], ids: Iterable[str]
) -> dict[tuple[str, str], str]:
    """{(space, record): alias} of those of the account."""
    given = json.dumps(sorted({*spaces})), json.dumps(sorted({*ids}))
    found = _ALIASES.rows(connection, user=user_id, spaces=given[0], ids=given[1])
    return {(space_id, record_id): alias for space_id, record_id, alias in found}


def find_stored(
    connection: Connection, user_id: str, aliases: Iterable[str]
) -> dict[tuple[str, str], str]:
    """{(space, alias): record} of those of the account."""
    found = _STORED.rows(connection, user=user_id, ids=json.dumps(sorted({*aliases})))
    return {(space_id, alias): record_id for space_id, record_id, alias in found}


def rename_bodies(
    connection: Connection, user_id: str, space_id: str, bodies: list[str]
) -> list[str]:
    """Records of a space, as their JSON, with the ids under which the account sees them."""
    records = [msgspec.json.decode(body) for body in bodies]
    ids = {each for record in records for each in _ids_in(record)}
    found = find_aliases(connection, user_id, [space_id], ids)
    aliases = {record_id: alias for (_, record_id), alias in found.items()}
    return [
        msgspec.json.encode(_rename_record(record, aliases)).decode()
        if not aliases.keys().isdisjoint(_ids_in(record))
        else body
        for record, body in zip(records, bodies, strict=True)
    ]


def rename_fields(fields: Fields, aliases: Mapping[str, str]) -> Fields:
    """The fields with other ids in references."""
    renamed = {
        name: aliases[held]
        for name in REFERENCES
        if isinstance(held := fields.get(name), str) and held in aliases
    }
    return {**fields, **renamed}


def references_in(fields: Fields) -> list[str]:
    """The ids of the records that the fields refer to."""
    return [held for name in REFERENCES if isinstance(held := fields.get(name), str)]


def _ids_in(record: dict[str, Any]) -> Iterator[str]:
    yield record["id"]
    for write in record.get("writes", ()):
        yield from references_in(write["set"])


def _rename_record(record: dict[str, Any], aliases: dict[str, str]) -> dict[str, Any]:
    renamed = {**record, "id": aliases.get(record["id"], record["id"])}
    if "writes" in record:
        renamed["writes"] = [
            {**write, "set": rename_fields(write["set"], aliases)} for write in record["writes"]
        ]
    return renamed
