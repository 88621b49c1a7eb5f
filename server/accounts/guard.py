"""Authentication and authorization: resolves the caller before each request and checks the route's
policy.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, request
from sqlalchemy import Connection

from server import clock
from server.accounts import service, tokens
from server.accounts.address import address_of
from server.accounts.caller import Caller
from server.core.roles import at_least
from server.database import reading
from server.web.errors import NO_SUCH_SPACE, ApiError
from server.web.limits import attempts, public_requests_per_minute, requests_per_minute
from server.web.policy import SCOPES, Policy
from server.web.transactions import run_write

COOKIE_SECURE = "__Host-driftless"
COOKIE_PLAIN = "driftless"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ACCOUNT_HEADER = "Driftless-Account"
UNCOUNTED = frozenset({"shell", "ops"})  # the app's files, and /healthz


RoleIn = Callable[[Connection, Caller, str], str | None]


def init_app(app: Flask, policies: dict[tuple[str, str], Policy], role_in: RoleIn) -> None:
    """Admits requests according to their route's policy. `role_in` returns a caller's role in a
    space, None if they are not a member.
    """

    @app.before_request
    def _admit() -> None:
        method = "GET" if request.method == "HEAD" else request.method
        wanted = policies.get((request.endpoint or "", method))
        if wanted is None or wanted.audience == "public":
            _count_public(wanted)
            return
        caller = g.caller = _identify()
        check_account(request.headers.get(ACCOUNT_HEADER), caller)
        check_audience(caller, wanted.audience)
        attempts().hit(requests_per_minute(), "requests", caller.user_id)
        if wanted.space:
            with reading() as connection:
                role = role_in(connection, caller, (request.view_args or {})["space_id"])
            if role is None:
                raise ApiError(404, "no_such_space", NO_SUCH_SPACE)
            if not at_least(role, wanted.space):
                raise ApiError(
                    403, "role_too_low", f"You need the role {wanted.space} in this space."
                )


def _count_public(wanted: Policy | None) -> None:
    if wanted is not None and request.blueprint not in UNCOUNTED:
        attempts().hit(public_requests_per_minute(), "public", address_of(request))


def _identify() -> Caller:
    """The caller. Invalid credentials are counted by address, apart from the public routes, so
    guessing cannot lock out other people.
    """
    try:
        return resolve_caller(request)
    except ApiError as error:
        if error.status == 401:
            attempts().hit(public_requests_per_minute(), "refused", address_of(request))
        raise


def check_account(meant: str | None, caller: Caller) -> None:
    """409 if the client names another account than the credential's. All tabs of a browser share
    one cookie.
    """
    if meant is not None and meant != caller.user_id:
        raise ApiError(409, "account_differs", "Someone else has signed in here in the meantime.")


def check_audience(caller: Caller, audience: str) -> None:
    """403 if the credential does not belong to this audience."""
    if audience in SCOPES:
        if not caller.may(audience):
            raise ApiError(403, "scope_missing", f"This token lacks the scope {audience}.")
        return
    if caller.scopes is not None:
        raise ApiError(
            403, "session_only", "Personal access tokens are not accepted here. Sign in."
        )
    if audience == "admin" and not caller.is_admin:
        raise ApiError(403, "admin_only", "Only administrators can do this.")


def resolve_caller(asked: Request) -> Caller:
    """The account behind a request; 401 without a valid session or token, 400 with two credentials,
    403 for a cookie from another site.
    """
    bearer, cookie = _bearer(asked), _cookie(asked)
    if bearer and cookie:
        raise ApiError(
            400, "two_credentials", "Send the session cookie or a bearer token, not both."
        )
    if cookie and asked.method not in SAFE_METHODS:
        check_same_site(asked)
    given = bearer or cookie
    if not given:
        raise ApiError(401, "sign_in_first", "Sign in first.")
    if bearer and bearer.startswith(tokens.PREFIX):
        return _of_token(asked, bearer)
    now_ms = clock.now_ms()
    with reading() as connection:
        session = service.find_session(connection, current_app.config["SECRET_KEY"], given, now_ms)
    if session is None:
        raise session_ended()
    if now_ms - session.seen_at > service.SESSION_SEEN_EVERY_MS:
        run_write(
            lambda connection: service.touch_session(
                connection, session.id, session.user_id, now_ms
            )
        )
    return Caller(
        session.user_id,
        session.id,
        session.is_admin,
        bool(cookie),
        device_id=session.device_id,
        address=address_of(asked),
        now_ms=now_ms,
    )


def _of_token(asked: Request, bearer: str) -> Caller:
    now_ms = clock.now_ms()
    with reading() as connection:
        token = tokens.find_token(connection, current_app.config["SECRET_KEY"], bearer, now_ms)
    if token is None:
        raise ApiError(401, "token_ended", "This token is invalid, expired or revoked.")
    if now_ms - (token.seen_at or 0) > service.SESSION_SEEN_EVERY_MS:
        run_write(lambda connection: tokens.touch_token(connection, token.id, now_ms))
    return Caller(
        token.user_id,
        None,
        is_admin=False,
        is_cookie=False,
        scopes=token.scopes,
        spaces=token.spaces,
        token_id=token.id,
        address=address_of(asked),
        now_ms=now_ms,
    )


def session_ended() -> ApiError:
    return ApiError(401, "session_ended", "This session has ended. Sign in again.")


def check_same_site(asked: Request) -> None:
    """403 unless a browser's request that changes something comes from the same origin."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        is_same = site == "same-origin"
    else:
        is_same = asked.headers.get("Origin") == f"{asked.scheme}://{asked.host}"
    if not is_same:
        raise _cross_site()


def _cross_site() -> ApiError:
    return ApiError(403, "cross_site", "This request came from another site.")


def check_fetched_here(asked: Request) -> None:
    """403 if a browser says that a page of another site asks, whatever the method."""
    if asked.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise _cross_site()


def give_cookie(response: Response, asked: Request, token: str) -> None:
    response.set_cookie(
        _cookie_name(asked),
        token,
        max_age=service.SESSION_LIFE_MS // 1000,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=not _is_plain_localhost(asked),
    )


def take_cookie(response: Response, asked: Request) -> None:
    response.delete_cookie(
        _cookie_name(asked),
        path="/",
        httponly=True,
        samesite="Strict",
        secure=not _is_plain_localhost(asked),
    )


def _bearer(asked: Request) -> str | None:
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _cookie(asked: Request) -> str | None:
    return asked.cookies.get(_cookie_name(asked)) or None


def _cookie_name(asked: Request) -> str:
    return COOKIE_PLAIN if _is_plain_localhost(asked) else COOKIE_SECURE


def _is_plain_localhost(asked: Request) -> bool:
    """The `__Host-` prefix needs TLS. On http://localhost, which browsers treat as secure, the
    plain name is used.
    """
    return asked.scheme == "http" and urlsplit(f"//{asked.host}").hostname in (
        "localhost",
        "127.0.0.1",
        "::1",
    )
