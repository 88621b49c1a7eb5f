"""Rules and what breaks them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Check = Callable[[Any], None]
RULES: list["Rule"] = []


class Broken(Exception):
    """The server did something else than the rule says."""


class Impossible(Exception):
    """The kit cannot go on, for example because the server accepts no more sign-ups."""


@dataclass(frozen=True)
class Rule:
    """`quotes` are the words of the page that the rule checks."""

    name: str
    section: str
    quotes: tuple[str, ...]
    check: Check


def rule(section: str, *quotes: str) -> Callable[[Check], Check]:
    """Registers a rule; its name is the name of its module and of the function."""

    def register(check: Check) -> Check:
        group = check.__module__.rpartition(".")[2]
        RULES.append(Rule(f"{group}.{check.__name__}", section, quotes, check))
        return check

    return register


def same(what: str, found: Any, wanted: Any) -> None:
    """Breaks the rule unless both are equal in value and type (`1` and `true` differ)."""
    if not _equal(found, wanted):
        raise Broken(f"{what}: found {_short(found)}, expected {_short(wanted)}")


def holds(what: str, is_so: Any, found: Any = "") -> None:
    """Breaks the rule unless `is_so`."""
    if not is_so:
        raise Broken(f"{what}" + (f": found {_short(found)}" if found != "" else ""))


def refused(answer: Any, status: int, *codes: str) -> None:
    """Breaks the rule unless an answer is this error, with a message for people."""
    holds(
        f"an answer with {status} {' or '.join(codes)}",
        answer.status == status and answer.code in codes,
        (answer.status, answer.body),
    )
    holds("an error has a message", isinstance(answer.body.get("message"), str), answer.body)


def squeezed(text: str) -> str:
    """The text with each run of white space as one space: quotes go over the ends of lines."""
    return re.sub(r"\s+", " ", text)


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_equal(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_equal, a, b))
    return type(a) is type(b) and bool(a == b)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 600 else text[:600] + "…"
