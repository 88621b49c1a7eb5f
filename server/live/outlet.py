"""The socket below a response, if the server lends it.

Waking the greenlet of each stream costs 30 µs, writing to its socket 10: what fits into the
socket's buffer is written directly.
"""

import socket
import sys
from contextlib import suppress
from typing import Any

UNREAD_MS_MAX = 60_000  # of bytes that the client's system has not confirmed
UNREAD_BYTES_MAX = 32_768  # in the socket's buffer


class Outlet:
    """Writes to a client without waiting. `is_chunked` says how the response is framed."""

    __slots__ = ("_socket", "is_chunked")

    def __init__(self, lent: Any, is_chunked: bool) -> None:
        self._socket, self.is_chunked = lent, is_chunked

    def send_now(self, data: bytes) -> int:
        """The number of bytes that were taken, perhaps 0. OSError if the connection has ended."""
        try:
            return int(self._socket._sock.send(data))
        except BlockingIOError:
            return 0

    def send_all(self, data: bytes) -> None:
        """Waits until all bytes were taken. OSError if the connection has ended."""
        self._socket.sendall(data)

    def is_closed(self) -> bool:
        """Whether the client has closed the connection, as far as is known."""
        try:
            return not self._socket._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def cut(self) -> None:
        """Ends the connection, also under a greenlet that waits for the client."""
        with suppress(OSError):  # it has ended already
            self._socket.shutdown(socket.SHUT_RDWR)


def find_outlet(environ: dict[str, Any]) -> Outlet | None:
    """The outlet of a request; None unless gunicorn serves it with gevent, without TLS, by HTTP/1."""
    lent: Any = environ.get("gunicorn.socket")
    gevent_socket = sys.modules.get("gevent.socket")
    version = environ.get("SERVER_PROTOCOL")
    if gevent_socket is None or type(lent) is not gevent_socket.socket:
        return None
    if version not in ("HTTP/1.0", "HTTP/1.1"):
        return None
    if hasattr(socket, "TCP_USER_TIMEOUT") and lent.family != socket.AF_UNIX:
        lent.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS_MAX)
    lent.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD_BYTES_MAX)
    return Outlet(lent, version == "HTTP/1.1")
