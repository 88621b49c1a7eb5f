"""Sign-up: an account, its personal space and a session, composed here because only this package
knows all of them.
"""

from collections.abc import Callable

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from server import clock
from server.accounts import audit, registration, service
from server.accounts.address import address_of
from server.accounts.emails import normalize_email
from server.accounts.passwords import passwords
from server.accounts.responses import (
    check_password,
    check_session_kind,
    note,
    open_session,
    secret_key,
    session_response,
)
from server.accounts.schemas import SignUpSchema
from server.database import reading
from server.spaces import invites
from server.spaces.invites import LiveInvite
from server.spaces.service import create_personal_space
from server.spaces.space_records import SpaceError
from server.web.errors import NOT_ACCEPTABLE, ApiError
from server.web.limits import attempts, sign_ups_per_hour
from server.web.policy import policy
from server.web.schemas import load_json
from server.web.transactions import run_write

blueprint = Blueprint("sign_up", __name__, url_prefix="/auth")


@blueprint.post("/sign-up")
@policy("public")
def sign_up() -> Response:
    """A new account with its personal space, signed in; with an invite if registration requires
    one. An invite to a space joins it at once.
    """
    given = load_json(SignUpSchema(), request)
    check_session_kind(given["session"])
    attempts().hit(sign_ups_per_hour(), "sign-up", address_of(request))
    email = normalize_email(given["email"])
    check_password(given["password"], email)
    with reading() as connection:
        _admit(connection, given["invite"], email)
    hashed = passwords().hash(given["password"])

    def create(connection: Connection) -> tuple[str, str, dict[str, str]]:
        invite = _admit(connection, given["invite"], email)
        user_id = service.create_user(connection, email, given["name"], hashed, clock.now_ms())
        create_personal_space(connection, user_id, given["name"], clock.now_ms())
        note(connection, "sign_up", user_id, **({"invite": invite.id} if invite else {}))
        joined = _follow(connection, invite, user_id, email)
        return user_id, open_session(connection, user_id), joined

    user_id, token, joined = _run(create)
    return session_response(user_id, token, given["session"], 201, **joined)


def _follow(
    connection: Connection, invite: LiveInvite | None, user_id: str, email: str
) -> dict[str, str]:
    """Counts a use of the new account's invite. An invite to a space is accepted with it, and
    `space_id` is that space.
    """
    if invite is None:
        return {}
    try:
        if invite.space_id is None:
            invites.use(connection, invite, clock.now_ms())
            return {}
        space_id = invites.accept(connection, invite, user_id, email, clock.now_ms())
    except SpaceError as error:
        raise ApiError(409, error.code, error.message) from None
    joined = {"account": user_id, "role": invite.role, "invite": invite.id}
    audit.append(
        connection,
        "member_joined",
        user_id,
        space_id,
        address_of(request),
        clock.now_ms(),
        **joined,
    )
    return {"space_id": space_id}


def _run(
    create: Callable[[Connection], tuple[str, str, dict[str, str]]],
) -> tuple[str, str, dict[str, str]]:
    try:
        return run_write(create)
    except service.EmailTaken:
        raise ApiError(
            409,
            "email_taken",
            "An account with this email address already exists. Sign in instead.",
        ) from None
    except SpaceError as error:  # the name is not valid for a record
        raise ApiError(422, "invalid", NOT_ACCEPTABLE, {"name": [str(error)]}) from None


def _admit(connection: Connection, token: str | None, email: str) -> LiveInvite | None:
    """The invite with which the address can create an account, None if it needs none; 403 if it
    cannot.
    """
    mode = registration.find_mode(connection)
    if mode == registration.CLOSED:
        raise ApiError(403, "registration_closed", "Registration is closed.")
    invite = invites.find_invite(connection, secret_key(), token, clock.now_ms()) if token else None
    if invite is not None and invite.email not in (None, email):
        invite = None
    if invite is None and mode == registration.INVITED:
        raise ApiError(
            403,
            "invite_needed",
            "To create an account here, you need a valid invite for this email address.",
        )
    return invite
