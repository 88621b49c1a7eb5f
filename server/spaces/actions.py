"""Actions on spaces, each with its audit entry in the same transaction. Entries contain ids, never
names.
"""

from sqlalchemy import Connection, select

from server.accounts import audit
from server.accounts import service as accounts
from server.accounts.caller import Caller
from server.accounts.emails import normalize_email
from server.accounts.models import User
from server.spaces import access, invites, members, space_records
from server.spaces import service as spaces
from server.spaces.access import Rules
from server.spaces.invites import LiveInvite
from server.spaces.models import Space
from server.spaces.space_records import SpaceError
from server.spaces.views import InviteView, MemberView, SpaceView
from server.web.errors import NO_SUCH_SPACE, ApiError
from server.web.schemas import Body


def _audit(
    connection: Connection, caller: Caller, act: str, space_id: str, **detail: str | None
) -> None:
    audit.append(connection, act, caller.user_id, space_id, caller.address, caller.now_ms, **detail)


def create_space(connection: Connection, caller: Caller, rules: Rules, name: str) -> SpaceView:
    """The new space; `quota_full` if the account's quota has no room for its first records."""
    if not rules.has_room(
        connection, access.personal_space(connection, caller.user_id), spaces.RECORDS_OF_NEW
    ):
        raise SpaceError("quota_full", "Your account has no room for more.")
    space_id = spaces.create_space(connection, caller.user_id, name, caller.now_ms)
    _audit(connection, caller, "space_made", space_id)
    return get_space(connection, caller.user_id, space_id)


def get_space(connection: Connection, user_id: str, space_id: str) -> SpaceView:
    """The space as a member sees it; SpaceError for anyone else."""
    role = access.role_in(connection, user_id, space_id)
    row = connection.execute(
        select(Space.personal_of, Space.created_at, Space.deleted_at).where(Space.id == space_id)
    ).first()
    if row is None or role is None:
        raise SpaceError("no_such_space", NO_SUCH_SPACE)
    name = space_records.name_of(connection, space_id)
    return spaces.view(space_id, name, role, *row)


def rename_space(connection: Connection, caller: Caller, space_id: str, name: str) -> SpaceView:
    _check_owner(connection, caller, space_id)
    spaces.rename_space(connection, caller.user_id, space_id, name, caller.now_ms)
    return get_space(connection, caller.user_id, space_id)


def delete_space(connection: Connection, caller: Caller, space_id: str) -> None:
    _check_owner(connection, caller, space_id)
    spaces.delete_space(connection, space_id, caller.now_ms)
    _audit(connection, caller, "space_deleted", space_id)


def restore_space(connection: Connection, caller: Caller, space_id: str) -> SpaceView:
    spaces.restore_space(connection, caller.user_id, space_id)
    _audit(connection, caller, "space_restored", space_id)
    return get_space(connection, caller.user_id, space_id)


def leave_space(connection: Connection, caller: Caller, space_id: str) -> None:
    members.remove_member(connection, caller.user_id, space_id, caller.user_id, caller.now_ms)
    _audit(connection, caller, "member_left", space_id, account=caller.user_id)


def set_role(
    connection: Connection, caller: Caller, space_id: str, user_id: str, role: str
) -> MemberView:
    _check_owner(connection, caller, space_id)
    members.set_role(connection, caller.user_id, space_id, user_id, role, caller.now_ms)
    _audit(connection, caller, "role_changed", space_id, account=user_id, role=role)
    return next(
        member for member in members.list_members(connection, space_id) if member["id"] == user_id
    )


def remove_member(connection: Connection, caller: Caller, space_id: str, user_id: str) -> None:
    _check_owner(connection, caller, space_id)
    members.remove_member(connection, caller.user_id, space_id, user_id, caller.now_ms)
    _audit(
        connection,
        caller,
        "member_left" if user_id == caller.user_id else "member_removed",
        space_id,
        account=user_id,
    )


