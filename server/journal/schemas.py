"""REST fields made of the journal's checks, and the schema of a change in the history."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from server.journal import kinds
from server.web.rest import NEW_UUID_PATTERN, UUID_PATTERN, Count
from server.web.schemas import StrictSchema

PAGE_MAX = 200


def checked(check: kinds.Check) -> Callable[[object], None]:
    """A marshmallow validator made of the journal's check of a field."""

    def validator(value: object) -> None:
        problem = check(value)
        if problem:
            raise ValidationError(f"{problem[0].upper()}{problem[1:]}.")

    return validator


def text(length_max: int, length_min: int = 0, **others: Any) -> fields.String:
    pattern = (
        r"^[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*$" if length_min else r"^[^\u0000]*$"
    )
    return fields.String(
        validate=checked(kinds.text(length_max, length_min)),
        **others,
        metadata={"minLength": length_min, "maxLength": length_max, "pattern": pattern},
    )


def an_id(description: str = "", allow_none: bool = False, **others: Any) -> fields.String:
    return fields.String(
        allow_none=allow_none,
        validate=checked(kinds.record_id),
        **others,
        metadata={"pattern": UUID_PATTERN} | ({"description": description} if description else {}),
    )


def new_id(description: str) -> fields.String:
    """A record id that a client can create."""
    return fields.String(
        validate=checked(kinds.new_record_id),
        metadata={"pattern": NEW_UUID_PATTERN, "description": description},
    )


def moment(description: str, allow_none: bool = False) -> fields.Integer:
    return fields.Integer(
        allow_none=allow_none, metadata={"description": f"{description}, as Unix time in ms"}
    )


def _cursor() -> fields.String:
    return fields.String(
        validate=validate.Length(max=400),
        metadata={"format": "cursor", "description": "next_cursor of the previous page"},
    )


def _limit() -> fields.Integer:
    return Count(load_default=50, validate=validate.Range(1, PAGE_MAX))


class PageQuerySchema(StrictSchema):
    cursor = _cursor()
    limit = _limit()


class ChangeSchema(Schema):
    at = moment("When the server accepted it")
    account = fields.String(required=True)
    name = fields.String(
        allow_none=True,
        required=True,
        metadata={"description": "The account's name; null if the account was deleted"},
    )
    fields = fields.Raw(
        required=True, metadata={"type": "object", "description": "The fields that were set"}
    )  # type: ignore[assignment]


class ChangePageSchema(Schema):
    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    next_cursor = fields.String(allow_none=True, required=True)
