"""/api/v1/spaces: the caller's spaces, their members and their activity. Their invites are in
invite_routes.
"""

from flask import current_app, g
from flask.typing import ResponseReturnValue
from flask.views import MethodView

from server.journal import history
from server.journal.schemas import PageQuerySchema
from server.spaces import access, actions, members, schemas, service
from server.spaces.requests import check_unlimited, run_action, run_query
from server.web.policy import policy
from server.web.rest import PREFIX, RestBlueprint
from server.web.schemas import Body

spaces = RestBlueprint(
    "spaces",
    __name__,
    url_prefix=f"{PREFIX}/spaces",
    description="Spaces, their members and their activity",
)


@spaces.route("")
class Spaces(MethodView):
    @spaces.arguments(schemas.SpaceQuerySchema, location="query")
    @spaces.response(200, schemas.SpacesSchema)
    @policy("tasks:read")
    def get(self, query: Body) -> ResponseReturnValue:
        """Your spaces, the personal one first"""
        found = run_query(
            lambda connection: service.list_spaces(
                connection, g.caller.user_id, query["deleted"] == "true"
            )
        )
        return {"spaces": [space for space in found if g.caller.reaches(space["id"])]}

    @spaces.arguments(schemas.SpaceNameSchema)
    @spaces.response(
        201,
        schemas.SpaceSchema,
        headers={"Location": {"schema": {"type": "string"}, "required": True}},
    )
    @spaces.refusals(409)
    @policy("spaces:manage")
    def post(self, given: Body) -> ResponseReturnValue:
        """Create a shared space; you become its owner"""
        check_unlimited()
        rules = current_app.extensions["rules"]
        made = run_action(
            lambda connection, caller: actions.create_space(
                connection, caller, rules, given["name"]
            )
        )
        return made, {"Location": f"{PREFIX}/spaces/{made['id']}"}


@spaces.route("/<space_id>")
class Space(MethodView):
    @spaces.response(200, schemas.SpaceSchema)
    @policy("tasks:read", space="viewer")
    def get(self, space_id: str) -> ResponseReturnValue:
        """A space"""
        return run_query(
            lambda connection: actions.get_space(connection, g.caller.user_id, space_id)
        )

    @spaces.arguments(schemas.SpaceNameSchema)
    @spaces.response(200, schemas.SpaceSchema)
    @spaces.refusals(409)
    @policy("spaces:manage", space="owner")
    def patch(self, given: Body, space_id: str) -> ResponseReturnValue:
        """Rename a shared space"""
        return run_action(
            lambda connection, caller: actions.rename_space(
                connection, caller, space_id, given["name"]
            )
        )

    @spaces.response(204)
    @spaces.refusals(409)
    @policy("spaces:manage", space="owner")
    def delete(self, space_id: str) -> None:
        """Delete a shared space; an owner can restore it for 30 days"""
        run_action(lambda connection, caller: actions.delete_space(connection, caller, space_id))


@spaces.route("/<space_id>/restore")
class SpaceRestore(MethodView):
    @spaces.response(200, schemas.SpaceSchema)
    @spaces.refusals(404, 409)
    @policy("spaces:manage")
    def post(self, space_id: str) -> ResponseReturnValue:
        """Restore a deleted space that you own"""
        check_unlimited()
        return run_action(
            lambda connection, caller: actions.restore_space(connection, caller, space_id)
        )


@spaces.route("/<space_id>/leave")
class SpaceLeave(MethodView):
    @spaces.response(204)
    @spaces.refusals(409)
    @policy("spaces:manage", space="viewer")
    def post(self, space_id: str) -> None:
        """Leave a shared space"""
        run_action(lambda connection, caller: actions.leave_space(connection, caller, space_id))


@spaces.route("/<space_id>/members")
class Members(MethodView):
    @spaces.response(200, schemas.MembersSchema)
    @policy("tasks:read", space="viewer")
    def get(self, space_id: str) -> ResponseReturnValue:
        """The members of a space, owners first"""
        return {"members": run_query(lambda connection: members.list_members(connection, space_id))}


@spaces.route("/<space_id>/members/<user_id>")
class Member(MethodView):
    @spaces.arguments(schemas.RoleSchema)
    @spaces.response(200, schemas.MemberSchema)
    @spaces.refusals(409)
    @policy("spaces:manage", space="owner")
    def patch(self, given: Body, space_id: str, user_id: str) -> ResponseReturnValue:
        """Change a member's role"""
        return run_action(
            lambda connection, caller: actions.set_role(
                connection, caller, space_id, user_id, given["role"]
            )
        )

    @spaces.response(204)
    @spaces.refusals(409)
    @policy("spaces:manage", space="owner")
    def delete(self, space_id: str, user_id: str) -> None:
        """Remove a member; they lose access to the space at once"""
        run_action(
            lambda connection, caller: actions.remove_member(connection, caller, space_id, user_id)
        )


@spaces.route("/<space_id>/activity")
class Activity(MethodView):
    @spaces.arguments(PageQuerySchema, location="query")
    @spaces.response(200, schemas.ActivityPageSchema)
    @policy("tasks:read", space="viewer")
    def get(self, query: Body, space_id: str) -> ResponseReturnValue:
        """Who changed what in a space and when, newest first"""
        page, more = run_query(
            lambda connection: history.list_space_changes(
                connection,
                space_id,
                history.Reader(g.caller.user_id, set(access.roles_of(connection, g.caller))),
                query,
            )
        )
        return {"changes": page, "next_cursor": more}
