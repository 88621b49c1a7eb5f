"""The one writer of replicated state. Everything that changes a record – sync, REST, import – comes
through `apply`.

Order of checking, for each change by itself: repeat → clone → rights → validity → merge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from server.core import hlc, merge
from server.core.limits import (
    CLOCK_ENTRIES_MAX,
    FUTURE_MS_MAX,
    RECORD_BYTES_MAX,
    RECORD_FIELDS_MAX,
)
from server.journal import moves, rows, wire
from server.journal.author import (
    CONFLICT,
    ELSEWHERE,
    NO_SUCH_SPACE,
    READ_ONLY,
    Author,
    ServerChange,
    rejected,
)
from server.journal.kinds import KINDS, SERVER_ID_VERSION
from server.journal.rows import Outcome
from server.journal.wire import Change, InvalidChange

MOVED_RECORDS_MAX = 20_000
ABOVE = ("list", "parent", "task")  # the fields that say what a record lies in


@dataclass
class Applied:
    """What became of one space's changes: an outcome each, in order, and whether the device was
    found to be a clone.
    """

    outcomes: list[Outcome]
    conflict: bool = False


@dataclass
class _Touched:
    record: merge.Record
    body: str
    values: dict[str, Any] = field(default_factory=dict)
    is_unwritten: bool = True


def apply(
    connection: Connection,
    space_id: str,
    author: Author,
    changes: Sequence[Change | InvalidChange | ServerChange],
    now_ms: int,
    after_conflict: bool = False,
) -> Applied:
    """Checks the changes of one space in order and writes what they give, in the caller's writing
    transaction.

    The first write raises the space's counter row and so locks it; rights, records and history are
    read after. `after_conflict` says that the device was found to be a clone already: only repeats
    are answered, nothing is applied.
    """

    def role() -> str | None:
        return author.rules.role(connection, author.user_id, space_id)

    base = None
    if role() is not None:  # a stranger may not even raise the counter
        targets = {
            change.move
            for change in changes
            if not isinstance(change, InvalidChange) and change.move
        }
        for each in sorted(
            {space_id, *targets}
        ):  # all spaces are locked in the order of their ids, whichever way things move
            before = rows.advance_counter(connection, each, len(changes) if each == space_id else 0)
            base = before if each == space_id else base
    held = role()
    if base is None or held is None:
        return Applied(
            [
                _repeat_of(connection, space_id, author, change) or NO_SUCH_SPACE
                for change in changes
            ]
        )
    return _Batch(connection, space_id, author, held, now_ms, after_conflict).run(changes, base)


def _repeat_of(
    connection: Connection,
    space_id: str,
    author: Author,
    change: Change | InvalidChange | ServerChange,
) -> Outcome | None:
    """The first outcome of what the device sent before, whatever it may do by now; None for what is
    new.
    """
    if isinstance(change, (InvalidChange, ServerChange)):
        return None
    first = rows.first_outcomes(connection, space_id, author.device, [change.n]).get(change.n)
    return first[1] if first and first[0] == wire.digest_of(change) else None


class _Batch:
    def __init__(
        self,
        connection: Connection,
        space_id: str,
        author: Author,
        role: str,
        now_ms: int,
        conflict: bool,
    ) -> None:
        self.connection, self.space_id, self.author, self.role, self.now_ms = (
            connection,
            space_id,
            author,
            role,
            now_ms,
        )
        self.now = hlc.format_reading(now_ms)
        self.latest = hlc.format_reading(now_ms + FUTURE_MS_MAX, hlc.COUNTER_MAX)
        self.records: dict[str, merge.Record] = {}
        self.first: dict[int, tuple[bytes, Outcome]] = {}
        self.touched: dict[str, _Touched] = {}
        self.merged: list[tuple[Change, Outcome]] = []
        self.recorded: list[tuple[Change | InvalidChange, bytes, int, Outcome]] = []
        self.sizes: dict[str, int] = {}
        self.taken: set[str] = set()
        self.has_room = True
        self.conflict = conflict

    def run(self, changes: Sequence[Change | InvalidChange | ServerChange], base: int) -> Applied:
        wanted = {change.id for change in changes if not isinstance(change, InvalidChange)}
        above = {
            held
            for change in changes
            if isinstance(change, Change)
            for name in ABOVE
            if isinstance(held := change.set.get(name), str)
        }
        self.records = rows.find_records(self.connection, self.space_id, wanted | above, self.sizes)
        new = sorted(wanted - self.records.keys())
        self.taken = self.author.rules.taken(self.connection, self.space_id, new) if new else set()
        self.has_room = not new or self.author.rules.has_room(self.connection, self.space_id)
        self.first = rows.first_outcomes(
            self.connection,
            self.space_id,
            self.author.device,
            [change.n for change in changes if not isinstance(change, ServerChange)],
        )
        outcomes = [self._judge(change, seq) for seq, change in enumerate(changes, base + 1)]
        self._mark_hidden()
        self._write()
        return Applied(outcomes, self.conflict)

    def _judge(self, given: Change | InvalidChange | ServerChange, seq: int) -> Outcome:
        change = self._dated(given, seq) if isinstance(given, ServerChange) else given
        if isinstance(change, dict):
            return change
        digest = change.digest if isinstance(change, InvalidChange) else wire.digest_of(change)
        first = self.first.get(change.n)
        if first is not None and first[0] == digest:
            return first[1]
        if self.conflict or first is not None or self._is_clone(change):
            self.conflict = True
            return CONFLICT
        outcome = self._outcome(change, seq)
        if outcome["status"] in (ELSEWHERE, CONFLICT["status"]):
            return outcome
        if "seq" in outcome and change.space != self.space_id:
            outcome["space"] = self.space_id
        if change.n:
            self.first[change.n] = digest, outcome
            self.recorded.append((change, digest, seq, outcome))
        return outcome

    def _dated(self, draft: ServerChange, seq: int) -> Change | Outcome:
        """The draft as a change made by someone who sees the current record; an outcome where its
        conditions fail.
        """
        record = self.records.get(draft.id)
        clock = record.get("clock", {}) if record else {}
        if draft.create and record is not None:
            return rejected("exists", f"There is a {record['kind']} with this id already.")
        if not draft.create and (record is None or record["kind"] != draft.kind):
            return {"status": "missing", "message": f"There is no such {draft.kind}."}
        if draft.version is not None and record is not None and draft.version != record["seq"]:
            return {"status": "stale", "message": "It was changed since."}
        return Change(
            self.space_id,
            draft.kind,
            draft.id,
            seq,
            clock.get(self.author.device, 0),
            dict(clock),
            self.now,
            draft.set,
            draft.move,
        )

    def _is_clone(self, change: Change | InvalidChange) -> bool:
        """A dot not above the record's entry for the device, or an entry above what the device
        knows it wrote.
        """
        if isinstance(change, InvalidChange):
            return False
        record = self.records.get(change.id) or {}
        entry = record.get("clock", {}).get(self.author.device, 0)
        return bool(entry >= change.n or entry > change.prev)

    def _outcome(self, change: Change | InvalidChange, seq: int) -> Outcome:
        if isinstance(change, InvalidChange):
            return rejected(change.code, change.message)
        elsewhere = self._elsewhere(change)
        if elsewhere:
            return elsewhere
        if self.role == "viewer":
            return READ_ONLY
        refusal = wire.refusal(change, self.author.by_server)
        if refusal:
            return rejected(*refusal)
        record = self.records.get(change.id)
        if record is None:
            lacking = sorted(KINDS[change.kind].required - change.set.keys())
            if lacking:
                return {
                    "status": "missing",
                    "message": f"The server has no such {change.kind}; a new one needs {', '.join(lacking)}.",
                }
            if change.id[14] == SERVER_ID_VERSION and not self.author.by_server:
                return rejected("bad_change", "Ids of UUID version 8 are made by the server.")
            if change.id in self.taken:
                return rejected(
                    "id_taken",
                    "Something in another space has this id already. Make a copy with an id of its own.",
                )
            if not self.has_room:
                return rejected(
                    "quota_full", "The account that this space belongs to has no room for more."
                )
            record = merge.empty(change.kind, change.id)
        elif record["kind"] != change.kind:
            return rejected("kind_differs", f"This id belongs to a {record['kind']}.")
        elif record.get("grave"):
            return {"status": "gone", "message": f"This {change.kind} was deleted for good."}
        if "author" in KINDS[change.kind].fields and not self.author.by_server:
            refused = self._refuse_authored(record, change)
            if refused:
                return refused
        elif not KINDS[change.kind].fixed.isdisjoint(change.set) and record["writes"]:
            return rejected("bad_value", "This field never changes.")
        if change.move:
            return self._move(record, change, seq)
        return self._merge(record, change, seq)

    def _elsewhere(self, change: Change) -> Outcome | None:
        """Where the record, or what a new one is to lie in, was moved to; None where it is here."""
        record = self.records.get(change.id)
        named = (
            [record]
            if record
            else [
                self.records.get(held)
                for name in ABOVE
                if isinstance(held := change.set.get(name), str)
            ]
        )
        tombstone = next((each for each in named if each and "moved_to" in each), None)
        target = moves.find_end(self.connection, self.space_id, tombstone) if tombstone else None
        if target is None:
            return None
        role = self.author.rules.role(self.connection, self.author.user_id, target)
        if role in ("owner", "editor"):
            return {"status": ELSEWHERE, "space": target}
        if record is None and change.kind != "comment":
            return None  # what is new stays here, where its author sees it
        return _repeat_of(self.connection, target, self.author, change) or {
            "status": "moved",
            "message": f"This {change.kind} was moved to a space that you may not change.",
        }

    def _refuse_authored(self, record: merge.Record, change: Change) -> Outcome | None:
        """Why this account may not make this change to what belongs to an author; None where it
        may.
        """
        if not record["writes"]:
            return (
                None
                if change.set.get("author") == self.author.user_id
                else rejected("not_author", "A comment's author is who writes it.")
            )
        if not KINDS[change.kind].fixed.isdisjoint(change.set):
            return rejected("bad_value", "Task, author and time of a comment never change.")
        is_own = merge.value(record, "author") == self.author.user_id
        if is_own and self._restores_of_others(record, change):
            return rejected(
                "owner_only",
                "An owner of the space deleted this comment: only owners bring it back.",
            )
        if is_own or (self.role == "owner" and change.set.keys() == {"deleted"}):
            return None
        return rejected(
            "not_author", "Only its author changes a comment; its author and owners delete it."
        )

    def _restores_of_others(self, record: merge.Record, change: Change) -> bool:
        """Whether the change takes out of the trash what someone else put there, by one who does
        not own the space.
        """
        is_restoring = (
            self.role != "owner"
            and change.set.get("deleted", "") is None
            and merge.value(record, "deleted") is not None
        )
        return is_restoring and not rows.deleters(self.connection, self.space_id, change.id) <= {
            self.author.user_id
        }

    def _move(self, record: merge.Record, change: Change, seq: int) -> Outcome:
        """Carries a record with all that lies in it to another space, in this transaction; tombstones
        that know where it went stay.
        """
        target = str(change.move)
        if not record["writes"] or target == self.space_id:
            return rejected("bad_change", "Only what is in one space can move to another.")
        if rows.first_outcomes(self.connection, target, self.author.device, [change.n]):
            self.conflict = True  # the number was used there, by a copy of this device
            return CONFLICT
        self._write_touched()
        carried = rows.find_below(self.connection, self.space_id, change.id)
        moved, _, excess = self._merged(record, change)
        refused = moves.refusal(
            self.connection, self.space_id, target, self.author, self.role, [change.id, *carried]
        )
        if refused or excess or len(carried) >= MOVED_RECORDS_MAX:
            return refused or rejected(
                *(
                    ("record_full", excess)
                    if excess
                    else ("too_large", f"At most {MOVED_RECORDS_MAX} records move at once.")
                )
            )
        arrived = rows.advance_counter(self.connection, target, 1 + len(carried)) or 0
        found = rows.find_records(self.connection, self.space_id, carried)
        everything = [moved, *(found[each] for each in carried)]
        self.records |= moves.carry(
            self.connection,
            self.space_id,
            target,
            self.author,
            arrived,
            everything,
            seq,
            self.now_ms,
        )
        self.touched = {
            record_id: touched
            for record_id, touched in self.touched.items()
            if record_id not in found and record_id != change.id
        }
        outcome = self._outcome_of(moved, change, arrived + 1) | {"space": target}
        rows.write_history(
            self.connection,
            [
                self._history_row(change, wire.digest_of(change), arrived + 1, outcome)
                | {
                    "space_id": target,
                    "what": rows.encode({moves.MOVED_IN: self.space_id} | change.set),
                }
            ],
        )
        return outcome

    def _merged(
        self, record: merge.Record, change: Change, seq: int = 0
    ) -> tuple[merge.Record, str, str | None]:
        """(the record after the change, its JSON, in what it is too large)."""
        at = change.at if change.at <= self.latest else self.now
        merged = merge.merge(
            record,
            {
                "by": self.author.device,
                "n": change.n,
                "seen": change.seen,
                "at": at,
                "set": change.set,
            },
        )
        merged["seq"] = seq
        body = rows.encode_record(merged)
        return merged, body, _excess(merged, body)

    def _merge(self, record: merge.Record, change: Change, seq: int) -> Outcome:
        merged, body, excess = self._merged(record, change, seq)
        if excess:
            return rejected("record_full", excess)
        self.records[change.id] = merged
        self.touched[change.id] = _Touched(merged, body)
        outcome = self._outcome_of(merged, change, seq)
        self.merged.append((change, outcome))
        return outcome

    def _outcome_of(self, merged: merge.Record, change: Change, seq: int) -> Outcome:
        concurrent = [name for name in merge.conflicts(merged) if name in change.set]
        outcome: Outcome = (
            {"status": "merged", "seq": seq, "fields": concurrent}
            if concurrent
            else {"status": "applied", "seq": seq}
        )
        if merge.value(merged, "deleted") is not None:
            self._hide(outcome, change, "self")
        return outcome

    @staticmethod
    def _hide(outcome: Outcome, change: Change, by: str) -> None:
        """An edit that met the trash is answered `hidden`, unless it is what puts the record there."""
        if change.set.get("deleted") is None:
            outcome |= {"status": "hidden", "by": by}

    def _mark_hidden(self) -> None:
        """Hides the outcomes of edits whose list or parent is in the trash, as it is after the
        whole batch.
        """
        above: set[str] = set()
        for touched in self.touched.values():
            touched.values = merge.values(touched.record)
            above |= {
                touched.values[name] for name in ("list", "parent") if touched.values.get(name)
            }
        deleted = (
            rows.deleted_among(self.connection, self.space_id, above - self.touched.keys())
            if above
            else set()
        )
        deleted |= {
            record_id
            for record_id, touched in self.touched.items()
            if touched.values.get("deleted") is not None
        }
        for change, outcome in self.merged if deleted else []:
            values = (
                self.touched[change.id].values if change.id in self.touched else {}
            )  # moved away since
            by = next((name for name in ("list", "parent") if values.get(name) in deleted), None)
            if by and outcome["status"] != "hidden":
                self._hide(outcome, change, by)

    def _write_touched(self) -> None:
        """Writes the records that changed since this was last done."""
        changed = {
            record_id: touched
            for record_id, touched in self.touched.items()
            if touched.is_unwritten
        }
        for touched in changed.values():
            touched.values = touched.values or merge.values(touched.record)
            touched.is_unwritten = False
        row_of, user_id = rows.record_row, self.author.user_id
        rows.write_records(
            self.connection,
            [
                row_of(
                    self.space_id,
                    touched.record,
                    touched.body,
                    touched.values,
                    self.now_ms,
                    user_id,
                )
                for touched in changed.values()
            ],
        )
        size = sum(
            len(touched.body) - self.sizes.get(record_id, 0)
            for record_id, touched in changed.items()
        )
        rows.adjust_usage(
            self.connection,
            self.space_id,
            sum(record_id not in self.sizes for record_id in changed),
            size,
        )
        self.sizes |= {record_id: len(touched.body) for record_id, touched in changed.items()}

    def _write(self) -> None:
        self._write_touched()
        rows.write_history(self.connection, [self._history_row(*entry) for entry in self.recorded])

    def _history_row(
        self, change: Change | InvalidChange, digest: bytes, seq: int, outcome: Outcome
    ) -> dict[str, Any]:
        record_id, what = (
            ("", "")
            if isinstance(change, InvalidChange) or "seq" not in outcome
            else (change.id, rows.encode(self._what(change)))
        )
        return {
            "space_id": self.space_id,
            "device_id": self.author.device,
            "n": change.n,
            "seq": seq,
            "record_id": record_id,
            "user_id": self.author.user_id,
            "recorded_at": self.now_ms,
            "digest": digest,
            "what": what,
            "outcome": rows.encode(outcome),
        }

    @staticmethod
    def _what(change: Change) -> dict[str, Any]:
        return (
            {moves.MOVED_TO: change.move} if change.move else change.set
        )  # what was set with it is for those it went to


def _excess(record: merge.Record, body: str) -> str | None:
    """In what the record is larger than one may be; None where it is not."""
    if len(body) > RECORD_BYTES_MAX // 4 and len(body.encode()) > RECORD_BYTES_MAX:
        return f"A record may be {RECORD_BYTES_MAX} bytes large."
    if (
        len(record["writes"]) > 1
        and len({name for write in record["writes"] for name in write["set"]}) > RECORD_FIELDS_MAX
    ):
        return f"A record may hold {RECORD_FIELDS_MAX} fields."
    if len(record["clock"]) > CLOCK_ENTRIES_MAX:
        return f"A record may hold the writes of {CLOCK_ENTRIES_MAX} devices."
    return None
