"""Making spaces. A space's name and members are also records in it, so that they flow to every device."""
import uuid

from sqlalchemy import Connection, insert

from server.core.ids import server_device_id
from server.journal import rows
from server.journal.apply import Author, Draft, apply
from server.journal.epoch import get_epoch
from server.spaces.models import Member, Space

PERSONAL_NAME = "Personal"


def create_personal_space(connection: Connection, user_id: str, user_name: str, now_ms: int) -> str:
    """The id of an account's own space, which it owns, with the records that say so."""
    space_id = str(uuid.uuid4())
    connection.execute(insert(Space), {"id": space_id, "personal_of": user_id, "created_at": now_ms})
    connection.execute(insert(Member), {"user_id": user_id, "space_id": space_id, "role": "owner"})
    rows.create_head(connection, space_id)
    author = server_author(connection, user_id, space_id)
    apply(connection, space_id, author, [
        Draft("space", space_id, {"name": PERSONAL_NAME}, create=True),
        Draft("member", user_id, {"name": user_name, "role": "owner"}, create=True),
    ], now_ms)
    return space_id


def server_author(connection: Connection, user_id: str, space_id: str) -> Author:
    """The server itself, writing what only it may write."""
    return Author(user_id, server_device_id(get_epoch(connection), space_id), lambda *_: "owner", by_server=True)
