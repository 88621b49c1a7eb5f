"""The caller's address, as attempts are counted and the audit log notes it."""

import ipaddress

from flask import Request


def address_of(asked: Request) -> str:
    """A whole /64 for IPv6; "unknown" where there is none."""
    try:
        address = ipaddress.ip_address(asked.remote_addr or "")
    except ValueError:
        return "unknown"
    return (
        str(address)
        if address.version == 4
        else str(ipaddress.ip_network((address, 64), strict=False))
    )
