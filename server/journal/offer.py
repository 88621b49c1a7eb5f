"""What devices offer after a restore: confirmed copies of records, decoded and checked one by one.
Pure: data from the database is passed in.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, cast

import msgspec

from server.core import hlc
from server.core.ids import is_record_id
from server.core.limits import NUMBER_MAX, RECORD_FIELDS_MAX
from server.core.merge import Record, Value, Write
from server.core.vector_clock import covers
from server.journal import validate
from server.journal.aliases import references_in, rename_fields
from server.journal.kinds import KINDS, SERVER_ID_VERSION
from server.journal.outcomes import Outcome, rejected
from server.journal.wire import Number, converted

OFFERED_KINDS = ("task", "list", "comment")


class OfferedWrite(msgspec.Struct):
    by: str
    n: Annotated[int, msgspec.Meta(ge=1, le=NUMBER_MAX)]
    at: str
    set: dict[str, Value]


class Offer(msgspec.Struct):
    """A confirmed record; the members are those of sync_protocol.md, "POST /sync/offers"."""

    space: str
    kind: str
    id: str
    clock: dict[str, Number]
    writes: list[OfferedWrite]


class InvalidOffer(msgspec.Struct):
    """A malformed offer, and why."""

    message: str
    space: str = ""


AnyOffer = Offer | InvalidOffer
_decoder = msgspec.json.Decoder(Offer)


def decode(raw: msgspec.Raw) -> Offer | InvalidOffer:
    """An offer from its JSON (a view into a body that msgspec has split)."""
    try:
        return _decoder.decode(raw)
    except msgspec.ValidationError:
        return decode_value(msgspec.json.decode(raw))


def decode_value(value: object) -> Offer | InvalidOffer:
    """An offer from a parsed JSON value; slower, with the reason if it is malformed."""
    offer = converted(value, Offer, "offer")
    if not isinstance(offer, str):
        return offer
    space = value.get("space") if isinstance(value, dict) else None
    return InvalidOffer(offer, space if isinstance(space, str) else "")


def record_of(offer: Offer) -> Record:
    writes = [cast(Write, msgspec.to_builtins(write)) for write in offer.writes]
    return {"kind": offer.kind, "id": offer.id, "clock": dict(offer.clock), "writes": writes}


def ids_in(offer: Offer) -> set[str]:
    """The offered record's id and those that it refers to."""
    return {offer.id, *(each for write in offer.writes for each in references_in(write.set))}


def renamed(offer: Offer, ids: Mapping[str, str]) -> Offer:
    """The offer with other ids."""
    if ids.keys().isdisjoint(ids_in(offer)):
        return offer
    writes = [
        msgspec.structs.replace(write, set=rename_fields(write.set, ids)) for write in offer.writes
    ]
    return msgspec.structs.replace(offer, id=ids.get(offer.id, offer.id), writes=writes)


def find_fault(offer: Offer) -> Outcome | None:
    """Why no record can be joined with the offer; None if one can."""
    kind = KINDS.get(offer.kind)
    if kind is None:
        return rejected("unknown_kind", f"Unknown kind {offer.kind[:80]!r}.")
    if offer.kind not in OFFERED_KINDS:
        return rejected("server_only", f"Records of the kind {offer.kind} cannot be offered.")
    problem = _shape_problem(offer)
    if problem:
        return rejected("bad_change", problem)
    return None


def find_bad_value(record: Record, writes: Iterable[Write]) -> Outcome | None:
    """Why these writes of an offer cannot be in the record; None if they can."""
    kind = KINDS[record["kind"]]
    refusals = (kind.refusal(write["set"]) for write in writes)
    refusal = next((each for each in refusals if each), None)
    return rejected(*refusal) if refusal else None


def _shape_problem(offer: Offer) -> str | None:
    if not is_record_id(offer.id) or offer.id[14] == SERVER_ID_VERSION:
        return "The id must be a UUID in lower case, not of version 8."
    if len(offer.clock) > validate.SEEN_ENTRIES_MAX:
        return f"clock must name at most {validate.SEEN_ENTRIES_MAX} devices."
    if any(not 0 < len(by) <= validate.DEVICE_NAME_MAX for by in offer.clock):
        return "clock must name devices by their ids."
    if len({(write.by, write.n) for write in offer.writes}) != len(offer.writes):
        return "Each write must have a dot of its own."
    return next(filter(None, (_write_problem(write, offer.clock) for write in offer.writes)), None)


def _write_problem(write: OfferedWrite, clock: Mapping[str, int]) -> str | None:
    if not covers(dict(clock), write.by, write.n):
        return "The clock must cover each write."
    if not 0 < len(write.set) <= RECORD_FIELDS_MAX:
        return f"set must hold 1 to {RECORD_FIELDS_MAX} fields."
    try:
        hlc.parse_reading(write.at)
    except ValueError:
        return "at must be a clock reading such as 2026-11-23T18:20:32.123Z-0003."
    return None
