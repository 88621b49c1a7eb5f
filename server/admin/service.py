"""Administration of accounts. Administrators see addresses, counts, bytes and times.

Never a title, a name of a list or of a space, or any other content.
"""

import base64
import binascii
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from server import bell
from server.accounts import service as accounts
from server.accounts.models import AccessToken, Challenge, Device, PasswordReset, Session, User
from server.journal.models import SpaceCounter
from server.spaces.models import Member, Space

PAGE = 50
LIMITS = ("records_max", "bytes_max")


class AdminError(Exception):
    """An action that is not possible: a stable code and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class BadCursor(Exception):
    """The page cursor is not valid."""


_DEVICES = (
    select(func.count()).select_from(Device).where(Device.user_id == User.id).scalar_subquery()
)
_SPACES = (
    select(func.count())
    .select_from(Member)
    .join(Space, Space.id == Member.space_id)
    .where(Member.user_id == User.id, Space.deleted_at.is_(None))
    .scalar_subquery()
)
_PAID = SpaceCounter.__table__.join(Space.__table__, Space.id == SpaceCounter.space_id)
_RECORDS = (
    select(func.coalesce(func.sum(SpaceCounter.records), 0))
    .select_from(_PAID)
    .where(Space.payer_id == User.id)
    .scalar_subquery()
)
_BYTES = (
    select(func.coalesce(func.sum(SpaceCounter.bytes), 0))
    .select_from(_PAID)
    .where(Space.payer_id == User.id)
    .scalar_subquery()
)
_ACCOUNT = select(
    User.id,
    User.email,
    User.name,
    User.is_admin,
    User.is_disabled,
    User.created_at,
    User.seen_at,
    _DEVICES.label("devices"),
    _SPACES.label("spaces"),
    _RECORDS.label("records"),
    _BYTES.label("bytes"),
    User.records_max,
    User.bytes_max,
)


def list_accounts(
    connection: Connection, text: str, cursor: str | None, limit: int = PAGE
) -> tuple[list[dict[str, Any]], str | None]:
    """(a page of accounts by address, the next page's cursor or None); `text` is searched in
    addresses and names.
    """
    statement = _ACCOUNT.order_by(User.email).limit(limit + 1)
    if text:
        statement = statement.where(
            or_(
                User.email.icontains(text, autoescape=True),
                User.name.icontains(text, autoescape=True),
            )
        )
    if cursor is not None:
        statement = statement.where(User.email > _parse(cursor))
    found = [dict(row._mapping) for row in connection.execute(statement)]
    return found[:limit], _cursor(str(found[limit - 1]["email"])) if len(found) > limit else None


def get_account(connection: Connection, user_id: str) -> dict[str, Any]:
    """AdminError `no_such_account`."""
    row = connection.execute(_ACCOUNT.where(User.id == user_id)).first()
    if row is None:
        raise AdminError("no_such_account", "There is no such account.")
    return dict(row._mapping)


def change_account(
    connection: Connection, actor_id: str, user_id: str, given: dict[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    """Changes the members of `given`. (act, detail) of each actual change, for the audit log.
    AdminError if it is not permitted.
    """
    held = get_account(connection, user_id)
    check_admin(connection, actor_id)
    new = {name: value for name, value in given.items() if held[name] != value}
    if new.get("is_disabled") or new.get("is_admin") is False:
        _keep_an_admin(connection, actor_id, user_id)
    if new:
        connection.execute(update(User).where(User.id == user_id).values(**new))
    if new.get("is_disabled"):
        end_all(connection, user_id)
    return _acts(new)


def check_admin(connection: Connection, actor_id: str) -> None:
    """AdminError if the actor is no longer an administrator, in the transaction of the action."""
    if not connection.execute(
        select(User.id).where(User.id == actor_id, User.is_admin, User.is_disabled.is_(False))
    ).first():
        raise AdminError("admin_only", "Only administrators can do this.")


def make_admin(connection: Connection, user_id: str) -> None:
    connection.execute(
        update(User).where(User.id == user_id).values(is_admin=True, is_disabled=False)
    )


def end_all(connection: Connection, user_id: str) -> None:
    """Ends every session, personal access token, password link and ceremony of an account."""
    for table in (Session, AccessToken, PasswordReset, Challenge):
        connection.execute(delete(table).where(table.user_id == user_id))
    bell.note_account(connection, user_id)


def count_all(connection: Connection) -> dict[str, int]:
    """The server's statistics."""
    total, disabled = connection.execute(
        select(func.count(), func.count().filter(User.is_disabled)).select_from(User)
    ).one()
    spaces = connection.execute(
        select(func.count()).select_from(Space).where(Space.deleted_at.is_(None))
    ).scalar_one()
    records, size = connection.execute(
        select(
            func.coalesce(func.sum(SpaceCounter.records), 0),
            func.coalesce(func.sum(SpaceCounter.bytes), 0),
        )
    ).one()
    sessions, devices = (
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (Session, Device)
    )
    return {
        "accounts": total,
        "disabled": disabled,
        "spaces": spaces,
        "records": records,
        "bytes": size,
        "sessions": sessions,
        "devices": devices,
        "database_bytes": _database_bytes(connection),
    }


def _keep_an_admin(connection: Connection, actor_id: str, user_id: str) -> None:
    others = connection.execute(
        select(func.count())
        .select_from(User)
        .where(User.is_admin, User.is_disabled.is_(False), User.id != user_id)
    ).scalar_one()
    if not others:
        raise AdminError("last_admin", accounts.LAST_ADMIN)
    if user_id == actor_id:
        raise AdminError("not_oneself", "Only another administrator can do this to your account.")


def _acts(new: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    acts: list[tuple[str, dict[str, Any]]] = []
    if "is_disabled" in new:
        acts.append(("account_disabled" if new["is_disabled"] else "account_enabled", {}))
    if "is_admin" in new:
        acts.append(("admin_granted" if new["is_admin"] else "admin_revoked", {}))
    quota = {name: new[name] for name in LIMITS if name in new}
    return acts + ([("quota_changed", quota)] if quota else [])


def _database_bytes(connection: Connection) -> int:
    if connection.dialect.name != "sqlite":
        return int(
            connection.execute(select(func.pg_database_size(func.current_database()))).scalar_one()
        )
    return int(
        connection.exec_driver_sql(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        ).scalar_one()
    )


def _cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _parse(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error):
        raise BadCursor from None
