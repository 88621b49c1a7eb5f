"""A world of several people who share: roles change, members join and leave, tasks move between
spaces, sessions end.

In addition to the rules of every world: nobody receives anything of a space that they are not a
member of (each space has a canary), and nothing is applied for someone without write access at that
moment.
"""

import itertools
import json
import random
import uuid

from sqlalchemy import text

from server import clock
from server.accounts import service as accounts
from server.database import reading
from server.spaces import members
from server.spaces import service as spaces
from tests.server.people import PASSWORD
from tests.simulation.device import Device
from tests.simulation.world import World

PEOPLE, SHARED, TASKS, STEPS = 3, 2, 6, 60
WRITERS = ("owner", "editor")
_worlds = itertools.count()


class Someone:
    def __init__(self, world, name):
        self.world, self.email = (
            world,
            f"{name}-{next(_worlds)}-{world.rng.getrandbits(40):x}@example.org",
        )
        answer = world.http.post(
            "/auth/sign-up",
            json={"email": self.email, "password": PASSWORD, "name": name, "session": "bearer"},
        )
        self.id, self.headers = (
            answer.json["id"],
            {"Authorization": f"Bearer {answer.json['token']}"},
        )
        self.personal = next(
            iter(
                world.http.post(
                    "/sync", json=Device(world.rng).request(), headers=self.headers
                ).json["spaces"]
            )
        )

    def sign_in(self):
        answer = self.world.http.post(
            "/auth/sign-in", json={"email": self.email, "password": PASSWORD, "session": "bearer"}
        )
        self.headers = {"Authorization": f"Bearer {answer.json['token']}"}


