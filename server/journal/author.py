"""The author of changes – an account's device, or the server itself – and the rules for its
permissions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from server.core.merge import Value


class Rules:
    """The journal's questions to the packages above it, in the writing transaction. These default
    answers permit everything to the server itself.
    """

    def role(self, connection: Connection, user_id: str, space_id: str) -> str | None:
        """The account's role in the space; None if it is not a member."""
        return "owner"

    def is_personal(self, connection: Connection, space_id: str) -> bool:
        return True

    def seen_by(
        self, connection: Connection, space_id: str, ids: Sequence[str], besides: Sequence[str]
    ) -> set[tuple[str, str]]:
        """The pairs of (member of the space, id) for which the member sees a record under one of
        these ids in any space except `besides`, or as an alias in any space.
        """
        return set()

    def elsewhere(
        self, connection: Connection, user_id: str, space_id: str, ids: Sequence[str]
    ) -> dict[str, str]:
        """{id: another space in which the account sees a live record under this id}."""
        return {}

    def has_room(
        self, connection: Connection, space_id: str, more: int = 1, source: str | None = None
    ) -> bool:
        """Whether the quota of the space's payer has room for `more` records; records from `source`
        are already counted if it has the same payer.
        """
        return True


@dataclass(frozen=True)
class Author:
    """The author of changes: the account, its device, and the rules for its permissions."""

    user_id: str
    device: str
    rules: Rules = field(default_factory=Rules)
    by_server: bool = False


@dataclass(frozen=True)
class ServerChange:
    """A change by a writer on the server. The journal adds dot and clocks, since its author sees
    the current record.

    `version` is the seq that the record must have, `create` whether it must be new, `move` the
    space to move it to. `is_validated` means that a schema made of the checks in `kinds` has
    already accepted the values.
    """

    kind: str
    id: str
    set: Mapping[str, Value]
    version: int | None = None
    create: bool = False
    move: str | None = None
    is_validated: bool = False
