"""/auth/tokens: personal access tokens. Here rather than in accounts, because a token can be
limited to certain spaces.
"""

from collections.abc import Callable

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy import Connection

from server import clock
from server.accounts import tokens
from server.accounts.reauthentication import check_still_authenticated, reauthenticate
from server.accounts.responses import note, secret_key
from server.accounts.schemas import TokenSchema
from server.database import reading
from server.spaces.access import role_of_caller
from server.web.errors import NO_SUCH_SPACE, NOT_ACCEPTABLE, ApiError
from server.web.policy import policy
from server.web.schemas import load_json
from server.web.transactions import run_write

blueprint = Blueprint("tokens", __name__, url_prefix="/auth/tokens")


@blueprint.get("")
@policy("account")
def list_tokens() -> Response:
    with reading() as connection:
        return jsonify({"tokens": tokens.list_tokens(connection, g.caller.user_id)})


@blueprint.post("")
@policy("account")
def create() -> Response:
    """Creates a token, which is shown only once; needs the password."""
    given, now_ms = load_json(TokenSchema(), request), clock.now_ms()
    name, scopes, expires_at = (
        given["name"].strip(),
        sorted(set(given["scopes"])),
        given["expires_at"],
    )
    spaces = (
        None if given["spaces"] is None else sorted({str(space_id) for space_id in given["spaces"]})
    )
    if expires_at is not None and expires_at <= now_ms:
        raise _invalid("expires_at", "Must be in the future.")
    with reading() as connection:
        _check_spaces(connection, spaces)
    held = reauthenticate(given["password"])

    def keep(connection: Connection) -> tuple[str, str]:
        check_still_authenticated(connection, held)
        token_id, token = tokens.create_token(
            connection, secret_key(), g.caller.user_id, name, scopes, spaces, expires_at, now_ms
        )
        note(connection, "token_made", g.caller.user_id, token=token_id, scopes=scopes)
        return token_id, token

    return _answer(
        *_run(keep),
        name=name,
        scopes=scopes,
        spaces=spaces,
        expires_at=expires_at,
        created_at=now_ms,
    )


@blueprint.delete("/<token_id>")
@policy("account")
def end(token_id: str) -> Response:
    """Ends one of the account's tokens at once."""

    def drop(connection: Connection) -> None:
        if not tokens.end_token(connection, g.caller.user_id, token_id):
            raise ApiError(404, "not_found", "There is no such token.")
        note(connection, "token_ended", g.caller.user_id, token=token_id)

    run_write(drop)
    return jsonify({})


def _run(keep: Callable[[Connection], tuple[str, str]]) -> tuple[str, str]:
    try:
        return run_write(keep)
    except tokens.TooManyTokens:
        raise ApiError(
            409,
            "too_many_tokens",
            f"An account can have at most {tokens.TOKENS_MAX} tokens. Revoke one first.",
        ) from None


def _answer(token_id: str, token: str, **others: object) -> Response:
    response = jsonify(
        {"id": token_id, "token": token, "hint": token[: tokens.HINT_LENGTH], "seen_at": None}
        | others
    )
    response.status_code = 201
    return response


def _check_spaces(connection: Connection, spaces: list[str] | None) -> None:
    """422 if the account is not a member of one of them."""
    if any(role_of_caller(connection, g.caller, space_id) is None for space_id in spaces or ()):
        raise _invalid("spaces", NO_SUCH_SPACE)


def _invalid(field: str, sentence: str) -> ApiError:
    return ApiError(422, "invalid", NOT_ACCEPTABLE, {field: [sentence]})
