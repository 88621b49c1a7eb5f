"""Account deletion: what happens to its spaces, as a preview and for real."""

from typing import Any

from sqlalchemy import Connection, delete, select, update

from server.accounts import service as accounts
from server.accounts.models import User
from server.spaces import members, service, space_records
from server.spaces.models import Member, Space

Entry = tuple[str, str, dict[str, str]]  # action, space, details
Members = dict[str, dict[str, str]]


def preview(connection: Connection, user_id: str) -> dict[str, list[dict[str, Any]]]:
    """The shared spaces that get another owner, with that owner's name, and those that are deleted
    because they have no other members.
    """
    found: dict[str, list[dict[str, Any]]] = {"handed_over": [], "deleted": []}
    for space in service.list_spaces(connection, user_id):
        if space["is_personal"]:
            continue
        said = {"space_id": space["id"], "name": space["name"]}
        heir = members.find_heir(connection, space["id"], user_id)
        if heir is None:
            found["deleted"].append(said)
        elif (
            space["role"] == "owner"
            and space_records.role_of(connection, space["id"], heir) != "owner"
        ):
            found["handed_over"].append(said | {"to": _name_of(connection, heir)})
    return found


def end_account(connection: Connection, user_id: str, now_ms: int) -> list[Entry]:
    """In a writing transaction: leaves every shared space, purges the personal one, deletes the
    account. The audit entries about spaces.
    """
    before = _members(connection, _shared(connection, user_id))
    _leave_all(connection, user_id, now_ms)
    after = _members(connection, list(before))
    personal = list(
        connection.execute(select(Space.id).where(Space.personal_of == user_id)).scalars()
    )
    for space_id in personal:
        service.purge_space(connection, space_id)
    accounts.delete_user(connection, user_id)
    return _entries(user_id, before, after) + [
        ("space_purged", space_id, {}) for space_id in personal
    ]


def _shared(connection: Connection, user_id: str) -> list[str]:
    """Every shared space of the account, including deleted ones that are not purged yet."""
    return list(
        connection.execute(
            select(Member.space_id)
            .join(Space, Space.id == Member.space_id)
            .where(Member.user_id == user_id, Space.personal_of.is_(None))
            .order_by(Member.space_id)
        ).scalars()
    )


def _members(connection: Connection, space_ids: list[str]) -> Members:
    """{account: role} of each space that still exists."""
    found: Members = {}
    for row in connection.execute(
        select(Member.space_id, Member.user_id, Member.role).where(Member.space_id.in_(space_ids))
    ):
        found.setdefault(row.space_id, {})[row.user_id] = row.role
    return found


def _entries(user_id: str, before: Members, after: Members) -> list[Entry]:
    """The audit entries: the account left each space, who got another role, which spaces were
    purged.
    """
    found: list[Entry] = []
    for space_id, roles in before.items():
        found.append(("member_left", space_id, {"account": user_id}))
        found += [
            ("role_changed", space_id, {"account": heir, "role": role})
            for heir, role in sorted(after.get(space_id, {}).items())
            if roles[heir] != role
        ]
        found += [] if space_id in after else [("space_purged", space_id, {})]
    return found


def _name_of(connection: Connection, user_id: str) -> str:
    return connection.execute(select(User.name).where(User.id == user_id)).scalar_one()


def _leave_all(connection: Connection, user_id: str, now_ms: int) -> None:
    """For an account that is deleted: shared spaces without another owner pass to an heir
    (`find_heir`); those without other members, or that it had deleted, are purged.
    """
    for space_id, role, deleted_at in connection.execute(
        select(Member.space_id, Member.role, Space.deleted_at)
        .join(Space, Space.id == Member.space_id)
        .where(Member.user_id == user_id, Space.personal_of.is_(None))
        .order_by(Member.space_id)
    ).all():
        space_records.lock(connection, space_id)
        heir = members.find_heir(connection, space_id, user_id)
        is_only_owner = role == "owner" and not members.count_other_owners(
            connection, space_id, user_id
        )
        if heir is None or (deleted_at is not None and is_only_owner):
            service.purge_space(connection, space_id)
            continue
        if is_only_owner:
            connection.execute(
                update(Member)
                .where(Member.space_id == space_id, Member.user_id == heir)
                .values(role="owner")
            )
            space_records.write_member(
                connection, user_id, space_id, heir, {"role": "owner"}, now_ms
            )
        connection.execute(
            delete(Member).where(Member.space_id == space_id, Member.user_id == user_id)
        )
        members.pass_on_payment(connection, space_id)
        space_records.write_member(
            connection,
            user_id,
            space_id,
            user_id,
            {"deleted": space_records.instant(now_ms)},
            now_ms,
        )
