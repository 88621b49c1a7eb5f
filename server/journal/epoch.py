"""The epoch: which history this database holds. A restored database gets another, so that no cursor
of before fits it.
"""

import secrets

from sqlalchemy import Connection, select

from server.journal.models import Meta


def get_epoch(connection: Connection) -> str:
    """The database's epoch, made by the first migration."""
    return connection.execute(select(Meta.value).where(Meta.name == "epoch")).scalar_one()


def make_epoch() -> str:
    """A name that no epoch had before: 32 random bits in hex."""
    return secrets.token_hex(4)
