"""Sign-up: an account, its personal space and a session, composed here because only this room knows both."""
from flask import Blueprint, Response, request
from sqlalchemy import Connection

from server import clock
from server.accounts import guard, service
from server.accounts.passwords import passwords
from server.accounts.routes import address_of, answer_with_session, check_password
from server.accounts.schemas import SignUpSchema
from server.spaces.service import create_personal_space
from server.web.errors import ApiError
from server.web.limits import attempts, sign_ups_per_hour
from server.web.policy import policy
from server.web.schemas import load_json

blueprint = Blueprint("sign_up", __name__, url_prefix="/auth")


@blueprint.post("/sign-up")
@policy("public")
def sign_up() -> Response:
    """A new account with its personal space, signed in."""
    given = load_json(SignUpSchema(), request)
    if given["session"] == "cookie":
        guard.check_same_site(request)
    attempts().hit(sign_ups_per_hour(), "sign-up", address_of(request))
    email = service.normal_email(given["email"])
    check_password(given["password"], email)
    hashed, now_ms = passwords().hash(given["password"]), clock.now_ms()

    def create(connection: Connection) -> str:
        user_id = service.create_user(connection, email, given["name"], hashed, now_ms)
        create_personal_space(connection, user_id, given["name"], now_ms)
        return user_id

    try:
        user_id = guard.writer().run(create)
    except service.EmailTaken:
        raise ApiError(409, "email_taken", "There is an account with this e-mail address. Sign in instead.") from None
    return answer_with_session(user_id, given["session"], 201)
