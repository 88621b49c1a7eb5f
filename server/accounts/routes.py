"""/auth: signing in and out, the account, its sessions and devices. Sign-up creates a space, so it
is in `spaces`.
"""

from flask import Blueprint, Response, current_app, g, jsonify, request
from sqlalchemy import Connection

from server.accounts import devices, guard, login_throttle, mail, registration, service
from server.accounts.emails import normalize_email
from server.accounts.passkey_routes import ask_for_passkey
from server.accounts.passwords import passwords
from server.accounts.responses import (
    account,
    audit_failure,
    check_session_kind,
    note,
    open_session,
    session_response,
    wrong_credentials,
)
from server.accounts.schemas import CredentialsSchema
from server.accounts.service import SignInFacts
from server.database import reading
from server.web.errors import ApiError
from server.web.policy import policy
from server.web.schemas import load_json
from server.web.transactions import run_write

blueprint = Blueprint("auth", __name__, url_prefix="/auth")


@blueprint.get("/options")
@policy("public")
def options() -> Response:
    """The options for the pages for signing in and up."""
    with reading() as connection:
        return jsonify(
            {
                "registration": registration.find_mode(connection),
                "has_mail": mail.mailer() is not None,
            }
        )


@blueprint.post("/sign-in")
@policy("public")
def sign_in() -> Response:
    """A session for an address and its password. Failures slow down, and above the limit answer
    429; there is no permanent lock-out.
    """
    given = load_json(CredentialsSchema(), request)
    check_session_kind(given["session"])
    email = normalize_email(given["email"])
    user = _check_password(email, given["password"])
    if user.has_second_factor:
        raise ask_for_passkey(user)
    login_throttle.clear_attempts("sign-in", email)
    return session_response(
        user.id, run_write(lambda connection: _open(connection, user)), given["session"]
    )


def _check_password(email: str, password: str) -> SignInFacts:
    """The account; the same 401 for a wrong password, an unknown account and a disabled one."""
    login_throttle.begin_attempt("sign-in", email)
    with reading() as connection:
        user = service.find_user(connection, email)
    held = user.password_hash if user else None
    if passwords().verify(held, password) and user is not None and not user.is_disabled:
        return user
    audit_failure(user.id if user else email, "password")
    login_throttle.fail_attempt("sign-in", email)
    raise wrong_credentials()


def _open(connection: Connection, user: SignInFacts) -> str:
    """The token of a new session, unless the password was changed meanwhile or a passkey is needed
    now.
    """
    if (
        not service.is_current(connection, user.id, user.password_hash)
        or service.get_user(connection, user.id).has_second_factor
    ):
        raise wrong_credentials()
    note(connection, "sign_in", user.id, by="password")
    return open_session(connection, user.id)


@blueprint.post("/sign-out")
@policy("account")
def sign_out() -> Response:
    """Ends this session."""

    def end(connection: Connection) -> None:
        service.end_session(connection, g.caller.user_id, g.caller.session_id)
        note(connection, "sign_out", g.caller.user_id)

    run_write(end)
    return _without_cookie()


@blueprint.get("/me")
@policy("account")
def me() -> Response:
    with reading() as connection:
        return jsonify(account(service.get_user(connection, g.caller.user_id)))


@blueprint.get("/sessions")
@policy("account")
def sessions() -> Response:
    """The account's sessions and devices, last seen first."""
    with reading() as connection:
        found = service.list_sessions(connection, g.caller.user_id)
        found_devices = devices.list_devices(connection, g.caller.user_id)
    return jsonify(
        {
            "sessions": [
                session | {"current": session["id"] == g.caller.session_id} for session in found
            ],
            "devices": found_devices,
        }
    )


@blueprint.delete("/sessions")
@policy("account")
def end_all_sessions() -> Response:
    """Signs out everywhere, including this session; personal access tokens end too."""

    def end(connection: Connection) -> None:
        sessions, tokens = service.end_sessions(connection, g.caller.user_id)
        note(connection, "sign_out_everywhere", g.caller.user_id, sessions=sessions, tokens=tokens)

    run_write(end)
    return _without_cookie()


@blueprint.delete("/sessions/<session_id>")
@policy("account")
def end_session(session_id: str) -> Response:
    """Ends one of the account's sessions at once."""

    def end(connection: Connection) -> None:
        if not service.end_session(connection, g.caller.user_id, session_id):
            raise ApiError(404, "not_found", "There is no such session.")
        note(connection, "session_ended", g.caller.user_id, session=session_id)

    run_write(end)
    return jsonify({})


@blueprint.delete("/devices/<device_id>")
@policy("account")
def forget_device(device_id: str) -> Response:
    """Ends the sessions of one of the account's devices, and removes it from the list until it
    syncs again.
    """

    def forget(connection: Connection) -> None:
        if not devices.forget_device(connection, g.caller.user_id, device_id):
            raise ApiError(404, "not_found", "There is no such device.")
        note(connection, "session_ended", g.caller.user_id, device=device_id)

    run_write(forget)
    current_app.extensions["devices"].forget(device_id)
    return jsonify({})


def _without_cookie() -> Response:
    response = jsonify({})
    guard.take_cookie(response, request)
    return response
