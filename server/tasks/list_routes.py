"""/api/v1/lists."""

from flask import g
from flask.typing import ResponseReturnValue
from flask.views import MethodView

from server.database import reading
from server.tasks import queries, records, schemas, service
from server.tasks.routes import (
    ETAG,
    LOCATION,
    change_record,
    create_record,
    move_record,
    remove_record,
    show_record,
    spaces_to_search,
)
from server.web.policy import policy
from server.web.rest import PREFIX, RestBlueprint
from server.web.schemas import Body

lists = RestBlueprint("lists", __name__, url_prefix=f"{PREFIX}/lists", description="Lists of tasks")


@lists.route("")
class Lists(MethodView):
    @lists.arguments(schemas.ListQuerySchema, location="query")
    @lists.response(200, schemas.ListsSchema)
    @lists.refusals(404)
    @policy("tasks:read")
    def get(self, query: Body) -> ResponseReturnValue:
        """Lists that are not in the trash, in their order"""
        with reading() as connection:
            found = queries.list_lists(connection, spaces_to_search(connection, query.get("space")))
            return {"lists": records.name_for(connection, g.caller.user_id, found)}

    @lists.arguments(schemas.ListCreateSchema)
    @lists.response(201, schemas.ListSchema, headers=LOCATION)
    @lists.refusals(404, 409)
    @policy("tasks:write", checked_in_service="editor")
    def post(self, given: Body) -> ResponseReturnValue:
        """Create a list"""
        return create_record(lambda work: service.create(work, "list", given), "lists")


@lists.route("/<list_id>")
class List(MethodView):
    @lists.response(200, schemas.ListSchema, headers=ETAG)
    @policy("tasks:read", checked_in_service="viewer")
    def get(self, list_id: str) -> ResponseReturnValue:
        """A list; its ETag is its version"""
        return show_record("list", list_id)

    @lists.arguments(schemas.ListPatchSchema)
    @lists.response(200, schemas.ListSchema, headers=ETAG)
    @lists.refusals(409, 412)
    @policy("tasks:write", checked_in_service="editor")
    def patch(self, given: Body, list_id: str) -> ResponseReturnValue:
        """Rename or reorder a list; with If-Match, only if it still has that version"""
        return change_record("list", list_id, given)

    @lists.response(204)
    @lists.refusals(409, 412)
    @policy("tasks:write", checked_in_service="editor")
    def delete(self, list_id: str) -> None:
        """Move a list and its tasks to the trash"""
        remove_record("list", list_id)


@lists.route("/<list_id>/move")
class ListMove(MethodView):
    @lists.arguments(schemas.ListMoveSchema)
    @lists.response(200, schemas.ListSchema, headers=ETAG)
    @lists.refusals(409, 412)
    @policy("tasks:write", checked_in_service="editor")
    def post(self, given: Body, list_id: str) -> ResponseReturnValue:
        """Move a list with its content to another space"""
        return move_record("list", list_id, given)
