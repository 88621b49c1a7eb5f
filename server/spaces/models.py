"""Spaces and who belongs to them. The name and the members also flow to devices as records, written by the server."""
from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base


class Space(Base):
    __tablename__ = "space"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    personal_of: Mapped[str | None] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), unique=True)
    created_at: Mapped[int]


class Member(Base):
    __tablename__ = "member"
    __table_args__ = (CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="ck_member_role"),)
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    space_id: Mapped[str] = mapped_column(ForeignKey("space.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(8))
