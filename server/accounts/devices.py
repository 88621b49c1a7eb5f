"""Devices. Each is bound to one account permanently, and an account has a limit of devices."""

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server import bell
from server.accounts.models import Device, Session
from server.clock import DAY_MS

DEVICES_LIVE_MAX = 200
DEVICES_PER_DAY_MAX = 20
ALL_MAX, ALL_PER_DAY_MAX = 2000, 200  # with those that count no longer
DEVICE_LIVE_MS = 180 * DAY_MS

# used by a session that still exists, or by an unknown one, and not forgotten
_COUNTS = (Device.seen_at > 0) & (
    Device.session_id.is_(None) | Device.session_id.in_(select(Session.id))
)
_DEVICE = select(Device.user_id).where(Device.id == bindparam("device"))


class TooManyDevices(Exception):
    """The account has reached its limit of devices, or of new devices per day."""


def find_device_owner(connection: Connection, device: str) -> str | None:
    return connection.execute(_DEVICE, {"device": device}).scalar()


def bind_device(
    connection: Connection, device: str, user_id: str, now_ms: int, session_id: str | None = None
) -> str:
    """The account that the device belongs to: this one, if it was free. TooManyDevices above the
    limits.
    """
    owner = find_device_owner(connection, device)
    if owner is not None:
        return owner
    _check_limits(connection, user_id, now_ms)
    row = {"id": device, "user_id": user_id, "created_at": now_ms, "seen_at": now_ms}
    connection.execute(insert(Device), row | {"session_id": session_id})
    return user_id


def _check_limits(connection: Connection, user_id: str, now_ms: int) -> None:
    """Devices of a session that has ended do not count: whoever had stolen it must not keep a new
    device of the owner out.
    """
    is_new = Device.created_at > now_ms - DAY_MS
    counts = connection.execute(
        select(
            func.count().filter(_COUNTS, Device.seen_at > now_ms - DEVICE_LIVE_MS),
            func.count().filter(_COUNTS, is_new),
            func.count(),
            func.count().filter(is_new),
        ).where(Device.user_id == user_id)
    ).one()
    limits = DEVICES_LIVE_MAX, DEVICES_PER_DAY_MAX, ALL_MAX, ALL_PER_DAY_MAX
    if any(count >= limit for count, limit in zip(counts, limits, strict=True)):
        raise TooManyDevices


def touch_device(
    connection: Connection, device: str, now_ms: int, session_id: str | None = None
) -> None:
    """Updates when the device was last seen, and by which session."""
    seen = {"seen_at": now_ms} | ({"session_id": session_id} if session_id else {})
    connection.execute(update(Device).where(Device.id == device).values(seen))


def list_devices(connection: Connection, user_id: str) -> list[dict[str, object]]:
    """The account's devices except the removed ones, last seen first."""
    rows = connection.execute(
        select(Device.id, Device.created_at, Device.seen_at)
        .where(Device.user_id == user_id, Device.seen_at > 0)
        .order_by(Device.seen_at.desc(), Device.id)
    )
    return [dict(row._mapping) for row in rows]


def forget_device(connection: Connection, user_id: str, device: str) -> bool:
    """Ends the sessions of the device and removes it from the list; whether it existed. Its id
    stays bound to the account, so no other account can write with it.
    """
    bell.note_account(connection, user_id)
    ended = connection.execute(
        delete(Session).where(Session.user_id == user_id, Session.device_id == device)
    ).rowcount
    known = (Device.user_id == user_id, Device.id == device, Device.seen_at > 0)
    return connection.execute(update(Device).where(*known).values(seen_at=0)).rowcount + ended > 0
