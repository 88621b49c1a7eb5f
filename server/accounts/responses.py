"""Shared by the routes of accounts: new sessions, accounts as JSON, audit entries of a request."""

from flask import Response, current_app, g, jsonify, request
from sqlalchemy import Connection

from server import clock
from server.accounts import audit, guard, service
from server.accounts.address import address_of
from server.accounts.passwords import problem
from server.accounts.service import UserFacts
from server.database import reading
from server.web.errors import ApiError
from server.web.transactions import run_write


def secret_key() -> str:
    return str(current_app.config["SECRET_KEY"])


def check_password(password: str, email: str) -> None:
    """422 if the password is not acceptable."""
    found = problem(password, email)
    if found:
        raise ApiError(422, "weak_password", found, {"password": [found]})


def wrong_credentials() -> ApiError:
    return ApiError(401, "wrong_credentials", "Wrong email address or password.")


def wrong_password() -> ApiError:
    return ApiError(403, "wrong_password", "Wrong password.")


def note(connection: Connection, act: str, user_id: str, **detail: object) -> None:
    """Adds an audit entry about the account by itself, in the caller's writing transaction."""
    audit.append(connection, act, user_id, user_id, address_of(request), clock.now_ms(), **detail)


def audit_failure(subject: str, by: str) -> None:
    """Adds an audit entry about a failed attempt on an account or an address, in a transaction of
    its own.
    """
    now_ms = clock.now_ms()
    run_write(
        lambda connection: audit.append(
            connection, "sign_in_failed", None, subject, address_of(request), now_ms, by=by
        )
    )


def open_session(connection: Connection, user_id: str) -> str:
    """The token of a new session for the calling client."""
    return service.create_session(
        connection,
        secret_key(),
        user_id,
        request.headers.get("User-Agent", ""),
        clock.now_ms(),
        address_of(request),
    )


def check_session_kind(kind: str) -> None:
    """403 if another site asks for a cookie."""
    if kind == "cookie":
        guard.check_same_site(request)


def session_response(
    user_id: str, token: str, kind: str, status: int = 200, **others: str
) -> Response:
    """The account with its new session, as a cookie for browsers or as a bearer token for other
    clients.
    """
    with reading() as connection:
        body = account(service.get_user(connection, user_id)) | others
    response = jsonify(body | {"token": token} if kind == "bearer" else body)
    response.status_code = status
    if kind == "cookie":
        guard.give_cookie(response, request, token)
    return response


def session_kind() -> str:
    """The kind of session that the request used."""
    return "cookie" if g.caller.is_cookie else "bearer"


def account(user: UserFacts) -> dict[str, object]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "is_admin": user.is_admin,
        "has_second_factor": user.has_second_factor,
    }
