"""Tasks, lists and comments as REST sees them: found through the membership, written through the
journal like every change.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, false, select

from server.accounts.service import Principal
from server.core import merge
from server.core.hlc import format_reading
from server.core.ids import server_device_id
from server.database import Prepared
from server.journal import rows
from server.journal.apply import apply
from server.journal.author import Author, Rules, ServerChange
from server.journal.epoch import get_epoch
from server.journal.kinds import LABEL_PREFIX
from server.journal.models import Record
from server.journal.outcomes import Outcome
from server.spaces import access
from server.spaces.models import Member, Space
from server.web.errors import ApiError

TASK_DEFAULTS = {
    "description": "",
    "due": None,
    "repeat": None,
    "priority": 0,
    "list": None,
    "parent": None,
    "assignee": None,
    "order": None,
    "deleted": None,
    "completed_at": None,
    "status": "pending",
    "title": None,
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "task": TASK_DEFAULTS,
    "list": {"order": None, "deleted": None, "name": ""},
    "comment": {"deleted": None},
}
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

READ = "tasks:read"

_FIND = Prepared(
    select(Record.space_id, Record.body, Record.created_at, Record.changed_at)
    .join(Member, Member.space_id == Record.space_id)
    .join(Space, Space.id == Record.space_id)
    .where(
        Member.user_id == bindparam("user"),
        Space.deleted_at.is_(None),
        Record.id == bindparam("id"),
        Record.kind == bindparam("kind"),
        Record.is_tombstone == false(),
    )
)


@dataclass(frozen=True)
class Caller:
    """Who asks, the spaces it reaches with its role in each, and the rules that check what it
    writes.
    """

    principal: Principal
    spaces: Mapping[str, str]
    rules: Rules
    now_ms: int

    @property
    def user_id(self) -> str:
        return self.principal.user_id


def caller_of(connection: Connection, principal: Principal, rules: Rules, now_ms: int) -> Caller:
    return Caller(principal, access.roles_of(connection, principal), rules, now_ms)


def find(
    connection: Connection, principal: Principal, kind: str, record_id: str
) -> dict[str, Any] | None:
    """A record of that kind in a space of the caller's, as REST shows it; None where there is none."""
    for space_id, *row in _FIND.rows(connection, user=principal.user_id, id=record_id, kind=kind):
        if principal.reaches(space_id):
            return shown(space_id, *row)
    return None


def get(connection: Connection, principal: Principal, kind: str, record_id: str) -> dict[str, Any]:
    """The record; 404 where there is none for the caller."""
    found = find(connection, principal, kind, record_id)
    if found is None:
        raise ApiError(404, "not_found", f"There is no such {kind}.")
    return found


def told(principal: Principal, record: dict[str, Any]) -> dict[str, Any]:
    """What a writer is told of the record it wrote: without `tasks:read`, only which it is."""
    if principal.scopes is None or READ in principal.scopes:
        return record
    return {name: record[name] for name in ("id", "space", "version")}


def create(
    connection: Connection, caller: Caller, kind: str, given: dict[str, Any]
) -> dict[str, Any]:
    """Makes a task or a list in the space that is named, or follows from what it lies in."""
    given = dict(given)
    record_id = given.pop("id", None) or str(uuid.uuid4())
    space_id = given.pop("space", None) or _space_for(connection, caller, given)
    _check_writable(caller, space_id)
    _check_named(connection, caller, space_id, record_id, given)
    if given.get("parent"):
        given.setdefault("list", get(connection, caller.principal, "task", given["parent"])["list"])
    fields = fields_of(({"status": "pending"} if kind == "task" else {}) | given, {}, caller.now_ms)
    return write(connection, caller, space_id, ServerChange(kind, record_id, fields, create=True))


def change(
    connection: Connection,
    caller: Caller,
    kind: str,
    record_id: str,
    given: dict[str, Any],
    version: int | None,
) -> dict[str, Any]:
    """Sets fields of a record. A task's subtasks go to its new list with it, and come out of the
    trash with it where they went there with it.
    """
    current = get(connection, caller.principal, kind, record_id)
    _check_writable(caller, current["space"])
    if not given:
        check_version(current, version)
        return current
    new = {name: value for name, value in given.items() if value != current.get(name)}
    _check_named(connection, caller, current["space"], record_id, new)
    below = _carried(connection, current, new) if kind == "task" else []
    return write(
        connection,
        caller,
        current["space"],
        ServerChange(kind, record_id, fields_of(given, current, caller.now_ms), version),
        below,
    )


