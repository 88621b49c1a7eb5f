"""The one writer of replicated state. Everything that changes a record – sync, REST, import – comes through `apply`.

Order of judging, for each change by itself: repeat → clone → rights → validity → merge.
"""
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from server.core import hlc, merge
from server.journal import changes as wire
from server.journal import rows
from server.journal.changes import Bad, Change
from server.journal.kinds import KINDS
from server.journal.rows import Outcome

FUTURE_MS_MAX = 60_000
RECORD_BYTES_MAX = 64 * 1024

May = Callable[[Connection, str, str], str | None]



def rejected(code: str, message: str) -> Outcome:
    return {"status": "rejected", "code": code, "message": message}


NO_SUCH_SPACE = rejected("no_such_space", "There is no such space, or you are not a member of it.")


@dataclass(frozen=True)
class Author:
    """Who makes changes: the account, its device, and `may(connection, user_id, space_id)`, its role there or None."""
    user_id: str
    device: str
    may: May
    by_server: bool = False


@dataclass(frozen=True)
class Draft:
    """A change by a writer on the server: the journal adds dot and clocks, since its author sees the record as it is.

    `version` is the seq the record must still have, `create` whether it must be new.
    """
    kind: str
    id: str
    set: dict[str, Any]
    version: int | None = None
    create: bool = False


@dataclass
class Applied:
    """What became of one space's changes: an outcome each, in order, and whether the device was found to be a clone."""
    outcomes: list[Outcome]
    conflict: bool = False


@dataclass
class _Touched:
    record: merge.Record
    body: str
    values: dict[str, Any] = field(default_factory=dict)


def apply(connection: Connection, space_id: str, author: Author, changes: Sequence[Change | Bad | Draft], now_ms: int,
          after_conflict: bool = False) -> Applied:
    """Judges the changes of one space in order and writes what they give, in the caller's writing transaction.

    The first statement raises the space's counter row and so locks it; rights, records and history are read after.
    `after_conflict` says that the device was found to be a clone already: only repeats are answered, nothing is applied.
    """
    base = rows.raise_head(connection, space_id, len(changes))
    role = author.may(connection, author.user_id, space_id) if base is not None else None
    if base is None or role is None:
        return Applied([NO_SUCH_SPACE for _ in changes])
    return _Batch(connection, space_id, author, role, now_ms, after_conflict).run(changes, base)


