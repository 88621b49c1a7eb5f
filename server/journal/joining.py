"""Joins what devices offer after a restore with the server's records, in the caller's writing
transaction. See sync_protocol.md, "POST /sync/offers".
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from server.core import hlc, merge
from server.core.limits import FUTURE_MS_MAX
from server.core.merge import Fields, Record
from server.core.roles import at_least
from server.journal import aliases, encoding, moves, offer_rows, rows, space_authors, validate, wire
from server.journal import offer as offers_of
from server.journal import offer_join as pure
from server.journal.author import Author
from server.journal.kinds import KINDS
from server.journal.offer import AnyOffer, InvalidOffer, Offer
from server.journal.outcomes import NO_SUCH_SPACE, QUOTA_FULL, READ_ONLY, Outcome, rejected
from server.journal.persist import MOVED_TO, OFFERED, BatchStore
from server.journal.retention import TRASH_MS
from server.journal.wire import Change

Place = tuple[str, Record]  # another space, and the record there

NOT_RESTORED = rejected("not_restored", "This server was not restored from a backup.")
TOO_LATE = rejected("too_late", "The server was restored more than 90 days ago.")
IN_USE = rejected("bad_change", "It names a device that was first used after the restore.")
GONE: Outcome = {"status": "gone", "message": "This was permanently deleted."}


def refusal(restored_at: int | None, now_ms: int) -> Outcome | None:
    """Why this server takes no offers; None if it takes them."""
    if restored_at is None:
        return NOT_RESTORED
    return TOO_LATE if now_ms - restored_at > TRASH_MS else None


def join_offers(
    connection: Connection,
    space_id: str,
    author: Author,
    offers: Sequence[AnyOffer],
    now_ms: int,
    restored_at: int,
) -> list[Outcome]:
    """Joins the offers of one space; the outcome of each. `author` has a device id of the server."""
    rules, user_id = author.rules, author.user_id
    if rules.role(connection, user_id, space_id) is None:
        return [NO_SUCH_SPACE for _ in offers]
    stored = offer_rows.with_stored_ids(connection, user_id, space_id, offers)
    direct = [
        after.id
        for before, after in zip(offers, stored, strict=True)
        if isinstance(before, Offer) and isinstance(after, Offer) and before.id == after.id
    ]
    places = rules.elsewhere(connection, user_id, space_id, direct)
    base = offer_rows.lock(connection, space_id, places.values(), len(offers))
    role = rules.role(connection, user_id, space_id)
    if role is None or base is None:
        return [NO_SUCH_SPACE for _ in offers]
    store = BatchStore(connection, space_id, author, now_ms)
    work = _Joining(store, role, rules.elsewhere(connection, user_id, space_id, [*places]))
    return work.run(stored, base, restored_at)


class _Joining:
    """Joins the offers of one space in order. `places` are other spaces in which the author sees a
    record under an offered id.
    """

    def __init__(self, store: BatchStore, role: str, places: Mapping[str, str]) -> None:
        self.store, self.role, self.places = store, role, places
        self.connection, self.author = store.connection, store.author
        self.now = hlc.format_reading(store.now_ms)
        self.latest = hlc.format_reading(store.now_ms + FUTURE_MS_MAX, hlc.COUNTER_MAX)
        self.has_room = True
        self.used_since: set[str] = set()

    def run(self, offers: Sequence[AnyOffer], base: int, restored_at: int) -> list[Outcome]:
        given = [offer for offer in offers if isinstance(offer, Offer)]
        self.store.load({offer.id for offer in given}, {})
        new = {each.id for each in given} - {
            key for key, held in self.store.records.items() if not held.get("grave")
        }
        self.has_room = not new or self.author.rules.has_room(
            self.connection, self.store.space_id, len(new)
        )
        self.used_since = offer_rows.used_since(self.connection, given, restored_at)
        outcomes = [self._outcome(offer, seq) for seq, offer in enumerate(offers, base + 1)]
        self.store.write()
        return outcomes

    def _outcome(self, offer: AnyOffer, seq: int) -> Outcome:
        if isinstance(offer, InvalidOffer):
            return rejected("bad_change", offer.message)
        here = self.store.records.get(offer.id)
        return (
            offers_of.find_fault(offer)
            or (IN_USE if self.used_since & offer.clock.keys() else None)
            or self._known(offer, here)
            or (None if at_least(self.role, "editor") else READ_ONLY)
            or self._join(offer, here, seq)
        )

    def _known(self, offer: Offer, here: Record | None) -> Outcome | None:
        """The outcome if the server's records cover the offer, or if it was permanently deleted."""
        there = self._elsewhere(offer.id)
        if here and not there and pure.covers_offer(here, offer):
            return self._held(self.store.space_id, here, offer)
        if there and not pure.is_live(here):
            space_id, held = there
            is_known = pure.covers_offer(held, offer)
            return self._held(space_id, held, offer) | {"space": space_id} if is_known else None
        return GONE if here and here.get("grave") and self._is_gone(here, offer) else None

    def _held(self, space_id: str, held: Record, offer: Offer) -> Outcome:
        digest = wire.digest_of(offer)
        found = offer_rows.left_out_before(self.connection, space_id, offer, digest)
        outcome: Outcome = {"status": "applied", "seq": held["seq"]}
        return outcome | {"left_out": sorted(found)} if found else outcome

    def _is_gone(self, tombstone: Record, offer: Offer) -> bool:
        """Whether the record was purged, or what the author no longer sees covers the offer."""
        path = moves.find_path(self.connection, self.store.space_id, tombstone)
        if not path:
            return True
        held = rows.find_records(self.connection, path[-1], [offer.id]).get(offer.id)
        return not pure.is_live(held) or pure.covers_offer(held, offer)

    def _elsewhere(self, record_id: str) -> Place | None:
        space_id = self.places.get(record_id)
        if space_id is None:
            return None
        found = rows.find_records(self.connection, space_id, [record_id]).get(record_id)
        return (space_id, found) if found and not found.get("grave") else None

    def _join(self, offer: Offer, here: Record | None, seq: int) -> Outcome:
        there = self._elsewhere(offer.id)
        if there and not pure.is_live(here):
            if self._bring(there[0], offer.id):
                here = self.store.records[offer.id]
            elif at_least(self._role_in(there[0]), "editor"):
                return self._join_there(there[0], offer)
        elif there and here and self._may_bring(there[0], [offer.id]):
            return self._join_both(here, there, offer, seq)
        return self._join_here(self.store, here if pure.is_live(here) else None, offer, seq)

    def _role_in(self, space_id: str) -> str | None:
        return self.author.rules.role(self.connection, self.author.user_id, space_id)

    def _may_bring(self, source: str, ids: Sequence[str]) -> bool:
        role = self._role_in(source)
        return at_least(role, "editor") and moves.may_take_out(
            self.connection, source, self.author, str(role), ids
        )

    def _bring(self, source: str, record_id: str) -> bool:
        """Moves a record here, with everything in it; whether the author may do that."""
        below = rows.find_below(self.connection, source, record_id)
        target, ids, author = self.store.space_id, [record_id, *below], self.author
        role = str(self._role_in(source))
        if moves.refusal(self.connection, source, target, author, role, ids):
            return False
        self.store.write_records()
        away = self._store_of(source)
        moved = rows.find_records(self.connection, source, [record_id])[record_id]
        seq = (rows.advance_counter(self.connection, source, 1) or 0) + 1
        moves.carry_all(away, moved, below, target, seq)
        self.store.load(ids, {})
        self._note_move(away, record_id, moved["kind"], seq)
        away.write()
        return True

    def _store_of(self, space_id: str) -> BatchStore:
        """Another space, in which the author writes under the same device id of the server."""
        return BatchStore(self.connection, space_id, self.author, self.store.now_ms)

    def _join_there(self, space_id: str, offer: Offer) -> Outcome:
        store = self._store_of(space_id)
        store.load([offer.id], {})
        seq = (rows.advance_counter(self.connection, space_id, 1) or 0) + 1
        outcome = self._join_here(store, store.records[offer.id], offer, seq)
        store.write()
        return outcome | {"space": space_id} if "seq" in outcome else outcome

    def _join_both(self, here: Record, there: Place, offer: Offer, seq: int) -> Outcome:
        """Two copies of one record become one, here: another member has offered it already, without
        seeing the other copy.
        """
        source, held = there
        outcome = self._join_here(self.store, merge.join(here, held), offer, seq)
        if "seq" in outcome:
            self._leave(source, held)
            self._end_aliases(offer)
        return outcome

    def _leave(self, source: str, held: Record) -> None:
        """Replaces the other copy by a tombstone with the new space."""
        away, record_id = self._store_of(source), held["id"]
        away.load([record_id], {})
        seq = (rows.advance_counter(self.connection, source, 1) or 0) + 1
        target, now_ms = self.store.space_id, self.store.now_ms
        tombstone = encoding.tombstone_row(source, held["kind"], record_id, seq, now_ms, target)
        rows.write_records(self.connection, [tombstone])
        size = len(encoding.encode_record(held))
        rows.adjust_usage(self.connection, source, -1, -size)
        devices = {write["by"] for write in held["writes"]}
        space_authors.carry_authors(self.connection, source, target, devices)
        self._note_move(away, record_id, held["kind"], seq)
        away.write()

    def _end_aliases(self, offer: Offer) -> None:
        """The record has its own id again for everyone; its aliases become tombstones."""
        ended = sorted(aliases.end_aliases(self.connection, self.store.space_id, offer.id))
        before = rows.advance_counter(self.connection, self.store.space_id, len(ended)) or 0
        tombstones = [
            encoding.tombstone_row(
                self.store.space_id, offer.kind, alias, seq, self.store.now_ms, None
            )
            for seq, alias in enumerate(ended, before + 1)
        ]
        rows.write_records(self.connection, tombstones)

    def _join_here(self, store: BatchStore, held: Record | None, offer: Offer, seq: int) -> Outcome:
        if held is None and not self.has_room:
            return QUOTA_FULL
        if held is not None and held["kind"] != offer.kind:
            return rejected("kind_differs", f"This id belongs to a {held['kind']}.")
        record = held or merge.empty(offer.kind, offer.id)
        offered, left_out = self._adapted(store, record, offers_of.record_of(offer))
        refused = offers_of.find_bad_value(record, pure.fresh(record, offered))
        if refused:
            return refused
        is_others = "author" in KINDS[offer.kind].fields and not self._is_author(record)
        if held is not None and "author" in KINDS[offer.kind].fields:
            given = pure.without_fixed(record, offered)
            if given is None:
                return validate.FIXED
            offered = given
        joined = pure.join_beside(record, offered) if is_others else merge.join(record, offered)
        outcome = self._put(store, joined, seq)
        if "seq" not in outcome:
            return outcome
        if left_out:
            outcome["left_out"] = sorted(left_out)
        changed: Fields = {OFFERED: True, **pure.changed(record, joined)}
        self._note(store, (offer.id, offer.kind), changed, outcome, wire.digest_of(offer))
        return outcome

    def _is_author(self, record: Record) -> bool:
        return merge.value(record, "author") in (None, self.author.user_id)

    def _adapted(
        self, store: BatchStore, record: Record, offered: Record
    ) -> tuple[Record, set[str]]:
        """The offered record with no more new writes than there is room for, and the fields of
        which it has lost values.
        """
        new = pure.fresh(record, offered)
        for write in new:
            write["at"] = write["at"] if write["at"] <= self.latest else self.now
        devices = {write["by"] for each in (record, offered) for write in each["writes"]}
        known = space_authors.find_authors(self.connection, store.space_id, devices)
        bare = merge.join(record, offered | {"writes": pure.twins(record, offered)})
        kept, left_out = pure.with_room(bare["writes"], new, known)
        return offered | {"writes": pure.twins(record, offered) + kept}, left_out

    def _put(self, store: BatchStore, joined: Record, seq: int) -> Outcome:
        shown, kind = merge.values(joined), KINDS[joined["kind"]]
        if not kind.required <= shown.keys():
            lacking = ", ".join(sorted(kind.required - shown.keys()))
            return rejected("bad_change", f"A {joined['kind']} needs {lacking}.")
        joined["seq"] = seq
        body = encoding.encode_record(joined)
        excess = validate.find_excess(joined, body)
        if excess:
            return rejected("record_full", excess)
        store.put(joined, body)
        return {"status": "applied", "seq": seq}

    def _note_move(self, away: BatchStore, record_id: str, kind: str, seq: int) -> None:
        what: Fields = {MOVED_TO: self.store.space_id}
        digest = b""  # no offer is asked for in the space that the record left
        self._note(away, (record_id, kind), what, {"status": "applied", "seq": seq}, digest)

    def _note(
        self,
        store: BatchStore,
        record: tuple[str, str],
        what: Fields,
        outcome: Outcome,
        digest: bytes,
    ) -> None:
        """Adds what an offer has changed to the history of its space; `record` is its (id, kind)."""
        record_id, kind = record
        change = Change(store.space_id, kind, record_id, outcome["seq"], 0, {}, self.now, what)
        store.add_history(change, digest, outcome["seq"], outcome)
