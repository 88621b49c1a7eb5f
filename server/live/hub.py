"""The open streams of this process, and what their accounts may know. In memory only: `teller`
brings the news, `presence` knows who is where.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from server.live import messages
from server.live.messages import Commit, Message
from server.live.presence import Presence
from server.live.rights import Membership
from server.live.streams import Stream

SESSION_STREAMS_MAX = 8
ACCOUNT_STREAMS_MAX = 50
STREAMS_MAX = 8_000  # of 10,000 connections; the others are for requests


class TooManyStreams(Exception):
    """The session or the account has as many streams as it may have."""


class ServerFull(Exception):
    """The server has as many streams as it may have."""


@dataclass(slots=True)
class Watched:
    """A space with connected members: the last `seq` that was told, and their roles by account."""

    seq: int
    is_shared: bool
    roles: dict[str, str] = field(default_factory=dict)


class Hub:
    """Streams by id, watched spaces by id. Nothing here waits."""

    def __init__(self) -> None:
        self.streams: dict[str, Stream] = {}
        self.spaces: dict[str, Watched] = {}
        self.presence = Presence()
        self._of_account: dict[str, list[Stream]] = {}
        self._spaces_of: dict[str, set[str]] = {}

    def check_room(self, user_id: str, session_id: str) -> None:
        """TooManyStreams or ServerFull if there is no place for one more stream."""
        own = self.streams_of(user_id)
        of_session = sum(stream.session_id == session_id for stream in own)
        if len(own) >= ACCOUNT_STREAMS_MAX or of_session >= SESSION_STREAMS_MAX:
            raise TooManyStreams
        if len(self.streams) >= STREAMS_MAX:
            raise ServerFull

    def add(self, stream: Stream) -> None:
        self.streams[stream.id] = stream
        self._of_account.setdefault(stream.user_id, []).append(stream)

    def remove(self, stream: Stream) -> None:
        """Frees the stream's place; harmless for one that is not here any more."""
        if self.streams.pop(stream.id, None) is None:
            return
        self.presence.move(stream, None)
        own = self._of_account[stream.user_id]
        own.remove(stream)
        if not own:
            del self._of_account[stream.user_id]
            for space_id in self._spaces_of.pop(stream.user_id, ()):
                self._unwatch(stream.user_id, space_id)

    def accounts(self) -> list[str]:
        """The accounts that have streams."""
        return list(self._of_account)

    def streams_of(self, user_id: str) -> list[Stream]:
        return self._of_account.get(user_id, [])

    def set_spaces(self, user_id: str, found: Iterable[Membership]) -> None:
        """Takes the account's memberships as they are now, and tells it what changed."""
        held = {each.space_id: each for each in found}
        for space_id in self._spaces_of.get(user_id, set()) - held.keys():
            self._dismiss(user_id, space_id)
        for each in held.values():
            self._admit(user_id, each.space_id, each.role, each.seq, each.is_shared)

    def set_members(
        self, space_id: str, seq: int, is_shared: bool, roles: Mapping[str, str]
    ) -> None:
        """Takes a space's members as they are now, and tells the accounts whose role changed."""
        watched = self.spaces.get(space_id)
        for user_id in watched.roles.keys() - roles.keys() if watched else ():
            self._dismiss(user_id, space_id)
        for user_id in roles.keys() & self._of_account.keys():
            self._admit(user_id, space_id, roles[user_id], seq, is_shared)

    def tell_commit(
        self, space_id: str, seq: int, accounts: Iterable[str], devices: Iterable[str]
    ) -> None:
        """Tells the connected members that the space is at `seq`."""
        watched = self.spaces.get(space_id)
        if watched is not None:
            watched.seq = max(watched.seq, seq)
            self._tell(watched, Commit(space_id, seq, frozenset(accounts), frozenset(devices)))

    def tell_presence(self, space_id: str) -> None:
        """Tells the connected members who is in the space, if that changed."""
        watched = self.spaces.get(space_id)
        news = self.presence.news(space_id, watched.roles if watched else {})
        if news is not None and watched is not None:
            self._tell(watched, messages.presence(space_id, news))

    def greet(self, stream: Stream, ready: Message) -> None:
        """Puts the first events: `ready`, and who is in the account's shared spaces."""
        stream.put(ready)
        for space_id in sorted(self._spaces_of.get(stream.user_id, ())):
            self._tell_who_is_here(stream, space_id)

    def end(self, stream: Stream, reason: str) -> None:
        """Frees the stream's place and ends it."""
        self.remove(stream)
        stream.end(messages.end(reason))

    def _admit(self, user_id: str, space_id: str, role: str, seq: int, is_shared: bool) -> None:
        watched = self.spaces.setdefault(space_id, Watched(seq, is_shared))
        if watched.roles.get(user_id) == role:
            return
        is_new = user_id not in watched.roles
        watched.roles[user_id] = role
        self._spaces_of.setdefault(user_id, set()).add(space_id)
        self.presence.check(space_id)
        for stream in self.streams_of(user_id):
            stream.put(messages.role_changed(space_id, role, seq))
            if is_new:
                self._tell_who_is_here(stream, space_id)

    def _dismiss(self, user_id: str, space_id: str) -> None:
        self._spaces_of[user_id].discard(space_id)
        for stream in self.streams_of(user_id):
            stream.forget(space_id)
            if stream.space_id == space_id:
                self.presence.move(stream, None)
            stream.put(messages.left(space_id))
        self._unwatch(user_id, space_id)

    def _unwatch(self, user_id: str, space_id: str) -> None:
        watched = self.spaces[space_id]
        del watched.roles[user_id]
        if not watched.roles:
            del self.spaces[space_id]

    def _tell_who_is_here(self, stream: Stream, space_id: str) -> None:
        here = self.presence.accounts(space_id, self.spaces[space_id].roles)
        if here:
            stream.put(messages.presence(space_id, here))

    def _tell(self, watched: Watched, message: Message) -> None:
        for user_id in watched.roles:
            for stream in self.streams_of(user_id):
                stream.put(message)
