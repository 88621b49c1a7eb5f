"""Accounts and sessions. Every function takes the caller's connection; those that write need a
writing transaction.
"""

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, false, insert, or_, select, true, update

from server import bell
from server.accounts.models import AccessToken, Challenge, PasswordReset, Session, User
from server.clock import DAY_MS, HOUR_MS
from server.database import Prepared

SESSION_IDLE_MS = 30 * DAY_MS
SESSION_LIFE_MS = 180 * DAY_MS
SESSION_SEEN_EVERY_MS = HOUR_MS
TOKEN_BYTES = 32
LAST_ADMIN = "The server needs an administrator. Make someone else an administrator first."


class SignInFacts(NamedTuple):
    """The columns of an account that sign-in needs."""

    id: str
    name: str
    password_hash: str
    is_disabled: bool
    has_second_factor: bool


class UserFacts(NamedTuple):
    """The columns of an account that its owner sees."""

    id: str
    email: str
    name: str
    is_admin: bool
    has_second_factor: bool


class EmailTaken(Exception):
    """An account with this address exists."""


def token_hash(secret_key: str, token: str) -> bytes:
    """The stored form of a token, an HMAC: without the server's key, the database alone cannot
    verify guesses.
    """
    return hmac.digest(secret_key.encode(), token.encode(), hashlib.sha256)


def create_user(
    connection: Connection, email: str, name: str, password_hash: str, now_ms: int
) -> str:
    """The id of a new account; EmailTaken if the address has one. `email` must be normalized."""
    if find_user(connection, email):
        raise EmailTaken
    user_id = str(uuid.uuid4())
    connection.execute(
        insert(User),
        {
            "id": user_id,
            "email": email,
            "name": name,
            "password_hash": password_hash,
            "is_admin": False,
            "is_disabled": False,
            "created_at": now_ms,
        },
    )
    return user_id


def find_user(connection: Connection, email: str) -> SignInFacts | None:
    chosen = select(
        User.id, User.name, User.password_hash, User.is_disabled, User.has_second_factor
    )
    row = connection.execute(chosen.where(User.email == email)).first()
    return SignInFacts(*row) if row else None


def get_user(connection: Connection, user_id: str) -> UserFacts:
    """NoResultFound if the account does not exist."""
    chosen = select(User.id, User.email, User.name, User.is_admin, User.has_second_factor)
    return UserFacts(*connection.execute(chosen.where(User.id == user_id)).one())


def find_password(connection: Connection, user_id: str | None) -> str | None:
    """The hash of the account's password; None if the account does not exist."""
    return connection.execute(select(User.password_hash).where(User.id == user_id)).scalar()


def is_current(connection: Connection, user_id: str, password_hash: str) -> bool:
    """Whether a compared password hash is still the account's, and the account is enabled. Call it
    in the transaction that relies on it.
    """
    chosen = select(User.id).where(
        User.id == user_id, User.password_hash == password_hash, User.is_disabled == false()
    )
    return connection.execute(chosen).scalar() is not None


def set_password(connection: Connection, user_id: str, password_hash: str) -> None:
    """Sets the password and ends every session, personal access token, password link and unfinished
    sign-in of the account.
    """
    connection.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
    for table in (Session, AccessToken, PasswordReset, Challenge):
        connection.execute(delete(table).where(table.user_id == user_id))
    bell.note_account(connection, user_id)


def rename_user(connection: Connection, user_id: str, name: str) -> None:
    connection.execute(update(User).where(User.id == user_id).values(name=name))


def is_last_admin(connection: Connection, user_id: str) -> bool:
    """Whether this account is the only administrator."""
    admins = (
        connection.execute(
            select(User.id).where(User.is_admin == true(), User.is_disabled == false())
        )
        .scalars()
        .all()
    )
    return user_id in admins and len(admins) == 1


def delete_user(connection: Connection, user_id: str) -> None:
    """Deletes the account with its sessions, devices, tokens, passkeys, links, memberships and
    invites.
    """
    connection.execute(delete(User).where(User.id == user_id))
    bell.note_account(connection, user_id)


