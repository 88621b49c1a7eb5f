"""/api/admin: accounts, sessions, quotas, registration, invites, the audit log. Every action has an
audit entry in its own transaction.
"""

import secrets
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request
from sqlalchemy import Connection

from server import clock
from server.accounts import audit, registration, resets
from server.accounts import service as accounts
from server.accounts.address import address_of
from server.accounts.emails import normalize_email
from server.accounts.passwords import passwords
from server.admin import health, links, log, schemas, service
from server.admin.service import AdminError
from server.database import reading
from server.spaces import invites
from server.spaces.service import create_personal_space
from server.spaces.space_records import SpaceError
from server.web.cursors import BAD_CURSOR
from server.web.errors import ApiError
from server.web.policy import policy
from server.web.schemas import load, load_json
from server.web.transactions import run_write

blueprint = Blueprint("admin", __name__, url_prefix="/api/admin")
STATUS_OF_CODE = {"no_such_account": 404, "admin_only": 403, "last_admin": 409, "not_oneself": 409}


@blueprint.errorhandler(AdminError)
def _admin_error(error: AdminError) -> Response:
    return current_app.handle_user_exception(
        ApiError(STATUS_OF_CODE[error.code], error.code, error.message)
    )  # type: ignore[return-value]


@blueprint.get("/accounts")
@policy("admin")
def list_accounts() -> Response:
    """Accounts by address, with counts and bytes, in pages"""
    query = load(schemas.AccountsQuerySchema(), request.args, 422, "invalid")
    try:
        with reading() as connection:
            found, more = service.list_accounts(connection, query["q"], query["cursor"])
    except service.BadCursor:
        raise ApiError(422, "bad_cursor", BAD_CURSOR) from None
    return jsonify({"accounts": found, "next_cursor": more})


@blueprint.post("/accounts")
@policy("admin")
def create_account() -> tuple[Response, int]:
    """Creates an account. Its owner sets the password with a link, which is mailed or, without
    mail, returned
    """
    given = load_json(schemas.AccountCreateSchema(), request)
    email, hashed, now_ms = (
        normalize_email(given["email"]),
        unknown_password(),
        clock.now_ms(),
    )

    def create(connection: Connection) -> tuple[dict[str, Any], str]:
        service.check_admin(connection, g.caller.user_id)
        user_id = accounts.create_user(connection, email, given["name"], hashed, now_ms)
        create_personal_space(connection, user_id, given["name"], now_ms)
        _note(connection, "account_created", user_id)
        _note(connection, "reset_link_made", user_id)
        return service.get_account(connection, user_id), resets.create_reset(
            connection, _secret_key(), user_id, now_ms
        )

    try:
        account, token = run_write(create)
    except accounts.EmailTaken:
        raise ApiError(
            409, "email_taken", "An account with this email address already exists."
        ) from None
    return jsonify(account | links.hand_over(email, token, "reset_link")), 201


@blueprint.patch("/accounts/<user_id>")
@policy("admin")
def change_account(user_id: str) -> Response:
    """Disables or enables an account, grants or revokes administration, sets its quota (null: the
    server's default)
    """
    given = load_json(schemas.AccountPatchSchema(), request)

    def change(connection: Connection) -> dict[str, Any]:
        for act, detail in service.change_account(connection, g.caller.user_id, user_id, given):
            _note(connection, act, user_id, **detail)
        return service.get_account(connection, user_id)

    return jsonify(run_write(change))


@blueprint.post("/accounts/<user_id>/reset-link")
@policy("admin")
def make_reset_link(user_id: str) -> Response:
    """Creates a single-use link to set a new password, valid for 30 minutes: mailed or, without
    mail, returned
    """

    def create(connection: Connection) -> tuple[str, str]:
        service.check_admin(connection, g.caller.user_id)
        email = service.get_account(connection, user_id)["email"]
        _note(connection, "reset_link_made", user_id)
        return email, resets.create_reset(connection, _secret_key(), user_id, clock.now_ms())

    return jsonify(links.hand_over(*run_write(create), "url"))


@blueprint.get("/accounts/<user_id>/sessions")
@policy("admin")
def list_sessions(user_id: str) -> Response:
    with reading() as connection:
        service.get_account(connection, user_id)
        return jsonify({"sessions": accounts.list_sessions(connection, user_id)})


