"""/api/v1/tasks: REST over the same journal as POST /sync. OpenAPI 3.1 at /api/v1/openapi.json."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from sqlalchemy import Connection
from werkzeug.exceptions import MethodNotAllowed

from server.database import reading
from server.journal import history
from server.journal.schemas import ChangePageSchema, PageQuerySchema
from server.spaces import access
from server.tasks import bulk, queries, records, schemas, service
from server.tasks.records import Shown
from server.tasks.work import Work
from server.web.errors import NO_SUCH_SPACE, ApiError
from server.web.policy import policy
from server.web.rest import PREFIX, RestBlueprint, if_match, with_etag
from server.web.schemas import Body
from server.web.transactions import run_read, run_write

T = TypeVar("T")
ETAG = {
    "ETag": {
        "description": "The version, for use with If-Match",
        "schema": {"type": "string"},
        "required": True,
    }
}
LOCATION = ETAG | {
    "Location": {
        "description": "The URL of the new record",
        "schema": {"type": "string"},
        "required": True,
    }
}
tasks = RestBlueprint(
    "tasks", __name__, url_prefix=f"{PREFIX}/tasks", description="Tasks and their history"
)


def write(work: Callable[[Work], T]) -> T:
    """The result of `work` in one writing transaction, in which caller, permissions and data are
    consistent.
    """
    caller, rules = g.caller, current_app.extensions["rules"]
    return run_write(lambda connection: work(Work(connection, caller, rules)))


def show_record(kind: str, record_id: str) -> ResponseReturnValue:
    """A record with its ETag."""

    def read(connection: Connection) -> Shown:
        found = records.get(connection, g.caller, kind, record_id)
        return records.name_for(connection, g.caller.user_id, [found])[0]

    return with_etag(run_read(read))


def change_record(kind: str, record_id: str, given: Body) -> ResponseReturnValue:
    version = if_match()
    return _show_written(write(lambda work: service.change(work, kind, record_id, given, version)))


def remove_record(kind: str, record_id: str) -> None:
    version = if_match()
    write(lambda work: service.remove(work, kind, record_id, version))


def move_record(kind: str, record_id: str, given: Body) -> ResponseReturnValue:
    version = if_match()
    return _show_written(write(lambda work: service.move(work, kind, record_id, given, version)))


def create_record(work: Callable[[Work], Shown], collection: str) -> ResponseReturnValue:
    """The created record, with its URL."""
    record = write(work)
    return _show_written(record, {"Location": f"{PREFIX}/{collection}/{record['id']}"})


def _show_written(record: Shown, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    return with_etag(records.redact(g.caller, record), headers)


def spaces_to_search(connection: Connection, space_id: str | None) -> list[str]:
    """The spaces to search: all that the caller can access, or the given one."""
    spaces = access.roles_of(connection, g.caller)
    if space_id is not None and space_id not in spaces:
        raise ApiError(404, "no_such_space", NO_SUCH_SPACE)
    return list(spaces) if space_id is None else [space_id]


def reader(connection: Connection) -> history.Reader:
    """The caller as a reader of histories."""
    return history.Reader(g.caller.user_id, set(spaces_to_search(connection, None)))


def _in_its_space(connection: Connection, query: Body, spaces: list[str]) -> tuple[Body, list[str]]:
    """The query with the stored id of its list, and the list's space if it is among the spaces."""
    found = query.get("list") and records.find(connection, g.caller, "list", query["list"])
    if not found:
        return query, spaces
    return {**query, "list": found["id"]}, [each for each in spaces if each == found["space"]]


@tasks.before_request  # type: ignore[untyped-decorator]
def refuse_bulk_as_id() -> None:
    """/bulk accepts only POST. With another method its path would be taken for a task's."""
    if (request.view_args or {}).get("task_id") == "bulk":
        raise MethodNotAllowed(["OPTIONS", "POST"])


@tasks.route("")
class Tasks(MethodView):
    @tasks.arguments(schemas.TaskQuerySchema, location="query")
    @tasks.response(200, schemas.TaskPageSchema)
    @tasks.refusals(404)
    @policy("tasks:read")
    def get(self, query: Body) -> ResponseReturnValue:
        """Tasks that are not in the trash, in all your spaces, filtered and sorted, in pages"""
        with reading() as connection:
            spaces = spaces_to_search(connection, query.get("space"))
            chosen, spaces = _in_its_space(connection, query, spaces)
            page, more = queries.list_tasks(connection, g.caller.user_id, spaces, chosen)
            page = records.name_for(connection, g.caller.user_id, page)
        return {"tasks": page, "next_cursor": more}

    @tasks.arguments(schemas.TaskCreateSchema)
    @tasks.response(201, schemas.TaskSchema, headers=LOCATION)
    @tasks.refusals(404, 409)
    @policy("tasks:write", checked_in_service="editor")
    def post(self, given: Body) -> ResponseReturnValue:
        """Create a task"""
        return create_record(lambda work: service.create(work, "task", given), "tasks")


@tasks.route("/<task_id>")
class Task(MethodView):
    @tasks.response(200, schemas.TaskSchema, headers=ETAG)
    @policy("tasks:read", checked_in_service="viewer")
    def get(self, task_id: str) -> ResponseReturnValue:
        """A task; its ETag is its version"""
        return show_record("task", task_id)

    @tasks.arguments(schemas.TaskPatchSchema)
    @tasks.response(200, schemas.TaskSchema, headers=ETAG)
    @tasks.refusals(409, 412)
    @policy("tasks:write", checked_in_service="editor")
    def patch(self, given: Body, task_id: str) -> ResponseReturnValue:
        """Change fields of a task; with If-Match, only if it still has that version"""
        return change_record("task", task_id, given)

    @tasks.response(204)
    @tasks.refusals(409, 412)
    @policy("tasks:write", checked_in_service="editor")
    def delete(self, task_id: str) -> None:
        """Move a task to the trash, where it stays for 90 days"""
        remove_record("task", task_id)


@tasks.route("/bulk")
class Bulk(MethodView):
    @tasks.arguments(schemas.BulkSchema)
    @tasks.response(200, schemas.ResultsSchema)
    @policy("tasks:write", checked_in_service="editor")
    def post(self, given: Body) -> ResponseReturnValue:
        """Create, update and delete up to 200 tasks; each operation is checked separately"""
        return {"results": write(lambda work: bulk.run(work, given["operations"]))}


@tasks.route("/<task_id>/move")
class TaskMove(MethodView):
    @tasks.arguments(schemas.TaskMoveSchema)
    @tasks.response(200, schemas.TaskSchema, headers=ETAG)
    @tasks.refusals(409, 412)
    @policy("tasks:write", checked_in_service="editor")
    def post(self, given: Body, task_id: str) -> ResponseReturnValue:
        """Move a task with its subtasks and comments to another space"""
        return move_record("task", task_id, given)


@tasks.route("/<task_id>/history")
class TaskHistory(MethodView):
    @tasks.arguments(PageQuerySchema, location="query")
    @tasks.response(200, ChangePageSchema)
    @policy("tasks:read", checked_in_service="viewer")
    def get(self, query: Body, task_id: str) -> ResponseReturnValue:
        """Who changed what in a task and when, newest first"""
        with reading() as connection:
            task = records.get(connection, g.caller, "task", task_id)
            page, more = history.list_task_changes(connection, task, reader(connection), query)
        return {"changes": page, "next_cursor": more}
