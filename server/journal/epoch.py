"""The epoch identifies the history of this database. A restored database gets a new one, so that no
earlier cursor fits it.
"""

import secrets

from sqlalchemy import Connection, delete, insert, select, update

from server.journal.models import Meta

RESTORED_AT = "restored_at"


def get_epoch(connection: Connection) -> str:
    """The database's epoch, created by the first migration."""
    return connection.execute(select(Meta.value).where(Meta.name == "epoch")).scalar_one()


def make_epoch() -> str:
    """A new, unique name: 32 random bits in hex."""
    return secrets.token_hex(4)


def renew_epoch(connection: Connection, now_ms: int) -> str:
    """Gives a restored database a new epoch, in the caller's writing transaction."""
    epoch = make_epoch()
    connection.execute(update(Meta).where(Meta.name == "epoch").values(value=epoch))
    connection.execute(delete(Meta).where(Meta.name == RESTORED_AT))
    connection.execute(insert(Meta), {"name": RESTORED_AT, "value": str(now_ms)})
    return epoch


def get_restored_at(connection: Connection) -> int | None:
    """When this epoch began by a restore, as Unix time in ms; None if it did not."""
    found = connection.execute(select(Meta.value).where(Meta.name == RESTORED_AT)).scalar()
    return None if found is None else int(found)
