"""The envelope of POST /sync: split by msgspec, so that changes stay separate, and loaded by
marshmallow.
"""

from collections.abc import Callable, Sequence
from typing import TypedDict, TypeVar, cast

import msgspec
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from server.core.ids import is_device_id, is_record_id
from server.core.limits import CHANGES_MAX, NUMBER_MAX
from server.journal import offer, wire
from server.journal.offer import InvalidOffer, Offer
from server.journal.pull import RECORDS_MAX
from server.journal.wire import Change, InvalidChange
from server.web.errors import ApiError
from server.web.limits import check_depth, parse_json
from server.web.schemas import load

PROTOCOL = 1
SPACES_MAX = 1_000
EPOCH_LENGTH_MAX = 40
T = TypeVar("T")


def _device_id(text: str) -> None:
    if not is_device_id(text):
        raise ValidationError("Must be 16 to 32 characters of 0-9 a-z.")


def _space_id(text: str) -> None:
    if not is_record_id(text):
        raise ValidationError("Must be a space's id.")


class EnvelopeSchema(Schema):
    """All members but `changes`; unknown ones are ignored."""

    class Meta:
        unknown = EXCLUDE

    protocol = fields.Integer(required=True, strict=True)
    device = fields.String(required=True, validate=_device_id)
    account = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=36))
    epoch = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=EPOCH_LENGTH_MAX)
    )
    now = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, NUMBER_MAX)
    )
    cursors = fields.Dict(
        keys=fields.String(validate=_space_id),
        values=fields.String(allow_none=True, validate=validate.Length(max=100)),
        load_default=dict,
        validate=validate.Length(max=SPACES_MAX),
    )
    limit = fields.Integer(load_default=RECORDS_MAX, strict=True, validate=validate.Range(1))


class Envelope(TypedDict):
    """A request without its changes, as EnvelopeSchema loads it."""

    protocol: int
    device: str
    account: str | None
    epoch: str | None
    now: int | None
    cursors: dict[str, str | None]
    limit: int


class _Split(msgspec.Struct):
    changes: list[msgspec.Raw] = []
    offers: list[msgspec.Raw] = []
    protocol: object = None
    device: object = msgspec.UNSET
    account: object = None
    epoch: object = None
    now: object = None
    cursors: object = msgspec.UNSET
    limit: object = msgspec.UNSET


_splitter = msgspec.json.Decoder(_Split)
_MEMBERS = ("protocol", "device", "account", "epoch", "now", "cursors", "limit")
_schema = EnvelopeSchema()


def parse(body: bytes) -> tuple[Envelope, list[Change | InvalidChange]]:
    """(envelope, changes) of a request; 400 if it is malformed, 413 for too many changes, 426 for
    another protocol version.
    """
    return _parse(body, "changes", wire.decode, wire.decode_value)


def parse_offers(body: bytes) -> tuple[Envelope, list[Offer | InvalidOffer]]:
    """(envelope, offers) of a request; errors as for `parse`, and 400 without an epoch."""
    envelope, offers = _parse(body, "offers", offer.decode, offer.decode_value)
    if envelope["epoch"] is None:
        raise ApiError(400, "bad_envelope", "epoch is required.")
    return envelope, offers


def _parse(
    body: bytes,
    name: str,
    decode: Callable[[msgspec.Raw], T],
    decode_value: Callable[[object], T],
) -> tuple[Envelope, list[T]]:
    """(envelope, the decoded items of the list `name`)."""
    check_depth(body)
    try:
        split = _splitter.decode(body)
        raw = getattr(split, name)
        _fail_on_too_many(raw, name)
        members = {
            name: getattr(split, name)
            for name in _MEMBERS
            if getattr(split, name) is not msgspec.UNSET
        }
        items = [decode(each) for each in raw]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        members, values = _parse_carefully(body, name)
        items = [decode_value(value) for value in values]
    envelope = cast(Envelope, load(_schema, members, 400, "bad_envelope"))
    if envelope["protocol"] != PROTOCOL:
        raise ApiError(426, "upgrade_client", f"This server supports protocol version {PROTOCOL}.")
    return envelope, items


def _parse_carefully(body: bytes, name: str) -> tuple[dict[str, object], list[object]]:
    """The same with the standard library, for a body that the fast decoder refuses: an invalid
    item does not affect the others.
    """
    value = parse_json(body)
    if not isinstance(value, dict) or not isinstance(value.get(name, []), list):
        raise ApiError(
            400, "bad_envelope", f"The body must be an object in which {name} is a list."
        )
    given = value.get(name, [])
    _fail_on_too_many(given, name)
    return {member: value[member] for member in _MEMBERS if member in value}, given


def _fail_on_too_many(items: Sequence[object], name: str) -> None:
    if len(items) <= CHANGES_MAX:
        return
    if name == "offers":
        raise ApiError(413, "too_many_offers", _at_most("offers"))
    raise ApiError(413, "too_many_changes", _at_most("changes"))


def _at_most(name: str) -> str:
    return f"A request can have at most {CHANGES_MAX} {name}."
