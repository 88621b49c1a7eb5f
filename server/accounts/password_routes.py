"""/auth: a new password, confirmed by the current one or by a mailed link."""

import threading

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from limits import RateLimitItemPerHour
from sqlalchemy import Connection

from server import clock
from server.accounts import audit, login_throttle, mail, notices, resets, service
from server.accounts.address import address_of
from server.accounts.emails import normalize_email
from server.accounts.passwords import passwords
from server.accounts.reauthentication import check_still_authenticated, reauthenticate
from server.accounts.responses import (
    check_password,
    note,
    open_session,
    secret_key,
    session_kind,
    session_response,
)
from server.accounts.schemas import ForgotSchema, PasswordSchema, ResetSchema
from server.database import reading
from server.web.errors import ApiError
from server.web.limits import attempts
from server.web.policy import policy
from server.web.schemas import load_json
from server.web.transactions import run_write

blueprint = Blueprint("passwords", __name__, url_prefix="/auth")
LINKS_PER_HOUR = RateLimitItemPerHour(5)
RESET_TEXT = """Hello,

Someone, hopefully you, asked to reset the password of the Driftless account {email}.
Set a new password with this link. It works once and expires in 30 minutes:

{link}

A new password ends every session and every access token of the account.
If you did not ask for this, ignore this message. Your password stays the same.
"""


@blueprint.post("/password")
@policy("account")
def change() -> Response:
    """Sets a new password. Every session and token of the account ends, and this client gets a new
    session.
    """
    given, user_id = load_json(PasswordSchema(), request), g.caller.user_id
    held = reauthenticate(given["current"])
    with reading() as connection:
        email = service.get_user(connection, user_id).email
    check_password(given["password"], email)
    hashed = passwords().hash(given["password"])

    def set_password(connection: Connection) -> str:
        check_still_authenticated(connection, held)
        service.set_password(connection, user_id, hashed)
        note(connection, "password_changed", user_id)
        return open_session(connection, user_id)

    token = run_write(set_password)
    notices.tell(email, "password_changed")
    return session_response(user_id, token, session_kind())


@blueprint.post("/forgot")
@policy("public")
def forgot() -> Response:
    """Mails a link to set a new password, if the account exists. The answer is the same if not, and
    does not wait for the look-up.
    """
    given = load_json(ForgotSchema(), request)
    login_throttle.begin_attempt("forgot")
    if mail.mailer() is not None:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        threading.Thread(
            target=_mail_link,
            args=(app, normalize_email(given["email"]), address_of(request)),
            daemon=True,
            name="forgot",
        ).start()
    response = jsonify({})
    response.status_code = 202
    return response


@blueprint.post("/reset")
@policy("public")
def reset() -> Response:
    """Sets a new password with a link's token. Every session and token of the account ends."""
    given = load_json(ResetSchema(), request)
    login_throttle.begin_attempt("reset")
    with reading() as connection:
        email = resets.find_reset(connection, secret_key(), given["token"], clock.now_ms())
    if email is None:
        login_throttle.fail_attempt("reset")
        raise _link_expired()
    check_password(given["password"], email)
    hashed = passwords().hash(given["password"])

    def use(connection: Connection) -> None:
        user_id = resets.use_reset(connection, secret_key(), given["token"], hashed, clock.now_ms())
        if user_id is None:
            raise _link_expired()
        note(connection, "password_reset", user_id)

    run_write(use)
    notices.tell(email, "password_changed")
    login_throttle.clear_attempts("reset")
    return jsonify({})


def _mail_link(app: Flask, email: str, address: str) -> None:
    """Runs in a separate thread, so that timing does not reveal whether the account exists. At most
    LINKS_PER_HOUR per account.
    """
    with app.app_context():
        key, now_ms = secret_key(), clock.now_ms()

        def create(connection: Connection) -> str | None:
            user = service.find_user(connection, email)
            if (
                user is None
                or user.is_disabled
                or not attempts().allows(LINKS_PER_HOUR, "links", user.id)
            ):
                return None
            audit.append(connection, "reset_link_made", None, user.id, address, now_ms)
            return resets.create_reset(connection, key, user.id, now_ms)

        token, mailer = run_write(create), mail.mailer()
        if token and mailer:
            mailer.send_soon(
                email,
                "Reset your Driftless password",
                RESET_TEXT.format(email=email, link=mail.link("reset", token)),
            )


def _link_expired() -> ApiError:
    return ApiError(
        400, "link_expired", "This link was already used or has expired. Ask for a new one."
    )
