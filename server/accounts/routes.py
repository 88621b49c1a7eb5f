"""/auth: sign in and out, the account, its sessions, a new password by link. Sign-up, which makes a space, is in spaces."""
import ipaddress
import time

from flask import Blueprint, Request, Response, current_app, g, jsonify, request

from server import clock
from server.accounts import guard, service
from server.accounts.passwords import passwords, problem
from server.accounts.schemas import CredentialsSchema, ResetSchema
from server.database import reading
from server.web.errors import ApiError
from server.web.limits import FAILURES_PER_15_MINUTES, attempts
from server.web.policy import policy
from server.web.schemas import load_json

blueprint = Blueprint("auth", __name__, url_prefix="/auth")
FREE_FAILURES = 3
DELAY_STEP_S = 0.25


@blueprint.post("/sign-in")
@policy("public")
def sign_in() -> Response:
    """A session for an address and its password. Failures slow down, and past the limit answer 429; never a lock-out for good."""
    given = load_json(CredentialsSchema(), request)
    email = service.normal_email(given["email"])
    key = ("sign-in", email, address_of(request))
    attempts().check(FAILURES_PER_15_MINUTES, *key)
    with reading() as connection:
        user = service.find_user(connection, email)
    if not passwords().verify(user and user.password_hash, given["password"]) or user.is_disabled:
        attempts().hit(FAILURES_PER_15_MINUTES, *key)
        time.sleep(DELAY_STEP_S * max(0, attempts().used(FAILURES_PER_15_MINUTES, *key) - FREE_FAILURES))
        raise ApiError(401, "wrong_credentials", "The e-mail address or the password is wrong.")
    return answer_with_session(user.id, given["session"])


@blueprint.post("/sign-out")
@policy("account")
def sign_out() -> Response:
    """Ends this session."""
    guard.writer().run(lambda connection: service.end_session(connection, g.principal.user_id, g.principal.session_id))
    response = jsonify({})
    guard.take_cookie(response, request)
    return response


@blueprint.get("/me")
@policy("account")
def me() -> Response:
    with reading() as connection:
        return jsonify(account(service.get_user(connection, g.principal.user_id)))


@blueprint.get("/sessions")
@policy("account")
def sessions() -> Response:
    with reading() as connection:
        found = service.list_sessions(connection, g.principal.user_id)
    return jsonify({"sessions": [session | {"current": session["id"] == g.principal.session_id} for session in found]})


@blueprint.delete("/sessions/<session_id>")
@policy("account")
def end_session(session_id: str) -> Response:
    """Ends one of the account's sessions at once."""
    if not guard.writer().run(lambda connection: service.end_session(connection, g.principal.user_id, session_id)):
        raise ApiError(404, "not_found", "There is no such session.")
    return jsonify({})


@blueprint.post("/reset")
@policy("public")
def reset() -> Response:
    """Sets a new password by a link's token and ends every session of the account."""
    given = load_json(ResetSchema(), request)
    attempts().hit(FAILURES_PER_15_MINUTES, "reset", address_of(request))
    secret_key, now_ms = current_app.config["SECRET_KEY"], clock.now_ms()
    with reading() as connection:
        email = service.find_reset(connection, secret_key, given["token"], now_ms)
    if email is None:
        raise ApiError(400, "link_expired", "This link has been used or is older than 30 minutes. Ask for another.")
    check_password(given["password"], email)
    hashed = passwords().hash(given["password"])
    if not guard.writer().run(lambda connection: service.use_reset(connection, secret_key, given["token"], hashed, now_ms)):
        raise ApiError(400, "link_expired", "This link has been used or is older than 30 minutes. Ask for another.")
    return jsonify({})


def check_password(password: str, email: str) -> None:
    """422 where the password may not be chosen."""
    found = problem(password, email)
    if found:
        raise ApiError(422, "weak_password", found, {"password": [found]})


def answer_with_session(user_id: str, kind: str, status: int = 200) -> Response:
    """A new session, told as a cookie to browsers or as a bearer token to other clients."""
    secret_key, agent, now_ms = current_app.config["SECRET_KEY"], request.headers.get("User-Agent", ""), clock.now_ms()
    if kind == "cookie":
        guard.check_same_site(request)
    token = guard.writer().run(lambda connection: service.create_session(connection, secret_key, user_id, agent, now_ms))
    with reading() as connection:
        body = account(service.get_user(connection, user_id))
    response = jsonify(body | {"token": token} if kind == "bearer" else body)
    response.status_code = status
    if kind == "cookie":
        guard.give_cookie(response, request, token)
    return response


def account(user) -> dict[str, object]:
    return {"id": user.id, "email": user.email, "name": user.name, "is_admin": user.is_admin}


def address_of(asked: Request) -> str:
    """The caller's address as attempts are counted: a whole /64 for IPv6."""
    try:
        address = ipaddress.ip_address(asked.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))
