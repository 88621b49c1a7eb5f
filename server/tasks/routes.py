"""/api/v1/tasks: REST over the same journal as POST /sync. OpenAPI 3.1 at /api/v1/openapi.json."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request
from flask.views import MethodView
from sqlalchemy import Connection
from werkzeug.exceptions import MethodNotAllowed

from server import clock
from server.database import reading
from server.journal import history
from server.journal.schemas import ChangePageSchema, PageQuerySchema
from server.spaces import access
from server.tasks import bulk, queries, schemas, service
from server.tasks.service import Caller
from server.web.errors import ApiError
from server.web.policy import policy
from server.web.rest import PREFIX, RestBlueprint, if_match, with_etag
from server.web.transactions import writer

T = TypeVar("T")
ETAG = {
    "ETag": {
        "description": "The version, for If-Match",
        "schema": {"type": "string"},
        "required": True,
    }
}
LOCATION = ETAG | {
    "Location": {"description": "Where it is", "schema": {"type": "string"}, "required": True}
}
tasks = RestBlueprint(
    "tasks", __name__, url_prefix=f"{PREFIX}/tasks", description="Tasks, and what happened to them"
)


def read(work: Callable[[Connection], T]) -> T:
    with reading() as connection:
        return work(connection)


def written(work: Callable[[Connection, Caller], T]) -> T:
    """What `work` gives, in one writing transaction: who asks, what it may and what it changes are
    of one moment.
    """
    principal, rules, now_ms = g.principal, current_app.extensions["rules"], clock.now_ms()
    return writer().run(
        lambda connection: work(connection, service.caller_of(connection, principal, rules, now_ms))
    )


def found(kind: str, record_id: str) -> Any:
    """A record as it is answered."""
    return with_etag(read(lambda connection: service.get(connection, g.principal, kind, record_id)))


def told(record: dict[str, Any], headers: dict[str, str] | None = None) -> Any:
    """A record that was written, as it is answered."""
    return with_etag(service.told(g.principal, record), headers)


def changed(kind: str, record_id: str, given: dict[str, Any]) -> Any:
    version = if_match()
    return told(
        written(
            lambda connection, caller: service.change(
                connection, caller, kind, record_id, given, version
            )
        )
    )


def removed(kind: str, record_id: str) -> None:
    version = if_match()
    written(lambda connection, caller: service.remove(connection, caller, kind, record_id, version))


def moved(kind: str, record_id: str, given: dict[str, Any]) -> Any:
    version = if_match()
    return told(
        written(
            lambda connection, caller: service.move(
                connection, caller, kind, record_id, given, version
            )
        )
    )


def made(work: Callable[[Connection, Caller], dict[str, Any]], place: str) -> Any:
    """What was made, and where it is."""
    record = written(work)
    return told(record, {"Location": f"{PREFIX}/{place}/{record['id']}"})


def reached(connection: Connection, space_id: str | None) -> list[str]:
    """The spaces to look in: all that the caller reaches, or the one it names."""
    spaces = access.roles_of(connection, g.principal)
    if space_id is not None and space_id not in spaces:
        raise ApiError(
            404, "no_such_space", "There is no such space, or you are not a member of it."
        )
    return list(spaces) if space_id is None else [space_id]


@tasks.before_request
def refuse_bulk_as_id() -> None:
    """Only POST goes to /bulk; with another method its path would be taken for a task's."""
    if (request.view_args or {}).get("task_id") == "bulk":
        raise MethodNotAllowed(["OPTIONS", "POST"])


@tasks.route("")
class Tasks(MethodView):
    @tasks.arguments(schemas.TaskQuerySchema, location="query")
    @tasks.response(200, schemas.TaskPageSchema)
    @tasks.refusals(404)
    @policy("tasks:read")
    def get(self, query: dict[str, Any]) -> Any:
        """Live tasks of all your spaces, filtered and sorted, in pages"""
        with reading() as connection:
            page, more = queries.list_tasks(
                connection, g.principal.user_id, reached(connection, query.get("space")), query
            )
        return {"tasks": page, "next_cursor": more}

    @tasks.arguments(schemas.TaskCreateSchema)
    @tasks.response(201, schemas.TaskSchema, headers=LOCATION)
    @tasks.refusals(404, 409)
    @policy("tasks:write", record="editor")
    def post(self, given: dict[str, Any]) -> Any:
        """Create a task"""
        return made(
            lambda connection, caller: service.create(connection, caller, "task", given), "tasks"
        )


@tasks.route("/<task_id>")
class Task(MethodView):
    @tasks.response(200, schemas.TaskSchema, headers=ETAG)
    @policy("tasks:read", record="viewer")
    def get(self, task_id: str) -> Any:
        """A task; its ETag is its version"""
        return found("task", task_id)

    @tasks.arguments(schemas.TaskPatchSchema)
    @tasks.response(200, schemas.TaskSchema, headers=ETAG)
    @tasks.refusals(409, 412)
    @policy("tasks:write", record="editor")
    def patch(self, given: dict[str, Any], task_id: str) -> Any:
        """Change fields of a task; with If-Match, only if it is still at that version"""
        return changed("task", task_id, given)

    @tasks.response(204)
    @tasks.refusals(409, 412)
    @policy("tasks:write", record="editor")
    def delete(self, task_id: str) -> None:
        """Move a task to the trash, where it stays for 90 days"""
        removed("task", task_id)


@tasks.route("/bulk")
class Bulk(MethodView):
    @tasks.arguments(schemas.BulkSchema)
    @tasks.response(200, schemas.ResultsSchema)
    @policy("tasks:write", record="editor")
    def post(self, given: dict[str, Any]) -> Any:
        """Create, update and delete up to 200 tasks; each operation is checked by itself"""
        return {
            "results": written(
                lambda connection, caller: bulk.run(connection, caller, given["operations"])
            )
        }


@tasks.route("/<task_id>/move")
class TaskMove(MethodView):
    @tasks.arguments(schemas.TaskMoveSchema)
    @tasks.response(200, schemas.TaskSchema, headers=ETAG)
    @tasks.refusals(409, 412)
    @policy("tasks:write", record="editor")
    def post(self, given: dict[str, Any], task_id: str) -> Any:
        """Carry a task with its subtasks and comments to another space"""
        return moved("task", task_id, given)


@tasks.route("/<task_id>/history")
class TaskHistory(MethodView):
    @tasks.arguments(PageQuerySchema, location="query")
    @tasks.response(200, ChangePageSchema)
    @policy("tasks:read", record="viewer")
    def get(self, query: dict[str, Any], task_id: str) -> Any:
        """Who changed what of a task when, the newest first"""
        with reading() as connection:
            task = service.get(connection, g.principal, "task", task_id)
            page, more = history.list_task_changes(
                connection, task, set(reached(connection, None)), query
            )
        return {"changes": page, "next_cursor": more}
