"""The kinds of records and their fields. New kinds and fields are added here and nowhere else.

A check returns None for a valid value, otherwise a clause that says what the field must be.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from server.core.ids import is_record_id
from server.core.limits import (
    COMMENT_MAX,
    DESCRIPTION_MAX,
    LABEL_MAX,
    NAME_MAX,
    ORDER_MAX,
    TITLE_MAX,
)
from server.core.merge import Value
from server.core.roles import HIGHEST_FIRST

SERVER_ID_VERSION = (
    "8"  # reserved for UUIDs of the server, so that a client can never take one first
)
LABEL_PREFIX = "label/"
COMBINING_RUN_MAX = 30

Check = Callable[[object], str | None]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_WALL = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_ZONED = re.compile(
    r"(\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d)[+-](?:[01]\d|2[0-3]):[0-5]\d\[[A-Za-z][A-Za-z0-9_+/-]{0,63}\]",
    re.ASCII,
)
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_ORDER = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
_READ_POSITION = re.compile(
    r"[!-~]{1,64} [0-9]{1,16}(?: (?:list|task)/[0-9a-z-]{1,36}:[0-9]{1,16}){0,60}", re.ASCII
)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY_LIST = (
    "".join(rf"(?:{day}\b,?)?" for day in _WEEKDAYS) + "(?<=[A-Z])"
)  # in the order of the week, each at most once
_INTERVAL = "(?:;INTERVAL=(?:[2-9]|[1-9][0-9]{1,2}))?"
_BY = {  # what may follow each FREQ; twin of pwa/js/domain/repeat/repeat.js
    "DAILY": "",
    "WEEKLY": f"(?:;BYDAY={_WEEKDAY_LIST})?",
    "MONTHLY": f"(?:;BYDAY=(?:[1-4]|-1)(?:{'|'.join(_WEEKDAYS)})"
    "|;BYMONTHDAY=(?:-1|[1-9]|1[0-9]|2[0-8]|28,29(?:,30)?;BYSETPOS=-1))?",
    "YEARLY": "",
}
_REPEAT = re.compile(
    f"FREQ=(?:{'|'.join(freq + _INTERVAL + by for freq, by in _BY.items())})(?:;FROM=COMPLETION)?",
    re.ASCII,
)


def text(length_max: int, length_min: int = 0) -> Check:
    """A string of `length_min` to `length_max` code points after NFC, without NUL; with a
    `length_min`, not only white space.
    """

    def check(value: object) -> str | None:
        if not isinstance(value, str):
            return "must be text"
        if "\0" in value:
            return "must not contain the character NUL"
        if len(value) > length_max // 3:
            problem = _length_problem(value, length_max)
            if problem:
                return problem
        if length_min and not value.strip():
            return "must not be empty"
        return None

    return check


def _length_problem(value: str, length_max: int) -> str | None:
    """What is wrong with the length after NFC. Normalizing takes quadratic time in runs of
    combining marks, so runs are limited.
    """
    too_long = f"must be at most {length_max} characters long"
    if len(value) > 4 * length_max:
        return too_long
    run = 0
    for character in value:
        run = run + 1 if unicodedata.combining(character) else 0
        if run > COMBINING_RUN_MAX:
            return f"must not have more than {COMBINING_RUN_MAX} combining marks on one letter"
    return too_long if len(unicodedata.normalize("NFC", value)) > length_max else None


def one_of(*choices: Value) -> Check:
    allowed = frozenset((type(choice), choice) for choice in choices)
    problem = "must be " + " or ".join(
        "null" if choice is None else str(choice).lower() for choice in choices
    )
    return lambda value: None if (type(value), value) in allowed else problem


def nullable(inner: Check) -> Check:
    return lambda value: None if value is None else inner(value)


def matching(is_valid: Callable[[str], bool], form: str) -> Check:
    return lambda value: None if isinstance(value, str) and is_valid(value) else f"must be {form}"


def is_due(value: str) -> bool:
    """A day `2026-11-30`, a wall time `2026-11-30T17:00`, or a zoned time
    `2026-11-30T17:00+01:00[Europe/Paris]` (RFC 9557).
    """
    zoned = _ZONED.fullmatch(value)
    local = zoned[1] if zoned else value
    return bool(zoned or _DAY.fullmatch(value) or _WALL.fullmatch(value)) and _is_date(local[:10])


def is_instant(value: str) -> bool:
    """An RFC 3339 date and time."""
    if not _INSTANT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_repeat(value: str) -> bool:
    """Whether it is a rule of the RFC 5545 RRULE subset in `sync_protocol.md`, in its only
    spelling.
    """
    return _REPEAT.fullmatch(value) is not None


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


record_id = matching(is_record_id, "a UUID in lower case")
new_record_id = matching(
    lambda value: is_record_id(value) and value[14] != SERVER_ID_VERSION,
    "a UUID in lower case, not of version 8",
)
instant = matching(is_instant, "an RFC 3339 date and time")
order = matching(
    lambda value: _ORDER.fullmatch(value) is not None, f"1 to {ORDER_MAX} letters and digits"
)
due = matching(is_due, "a day, a wall time or a zoned time")
repeat = matching(is_repeat, "a rule in canonical form, such as FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH")
flag = one_of(True, None)
read_position = matching(
    lambda value: _READ_POSITION.fullmatch(value) is not None,
    "an epoch, a number and up to 60 marks such as list/ID:5",
)


@dataclass(frozen=True)
class Kind:
    """`required` fields must be in the change that creates a record; the fields of a tuple in
    `together` are set together or not at all; `fixed` ones never change.

    Records of `personal_only` kinds are in personal spaces only.
    A record with the field `author` belongs to that account: only it can change the text; it and
    owners can delete.
    """

    fields: Mapping[str, Check]
    required: frozenset[str] = frozenset()
    together: tuple[tuple[str, ...], ...] = ()
    prefixes: Mapping[str, Check] = field(default_factory=dict)
    by_server_only: bool = False
    personal_only: bool = False
    fixed: frozenset[str] = frozenset()

    def refusal(self, fields: Mapping[str, Value]) -> tuple[str, str] | None:
        """(code, message) of the first invalid field of `fields`; None if all are valid."""
        for name, value in fields.items():
            check = self.fields.get(name) or self._prefixed(name)
            if check is None:
                return "unknown_field", f"Unknown field {name[:80]!r}."
            problem = check(value)
            if problem:
                return "bad_value", f"The field {name[:80]!r} {problem}."
        for group in self.together:
            held = [name for name in group if name in fields]
            if held and len(held) < len(group):
                return "set_together", f"The fields {' and '.join(group)} must be set together."
        if "status" in fields and (fields["status"] == "completed") != (
            fields["completed_at"] is not None
        ):
            return (
                "set_together",
                "completed_at must be set for a completed task and null for any other.",
            )
        return None

    def _prefixed(self, name: str) -> Check | None:
        for prefix, check in self.prefixes.items():
            if name.startswith(prefix) and text(LABEL_MAX, 1)(name[len(prefix) :]) is None:
                return check
        return None


_COMMON: dict[str, Check] = {"deleted": nullable(instant), "order": order}

KINDS: dict[str, Kind] = {
    "task": Kind(
        fields=_COMMON
        | {
            "title": text(TITLE_MAX, 1),
            "description": text(DESCRIPTION_MAX),
            "due": nullable(due),
            "repeat": nullable(repeat),
            "status": one_of("pending", "in_progress", "completed"),
            "completed_at": nullable(instant),
            "priority": one_of(0, 1, 2, 3),
            "list": nullable(record_id),
            "parent": nullable(record_id),
            "assignee": nullable(record_id),
        },
        required=frozenset({"title", "status", "completed_at"}),
        together=(("status", "completed_at"),),
        prefixes={LABEL_PREFIX: flag},
    ),
    "list": Kind(fields=_COMMON | {"name": text(NAME_MAX, 1)}, required=frozenset({"name"})),
    "comment": Kind(
        fields={
            "task": record_id,
            "text": text(COMMENT_MAX, 1),
            "author": record_id,
            "created": instant,
            "deleted": nullable(instant),
        },
        required=frozenset({"task", "text", "author", "created"}),
        fixed=frozenset({"task", "author", "created"}),
    ),
    "read": Kind(
        fields={"space": record_id, "position": read_position},
        required=frozenset({"space", "position"}),
        personal_only=True,
    ),
    "space": Kind(
        fields={"name": text(NAME_MAX, 1)}, required=frozenset({"name"}), by_server_only=True
    ),
    "member": Kind(
        fields={
            "name": text(NAME_MAX),
            "role": one_of(*HIGHEST_FIRST),
            "account": record_id,
            "deleted": nullable(instant),
        },
        required=frozenset({"name", "role"}),
        by_server_only=True,
    ),
}