def remove(
    connection: Connection, caller: Caller, kind: str, record_id: str, version: int | None
) -> None:
    """Moves a record to the trash, a task with its subtasks."""
    current = get(connection, caller.principal, kind, record_id)
    deleted = {"deleted": instant(caller.now_ms)}
    below = (
        [
            ServerChange("task", each, deleted)
            for each in _subtasks(connection, current, current["deleted"])
        ]
        if kind == "task"
        else []
    )
    write(
        connection, caller, current["space"], ServerChange(kind, record_id, deleted, version), below
    )


def move(
    connection: Connection,
    caller: Caller,
    kind: str,
    record_id: str,
    given: dict[str, Any],
    version: int | None,
) -> dict[str, Any]:
    """Carries a list with its tasks, or a task with its subtasks and comments, to another space."""
    current = get(connection, caller.principal, kind, record_id)
    space_id = given["space"]
    if current["space"] == space_id:
        raise ApiError(409, "same_space", "It is in that space already.")
    _check_writable(caller, space_id)
    fields = _fields_of_moved(connection, caller, current, given) if kind == "task" else {}
    return write(
        connection,
        caller,
        current["space"],
        ServerChange(kind, record_id, fields, version, move=space_id),
    )


def comment(
    connection: Connection, caller: Caller, task_id: str, given: dict[str, Any]
) -> dict[str, Any]:
    """Adds a comment to a task; who asks is its author."""
    task = get(connection, caller.principal, "task", task_id)
    fields = {
        "task": task_id,
        "text": given["text"],
        "author": caller.user_id,
        "created": instant(caller.now_ms),
    }
    return write(
        connection,
        caller,
        task["space"],
        ServerChange("comment", given.get("id") or str(uuid.uuid4()), fields, create=True),
    )


def write(
    connection: Connection,
    caller: Caller,
    space_id: str,
    draft: ServerChange,
    below: Sequence[ServerChange] = (),
) -> dict[str, Any]:
    """The record as it is after the change, with which those of what lies below it go: all of them,
    or ApiError where the journal refuses one.
    """
    author = Author(caller.user_id, server_device_id(get_epoch(connection), space_id), caller.rules)
    for outcome in apply(connection, space_id, author, [draft, *below], caller.now_ms).outcomes:
        if outcome["status"] not in ("applied", "merged", "hidden"):
            raise _refusal(outcome)
    return get(connection, caller.principal, draft.kind, draft.id)


def check_version(record: dict[str, Any], version: int | None) -> None:
    if version is not None and version != record["version"]:
        raise ApiError(412, "stale", "It was changed since.")