def create_session(
    connection: Connection,
    secret_key: str,
    user_id: str,
    agent: str,
    now_ms: int,
    address: str = "",
) -> str:
    """The token of a new session: 256 random bits, stored only as a hash. Deletes the account's
    expired sessions.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(
        delete(Session).where(
            Session.user_id == user_id,
            or_(
                Session.seen_at < now_ms - SESSION_IDLE_MS,
                Session.created_at < now_ms - SESSION_LIFE_MS,
            ),
        )
    )
    connection.execute(
        insert(Session),
        {
            "token_hash": token_hash(secret_key, token),
            "id": str(uuid.uuid4()),
            "user_id": user_id,
            "agent": agent[:200],
            "address": address[:64],
            "created_at": now_ms,
            "seen_at": now_ms,
        },
    )
    connection.execute(update(User).where(User.id == user_id).values(seen_at=now_ms))
    return token


_SESSION = Prepared(
    select(
        Session.id,
        Session.user_id,
        Session.created_at,
        Session.seen_at,
        User.is_admin,
        Session.device_id,
    )
    .join(User, User.id == Session.user_id)
    .where(Session.token_hash == bindparam("hash"), User.is_disabled == false())
)


@dataclass(frozen=True)
class LiveSession:
    id: str
    user_id: str
    created_at: int
    seen_at: int
    is_admin: bool
    device_id: str | None


def find_session(
    connection: Connection, secret_key: str, token: str, now_ms: int
) -> LiveSession | None:
    """The valid session of a token; None if there is none, or if it is past its idle time or its
    lifetime.
    """
    row = _SESSION.row(connection, hash=token_hash(secret_key, token))
    session = LiveSession(*row) if row else None
    if session is None or now_ms > ends_at(session.created_at, session.seen_at):
        return None
    return session


def ends_at(created_at: int, seen_at: int) -> int:
    """When a session ends by itself, as Unix time in ms."""
    return min(seen_at + SESSION_IDLE_MS, created_at + SESSION_LIFE_MS)


def touch_session(connection: Connection, session_id: str, user_id: str, now_ms: int) -> None:
    """Updates when the session and its account were last seen."""
    connection.execute(update(Session).where(Session.id == session_id).values(seen_at=now_ms))
    connection.execute(update(User).where(User.id == user_id).values(seen_at=now_ms))


def list_sessions(connection: Connection, user_id: str) -> list[dict[str, object]]:
    rows = connection.execute(
        select(
            Session.id,
            Session.agent,
            Session.address,
            Session.device_id,
            Session.created_at,
            Session.seen_at,
        )
        .where(Session.user_id == user_id)
        .order_by(Session.seen_at.desc(), Session.id)
    )
    return [dict(row._mapping) for row in rows]


def is_live(connection: Connection, session_id: str | None) -> bool:
    """Whether an admitted session still exists and its account is enabled. Call it in the
    transaction that relies on it.
    """
    chosen = (
        select(Session.id)
        .join(User, User.id == Session.user_id)
        .where(Session.id == session_id, User.is_disabled == false())
    )
    return connection.execute(chosen).scalar() is not None


def end_sessions(connection: Connection, user_id: str) -> tuple[int, int]:
    """Ends every session, personal access token and unfinished sign-in of the account; the number
    of sessions and tokens.
    """
    bell.note_account(connection, user_id)
    sessions, tokens, _ = (
        connection.execute(delete(table).where(table.user_id == user_id)).rowcount
        for table in (Session, AccessToken, Challenge)
    )
    return sessions, tokens


def end_all_access(connection: Connection) -> tuple[int, int, int]:
    """Ends every session, personal access token, password link and unfinished sign-in of all
    accounts; the number of sessions, tokens and links.
    """
    sessions, tokens, links, _ = (
        connection.execute(delete(table)).rowcount
        for table in (Session, AccessToken, PasswordReset, Challenge)
    )
    return sessions, tokens, links


def note_device(connection: Connection, session_id: str, device: str) -> None:
    """Stores which device uses a session."""
    connection.execute(update(Session).where(Session.id == session_id).values(device_id=device))


def end_session(connection: Connection, user_id: str, session_id: str) -> bool:
    """Whether the account had this session."""
    bell.note_account(connection, user_id)
    return (
        connection.execute(
            delete(Session).where(Session.user_id == user_id, Session.id == session_id)
        ).rowcount
        > 0
    )
