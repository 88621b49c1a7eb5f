"""Changes in requests, decoded one by one, so that an invalid one gets its own answer.

The fast path is msgspec. If it refuses a whole body (a lone surrogate, 1e999), the careful path
parses with the standard library and checks each change by the same rules.
"""

import hashlib
import json
from typing import Annotated, TypeVar

import msgspec

from server.core.ids import is_record_id
from server.core.limits import NUMBER_MAX
from server.core.merge import Value

Number = Annotated[int, msgspec.Meta(ge=0, le=NUMBER_MAX)]


class Change(msgspec.Struct, omit_defaults=True):
    """One change of one record by one device; the members are those of sync_protocol.md, "A
    change".
    """

    space: str
    kind: str
    id: str
    n: Annotated[int, msgspec.Meta(ge=1, le=NUMBER_MAX)]
    prev: Number
    seen: dict[str, Number]
    at: str
    set: dict[str, Value]
    move: str | None = None


class Renamed(Change):
    """A change whose author knows records under other ids: with the stored ones, and as it was
    sent.
    """

    sent: Change | None = None


class InvalidChange(msgspec.Struct):
    """A malformed change: the reason, and the members that a history row needs."""

    code: str
    message: str
    digest: bytes
    space: str = ""
    n: int = 0


T = TypeVar("T")
_decoder = msgspec.json.Decoder(Change)
_canonical = msgspec.json.Encoder(order="sorted")


def decode(raw: msgspec.Raw) -> Change | InvalidChange:
    """A change from its JSON (a view into a body that msgspec has split)."""
    try:
        return _decoder.decode(raw)
    except msgspec.ValidationError:
        return decode_value(msgspec.json.decode(raw))


def decode_value(value: object) -> Change | InvalidChange:
    """A change from a parsed JSON value; slower, with the reason if it is malformed."""
    change = converted(value, Change, "change")
    return _invalid(value, change) if isinstance(change, str) else change


def converted(value: object, kind: type[T], name: str) -> T | str:
    """The value as a `kind`; if it is malformed, a sentence that says why."""
    try:
        made = msgspec.convert(value, kind)
        _canonical.encode(made)  # refuses lone surrogates
    except (
        msgspec.ValidationError,
        msgspec.EncodeError,
        UnicodeEncodeError,
        RecursionError,
    ) as error:
        return sentence_of(error, name)
    return made


def digest_of(sent: msgspec.Struct) -> bytes:
    """16 bytes that are equal for equal changes or offers, for any order of their members."""
    named = sent.sent if isinstance(sent, Renamed) else sent
    return hashlib.blake2b(_canonical.encode(named), digest_size=16).digest()


def _invalid(value: object, message: str) -> InvalidChange:
    text = json.dumps(value, sort_keys=True, default=str)
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    named = value if isinstance(value, dict) else {}
    n, space = named.get("n"), named.get("space")
    return InvalidChange(
        "bad_change",
        message,
        digest,
        space if isinstance(space, str) and is_record_id(space) else "",
        n if isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= NUMBER_MAX else 0,
    )


def sentence_of(error: Exception, what: str = "change") -> str:
    """Why msgspec has refused a change or an offer."""
    if isinstance(error, msgspec.ValidationError):
        return f"The {what} is not well-formed: {error}".encode("ascii", "replace").decode()
    return f"The {what} contains text that is not valid Unicode (half of a surrogate pair)."
