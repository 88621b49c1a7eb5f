"""One open stream: what its client has not read yet, and how that reaches it."""

import threading
from collections.abc import Iterator
from typing import ClassVar

from server.live.messages import Key, Message
from server.live.outlet import Outlet


class Stream:
    """The events of one client. `put` never waits: it writes to the socket directly if that has
    room and nothing else waits. Otherwise the message waits, and the greenlet (or thread) of the
    request sends it. At most one message of each key waits, so a slow client costs little memory.

    `ends_at` is when its session ends by itself, `space_id` the shared space that its person has
    open.
    """

    __slots__ = (
        "_end",
        "_is_idle",
        "_outlet",
        "_rest",
        "_waiting",
        "_wake",
        "beat_at",
        "ends_at",
        "id",
        "is_gone",
        "session_id",
        "space_id",
        "user_id",
    )
    _lock: ClassVar = threading.Lock()  # of all streams, held only for moments

    def __init__(
        self, stream_id: str, user_id: str, session_id: str, outlet: Outlet | None = None
    ) -> None:
        self.id, self.user_id, self.session_id = stream_id, user_id, session_id
        self.beat_at, self.ends_at = 0.0, 0
        self.space_id: str | None = None
        self.is_gone = False
        self._outlet, self._rest = outlet, b""
        self._waiting: dict[Key, Message] = {}
        self._end: Message | None = None
        self._is_idle = False  # whether the request's greenlet waits for work
        self._wake = threading.Lock()
        self._wake.acquire()

    def put(self, message: Message) -> None:
        with self._lock:
            if self._end is not None or self.is_gone:
                return
            if self._is_idle and self._send_now(message):
                return
            waiting = self._waiting.pop(message.key, None)
            self._waiting[message.key] = waiting.join(message) if waiting else message
            self._wake_up()

    def forget(self, space_id: str) -> None:
        """Drops what waits about a space."""
        with self._lock:
            for key in [key for key in self._waiting if key[1] == space_id]:
                del self._waiting[key]

    def end(self, message: Message) -> None:
        """Ends the stream with this message; whatever else waits is dropped."""
        with self._lock:
            self._waiting.clear()
            self._end = message
            self._wake_up()

    def look(self) -> bool:
        """Whether the client has gone."""
        if not self.is_gone and self._outlet and self._outlet.is_closed():
            with self._lock:
                self._lose()
        return self.is_gone

    def cut(self) -> None:
        """Ends the connection, whether or not the client has read all."""
        if self._outlet:
            self._outlet.cut()

    def chunks(self) -> Iterator[bytes]:
        """What the request's greenlet sends, until the stream ends. Waits in between."""
        while not self.is_gone:
            rest, data, is_last = self._take()
            if rest and self._outlet:
                self._outlet.send_all(rest)
            if data:
                yield data
            if is_last:
                return
            if not rest and not data:
                self._wake.acquire()

    def _take(self) -> tuple[bytes, bytes, bool]:
        """(the rest of a message that was sent in part, all that waits, whether it is the end)."""
        with self._lock:
            rest, self._rest = self._rest, b""
            messages = [*self._waiting.values(), *([self._end] if self._end else [])]
            self._waiting.clear()
            self._is_idle = not rest and not messages
            return rest, b"".join(each.wire for each in messages), self._end is not None

    def _send_now(self, message: Message) -> bool:
        """Whether the message was sent, or at least begun: then the greenlet sends the rest."""
        if self._outlet is None:
            return False
        data = message.chunk if self._outlet.is_chunked else message.wire
        try:
            count = self._outlet.send_now(data)
        except OSError:
            self._lose()
            return True
        if 0 < count < len(data):
            self._rest = data[count:]
            self._wake_up()
        return count > 0

    def _lose(self) -> None:
        self.is_gone = True
        self._wake_up()

    def _wake_up(self) -> None:
        if self._is_idle:
            self._is_idle = False
            self._wake.release()
