"""Single-use links to set a new password."""

import secrets

from sqlalchemy import Connection, delete, insert, select

from server.accounts import service
from server.accounts.models import PasswordReset, User
from server.accounts.service import TOKEN_BYTES
from server.clock import MINUTE_MS

RESET_LIFE_MS = 30 * MINUTE_MS


def create_reset(connection: Connection, secret_key: str, user_id: str, now_ms: int) -> str:
    """A token to set a new password, once, within RESET_LIFE_MS."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(delete(PasswordReset).where(PasswordReset.expires_at < now_ms))
    connection.execute(
        insert(PasswordReset),
        {
            "token_hash": service.token_hash(secret_key, token),
            "user_id": user_id,
            "expires_at": now_ms + RESET_LIFE_MS,
        },
    )
    return token


def find_reset(connection: Connection, secret_key: str, token: str, now_ms: int) -> str | None:
    """The email address of the token's account."""
    return connection.execute(
        select(User.email)
        .join(PasswordReset, PasswordReset.user_id == User.id)
        .where(
            PasswordReset.token_hash == service.token_hash(secret_key, token),
            PasswordReset.expires_at >= now_ms,
        )
    ).scalar()


def use_reset(
    connection: Connection, secret_key: str, token: str, password_hash: str, now_ms: int
) -> str | None:
    """The account whose password was set; it ends everything that `service.set_password` ends. None
    if the token is not valid.
    """
    spent = connection.execute(
        delete(PasswordReset)
        .where(
            PasswordReset.token_hash == service.token_hash(secret_key, token),
            PasswordReset.expires_at >= now_ms,
        )
        .returning(PasswordReset.user_id)
    ).scalar()
    if spent is not None:
        service.set_password(connection, spent, password_hash)
    return spent
