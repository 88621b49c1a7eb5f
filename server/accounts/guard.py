"""Who is asking: one `resolve_principal` for every door, asked before each request as the route's policy says."""
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, request

from server import clock
from server.accounts import service
from server.accounts.service import Principal
from server.database import Writer, reading
from server.web.errors import ApiError

COOKIE_SECURE = "__Host-driftless"
COOKIE_PLAIN = "driftless"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, policies: dict[str, str]) -> None:
    @app.before_request
    def _admit() -> None:
        if request.endpoint and policies[request.endpoint] == "account" and request.method != "OPTIONS":
            g.principal = resolve_principal(request)


def resolve_principal(asked: Request) -> Principal:
    """The account behind a request; 401 without a live session, 400 with two, 403 for a cookie from another site."""
    bearer, cookie = _bearer(asked), _cookie(asked)
    if bearer and cookie:
        raise ApiError(400, "two_credentials", "Send the session cookie or a bearer token, not both.")
    if cookie and asked.method not in SAFE_METHODS:
        check_same_site(asked)
    token = bearer or cookie
    if not token:
        raise ApiError(401, "sign_in_first", "Sign in first.")
    now_ms = clock.now_ms()
    with reading() as connection:
        session = service.find_session(connection, current_app.config["SECRET_KEY"], token, now_ms)
    if session is None:
        raise ApiError(401, "session_ended", "This session has ended. Sign in again.")
    if now_ms - session.seen_at > service.SESSION_SEEN_EVERY_MS:
        writer().run(lambda connection: service.touch_session(connection, session.id, now_ms))
    return Principal(session.user_id, session.id, session.is_admin, bool(cookie))


def check_same_site(asked: Request) -> None:
    """A browser's request that changes something must come from this very origin."""
    site = asked.headers.get("Sec-Fetch-Site")
    if site is not None:
        is_same = site == "same-origin"
    else:
        is_same = asked.headers.get("Origin") == f"{asked.scheme}://{asked.host}"
    if not is_same:
        raise ApiError(403, "cross_site", "This request came from another site.")


def give_cookie(response: Response, asked: Request, token: str) -> None:
    response.set_cookie(_cookie_name(asked), token, max_age=service.SESSION_LIFE_MS // 1000, path="/", httponly=True,
                        samesite="Strict", secure=not _is_plain_localhost(asked))


def take_cookie(response: Response, asked: Request) -> None:
    response.delete_cookie(_cookie_name(asked), path="/", httponly=True, samesite="Strict", secure=not _is_plain_localhost(asked))


def writer() -> Writer:
    return current_app.extensions["writer"]


def _bearer(asked: Request) -> str | None:
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _cookie(asked: Request) -> str | None:
    return asked.cookies.get(_cookie_name(asked)) or None


def _cookie_name(asked: Request) -> str:
    return COOKIE_PLAIN if _is_plain_localhost(asked) else COOKIE_SECURE


def _is_plain_localhost(asked: Request) -> bool:
    """The `__Host-` prefix needs TLS; on http://localhost, which browsers hold for secure, the plain name does."""
    return asked.scheme == "http" and urlsplit(f"//{asked.host}").hostname in ("localhost", "127.0.0.1", "::1")
