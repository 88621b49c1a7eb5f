"""Devices: each is bound to one account for good, and an account may have only so many."""

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from server.accounts.models import Device, Session
from server.clock import DAY_MS

DEVICES_LIVE_MAX = 200
DEVICES_PER_DAY_MAX = 20
DEVICE_LIVE_MS = 180 * DAY_MS

_DEVICE = select(Device.user_id).where(Device.id == bindparam("device"))


class TooManyDevices(Exception):
    """The account has as many devices as it may have, or took too many in a day."""


def find_device_owner(connection: Connection, device: str) -> str | None:
    return connection.execute(_DEVICE, {"device": device}).scalar()


def bind_device(connection: Connection, device: str, user_id: str, now_ms: int) -> str:
    """The account that the device belongs to: this one, if it was free. TooManyDevices past the
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
    """Notes that the device lives."""
    connection.execute(update(Device).where(Device.id == device).values(seen_at=now_ms))


def list_devices(connection: Connection, user_id: str) -> list[dict[str, object]]:
    """The account's devices but those it forgot, the last seen first."""
    rows = connection.execute(
        select(Device.id, Device.created_at, Device.seen_at)
        .where(Device.user_id == user_id, Device.seen_at > 0)
        .order_by(Device.seen_at.desc(), Device.id)
    )
    return [dict(row._mapping) for row in rows]


def forget_device(connection: Connection, user_id: str, device: str) -> bool:
    """Ends the sessions on the device and lists it no more; whether there was one. Its id stays
    bound to the account: no other may write with it.
    """
    ended = connection.execute(
        delete(Session).where(Session.user_id == user_id, Session.device_id == device)
    ).rowcount
    known = (Device.user_id == user_id, Device.id == device, Device.seen_at > 0)
    return connection.execute(update(Device).where(*known).values(seen_at=0)).rowcount + ended > 0
