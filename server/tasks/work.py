"""The context of a REST write."""

from dataclasses import dataclass

from sqlalchemy import Connection

from server.accounts.caller import Caller
from server.journal.author import Rules
from server.spaces import access
from server.tasks import records
from server.tasks.records import Shown, StoredRecord


@dataclass(frozen=True)
class Work:
    """A caller's write in one transaction, with the rules for its permissions."""

    connection: Connection
    caller: Caller
    rules: Rules

    @property
    def now_ms(self) -> int:
        return self.caller.now_ms

    def role(self, space_id: str) -> str | None:
        return access.role_of_caller(self.connection, self.caller, space_id)

    def find(self, kind: str, record_id: str) -> Shown | None:
        return records.find(self.connection, self.caller, kind, record_id)

    def get(self, kind: str, record_id: str) -> Shown:
        return records.get(self.connection, self.caller, kind, record_id)

    def find_in(self, space_id: str, kind: str, record_id: str) -> Shown | None:
        return records.find_in(self.connection, space_id, kind, record_id)

    def named(self, record: Shown) -> Shown:
        """The record as the caller sees it."""
        return records.name_for(self.connection, self.caller.user_id, [record])[0]

    def get_locked(self, kind: str, record_id: str) -> StoredRecord:
        return records.get_locked(self.connection, self.caller, kind, record_id)
