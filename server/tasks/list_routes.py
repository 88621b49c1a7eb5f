"""/api/v1/lists."""

from typing import Any

from flask.views import MethodView

from server.tasks import queries, schemas, service
from server.tasks.routes import ETAG, LOCATION, changed, found, made, moved, reached, read, removed
from server.web.policy import policy
from server.web.rest import PREFIX, RestBlueprint

lists = RestBlueprint("lists", __name__, url_prefix=f"{PREFIX}/lists", description="Lists of tasks")


@lists.route("")
class Lists(MethodView):
    @lists.arguments(schemas.ListQuerySchema, location="query")
    @lists.response(200, schemas.ListsSchema)
    @lists.refusals(404)
    @policy("tasks:read")
    def get(self, query: dict[str, Any]) -> Any:
        """Live lists in their order"""
        return {
            "lists": read(
                lambda connection: queries.list_lists(
                    connection, reached(connection, query.get("space"))
                )
            )
        }

    @lists.arguments(schemas.ListCreateSchema)
    @lists.response(201, schemas.ListSchema, headers=LOCATION)
    @lists.refusals(404, 409)
    @policy("tasks:write", record="editor")
    def post(self, given: dict[str, Any]) -> Any:
        """Create a list"""
        return made(
            lambda connection, caller: service.create(connection, caller, "list", given), "lists"
        )


@lists.route("/<list_id>")
class List(MethodView):
    @lists.response(200, schemas.ListSchema, headers=ETAG)
    @policy("tasks:read", record="viewer")
    def get(self, list_id: str) -> Any:
        """A list; its ETag is its version"""
        return found("list", list_id)

    @lists.arguments(schemas.ListPatchSchema)
    @lists.response(200, schemas.ListSchema, headers=ETAG)
    @lists.refusals(409, 412)
    @policy("tasks:write", record="editor")
    def patch(self, given: dict[str, Any], list_id: str) -> Any:
        """Rename or reorder a list; with If-Match, only if it is still at that version"""
        return changed("list", list_id, given)

    @lists.response(204)
    @lists.refusals(409, 412)
    @policy("tasks:write", record="editor")
    def delete(self, list_id: str) -> None:
        """Move a list, and with it its tasks, to the trash"""
        removed("list", list_id)


@lists.route("/<list_id>/move")
class ListMove(MethodView):
    @lists.arguments(schemas.ListMoveSchema)
    @lists.response(200, schemas.ListSchema, headers=ETAG)
    @lists.refusals(409, 412)
    @policy("tasks:write", record="editor")
    def post(self, given: dict[str, Any], list_id: str) -> Any:
        """Carry a list with all that lies in it to another space"""
        return moved("list", list_id, given)
