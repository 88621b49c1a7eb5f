"""The mode of registration: open, invited or closed. Stored in the table `meta`."""

from sqlalchemy import Connection, column, delete, insert, select, table

OPEN, INVITED, CLOSED = MODES = ("open", "invited", "closed")
NAME = "registration"
_META = table("meta", column("name"), column("value"))


def find_mode(connection: Connection) -> str:
    """One of MODES; open by default."""
    found = connection.execute(select(_META.c.value).where(_META.c.name == NAME)).scalar()
    return str(found) if found in MODES else OPEN


def set_mode(connection: Connection, mode: str) -> None:
    """ValueError if it is not one of MODES."""
    if mode not in MODES:
        raise ValueError(f"no such mode of registration: {mode}")
    connection.execute(delete(_META).where(_META.c.name == NAME))
    connection.execute(insert(_META), {"name": NAME, "value": mode})
