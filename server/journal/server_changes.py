"""Changes by writers on the server: checked against their conditions, then turned into changes as a
device sends them.
"""

from server.core.merge import Record
from server.journal.author import ServerChange
from server.journal.outcomes import STALE, Outcome, missing, rejected
from server.journal.wire import Change


def check_conditions(change: ServerChange, record: Record | None) -> Outcome | None:
    """Why the change's conditions fail; None if they hold."""
    if record is None:
        return None if change.create else missing(f"There is no such {change.kind}.")
    if change.create:
        return rejected("exists", f"A {record['kind']} with this id already exists.")
    if record["kind"] != change.kind:
        return missing(f"There is no such {change.kind}.")
    if change.version is not None and change.version != record.get("seq"):
        return STALE
    return None


def date(
    change: ServerChange, record: Record | None, space_id: str, device: str, n: int, at: str
) -> Change:
    """The change as made by an author who sees the current record."""
    seen = dict(record.get("clock", {})) if record else {}
    return Change(
        space_id,
        change.kind,
        change.id,
        n,
        seen.get(device, 0),
        seen,
        at,
        dict(change.set),
        change.move,
    )
