"""The one writer of replicated state. Every change of a record – by sync, REST or import – goes
through `apply`.

Each change is checked separately, in this order: repeat → clone → permissions → validity → merge.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from server.core import hlc, merge
from server.core.limits import FUTURE_MS_MAX
from server.core.merge import Record
from server.core.roles import at_least
from server.journal import (
    aliases,
    encoding,
    hidden,
    meaning,
    moves,
    own_values,
    rows,
    server_changes,
    validate,
    wire,
)
from server.journal.author import Author, ServerChange
from server.journal.kinds import KINDS
from server.journal.meaning import AnyChange
from server.journal.outcomes import (
    CONFLICT,
    DEVICE_CONFLICT,
    ELSEWHERE,
    NO_SUCH_SPACE,
    READ_ONLY,
    Outcome,
    missing,
    rejected,
)
from server.journal.persist import BatchStore, find_repeat
from server.journal.wire import Change, InvalidChange


@dataclass
class Applied:
    """The result for one space's changes: an outcome for each, in order, up to the first change of a
    record that is in another space (ELSEWHERE); whether the device was found to be a clone; and the
    records afterwards.
    """

    outcomes: list[Outcome]
    conflict: bool = False
    records: Mapping[str, Record] = field(default_factory=dict)


def apply(
    connection: Connection,
    space_id: str,
    author: Author,
    changes: Sequence[AnyChange],
    now_ms: int,
    after_conflict: bool = False,
    known: Mapping[str, Record] | None = None,
) -> Applied:
    """Checks the changes of one space in order and writes the result, in the caller's writing
    transaction.

    The first write raises the space's counter row and so locks it; permissions, records and history
    are read after that. `after_conflict` means that the device is already known to be a clone: only
    repeats are answered, nothing is applied. `known` are records that the caller read after it
    locked the space in this transaction.
    """
    base = None
    if author.rules.role(connection, author.user_id, space_id) is not None:
        base = _lock(
            connection, space_id, changes
        )  # an account that is not a member must not even raise the counter
    role = author.rules.role(connection, author.user_id, space_id)
    if base is None or role is None:
        repeats = (find_repeat(connection, space_id, author.device, change) for change in changes)
        return Applied([repeat or NO_SUCH_SPACE for repeat in repeats])
    batch = _Batch(connection, space_id, author, role, now_ms, after_conflict)
    stored = meaning.with_stored_ids(connection, author.user_id, space_id, changes)
    return batch.run(stored, base, known or {})


def _lock(connection: Connection, space_id: str, changes: Sequence[AnyChange]) -> int | None:
    """The space's counter before it was raised by one for each change. Locks all affected spaces in
    the order of their ids, so that no two writers wait for each other.
    """
    targets = {
        change.move for change in changes if not isinstance(change, InvalidChange) and change.move
    }
    base = None
    for each in sorted({space_id, *targets}):
        before = rows.advance_counter(connection, each, len(changes) if each == space_id else 0)
        base = before if each == space_id else base
    return base


def _ids_of(changes: Sequence[AnyChange]) -> set[str]:
    return {change.id for change in changes if not isinstance(change, InvalidChange)}


class _Batch:
    """Applies the changes of one space in order."""

    def __init__(
        self,
        connection: Connection,
        space_id: str,
        author: Author,
        role: str,
        now_ms: int,
        conflict: bool,
    ) -> None:
        self.connection, self.space_id, self.author = connection, space_id, author
        self.role, self.now_ms, self.conflict = role, now_ms, conflict
        self.now = hlc.format_reading(now_ms)
        self.latest = hlc.format_reading(now_ms + FUTURE_MS_MAX, hlc.COUNTER_MAX)
        self.store = BatchStore(connection, space_id, author, now_ms)
        self.first: dict[int, tuple[bytes, Outcome]] = {}
        self.merged: list[tuple[Change, Outcome]] = []
        self.has_room = True

    def run(self, changes: Sequence[AnyChange], base: int, known: Mapping[str, Record]) -> Applied:
        outcomes: list[Outcome] = []
        for seq, change in enumerate(self._read(changes, known), base + 1):
            outcomes.append(self._apply(change, seq))
            if outcomes[-1]["status"] == ELSEWHERE:
                break  # later changes can build on it: the caller applies it first
        hidden.mark_hidden(self.store, self.merged)
        self.store.write()
        return Applied(outcomes, self.conflict, self.store.records)

    def _read(
        self, changes: Sequence[AnyChange], known: Mapping[str, Record]
    ) -> Sequence[AnyChange]:
        """Reads everything that the checks need from the database, once for the whole batch. The
        changes with the ids of the records that they mean.
        """
        above = {
            each
            for change in changes
            if isinstance(change, Change)
            for each in aliases.references_in(change.set)
        }
        self.store.load(_ids_of(changes) | above, known)
        changes = meaning.without_unmeant(self.store, changes)
        changes = meaning.with_other_ids(self.store, changes)
        is_new = bool(_ids_of(changes) - self.store.records.keys())
        self.has_room = not is_new or self.author.rules.has_room(self.connection, self.space_id)
        numbers = [change.n for change in changes if not isinstance(change, ServerChange)]
        self.first = rows.first_outcomes(
            self.connection, self.space_id, self.author.device, numbers
        )
        return changes

    def _apply(self, given: AnyChange, seq: int) -> Outcome:
        """The outcome of one change: the first outcome for a repeat, a conflict for a clone."""
        change = self._dated(given, seq) if isinstance(given, ServerChange) else given
        if isinstance(change, dict):
            return change
        digest = change.digest if isinstance(change, InvalidChange) else wire.digest_of(change)
        first = self.first.get(change.n)
        if first is not None and first[0] == digest:
            return first[1]
        path = moves.path_of(self.store, change)
        repeat = moves.first_outcome_on(self.store, path, change)
        if repeat:
            return repeat
        if self.conflict or first is not None or self._is_clone(change):
            self.conflict = True
            return CONFLICT
        is_validated = isinstance(given, ServerChange) and given.is_validated
        outcome = moves.follow(self.store, path, change) or self._decide(change, seq, is_validated)
        if outcome["status"] not in (ELSEWHERE, DEVICE_CONFLICT):
            self._note(change, digest, seq, outcome)
        return outcome

    def _note(
        self, change: Change | InvalidChange, digest: bytes, seq: int, outcome: Outcome
    ) -> None:
        if "seq" in outcome and change.space != self.space_id:
            outcome.setdefault("space", self.space_id)  # a move names its target
        if change.n:
            self.first[change.n] = digest, outcome
            self.store.add_history(change, digest, seq, outcome)

    def _dated(self, given: ServerChange, seq: int) -> Change | Outcome:
        """The change as a device would send it; an outcome if its conditions fail."""
        record = self.store.records.get(given.id)
        refused = server_changes.check_conditions(given, record)
        if refused:
            return refused
        device = self.author.device
        return server_changes.date(given, record, self.space_id, device, seq, self.now)

    def _is_clone(self, change: Change | InvalidChange) -> bool:
        if isinstance(change, InvalidChange):
            return False
        record = self.store.records.get(change.id)
        return validate.is_clone(record, change, self.author.device)

    def _decide(
        self, change: Change | InvalidChange, seq: int, is_validated: bool = False
    ) -> Outcome:
        """The outcome of a new change: permissions, then validity, then the merge."""
        if isinstance(change, InvalidChange):
            return rejected(change.code, change.message)
        if not at_least(self.role, "editor"):
            return READ_ONLY
        fault = validate.find_fault(change, self.author.by_server, is_validated)
        if fault:
            return fault
        held = self.store.records.get(change.id)
        if change.move and held is None:
            return missing(f"There is no such {change.kind}. Only an existing one can be moved.")
        refused = self._check_new(change) if held is None else validate.check_existing(held, change)
        record = held or merge.empty(change.kind, change.id)
        refused = refused or self._check_author(record, change)
        if refused:
            return refused
        room = own_values.make_room(self.store, record, change)
        if room is None:
            return own_values.TOO_MANY_VALUES
        record, change = room
        is_moved = change.move not in (None, self.space_id)  # another device may have moved it
        return self._move(record, change, seq) if is_moved else self._merge(record, change, seq)

    def _check_new(self, change: Change) -> Outcome | None:
        is_bound = KINDS[change.kind].personal_only
        if is_bound and not self.author.rules.is_personal(self.connection, self.space_id):
            return validate.PERSONAL_ONLY
        return validate.check_new(change, self.author, self.has_room)

    def _check_author(self, record: Record, change: Change) -> Outcome | None:
        if "author" not in KINDS[change.kind].fields or self.author.by_server:
            is_fixed = validate.sets_fixed(record, change)
            return validate.FIXED if is_fixed else None
        is_back = self.role != "owner" and validate.restores(record, change)
        deleters = rows.deleters(self.connection, self.space_id, change.id) if is_back else set()
        return validate.check_author(record, change, self.author, self.role, deleters)

    def _merge_fields(
        self, record: Record, change: Change, seq: int = 0
    ) -> tuple[Record, str, str | None]:
        """(the record after the change, its JSON, the limit it exceeds or None)."""
        merged = merge.merge(
            record,
            {
                "by": self.author.device,
                "n": change.n,
                "seen": change.seen,
                "at": change.at if change.at <= self.latest else self.now,
                "set": change.set,
            },
        )
        merged["seq"] = seq
        body = encoding.encode_record(merged)
        return merged, body, validate.find_excess(merged, body)

    def _merge(self, record: Record, change: Change, seq: int) -> Outcome:
        merged, body, excess = self._merge_fields(record, change, seq)
        if excess:
            return rejected("record_full", excess)
        self.store.put(merged, body)
        outcome = self._outcome_of(merged, change, seq)
        self.merged.append((change, outcome))
        return outcome

    def _move(self, record: Record, change: Change, seq: int) -> Outcome:
        """Moves a record with everything that belongs to it to another space, in this transaction.
        Tombstones with the new space stay here.
        """
        target = str(change.move)
        if rows.first_outcomes(self.connection, target, self.author.device, [change.n]):
            self.conflict = True  # a copy of this device used the number there
            return CONFLICT
        self.store.write_records()
        below = rows.find_below(self.connection, self.space_id, change.id)
        moved, _, excess = self._merge_fields(record, change)
        refused = moves.check_move(self.store, self.role, change, target, below, excess)
        if refused:
            return refused
        arrival_seq = moves.carry_all(self.store, moved, below, target, seq)
        outcome = self._outcome_of(moved, change, arrival_seq)
        outcome["space"] = target
        moves.tell_target(self.store, change, target, arrival_seq, outcome)
        return outcome

    def _outcome_of(self, merged: Record, change: Change, seq: int) -> Outcome:
        concurrent = [name for name in merge.conflicts(merged) if name in change.set]
        outcome: Outcome = {"status": "applied", "seq": seq}
        if concurrent:
            outcome = {"status": "merged", "seq": seq, "fields": concurrent}
        if merge.value(merged, "deleted") is not None:
            hidden.hide(outcome, change, "self")
        return outcome