def fields_of(given: dict[str, Any], current: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """REST members as a record's fields: labels one field each, completed_at with the status."""
    fields = dict(given)
    if "labels" in fields:
        wanted, held = set(fields.pop("labels")), set(current.get("labels", ()))
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


def shown(space_id: str, body: str, created_at: int, changed_at: int) -> dict[str, Any]:
    """A record as REST shows it."""
    record = msgspec.json.decode(body)
    values = merge.values(record)
    labels = sorted(
        name.removeprefix(LABEL_PREFIX)
        for name, held in values.items()
        if name.startswith(LABEL_PREFIX) and held
    )
    plain = {name: held for name, held in values.items() if not name.startswith(LABEL_PREFIX)}
    return (
        DEFAULTS[record["kind"]]
        | plain
        | {
            "id": record["id"],
            "space": space_id,
            "labels": labels,
            "conflicts": merge.conflicts(record),
            "version": record["seq"],
            "created_at": created_at,
            "changed_at": changed_at,
        }
    )


def _space_for(connection: Connection, caller: Caller, given: dict[str, Any]) -> str:
    """The space of the list or the parent that is named; else the personal one."""
    for name, kind in (("list", "list"), ("parent", "task")):
        if given.get(name):
            above = find(connection, caller.principal, kind, given[name])
            if above:
                return above["space"]
            raise _unknown(name)
    personal = access.personal_space(connection, caller.user_id)
    if personal not in caller.spaces:
        raise ApiError(
            422, "space_needed", "This token does not reach the personal space: name a space."
        )
    return personal


def _carried(
    connection: Connection, current: dict[str, Any], new: Mapping[str, Any]
) -> list[ServerChange]:
    """What a change of a task does to its subtasks."""
    fields = {name: new[name] for name in ("list", "deleted") if name in new}
    if not fields:
        return []
    return [
        ServerChange("task", each, fields)
        for each in _subtasks(connection, current, current["deleted"])
    ]


def _subtasks(connection: Connection, task: dict[str, Any], deleted: str | None) -> list[str]:
    """The subtasks at any depth that are live, or that went to the trash at this very moment; none
    of a task that lies below itself.
    """
    ids = rows.find_below(connection, task["space"], task["id"])
    if task["parent"] in ids:
        return []
    found = rows.find_records(connection, task["space"], ids)
    return [
        each
        for each in ids
        if found[each]["kind"] == "task" and merge.value(found[each], "deleted") == deleted
    ]


def _check_writable(caller: Caller, space_id: str) -> None:
    """The journal checks again, when it applies; this only answers before anything else is looked
    at.
    """
    role = caller.spaces.get(space_id)
    if role is None:
        raise ApiError(
            404, "no_such_space", "There is no such space, or you are not a member of it."
        )
    if role == "viewer":
        raise ApiError(403, "read_only", "You may read this space, not change it.")


def _check_named(
    connection: Connection, caller: Caller, space_id: str, record_id: str, given: dict[str, Any]
) -> None:
    """422 where a list, a parent or an assignee that the body names is not a live one of this very
    space.
    """
    for name, kind in (("list", "list"), ("parent", "task")):
        if given.get(name):
            above = find(connection, caller.principal, kind, given[name])
            if (
                above is None
                or above["space"] != space_id
                or given[name] == record_id
                or _is_in_trash(connection, caller, above)
            ):
                raise _unknown(name)
    if given.get("assignee") and caller.rules.role(connection, given["assignee"], space_id) is None:
        raise ApiError(
            422,
            "not_a_member",
            "The assignee is not a member of the space.",
            {"assignee": ["Not a member of the space."]},
        )


def _is_in_trash(connection: Connection, caller: Caller, record: dict[str, Any]) -> bool:
    """Whether it, or the list it is in, was deleted."""
    above = (
        find(connection, caller.principal, "list", record["list"]) if record.get("list") else None
    )
    return record["deleted"] is not None or (above is not None and above["deleted"] is not None)


def _unknown(name: str) -> ApiError:
    if name == "list":
        return ApiError(
            422,
            "no_such_list",
            "There is no such list in this space.",
            {"list": ["No list of this space."]},
        )
    return ApiError(
        422,
        "no_such_parent",
        "There is no such other task in this space.",
        {"parent": ["No other task of this space."]},
    )


def _fields_of_moved(
    connection: Connection, caller: Caller, current: dict[str, Any], given: dict[str, Any]
) -> dict[str, Any]:
    """What a task holds of its old space is set anew: its list, no parent, and no assignee who is
    not a member there.
    """
    _check_named(connection, caller, given["space"], current["id"], {"list": given.get("list")})
    fields: dict[str, Any] = {"list": given.get("list"), "parent": None}
    if (
        current["assignee"]
        and caller.rules.role(connection, current["assignee"], given["space"]) is None
    ):
        fields["assignee"] = None
    return fields


def _refusal(outcome: Outcome) -> ApiError:
    status, message = (
        outcome["status"],
        str(outcome.get("message", "It is being moved about. Try again.")),
    )
    if status == "stale":
        return ApiError(412, "stale", message)
    if status in ("missing", "gone"):
        return ApiError(404, "not_found", message)
    code = str(outcome.get("code", status))
    return ApiError(STATUS_OF_CODE.get(code, 422), code, message)
