"""People and devices for the rules: accounts that sign up at the server under test, and devices
that count their changes.
"""

import secrets
import time
import uuid
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from conformance.checking import Impossible, same
from conformance.http import Answer, Http

Json = dict[str, Any]
PASSWORD = "a long password of the conformance kit"
DEVICES_MAX = 14  # of one account: a server accepts 20 new ones a day
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
PROTOCOL = 1
COUNTS = count()


def new_id() -> str:
    """An id for a record."""
    return str(uuid.uuid4())


def new_device_id() -> str:
    """20 random characters: 103 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(20))


def stamp(back_ms: int = 0) -> str:
    """A clock reading: now, or some time ago; a later one of the same time is higher."""
    at = datetime.now(UTC) - timedelta(milliseconds=back_ms)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z-{next(COUNTS) % 0x10000:04x}"


def task(title: str = "Milk", **more: Any) -> Json:
    """The fields of a new task."""
    return {"title": title, "status": "pending", "completed_at": None, **more}


def comment(of: str, author: str, text: str = "Yes") -> Json:
    """The fields of a new comment on a task."""
    return {"task": of, "text": text, "author": author, "created": "2026-11-23T18:20:32Z"}


class Device:
    """A device of an account. It builds changes with the right `n` and `prev`, and keeps the epoch
    and the cursors of its last answer.
    """

    def __init__(self, person: "Person", device_id: str | None = None):
        self.person, self.id, self.n = person, device_id or new_device_id(), 0
        self.last: dict[str, int] = defaultdict(int)
        self.epoch: str | None = None
        self.cursors: Json = {}

    def change(
        self, fields: Json, record: str | None = None, kind: str = "task", **more: Any
    ) -> Json:
        """The next change; its record is a new one in the personal space unless others are named.
        `seen` is the device's own entry unless it is given.
        """
        record = record or new_id()
        self.n = more.get("n", self.n + 1)
        prev = self.last[record]
        self.last[record] = self.n
        return {
            "space": self.person.home,
            "kind": kind,
            "id": record,
            "n": self.n,
            "prev": prev,
            "seen": {self.id: prev} if prev else {},
            "at": stamp(),
            "set": fields,
        } | more

    def ask(self, *changes: Any, **more: Any) -> Answer:
        """The answer to a request with these changes; `more` replaces members of the request, and
        a value of `...` leaves one out.
        """
        body = {"cursors": self.cursors, "changes": list(changes)} | more
        return self._post("/sync", body)

    def offer(self, *offers: Any, **more: Any) -> Answer:
        """The answer to a request with these offers; `more` as for `ask`."""
        return self._post("/sync/offers", {"offers": list(offers)} | more)

    def _post(self, path: str, more: Json) -> Answer:
        body = {"protocol": PROTOCOL, "device": self.id, "epoch": self.epoch} | more
        return self.person.http.post(path, {k: v for k, v in body.items() if v is not ...})

    def push(self, *changes: Any, **more: Any) -> Json:
        """The body of an answer with status 200."""
        answer = self.ask(*changes, **more)
        same("the status of an answer", (answer.status, answer.code), (200, None))
        self.epoch = answer.body["epoch"]
        for space, news in answer.body["spaces"].items():
            if "cursor" in news:
                self.cursors[space] = news["cursor"]
        body: Json = answer.body
        return body

    def outcome(self, change: Any, **more: Any) -> Json:
        """The outcome of one change."""
        (found,) = self.push(change, **more)["outcomes"]
        outcome: Json = found
        return outcome

    def accept(self, *changes: Json) -> list[Json]:
        """The outcomes of changes that must all be applied."""
        outcomes: list[Json] = self.push(*changes)["outcomes"]
        for outcome in outcomes:
            same("an outcome", outcome.get("status") in ("applied", "merged", "hidden"), True)
        return outcomes

    def make(self, fields: Json | None = None, **more: Any) -> str:
        """The id of a new record, on the server."""
        change = self.change(task() if fields is None else fields, **more)
        self.accept(change)
        return str(change["id"])

    def records(self, space: str | None = None) -> dict[str, Json]:
        """All records of a space by id, tombstones too, by a pull from the start."""
        space = space or self.person.home
        found: dict[str, Json] = {}
        cursor = None
        while True:
            news = self.push(cursors=self.cursors | {space: cursor})["spaces"][space]
            found |= {record["id"]: record for record in news["records"]}
            cursor = news["cursor"]
            if not news["more"]:
                return found

    def record(self, record: str, space: str | None = None) -> Json:
        """One record as the server has it now."""
        return self.records(space)[record]

    def offered(self, record: str, space: str | None = None) -> Json:
        """A record of the server as an offer."""
        found = self.record(record, space)
        members = {name: found[name] for name in ("kind", "id", "clock", "writes")}
        return {"space": space or self.person.home, **members}


class Person:
    """An account, its personal space `home`, and a device that many rules use."""

    def __init__(self, url: str, name: str):
        self.email = f"{secrets.token_hex(8)}@example.org"
        given = {"email": self.email, "password": PASSWORD, "name": name, "session": "bearer"}
        answer = Http(url).post("/auth/sign-up", given)
        if answer.status != 201:
            raise Impossible(f"no account can sign up: {answer.status} {answer.body}")
        self.id, self.http, self.devices = answer.body["id"], Http(url, answer.body["token"]), 0
        self.home = ""
        self.device = self.spare()
        spaces = self.device.push()["spaces"]
        (self.home,) = [space for space, news in spaces.items() if news["personal"]]

    def spare(self) -> Device:
        """A new device."""
        self.devices += 1
        return Device(self)

    def fine(self, method: str, path: str, body: Json | None = None) -> Any:
        """The answer of the REST API, which must succeed."""
        answer = self.http.ask(method, path, body)
        same(f"{method} {path} succeeds", answer.status < 300, True)
        return answer.body


class World:
    """Gives out people; those whose devices are used up are replaced by new ones."""

    def __init__(self, url: str):
        self.url, self.http = url, Http(url)
        self._people: list[Person] = []

    def people(self, wanted: int) -> list[Person]:
        """Different accounts."""
        self._people = [each for each in self._people if each.devices < DEVICES_MAX]
        while len(self._people) < wanted:
            self._people.append(Person(self.url, f"Person {len(self._people)}"))
        return self._people[:wanted]

    def new_person(self) -> Person:
        """An account for one rule alone."""
        return Person(self.url, "Person alone")

    @property
    def person(self) -> Person:
        """An account."""
        return self.people(1)[0]

    @property
    def device(self) -> Device:
        """The device of an account, which earlier rules have used too."""
        return self.person.device

    def family(self, *roles: str) -> tuple[str, list[Person]]:
        """A new shared space: its id, its owner, then a member of each role."""
        owner, *others = people = self.people(1 + len(roles))
        space = owner.fine("POST", "/api/v1/spaces", {"name": "Family"})["id"]
        for person, role in zip(others, roles, strict=True):
            invite = owner.fine("POST", f"/api/v1/spaces/{space}/invites", {"role": role})
            person.fine("POST", "/api/v1/invites/accept", {"token": invite["token"]})
        return str(space), people


def wait_until(found: Any, patience_s: float = 5) -> Any:
    """The first true value of `found()`, or its last one."""
    end = time.monotonic() + patience_s
    while not (value := found()) and time.monotonic() < end:
        time.sleep(0.02)
    return value
