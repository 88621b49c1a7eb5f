"""Acts on spaces as people do them: each with its line in the audit log, in the same transaction.
Lines hold ids, never names.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from server.accounts import audit
from server.accounts import service as accounts
from server.accounts.emails import normalize_email
from server.accounts.models import User
from server.spaces import access, invites
from server.spaces import service as spaces
from server.spaces.access import Rules
from server.spaces.invites import LiveInvite
from server.spaces.models import Space
from server.spaces.service import SpaceError
from server.web.errors import ApiError


@dataclass(frozen=True)
class Actor:
    """Who acts, from where and when; `secret_key` is what tokens are kept by."""

    user_id: str
    address: str
    now_ms: int
    secret_key: str

    def note(self, connection: Connection, act: str, space_id: str, **detail: Any) -> None:
        audit.append(connection, act, self.user_id, space_id, self.address, self.now_ms, **detail)


def make_space(connection: Connection, actor: Actor, rules: Rules, name: str) -> dict[str, Any]:
    """The new space; `quota_full` where the account has no room for what it begins with."""
    if not rules.has_room(
        connection, access.personal_space(connection, actor.user_id), spaces.RECORDS_OF_NEW
    ):
        raise SpaceError("quota_full", "Your account has no room for more.")
    space_id = spaces.create_space(connection, actor.user_id, name, actor.now_ms)
    actor.note(connection, "space_made", space_id)
    return get_space(connection, actor.user_id, space_id)


def get_space(connection: Connection, user_id: str, space_id: str) -> dict[str, Any]:
    """The space as its member sees it; SpaceError for a stranger."""
    role = access.role_in(connection, user_id, space_id)
    row = connection.execute(
        select(Space.id, Space.personal_of, Space.created_at, Space.deleted_at).where(
            Space.id == space_id
        )
    ).first()
    if row is None or role is None:
        raise SpaceError("no_such_space", "There is no such space, or you are not a member of it.")
    return {
        "id": space_id,
        "name": spaces.name_of(connection, space_id),
        "role": role,
        "is_personal": row.personal_of is not None,
        "created_at": row.created_at,
        "deleted_at": row.deleted_at,
    }


def rename_space(connection: Connection, actor: Actor, space_id: str, name: str) -> dict[str, Any]:
    _check_owner(connection, actor, space_id)
    spaces.rename_space(connection, actor.user_id, space_id, name, actor.now_ms)
    return get_space(connection, actor.user_id, space_id)


def delete_space(connection: Connection, actor: Actor, space_id: str) -> None:
    _check_owner(connection, actor, space_id)
    spaces.delete_space(connection, space_id, actor.now_ms)
    actor.note(connection, "space_deleted", space_id)


def restore_space(connection: Connection, actor: Actor, space_id: str) -> dict[str, Any]:
    spaces.restore_space(connection, actor.user_id, space_id)
    actor.note(connection, "space_restored", space_id)
    return get_space(connection, actor.user_id, space_id)


def leave_space(connection: Connection, actor: Actor, space_id: str) -> None:
    spaces.remove_member(connection, actor.user_id, space_id, actor.user_id, actor.now_ms)
    actor.note(connection, "member_left", space_id, account=actor.user_id)


def set_role(
    connection: Connection, actor: Actor, space_id: str, user_id: str, role: str
) -> dict[str, Any]:
    _check_owner(connection, actor, space_id)
    spaces.set_role(connection, actor.user_id, space_id, user_id, role, actor.now_ms)
    actor.note(connection, "role_changed", space_id, account=user_id, role=role)
    return next(
        member for member in spaces.list_members(connection, space_id) if member["id"] == user_id
    )


def remove_member(connection: Connection, actor: Actor, space_id: str, user_id: str) -> None:
    _check_owner(connection, actor, space_id)
    spaces.remove_member(connection, actor.user_id, space_id, user_id, actor.now_ms)
    actor.note(
        connection,
        "member_left" if user_id == actor.user_id else "member_removed",
        space_id,
        account=user_id,
    )


def make_invite(
    connection: Connection, actor: Actor, space_id: str, given: dict[str, Any]
) -> dict[str, Any]:
    """The invite with its token, which is never seen again."""
    _check_owner(connection, actor, space_id)
    if get_space(connection, actor.user_id, space_id)["is_personal"]:
        raise SpaceError("personal_space", "A personal space is its account's alone.")
    email = normalize_email(given["email"]) if given.get("email") else None
    invite_id, token = invites.create_invite(
        connection,
        actor.secret_key,
        actor.user_id,
        space_id,
        given["role"],
        email,
        given["uses_max"],
        actor.now_ms,
    )
    actor.note(connection, "invite_made", space_id, invite=invite_id, role=given["role"])
    return next(
        each
        for each in invites.list_invites(connection, space_id, actor.now_ms)
        if each["id"] == invite_id
    ) | {"token": token}


def end_invite(connection: Connection, actor: Actor, space_id: str, invite_id: str) -> None:
    _check_owner(connection, actor, space_id)
    if not invites.end_invite(connection, space_id, invite_id):
        raise _no_such_invite()
    actor.note(connection, "invite_ended", space_id, invite=invite_id)


def preview(connection: Connection, secret_key: str, token: str, now_ms: int) -> dict[str, Any]:
    """What an invite is to, for who holds its link."""
    invite = invites.find_invite(connection, secret_key, token, now_ms)
    if invite is None:
        raise _no_such_invite()
    invited_by = connection.execute(
        select(User.name).where(User.id == invite.created_by)
    ).scalar_one()
    return {
        "space_name": spaces.name_of(connection, invite.space_id) if invite.space_id else None,
        "role": invite.role,
        "invited_by": invited_by,
    }


def addressed(connection: Connection, user_id: str, now_ms: int) -> list[dict[str, Any]]:
    """The open invites to the account's address."""
    return invites.invites_for(connection, accounts.get_user(connection, user_id).email, now_ms)


