"""/auth: adding and removing passkeys, signing in with one, and the second factor."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Response, g, jsonify, request
from limits import RateLimitItemPerMinute
from sqlalchemy import Connection

from server import clock
from server.accounts import challenges, login_throttle, notices, passkeys, service
from server.accounts.address import address_of
from server.accounts.challenges import OpenChallenge
from server.accounts.passkeys import Party, Refused
from server.accounts.reauthentication import check_still_authenticated, reauthenticate
from server.accounts.responses import (
    audit_failure,
    check_session_kind,
    note,
    open_session,
    secret_key,
    session_response,
    wrong_credentials,
)
from server.accounts.schemas import (
    ConfirmSchema,
    NewPasskeySchema,
    PasskeySignInSchema,
    SwitchSchema,
)
from server.accounts.service import SignInFacts
from server.database import reading
from server.web.errors import ApiError
from server.web.limits import attempts
from server.web.policy import policy
from server.web.schemas import StrictSchema, load_json
from server.web.transactions import run_write

blueprint = Blueprint("passkeys", __name__, url_prefix="/auth")
CHALLENGES_PER_15_MINUTES = RateLimitItemPerMinute(100, 15)


@blueprint.get("/passkeys")
@policy("account")
def list_passkeys() -> Response:
    with reading() as connection:
        return jsonify({"passkeys": passkeys.list_passkeys(connection, g.caller.user_id)})


@blueprint.post("/passkeys/options")
@policy("account")
def creation_options() -> Response:
    """A challenge and the options for `navigator.credentials.create`; needs the password."""
    held = reauthenticate(load_json(ConfirmSchema(), request)["password"])
    token, challenge = _challenge(
        challenges.ADD,
        g.caller.user_id,
        lambda connection: check_still_authenticated(connection, held),
    )
    with reading() as connection:
        user = service.get_user(connection, g.caller.user_id)
        return jsonify(
            {
                "challenge": token,
                "options": passkeys.creation_options(connection, _party(), user, challenge),
            }
        )


@blueprint.post("/passkeys")
@policy("account")
def add() -> Response:
    """Adds a passkey from `credential.toJSON()`. The challenge replaces the password, and ends when
    the password changes.
    """
    given, user_id = load_json(NewPasskeySchema(), request), g.caller.user_id
    taken = _take(given["challenge"], challenges.ADD)
    try:
        new = passkeys.verify_new(_party(), taken.challenge, given["credential"])
    except Refused:
        raise _refused(422) from None

    def keep(connection: Connection) -> tuple[str, str]:
        check_still_authenticated(connection, taken.password_hash)
        passkey_id = passkeys.add(connection, user_id, given["name"].strip(), new, clock.now_ms())
        note(connection, "passkey_added", user_id, passkey=passkey_id)
        return passkey_id, service.get_user(connection, user_id).email

    try:
        passkey_id, email = run_write(keep)
    except passkeys.PasskeyTaken:
        raise ApiError(409, "passkey_taken", "This passkey is already registered.") from None
    except passkeys.TooManyPasskeys:
        raise ApiError(
            409,
            "too_many_passkeys",
            f"An account can have at most {passkeys.PASSKEYS_MAX} passkeys. Remove one first.",
        ) from None
    notices.tell(email, "passkey_added")
    response = jsonify({"id": passkey_id, "name": given["name"].strip()})
    response.status_code = 201
    return response


@blueprint.delete("/passkeys/<passkey_id>")
@policy("account")
def remove(passkey_id: str) -> Response:
    """Removes a passkey. Removing the last one turns the second factor off."""
    held, user_id = (
        reauthenticate(load_json(ConfirmSchema(), request)["password"]),
        g.caller.user_id,
    )

    def drop(connection: Connection) -> str | None:
        check_still_authenticated(connection, held)
        if not passkeys.remove(connection, user_id, passkey_id):
            raise ApiError(404, "not_found", "There is no such passkey.")
        note(connection, "passkey_removed", user_id, passkey=passkey_id)
        return None if passkeys.count(connection, user_id) else _switch(connection, user_id, False)

    _tell_off(run_write(drop))
    return jsonify({})


@blueprint.put("/second-factor")
@policy("account")
def second_factor() -> Response:
    """Turns the second factor on or off."""
    given, user_id = load_json(SwitchSchema(), request), g.caller.user_id
    held, on = reauthenticate(given["password"]), given["on"]

    def switch(connection: Connection) -> str | None:
        check_still_authenticated(connection, held)
        if on and not passkeys.count(connection, user_id):
            raise ApiError(409, "passkey_needed", "Add a passkey first.")
        return _switch(connection, user_id, on)

    _tell_off(run_write(switch))
    return jsonify({"on": on})


@blueprint.post("/sign-in/passkey/options")
@policy("public")
def request_options() -> Response:
    """A challenge and the options for `navigator.credentials.get`: any passkey of this server, with
    user verification.
    """
    load_json(StrictSchema(), request)
    attempts().hit(CHALLENGES_PER_15_MINUTES, "challenges", address_of(request))
    token, options = _request(challenges.SIGN_IN, None, lambda connection: None)
    return jsonify({"challenge": token, "options": options})


@blueprint.post("/sign-in/passkey")
@policy("public")
def sign_in() -> Response:
    """A session for a passkey: alone, or after the password if that asked for a second factor."""
    given = load_json(PasskeySignInSchema(), request)
    check_session_kind(given["session"])
    login_throttle.begin_attempt("passkey")
    taken = _take(given["challenge"], challenges.SIGN_IN, challenges.SECOND_FACTOR)
    try:
        passkey, token = _open(taken, given["credential"])
    except Refused:
        audit_failure(taken.user_id or "", "passkey")
        login_throttle.fail_attempt("passkey")
        raise _refused(401) from None
    login_throttle.clear_attempts("passkey")
    login_throttle.clear_attempts("sign-in", passkey.email)
    return session_response(passkey.user_id, token, given["session"])


def ask_for_passkey(user: SignInFacts) -> ApiError:
    """The answer to a correct password if a passkey is needed too: the challenge for
    `/auth/sign-in/passkey`.
    """

    def check(connection: Connection) -> None:
        if not service.is_current(connection, user.id, user.password_hash):
            raise wrong_credentials()

    token, options = _request(challenges.SECOND_FACTOR, user.id, check)
    return ApiError(
        401,
        "second_factor_needed",
        "Confirm with one of your passkeys.",
        {"challenge": token, "options": options},
    )


def _open(taken: OpenChallenge, credential: passkeys.Json) -> tuple[passkeys.StoredPasskey, str]:
    """(the passkey, the token of a new session)."""
    with reading() as connection:
        passkey = passkeys.find(connection, taken, credential)
    sign_count = passkeys.verify_answer(_party(), taken, passkey, credential)

    def use(connection: Connection) -> str:
        if taken.password_hash is not None and not service.is_current(
            connection, passkey.user_id, taken.password_hash
        ):
            raise Refused("the password has changed since the first step")
        passkeys.count_use(connection, passkey, sign_count, clock.now_ms())
        note(
            connection,
            "sign_in",
            passkey.user_id,
            by="passkey" if taken.purpose == challenges.SIGN_IN else "password and passkey",
        )
        return open_session(connection, passkey.user_id)

    return passkey, run_write(use)


def _challenge(
    purpose: str, user_id: str | None, check: Callable[[Connection], None]
) -> tuple[str, bytes]:
    """A new challenge, if `check` passes in its transaction."""

    def create(connection: Connection) -> tuple[str, bytes]:
        check(connection)
        return challenges.create_challenge(
            connection, secret_key(), purpose, user_id, clock.now_ms()
        )

    return run_write(create)


def _request(
    purpose: str, user_id: str | None, check: Callable[[Connection], None]
) -> tuple[str, passkeys.Json]:
    token, challenge = _challenge(purpose, user_id, check)
    with reading() as connection:
        return token, passkeys.request_options(connection, _party(), user_id, challenge)


def _take(token: str, *purposes: str) -> OpenChallenge:
    """The challenge, used up before its answer is checked; 400 if it has expired or was created for
    another purpose or account.
    """
    key, now_ms = secret_key(), clock.now_ms()
    taken = run_write(lambda connection: challenges.take_challenge(connection, key, token, now_ms))
    is_anothers = (
        taken is not None
        and taken.purpose == challenges.ADD
        and (challenges.ADD not in purposes or taken.user_id != g.caller.user_id)
    )
    if taken is None or taken.purpose not in purposes or is_anothers:
        raise ApiError(
            400,
            "challenge_expired",
            "This passkey request has expired or was already used. Try again.",
        )
    return taken


def _party() -> Party:
    """This server under the host name that the browser used."""
    return Party(urlsplit(f"//{request.host}").hostname or "", f"{request.scheme}://{request.host}")


def _switch(connection: Connection, user_id: str, on: bool) -> str | None:
    """The address of the account, if the second factor was on and is off now."""
    if not passkeys.set_second_factor(connection, user_id, on):
        return None
    note(connection, "second_factor_on" if on else "second_factor_off", user_id)
    return None if on else service.get_user(connection, user_id).email


def _tell_off(email: str | None) -> None:
    if email is not None:
        notices.tell(email, "second_factor_off")


def _refused(status: int) -> ApiError:
    return ApiError(status, "passkey_refused", "The passkey could not be verified.")
