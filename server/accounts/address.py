"""The caller's address, as used by rate limits and the audit log."""

import ipaddress

from flask import Request


def address_of(asked: Request) -> str:
    """The IPv4 address, or the /64 of an IPv6 address; "unknown" without one."""
    try:
        address = ipaddress.ip_address(asked.remote_addr or "")
    except ValueError:
        return "unknown"
    return (
        str(address)
        if address.version == 4
        else str(ipaddress.ip_network((address, 64), strict=False))
    )
