"""JSON bodies: parsed and depth-checked the same way for every route, then loaded by a marshmallow
schema.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import Request
from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate

from server.web.errors import NOT_ACCEPTABLE, ApiError
from server.web.limits import check_depth, parse_json, read_body

Body = dict[str, Any]  # a body or a query, as loaded by its schema
TURNING = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
UNSEEN = r"\s\u0000-\u001f\u007f-\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
SEEN_NAME = rf"^[^\u0000]*[^{UNSEEN}][^\u0000]*$"


class StrictSchema(Schema):
    """Refuses unknown members, and text that no database can store: half a surrogate pair, NUL."""

    class Meta:
        unknown = RAISE

    @pre_load
    def _refuse_bad_text(self, data: object, **_: object) -> object:
        try:
            text = (
                json.dumps(data, ensure_ascii=False) if isinstance(data, (dict, list, str)) else ""
            )
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError(
                "Contains text that is not valid Unicode (half of a surrogate pair)."
            ) from None
        if _holds_nul(data):
            raise ValidationError("Contains the character NUL.")
        return data


class Name(fields.String):
    """A name that others see: without bidirectional control characters, and "" if no visible
    character is left.
    """

    def __init__(
        self,
        length_max: int,
        required: bool = False,
        check: Callable[[object], None] | None = None,
        **others: Any,
    ) -> None:
        metadata = {
            "minLength": int(required),
            "maxLength": length_max,
            "pattern": SEEN_NAME if required else "^[^\\u0000]*$",
        }
        super().__init__(
            required=required,
            metadata=metadata,
            validate=check or validate.Length(max=length_max),
            **others,
        )

    def _deserialize(self, value: object, *others: Any, **more: Any) -> str:
        name = str(super()._deserialize(value, *others, **more))
        is_seen = re.fullmatch(SEEN_NAME, name, re.ASCII) is not None
        if self.required and not is_seen:
            raise ValidationError("Must not be blank.")
        return name.translate(TURNING) if is_seen else ""


def _holds_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(each) for each in (*value.keys(), *value.values()))
    return (
        any(map(_holds_nul, value))
        if isinstance(value, list)
        else isinstance(value, str) and "\0" in value
    )


def read_json(request: Request) -> object:
    """The value of a request's JSON body; ApiError if it is too large, nested too deeply or not
    JSON.
    """
    body = read_body(request)
    check_depth(body)
    return parse_json(body)


def load_json(schema: Schema, request: Request) -> Body:
    """The request's body as loaded by `schema`; 422 with the fields if the schema refuses it."""
    return load(schema, read_json(request), 422, "invalid")


def load(schema: Schema, value: object, status: int, code: str) -> Body:
    if not isinstance(value, Mapping):
        raise ApiError(status, code, "The body must be a JSON object.")
    try:
        loaded: Body = schema.load(value)
        return loaded
    except ValidationError as error:
        fields = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise ApiError(status, code, NOT_ACCEPTABLE, fields) from error