@blueprint.delete("/accounts/<user_id>/sessions")
@policy("admin")
def end_sessions(user_id: str) -> Response:
    """Signs an account out everywhere, at once; its personal access tokens end too"""

    def end(connection: Connection) -> int:
        service.check_admin(connection, g.caller.user_id)
        service.get_account(connection, user_id)
        ended, tokens = accounts.end_sessions(connection, user_id)
        _note(connection, "session_ended", user_id, sessions=ended, tokens=tokens)
        return ended

    return jsonify({"ended": run_write(end)})


@blueprint.get("/registration")
@policy("admin")
def get_registration() -> Response:
    with reading() as connection:
        return jsonify({"mode": registration.find_mode(connection)})


@blueprint.put("/registration")
@policy("admin")
def put_registration() -> Response:
    """Sets the mode of registration: open, invited, closed"""
    mode = load_json(schemas.RegistrationSchema(), request)["mode"]

    def put(connection: Connection) -> None:
        service.check_admin(connection, g.caller.user_id)
        registration.set_mode(connection, mode)
        _note(connection, "registration_changed", "registration", mode=mode)

    run_write(put)
    return jsonify({"mode": mode})


@blueprint.get("/invites")
@policy("admin")
def list_invites() -> Response:
    """Open invites to create an account"""
    with reading() as connection:
        found = invites.list_invites(connection, None, clock.now_ms())
    return jsonify(
        {
            "invites": [
                {name: held for name, held in invite.items() if name != "role"} for invite in found
            ]
        }
    )


@blueprint.post("/invites")
@policy("admin")
def create_invite() -> tuple[Response, int]:
    """Creates an invite link to create accounts"""
    given, now_ms = load_json(schemas.AccountInviteSchema(), request), clock.now_ms()
    email = normalize_email(given["email"]) if given["email"] else None

    def create(connection: Connection) -> tuple[str, str]:
        service.check_admin(connection, g.caller.user_id)
        made = invites.create_invite(
            connection,
            _secret_key(),
            g.caller.user_id,
            None,
            None,
            email,
            given["uses_max"],
            now_ms,
        )
        _note(connection, "account_invited", email or "", invite=made[0])
        return made

    try:
        invite_id, token = run_write(create)
    except SpaceError as error:
        raise ApiError(409, error.code, error.message) from None
    return jsonify(
        {
            "id": invite_id,
            "token": token,
            "url": links.link("sign-up", token),
            "email": email,
            "uses_max": 1 if email else given["uses_max"],
            "expires_at": now_ms + invites.INVITE_LIFE_MS,
        }
    ), 201


@blueprint.delete("/invites/<invite_id>")
@policy("admin")
def end_invite(invite_id: str) -> Response:
    def end(connection: Connection) -> bool:
        service.check_admin(connection, g.caller.user_id)
        ended = invites.end_invite(connection, None, invite_id)
        if ended:
            _note(connection, "account_invite_ended", invite_id)
        return ended

    if not run_write(end):
        raise ApiError(404, "not_found", "There is no such invite.")
    return jsonify({})


@blueprint.get("/summary")
@policy("admin")
def summary() -> Response:
    """The server's statistics"""
    with reading() as connection:
        return jsonify(service.count_all(connection))


@blueprint.get("/audit")
@policy("admin")
def list_audit() -> Response:
    """The audit log, newest first, in pages"""
    query = load(schemas.AuditQuerySchema(), request.args, 422, "invalid")
    with reading() as connection:
        found, more = log.list_entries(connection, query["cursor"], query["act"], query["account"])
    return jsonify({"entries": found, "next_cursor": more})


@blueprint.get("/audit/verify")
@policy("admin")
def verify_audit() -> Response:
    """Whether the log's chain is intact, and the first broken entry"""
    with reading() as connection:
        entries, first_broken = audit.verify(connection)
    return jsonify({"entries": entries, "first_broken": first_broken})


@blueprint.get("/health")
@policy("admin")
def get_health() -> Response:
    """The database, the disk, the process"""
    with reading() as connection:
        return jsonify(
            health.measure(
                connection,
                current_app.config["DATA_DIR"],
                clock.now_ms() - current_app.extensions["started_ms"],
            )
        )


def unknown_password() -> str:
    """The hash of a random password that nobody knows, until the owner sets one with the link."""
    return passwords().hash(secrets.token_urlsafe(32))


def _note(connection: Connection, act: str, subject: str, **detail: object) -> None:
    audit.append(
        connection, act, g.caller.user_id, subject, address_of(request), clock.now_ms(), **detail
    )


def _secret_key() -> str:
    return str(current_app.config["SECRET_KEY"])
