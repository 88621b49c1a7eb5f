"""The records of one space within one transaction: read once, changed in memory, written once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from server.core import merge
from server.core.merge import Fields, Record
from server.journal import aliases, encoding, rows, space_authors
from server.journal.author import Author
from server.journal.encoding import Row
from server.journal.outcomes import Outcome
from server.journal.wire import Change, InvalidChange, digest_of

MOVED_IN, MOVED_TO = (
    "moved_in",
    "moved_to",
)  # members of a history row's `what`, with the other space
OFFERED = "offered"  # true in `what` if the change was offered after a restore


@dataclass
class Touched:
    """A record that the batch changed."""

    record: Record
    body: str
    values: Fields = field(default_factory=dict)
    is_unwritten: bool = True

    def read_values(self) -> Fields:
        self.values = self.values or merge.values(self.record)
        return self.values


class BatchStore:
    def __init__(self, connection: Connection, space_id: str, author: Author, now_ms: int) -> None:
        self.connection, self.space_id, self.author = connection, space_id, author
        self.now_ms = now_ms
        self.records: dict[str, Record] = {}
        self.touched: dict[str, Touched] = {}
        self._sizes: dict[str, int] = {}
        self._history: list[Row] = []

    def load(self, ids: Iterable[str], known: Mapping[str, Record]) -> None:
        """Reads the records among `ids`, except the `known` ones, which were read in this
        transaction after the space was locked.
        """
        wanted = set(ids) - known.keys()
        if wanted:
            self.records |= rows.find_records(self.connection, self.space_id, wanted, self._sizes)
        for record_id, record in known.items():
            self.records[record_id] = record
            self._sizes[record_id] = len(encoding.encode_record(record))

    def put(self, record: Record, body: str) -> None:
        """Changes a record; `write_records` writes it."""
        self.records[record["id"]] = record
        self.touched[record["id"]] = Touched(record, body)

    def drop(self, ids: Iterable[str]) -> None:
        """Removes changed records that were moved to another space."""
        for record_id in ids:
            self.touched.pop(record_id, None)

    def add_history(
        self, change: Change | InvalidChange, digest: bytes, seq: int, outcome: Outcome
    ) -> None:
        """Adds the outcome of a change; `write` writes it."""
        is_told = isinstance(change, Change) and "seq" in outcome
        what = _what(change) if isinstance(change, Change) and is_told else None
        self._history.append(self.history_row(change, digest, seq, outcome, what))

    def history_row(
        self,
        change: Change | InvalidChange,
        digest: bytes,
        seq: int,
        outcome: Outcome,
        what: Fields | None,
    ) -> Row:
        return {
            "space_id": self.space_id,
            "device_id": self.author.device,
            "n": change.n,
            "seq": seq,
            "record_id": change.id if isinstance(change, Change) and what is not None else "",
            "user_id": self.author.user_id,
            "recorded_at": self.now_ms,
            "digest": digest,
            "what": "" if what is None else encoding.encode(what),
            "outcome": encoding.encode(outcome),
        }

    def write_records(self) -> None:
        """Writes the records that changed since the last call."""
        changed = {
            record_id: touched
            for record_id, touched in self.touched.items()
            if touched.is_unwritten
        }
        rows.write_records(self.connection, [self._row(each) for each in changed.values()])
        created = sorted(changed.keys() - self._sizes.keys())
        if created:
            seen_by = self.author.rules.seen_by
            aliases.name_new(self.connection, seen_by, self.space_id, created)
        self._count(changed)

    def write(self) -> None:
        self.write_records()
        if self.touched:
            author = self.author
            space_authors.note_author(self.connection, self.space_id, author.device, author.user_id)
        rows.write_history(self.connection, self._history)

    def _row(self, touched: Touched) -> Row:
        touched.is_unwritten = False
        return encoding.record_row(
            self.space_id,
            touched.record,
            touched.body,
            touched.read_values(),
            self.now_ms,
            self.author.user_id,
        )

    def _count(self, changed: Mapping[str, Touched]) -> None:
        """Updates the number and size of the space's records."""
        lengths = {record_id: len(touched.body) for record_id, touched in changed.items()}
        rows.adjust_usage(
            self.connection,
            self.space_id,
            sum(record_id not in self._sizes for record_id in changed),
            sum(size - self._sizes.get(record_id, 0) for record_id, size in lengths.items()),
        )
        self._sizes |= lengths


def _what(change: Change) -> Fields:
    """The fields of a change for the history, with the target space if it moved."""
    return {MOVED_TO: change.move} if change.move else change.set


def find_repeat(
    connection: Connection, space_id: str, device: str, change: object
) -> Outcome | None:
    """The first outcome of a change that the device sent before, whatever its permissions are now;
    None for a new one.
    """
    if not isinstance(change, Change):
        return None
    first = rows.first_outcomes(connection, space_id, device, [change.n]).get(change.n)
    return first[1] if first and first[0] == digest_of(change) else None
