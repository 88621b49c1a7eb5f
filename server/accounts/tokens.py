"""Personal access tokens: a prefix, 256 random bits and a checksum. Stored as a keyed hash, shown
once, with scopes and an optional expiry.
"""

import json
import secrets
import uuid
import zlib
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, false, func, insert, or_, select, update

from server.accounts.models import AccessToken, User
from server.accounts.service import token_hash
from server.database import Prepared

PREFIX = "dft_"
TOKEN_BYTES = 32
TOKENS_MAX = 50
HINT_LENGTH = 8


class TooManyTokens(Exception):
    """The account has TOKENS_MAX tokens."""


@dataclass(frozen=True)
class LiveToken:
    id: str
    user_id: str
    scopes: frozenset[str]
    spaces: frozenset[str] | None
    seen_at: int | None


def make_token() -> str:
    """`dft_`, 256 bits in base64url, and 8 hex digits of CRC-32 over both, so that secret scanners
    recognise it.
    """
    body = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    return body + _checksum(body)


def is_well_formed(token: str) -> bool:
    return token.isascii() and token.startswith(PREFIX) and _checksum(token[:-8]) == token[-8:]


def create_token(
    connection: Connection,
    secret_key: str,
    user_id: str,
    name: str,
    scopes: list[str],
    spaces: list[str] | None,
    expires_at: int | None,
    now_ms: int,
) -> tuple[str, str]:
    """(id, token) of a new token; the token is not stored in plain text. TooManyTokens above
    TOKENS_MAX.
    """
    held = connection.execute(
        select(func.count()).select_from(AccessToken).where(AccessToken.user_id == user_id)
    ).scalar_one()
    if held >= TOKENS_MAX:
        raise TooManyTokens
    token, token_id = make_token(), str(uuid.uuid4())
    connection.execute(
        insert(AccessToken),
        {
            "id": token_id,
            "user_id": user_id,
            "token_hash": token_hash(secret_key, token),
            "hint": token[:HINT_LENGTH],
            "name": name,
            "scopes": " ".join(sorted(scopes)),
            "spaces": None if spaces is None else json.dumps(sorted(spaces)),
            "created_at": now_ms,
            "expires_at": expires_at,
        },
    )
    return token_id, token


_LIVE = Prepared(
    select(
        AccessToken.id,
        AccessToken.user_id,
        AccessToken.scopes,
        AccessToken.spaces,
        AccessToken.seen_at,
    )
    .join(User, User.id == AccessToken.user_id)
    .where(
        AccessToken.token_hash == bindparam("hash"),
        User.is_disabled == false(),
        or_(AccessToken.expires_at.is_(None), AccessToken.expires_at > bindparam("now")),
    )
)


def find_token(
    connection: Connection, secret_key: str, token: str, now_ms: int
) -> LiveToken | None:
    """The valid token; None if it does not exist, has expired or its account is disabled."""
    if not is_well_formed(token):
        return None
    row = _LIVE.row(connection, hash=token_hash(secret_key, token), now=now_ms)
    if row is None:
        return None
    token_id, user_id, scopes, spaces, seen_at = row
    return LiveToken(
        token_id,
        user_id,
        frozenset(scopes.split()),
        None if spaces is None else frozenset(json.loads(spaces)),
        seen_at,
    )


def touch_token(connection: Connection, token_id: str, now_ms: int) -> None:
    connection.execute(update(AccessToken).where(AccessToken.id == token_id).values(seen_at=now_ms))


def list_tokens(connection: Connection, user_id: str) -> list[dict[str, object]]:
    """The public columns of the account's tokens, newest first."""
    rows = connection.execute(
        select(AccessToken)
        .where(AccessToken.user_id == user_id)
        .order_by(AccessToken.created_at.desc(), AccessToken.id)
    )
    return [
        {
            "id": row.id,
            "name": row.name,
            "hint": row.hint,
            "scopes": row.scopes.split(),
            "spaces": None if row.spaces is None else json.loads(row.spaces),
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "seen_at": row.seen_at,
        }
        for row in rows
    ]


def end_token(connection: Connection, user_id: str, token_id: str) -> bool:
    """Whether the account had this token."""
    return (
        connection.execute(
            delete(AccessToken).where(AccessToken.user_id == user_id, AccessToken.id == token_id)
        ).rowcount
        > 0
    )


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
