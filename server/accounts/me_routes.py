"""/api/v1/me: the account of a token."""

from flask import g
from flask.views import MethodView

from server.accounts import service
from server.accounts.schemas import MeSchema
from server.accounts.service import UserFacts
from server.web.policy import policy
from server.web.rest import PREFIX, RestBlueprint
from server.web.transactions import run_read

account = RestBlueprint(
    "me", __name__, url_prefix=f"{PREFIX}/me", description="The account of the caller"
)


@account.route("")
class Me(MethodView):
    @account.response(200, MeSchema)
    @policy("account:read")
    def get(self) -> UserFacts:
        """The account of the caller"""
        return run_read(lambda connection: service.get_user(connection, g.caller.user_id))
