"""Reads the records that a device lacks, by cursor. State, not history: each record once, in its
current state.
"""

import re
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, false, select

from server.database import Prepared
from server.journal import encoding, space_authors
from server.journal.models import Record

RECORDS_MAX = 2_500
BYTES_MAX = 2 * 1024 * 1024

_CURSOR = re.compile(r"([0-9a-f]{1,40})\.(\d{1,16})\.(\d{1,16})", re.ASCII)
_ALL = (
    select(Record.seq, Record.body)
    .where(Record.space_id == bindparam("space"), Record.seq > bindparam("after"))
    .order_by(Record.seq)
    .limit(bindparam("limit"))
)
_SINCE = Prepared(_ALL)
_LIVE = Prepared(_ALL.where(Record.is_tombstone == false()))


@dataclass(frozen=True)
class Cursor:
    """The position of a device in a space: it has everything up to `seq`, but never had tombstones
    that were purged up to `floor`.
    """

    epoch: str
    seq: int
    floor: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}.{self.floor}"


@dataclass(frozen=True)
class Page:
    """Records as JSON, and {device: account} of the writes in them."""

    bodies: list[str]
    cursor: Cursor
    more: bool
    authors: dict[str, str] = field(default_factory=dict)


def parse_cursor(text: str) -> Cursor | None:
    """The cursor in `text`; None if it is not valid."""
    found = _CURSOR.fullmatch(text)
    return Cursor(found[1], int(found[2]), int(found[3])) if found else None


def reset_reason(cursor: Cursor, epoch: str, space_seq: int, forgotten_seq: int) -> str | None:
    """Why a device at `cursor` must rebuild the space: another `epoch`, or `too_old` for the
    remaining tombstones.
    """
    if cursor.epoch != epoch or cursor.seq > space_seq:
        return "epoch"
    if max(cursor.seq, cursor.floor) < forgotten_seq:
        return "too_old"
    return None


def read_page(
    connection: Connection,
    space_id: str,
    cursor: Cursor,
    space_seq: int,
    is_new: bool,
    limit: int,
    bytes_max: int = BYTES_MAX,
) -> Page:
    """Records after the cursor, in seq order, at most `limit` and about `bytes_max`, with their
    authors; no tombstones for a new device.

    `space_seq` is the space's counter, read before. Commit order is seq order, so every record up
    to it is visible here. A last page's cursor reaches at least that far, past unsent tombstones
    and unused numbers.
    """
    statement = _LIVE if is_new else _SINCE
    bodies: list[str] = []
    size, seq, more = 0, cursor.seq, False
    for row_seq, body in statement.each(
        connection, space=space_id, after=cursor.seq, limit=limit + 1
    ):
        size += len(body) if body.isascii() else len(body.encode())
        if len(bodies) == limit or (bodies and size > bytes_max):
            more = True
            break
        bodies.append(body)
        seq = row_seq
    reached = Cursor(cursor.epoch, seq if more else max(seq, space_seq), cursor.floor)
    return Page(bodies, reached, more, _authors(connection, space_id, bodies))


def _authors(connection: Connection, space_id: str, bodies: list[str]) -> dict[str, str]:
    devices = encoding.devices_of(bodies)
    return space_authors.find_authors(connection, space_id, devices) if devices else {}
