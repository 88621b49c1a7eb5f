"""All data of an account as one JSON document, sent while it is read: one page of records at a
time, each page consistent.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, or_, select

from server.accounts import devices, passkeys, service, tokens
from server.accounts.models import AuditEntry
from server.core import merge
from server.database import Prepared, reading
from server.journal.aliases import rename_bodies
from server.journal.encoding import encode
from server.journal.models import Record
from server.spaces.service import list_spaces
from server.spaces.space_records import role_of

FORMAT, VERSION = "driftless-account", 1
PAGE = 500

_PAGE = Prepared(
    select(Record.id, Record.body)
    .where(
        Record.space_id == bindparam("space"),
        Record.id > bindparam("after"),
        Record.is_tombstone.is_(False),
    )
    .order_by(Record.id)
    .limit(PAGE)
)


def pieces(user_id: str, now_ms: int) -> Iterator[str]:
    """The document in pieces."""
    with reading() as connection:
        about = _about(connection, user_id)
        spaces = list_spaces(connection, user_id)
    yield encode({"format": FORMAT, "version": VERSION, "exported_at": now_ms} | about)[:-1]
    comments: list[dict[str, Any]] = []
    for number, space in enumerate(spaces):
        yield (', "spaces": [' if number == 0 else ",\n") + encode(space)[:-1] + ', "records": ['
        yield from _records(user_id, space["id"], comments)
        yield "]}"
    yield ("]" if spaces else ', "spaces": []') + f', "comments": {encode(comments)}}}\n'


def _records(user_id: str, space_id: str, comments: list[dict[str, Any]]) -> Iterator[str]:
    """The records of a space, as long as the account is a member; its own comments are also added
    to `comments`.
    """
    after = ""
    while True:
        with reading() as connection:
            found = (
                _PAGE.rows(connection, space=space_id, after=after)
                if role_of(connection, space_id, user_id)
                else []
            )
            bodies = rename_bodies(connection, user_id, space_id, [body for _, body in found])
        shown = [_shown(body) for body in bodies]
        comments += [
            each | {"space": space_id}
            for each in shown
            if each["kind"] == "comment" and each["fields"].get("author") == user_id
        ]
        yield ("," if after and shown else "") + ",\n".join(map(encode, shown))
        if len(found) < PAGE:
            return
        after = found[-1][0]


def _shown(body: str) -> dict[str, Any]:
    """A record with the value of each field, and all values of fields in conflict."""
    record = msgspec.json.decode(body)
    disputed = {
        field: [write["set"][field] for write in record["writes"] if field in write["set"]]
        for field in merge.conflicts(record)
    }
    return {"id": record["id"], "kind": record["kind"], "fields": merge.values(record)} | (
        {"conflicts": disputed} if disputed else {}
    )


def _about(connection: Connection, user_id: str) -> dict[str, Any]:
    user = service.get_user(connection, user_id)
    return {
        "account": user._asdict(),
        "sessions": service.list_sessions(connection, user_id),
        "devices": devices.list_devices(connection, user_id),
        "tokens": tokens.list_tokens(connection, user_id),
        "passkeys": passkeys.list_passkeys(connection, user_id),
        "audit": _audit(connection, user_id, user.email),
    }


def _audit(connection: Connection, user_id: str, email: str) -> list[dict[str, Any]]:
    """The audit entries by and about the account. The address is omitted for actions of others."""
    chosen = select(AuditEntry).where(
        or_(AuditEntry.actor_id == user_id, AuditEntry.subject.in_([user_id, email]))
    )
    rows = connection.execute(chosen.order_by(AuditEntry.n))
    return [
        {
            "at": row.at,
            "act": row.act,
            "by_me": row.actor_id == user_id,
            "address": row.address if row.actor_id in (None, user_id) else None,
            "detail": json.loads(row.detail),
        }
        for row in rows
    ]
