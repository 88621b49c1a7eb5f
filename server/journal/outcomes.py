"""Outcomes of changes. The members are those of sync_protocol.md, "Outcomes"."""

from typing import Required, TypedDict

from server.web import errors


class Outcome(TypedDict, total=False):
    status: Required[str]
    seq: int
    code: str
    message: str
    fields: list[str]
    by: str
    space: str
    left_out: list[str]


# not applied: the record is in the space in the outcome, and its author can write there
ELSEWHERE = "elsewhere"
DEVICE_CONFLICT = "device_conflict"
CONFLICT: Outcome = {"status": DEVICE_CONFLICT}


def rejected(code: str, message: str) -> Outcome:
    return {"status": "rejected", "code": code, "message": message}


def missing(message: str) -> Outcome:
    return {"status": "missing", "message": message}


READ_ONLY = rejected("read_only", "You have view-only access to this space.")
NO_SUCH_SPACE = rejected("no_such_space", errors.NO_SUCH_SPACE)
ID_TAKEN = rejected("id_taken", "This id is already in use. Make a copy with a new id.")
QUOTA_FULL = rejected("quota_full", "The quota of the account that owns this space is used up.")
STALE: Outcome = {"status": "stale", "message": "It has changed since you read it."}
BEING_MOVED: Outcome = {"status": "moved", "message": "It is being moved. Try again."}
