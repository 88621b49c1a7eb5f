"""A seeded world: devices of one account, their users and their faults, against the real server in
this process.

Every typed value is unique, so that it can be traced: at the end each is in the record, among the
rejected changes, or was replaced by an edit whose author had seen it. `violations()` describes what
does not hold.
"""

import collections
import json
import random
import uuid

from server import clock
from server.core import merge
from server.jobs import retention
from server.journal.retention import TRASH_MS
from tests.simulation.device import Device

TASKS, DEVICES_MAX, STEPS = 4, 4, 40
TEXT_FIELDS = ("title", "description")
DAY_MS = 86_400_000


class World:
    """`play()` runs one history, determined by `seed`. `device_class` can be a class with a planted
    bug.
    """

    def __init__(self, app, seed, device_class=Device, steps=STEPS):
        self.app, self.rng, self.steps = app, random.Random(seed), steps
        self.http = app.test_client(use_cookies=False)
        self.device_class = device_class
        self.headers, self.space = self._sign_up(seed)
        self.task_ids = [
            str(uuid.UUID(int=self.rng.getrandbits(128), version=4)) for _ in range(TASKS)
        ]
        self.devices = [self._device() for _ in range(self.rng.randint(2, DEVICES_MAX - 1))]
        self.edits, self.in_flight, self.errors, self.lost_profiles = [], [], [], set()
        self.values = 0
        self.folds = collections.defaultdict(list)
        self.editors = collections.defaultdict(list)
        self.snapshots = {}

    def play(self):
        for _ in range(self.steps):
            self._step(self.rng.choice(self.devices))
        self._settle()
        return self

    def violations(self):
        found = list(self.errors)
        found += [
            f"device {place} is not quiet"
            for place, device in enumerate(self.devices)
            if not device.is_quiet()
        ]
        truth = {
            record["id"]: record
            for record in self._ask(Device(self.rng).request())["spaces"][self.space]["records"]
        }
        for place, device in enumerate(self.devices):
            held = {
                key: (record["clock"], record["writes"])
                for key, record in device.confirmed.items()
                if not record.get("grave")
            }
            if held != {key: (record["clock"], record["writes"]) for key, record in truth.items()}:
                found.append(f"device {place} holds other records than the server")
        return found + self._lost_values(truth)

    # Actions of people

    def _step(self, device):
        actions = self._actions()
        action = self.rng.choices([each for each, _ in actions], [weight for _, weight in actions])[
            0
        ]
        action(device)

    def _actions(self):
        return (
            (self._edit, 40),
            (self._open_editor, 8),
            (self._undo, 4),
            (self._sync, 25),
            (self._sync_badly, 20),
            (self._deliver_late, 8),
            (self._refused, 3),
            (self._clone, 2),
            (self._snapshot, 3),
            (self._roll_back, 2),
            (self._skew, 2),
            (self._delete_or_restore, 5),
            (self._time_passes, 1),
        )

    def _edit(self, device):
        record_id = self.rng.choice(self.task_ids)
        field = self.rng.choice(TEXT_FIELDS)
        editors = self.editors[device]
        use = self.rng.randrange(len(editors)) if editors and self.rng.random() < 0.5 else None
        if use is not None:
            record_id, field, begun, shown = editors.pop(use)
        else:
            begun, shown = (
                device.begin_edit(record_id),
                self._values_shown(device, record_id, field),
            )
        self._write(device, record_id, {field: self._new_value()}, begun, {field: shown})

    def _open_editor(self, device):
        record_id, field = self.rng.choice(self.task_ids), self.rng.choice(TEXT_FIELDS)
        self.editors[device].append(
            (
                record_id,
                field,
                device.begin_edit(record_id),
                self._values_shown(device, record_id, field),
            )
        )

    def _undo(self, device):
        """An inverse change whose author saw the undone one and the version that its author had
        seen.
        """
        mine = [
            edit
            for edit in self.edits
            if edit["device"] is device
            and edit["entry"]["by"] == device.id
            and len(edit["set"]) == 1
        ]
        if mine:
            undone = mine[-1]
            (
                entry,
                (field, value),
            ) = undone["entry"], next(iter(undone["set"].items()))
            begun = device.after_edit(entry)
            self._write(
                device,
                undone["record"],
                {field: self._new_value()},
                begun,
                {
                    field: undone["shown"][field]
                    | ({value} if begun[0].get(device.id, 0) >= entry["n"] else set())
                },
            )

    def _refused(self, device):
        """A change that no server accepts, and a following one on the same record."""
        record_id = self.rng.choice(self.task_ids)
        self._write(
            device,
            record_id,
            {"title": "x" * 501 + self._new_value()},
            device.begin_edit(record_id),
            {"title": self._values_shown(device, record_id, "title")},
        )
        self._edit(device)

    def _delete_or_restore(self, device):
        record_id = self.rng.choice(self.task_ids)
        shown = device.shown(record_id)
        if shown and not shown.get("grave"):
            device.edit(
                self._space_of(device, record_id),
                "task",
                record_id,
                {"deleted": None if merge.value(shown, "deleted") else "2026-11-23T10:00:00Z"},
            )

    def _write(self, device, record_id, fields, begun, shown):
        record = device.shown(record_id)
        if record is not None and record.get("grave"):
            return
        if record is None:
            fields = {
                "title": self._new_value(),
                "status": "pending",
                "completed_at": None,
            } | fields
            shown = {name: shown.get(name, set()) for name in fields}
        before = list(device.outbox)
        entry = device.edit(self._space_of(device, record_id), "task", record_id, fields, begun)
        for folded in (each for each in before if each not in device.outbox):
            for field, old in folded["set"].items():
                self.folds[record_id, old].append((record_id, fields[field]))
        texts = {name: value for name, value in fields.items() if name in TEXT_FIELDS}
        self.edits.append(
            {"device": device, "record": record_id, "entry": entry, "set": texts, "shown": shown}
        )

    def _space_of(self, _device, _record_id):
        return self.space

    def _values_shown(self, device, record_id, field):
        record = device.shown(record_id)
        return {
            write["set"][field]
            for write in (record or {}).get("writes", [])
            if field in write["set"]
        }

    def _new_value(self):
        self.values += 1
        return f"value {self.values}"

    # Faults

    def _sync(self, device):
        asked = device.request(limit=self.rng.choice((1, 2, 2500)))
        self._take(device, asked, self._ask(asked, device))

    def _sync_badly(self, device):
        asked = json.loads(json.dumps(device.request(changes_max=self.rng.choice((1, 3, 1000)))))
        match self.rng.randrange(4):
            case 0:
                return  # the request is lost
            case 1:
                self._ask(
                    asked, device
                )  # the reply is lost, or the device dies before it applies it
            case 2:
                answer = self._ask(asked, device)
                self._take(device, asked, json.loads(json.dumps(answer)))
                self._take(device, asked, self._ask(asked, device))  # the request arrives twice
            case 3:
                self.in_flight.append((device, asked, self._ask(asked, device)))

    def _deliver_late(self, _):
        if self.in_flight:
            device, asked, answer = self.in_flight.pop(self.rng.randrange(len(self.in_flight)))
            if device in self.devices:
                self._take(device, asked, answer)

    def _clone(self, device):
        if len(self.devices) < DEVICES_MAX:
            twin = device.clone(random.Random(self.rng.random()))
            self.devices.append(twin)
            self.editors[twin] = list(self.editors[device])

    def _snapshot(self, device):
        self.snapshots[device] = device.clone(random.Random(self.rng.random())), len(self.edits)

    def _roll_back(self, device):
        """Resets the whole profile to an earlier copy: data that only the later one had is lost, as
        with a lost phone.
        """
        if device in self.snapshots:
            old, since = self.snapshots.pop(device)
            for edit in self.edits[since:]:
                if edit["device"] is device:
                    self.lost_profiles.add(id(edit))
            self.devices[self.devices.index(device)] = old
            self.editors.pop(device, None)

    def _skew(self, device):
        offset = self.rng.choice((-3 * DAY_MS, -3_600_000, 50_000, 3_600_000, 3 * DAY_MS))
        device.clock = lambda: clock.now_ms() + offset

    def _time_passes(self, _):
        """Lets enough time pass to empty the trash: records deleted for 90 days become tombstones."""
        clock.travel(clock._shift_ms + TRASH_MS + 1000)
        with self.app.app_context():
            retention.run_once(self.app.extensions["writer"])
        self.headers = self._sign_in()

    # The end

    def _settle(self):
        for _ in range(12):
            for device in self.devices:
                asked = device.request()
                self._take(device, asked, self._ask(asked, device))
            if all(device.is_quiet() for device in self.devices):
                break
        for (
            device
        ) in self.devices:  # one more round, so that all devices have the last one's changes
            asked = device.request()
            self._take(device, asked, self._ask(asked, device))

    def _lost_values(self, truth):
        """Values that are nowhere, although no author who had seen them replaced them."""
        held = {
            (key, value)
            for key, record in truth.items()
            for write in record["writes"]
            for value in write["set"].values()
        }
        rejected = {
            (entry["id"], value)
            for device in self.devices
            for entry, _ in device.rejected
            for value in entry["set"].values()
        }
        applied = self._applied_values()
        replacements = collections.defaultdict(set)
        for edit in self.edits:
            for field, new in edit["set"].items():
                for old in edit["shown"].get(field, ()):
                    replacements[edit["record"], old].add((edit["record"], new))

        def is_accounted_for(place):
            """In the record, among the rejected changes, or replaced by an author who had seen it:
            by an applied change, or before it was ever sent.
            """
            return (
                place in held
                or place in rejected
                or any(reached_the_server(new) for new in replacements[place])
                or any(new in applied or is_accounted_for(new) for new in self.folds[place])
            )

        def reached_the_server(place):
            """Applied by the server, or replaced in turn by an applied change whose author had seen
            it.
            """
            return place in applied or any(
                reached_the_server(new) for new in {*self.folds[place], *replacements[place]}
            )

        widest = collections.Counter(
            (key, field)
            for key, record in truth.items()
            for write in record["writes"]
            for field in write["set"]
        )
        return [
            f"{value!r} of {field} vanished"
            for edit in self.edits
            for field, value in edit["set"].items()
            if not is_accounted_for((edit["record"], value))
            and id(edit) not in self.lost_profiles
            and edit["record"] in truth
            and widest[edit["record"], field] < merge.FIELD_WRITES_MAX
        ]

    def _applied_values(self):
        """Every (record, value) that the server ever applied, from its history."""
        from sqlalchemy import text

        from server.database import reading

        with self.app.app_context(), reading() as connection:
            rows = connection.execute(text("SELECT record_id, what FROM history WHERE what <> ''"))
            return {
                (record_id, value)
                for record_id, what in rows
                for value in json.loads(what).values()
                if isinstance(value, str)
            }

    # Helpers

    def _device(self):
        return self.device_class(random.Random(self.rng.random()), clock.now_ms)

    def _take(self, device, asked, answer):
        """The device applies a reply. An edit that has left the outbox must be on its screen,
        unless it was refused or purged.
        """
        before = list(device.outbox)
        device.receive(asked, answer)
        refused = [entry for entry, _ in device.rejected]
        for entry in before:
            record = device.confirmed.get(entry["id"])
            is_gone = not any(entry is each for each in [*device.outbox, *refused])
            if (
                is_gone
                and record
                and not record.get("grave")
                and record["clock"].get(entry["by"], 0) < entry["n"]
            ):
                self.errors.append(f"n {entry['n']} left the screen before its record came")

    def _ask(self, asked, _device=None):
        answer = self.http.post("/sync", json=asked, headers=self.headers)
        if answer.status_code != 200:
            self.errors.append(f"{answer.status_code} {answer.text[:200]}")
            return {
                "now": clock.now_ms(),
                "epoch": asked["epoch"],
                "outcomes": [{"status": "device_conflict"}] * len(asked["changes"]),
                "spaces": {},
            }
        return answer.json

    def _sign_up(self, seed):
        self.email = f"{seed}-{self.rng.getrandbits(40):x}@example.org"
        answer = self.http.post(
            "/auth/sign-up",
            json={"email": self.email, "password": "four quiet words here", "session": "bearer"},
        )
        self.headers = {"Authorization": f"Bearer {answer.json['token']}"}
        self.errors = []
        reply = self._ask(Device(self.rng).request())
        return self.headers, next(iter(reply["spaces"]))

    def _sign_in(self):
        answer = self.http.post(
            "/auth/sign-in",
            json={"email": self.email, "password": "four quiet words here", "session": "bearer"},
        )
        return {"Authorization": f"Bearer {answer.json['token']}"}
