"""Challenges of WebAuthn ceremonies. Each works once, within five minutes, for one purpose."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert

from server.accounts.models import Challenge
from server.accounts.service import find_password, token_hash
from server.clock import MINUTE_MS

CHALLENGE_LIFE_MS = 5 * MINUTE_MS
CHALLENGE_BYTES = 32
ADD, SIGN_IN, SECOND_FACTOR = "add", "sign_in", "second_factor"


@dataclass(frozen=True)
class OpenChallenge:
    """A challenge that was open until now, with the password hash that its account had then: a new
    password ends challenges.
    """

    user_id: str | None
    purpose: str
    challenge: bytes
    password_hash: str | None


def create_challenge(
    connection: Connection, secret_key: str, purpose: str, user_id: str | None, now_ms: int
) -> tuple[str, bytes]:
    """(token, challenge). Deletes expired ones."""
    token, challenge = secrets.token_urlsafe(CHALLENGE_BYTES), secrets.token_bytes(CHALLENGE_BYTES)
    connection.execute(delete(Challenge).where(Challenge.expires_at < now_ms))
    connection.execute(
        insert(Challenge),
        {
            "token_hash": token_hash(secret_key, token),
            "user_id": user_id,
            "purpose": purpose,
            "challenge": challenge,
            "expires_at": now_ms + CHALLENGE_LIFE_MS,
        },
    )
    return token, challenge


def take_challenge(
    connection: Connection, secret_key: str, token: str, now_ms: int
) -> OpenChallenge | None:
    """The challenge, which is used up by this; None if it was used before or has expired."""
    row = connection.execute(
        delete(Challenge)
        .where(
            Challenge.token_hash == token_hash(secret_key, token), Challenge.expires_at >= now_ms
        )
        .returning(Challenge.user_id, Challenge.purpose, Challenge.challenge)
    ).first()
    return OpenChallenge(*row, find_password(connection, row.user_id)) if row else None