class SharedWorld(World):
    """`play()` and `violations()` as in World; person 0 always owns both shared spaces."""

    def __init__(self, app, seed, device_class=Device, steps=STEPS):
        self.seed = seed
        super().__init__(app, seed, device_class, steps)

    def _sign_up(self, seed):
        """Several people instead of one account: their spaces and canaries, and who first created
        each task and where.
        """
        self.errors = []
        self.people = [Someone(self, name) for name in ("ana", "ben", "cleo")[:PEOPLE]]
        owner = self.people[0]
        self.shared = [
            self._run(spaces.create_space, owner.id, f"Shared {place}", clock.now_ms())
            for place in range(SHARED)
        ]
        self.roles = {(person.id, person.personal): "owner" for person in self.people} | {
            (owner.id, space): "owner" for space in self.shared
        }
        for space in self.shared:
            for person in self.people[1:]:
                self._let_in(
                    person, space, self.rng.choice(("editor", "editor", "viewer", "owner"))
                )
        self.person_of, self.founders = {}, {}
        self._add_canaries()
        return owner.headers, owner.personal

    def _device(self):
        device = super()._device()
        self.person_of[device] = self.people[len(self.person_of) % PEOPLE]
        if not self.founders:
            for place, task in enumerate(self.task_ids):
                person = self.people[place % PEOPLE]
                self.founders[task] = person, self.rng.choice([person.personal, *self.shared])
        return device

    def _add_canaries(self):
        """Adds a task to every space that stays there; its text must never be sent to a non-member."""
        for person in self.people:
            for space in [person.personal, *(self.shared if person is self.people[0] else [])]:
                device = Device(random.Random(self.rng.random()), clock.now_ms)
                device.edit(
                    space,
                    "task",
                    str(uuid.UUID(int=self.rng.getrandbits(128), version=4)),
                    {"title": f"canary {space}", "status": "pending", "completed_at": None},
                )
                self._ask_as(person, device.request())

    # Actions of people

    def _actions(self):
        return (
            *super()._actions(),
            (self._move, 6),
            (self._move_there_and_back, 4),
            (self._move_both, 2),
            (self._change_roles, 5),
            (self._end_session, 1),
        )

    def _write(self, device, record_id, fields, begun, shown):
        person, _ = self.founders[record_id]
        if device.shown(record_id) is None and person is not self.person_of[device]:
            return
        super()._write(device, record_id, fields, begun, shown)

    def _space_of(self, device, record_id):
        record = device.shown(record_id)
        return record["space"] if record and record.get("space") else self.founders[record_id][1]

    def _move(self, device):
        self._move_to(device, self.rng.choice(self.task_ids), self.rng.choice([*device.roles, ""]))

    def _move_to(self, device, record_id, target):
        """Whether the device moved the record, as far as it knows."""
        record = device.shown(record_id)
        if not record or record.get("grave") or not record.get("space"):
            return False
        if device.roles.get(target) not in WRITERS or target == record["space"]:
            return False
        device.edit(record["space"], "task", record_id, {}, move=target)
        return True

    def _move_there_and_back(self, device):
        """With edits before, between and after, and perhaps a sync in between."""
        record_id = self.rng.choice(self.task_ids)
        home = (device.shown(record_id) or {}).get("space")
        for target in (self.rng.choice([*device.roles, ""]), home):
            self._save(device, self._editor(device, record_id), {"title": self._new_value()})
            if not self._move_to(device, record_id, target):
                return
            for _ in range(self.rng.randint(0, 2)):
                self._save(device, self._editor(device, record_id), {"title": self._new_value()})
            if self.rng.random() < 0.5:
                self.rng.choice((self._sync, self._sync_badly))(device)

    def _move_both(self, device):
        """Two devices move a record to the same space, each before it hears of the other."""
        record_id, target = self.rng.choice(self.task_ids), self.rng.choice([*device.roles, ""])
        for each in (device, self.rng.choice(self.devices)):
            self._move_to(each, record_id, target)

    def _copy(self, device):
        twin = super()._copy(device)
        self.person_of[twin] = self.person_of[device]
        return twin

    # Actions of owners, and events of sessions

    def _change_roles(self, _):
        person, space = self.rng.choice(self.people[1:]), self.rng.choice(self.shared)
        role = self.rng.choice(("owner", "editor", "viewer", None))
        if (person.id, space) not in self.roles:
            return self._let_in(person, space, role or "editor")
        if role is None:
            self._run(members.remove_member, self.people[0].id, space, person.id, clock.now_ms())
            del self.roles[person.id, space]
        else:
            self._run(members.set_role, self.people[0].id, space, person.id, role, clock.now_ms())
            self.roles[person.id, space] = role

    def _let_in(self, person, space, role):
        self._run(members.add_member, space, person.id, role, clock.now_ms())
        self.roles[person.id, space] = role

    def _end_session(self, device):
        person = self.person_of[device]
        [session] = [
            each["id"]
            for each in self.http.get("/auth/sessions", headers=person.headers).json["sessions"]
            if each["current"]
        ]
        self._run(accounts.end_session, person.id, session)
        answer = self.http.post("/sync", json=device.request(), headers=person.headers)
        if answer.status_code != 401 or "spaces" in answer.json:
            self.errors.append(f"an ended session is answered {answer.status_code}")
        person.sign_in()

    def _time_passes(self, device):
        super()._time_passes(device)
        for person in self.people:
            person.sign_in()

    def _sign_in(self):
        return self.headers

    def _run(self, work, *given):
        with self.app.app_context():
            return self.app.extensions["writer"].run(lambda connection: work(connection, *given))

    # Invariants

    def _ask(self, asked, device=None):
        return self._ask_as(self.person_of[device], asked)

    def _ask_as(self, person, asked):
        self.headers = person.headers
        answer = super()._ask(asked)
        told = json.dumps(answer)
        mine = {space for held_by, space in self.roles if held_by == person.id}
        everywhere = {space for _, space in self.roles} | set(self.shared)
        self.errors += [
            f"{person.email} was sent the canary of a space it is not in"
            for space in everywhere - mine
            if f"canary {space}" in told
        ]
        self.errors += [
            f"{person.email} was sent news of a space it is not in"
            for space, news in answer["spaces"].items()
            if space not in mine and news != {"revoked": True}
        ]
        self._note_writers(person, asked, answer)
        for space, news in answer["spaces"].items():
            self._check_authors(space, news)
        for change, outcome in zip(asked["changes"], answer["outcomes"], strict=True):
            dot = change["id"], asked["device"], change["n"]
            if "seq" in outcome and dot not in self.taken:
                self.taken.add(dot)
                if (
                    self.roles.get((person.id, outcome.get("space", change["space"])))
                    not in WRITERS
                ):
                    self.errors.append(
                        f"a change was applied for {self.roles.get((person.id, change['space']))}"
                    )
        return answer

    def _note_writers(self, person, asked, answer):
        """The account of each device that has written something."""
        if any("seq" in outcome for outcome in answer["outcomes"]):
            self.writers[asked["device"]] = person.id

    def _check_authors(self, space, news):
        """Exactly the devices of the writes in the page are named, each as its own account."""
        wrote = {
            write["by"] for each in news.get("records", ()) for write in each.get("writes", ())
        }
        told, ids = news.get("authors", {}), {held_by for held_by, _ in self.roles}
        if set(told) != wrote:
            self.errors.append(f"authors in {space}: {sorted(told)} for writes of {sorted(wrote)}")
        for device, account in told.items():
            is_server = device.startswith("server-") and account in ids
            if not is_server and self.writers.get(device) != account:
                self.errors.append(f"{device} is named as {account} without having written")

    @property
    def writers(self):
        return self.__dict__.setdefault("_writers", {})

    @property
    def taken(self):
        return self.__dict__.setdefault("_taken", set())

    def _rows(self):
        """(space, record) of every task; a tombstone of a moved record has `moved`."""
        with self.app.app_context(), reading() as connection:
            mine = [space for _, space in self.roles]
            found = connection.execute(
                text("SELECT space_id, body, moved_to FROM record WHERE kind = 'task'")
            ).all()
            return [
                (space, json.loads(body) | {"moved": moved_to is not None})
                for space, body, moved_to in found
                if space in mine
            ]

    def violations(self):
        found = list(self.errors)
        found += [
            f"device {place} is not quiet"
            for place, device in enumerate(self.devices)
            if not device.is_quiet()
        ]
        rows = self._rows()
        for place, device in enumerate(self.devices):
            person = self.person_of[device]
            wanted = {
                (space, record["id"]): (record["clock"], record["writes"])
                for space, record in rows
                if (person.id, space) in self.roles and not record.get("grave")
            }
            held = {
                key: (record["clock"], record["writes"])
                for key, record in device.copies.items()
                if not record.get("grave") and record["kind"] == "task"
            }
            if held != wanted:
                found.append(f"device {place} holds other records than the server")
        alive = {}
        for _, record in rows:
            if not record.get("grave"):
                found += [f"{record['id']} is alive in two spaces"] if record["id"] in alive else []
                alive[record["id"]] = record
        purged = {record["id"] for _, record in rows if record.get("grave") and not record["moved"]}
        nowhere = {
            record["id"]: record | {"writes": []}
            for _, record in rows
            if record["id"] not in alive and record["id"] not in purged
        }
        return found + self._false_alarms() + self._lost_values(alive | nowhere)
