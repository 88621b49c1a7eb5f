"""Spaces and their members. The server also writes names and members as records, which devices
pull.
"""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from server.core.roles import HIGHEST_FIRST
from server.database import Base


class Space(Base):
    """`payer_id` is the account whose quota it counts towards."""

    __tablename__ = "space"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    personal_of: Mapped[str | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), unique=True
    )
    payer_id: Mapped[str | None] = mapped_column(String(36), index=True)
    created_at: Mapped[int]
    deleted_at: Mapped[int | None]


class Member(Base):
    __tablename__ = "member"
    __table_args__ = (CheckConstraint(f"role IN {HIGHEST_FIRST}", name="ck_member_role"),)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    space_id: Mapped[str] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str] = mapped_column(String(8))
    joined_at: Mapped[int] = mapped_column(default=0)


class Invite(Base):
    """Admits someone to a space with a role, or (without a space) to the server. By a link's token,
    by an address, or both.
    """

    __tablename__ = "invite"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    space_id: Mapped[str | None] = mapped_column(
        ForeignKey("space.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str | None] = mapped_column(String(8))
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    created_by: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    created_at: Mapped[int]
    expires_at: Mapped[int]
    uses_max: Mapped[int]
    uses: Mapped[int]
