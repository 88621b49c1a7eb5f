"""One JSON shape for every error: {code, message, fields?}. Codes are stable; docs/errors.md lists
them.
"""

import logging
from collections.abc import Mapping

from flask import Flask, Response, jsonify
from sqlalchemy.exc import NoResultFound
from werkzeug.exceptions import HTTPException, MethodNotAllowed

CODES = {  # for the errors that Flask and its extensions raise
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
}

LOCATIONS = frozenset(
    {"json", "query", "path", "headers", "cookies", "form", "files", "json_or_form"}
)
NOT_ACCEPTABLE = "Some fields are not valid."
NO_SUCH_SPACE = "There is no such space, or you are not a member of it."

log = logging.getLogger(__name__)


class ApiError(Exception):
    """An error response that the caller can act on."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        fields: Mapping[str, object] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.fields, self.retry_after_s = (
            status,
            code,
            message,
            fields,
            retry_after_s,
        )


def init_app(app: Flask) -> None:
    app.register_error_handler(ApiError, _api_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(
        NoResultFound, lambda _: _response(404, "not_found", "This was just removed.")
    )
    app.register_error_handler(Exception, _unexpected)


def _api_error(error: ApiError) -> Response:
    response = _response(error.status, error.code, error.message, error.fields)
    if error.retry_after_s is not None:
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


def http_error(error: HTTPException) -> Response:
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    fields = _flat(data.get("messages") or data.get("errors"))
    message = NOT_ACCEPTABLE if fields else data.get("message") or error.description or error.name
    response = _response(status, CODES.get(status, "error"), message, fields)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    for name, value in (data.get("headers") or {}).items():
        response.headers[name] = value
    return response


def _flat(fields: object) -> object:
    """The problems by field, wherever in the request the field was sent."""
    if not isinstance(fields, dict) or not fields.keys() <= LOCATIONS:
        return fields
    return {
        name: problems
        for at in fields.values()
        for name, problems in (at if isinstance(at, dict) else {"_schema": at}).items()
    }


def _unexpected(error: Exception) -> Response:
    full = is_storage_full(error)
    if full:
        return _response(
            507,
            "storage_full",
            "The server's disk is full. Nothing was changed. Try again later.",
        )
    if is_busy(error):
        return _api_error(
            ApiError(
                503, "unavailable", "The database is busy. Try again in a moment.", retry_after_s=2
            )
        )
    log.exception("unexpected error")
    return _response(500, "internal", "Something went wrong on the server. It was logged.")


def is_storage_full(error: BaseException) -> bool:
    text = str(error)
    return "database or disk is full" in text or "No space left on device" in text


def is_busy(error: BaseException) -> bool:
    return "database is locked" in str(error)


def _response(status: int, code: str, message: str, fields: object = None) -> Response:
    body: dict[str, object] = {"code": code, "message": message}
    if fields:
        body["fields"] = fields
    response = jsonify(body)
    response.status_code = status
    return response
