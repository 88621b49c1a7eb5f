"""/auth: changes of an account that affect its spaces: a new name, deletion, data download."""

from datetime import UTC, datetime

from flask import Blueprint, Response, g, jsonify, request, stream_with_context
from sqlalchemy import Connection

from server import clock
from server.accounts import audit, guard, login_throttle, service
from server.accounts.address import address_of
from server.accounts.reauthentication import check_still_authenticated, reauthenticate
from server.accounts.responses import account, note
from server.accounts.schemas import ConfirmSchema, NameSchema
from server.database import reading
from server.spaces import account_deletion, export
from server.spaces.members import rename_account
from server.spaces.space_records import SpaceError
from server.web.errors import NOT_ACCEPTABLE, ApiError
from server.web.policy import policy
from server.web.schemas import load_json
from server.web.transactions import run_write

blueprint = Blueprint("account", __name__, url_prefix="/auth")


@blueprint.patch("/me")
@policy("account")
def rename() -> Response:
    """Changes the name, also on the devices of everyone who shares a space with the account."""
    name, user_id = load_json(NameSchema(), request)["name"].strip(), g.caller.user_id

    def change(connection: Connection) -> None:
        service.rename_user(connection, user_id, name)
        rename_account(connection, user_id, name, clock.now_ms())
        note(connection, "account_renamed", user_id)

    try:
        run_write(change)
    except SpaceError as error:
        raise ApiError(422, "invalid", NOT_ACCEPTABLE, {"name": [str(error)]}) from None
    with reading() as connection:
        return jsonify(account(service.get_user(connection, user_id)))


@blueprint.get("/deletion")
@policy("account")
def preview() -> Response:
    """What happens to the account's shared spaces when it is deleted."""
    with reading() as connection:
        return jsonify(account_deletion.preview(connection, g.caller.user_id))


@blueprint.post("/deletion")
@policy("account")
def delete() -> Response:
    """Deletes the account permanently: its personal space, sessions, tokens and passkeys; shared
    spaces as in the preview.
    """
    held, user_id = (
        reauthenticate(load_json(ConfirmSchema(), request)["password"], "deletion"),
        g.caller.user_id,
    )

    def end(connection: Connection) -> None:
        check_still_authenticated(connection, held)
        if service.is_last_admin(connection, user_id):
            raise ApiError(409, "last_admin", service.LAST_ADMIN)
        for act, space_id, detail in account_deletion.end_account(
            connection, user_id, clock.now_ms()
        ):
            audit.append(
                connection, act, user_id, space_id, address_of(request), clock.now_ms(), **detail
            )
        note(connection, "account_deleted", user_id)

    run_write(end)
    response = jsonify({})
    guard.take_cookie(response, request)
    return response


@blueprint.get("/export")
@policy("account")
def download() -> Response:
    """All data of the account as one JSON file."""
    user_id, now_ms = g.caller.user_id, clock.now_ms()
    login_throttle.begin_attempt("export", user_id)
    run_write(lambda connection: note(connection, "account_exported", user_id))
    day = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%d")
    return Response(
        stream_with_context(export.pieces(user_id, now_ms)),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="driftless-account-{day}.json"'},
    )
