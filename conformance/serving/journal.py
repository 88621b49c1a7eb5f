"""How the playing server takes changes and tells what is new. It is a small server that follows the
page, for one client at a time; it does not check the values of fields.
"""

import copy
import secrets
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from conformance import merging
from conformance.serving.spaces import Account, Json, Space, now_stamp

REQUIRED = {
    "task": {"title", "status", "completed_at"},
    "list": {"name"},
    "comment": {"task", "text", "author", "created"},
}
CONFLICT = {"status": "device_conflict"}
LIMITS = {
    "changes": 1000,
    "request_bytes": 2 * 1024 * 1024,
    "records": 2500,
    "reply_bytes": 2 * 1024 * 1024,
    "depth": 16,
    "title": 500,
    "description": 20_000,
    "name": 100,
    "record_bytes": 65_536,
    "number": 2**53 - 1,
}


def rejected(code: str) -> Json:
    """The outcome of a refused change."""
    return {"status": "rejected", "code": code, "message": f"Refused by the kit: {code}."}


class Journal:
    """Accounts, spaces, and the outcomes of all changes by device and number."""

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.spaces: dict[str, Space] = {}
        self.outcomes: dict[tuple[str, int], tuple[Json, Json]] = {}
        self.owners: dict[str, str] = {}
        self.epoch = "epoch-1"
        self.ahead_ms = 0
        self.clones = 0
        self.is_restored = False

    # Accounts and spaces

    def sign_up(self, email: str, password: str, name: str) -> Account:
        """A new account with its personal space."""
        account = Account(str(uuid.uuid4()), email, password, name, secrets.token_urlsafe(16))
        self.accounts[account.id] = account
        self.make_space("Personal", account, personal=True)
        return account

    def make_space(self, name: str, owner: Account, personal: bool = False) -> Space:
        """A new space."""
        space = Space(str(uuid.uuid4()), name, personal)
        self.spaces[space.id] = space
        space.write("space", space.id, {"name": name})
        space.name_members(owner, "owner")
        return space

    def home(self, account: Account) -> Space:
        """The personal space of an account."""
        mine = [each for each in self.spaces.values() if each.personal]
        return next(each for each in mine if account.id in each.roles)

    def now_ms(self) -> int:
        """The server's clock, which may be ahead of the machine's."""
        return time.time_ns() // 1_000_000 + self.ahead_ms

    # A backup

    def backup(self) -> Any:
        """What `restore` takes."""
        return copy.deepcopy((self.spaces, self.outcomes, self.owners))

    def restore(self, backup: Any) -> None:
        """Spaces and outcomes as they were, and a new epoch. Accounts and sessions stay."""
        spaces, self.outcomes, self.owners = copy.deepcopy(backup)
        self.spaces = {key: each for key, each in self.spaces.items() if key in spaces}
        for key, space in self.spaces.items():
            vars(space).update(vars(spaces[key]))
        self.epoch, self.is_restored = f"epoch-{secrets.token_hex(4)}", True

    def join(self, account: Account, offer: Json) -> Json:
        """The outcome of an offer."""
        space = self.spaces.get(offer["space"])
        if not self.is_restored:
            return rejected("not_restored")
        if space is None or account.id not in space.roles:
            return rejected("no_such_space")
        held = space.records.get(offer["id"])
        if held and held.get("grave"):
            return {"status": "gone", "message": "This record was deleted."}
        if held and merging.covers(held["clock"], offer["clock"]):
            return {"status": "applied", "seq": held["seq"]}
        if space.roles[account.id] == "viewer":
            return rejected("read_only")
        record = held or {"kind": offer["kind"], "id": offer["id"], **merging.empty()}
        return {"status": "applied", "seq": space.put(record | merging.join(record, offer))}

    # Changes

    def take(self, account: Account, device: str, changes: list[Any]) -> list[Json]:
        """The outcomes of changes, in order."""
        found, is_clone = [], self.owners.setdefault(device, account.id) != account.id
        for change in changes:
            first = self.outcomes.get((device, change["n"]))
            if first is not None and first[0] == change:
                found.append(first[1])
                continue
            is_clone = is_clone or first is not None or self._is_stale(device, change)
            if is_clone:
                self.clones += 1
                found.append(CONFLICT)
                continue
            outcome = self._apply(account, device, change)
            if outcome.get("code") != "no_such_space":
                self.outcomes[device, change["n"]] = change, outcome
            found.append(outcome)
        return found

    def find(self, record_id: str) -> Space | None:
        """The space in which a record is live."""
        return next((each for each in self.spaces.values() if each.live(record_id)), None)

    def _is_stale(self, device: str, change: Json) -> bool:
        space = self.find(change["id"])
        record = space.live(change["id"]) if space else None
        entry = record["clock"].get(device, 0) if record else 0
        return bool(change["n"] <= entry or change["prev"] < entry)

    def _apply(self, account: Account, device: str, change: Json) -> Json:
        space = self.spaces.get(change["space"])
        if space is None or account.id not in space.roles:
            return rejected("no_such_space")
        place = space if space.live(change["id"]) else self._followed(account, space, change)
        if place.roles.get(account.id) == "viewer":
            return rejected("read_only")
        if refusal := self._refusal(place, change):
            return refusal
        outcome = self._merge(place, device, change)
        if change.get("move") and change["move"] != place.id:
            place = self._move(place, change)
            outcome["seq"] = place.records[change["id"]]["seq"]
        return outcome | ({"space": place.id} if place is not space else {})

    def _followed(self, account: Account, space: Space, change: Json) -> Space:
        """Where a record that has moved is now, if its author may write there."""
        grave = space.records.get(change["id"])
        there = self.find(change["id"]) if grave else None
        return there if there and account.id in there.roles else space

    def _refusal(self, space: Space, change: Json) -> Json | None:
        record = space.records.get(change["id"])
        if record is not None and record.get("grave"):
            return {"status": "gone", "message": "This record was deleted."}
        lacks = REQUIRED.get(change["kind"], set()) - change["set"].keys()
        if record is None and (lacks or change.get("move")):
            return {"status": "missing", "message": "There is no such record."}
        if len(str(change["set"].get("title", ""))) > 500:
            return rejected("bad_value")
        return None

    def _merge(self, space: Space, device: str, change: Json) -> Json:
        record = space.live(change["id"]) or {
            "kind": change["kind"],
            "id": change["id"],
            **merging.empty(),
        }
        newest = now_stamp() if _ms(change["at"]) > self.now_ms() + 60_000 else change["at"]
        merged = merging.merge(record, device, change | {"at": newest})
        seq = space.put(record | merged)
        fields = sorted(merging.conflicts(merged) & change["set"].keys())
        outcome: Json = {"status": "merged" if fields else "applied", "seq": seq}
        outcome |= {"fields": fields} if fields else {}
        if merging.values(merged).get("deleted") and change["set"].get("deleted") is None:
            outcome |= {"status": "hidden", "by": "self"}
        return outcome

    def _move(self, space: Space, change: Json) -> Space:
        target = self.spaces[change["move"]]
        for record in space.parts(change["id"]):
            space.bury(record)
            target.put(record)
        return target

    # News

    def news(self, account: Account, cursors: Json, limit: int) -> Json:
        """What an account lacks, by space."""
        mine = {each.id for each in self.spaces.values() if account.id in each.roles}
        found: Json = {}
        for space_id in sorted(mine | cursors.keys()):
            if space_id not in mine:
                found[space_id] = {"revoked": True}
                continue
            space = self.spaces[space_id]
            found[space_id] = self._news_of(account, space, cursors.get(space_id), limit)
            limit -= len(found[space_id].get("records", []))
        return found

    def _news_of(self, account: Account, space: Space, cursor: Any, limit: int) -> Json:
        head: Json = {"role": space.roles[account.id], "personal": space.personal}
        start = 0
        if cursor is not None:
            epoch, _, count = str(cursor).rpartition(":")
            if epoch != self.epoch or not count.isdigit():
                return head | {"reset": "bad_cursor" if not count.isdigit() else "epoch"}
            start = int(count)
        newer = sorted(
            (each for each in space.records.values() if each["seq"] > start),
            key=lambda record: int(record["seq"]),
        )
        page = newer[: max(0, limit)]
        end = page[-1]["seq"] if page else start if newer else space.seq
        if cursor is None:
            page = [record for record in page if not record.get("grave")]
        return head | {
            "seq": space.seq,
            "records": page,
            "cursor": f"{self.epoch}:{end}",
            "more": bool(newer) and end < newer[-1]["seq"],
        }


def _ms(at: str) -> int:
    moment = datetime.fromisoformat(at[:23] + "+00:00")
    return int(moment.astimezone(UTC).timestamp() * 1000)
