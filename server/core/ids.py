"""Identifiers as fixed ASCII text, compared byte by byte on both sides."""

import re

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_DEVICE = re.compile(r"[0-9a-z]{16,32}", re.ASCII)


def is_record_id(text: str) -> bool:
    """Whether it is a UUID in its canonical lower-case form."""
    return _UUID.fullmatch(text) is not None


def is_device_id(text: str) -> bool:
    """Whether it is a client's device id: 16–32 of 0–9 a–z, random with at least 80 bits. The
    server's own ids contain a hyphen.
    """
    return _DEVICE.fullmatch(text) is not None


def server_device_id(epoch: str, space_id: str) -> str:
    """The device id under which the server itself writes in a space; new with each epoch, never a
    client's.
    """
    return f"server-{epoch}-{space_id[:8]}{space_id[9:13]}"
