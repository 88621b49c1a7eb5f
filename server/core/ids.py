"""Identifiers as fixed ASCII text, compared byte by byte on both sides."""

import hashlib
import re
import uuid

DERIVED_ID_VERSION = "5"  # ids that clients derive from others are UUIDs of this version

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_DEVICE = re.compile(r"[0-9a-z]{16,32}", re.ASCII)


def is_record_id(text: str) -> bool:
    """Whether it is a UUID in its canonical lower-case form."""
    return _UUID.fullmatch(text) is not None


def other_id(space_id: str, record_id: str) -> str:
    """The id of a record of the space where its own one cannot be used: the UUIDv5 of its id in the
    namespace of the space. Clients derive the same one.
    """
    return str(uuid.uuid5(uuid.UUID(space_id), record_id))


def may_be_derived(record_id: str) -> bool:
    """Whether the id can be the result of `other_id`, or that of a repeating task's next one."""
    return record_id[14:15] == DERIVED_ID_VERSION


def is_device_id(text: str) -> bool:
    """Whether it is a client's device id: 16–32 of 0–9 a–z, random with at least 80 bits. The
    server's own ids contain a hyphen.
    """
    return _DEVICE.fullmatch(text) is not None


def server_device_id(epoch: str, space_id: str, user_id: str) -> str:
    """The device id under which the server writes in a space for an account; new with each epoch,
    never a client's. At most 40 characters; it does not show the space or the account.
    """
    digest = hashlib.sha256(f"{epoch} {space_id} {user_id}".encode()).hexdigest()
    return f"server-{epoch}-{digest[:20]}"
