"""The epoch identifies the history of this database. A restored database gets a new one, so that no
earlier cursor fits it.
"""

import secrets

from sqlalchemy import Connection, select, update

from server.journal.models import Meta


def get_epoch(connection: Connection) -> str:
    """The database's epoch, created by the first migration."""
    return connection.execute(select(Meta.value).where(Meta.name == "epoch")).scalar_one()


def make_epoch() -> str:
    """A new, unique name: 32 random bits in hex."""
    return secrets.token_hex(4)


def renew_epoch(connection: Connection) -> str:
    """Gives the database a new epoch, in the caller's writing transaction."""
    epoch = make_epoch()
    connection.execute(update(Meta).where(Meta.name == "epoch").values(value=epoch))
    return epoch
