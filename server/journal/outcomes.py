"""Outcomes: what became of a change. The members are those of sync_protocol.md, "Outcomes"."""

from typing import Required, TypedDict


class Outcome(TypedDict, total=False):
    status: Required[str]
    seq: int
    code: str
    message: str
    fields: list[str]
    by: str
    space: str


# not applied: the record is in the space that the outcome names, where its author may write
ELSEWHERE = "elsewhere"
DEVICE_CONFLICT = "device_conflict"
CONFLICT: Outcome = {"status": DEVICE_CONFLICT}


def rejected(code: str, message: str) -> Outcome:
    return {"status": "rejected", "code": code, "message": message}


def missing(message: str) -> Outcome:
    return {"status": "missing", "message": message}


READ_ONLY = rejected("read_only", "You may read this space, not change it.")
NO_SUCH_SPACE = rejected("no_such_space", "There is no such space, or you are not a member of it.")
