"""Shared by the packages of /api/v1: flask-smorest with this server's errors and bodies, and an
OpenAPI document with every response.
"""

import re
from collections.abc import Callable
from typing import TypeVar, cast

import flask_smorest
from flask import Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from server.core.limits import NUMBER_MAX
from server.web import errors
from server.web.schemas import read_json

View = TypeVar("View", bound=Callable[..., object])

PREFIX = "/api/v1"
# version 8 is reserved for the server
NEW_UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-79a-f][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$"
UUID_PATTERN = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
API_CONFIG = {
    "API_TITLE": "Driftless",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": PREFIX,
    "API_SPEC_OPTIONS": {
        "info": {
            "description": "Tasks, lists, comments and the spaces they are shared in. "
            "Every write goes through the journal, so it appears on "
            "every device. Authenticate with a session, or with a personal access token as a bearer token."
        },
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-driftless"},
            }
        },
        "security": [{"bearer": []}, {"cookie": []}],
    },
}
REFUSALS = {
    400: "The body is not valid JSON in UTF-8 or is nested too deeply, or two credentials were sent",
    401: "No valid session or token",
    403: "The token's scope or the role in the space does not allow it",
    404: "It does not exist, or you have no access to it",
    409: "It conflicts with the current state; the code says why",
    412: "If-Match names an older version",
    413: "The body is larger than 2 MiB",
    415: "The body is not application/json, or has an encoding other than gzip",
    422: "The input is not valid; `fields` says why",
    429: "Too many requests; wait as Retry-After says",
    503: "The database is busy; wait as Retry-After says",
    507: "The disk is full",
}


class ErrorSchema(Schema):
    code = fields.String(
        required=True, metadata={"description": "Stable; docs/errors.md lists all"}
    )
    message = fields.String(required=True, metadata={"description": "A message for people"})
    fields = fields.Raw(
        metadata={
            "type": "object",
            "description": "The problems of each invalid field, by its name",
        }
    )  # type: ignore[assignment]


class Api(flask_smorest.Api):  # type: ignore[misc]
    """Returns errors in the shape of web.errors."""

    ERROR_SCHEMA = ErrorSchema
    DEFAULT_ERROR_RESPONSE_NAME = None

    def handle_http_exception(self, error: HTTPException) -> Response:
        return errors.http_error(error)


class Parser(FlaskParser):
    """Reads bodies like all other routes: capped, depth-checked, UTF-8. Refuses a query with an
    unknown name.
    """

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}  # noqa: RUF012

    def load_json(self, req: Request, schema: Schema) -> object:
        return read_json(req)


class RestBlueprint(Blueprint):  # type: ignore[misc]
    """flask-smorest's blueprint, with decorators that keep the type of what they decorate."""

    ARGUMENTS_PARSER = Parser()

    def route(self, rule: str, **options: object) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().route(rule, **options))

    def arguments(self, schema: type[Schema], **options: object) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().arguments(schema, **options))

    def response(
        self, status: int, schema: type[Schema] | None = None, **options: object
    ) -> Callable[[View], View]:
        return cast(Callable[[View], View], super().response(status, schema, **options))

    def refusals(self, *statuses: int) -> Callable[[View], View]:
        """Documents the refusals of a view that do not follow from its method and policy."""

        def decorate(view: View) -> View:
            for status in statuses:
                describe = self.alt_response(
                    status, schema=ErrorSchema, description=REFUSALS[status]
                )
                view = describe(view)
            return view

        return decorate


class Count(fields.Integer):
    """An integer in a query: ASCII digits only, none of the other notations of Python."""

    def _deserialize(self, value: object, *others: object, **more: object) -> int:
        if not (isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value, re.ASCII)):
            raise self.make_error("invalid", input=value)
        return int(value)


class Whole(fields.Integer):
    """An integer in a body. JSON has one kind of number: 95.0 is 95. Text and booleans are not
    numbers.
    """

    def _deserialize(self, value: object, *others: object, **more: object) -> int:
        if type(value) is not int and not (type(value) is float and value.is_integer()):
            raise self.make_error("invalid", input=value)
        return int(cast(float, value))


def with_etag(
    record: dict[str, object], headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    return record, {"ETag": f'"{record["version"]}"'} | (headers or {})


def if_match() -> int | None:
    """The version in If-Match; None without one or for `*`. Any other text matches nothing."""
    text = request.headers.get("If-Match", "*").strip()
    if text == "*":
        return None
    digits = text.removeprefix("W/").strip('"')
    return (
        int(digits)
        if digits.isascii()
        and digits.isdigit()
        and int(digits[:17]) <= NUMBER_MAX
        and len(digits) < 17
        else -1
    )


def allow_own_methods(app: Flask) -> None:
    """OPTIONS lists the methods of the route itself, without those of the shell, which matches
    every path.
    """

    @app.after_request
    def _allow(response: Response) -> Response:
        if (
            request.method == "OPTIONS"
            and request.url_rule is not None
            and request.path.startswith(f"{PREFIX}/")
        ):
            response.headers["Allow"] = ", ".join(sorted(request.url_rule.methods or ()))
        return response