class _Batch:
    def __init__(self, connection: Connection, space_id: str, author: Author, role: str, now_ms: int, conflict: bool) -> None:
        self.connection, self.space_id, self.author, self.role, self.now_ms = connection, space_id, author, role, now_ms
        self.now = hlc.format_reading(now_ms)
        self.latest = hlc.format_reading(now_ms + FUTURE_MS_MAX, hlc.COUNTER_MAX)
        self.records: dict[str, merge.Record] = {}
        self.first: dict[int, tuple[bytes, Outcome]] = {}
        self.touched: dict[str, _Touched] = {}
        self.merged: list[tuple[Change, Outcome]] = []
        self.recorded: list[tuple[Change | Bad, bytes, int, Outcome]] = []
        self.conflict = conflict

    def run(self, changes: Sequence[Change | Bad | Draft], base: int) -> Applied:
        self.records = rows.find_records(self.connection, self.space_id, {change.id for change in changes if not isinstance(change, Bad)})
        self.first = rows.first_outcomes(self.connection, self.space_id, self.author.device,
                                         [change.n for change in changes if not isinstance(change, Draft)])
        outcomes = [self._judge(change, seq) for seq, change in enumerate(changes, base + 1)]
        self._mark_hidden()
        self._write()
        return Applied(outcomes, self.conflict)

    def _judge(self, given: Change | Bad | Draft, seq: int) -> Outcome:
        change = self._dated(given, seq) if isinstance(given, Draft) else given
        if isinstance(change, dict):
            return change
        digest = change.digest if isinstance(change, Bad) else wire.digest_of(change)
        first = self.first.get(change.n)
        if first is not None and first[0] == digest:
            return first[1]
        if self.conflict or first is not None or self._is_clone(change):
            self.conflict = True
            return {"status": "device_conflict"}
        outcome = self._outcome(change, seq)
        if change.n:
            self.first[change.n] = digest, outcome
            self.recorded.append((change, digest, seq, outcome))
        return outcome

    def _dated(self, draft: Draft, seq: int) -> Change | Outcome:
        """The draft as a change made by someone who sees the current record; an outcome where its conditions fail."""
        record = self.records.get(draft.id)
        clock = record.get("clock", {}) if record else {}
        if draft.create and record is not None:
            return rejected("exists", f"There is a {record['kind']} with this id already.")
        if not draft.create and (record is None or record["kind"] != draft.kind):
            return {"status": "missing", "message": f"There is no such {draft.kind}."}
        if draft.version is not None and record is not None and draft.version != record["seq"]:
            return {"status": "stale", "message": "It was changed since."}
        return Change(self.space_id, draft.kind, draft.id, seq, clock.get(self.author.device, 0), dict(clock), self.now, draft.set)

    def _is_clone(self, change: Change | Bad) -> bool:
        """A dot not above the record's entry for the device, or an entry above what the device knows it wrote."""
        if isinstance(change, Bad):
            return False
        record = self.records.get(change.id) or {}
        entry = record.get("clock", {}).get(self.author.device, 0)
        return bool(entry >= change.n or entry > change.prev)

    def _outcome(self, change: Change | Bad, seq: int) -> Outcome:
        if isinstance(change, Bad):
            return rejected(change.code, change.message)
        if self.role == "viewer":
            return rejected("read_only", "You may read this space, not change it.")
        refusal = wire.refusal(change, self.author.by_server)
        if refusal:
            return rejected(*refusal)
        record = self.records.get(change.id)
        if record is None:
            lacking = sorted(KINDS[change.kind].required - change.set.keys())
            if lacking:
                return {"status": "missing", "message": f"The server has no such {change.kind}; a new one needs {', '.join(lacking)}."}
            record = merge.empty(change.kind, change.id)
        elif record["kind"] != change.kind:
            return rejected("kind_differs", f"This id belongs to a {record['kind']}.")
        elif record.get("grave"):
            return {"status": "gone", "message": f"This {change.kind} was deleted for good."}
        return self._merge(record, change, seq)

    def _merge(self, record: merge.Record, change: Change, seq: int) -> Outcome:
        at = change.at if change.at <= self.latest else self.now
        merged = merge.merge(record, {"by": self.author.device, "n": change.n, "seen": change.seen, "at": at, "set": change.set})
        merged["seq"] = seq
        body = rows.encode_record(merged)
        excess = _excess(merged, body)
        if excess:
            return rejected("record_full", excess)
        self.records[change.id] = merged
        self.touched[change.id] = _Touched(merged, body)
        concurrent = [name for name in merge.conflicts(merged) if name in change.set]
        outcome: Outcome = {"status": "merged", "seq": seq, "fields": concurrent} if concurrent else {"status": "applied", "seq": seq}
        if merge.value(merged, "deleted") is not None:
            self._hide(outcome, change, "self")
        self.merged.append((change, outcome))
        return outcome

    @staticmethod
    def _hide(outcome: Outcome, change: Change, by: str) -> None:
        """An edit that met the trash is answered `hidden`, unless it is what puts the record there."""
        if change.set.get("deleted") is None:
            outcome |= {"status": "hidden", "by": by}

    def _mark_hidden(self) -> None:
        """Hides the outcomes of edits whose list or parent is in the trash, as it is after the whole batch."""
        above: set[str] = set()
        for touched in self.touched.values():
            touched.values = merge.values(touched.record)
            above |= {touched.values[name] for name in ("list", "parent") if touched.values.get(name)}
        deleted = rows.deleted_among(self.connection, self.space_id, above - self.touched.keys()) if above else set()
        deleted |= {record_id for record_id, touched in self.touched.items() if touched.values.get("deleted") is not None}
        for change, outcome in self.merged if deleted else []:
            values = self.touched[change.id].values
            by = next((name for name in ("list", "parent") if values.get(name) in deleted), None)
            if by and outcome["status"] != "hidden":
                self._hide(outcome, change, by)

    def _write(self) -> None:
        rows.write_records(self.connection, [rows.record_row(self.space_id, touched.record, touched.body, touched.values, self.now_ms)
                                             for touched in self.touched.values()])
        rows.write_history(self.connection, [self._history_row(*entry) for entry in self.recorded])

    def _history_row(self, change: Change | Bad, digest: bytes, seq: int, outcome: Outcome) -> dict[str, Any]:
        record_id, what = ("", "") if isinstance(change, Bad) or "seq" not in outcome else (change.id, rows.encode(change.set))
        return {"space_id": self.space_id, "device_id": self.author.device, "n": change.n, "seq": seq, "record_id": record_id,
                "user_id": self.author.user_id, "recorded_at": self.now_ms, "digest": digest, "what": what, "outcome": rows.encode(outcome)}


def _excess(record: merge.Record, body: str) -> str | None:
    """In what the record is larger than one may be; None where it is not."""
    if len(body) > RECORD_BYTES_MAX // 4 and len(body.encode()) > RECORD_BYTES_MAX:
        return f"A record may be {RECORD_BYTES_MAX} bytes large."
    if len(record["writes"]) > 1 and len({name for write in record["writes"] for name in write["set"]}) > wire.FIELDS_MAX:
        return f"A record may hold {wire.FIELDS_MAX} fields."
    if len(record["clock"]) > merge.CLOCK_ENTRIES_MAX:
        return f"A record may hold the writes of {merge.CLOCK_ENTRIES_MAX} devices."
    return None