def create_invite(
    connection: Connection, caller: Caller, secret_key: str, space_id: str, given: Body
) -> InviteView:
    """The invite with its token, which is shown only once."""
    _check_owner(connection, caller, space_id)
    if get_space(connection, caller.user_id, space_id)["is_personal"]:
        raise SpaceError("personal_space", space_records.PERSONAL_SPACE)
    email = normalize_email(given["email"]) if given.get("email") else None
    invite_id, token = invites.create_invite(
        connection,
        secret_key,
        caller.user_id,
        space_id,
        given["role"],
        email,
        given["uses_max"],
        caller.now_ms,
    )
    _audit(connection, caller, "invite_made", space_id, invite=invite_id, role=given["role"])
    made = next(
        each
        for each in invites.list_invites(connection, space_id, caller.now_ms)
        if each["id"] == invite_id
    )
    made["token"] = token
    return made


def end_invite(connection: Connection, caller: Caller, space_id: str, invite_id: str) -> None:
    _check_owner(connection, caller, space_id)
    if not invites.end_invite(connection, space_id, invite_id):
        raise _no_such_invite()
    _audit(connection, caller, "invite_ended", space_id, invite=invite_id)


def preview_invite(
    connection: Connection, secret_key: str, token: str, now_ms: int
) -> dict[str, str | None]:
    """The space and role of an invite, for anyone with its link."""
    invite = invites.find_invite(connection, secret_key, token, now_ms)
    if invite is None:
        raise _no_such_invite()
    invited_by = connection.execute(
        select(User.name).where(User.id == invite.created_by)
    ).scalar_one()
    return {
        "space_name": space_records.name_of(connection, invite.space_id)
        if invite.space_id
        else None,
        "role": invite.role,
        "invited_by": invited_by,
    }


def list_invites_to(connection: Connection, user_id: str, now_ms: int) -> list[dict[str, object]]:
    """The open invites to the account's address."""
    return invites.invites_for(connection, accounts.get_user(connection, user_id).email, now_ms)


def accept_invite(connection: Connection, caller: Caller, secret_key: str, given: Body) -> str:
    """The space joined with a link's token, or with an invite to the caller's own address."""
    email = accounts.get_user(connection, caller.user_id).email
    if "token" in given:
        invite = invites.find_invite(connection, secret_key, given["token"], caller.now_ms)
    else:
        invite = invites.find_addressed(connection, given["id"], email, caller.now_ms)
    if invite is None:
        known = (
            invites.joined_by(connection, secret_key, given["token"], caller.user_id, caller.now_ms)
            if "token" in given
            else None
        )
        if known is None:
            raise _no_such_invite()
        return known
    return _join(connection, caller, invite, email)


def decline_invite(connection: Connection, caller: Caller, invite_id: str) -> None:
    """Declines an invite to the caller's own address."""
    invite = invites.find_addressed(
        connection, invite_id, accounts.get_user(connection, caller.user_id).email, caller.now_ms
    )
    if invite is None or invite.space_id is None:
        raise _no_such_invite()
    invites.end_invite(connection, invite.space_id, invite_id)
    _audit(connection, caller, "invite_ended", invite.space_id, invite=invite_id)


def _join(connection: Connection, caller: Caller, invite: LiveInvite, email: str) -> str:
    held = (
        space_records.role_of(connection, invite.space_id, caller.user_id)
        if invite.space_id
        else None
    )
    space_id = invites.accept(connection, invite, caller.user_id, email, caller.now_ms)
    role = space_records.role_of(connection, space_id, caller.user_id)
    if held is None:
        _audit(
            connection,
            caller,
            "member_joined",
            space_id,
            account=caller.user_id,
            role=role,
            invite=invite.id,
        )
    elif held != role:
        _audit(
            connection,
            caller,
            "role_changed",
            space_id,
            account=caller.user_id,
            role=role,
            invite=invite.id,
        )
    return space_id


def _check_owner(connection: Connection, caller: Caller, space_id: str) -> None:
    """Checks the current role. The space is locked first, so the role holds until the commit; it
    may have been lowered since the request was admitted.
    """
    space_records.lock(connection, space_id)
    role = access.role_in(connection, caller.user_id, space_id)
    if role is None:
        raise SpaceError("no_such_space", NO_SUCH_SPACE)
    if role != "owner":
        raise ApiError(403, "role_too_low", "You need the role owner in this space.")


def _no_such_invite() -> SpaceError:
    return SpaceError(
        "no_such_invite", "This invite does not exist, was used or revoked, or has expired."
    )
