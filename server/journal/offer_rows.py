"""What joining offers reads from the database."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, bindparam, select

from server.accounts.models import Device
from server.database import Prepared, among
from server.journal import aliases, rows
from server.journal import offer as offers_of
from server.journal.models import History
from server.journal.offer import AnyOffer, Offer

_USED_SINCE = Prepared(
    select(Device.id).where(
        among(Device.id, bindparam("ids")), Device.created_at > bindparam("since")
    )
)
_OUTCOMES = Prepared(
    select(History.outcome).where(
        History.space_id == bindparam("space"),
        History.record_id == bindparam("id"),
        History.digest == bindparam("digest"),
    )
)


def lock(connection: Connection, space_id: str, others: Iterable[str], count: int) -> int | None:
    """Locks all affected spaces in the order of their ids; the space's counter before."""
    base = None
    for each in sorted({space_id, *others}):
        before = rows.advance_counter(connection, each, count if each == space_id else 0)
        base = before if each == space_id else base
    return base


def with_stored_ids(
    connection: Connection, user_id: str, space_id: str, offers: Sequence[AnyOffer]
) -> list[AnyOffer]:
    """The offers with the ids of the records where they name an alias of the account."""
    named = {
        each for offer in offers if isinstance(offer, Offer) for each in offers_of.ids_in(offer)
    }
    found = aliases.find_stored(connection, user_id, named)
    stored = {alias: record_id for (space, alias), record_id in found.items() if space == space_id}
    return [
        offers_of.renamed(offer, stored) if isinstance(offer, Offer) else offer for offer in offers
    ]


def used_since(connection: Connection, offers: Sequence[Offer], since: int) -> set[str]:
    """The devices of the offers that were first used after the restore."""
    devices = sorted({by for offer in offers for by in offer.clock})
    found = _USED_SINCE.rows(connection, ids=msgspec.json.encode(devices).decode(), since=since)
    return {device for (device,) in found}


def left_out_before(connection: Connection, space_id: str, offer: Offer, digest: bytes) -> set[str]:
    """The fields that were left out when the space took the same offer, whose answer was lost."""
    found = _OUTCOMES.rows(connection, space=space_id, id=offer.id, digest=digest)
    outcomes = [msgspec.json.decode(outcome) for (outcome,) in found]
    return {name for outcome in outcomes for name in outcome.get("left_out", ())}