def accept(connection: Connection, actor: Actor, given: dict[str, Any]) -> str:
    """The space joined by a link's token, or by an invite to one's own address."""
    email = accounts.get_user(connection, actor.user_id).email
    if "token" in given:
        invite = invites.find_invite(connection, actor.secret_key, given["token"], actor.now_ms)
    else:
        invite = invites.find_addressed(connection, given["id"], email, actor.now_ms)
    if invite is None:
        known = (
            invites.joined_by(
                connection, actor.secret_key, given["token"], actor.user_id, actor.now_ms
            )
            if "token" in given
            else None
        )
        if known is None:
            raise _no_such_invite()
        return known
    return _join(connection, actor, invite, email)


def decline(connection: Connection, actor: Actor, invite_id: str) -> None:
    """Ends an invite to one's own address."""
    invite = invites.find_addressed(
        connection, invite_id, accounts.get_user(connection, actor.user_id).email, actor.now_ms
    )
    if invite is None or invite.space_id is None:
        raise _no_such_invite()
    invites.end_invite(connection, invite.space_id, invite_id)
    actor.note(connection, "invite_ended", invite.space_id, invite=invite_id)


def _join(connection: Connection, actor: Actor, invite: LiveInvite, email: str) -> str:
    held = spaces.role_of(connection, invite.space_id, actor.user_id) if invite.space_id else None
    space_id = invites.accept(connection, invite, actor.user_id, email, actor.now_ms)
    role = spaces.role_of(connection, space_id, actor.user_id)
    if held is None:
        actor.note(
            connection,
            "member_joined",
            space_id,
            account=actor.user_id,
            role=role,
            invite=invite.id,
        )
    elif held != role:
        actor.note(
            connection, "role_changed", space_id, account=actor.user_id, role=role, invite=invite.id
        )
    return space_id


def _check_owner(connection: Connection, actor: Actor, space_id: str) -> None:
    """The role as it is now and, since the space is locked first, until the commit: it may have
    been lowered since the request was let in.
    """
    spaces.lock(connection, space_id)
    role = access.role_in(connection, actor.user_id, space_id)
    if role is None:
        raise SpaceError("no_such_space", "There is no such space, or you are not a member of it.")
    if role != "owner":
        raise ApiError(403, "role_too_low", "This needs the role owner in the space.")


def _no_such_invite() -> SpaceError:
    return SpaceError(
        "no_such_invite", "There is no such invite: it was used up, taken back, or has expired."
    )
