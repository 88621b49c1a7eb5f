"""Tells the streams what was committed. Its thread runs as long as there are streams.

`ring` is told after each commit what it touched. A space's members are read again right before they
are told of it, so nobody is told of a space that they have just left. A bell between several
servers has the same two ends: it forwards what is rung here, and rings what others forward.
"""

import logging
import secrets
import threading
import time
from collections.abc import Iterable

from sqlalchemy import Connection, Engine

from server import clock
from server.bell import SpaceNote, Touched
from server.journal.epoch import get_epoch
from server.live import messages, rights
from server.live.hub import Hub
from server.live.outlet import Outlet
from server.live.streams import Stream
from server.live.sweep import BEAT_S, Sweep, portions

TICK_S = 0.8
SERVER_STOPS = "server_stops"
log = logging.getLogger(__name__)


class SessionEnded(Exception):
    """The session of a new stream is not valid any more."""


class ServerStops(Exception):
    """No new streams: the server stops."""


class Teller:
    def __init__(self, engine: Engine) -> None:
        self.hub = Hub()
        self._engine = engine
        self._lock = threading.RLock()
        self._rung, self._wake = Touched(), threading.Event()
        self._thread: threading.Thread | None = None
        self._is_stopping = False

    def ring(self, touched: Touched) -> None:
        """Tells the streams soon what a commit touched. Never waits."""
        if self.hub.streams:
            with self._lock:
                self._rung.join(touched)
            self._wake.set()

    def open(
        self, connection: Connection, user_id: str, session_id: str, outlet: Outlet | None
    ) -> Stream:
        """A new stream of a session, with its first events. hub.TooManyStreams, hub.ServerFull,
        ServerStops, SessionEnded.
        """
        with self._lock:
            if self._is_stopping:
                raise ServerStops
            self.hub.check_room(user_id, session_id)
            now_ms = clock.now_ms()
            session = rights.find_sessions(connection, [session_id], now_ms)
            if not session:
                raise SessionEnded
            held = rights.find_memberships(connection, [user_id])[user_id]
            stream = Stream(secrets.token_urlsafe(16), user_id, session_id, outlet)
            stream.ends_at, stream.beat_at = session[session_id], time.monotonic() + BEAT_S
            self.hub.set_spaces(user_id, held)
            self.hub.add(stream)
            heads = {each.space_id: each.seq for each in held}
            epoch = get_epoch(connection)
            self.hub.greet(stream, messages.ready(stream.id, epoch, now_ms, heads))
            self._start()
        return stream

    def close(self, stream: Stream) -> None:
        """Frees the place of a stream whose request has ended, and closes its connection."""
        with self._lock:
            self.hub.remove(stream)
        stream.cut()
        if not self.hub.streams:
            self._wake.set()

    def find_stream(self, stream_id: str, session_id: str | None) -> Stream | None:
        """The stream, if it is one of this session."""
        stream = self.hub.streams.get(stream_id)
        return stream if stream is not None and stream.session_id == session_id else None

    def move(self, stream: Stream, space_id: str | None) -> None:
        """Notes which shared space the stream's person has open; members are told within a second."""
        with self._lock:
            if stream.id in self.hub.streams:
                self.hub.presence.move(stream, space_id)

    def stop(self) -> None:
        """Ends every stream, and opens no more."""
        self._is_stopping = True
        self._wake.set()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="live", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                with self._engine.connect() as connection:
                    self._serve(connection)
                return
            except Exception:  # what was missed meanwhile, the first sweep finds
                log.exception("live updates failed; trying again")
                time.sleep(TICK_S)

    def _serve(self, connection: Connection) -> None:
        sweep, tick_at = Sweep(self.hub, connection), time.monotonic()
        while self._is_needed(sweep):
            self._wake.wait(max(0.0, tick_at - time.monotonic()))
            self._wake.clear()
            if self._is_stopping:
                with self._lock:
                    sweep.end_all(SERVER_STOPS)
            self._answer(connection, sweep)
            if time.monotonic() >= tick_at:
                tick_at = time.monotonic() + TICK_S
                self._tick(connection, sweep)

    def _is_needed(self, sweep: Sweep) -> bool:
        with self._lock:
            if self.hub.streams or sweep.is_ending:
                return True
            self._thread, self._rung = None, Touched()
            return False

    def _tick(self, connection: Connection, sweep: Sweep) -> None:
        if sweep.is_due():
            for users in portions(self.hub.accounts()):
                self._check(connection, sweep, users)
                self._answer(connection, sweep)
        with self._lock:
            changed, self.hub.presence.changed = self.hub.presence.changed, set()
        for space_id in changed:
            with self._lock:
                self._tell_space(connection, space_id)
                self.hub.tell_presence(space_id)
            time.sleep(0)
        sweep.tend()

    def _answer(self, connection: Connection, sweep: Sweep) -> None:
        """Tells what was rung, with a pause after each space in which other requests run."""
        with self._lock:
            accounts, self._rung.accounts = self._rung.accounts, set()
        if accounts:
            self._check(connection, sweep, accounts)
        while self._rung.spaces:
            with self._lock:
                self._tell_space(connection, next(iter(self._rung.spaces)))
            time.sleep(0)

    def _check(self, connection: Connection, sweep: Sweep, users: Iterable[str]) -> None:
        with self._lock:
            for space_id in sweep.check(users):
                self._tell_space(connection, space_id)

    def _tell_space(self, connection: Connection, space_id: str) -> None:
        """Reads the space's members, then tells them of its commits."""
        with connection.begin():
            found = rights.find_members(connection, space_id)
        note = self._rung.spaces.pop(space_id, None) or SpaceNote(found.seq)
        self.hub.set_members(space_id, found.seq, found.is_shared, found.roles)
        watched = self.hub.spaces.get(space_id)
        if watched is not None and (note.seq > watched.seq or note.accounts):
            self.hub.tell_commit(space_id, note.seq, note.accounts, note.devices)
