"""Joins a record with what a device offers, write by write. Pure."""

from collections.abc import Mapping, Sequence

from server.core import merge
from server.core.limits import FIELD_WRITES_MAX, FIELD_WRITES_OF_ACCOUNT_MAX
from server.core.merge import Fields, Record, Write
from server.core.vector_clock import covers, dominates
from server.core.vector_clock import join as join_clocks
from server.journal import own_values
from server.journal.kinds import KINDS
from server.journal.offer import Offer


def is_live(record: Record | None) -> bool:
    return record is not None and not record.get("grave")


def covers_offer(record: Record | None, offer: Offer) -> bool:
    return (
        record is not None
        and not record.get("grave")
        and record["kind"] == offer.kind
        and dominates(record["clock"], offer.clock)
    )


def fresh(record: Record, offered: Record) -> list[Write]:
    """The offered writes that the record has never seen, newest first."""
    new = [each for each in offered["writes"] if not covers(record["clock"], each["by"], each["n"])]
    return sorted(new, key=own_values.age, reverse=True)


def twins(record: Record, offered: Record) -> list[Write]:
    return [each for each in offered["writes"] if covers(record["clock"], each["by"], each["n"])]


def with_room(
    writes: Sequence[Write], new: Sequence[Write], accounts: Mapping[str, str]
) -> tuple[list[Write], set[str]]:
    """(the new writes, without the fields for which there is no room beside `writes`; the names of
    those of which a value was lost).
    """
    kept: list[Write] = []
    left_out: set[str] = set()
    for write in new:
        fields: Fields = {}
        for name, value in write["set"].items():
            holders = [each for each in (*writes, *kept) if name in each["set"]]
            of_account = [
                each for each in holders if accounts.get(each["by"]) == accounts.get(write["by"])
            ]
            if len(holders) < FIELD_WRITES_MAX and len(of_account) < FIELD_WRITES_OF_ACCOUNT_MAX:
                fields[name] = value
            elif not any(own_values.is_equal(name, each["set"][name], value) for each in holders):
                left_out.add(name)
        kept += [{**write, "set": fields}] if fields else []
    return kept, left_out


def without_fixed(record: Record, offered: Record) -> Record | None:
    """The offered record without new writes of fields that never change; None if it changes one."""
    fixed, held = KINDS[record["kind"]].fixed, merge.values(record)
    writes: list[Write] = []
    for write in offered["writes"]:
        if covers(record["clock"], write["by"], write["n"]):
            writes.append(write)
            continue
        if any(held.get(name) != write["set"][name] for name in fixed & write["set"].keys()):
            return None
        kept = {name: value for name, value in write["set"].items() if name not in fixed}
        writes += [{**write, "set": kept}] if kept else []
    return {**offered, "writes": writes}


def join_beside(record: Record, offered: Record) -> Record:
    """Adds the new writes of the offer beside those of the record, which all stay."""
    new = merge.empty(offered["kind"], offered["id"])
    new["writes"] = fresh(record, offered)
    joined = merge.join(record, new)
    joined["clock"] = join_clocks(joined["clock"], offered["clock"])
    return joined


def changed(before: Record, after: Record) -> Fields:
    """The fields whose shown value differs, with the new one."""
    held, shown = merge.values(before), merge.values(after)
    return {name: value for name, value in shown.items() if name not in held or held[name] != value}
