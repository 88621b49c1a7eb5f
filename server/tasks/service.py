"""Writes tasks, lists and comments for REST, through the journal."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from server.core import merge
from server.core.hlc import format_reading
from server.core.ids import may_be_derived, server_device_id
from server.core.merge import Value
from server.journal import rows
from server.journal.apply import Applied, apply
from server.journal.author import Author, ServerChange
from server.journal.epoch import get_epoch
from server.journal.kinds import LABEL_PREFIX
from server.journal.outcomes import BEING_MOVED, STALE, Outcome
from server.tasks.records import Shown, StoredRecord
from server.tasks.references import check_references, check_writable, find_space_for
from server.tasks.work import Work
from server.web.errors import ApiError
from server.web.event_log import log_refusal
from server.web.schemas import Body

REFERENCES = {"list", "parent"}
STATUS_OF_CODE = {
    "exists": 409,
    "kind_differs": 409,
    "id_taken": 409,
    "quota_full": 409,
    "moved": 409,
    "elsewhere": 409,
    "read_only": 403,
    "not_author": 403,
    "owner_only": 403,
    "no_such_space": 404,
    "too_large": 413,
}


def create(work: Work, kind: str, given: Body) -> Shown:
    """Creates a task or a list in the given space, or in the space of its list or parent."""
    given = dict(given)
    record_id = given.pop("id", None) or str(uuid.uuid4())
    space_id = given.pop("space", None) or find_space_for(work, given)
    check_writable(work, space_id)
    given = check_references(work, space_id, record_id, given)
    same = work.find(kind, record_id) if may_be_derived(record_id) else None
    if same and same["space"] == space_id:
        record_id = same["id"]
    if given.get("parent"):
        above = work.find_in(space_id, "task", given["parent"])
        given.setdefault("list", above["list"] if above else None)
    fields = fields_of(({"status": "pending"} if kind == "task" else {}) | given, {}, work.now_ms)
    return _create(work, space_id, kind, record_id, fields)


def change(work: Work, kind: str, record_id: str, given: Body, version: int | None) -> Shown:
    """Sets fields of a record. A task's subtasks follow it to its new list, and are restored with
    it if they were deleted with it.
    """
    stored = work.get_locked(kind, record_id)
    current = stored.show()
    check_writable(work, stored.space_id)
    if not given:
        _check_version(current, version)
        return work.named(current)
    seen = work.named(current) if REFERENCES & given.keys() else current
    new = {name: value for name, value in given.items() if value != seen.get(name)}
    new = check_references(work, stored.space_id, current["id"], new)
    below = _changes_below(work, current, new) if kind == "task" else []
    same = {name: current.get(name) for name in given.keys() - new.keys()}
    fields = fields_of({**same, **new}, current, work.now_ms)
    return _write(work, stored, ServerChange(kind, current["id"], fields, version), below)


def remove(work: Work, kind: str, record_id: str, version: int | None) -> None:
    """Moves a record to the trash, a task with its subtasks."""
    stored = work.get_locked(kind, record_id)
    current, deleted = stored.show(), {"deleted": instant(work.now_ms)}
    ids = _subtasks(work, current, current["deleted"]) if kind == "task" else []
    below = [ServerChange("task", each, deleted) for each in ids]
    _write(work, stored, ServerChange(kind, current["id"], deleted, version), below)


def move(work: Work, kind: str, record_id: str, given: Body, version: int | None) -> Shown:
    """Moves a list with its tasks, or a task with its subtasks and comments, to another space."""
    current = work.get(kind, record_id)
    space_id = given["space"]
    if current["space"] == space_id:
        raise ApiError(409, "same_space", "It is already in that space.")
    check_writable(work, space_id)
    fields = _fields_of_moved(work, current, given) if kind == "task" else {}
    moving = ServerChange(kind, current["id"], fields, version, move=space_id)
    _apply(work, current["space"], [moving])
    moved = work.find_in(space_id, kind, current["id"])
    return work.named(moved) if moved else current


def comment(work: Work, task_id: str, given: Body) -> Shown:
    """Adds a comment to a task; the caller is its author."""
    task = work.get("task", task_id)
    fields: dict[str, Value] = {
        "task": task["id"],
        "text": given["text"],
        "author": work.caller.user_id,
        "created": instant(work.now_ms),
    }
    record_id = given.get("id") or str(uuid.uuid4())
    return _create(work, task["space"], "comment", record_id, fields)


def _create(
    work: Work, space_id: str, kind: str, record_id: str, fields: Mapping[str, Value]
) -> Shown:
    creation = ServerChange(kind, record_id, fields, create=True, is_validated=True)
    applied = _apply(work, space_id, [creation])
    record = applied.records[record_id]
    return work.named(StoredRecord(space_id, record, work.now_ms, work.now_ms).show())


def _write(
    work: Work, stored: StoredRecord, change: ServerChange, below: Sequence[ServerChange]
) -> Shown:
    """Applies the change and the changes of everything below; the record afterwards. ApiError if
    the journal refuses one: then none is applied.
    """
    changes = [replace(each, is_validated=True) for each in (change, *below)]
    applied = _apply(work, stored.space_id, changes, {change.id: stored.record})
    record = applied.records[change.id]
    written = StoredRecord(stored.space_id, record, stored.created_at, work.now_ms)
    return work.named(written.show())


def _apply(
    work: Work,
    space_id: str,
    changes: Sequence[ServerChange],
    known: Mapping[str, merge.Record] | None = None,
) -> Applied:
    user_id = work.caller.user_id
    device = server_device_id(get_epoch(work.connection), space_id, user_id)
    author = Author(user_id, device, work.rules)
    applied = apply(work.connection, space_id, author, changes, work.now_ms, known=known)
    for change, outcome in zip(changes, applied.outcomes, strict=True):
        if outcome["status"] not in ("applied", "merged", "hidden"):
            code = outcome.get("code", outcome["status"])
            log_refusal(author.user_id, device, space_id, change.id, code)
            raise _refusal(outcome)
    return applied


def _check_version(record: Shown, version: int | None) -> None:
    if version is not None and version != record["version"]:
        raise _refusal(STALE)


def fields_of(given: Body, current: Shown, now_ms: int) -> dict[str, Value]:
    """REST members as a record's fields: one field per label, completed_at with the status."""
    fields: dict[str, Value] = {name: held for name, held in given.items() if name != "labels"}
    if "labels" in given:
        wanted, held = set(given["labels"]), set(current.get("labels", ()))
        fields |= {LABEL_PREFIX + name: True for name in wanted - held} | {
            LABEL_PREFIX + name: None for name in held - wanted
        }
    if "status" in fields:
        was_completed = current.get("status") == "completed" and current.get("completed_at")
        fields["completed_at"] = (
            (was_completed or instant(now_ms)) if fields["status"] == "completed" else None
        )
    return fields


