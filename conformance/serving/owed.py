"""The confirmed records of a client, by the answers that have reached it, and what it owes to a
server that was restored (Duties, 9 and 13).
"""

from collections import defaultdict

from conformance import merging
from conformance.serving.spaces import Json

OFFERED = ("list", "task", "comment")
Key = tuple[str, str]


class Owed:
    """`open` are the offers without an outcome, by space and id."""

    def __init__(self) -> None:
        self.confirmed: dict[str, dict[str, Json]] = defaultdict(dict)
        self.apart: dict[str, dict[str, Json]] = {}
        self.cursors: Json = {}
        self.offering: set[str] = set()
        self.open: dict[Key, Json] = {}

    @property
    def is_holding_back(self) -> bool:
        """Whether no changes may be sent."""
        return bool(self.offering or self.open)

    def restored(self) -> None:
        """The server has another epoch: the confirmed records hold what was open."""
        self.open, self.offering = {}, set(self.confirmed)

    def told(self, space: str, news: Json, asked: Json) -> None:
        """The news of a space in an answer; `asked` are the cursors of its request."""
        if "revoked" in news:
            self._forget(space)
        elif "reset" in news:
            self.apart[space], self.cursors[space] = {}, None
        elif asked.get(space) == self.cursors.get(space):
            self._take(space, news)

    def told_offer(self, offer: Json, outcome: Json) -> None:
        """The outcome of an offer."""
        space, record_id = offer["space"], offer["id"]
        if outcome["status"] == "device_conflict" or (space, record_id) not in self.open:
            return
        del self.open[space, record_id]
        if outcome["status"] == "applied":
            return
        if self.confirmed[space].get(record_id, {}).get("seq") == 0:
            del self.confirmed[space][record_id]
        elif outcome["status"] == "rejected":
            self.apart[space], self.cursors[space] = {}, None

    def _forget(self, space: str) -> None:
        for held in (self.confirmed, self.apart, self.cursors):
            held.pop(space, None)
        self.offering.discard(space)
        self.open = {key: record for key, record in self.open.items() if key[0] != space}

    def _take(self, space: str, news: Json) -> None:
        held = self.apart.get(space, self.confirmed[space])
        for record in news["records"]:
            if record["seq"] > held.get(record["id"], {"seq": -1})["seq"]:
                held[record["id"]] = record
        self.cursors[space] = news["cursor"]
        if space in self.apart and not news["more"]:
            self._replace(space)
        if space not in self.apart:
            self._join(space)

    def _replace(self, space: str) -> None:
        before, pulled = self.confirmed[space], self.apart.pop(space)
        self.confirmed[space] = pulled
        if space in self.offering:
            self.offering.discard(space)
            lacking = [each for each in before.values() if _is_lacking(each, pulled)]
            self.open |= {(space, each["id"]): each for each in lacking}

    def _join(self, space: str) -> None:
        for (place, record_id), mine in self.open.items():
            theirs = self.confirmed[space].get(record_id, mine | {"seq": 0})
            if place == space and not theirs.get("grave"):
                self.confirmed[space][record_id] = theirs | merging.join(theirs, mine)


def _is_lacking(mine: Json, pulled: dict[str, Json]) -> bool:
    if mine["kind"] not in OFFERED or mine.get("grave"):
        return False
    theirs = pulled.get(mine["id"], {})
    return not merging.covers(theirs.get("clock", {}), mine["clock"])
