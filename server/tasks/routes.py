"""/api/v1/tasks and /api/v1/lists: REST over the same journal as POST /sync. OpenAPI 3.1 at /api/v1/openapi.json."""
from typing import Any

import flask_smorest
from flask import Flask, Response, g, request
from flask.views import MethodView
from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from server import clock
from server.accounts.guard import writer
from server.database import reading
from server.journal.apply import Draft
from server.tasks import schemas, service
from server.web import errors
from server.web.errors import ApiError
from server.web.schemas import read_json

API_CONFIG = {
    "API_TITLE": "Driftless", "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0", "OPENAPI_URL_PREFIX": "/api/v1",
    "API_SPEC_OPTIONS": {
        "info": {"description": "Tasks and lists. Every write goes through the journal, so it appears on every device."},
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"},
                                           "cookie": {"type": "apiKey", "in": "cookie", "name": "__Host-driftless"}}},
        "security": [{"bearer": []}, {"cookie": []}],
    },
}
STATUS_OF_CODE = {"exists": 409, "kind_differs": 409, "read_only": 403, "no_such_space": 404}


class Api(flask_smorest.Api):
    """Answers errors in the one shape of web.errors."""
    ERROR_SCHEMA = schemas.ErrorSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        return errors.http_error(error)


class Parser(FlaskParser):
    """Bodies are read as everywhere else: capped, depth-checked, UTF-8."""

    def load_json(self, req: Any, schema: Any) -> Any:
        return read_json(req)


class RestBlueprint(Blueprint):
    ARGUMENTS_PARSER = Parser()


tasks = RestBlueprint("tasks", __name__, url_prefix="/api/v1/tasks", description="Tasks")
lists = RestBlueprint("lists", __name__, url_prefix="/api/v1/lists", description="Lists")


def init_app(app: Flask) -> None:
    api = Api(app)
    api.register_blueprint(tasks)
    api.register_blueprint(lists)


@tasks.route("")
class Tasks(MethodView):
    policy = "account"

    @tasks.arguments(schemas.TaskQuerySchema, location="query")
    @tasks.response(200, schemas.TaskPageSchema)
    def get(self, query: dict[str, Any]) -> Any:
        """Live tasks by due date, filtered by status and list, in pages"""
        try:
            with reading() as connection:
                found, more = service.list_tasks(connection, g.principal.user_id, query)
        except service.BadCursor:
            raise ApiError(422, "bad_cursor", "This cursor was not made by this server.") from None
        return {"tasks": found, "next_cursor": more}

    @tasks.arguments(schemas.TaskCreateSchema)
    @tasks.response(201, schemas.TaskSchema)
    @tasks.alt_response(409, schema=schemas.ErrorSchema)
    def post(self, given: dict[str, Any]) -> Any:
        """Create a task"""
        return _create("task", given)


@tasks.route("/<task_id>")
class Task(MethodView):
    policy = "account"

    @tasks.response(200, schemas.TaskSchema)
    @tasks.alt_response(404, schema=schemas.ErrorSchema)
    def get(self, task_id: str) -> Any:
        """A task; its ETag is its version"""
        return _with_etag(_get("task", task_id))

    @tasks.arguments(schemas.TaskPatchSchema)
    @tasks.response(200, schemas.TaskSchema)
    @tasks.alt_response(404, schema=schemas.ErrorSchema)
    @tasks.alt_response(412, schema=schemas.ErrorSchema)
    def patch(self, given: dict[str, Any], task_id: str) -> Any:
        """Change fields of a task; with If-Match, only if it is still at that version"""
        return _patch("task", task_id, given)

    @tasks.response(204)
    @tasks.alt_response(404, schema=schemas.ErrorSchema)
    @tasks.alt_response(412, schema=schemas.ErrorSchema)
    def delete(self, task_id: str) -> None:
        """Move a task to the trash, where it stays for 90 days"""
        _delete("task", task_id)


@lists.route("")
class Lists(MethodView):
    policy = "account"

    @lists.response(200, schemas.ListsSchema)
    def get(self) -> Any:
        """Live lists in their order"""
        with reading() as connection:
            return {"lists": service.list_lists(connection, g.principal.user_id)}

    @lists.arguments(schemas.ListCreateSchema)
    @lists.response(201, schemas.ListSchema)
    @lists.alt_response(409, schema=schemas.ErrorSchema)
    def post(self, given: dict[str, Any]) -> Any:
        """Create a list"""
        return _create("list", given)


@lists.route("/<list_id>")
class List(MethodView):
    policy = "account"

    @lists.response(200, schemas.ListSchema)
    @lists.alt_response(404, schema=schemas.ErrorSchema)
    def get(self, list_id: str) -> Any:
        """A list; its ETag is its version"""
        return _with_etag(_get("list", list_id))

    @lists.arguments(schemas.ListPatchSchema)
    @lists.response(200, schemas.ListSchema)
    @lists.alt_response(404, schema=schemas.ErrorSchema)
    @lists.alt_response(412, schema=schemas.ErrorSchema)
    def patch(self, given: dict[str, Any], list_id: str) -> Any:
        """Rename or reorder a list; with If-Match, only if it is still at that version"""
        return _patch("list", list_id, given)

    @lists.response(204)
    @lists.alt_response(404, schema=schemas.ErrorSchema)
    @lists.alt_response(412, schema=schemas.ErrorSchema)
    def delete(self, list_id: str) -> None:
        """Move a list, and with it its tasks, to the trash"""
        _delete("list", list_id)


def _get(kind: str, record_id: str) -> dict[str, Any]:
    with reading() as connection:
        found = service.find(connection, g.principal.user_id, kind, record_id)
    if found is None:
        raise ApiError(404, "not_found", f"There is no such {kind}.")
    return found


def _create(kind: str, given: dict[str, Any]) -> Any:
    draft = service.create_draft(kind, given, clock.now_ms())
    return _with_etag(_write(draft), {"Location": f"/api/v1/{kind}s/{draft.id}"})


def _patch(kind: str, record_id: str, given: dict[str, Any]) -> Any:
    current = _get(kind, record_id)
    if not given:
        return _with_etag(current)
    return _with_etag(_write(service.patch_draft(kind, record_id, given, current, _if_match(), clock.now_ms())))


def _delete(kind: str, record_id: str) -> None:
    _get(kind, record_id)
    _write(service.delete_draft(kind, record_id, _if_match(), clock.now_ms()))


def _write(draft: Draft) -> dict[str, Any]:
    user_id, now_ms = g.principal.user_id, clock.now_ms()
    outcome, record = writer().run(lambda connection: service.write(connection, user_id, draft, now_ms))
    if outcome["status"] in ("applied", "merged", "hidden") and record is not None:
        return record
    raise _refusal(outcome)


def _refusal(outcome: dict[str, Any]) -> ApiError:
    status, message = outcome["status"], outcome.get("message", "")
    if status == "stale":
        return ApiError(412, "stale", message)
    if status in ("missing", "gone"):
        return ApiError(404, "not_found", message)
    code = outcome.get("code", status)
    return ApiError(STATUS_OF_CODE.get(code, 422), code, message)


def _if_match() -> int | None:
    """The version that If-Match names; None without one or for `*`. Anything else matches nothing."""
    text = request.headers.get("If-Match", "*").strip()
    if text == "*":
        return None
    digits = text.removeprefix("W/").strip('"')
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 17 else -1


def _with_etag(record: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    return record, {"ETag": f'"{record["version"]}"'} | (headers or {})


