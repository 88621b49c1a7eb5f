"""How many concurrent writes of one account a field can hold. Above FIELD_WRITES_MAX the oldest
write leaves a field, so without this limit one member could push out what the others typed.
"""

from collections.abc import Iterable

import msgspec

from server.core.limits import FIELD_WRITES_OF_ACCOUNT_MAX
from server.core.merge import DELETED, Record, Value, Write
from server.core.vector_clock import covers
from server.journal import space_authors
from server.journal.outcomes import Outcome, rejected
from server.journal.persist import BatchStore
from server.journal.wire import Change

TOO_MANY_VALUES: Outcome = rejected(
    "too_many_values",
    "You have set this twice already, elsewhere and at the same time.",
)
_BY_PRESENCE = (DELETED, "completed_at")  # times count as equal
_Dots = set[tuple[str, int]]


def make_room(store: BatchStore, record: Record, change: Change) -> tuple[Record, Change] | None:
    """The record and the change, so that after their merge the account has no more writes of a
    field than it may have. Of equal values the older one leaves; None if all values differ.
    """
    crowded = {
        field: writes
        for field in change.set
        if len(writes := _concurrent(record, change, field)) >= FIELD_WRITES_OF_ACCOUNT_MAX
    }
    own = _own_devices(store, crowded.values()) if crowded else set()
    for field, writes in crowded.items():
        mine = [write for write in writes if write["by"] in own]
        if len(mine) < FIELD_WRITES_OF_ACCOUNT_MAX:
            continue
        new = _as_write(store, change)
        spare = min(_with_twin([*mine, new], field), key=age, default=None)
        if spare is None:
            return None
        if spare is new:
            record, change = _without_seen(record, field, change), _without_field(change, field)
        else:
            record = _without(record, field, {(spare["by"], spare["n"])})
    return record, change


def _concurrent(record: Record, change: Change, field: str) -> list[Write]:
    """The writes that hold the field and that the change's author had not seen."""
    return [
        write
        for write in record["writes"]
        if field in write["set"] and not covers(change.seen, write["by"], write["n"])
    ]


def _own_devices(store: BatchStore, writes: Iterable[list[Write]]) -> set[str]:
    """The devices among those of the writes that belong to the author's account."""
    device, user_id = store.author.device, store.author.user_id
    devices = {write["by"] for each in writes for write in each}
    found = space_authors.find_authors(store.connection, store.space_id, devices)
    return {each for each in devices if each == device or found.get(each) == user_id}


def _with_twin(writes: list[Write], field: str) -> list[Write]:
    """The writes whose value another one has, too."""
    return [
        one
        for one in writes
        if any(
            is_equal(field, one["set"][field], other["set"][field])
            for other in writes
            if other is not one
        )
    ]


def _as_write(store: BatchStore, change: Change) -> Write:
    return {"by": store.author.device, "n": change.n, "at": change.at, "set": change.set}


def is_equal(field: str, left: Value, right: Value) -> bool:
    """Whether nobody would miss one of the two values beside the other."""
    if field in _BY_PRESENCE:
        return (left is None) == (right is None)
    return field == "order" or (type(left) is type(right) and left == right)


def age(write: Write) -> tuple[str, str, int]:
    return write["at"], write["by"], write["n"]


def _without(record: Record, field: str, dots: _Dots) -> Record:
    writes = [
        _without_value(write, field) if (write["by"], write["n"]) in dots else write
        for write in record["writes"]
    ]
    return {**record, "writes": writes}


def _without_value(write: Write, field: str) -> Write:
    kept = {name: held for name, held in write["set"].items() if name != field}
    return {**write, "set": kept}


def _without_seen(record: Record, field: str, change: Change) -> Record:
    seen = {
        (write["by"], write["n"])
        for write in record["writes"]
        if covers(change.seen, write["by"], write["n"])
    }
    return _without(record, field, seen)


def _without_field(change: Change, field: str) -> Change:
    kept = {name: held for name, held in change.set.items() if name != field}
    return msgspec.structs.replace(change, set=kept)
