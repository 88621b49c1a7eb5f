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
        self.copies = self.rng.choice((0, 1, 3))  # how often profiles are copied or rolled back
        self.tasks = self.rng.choice((1, TASKS))
        self.answered, self.lost_sight = set(), set()
        self.headers, self.space = self._sign_up(seed)
        self.task_ids = [
            str(uuid.UUID(int=self.rng.getrandbits(128), version=4)) for _ in range(self.tasks)
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
        return found + self._false_alarms() + self._lost_values(truth)

    def _false_alarms(self):
        """Nobody takes a new id if no profile was copied or rolled back, except who lost sight of a
        record before its own changes of it came back.
        """
        if self.copies:
            return []
        return [
            f"{device.id} took a new id"
            for device in self.devices
            if device.renewals and device not in self.lost_sight
        ]

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
            (self._save_in_turns, 3),
            (self._undo, 4),
            (self._sync, 25),
            (self._sync_badly, 20),
            (self._deliver_late, 8),
            (self._refused, 3),
            (self._clone, 2 * self.copies),
            (self._snapshot, 3 * self.copies),
            (self._roll_back, 2 * self.copies),
            (self._use_numbers_again, self.copies),
            (self._skew, 2),
            (self._delete_or_restore, 5),
            (self._time_passes, 1),
        )

    def _edit(self, device):
        editors = self.editors[device]
        if editors and self.rng.random() < 0.6:
            editor = self.rng.choice(editors)
            if self.rng.random() < 0.4:
                editors.remove(editor)
        else:
            editor = self._editor(device, self.rng.choice(self.task_ids))
        field = self.rng.choice(TEXT_FIELDS)
        self._save(device, editor, {field: self._new_value()})

    def _open_editor(self, device):
        self.editors[device].append(self._editor(device, self.rng.choice(self.task_ids)))

    def _editor(self, device, record_id):
        """An editor of a record: what it was shown as it opened, and since then its own values."""
        shown = {field: self._values_shown(device, record_id, field) for field in TEXT_FIELDS}
        return {"record": record_id, "begun": device.begin_edit(record_id), "shown": shown}

    def _save(self, device, editor, fields):
        entry = self._write(device, editor["record"], fields, editor["begun"], editor["shown"])
        if entry:
            editor["begun"] = device.after_edit(entry)
            for field in TEXT_FIELDS:
                added = {entry["set"][field]} if field in entry["set"] else set()
                editor["shown"] = editor["shown"] | {field: editor["shown"][field] | added}

    def _save_in_turns(self, device):
        """Two or three editors of one record, one of which saves several times."""
        record_id = self.rng.choice(self.task_ids)
        editors = [self._editor(device, record_id) for _ in range(self.rng.choice((2, 3)))]
        for _ in range(self.rng.randint(3, 5)):
            editor = self.rng.choice([editors[0], *editors])
            self._save(device, editor, {self.rng.choice(TEXT_FIELDS): self._new_value()})

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
            field, value = next(iter(undone["set"].items()))
            begun = device.after_edit(undone["entry"])
            shown = {field: undone["shown"][field] | {value}}
            self._write(device, undone["record"], {field: self._new_value()}, begun, shown)

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
            return None
        if record is None:
            fields = {
                "title": self._new_value(),
                "status": "pending",
                "completed_at": None,
            } | fields
        shown = {name: shown.get(name, set()) for name in fields}
        before = list(device.outbox)
        entry = device.edit(self._space_of(device, record_id), "task", record_id, fields, begun)
        after = device.outbox
        for folded in (old for old in before if not any(is_same(old, each) for each in after)):
            for field, old in folded["set"].items():
                self.folds[record_id, old].append((record_id, fields[field]))
        texts = {name: value for name, value in fields.items() if name in TEXT_FIELDS}
        self.edits.append(
            {"device": device, "record": record_id, "entry": entry, "set": texts, "shown": shown}
        )
        return entry

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
        asked = device.request(limit=self._limit())
        self._take(device, asked, self._ask(asked, device))

    def _sync_badly(self, device):
        given = device.request(changes_max=self.rng.choice((1, 3, 1000)), limit=self._limit())
        asked = json.loads(json.dumps(given))
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

    def _limit(self):
        return self.rng.choice((1, 2, 3, 2500))

    def _deliver_late(self, _):
        if self.in_flight:
            device, asked, answer = self.in_flight.pop(self.rng.randrange(len(self.in_flight)))
            if device in self.devices:
                self._take(device, asked, answer)

    def _copy(self, device):
        """Another installation with the same profile."""
        return device.clone(random.Random(self.rng.random()))

    def _clone(self, device):
        if len(self.devices) < DEVICES_MAX:
            twin = self._copy(device)
            self.devices.append(twin)
            self.editors[twin] = [dict(editor) for editor in self.editors[device]]

    def _snapshot(self, device):
        self.snapshots[device] = self._copy(device), len(self.edits)

    def _roll_back(self, device):
        """Resets the whole profile to an earlier copy: data that only the later one had is lost, as
        with a lost phone.
        """
        if device in self.snapshots:
            kept, since = self.snapshots[device]
            old = self._copy(kept)
            self.snapshots[old] = kept, since
            self._lose(device, since)
            self.devices[self.devices.index(device)] = old
            self.editors.pop(device, None)

    def _lose(self, device, since):
        """A profile is gone, and what it saved and did not send."""
        for edit in self.edits[since:]:
            if edit["device"] is device:
                self.lost_profiles.add(id(edit))

    def _use_numbers_again(self, device):
        """A copy of a profile, or its later state before a rollback, sends changes; the profile
        uses the same numbers while it waits for an answer that brings them.
        """
        record_id, twin, since = self.rng.choice(self.task_ids), self._copy(device), len(self.edits)
        self._save_some(twin, record_id)
        asked = twin.request()
        self._take(twin, asked, self._ask(asked, twin))
        is_early = self.rng.random() < 0.5
        held = self._hold(device) if is_early else None
        self._save_some(device, record_id)
        if self.rng.random() < 0.5:
            device.request()  # is lost
        self._save_some(device, record_id)
        self._take(device, *(held or self._hold(device)))
        self._save_some(device, record_id)
        if len(self.devices) < DEVICES_MAX and self.rng.random() < 0.5:
            self.devices.append(twin)
        else:
            self._lose(twin, since)

    def _save_some(self, device, record_id):
        for _ in range(self.rng.randint(0, 2)):
            editor = self._editor(device, record_id)
            self._save(device, editor, {self.rng.choice(TEXT_FIELDS): self._new_value()})

    def _hold(self, device):
        """A pull and its answer, to be taken later."""
        asked = device.request(changes_max=0, limit=self._limit())
        asked = json.loads(json.dumps(asked))
        return asked, json.loads(json.dumps(self._ask(asked, device)))

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
            and (id(edit) not in self.lost_profiles or (edit["record"], value) in applied)
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

    def _has_come(self, device, entry):
        return device.confirmed[entry["id"]]["clock"].get(entry["by"], 0) >= entry["n"]

    def _take(self, device, asked, answer):
        """The device applies a reply. An edit that has left the outbox must be on its screen,
        unless it was refused or purged.
        """
        before, shown, spaces = list(device.outbox), device.confirmed, set(device.roles)
        device.receive(asked, answer)
        is_away = any(outcome["status"] == "moved" for outcome in answer["outcomes"])
        if is_away or not spaces <= set(device.roles):
            self.lost_sight.add(device)
        if not spaces <= set(device.roles):
            return  # a space was taken away, with all that was in it
        self._check_screen(device, shown)
        refused = [entry for entry, _ in device.rejected]
        for entry in before:
            record = device.confirmed.get(entry["id"])
            is_gone = not any(is_same(entry, each) for each in [*device.outbox, *refused])
            if is_gone and record and not record.get("grave") and not self._has_come(device, entry):
                self.errors.append(f"n {entry['n']} left the screen before its record came")

    def _check_screen(self, device, before):
        """What is shown of a record never goes back to an earlier state."""
        now = device.confirmed
        for record_id, held in before.items():
            record = now.get(record_id)
            if record and not record.get("grave") and not held.get("grave"):
                older = [by for by, n in held["clock"].items() if record["clock"].get(by, 0) < n]
                if older:
                    self.errors.append(f"{record_id} went back in time on the screen")

    def _check_order(self, asked, outcomes):
        """After the first clone's change, no new change of a batch is applied; a change in the
        right form is never called malformed.
        """
        has_conflict = False
        for change, outcome in zip(asked["changes"], outcomes, strict=True):
            dot = change["id"], asked["device"], change["n"]
            has_conflict |= outcome["status"] == "device_conflict"
            if has_conflict and "seq" in outcome and dot not in self.answered:
                self.errors.append("a change was applied after a clone had been found")
            if "seq" in outcome:
                self.answered.add(dot)
            if outcome.get("code") == "bad_change":
                self.errors.append(f"refused: {outcome['message']}")

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
        self._check_order(asked, answer.json["outcomes"])
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


def is_same(one, other):
    """Whether two views of an outbox show the same entry, even if it was made anew."""
    return getattr(one, "held", one) is getattr(other, "held", other)
