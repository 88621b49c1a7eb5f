"""The state of the playing server: accounts, spaces and their records, in memory."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from conformance import merging

Json = dict[str, Any]
SERVER = "server-of-the-conformance-kit"


def now_stamp() -> str:
    """A clock reading of the server."""
    at = datetime.now(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z-0000"


def server_id() -> str:
    """A UUID of version 8, which no client may give."""
    made = str(uuid.uuid4())
    return made[:14] + "8" + made[15:]


@dataclass
class Account:
    """Somebody with an account; `token` changes with each sign-in."""

    id: str
    email: str
    password: str
    name: str
    token: str = ""

    def public(self) -> Json:
        """What sign-up and sign-in answer."""
        named = {"id": self.id, "email": self.email, "name": self.name}
        return {**named, "is_admin": False, "token": self.token}


@dataclass
class Space:
    """A space: `roles` by account, `records` by id; each record has the members of the page."""

    id: str
    name: str
    personal: bool
    roles: dict[str, str] = field(default_factory=dict)
    records: dict[str, Json] = field(default_factory=dict)
    seq: int = 0
    counter: int = 0

    def put(self, record: Json) -> int:
        """Stores a record with the next `seq`."""
        self.seq += 1
        self.records[record["id"]] = {**record, "seq": self.seq}
        return self.seq

    def write(self, kind: str, record_id: str, fields: Json) -> None:
        """A write by the server itself."""
        self.counter += 1
        record = self.live(record_id) or {"kind": kind, "id": record_id, **merging.empty()}
        seen = dict(record["clock"])
        change = {"n": self.counter, "seen": seen, "at": now_stamp(), "set": fields}
        self.put(record | merging.merge(record, SERVER, change))

    def name_members(self, account: Account, role: str) -> None:
        """An account joins, or has another role."""
        self.roles[account.id] = role
        known = [each for each in self.records.values() if self._is_of(each, account.id)]
        fields = {"account": account.id, "name": account.name, "role": role, "deleted": None}
        self.write("member", known[0]["id"] if known else server_id(), fields)

    def live(self, record_id: str) -> Json | None:
        """A record that is not a tombstone."""
        record = self.records.get(record_id)
        return None if record is None or record.get("grave") else record

    def bury(self, record: Json) -> None:
        """Leaves a tombstone."""
        self.put({"kind": record["kind"], "id": record["id"], "grave": True})

    def parts(self, record_id: str) -> list[Json]:
        """A record and everything in it: a list's tasks, their subtasks and comments."""
        found, known = [self.records[record_id]], {record_id}
        while True:
            more = [each for each in self.records.values() if self._belongs(each, known)]
            if not more:
                return found
            found += more
            known |= {each["id"] for each in more}

    def _belongs(self, record: Json, known: set[str]) -> bool:
        if record.get("grave") or record["id"] in known:
            return False
        values = merging.values(record)
        return any(values.get(name) in known for name in ("list", "parent", "task"))

    def _is_of(self, record: Json, account: str) -> bool:
        if record["kind"] != "member" or record.get("grave"):
            return False
        return bool(merging.values(record)["account"] == account)
