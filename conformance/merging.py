"""Merging as sync_protocol.md defines it, written from the page ("A record is its clock and its
surviving writes").
"""

from typing import Any

Json = dict[str, Any]
NEVER_IN_CONFLICT = ("order", "completed_at")


def empty() -> Json:
    """The clock and writes of a record that does not exist yet."""
    return {"clock": {}, "writes": []}


def merge(record: Json, device: str, change: Json) -> Json:
    """The clock and writes after a change by a device."""
    if change["n"] <= record["clock"].get(device, 0):
        return record
    writes = [_without(write, change) for write in record["writes"]]
    writes.append({"by": device, **{key: change[key] for key in ("n", "at", "set")}})
    return {
        "clock": record["clock"] | {device: change["n"]},
        "writes": sorted(filter(lambda write: write["set"], writes), key=rank),
    }


def covers(clock: dict[str, int], other: dict[str, int]) -> bool:
    """Whether a clock has at least each entry of another one."""
    return all(clock.get(by, 0) >= n for by, n in other.items())


def join(theirs: Json, mine: Json) -> Json:
    """The clock and writes of two copies of a record as one (Duties, 13)."""
    found: dict[tuple[str, int], Json] = {}
    for one, other in ((mine, theirs), (theirs, mine)):
        for write in one["writes"]:
            left = _left_by(other, write)
            before = found.get((write["by"], write["n"]), {"set": {}})["set"]
            found[write["by"], write["n"]] = {**write, "set": before | left}
    clocks = theirs["clock"], mine["clock"]
    clock = {by: max(each.get(by, 0) for each in clocks) for by in clocks[0] | clocks[1]}
    writes = filter(lambda write: write["set"], found.values())
    return {"clock": clock, "writes": sorted(writes, key=rank)}


def rank(write: Json) -> tuple[str, str, int]:
    """Writes are sent in this order; the last that holds a field holds its value."""
    return write["at"], write["by"], write["n"]


def values(record: Json) -> Json:
    """The value of each field."""
    return {name: value for write in record["writes"] for name, value in write["set"].items()}


def conflicts(record: Json) -> set[str]:
    """The fields that more than one write holds, with different values."""
    return {name for name in values(record) if _is_conflict(name, held(record, name))}


def held(record: Json, name: str) -> list[Any]:
    """The values of a field in the order of their writes."""
    return [write["set"][name] for write in record["writes"] if name in write["set"]]


def _is_conflict(name: str, found: list[Any]) -> bool:
    if name in NEVER_IN_CONFLICT:
        return False
    if name == "deleted":
        found = [value is None for value in found]
    return any((type(value), value) != (type(found[0]), found[0]) for value in found)


def _without(write: Json, change: Json) -> Json:
    """A write without the fields that the change's author had seen and set."""
    if change["seen"].get(write["by"], 0) < write["n"]:
        return write
    kept = {name: value for name, value in write["set"].items() if name not in change["set"]}
    return {**write, "set": kept}


def _left_by(other: Json, write: Json) -> Json:
    """What a join leaves of a write, as far as another copy of the record says."""
    if other["clock"].get(write["by"], 0) < write["n"]:
        kept: Json = write["set"]
        return kept
    there = [
        each for each in other["writes"] if (each["by"], each["n"]) == (write["by"], write["n"])
    ]
    names = there[0]["set"].keys() if there else set()
    return {name: value for name, value in write["set"].items() if name in names}
