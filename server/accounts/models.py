"""Accounts, sessions and devices. Times are Unix times in ms (UTC); secrets are stored only as
keyed hashes.
"""

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_admin: Mapped[bool] = mapped_column(default=False)
    is_disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[int]
    seen_at: Mapped[int | None]
    records_max: Mapped[int | None]
    bytes_max: Mapped[int | None]
    has_second_factor: Mapped[bool] = mapped_column(default=False)


class Session(Base):
    __tablename__ = "user_session"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    agent: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(64), default="")
    device_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[int]
    seen_at: Mapped[int]


class Device(Base):
    """`session_id` is the session that used the device last, also after its end; null if unknown."""

    __tablename__ = "device"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[int]
    seen_at: Mapped[int]
    session_id: Mapped[str | None] = mapped_column(String(36))


class PasswordReset(Base):
    __tablename__ = "password_reset"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[int]


class AccessToken(Base):
    """A personal access token. `scopes` are separated by spaces; `spaces` is a JSON list of ids,
    null for all; `hint` is the start of the token.
    """

    __tablename__ = "access_token"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    hint: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[str] = mapped_column(String(200))
    spaces: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[int]
    expires_at: Mapped[int | None]
    seen_at: Mapped[int | None]


class Passkey(Base):
    """A WebAuthn credential of an account."""

    __tablename__ = "passkey"
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int]
    transports: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[int]
    seen_at: Mapped[int | None]


class Challenge(Base):
    """A challenge that a WebAuthn ceremony must answer, once, within minutes."""

    __tablename__ = "challenge"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    purpose: Mapped[str] = mapped_column(String(20))
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[int]


class AuditEntry(Base):
    """Append-only: each hash covers the entry and the previous hash. Never content."""

    __tablename__ = "audit_entry"
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[int]
    actor_id: Mapped[str | None] = mapped_column(String(36))
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(64))
    detail: Mapped[str] = mapped_column(Text)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
