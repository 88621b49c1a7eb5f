"""Merges changes and copies of records. A record is its clock and its surviving writes: a
multi-value register per field, with dotted version vectors.

Shapes (plain dicts, never modified in place):
  record  {"kind": str, "id": str, "clock": {device: n}, "writes": [write, …], …other members are
  copied}
  write   {"by": device, "n": int, "at": reading, "set": {field: str | int | bool | None}}; its dot
  is (by, n)
  change  {"kind", "id", "by": device, "n", "prev", "seen": {device: n}, "at", "set"}

Invariants (sync_protocol.md, "Invariants"), each with a test of the same name:
  causality first, time second · no value is lost silently · every order a server can see gives the
  same record ·
  a repeat is harmless · different fields never conflict · a device speaks only for itself · bounded
"""

from typing import NotRequired, TypedDict

from server.core import vector_clock
from server.core.limits import CLOCK_ENTRIES_MAX, FIELD_WRITES_MAX

Value = str | int | bool | None
Fields = dict[str, Value]


class Write(TypedDict):
    by: str
    n: int
    at: str
    set: Fields


class Held(TypedDict):
    clock: vector_clock.Clock
    writes: list[Write]


class Record(Held):
    kind: str
    id: str
    seq: NotRequired[int]
    grave: NotRequired[bool]
    moved_to: NotRequired[str]


class Change(TypedDict):
    by: str
    n: int
    seen: vector_clock.Clock
    at: str
    set: Fields


NEVER_IN_CONFLICT = frozenset({"order", "completed_at"})
DELETED = "deleted"  # all times of deletion count as equal; only deleted and not deleted differ


def empty(kind: str, record_id: str) -> Record:
    """A record without any writes."""
    return {"kind": kind, "id": record_id, "clock": {}, "writes": []}


def merge(record: Record, change: Change) -> Record:
    """The record after `change`. Writes that its author had seen lose the fields it sets;
    concurrent ones keep them.
    """
    by, n = change["by"], change["n"]
    if vector_clock.covers(record["clock"], by, n):
        return record
    seen, fields = change["seen"], change["set"]
    writes = [_without_seen(write, fields, seen) for write in record["writes"]]
    writes.append({"by": by, "n": n, "at": change["at"], "set": dict(fields)})
    return {**record, **_bounded({**record["clock"], by: n}, writes)}


def join(left: Record, right: Record) -> Record:
    """Joins two copies of a record: a (dot, field) stays if both have it, or if the side without it
    never saw that dot.
    """
    if left.get("grave") or right.get("grave"):
        return left if left.get("grave") else right
    clock = vector_clock.join(left["clock"], right["clock"])
    writes = _kept(left, right) + [write for write in _kept(right, left) if not _find(left, write)]
    return {**left, **_bounded(clock, writes)}


def value(record: Record, field: str) -> Value:
    """The value of `field`: the one with the greatest (at, by, n); None if no write holds it."""
    holders = [write for write in record["writes"] if field in write["set"]]
    return max(holders, key=_age)["set"][field] if holders else None


def values(record: Record) -> Fields:
    """Every field that a write holds, with its value."""
    shown: Fields = {}
    for write in sorted(record["writes"], key=_age):
        shown.update(write["set"])
    return shown


def conflicts(record: Record) -> list[str]:
    """The fields for which concurrent writes hold different values, sorted. Equal means same type
    and value.
    """
    if len(record["writes"]) < 2:
        return []
    held: dict[str, set[object]] = {}
    for write in record["writes"]:
        for field, held_value in write["set"].items():
            held.setdefault(field, set()).add(
                held_value is None if field == DELETED else (type(held_value), held_value)
            )
    return sorted(
        field
        for field, different in held.items()
        if len(different) > 1 and field not in NEVER_IN_CONFLICT
    )


def _without_seen(write: Write, fields: Fields, seen: vector_clock.Clock) -> Write:
    if fields.keys().isdisjoint(write["set"]) or not vector_clock.covers(
        seen, write["by"], write["n"]
    ):
        return write
    return {
        **write,
        "set": {field: held for field, held in write["set"].items() if field not in fields},
    }


def _kept(side: Record, other: Record) -> list[Write]:
    """The writes of `side`, each with the fields that survive the join."""
    kept: list[Write] = []
    for write in side["writes"]:
        twin = _find(other, write)
        if twin is not None:
            kept.append(
                {
                    **write,
                    "set": {
                        field: held for field, held in write["set"].items() if field in twin["set"]
                    },
                }
            )
        elif not vector_clock.covers(other["clock"], write["by"], write["n"]):
            kept.append(write)
    return kept


def _find(record: Record, dot: Write) -> Write | None:
    return next(
        (
            write
            for write in record["writes"]
            if write["by"] == dot["by"] and write["n"] == dot["n"]
        ),
        None,
    )


def _age(write: Write) -> tuple[str, str, int]:
    return write["at"], write["by"], write["n"]


def _bounded(clock: vector_clock.Clock, writes: list[Write]) -> Held:
    """Clock and writes in canonical order: no empty write, at most FIELD_WRITES_MAX per field and
    CLOCK_ENTRIES_MAX entries.

    Above the limit the smallest (at, by, n) loses the field. Clock entries without a surviving
    write are removed first, which is safe because numbers are never reused; entries with one stay,
    however many.
    """
    writes = sorted((write for write in writes if write["set"]), key=_age)
    if len(writes) > FIELD_WRITES_MAX:
        writes = _newest_of_each_field(writes)
    if len(clock) > CLOCK_ENTRIES_MAX:
        clock = _without_silent_entries(clock, {write["by"] for write in writes})
    return {"clock": clock, "writes": writes}


def _newest_of_each_field(writes: list[Write]) -> list[Write]:
    holders: dict[str, int] = {}
    kept: list[Write] = []
    for write in reversed(writes):
        fields = {}
        for field, held in write["set"].items():
            holders[field] = holders.get(field, 0) + 1
            if holders[field] <= FIELD_WRITES_MAX:
                fields[field] = held
        if fields:
            kept.append({**write, "set": fields})
    return kept[::-1]


def _without_silent_entries(clock: vector_clock.Clock, writers: set[str]) -> vector_clock.Clock:
    silent = sorted((n, by) for by, n in clock.items() if by not in writers)
    leaving = {by for _, by in silent[: len(clock) - CLOCK_ENTRIES_MAX]}
    return {by: n for by, n in clock.items() if by not in leaving}
