"""The events of a stream. Each is encoded once, however many streams send it."""

from server.journal.encoding import encode

Key = tuple[str, str]


class Message:
    """A server-sent event. `wire` is its bytes, `chunk` the same as a chunk of HTTP/1.1.

    In a stream that is not read, a later message with the same `key` replaces an earlier one.
    """

    __slots__ = ("chunk", "key", "wire")

    def __init__(self, name: str, data: dict[str, object], about: str = "") -> None:
        self.key: Key = (name, about)
        self.wire = f"event: {name}\ndata: {encode(data)}\n\n".encode()
        self.chunk = b"%x\r\n%b\r\n" % (len(self.wire), self.wire)

    def join(self, later: "Message") -> "Message":
        """One message for two with the same key, of which the client has read neither."""
        return later


class Commit(Message):
    """A space is at `seq`, written by these accounts and devices."""

    __slots__ = ("accounts", "devices", "seq", "space_id")

    def __init__(
        self, space_id: str, seq: int, accounts: frozenset[str], devices: frozenset[str]
    ) -> None:
        self.space_id, self.seq, self.accounts, self.devices = space_id, seq, accounts, devices
        by, names = sorted(accounts), sorted(devices)
        super().__init__(
            "commit", {"space": space_id, "seq": seq, "by": by, "devices": names}, space_id
        )

    def join(self, later: Message) -> Message:
        if not isinstance(later, Commit):
            return later
        return Commit(
            self.space_id,
            max(self.seq, later.seq),
            self.accounts | later.accounts,
            self.devices | later.devices,
        )


def ready(stream_id: str, epoch: str, now_ms: int, heads: dict[str, int]) -> Message:
    """The first event: the stream's id, and the `seq` of each of the account's spaces."""
    return Message("ready", {"stream": stream_id, "epoch": epoch, "now": now_ms, "spaces": heads})


def role_changed(space_id: str, role: str, seq: int) -> Message:
    return Message("space", {"space": space_id, "role": role, "seq": seq}, space_id)


def left(space_id: str) -> Message:
    return Message("space", {"space": space_id, "role": None}, space_id)


def presence(space_id: str, accounts: frozenset[str]) -> Message:
    return Message("presence", {"space": space_id, "accounts": sorted(accounts)}, space_id)


def beat(now_ms: int) -> Message:
    return Message("beat", {"now": now_ms})


def end(reason: str) -> Message:
    return Message("end", {"reason": reason})
