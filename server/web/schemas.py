"""JSON bodies: parsed and depth-checked the same way for every route, then loaded by a marshmallow schema."""
import json
from collections.abc import Mapping
from typing import Any

from flask import Request
from marshmallow import RAISE, Schema, ValidationError, pre_load

from server.web.errors import ApiError
from server.web.limits import check_depth, parse_json, read_body


class StrictSchema(Schema):
    """Refuses members it does not know, and text that no database can hold: half a surrogate pair, NUL."""
    class Meta:
        unknown = RAISE

    @pre_load
    def _refuse_bad_text(self, data: Any, **_: Any) -> Any:
        try:
            text = json.dumps(data, ensure_ascii=False) if isinstance(data, (dict, list, str)) else ""
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError("Holds text that is not Unicode (half of a surrogate pair).") from None
        if _holds_nul(data):
            raise ValidationError("Holds the character NUL.")
        return data


def _holds_nul(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds_nul(each) for each in (*value.keys(), *value.values()))
    return any(map(_holds_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def read_json(request: Request) -> object:
    """The value of a request's JSON body; ApiError where it is too large, too deep or not JSON."""
    body = read_body(request)
    check_depth(body)
    return parse_json(body)


def load_json(schema: Schema, request: Request) -> dict[str, Any]:
    """The request's body as `schema` loads it; 422 with the fields where the schema refuses."""
    return load(schema, read_json(request), 422, "invalid")


def load(schema: Schema, value: object, status: int, code: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ApiError(status, code, "The body must be a JSON object.")
    try:
        return schema.load(value)
    except ValidationError as error:
        raise ApiError(status, code, "Some fields are not acceptable.", error.normalized_messages()) from error
