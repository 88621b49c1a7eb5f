"""Devices. Each is bound to one account permanently, and an account has a limit of devices."""

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server import bell
from server.accounts.models import Device, Session
from server.clock import DAY_MS

DEVICES_LIVE_MAX = 200
DEVICES_PER_DAY_MAX = 20
DEVICE_LIVE_MS = 180 * DAY_MS

_DEVICE = select(Device.user_id).where(Device.id == bindparam("device"))


class TooManyDevices(Exception):
    """The account has reached its limit of devices, or of new devices per day."""


def find_device_owner(connection: Connection, device: str) -> str | None:
    return connection.execute(_DEVICE, {"device": device}).scalar()


def bind_device(connection: Connection, device: str, user_id: str, now_ms: int) -> str:
    """The account that the device belongs to: this one, if it was free. TooManyDevices above the
    limits.
    """
    owner = find_device_owner(connection, device)
    if owner is not None:
        return owner
    counts = connection.execute(
        select(
            func.count().filter(Device.seen_at > now_ms - DEVICE_LIVE_MS),
            func.count().filter(Device.created_at > now_ms - DAY_MS),
        ).where(Device.user_id == user_id)
    ).one()
    if counts[0] >= DEVICES_LIVE_MAX or counts[1] >= DEVICES_PER_DAY_MAX:
        raise TooManyDevices
    connection.execute(
        insert(Device), {"id": device, "user_id": user_id, "created_at": now_ms, "seen_at": now_ms}
    )
    return user_id


def touch_device(connection: Connection, device: str, now_ms: int) -> None:
    """Updates when the device was last seen."""
    connection.execute(update(Device).where(Device.id == device).values(seen_at=now_ms))


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
