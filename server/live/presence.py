"""Who has which shared space open now. Never stored; it ends with the stream or the membership."""

from collections.abc import Mapping

from server.live.streams import Stream


class Presence:
    """The streams in each space, and what was last told of each. `changed` are the spaces whose
    accounts may differ from it.
    """

    def __init__(self) -> None:
        self._here: dict[str, set[Stream]] = {}
        self._told: dict[str, frozenset[str]] = {}
        self.changed: set[str] = set()

    def move(self, stream: Stream, space_id: str | None) -> None:
        """The stream's person has this space open now, and no other."""
        if stream.space_id == space_id:
            return
        if stream.space_id is not None:
            here = self._here[stream.space_id]
            here.discard(stream)
            if not here:
                del self._here[stream.space_id]
            self.changed.add(stream.space_id)
        stream.space_id = space_id
        if space_id is not None:
            self._here.setdefault(space_id, set()).add(stream)
            self.changed.add(space_id)

    def check(self, space_id: str) -> None:
        """The space's members have changed, so those of them who are here may have too."""
        if space_id in self._here or space_id in self._told:
            self.changed.add(space_id)

    def accounts(self, space_id: str, roles: Mapping[str, str]) -> frozenset[str]:
        """The members among those who have the space open."""
        here = self._here.get(space_id, ())
        return frozenset(stream.user_id for stream in here if stream.user_id in roles)

    def news(self, space_id: str, roles: Mapping[str, str]) -> frozenset[str] | None:
        """The accounts in the space if they differ from what was told; None if they do not."""
        now = self.accounts(space_id, roles)
        if now == self._told.get(space_id, frozenset()):
            return None
        if now:
            self._told[space_id] = now
        else:
            del self._told[space_id]
        return now
