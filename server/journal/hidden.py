"""Edits of records in the trash: they are applied, and their author is told."""

from collections.abc import Sequence

from server.core import merge
from server.journal import rows
from server.journal.outcomes import Outcome
from server.journal.persist import BatchStore
from server.journal.wire import Change

CONTAINERS = ("list", "parent")  # a task is in the trash with these


def hide(outcome: Outcome, change: Change, by: str) -> None:
    """Marks an edit of a record in the trash as `hidden`, unless the edit itself deletes the
    record.
    """
    if change.set.get("deleted") is None:
        outcome["status"], outcome["by"] = "hidden", by


def mark_hidden(store: BatchStore, merged: Sequence[tuple[Change, Outcome]]) -> None:
    """Hides the outcomes of edits whose list or parent is in the trash after the whole batch."""
    deleted = _find_deleted(store)
    for change, outcome in merged if deleted else ():
        touched = store.touched.get(change.id)  # None if it was moved to another space since
        values: merge.Fields = touched.read_values() if touched else {}
        by = next((name for name in CONTAINERS if values.get(name) in deleted), None)
        if by and outcome["status"] != "hidden":
            hide(outcome, change, by)


def _find_deleted(store: BatchStore) -> set[object]:
    """The ids of deleted records among the changed ones and their lists and parents."""
    values = {record_id: each.read_values() for record_id, each in store.touched.items()}
    above = {str(held[name]) for held in values.values() for name in CONTAINERS if held.get(name)}
    others = above - values.keys()
    found = rows.deleted_among(store.connection, store.space_id, others) if above else set()
    return {*found, *(each for each, held in values.items() if held.get("deleted") is not None)}
