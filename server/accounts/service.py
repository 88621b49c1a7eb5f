"""Accounts and sessions. Every function takes the caller's connection; those that write need a writing transaction."""
import hashlib
import hmac
import secrets
import unicodedata
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, false, func, insert, select, update

from server.accounts.models import Device, PasswordReset, Session, User
from server.clock import DAY_MS, HOUR_MS, MINUTE_MS
from server.database import Prepared

SESSION_IDLE_MS = 30 * DAY_MS
SESSION_LIFE_MS = 180 * DAY_MS
SESSION_SEEN_EVERY_MS = HOUR_MS
RESET_LIFE_MS = 30 * MINUTE_MS
DEVICES_LIVE_MAX = 200
DEVICES_PER_DAY_MAX = 20
DEVICE_LIVE_MS = 180 * DAY_MS
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Principal:
    """Who is asking: the account and the session that says so."""
    user_id: str
    session_id: str
    is_admin: bool
    is_cookie: bool


class EmailTaken(Exception):
    """There is an account with this address."""


class TooManyDevices(Exception):
    """The account has as many devices as it may have, or took too many in a day."""


def normal_email(email: str) -> str:
    """The form in which addresses are compared."""
    return unicodedata.normalize("NFC", email.strip()).casefold()


def token_hash(secret_key: str, token: str) -> bytes:
    """What is kept of a token: without the server's key, the database alone cannot check guesses."""
    return hmac.digest(secret_key.encode(), token.encode(), hashlib.sha256)


def create_user(connection: Connection, email: str, name: str, password_hash: str, now_ms: int) -> str:
    """The id of a new account; EmailTaken where the address has one. `email` is in its normal form."""
    if find_user(connection, email):
        raise EmailTaken
    user_id = str(uuid.uuid4())
    connection.execute(insert(User), {"id": user_id, "email": email, "name": name, "password_hash": password_hash,
                                      "is_admin": False, "is_disabled": False, "created_at": now_ms})
    return user_id


def find_user(connection: Connection, email: str):
    return connection.execute(select(User.id, User.name, User.password_hash, User.is_disabled).where(User.email == email)).first()


def get_user(connection: Connection, user_id: str):
    return connection.execute(select(User.id, User.email, User.name, User.is_admin).where(User.id == user_id)).one()


def create_session(connection: Connection, secret_key: str, user_id: str, agent: str, now_ms: int) -> str:
    """The token of a new session: 256 random bits, kept only as a hash."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(insert(Session), {"token_hash": token_hash(secret_key, token), "id": str(uuid.uuid4()), "user_id": user_id,
                                         "agent": agent[:200], "created_at": now_ms, "seen_at": now_ms})
    return token


_SESSION = Prepared(select(Session.id, Session.user_id, Session.created_at, Session.seen_at, User.is_admin)
                    .join(User, User.id == Session.user_id)
                    .where(Session.token_hash == bindparam("hash"), User.is_disabled == false()))


@dataclass(frozen=True)
class LiveSession:
    id: str
    user_id: str
    created_at: int
    seen_at: int
    is_admin: bool


def find_session(connection: Connection, secret_key: str, token: str, now_ms: int) -> LiveSession | None:
    """The live session of a token; None where there is none, or it is past its idle or its whole life."""
    row = _SESSION.row(connection, hash=token_hash(secret_key, token))
    session = LiveSession(*row) if row else None
    if session is None or now_ms - session.seen_at > SESSION_IDLE_MS or now_ms - session.created_at > SESSION_LIFE_MS:
        return None
    return session


def touch_session(connection: Connection, session_id: str, now_ms: int) -> None:
    connection.execute(update(Session).where(Session.id == session_id).values(seen_at=now_ms))


def list_sessions(connection: Connection, user_id: str) -> list[dict[str, object]]:
    rows = connection.execute(select(Session.id, Session.agent, Session.created_at, Session.seen_at)
                              .where(Session.user_id == user_id).order_by(Session.seen_at.desc()))
    return [dict(row._mapping) for row in rows]


def end_session(connection: Connection, user_id: str, session_id: str) -> bool:
    """Whether there was such a session of this account to end."""
    return connection.execute(delete(Session).where(Session.user_id == user_id, Session.id == session_id)).rowcount > 0


def create_reset(connection: Connection, secret_key: str, user_id: str, now_ms: int) -> str:
    """A token that sets a new password once, within RESET_LIFE_MS."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(insert(PasswordReset), {"token_hash": token_hash(secret_key, token), "user_id": user_id, "expires_at": now_ms + RESET_LIFE_MS})
    return token


def find_reset(connection: Connection, secret_key: str, token: str, now_ms: int) -> str | None:
    """The e-mail address whose password the token may set."""
    return connection.execute(select(User.email).join(PasswordReset, PasswordReset.user_id == User.id).where(
        PasswordReset.token_hash == token_hash(secret_key, token), PasswordReset.expires_at >= now_ms)).scalar()


def use_reset(connection: Connection, secret_key: str, token: str, password_hash: str, now_ms: int) -> bool:
    """Sets the password, spends the token and ends every session of the account; False for a token that is no longer good."""
    spent = connection.execute(delete(PasswordReset).where(
        PasswordReset.token_hash == token_hash(secret_key, token), PasswordReset.expires_at >= now_ms).returning(PasswordReset.user_id)).scalar()
    if spent is None:
        return False
    connection.execute(update(User).where(User.id == spent).values(password_hash=password_hash))
    connection.execute(delete(Session).where(Session.user_id == spent))
    connection.execute(delete(PasswordReset).where(PasswordReset.user_id == spent))
    return True


_DEVICE = select(Device.user_id).where(Device.id == bindparam("device"))


def find_device_owner(connection: Connection, device: str) -> str | None:
    return connection.execute(_DEVICE, {"device": device}).scalar()


def bind_device(connection: Connection, device: str, user_id: str, now_ms: int) -> str:
    """The account that the device belongs to: this one, if it was free. TooManyDevices past the limits."""
    owner = find_device_owner(connection, device)
    if owner is not None:
        return owner
    counts = connection.execute(select(
        func.count().filter(Device.seen_at > now_ms - DEVICE_LIVE_MS), func.count().filter(Device.created_at > now_ms - DAY_MS),
    ).where(Device.user_id == user_id)).one()
    if counts[0] >= DEVICES_LIVE_MAX or counts[1] >= DEVICES_PER_DAY_MAX:
        raise TooManyDevices
    connection.execute(insert(Device), {"id": device, "user_id": user_id, "created_at": now_ms, "seen_at": now_ms})
    return user_id


def touch_device(connection: Connection, device: str, now_ms: int) -> None:
    """Notes that the device lives."""
    connection.execute(update(Device).where(Device.id == device).values(seen_at=now_ms))
