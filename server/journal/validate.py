"""Checks of a change against its record. Pure: data from the database is passed in."""

from collections.abc import Mapping

from server.core import hlc, merge
from server.core.ids import is_record_id
from server.core.limits import CLOCK_ENTRIES_MAX, RECORD_BYTES_MAX, RECORD_FIELDS_MAX
from server.core.merge import Record
from server.journal.author import Author
from server.journal.kinds import KINDS, SERVER_ID_VERSION
from server.journal.outcomes import QUOTA_FULL, Outcome, missing, rejected
from server.journal.wire import Change

SEEN_ENTRIES_MAX = 256
DEVICE_NAME_MAX = 100
MOVABLE = ("list", "task")
FIXED = rejected("bad_value", "This field cannot be changed.")
PERSONAL_ONLY = rejected("bad_change", "Records of this kind can only be in a personal space.")


def is_clone(record: Record | None, change: Change, device: str) -> bool:
    """Whether two installations write under one device id: the number is not above the record's
    entry for the device, or the entry is above the last number that the device knows.
    """
    entry = record.get("clock", {}).get(device, 0) if record else 0
    return entry >= change.n or entry > change.prev


def find_fault(
    change: Change, by_server: bool = False, is_validated: bool = False
) -> Outcome | None:
    """Why no record can take the change; None if one can."""
    kind = KINDS.get(change.kind)
    if kind is None:
        return rejected("unknown_kind", f"Unknown kind {change.kind[:80]!r}.")
    if kind.by_server_only and not by_server:
        return rejected(
            "server_only", f"Only the server can write records of the kind {change.kind}."
        )
    problem = _shape_problem(change)
    if problem:
        return rejected("bad_change", problem)
    refusal = None if is_validated else kind.refusal(change.set)
    return rejected(*refusal) if refusal else None


def check_new(change: Change, author: Author, has_room: bool) -> Outcome | None:
    """Why the change cannot create its record; None if it can."""
    lacking = sorted(KINDS[change.kind].required - change.set.keys())
    if lacking:
        return missing(f"There is no such {change.kind}. A new one needs {', '.join(lacking)}.")
    if change.id[14] == SERVER_ID_VERSION and not author.by_server:
        return rejected("bad_change", "Only the server can create ids of UUID version 8.")
    if not has_room:
        return QUOTA_FULL
    return None


def check_existing(record: Record, change: Change) -> Outcome | None:
    """Why the record cannot take the change; None if it can."""
    if record["kind"] != change.kind:
        return rejected("kind_differs", f"This id belongs to a {record['kind']}.")
    if record.get("grave"):
        return {"status": "gone", "message": f"This {change.kind} was permanently deleted."}
    return None


def check_author(
    record: Record, change: Change, author: Author, role: str, deleters: set[str]
) -> Outcome | None:
    """Why this account cannot make this change to a record with an author; None if it can.
    `deleters` are the accounts whose deletion the change undoes.
    """
    if not record["writes"]:
        is_own = change.set.get("author") == author.user_id
        return (
            None
            if is_own
            else rejected("not_author", "A comment's author must be the account that writes it.")
        )
    if sets_fixed(record, change):
        return FIXED
    is_own = merge.value(record, "author") == author.user_id
    if is_own and role != "owner" and not deleters <= {author.user_id}:
        return rejected("owner_only", "An owner deleted this comment. Only owners can restore it.")
    if is_own or (role == "owner" and change.set.keys() == {"deleted"}):
        return None
    return rejected(
        "not_author", "Only the author can edit a comment. The author and owners can delete it."
    )


def restores(record: Record, change: Change) -> bool:
    """Whether the change restores the record from the trash."""
    return change.set.get("deleted", "") is None and merge.value(record, "deleted") is not None


def sets_fixed(record: Record, change: Change) -> bool:
    """Whether the change sets a fixed field of an existing record."""
    return bool(record["writes"]) and not KINDS[change.kind].fixed.isdisjoint(change.set)


def find_excess(record: Record, body: str) -> str | None:
    """The limit that the record exceeds, as a sentence; None if it exceeds none."""
    if len(body) > RECORD_BYTES_MAX // 4 and len(body.encode()) > RECORD_BYTES_MAX:
        return f"A record can have at most {RECORD_BYTES_MAX} bytes."
    writes = record["writes"]
    if len(writes) > 1 and len(_fields_of(writes)) > RECORD_FIELDS_MAX:
        return f"A record can have at most {RECORD_FIELDS_MAX} fields."
    if len(record["clock"]) > CLOCK_ENTRIES_MAX:
        return f"A record can hold writes of at most {CLOCK_ENTRIES_MAX} devices."
    return None


def _fields_of(writes: list[merge.Write]) -> set[str]:
    return {name for write in writes for name in write["set"]}


def _shape_problem(change: Change) -> str | None:
    if not is_record_id(change.id):
        return "The id must be a UUID in lower case."
    if change.prev >= change.n:
        return "prev must be less than n."
    if change.move is not None and (change.kind not in MOVABLE or not is_record_id(change.move)):
        return "move must be a space's id, and only lists and tasks can be moved."
    if not (change.set or change.move) or len(change.set) > RECORD_FIELDS_MAX:
        return f"set must hold 1 to {RECORD_FIELDS_MAX} fields."
    return _seen_problem(change.seen) or _time_problem(change.at)


def _seen_problem(seen: Mapping[str, int]) -> str | None:
    if len(seen) > SEEN_ENTRIES_MAX:
        return f"seen must name at most {SEEN_ENTRIES_MAX} devices."
    if any(not 0 < len(by) <= DEVICE_NAME_MAX for by in seen):
        return "seen must name devices by their ids."
    return None


def _time_problem(at: str) -> str | None:
    try:
        hlc.parse_reading(at)
    except ValueError:
        return "at must be a clock reading such as 2026-11-23T18:20:32.123Z-0003."
    return None
