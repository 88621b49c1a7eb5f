"""/api/v1/invites, and the invites of a space."""

from flask import current_app, g, request
from flask.typing import ResponseReturnValue
from flask.views import MethodView

from server import clock
from server.accounts.address import address_of
from server.accounts.responses import secret_key
from server.spaces import actions, schemas
from server.spaces import invites as domain
from server.spaces.requests import check_unlimited, run_action, run_query
from server.web.errors import ApiError
from server.web.limits import attempts, requests_per_minute
from server.web.policy import policy
from server.web.rest import PREFIX, RestBlueprint
from server.web.schemas import Body

invites = RestBlueprint(
    "invites",
    __name__,
    url_prefix=PREFIX,
    description="Invites to spaces, by link or to an email address",
)


@invites.route("/spaces/<space_id>/invites")
class SpaceInvites(MethodView):
    @invites.response(200, schemas.InvitesSchema)
    @policy("spaces:manage", space="owner")
    def get(self, space_id: str) -> ResponseReturnValue:
        """The open invites of a space"""
        return {
            "invites": run_query(
                lambda connection: domain.list_invites(connection, space_id, clock.now_ms())
            )
        }

    @invites.arguments(schemas.InviteCreateSchema)
    @invites.response(201, schemas.NewInviteSchema)
    @invites.refusals(409)
    @policy("spaces:manage", space="owner")
    def post(self, given: Body, space_id: str) -> ResponseReturnValue:
        """Create an invite by link, or for an account's email address; valid for 7 days"""
        made = run_action(
            lambda connection, caller: actions.create_invite(
                connection, caller, secret_key(), space_id, given
            )
        )
        origin = current_app.config["PUBLIC_URL"] or request.host_url.rstrip("/")
        return made | {"url": f"{origin}/join#{made['token']}"}


@invites.route("/spaces/<space_id>/invites/<invite_id>")
class SpaceInvite(MethodView):
    @invites.response(204)
    @policy("spaces:manage", space="owner")
    def delete(self, space_id: str, invite_id: str) -> None:
        """Revoke an invite"""
        run_action(
            lambda connection, caller: actions.end_invite(connection, caller, space_id, invite_id)
        )


@invites.route("/invites")
class Invites(MethodView):
    @invites.response(200, schemas.AddressedInvitesSchema)
    @policy("spaces:manage")
    def get(self) -> ResponseReturnValue:
        """The open invites to your email address"""
        check_unlimited()
        return {
            "invites": run_query(
                lambda connection: actions.list_invites_to(
                    connection, g.caller.user_id, clock.now_ms()
                )
            )
        }


@invites.route("/invites/preview")
class InvitePreview(MethodView):
    @invites.arguments(schemas.InviteTokenSchema)
    @invites.response(200, schemas.PreviewSchema)
    @invites.refusals(404)
    @policy("public")
    def post(self, given: Body) -> ResponseReturnValue:
        """The space and role of an invite link"""
        attempts().hit(requests_per_minute(), "preview", address_of(request))
        return run_query(
            lambda connection: actions.preview_invite(
                connection, secret_key(), given["token"], clock.now_ms()
            )
        )


@invites.route("/invites/accept")
class InviteAccept(MethodView):
    @invites.arguments(schemas.AcceptSchema)
    @invites.response(200, schemas.JoinedSchema)
    @invites.refusals(404, 409)
    @policy("spaces:manage")
    def post(self, given: Body) -> ResponseReturnValue:
        """Join a space with a link's token, or with the id of an invite to your address"""
        check_unlimited()
        if len(given) != 1:
            raise ApiError(422, "token_or_id", "Send either a token or an id.")
        return {
            "space_id": run_action(
                lambda connection, caller: actions.accept_invite(
                    connection, caller, secret_key(), given
                )
            )
        }


@invites.route("/invites/decline")
class InviteDecline(MethodView):
    @invites.arguments(schemas.InviteIdSchema)
    @invites.response(204)
    @invites.refusals(404)
    @policy("spaces:manage")
    def post(self, given: Body) -> None:
        """Decline an invite to your email address"""
        check_unlimited()
        run_action(
            lambda connection, caller: actions.decline_invite(connection, caller, given["id"])
        )