def instant(now_ms: int) -> str:
    """A moment as RFC 3339 text."""
    return format_reading(now_ms)[:24]


def _changes_below(work: Work, current: Shown, new: Body) -> list[ServerChange]:
    """The changes of a task's subtasks that follow from a change of the task."""
    fields: dict[str, Value] = {}
    fields |= {name: new[name] for name in ("list", "deleted") if name in new}
    ids = _subtasks(work, current, current["deleted"]) if fields else []
    return [ServerChange("task", each, fields) for each in ids]


def _subtasks(work: Work, task: Shown, deleted: str | None) -> list[str]:
    """The subtasks at any depth that are live, or were deleted at the same time as the task; none
    of a task that is below itself.
    """
    ids = rows.find_below(work.connection, task["space"], task["id"])
    if task["parent"] in ids:
        return []
    found = rows.find_records(work.connection, task["space"], ids)
    return [
        each
        for each in ids
        if found[each]["kind"] == "task" and merge.value(found[each], "deleted") == deleted
    ]


def _fields_of_moved(work: Work, current: Shown, given: Body) -> dict[str, Value]:
    """The fields to set when a task moves to another space: its list, no parent, and no assignee
    who is not a member there.
    """
    new = check_references(work, given["space"], current["id"], {"list": given.get("list")})
    fields: dict[str, Value] = {"list": new["list"], "parent": None}
    assignee = current["assignee"]
    if assignee and work.rules.role(work.connection, assignee, given["space"]) is None:
        fields["assignee"] = None
    return fields


def _refusal(outcome: Outcome) -> ApiError:
    status, message = (
        outcome["status"],
        str(outcome.get("message", BEING_MOVED["message"])),
    )
    if status == "stale":
        return ApiError(412, "stale", message)
    if status in ("missing", "gone"):
        return ApiError(404, "not_found", message)
    code = str(outcome.get("code", status))
    return ApiError(STATUS_OF_CODE.get(code, 422), code, message)
