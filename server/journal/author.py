"""Who makes changes on the server: an account's device, or the server itself; and the rules that
say what it may.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from server.core.merge import Value


class Rules:
    """What the journal asks of the rooms above it, in the writing transaction. These answers let
    the server itself do all.
    """

    def role(self, connection: Connection, user_id: str, space_id: str) -> str | None:
        """The account's role in the space; None for a stranger."""
        return "owner"

    def is_personal(self, connection: Connection, space_id: str) -> bool:
        return True

    def taken(
        self, connection: Connection, space_id: str, ids: Sequence[str], besides: str = ""
    ) -> set[str]:
        """Which of `ids` a record of another space (but `besides`) already has that someone of this
        space is shown too.
        """
        return set()

    def has_room(
        self, connection: Connection, space_id: str, more: int = 1, source: str | None = None
    ) -> bool:
        """Whether whoever pays for the space has room for `more` records; those that come from
        `source` are paid for if it pays for that.
        """
        return True


@dataclass(frozen=True)
class Author:
    """Who makes changes: the account, its device, and the rules that say what it may."""

    user_id: str
    device: str
    rules: Rules = field(default_factory=Rules)
    by_server: bool = False


@dataclass(frozen=True)
class ServerChange:
    """A change by a writer on the server: the journal adds dot and clocks, since its author sees
    the record as it is.

    `version` is the seq the record must still have, `create` whether it must be new, `move` the
    space it is to go to. `is_validated` says that a schema made of the checks in `kinds` has
    accepted the values already.
    """

    kind: str
    id: str
    set: Mapping[str, Value]
    version: int | None = None
    create: bool = False
    move: str | None = None
    is_validated: bool = False
