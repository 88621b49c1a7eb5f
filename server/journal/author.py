"""Who makes changes on the server: an account's device, or the server itself; and the rules that
say what it may.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from server.journal.rows import Outcome


def rejected(code: str, message: str) -> Outcome:
    return {"status": "rejected", "code": code, "message": message}


CONFLICT: Outcome = {"status": "device_conflict"}
# not checked: the record is in the space that the outcome names, where its author may write
ELSEWHERE = "elsewhere"
READ_ONLY = rejected("read_only", "You may read this space, not change it.")
NO_SUCH_SPACE = rejected("no_such_space", "There is no such space, or you are not a member of it.")


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
    space it is to go to.
    """

    kind: str
    id: str
    set: dict[str, Any]
    version: int | None = None
    create: bool = False
    move: str | None = None
