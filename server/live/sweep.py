"""What a change of rights or a forgotten bell cannot escape: about once a second, if anything was
committed by any process, all that the connected accounts may know is read again, in portions.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from server import clock
from server.live import messages, rights
from server.live.hub import Hub
from server.live.streams import Stream

PORTION = 100  # accounts or streams between two pauses, about a millisecond
BEAT_S = 20
LOOK_EVERY = 3  # ticks between two looks whether a client has gone
T = TypeVar("T")


class Sweep:
    """The regular work on the streams of a hub. Its methods pause between portions: `pause` lets
    other requests run.
    """

    def __init__(self, hub: Hub, connection: Connection) -> None:
        self._hub, self._connection = hub, connection
        self._version: object = None
        self._ticks = 0
        self._ended: list[Stream] = []

    @property
    def is_ending(self) -> bool:
        """Whether `tend` still has streams to cut off."""
        return bool(self._ended)

    def is_due(self) -> bool:
        """Whether rights may have changed: after a commit, or because a session's time is over."""
        version = self._read_version()
        is_changed = version is None or version != self._version
        self._version = version
        now_ms = clock.now_ms()
        return is_changed or any(stream.ends_at < now_ms for stream in self._hub.streams.values())

    def check(self, user_ids: Iterable[str]) -> list[str]:
        """Reads the rights of these accounts again, ends what has ended; the spaces that are ahead
        of what was told.
        """
        users = [user_id for user_id in user_ids if self._hub.streams_of(user_id)]
        streams = [stream for user_id in users for stream in self._hub.streams_of(user_id)]
        sessions = {stream.session_id for stream in streams}
        with self._connection.begin():
            valid = rights.find_sessions(self._connection, sessions, clock.now_ms())
            found = rights.find_memberships(self._connection, users)
        for stream in streams:
            if stream.session_id in valid:
                stream.ends_at = valid[stream.session_id]
            else:
                self._end(stream, "session_ended")
        ahead = set()
        for user_id in users:
            if self._hub.streams_of(user_id):
                self._hub.set_spaces(user_id, found[user_id])
                ahead |= {each.space_id for each in found[user_id] if self._is_ahead(each)}
        return sorted(ahead)

    def tend(self) -> None:
        """Sends the beats that are due, frees the places of clients that have gone, and cuts off
        those that did not read the end.
        """
        for stream in self._ended:
            stream.cut()
        self._ended.clear()
        self._ticks += 1
        beat, now = messages.beat(clock.now_ms()), time.monotonic()
        for portion in portions(list(self._hub.streams.values())):
            for stream in portion:
                if stream.beat_at <= now:
                    stream.beat_at = now + BEAT_S
                    stream.put(beat)
                if hash(stream.id) % LOOK_EVERY == self._ticks % LOOK_EVERY:
                    stream.look()
                if stream.is_gone:
                    self._hub.remove(stream)

    def end_all(self, reason: str) -> None:
        for stream in list(self._hub.streams.values()):
            self._end(stream, reason)

    def _end(self, stream: Stream, reason: str) -> None:
        self._hub.end(stream, reason)
        self._ended.append(stream)

    def _is_ahead(self, found: rights.Membership) -> bool:
        watched = self._hub.spaces.get(found.space_id)
        return watched is not None and found.seq > watched.seq

    def _read_version(self) -> object:
        """A value that changes with each commit of another connection; None if unknown."""
        if self._connection.dialect.name != "sqlite":
            return None
        with self._connection.begin():
            return self._connection.exec_driver_sql("PRAGMA data_version").scalar()


def portions(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in portions, with a pause after each in which other requests run."""
    for start in range(0, len(items), PORTION):
        yield items[start : start + PORTION]
        time.sleep(0)
