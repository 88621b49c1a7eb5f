"""Spaces, members and invites in REST responses."""

from typing import NotRequired, TypedDict


class SpaceView(TypedDict):
    id: str
    name: str
    role: str
    is_personal: bool
    created_at: int
    deleted_at: int | None


class MemberView(TypedDict):
    id: str
    name: str
    role: str
    joined_at: int


class InviteView(TypedDict):
    id: str
    role: str | None
    email: str | None
    created_by: str
    created_at: int
    expires_at: int
    uses_max: int
    uses: int
    token: NotRequired[str]
