"""Invites to a space with a role, or to the server. A link's token has 128 random bits and is
stored as a keyed hash.
"""

import secrets
import uuid
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from server.accounts.models import User
from server.accounts.service import token_hash
from server.clock import DAY_MS
from server.core.roles import at_least
from server.spaces import members, space_records
from server.spaces.models import Invite, Member, Space
from server.spaces.space_records import SpaceError
from server.spaces.views import InviteView

Account = aliased(User)
INVITE_LIFE_MS = 7 * DAY_MS
INVITES_MAX = 50
TOKEN_BYTES = 16


@dataclass(frozen=True)
class LiveInvite:
    id: str
    space_id: str | None
    role: str | None
    email: str | None
    created_by: str
    created_at: int


def create_invite(
    connection: Connection,
    secret_key: str,
    actor_id: str,
    space_id: str | None,
    role: str | None,
    email: str | None,
    uses_max: int,
    now_ms: int,
) -> tuple[str, str]:
    """(id, token) of a new invite; the token is not stored in plain text. With an `email`, only the
    account with that address can use it, once.
    """
    held = connection.execute(
        select(func.count())
        .select_from(Invite)
        .where(
            Invite.space_id == space_id, Invite.expires_at > now_ms, Invite.uses < Invite.uses_max
        )
    ).scalar_one()
    if held >= INVITES_MAX:
        raise SpaceError("too_many_invites", "There are too many open invites. Revoke one first.")
    token, invite_id = secrets.token_urlsafe(TOKEN_BYTES), str(uuid.uuid4())
    connection.execute(
        insert(Invite),
        {
            "id": invite_id,
            "space_id": space_id,
            "role": role,
            "token_hash": token_hash(secret_key, token),
            "email": email,
            "created_by": actor_id,
            "created_at": now_ms,
            "expires_at": now_ms + INVITE_LIFE_MS,
            "uses_max": 1 if email else uses_max,
            "uses": 0,
        },
    )
    return invite_id, token


def list_invites(connection: Connection, space_id: str | None, now_ms: int) -> list[InviteView]:
    """Open invites of a space, or of the server (None)."""
    found = connection.execute(
        select(
            Invite.id,
            Invite.role,
            Invite.email,
            Invite.created_by,
            Invite.created_at,
            Invite.expires_at,
            Invite.uses_max,
            Invite.uses,
        )
        .where(
            Invite.space_id == space_id, Invite.expires_at > now_ms, Invite.uses < Invite.uses_max
        )
        .order_by(Invite.created_at, Invite.id)
    )
    return [cast(InviteView, dict(row._mapping)) for row in found]


def end_invite(connection: Connection, space_id: str | None, invite_id: str) -> bool:
    """Whether there was such an invite."""
    return (
        connection.execute(
            delete(Invite).where(Invite.space_id == space_id, Invite.id == invite_id)
        ).rowcount
        > 0
    )


def end_all_invites(connection: Connection) -> int:
    """Ends every invite to spaces and to the server; their number."""
    return connection.execute(delete(Invite)).rowcount


def find_invite(
    connection: Connection, secret_key: str, token: str, now_ms: int
) -> LiveInvite | None:
    """The open invite of a link; None if it is used up or expired, or if the space or the inviting
    account is gone.
    """
    return _live(connection, Invite.token_hash == token_hash(secret_key, token), now_ms)


def invites_for(connection: Connection, email: str, now_ms: int) -> list[dict[str, object]]:
    """Open invites addressed to an account that it can follow: each with the space's name, the role
    and the inviter's name.
    """
    found = connection.execute(
        select(
            Invite.id,
            Invite.space_id,
            Invite.role,
            User.name.label("invited_by"),
            Invite.expires_at,
        )
        .join(User, User.id == Invite.created_by)
        .join(Space, Space.id == Invite.space_id)
        .where(
            _is_for(email),
            Invite.expires_at > now_ms,
            Invite.uses < Invite.uses_max,
            Space.deleted_at.is_(None),
            User.is_disabled.is_(False),
        )
    )
    return [
        dict(row._mapping) | {"space_name": space_records.name_of(connection, row.space_id)}
        for row in found
    ]


