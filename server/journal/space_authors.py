"""The account for which each device writes in a space, so that a reply can name the authors of the
writes it contains.

Rows are read by space only: their readers have checked that the caller is a member of it.
"""

import json
from collections.abc import Iterable

from sqlalchemy import ClauseElement, Connection, String, bindparam, null, select
from sqlalchemy.dialects import postgresql, sqlite

from server.database import Prepared, among
from server.journal.models import SpaceAuthor

_COLUMNS = ["space_id", "device_id", "user_id"]
_KEY = ["space_id", "device_id"]
_ONE: dict[str, object] = {name: bindparam(name.removesuffix("_id")) for name in _COLUMNS}
_CARRIED = select(
    bindparam("target", type_=String), SpaceAuthor.device_id, SpaceAuthor.user_id
).where(SpaceAuthor.space_id == bindparam("space"), among(SpaceAuthor.device_id, bindparam("ids")))
_FIND = Prepared(
    select(SpaceAuthor.device_id, SpaceAuthor.user_id).where(
        SpaceAuthor.space_id == bindparam("space"),
        among(SpaceAuthor.device_id, bindparam("ids")),
        SpaceAuthor.user_id.is_not(None),
    )
)


def _or_nobody(statement: sqlite.Insert | postgresql.Insert) -> ClauseElement:
    """A row that exists stays, without a write. If it has another account, it names nobody from
    then on.
    """
    return statement.on_conflict_do_update(
        index_elements=_KEY,
        set_={"user_id": null()},
        where=SpaceAuthor.user_id.is_distinct_from(statement.excluded.user_id),
    )


_NOTE = Prepared(
    _or_nobody(sqlite.insert(SpaceAuthor).values(_ONE)),
    postgresql=_or_nobody(postgresql.insert(SpaceAuthor).values(_ONE)),
)
_CARRY = Prepared(
    _or_nobody(sqlite.insert(SpaceAuthor).from_select(_COLUMNS, _CARRIED)),
    postgresql=_or_nobody(postgresql.insert(SpaceAuthor).from_select(_COLUMNS, _CARRIED)),
)


def note_author(connection: Connection, space_id: str, device: str, user_id: str) -> None:
    """Notes that the device has written in the space for this account. A device that has written
    there for two accounts (its first one was deleted) names nobody.
    """
    _NOTE.rows(connection, space=space_id, device=device, user=user_id)


def carry_authors(
    connection: Connection, space_id: str, target: str, devices: Iterable[str]
) -> None:
    """Copies the rows of these devices to the space to which their writes move."""
    _CARRY.rows(connection, space=space_id, target=target, ids=json.dumps(sorted(devices)))


def find_authors(connection: Connection, space_id: str, devices: Iterable[str]) -> dict[str, str]:
    """{device: account} of those devices whose account is known in the space."""
    found = _FIND.rows(connection, space=space_id, ids=json.dumps(sorted(devices)))
    return dict(found)
