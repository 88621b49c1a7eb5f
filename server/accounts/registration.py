"""Who may make an account: anyone, who was invited, or nobody. Kept in the table of facts about
this database.
"""

from sqlalchemy import Connection, column, delete, insert, select, table

OPEN, INVITED, CLOSED = MODES = ("open", "invited", "closed")
NAME = "registration"
_META = table("meta", column("name"), column("value"))


def find_mode(connection: Connection) -> str:
    """One of MODES; open until someone says otherwise."""
    found = connection.execute(select(_META.c.value).where(_META.c.name == NAME)).scalar()
    return str(found) if found in MODES else OPEN


def set_mode(connection: Connection, mode: str) -> None:
    """ValueError for what is none of MODES."""
    if mode not in MODES:
        raise ValueError(f"no such mode of registration: {mode}")
    connection.execute(delete(_META).where(_META.c.name == NAME))
    connection.execute(insert(_META), {"name": NAME, "value": mode})