def find_addressed(
    connection: Connection, invite_id: str, email: str, now_ms: int
) -> LiveInvite | None:
    """An open invite by its id, for the account it is addressed to."""
    return _live(connection, and_(Invite.id == invite_id, _is_for(email)), now_ms)


def accept(
    connection: Connection, invite: LiveInvite, user_id: str, email: str, now_ms: int
) -> str:
    """The id of the joined space. A link that gives no new role is not used up; an invite to an
    address is.

    SpaceError if it is for another account, used up, not for a space, or older than an owner's
    decision about the account in that space.
    """
    if invite.space_id is None or invite.role is None:
        raise SpaceError("not_a_space_invite", "This invite is for creating an account.")
    if invite.email is not None and invite.email != email:
        raise SpaceError("invite_of_another", "This invite is for another email address.")
    space_records.lock_shared(connection, invite.space_id)
    held = space_records.role_of(connection, invite.space_id, user_id)
    is_more = not at_least(held, invite.role)
    if is_more:
        _check_undecided(connection, invite, invite.space_id, user_id)
    if is_more or invite.email is not None:
        use(connection, invite, now_ms)
    members.add_member(connection, invite.space_id, user_id, invite.role, now_ms)
    return invite.space_id


def _check_undecided(
    connection: Connection, invite: LiveInvite, space_id: str, user_id: str
) -> None:
    """An invite never overrides an owner's later decision about the account."""
    decided_at = members.decided_at(connection, space_id, user_id)
    if decided_at is not None and invite.created_at <= decided_at:
        raise SpaceError(
            "no_such_invite",
            "This invite holds no longer for you: an owner of the space has changed your role or removed you since it "
            "was made. Ask for a new one.",
        )


def _is_for(email: str) -> ColumnElement[bool]:
    """Addressed to the account with this address, which existed before the invite. Addresses are
    not verified, so an account that signed up later must show the link that was sent to it.
    """
    return and_(
        Invite.email == email,
        exists().where(Account.email == Invite.email, Account.created_at <= Invite.created_at),
    )


def joined_by(
    connection: Connection, secret_key: str, token: str, user_id: str, now_ms: int
) -> str | None:
    """The space of a used-up link whose role the account already has there: an answer was lost and
    the client asks again.
    """
    found = connection.execute(
        select(Invite.space_id, Invite.role, Member.role.label("held"))
        .join(Member, Member.space_id == Invite.space_id)
        .join(Space, Space.id == Invite.space_id)
        .where(
            Invite.token_hash == token_hash(secret_key, token),
            Invite.expires_at > now_ms,
            Member.user_id == user_id,
            Space.deleted_at.is_(None),
        )
    ).first()
    return found.space_id if found and at_least(found.held, str(found.role)) else None


def use(connection: Connection, invite: LiveInvite, now_ms: int) -> None:
    """Counts one use, in the transaction that it is used in. SpaceError if none is left."""
    used = connection.execute(
        update(Invite)
        .where(Invite.id == invite.id, Invite.uses < Invite.uses_max, Invite.expires_at > now_ms)
        .values(uses=Invite.uses + 1)
    ).rowcount
    if not used:
        raise SpaceError(
            "invite_ended", "This invite was used up or has expired. Ask for a new one."
        )


def _live(connection: Connection, chosen: ColumnElement[bool], now_ms: int) -> LiveInvite | None:
    row = connection.execute(
        select(
            Invite.id,
            Invite.space_id,
            Invite.role,
            Invite.email,
            Invite.created_by,
            Invite.created_at,
        )
        .join(User, User.id == Invite.created_by)
        .join(Space, Space.id == Invite.space_id, isouter=True)
        .where(
            chosen,
            Invite.expires_at > now_ms,
            Invite.uses < Invite.uses_max,
            User.is_disabled.is_(False),
            Space.deleted_at.is_(None),
        )
    ).first()
    return LiveInvite(*row) if row else None
