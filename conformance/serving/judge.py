"""The duties of a client that can be seen in its requests. The judge knows which answers arrived."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from conformance.serving.owed import Owed

Json = dict[str, Any]
DEVICE = re.compile(r"[0-9a-z]{16,32}")
AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z-[0-9a-f]{4}")
DUTIES = {
    "envelope": "POST /sync: a request has the members of the page, of the right types.",
    "account": "A change is sent for the account that made it.",
    "device": "8: the device id is kept, until an answer asks for a new one; then it is new.",
    "epoch": "A request names the epoch of the last answer.",
    "cursors": "A cursor is the one of the last answer that came; every known space has one.",
    "rebuild": "9: after a reset the space is pulled from the start.",
    "revoked": "10: a space that was revoked is forgotten.",
    "numbers": "A change: numbers rise and are never used twice.",
    "prev": "A change: prev is the number of this device's previous change to the record.",
    "seen": "2: seen covers only what the client was shown.",
    "stamps": "6: a later change has a later clock reading, in server time.",
    "sent": "3: what was sent once is sent again as it was.",
    "again": "7: what has no outcome is sent again, in the same order, before anything new.",
    "answered": "5: what has an outcome is not sent again.",
    "renewed": "8: a new device id keeps set, at and move of what has no outcome.",
    "shown": "The client shows the confirmed records with its own changes over them.",
    "kept": "Nothing that was typed is lost: it is on the server, waits, or was replaced knowingly.",
    "answers": "The client does what it is told, and a sync comes to an end.",
    "held_back": "13: after a restore, changes wait until every offer has its outcome.",
    "offered": "13: after a restore, exactly the records that the server lacks are offered, as sent.",
    "told": "5: a refused change lies among the rejected ones, with its reason.",
}


@dataclass
class Verdicts:
    """Broken duties, with what was seen."""

    broken: list[tuple[str, str]] = field(default_factory=list)

    def check(self, duty: str, is_so: Any, what: str) -> None:
        """Notes a broken duty unless `is_so`."""
        if not is_so and (duty, what) not in self.broken:
            self.broken.append((duty, what))


class Judge:
    """What one account's client has sent and been told."""

    def __init__(self, verdicts: Verdicts, account: str):
        self.verdicts, self.account = verdicts, account
        self.device: str | None = None
        self.epoch: str | None = None
        self.devices: set[str] = set()
        self.sent: dict[tuple[str, int], Json] = {}
        self.waiting: list[tuple[str, int]] = []
        self.answered: set[tuple[str, int]] = set()
        self.cursors: dict[str, set[str]] = defaultdict(set)
        self.must_restart: set[str] = set()
        self.must_renew = False
        self.clocks: dict[str, dict[str, int]] = defaultdict(dict)
        self.numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.renewing: list[Json] = []
        self.owed = Owed()

    # Requests

    def hear(self, body: Any) -> None:
        """A request to sync, before it is answered."""
        if self._hear_envelope(body):
            self._hear_cursors(body.get("cursors") or {})
            self._hear_changes(body["device"], body.get("changes") or [])

    def hear_offers(self, body: Any) -> None:
        """A request with offers, before it is answered."""
        if not self._hear_envelope(body):
            return
        check, owed = self.verdicts.check, self.owed
        check("offered", not owed.apart, f"offers while {sorted(owed.apart)} are being rebuilt")
        offers = body.get("offers")
        check("envelope", isinstance(offers, list) and 0 < len(offers) <= 1000, f"offers {offers}")
        for offer in offers or []:
            wanted = owed.open.get((offer.get("space"), offer.get("id")))
            check("offered", wanted, f"an offer of what the server has: {offer}")
            for name in ("kind", "clock", "writes"):
                is_same = not wanted or offer.get(name) == wanted[name]
                check("offered", is_same, f"{name} of an offer: {offer}, was sent {wanted}")

    def _hear_envelope(self, body: Any) -> bool:
        check = self.verdicts.check
        is_whole = isinstance(body, dict) and isinstance(body.get("device"), str)
        check("envelope", is_whole and body.get("protocol") == 1, f"a request {str(body)[:200]}")
        if not is_whole:
            return False
        check("account", body.get("account") in (None, self.account), "it names another account")
        self._hear_device(body["device"])
        check(
            "epoch",
            body.get("epoch") == self.epoch,
            f"epoch {body.get('epoch')!r}, told {self.epoch!r}",
        )
        return True

    def _hear_device(self, device: str) -> None:
        check = self.verdicts.check
        check("device", DEVICE.fullmatch(device), f"a device id {device!r}")
        if self.must_renew:
            check(
                "device",
                device not in self.devices,
                "an old device id after it was to be a new one",
            )
        else:
            check("device", self.device in (None, device), "a new device id without a reason")
        if device != self.device:
            self.renewing = [self.sent[key] for key in self.waiting] if self.device else []
            self.waiting = []
        self.device, self.must_renew = device, False
        self.devices.add(device)

    def _hear_cursors(self, cursors: Json) -> None:
        check = self.verdicts.check
        for space, cursor in cursors.items():
            if space in self.must_restart:
                check("rebuild", cursor is None, f"a cursor {cursor!r} after a reset")
            elif cursor is not None:
                check(
                    "cursors",
                    cursor in self.cursors[space],
                    f"a cursor {cursor!r} of no answer that came",
                )
            check(
                "revoked", space in self.cursors or cursor is None, f"a cursor of the space {space}"
            )
        for space in self.cursors.keys() - cursors.keys() - self.must_restart:
            check("cursors", False, f"no cursor for the known space {space}")

    def _hear_changes(self, device: str, changes: list[Json]) -> None:
        check = self.verdicts.check
        is_time = not changes or not self.owed.is_holding_back
        check("held_back", is_time, "changes before all offers have their outcomes")
        keys = [(device, change.get("n", 0)) for change in changes]
        numbers = [n for _, n in keys]
        check("numbers", numbers == sorted(set(numbers)), f"numbers in the order {numbers}")
        known = [key for key in self.waiting if key[0] == device]
        check(
            "again", keys[: len(known)] == known[: len(keys)], f"{numbers} after {known} were sent"
        )
        self._hear_renewed(changes)
        for key, change in zip(keys, changes, strict=True):
            check("answered", key not in self.answered, f"change {key[1]} again after its outcome")
            first = self.sent.setdefault(key, change)
            check("sent", first == change, f"change {key[1]} is {change}, was {first}")
            if first is change:
                self._hear_new(device, change)
                self.waiting.append(key)

    def _hear_renewed(self, changes: list[Json]) -> None:
        if not self.renewing or not changes:
            return
        rest = iter([_lasting(change) for change in changes])
        lost = [each for each in map(_lasting, self.renewing) if each not in rest]
        self.verdicts.check("renewed", not lost, f"not among the changes: {lost}")
        self.renewing = []

    def _hear_new(self, device: str, change: Json) -> None:
        check, n, record = self.verdicts.check, change["n"], change["id"]
        own = self.numbers[record, device]
        earlier = [each for (by, each) in self.sent if by == device and each != n]
        check("numbers", n > max(earlier, default=0), f"{n} after {max(earlier, default=0)}")
        check(
            "prev",
            change["prev"] in own | {0} and change["prev"] < n,
            f"prev {change['prev']} of {sorted(own)}",
        )
        check("stamps", AT.fullmatch(change["at"]), f"at {change['at']}")
        for by, count in change["seen"].items():
            if by in self.devices:
                is_known = count in self.numbers[record, by] or count <= self.clocks[record].get(
                    by, 0
                )
            else:
                is_known = count <= self.clocks[record].get(by, 0)
            check("seen", is_known, f"seen {by}: {count} of {record}, shown {self.clocks[record]}")
        own.add(n)

    # Answers that came

    def told(self, body: Json, answer: Json) -> None:
        """An answer to a sync that has reached the client."""
        if answer["epoch"] != self.epoch:
            self._told_epoch(answer["epoch"])
        for change, outcome in zip(body.get("changes") or [], answer["outcomes"], strict=True):
            if outcome["status"] != "device_conflict":
                key = (body["device"], change["n"])
                self.answered.add(key)
                self.waiting = [each for each in self.waiting if each != key]
        self.must_renew = self.must_renew or bool(answer.get("device_conflict"))
        for space, news in answer["spaces"].items():
            self._told_news(space, news)
            self.owed.told(space, news, body.get("cursors") or {})

    def told_offers(self, body: Json, answer: Json) -> None:
        """An answer to offers that has reached the client."""
        if body["epoch"] == self.epoch:
            for offer, outcome in zip(body["offers"], answer["outcomes"], strict=True):
                self.owed.told_offer(offer, outcome)

    def told_all(self) -> None:
        """The end: nothing is owed any more."""
        left = sorted(self.owed.open)
        self.verdicts.check("offered", not left, f"never offered: {left}")

    def _told_epoch(self, epoch: str) -> None:
        self.must_renew = self.epoch is not None
        if self.epoch is not None:
            self.answered = set()
            self.owed.restored()
        self.epoch = epoch

    def _told_news(self, space: str, news: Json) -> None:
        if "revoked" in news:
            self.cursors.pop(space, None)
            self.must_restart.discard(space)
        elif "reset" in news:
            self.cursors[space] = set()
            self.must_restart.add(space)
        else:
            self.must_restart.discard(space)
            self.cursors[space].add(news["cursor"])
            for record in news["records"]:
                self._told_record(record["id"], record.get("clock", {}))

    def _told_record(self, record: str, clock: dict[str, int]) -> None:
        """Raises the alarm of Duties 8 if the record has a number that this client never gave."""
        shown, device = self.clocks[record], self.device or ""
        own = clock.get(device, 0)
        if own > shown.get(device, 0) and own not in self.numbers[record, device]:
            self.must_renew = True
        for by, count in clock.items():
            shown[by] = max(shown.get(by, 0), count)


def _lasting(change: Json) -> list[Any]:
    return [change["id"], change["set"], change["at"], change.get("move")]
