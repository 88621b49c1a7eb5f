"""Moves records from one space to another, each with its clock and writes, in the caller's writing
transaction.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from server.core import merge
from server.core.roles import at_least
from server.journal import aliases, encoding, rows, space_authors, wire
from server.journal.author import Author
from server.journal.outcomes import (
    ELSEWHERE,
    ID_TAKEN,
    NO_SUCH_SPACE,
    QUOTA_FULL,
    READ_ONLY,
    Outcome,
    rejected,
)
from server.journal.persist import MOVED_IN, MOVED_TO, BatchStore, find_repeat
from server.journal.wire import Change, InvalidChange

MOVED_RECORDS_MAX = 20_000


def path_of(store: BatchStore, change: Change | InvalidChange) -> list[str]:
    """The spaces that the record, or what a new one belongs to, was moved to since it was here; the
    last one is its present space. Empty if it is here.
    """
    if isinstance(change, InvalidChange):
        return []
    record = store.records.get(change.id)
    named = [record] if record else map(store.records.get, aliases.references_in(change.set))
    tombstone = next((each for each in named if each and "moved_to" in each), None)
    return find_path(store.connection, store.space_id, tombstone) if tombstone else []


def first_outcome_on(
    store: BatchStore, path: Sequence[str], change: Change | InvalidChange
) -> Outcome | None:
    """The first outcome of a change that was applied in a space on the path."""
    device = store.author.device
    found = (find_repeat(store.connection, space, device, change) for space in path)
    return next((outcome for outcome in found if outcome), None)


def follow(
    store: BatchStore, path: Sequence[str], change: Change | InvalidChange
) -> Outcome | None:
    """The outcome of a change whose record is at the end of the path; None if it is here."""
    if not path or isinstance(change, InvalidChange):
        return None
    author = store.author
    if at_least(author.rules.role(store.connection, author.user_id, path[-1]), "editor"):
        return {"status": ELSEWHERE, "space": path[-1]}
    if change.id not in store.records and change.kind != "comment":
        return None  # a new record stays here, visible to its author
    return {
        "status": "moved",
        "message": f"This {change.kind} was moved to a space that you cannot edit.",
    }


def find_path(connection: Connection, space_id: str, tombstone: merge.Record) -> list[str]:
    """The spaces that a record was in after `space_id`, following all moves; the last one is its
    current space. Empty if it came back here.
    """
    path: list[str] = []
    following: merge.Record | None = tombstone
    while following is not None and "moved_to" in following:
        found = following["moved_to"]
        if found in (space_id, *path):
            return []
        path.append(found)
        following = rows.find_records(connection, found, [tombstone["id"]]).get(tombstone["id"])
    return path


def refusal(
    connection: Connection,
    space_id: str,
    target: str,
    author: Author,
    role: str,
    ids: Sequence[str],
) -> Outcome | None:
    """Why the author, who has `role` in the space, cannot move these records to another one; None
    if it can.
    """
    rules = author.rules
    role_there = rules.role(connection, author.user_id, target)
    if role_there is None:
        return NO_SUCH_SPACE
    if "viewer" in (role, role_there):
        return READ_ONLY
    if not may_take_out(connection, space_id, author, role, ids):
        return rejected(
            "owner_only",
            "Only owners, or a member who added all of it, can move this out of the space. You can copy it instead.",
        )
    there = rows.find_records(connection, target, ids)
    if any(MOVED_TO not in held for held in there.values()):
        return ID_TAKEN
    if not rules.has_room(connection, target, len(ids), space_id):
        return QUOTA_FULL
    return None


def may_take_out(
    connection: Connection, space_id: str, author: Author, role: str, ids: Sequence[str]
) -> bool:
    """Whether the author, owner or editor of the space, can move these records out of it."""
    return (
        role == "owner"
        or author.rules.is_personal(connection, space_id)
        or rows.has_added_all(connection, space_id, author.user_id, ids)
    )


def carry(
    connection: Connection,
    space_id: str,
    target: str,
    author: Author,
    target_seq: int,
    records: Sequence[merge.Record],
    seq: int,
    now_ms: int,
) -> dict[str, merge.Record]:
    """Moves the records. The tombstones that stay in `space_id`, by id, each with `moved_to`.

    The records get the numbers after `target_seq`, in order. The first one's tombstone gets `seq`,
    the others the next ones of their space.
    """
    _arrive(connection, space_id, target, author, target_seq, records, now_ms)
    last_seq = rows.advance_counter(connection, space_id, len(records) - 1) or 0
    seqs = [seq, *range(last_seq + 1, last_seq + len(records))]
    rows.write_records(
        connection,
        [
            encoding.tombstone_row(space_id, record["kind"], record["id"], each, now_ms, target)
            for record, each in zip(records, seqs, strict=True)
        ],
    )
    return {
        record["id"]: _tombstone(record, each, target)
        for record, each in zip(records, seqs, strict=True)
    }


def _tombstone(record: merge.Record, seq: int, target: str) -> merge.Record:
    return {
        **merge.empty(record["kind"], record["id"]),
        "seq": seq,
        "grave": True,
        "moved_to": target,
    }


def _arrive(
    connection: Connection,
    space_id: str,
    target: str,
    author: Author,
    target_seq: int,
    records: Sequence[merge.Record],
    now_ms: int,
) -> None:
    rows.delete_tombstones(
        connection, target, [record["id"] for record in records]
    )  # left from when they were here before
    before = rows.made_and_sizes(connection, space_id, [record["id"] for record in records])
    size, arriving = 0, []
    for seq, record in enumerate(records, target_seq + 1):
        body = encoding.encode_record({**record, "seq": seq})
        size += len(body)
        arriving.append(
            encoding.record_row(
                target,
                {**record, "seq": seq},
                body,
                merge.values(record),
                now_ms,
                author.user_id,
                before[record["id"]][0],
            )
        )
    rows.write_records(connection, arriving)
    ids = [record["id"] for record in records]
    aliases.carry_aliases(connection, space_id, target, ids)
    aliases.name_new(connection, author.rules.seen_by, target, ids, space_id)
    _name_authors(connection, space_id, target, author, records)
    rows.adjust_usage(connection, target, len(records), size)
    rows.adjust_usage(
        connection, space_id, -len(records), -sum(length for _, length in before.values())
    )


def _name_authors(
    connection: Connection,
    space_id: str,
    target: str,
    author: Author,
    records: Sequence[merge.Record],
) -> None:
    """Makes the authors of the records known in the other space. The one who moves them is perhaps
    not known in this space yet.
    """
    devices = {write["by"] for record in records for write in record["writes"]}
    space_authors.carry_authors(connection, space_id, target, devices - {author.device})
    if author.device in devices:
        space_authors.note_author(connection, target, author.device, author.user_id)


def check_move(
    store: BatchStore,
    role: str,
    change: Change,
    target: str,
    below: Sequence[str],
    excess: str | None,
) -> Outcome | None:
    """Why a record cannot move with everything below it; None if it can."""
    ids = [change.id, *below]
    refused = refusal(store.connection, store.space_id, target, store.author, role, ids)
    if refused:
        return refused
    if excess:
        return rejected("record_full", excess)
    if len(below) >= MOVED_RECORDS_MAX:
        return rejected("too_large", f"At most {MOVED_RECORDS_MAX} records can be moved at once.")
    return None


def carry_all(
    store: BatchStore, moved: merge.Record, below: Sequence[str], target: str, seq: int
) -> int:
    """Moves a record and everything below it; the record's seq in the other space."""
    before = rows.advance_counter(store.connection, target, 1 + len(below)) or 0
    found = rows.find_records(store.connection, store.space_id, below)
    records = [moved, *(found[each] for each in below)]
    store.records |= carry(
        store.connection, store.space_id, target, store.author, before, records, seq, store.now_ms
    )
    store.drop([moved["id"], *found])
    return before + 1


def tell_target(store: BatchStore, change: Change, target: str, seq: int, outcome: Outcome) -> None:
    """Adds the move to the history of the target space too, with the fields that were set."""
    what: merge.Fields = {MOVED_IN: store.space_id, **change.set}
    row = store.history_row(change, wire.digest_of(change), seq, outcome, what)
    rows.write_history(store.connection, [row | {"space_id": target}])
