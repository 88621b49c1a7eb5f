"""The bell: what a writing transaction touched, told after its commit.

A port: the packages that write note what they touch on their connection, `database.Writer` rings
after the commit, and the composition root says who listens. A job that was rolled back tells
nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

_NOTES = "touched"


@dataclass
class SpaceNote:
    """A touched space: its `seq` afterwards, and the ids of the accounts and devices that wrote."""

    seq: int = 0
    accounts: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)

    def join(self, later: "SpaceNote") -> None:
        self.seq = max(self.seq, later.seq)
        self.accounts |= later.accounts
        self.devices |= later.devices


@dataclass
class Touched:
    """What transactions touched: spaces by id, and the ids of accounts that may have lost rights."""

    spaces: dict[str, SpaceNote] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)

    def join(self, later: "Touched") -> None:
        for space_id, note in later.spaces.items():
            self.spaces.setdefault(space_id, SpaceNote()).join(note)
        self.accounts |= later.accounts


Ring = Callable[[Touched], None]


def silent(_touched: Touched) -> None:
    """Tells nobody."""


def begin_notes(connection: Connection) -> Touched:
    """The notes of the job that now begins on this connection; empty."""
    notes = connection.info[_NOTES] = Touched()
    return notes


def note_space(connection: Connection, space_id: str, seq: int) -> None:
    """Notes that the job locked the space, whose count is now `seq`."""
    notes = _notes(connection)
    notes.spaces.setdefault(space_id, SpaceNote()).seq = seq


def note_writer(connection: Connection, history: Sequence[Mapping[str, object]]) -> None:
    """Notes the author of rows of the history, all by one device in one space, if a change among
    them was applied.
    """
    row = next((row for row in history if row["record_id"]), None)
    if row is not None:
        note = _notes(connection).spaces.setdefault(str(row["space_id"]), SpaceNote())
        note.accounts.add(str(row["user_id"]))
        note.devices.add(str(row["device_id"]))


def note_account(connection: Connection, user_id: str) -> None:
    """Notes that sessions of the account may have ended."""
    _notes(connection).accounts.add(user_id)


def _notes(connection: Connection) -> Touched:
    found: Touched | None = connection.info.get(_NOTES)
    return begin_notes(connection) if found is None else found
