"""A shared world in which someone creates records with the ids of others' records, in every space
that they can write in.

In addition to the rules of a shared world: nobody is refused an id because of a record that they
cannot see, and each device shows all records of its account, each under one id.
"""

import collections
import random

from sqlalchemy import text

from server import clock
from server.core.ids import other_id
from server.database import reading
from tests.simulation.device import Device
from tests.simulation.shared_world import SharedWorld, Someone

PLAIN = {"status", "seq"}  # the members of an outcome that tells nothing


class TwinWorld(SharedWorld):
    def _sign_up(self, seed):
        found = super()._sign_up(seed)
        self.others = {}  # {other id: stored id}
        self.mallory = Someone(self, "mallory")
        for space in self.shared:
            self._let_in(self.mallory, space, "editor")
        self.roles[self.mallory.id, self.mallory.personal] = "owner"
        return found

    def _actions(self):
        return (*super()._actions(), (self._use_ids_again, 16), (self._edit_other, 40))

    def _time_passes(self, device):
        super()._time_passes(device)
        self.mallory.sign_in()

    def _use_ids_again(self, _):
        """Mallory creates a record with the id of one that is somewhere."""
        rows = self._rows()
        found = sorted({record["id"] for _, record in rows} & set(self.task_ids))
        if not found:
            return
        record_id, space = self.rng.choice(found), self.rng.choice(self.shared)
        is_free = not any((place, row["id"]) == (space, record_id) for place, row in rows)
        device = Device(random.Random(self.rng.random()), clock.now_ms)
        fields = {"title": self._new_value(), "status": "pending", "completed_at": None}
        device.edit(space, "task", record_id, fields)
        [outcome] = self._ask_as(self.mallory, device.request())["outcomes"]
        if is_free and (outcome["status"], outcome.keys()) != ("applied", PLAIN):
            self.errors.append(f"a free id is answered {outcome}")
        self._know_others(record_id)

    def _know_others(self, record_id):
        """From now on people also edit what they see under the other ids."""
        for space in self.shared if record_id not in self.others else ():
            other = other_id(space, record_id)
            if other not in self.others:
                self.others[other] = self.others.get(record_id, record_id)
                self.founders[other] = self.mallory, space
                self.task_ids.append(other)

    def _edit_other(self, device):
        """An edit of a record that is shown under another id."""
        seen = sorted(device.confirmed.keys() & self.others.keys())
        if seen:
            editor = self._editor(device, self.rng.choice(seen))
            self._save(device, editor, {"title": self._new_value()})

    def _ask_as(self, person, asked):
        answer = super()._ask_as(person, asked)
        for change, outcome in zip(asked["changes"], answer["outcomes"], strict=True):
            if outcome["status"] == "missing" and self._is_shown(person, change):
                self.errors.append(f"{change['id']} is answered {outcome}")
        return answer

    def _is_shown(self, person, change):
        """Whether the account sees a record of the space under this other id now. It may have left
        the space and joined again since the edit.
        """
        shown = {(user, space, alias) for (user, space, _), alias in self._aliases().items()}
        return (person.id, change["space"], change["id"]) in shown

    def _has_come(self, device, entry):
        """The record can come under its other id, or be purged while another one has the same id."""
        meant = self._stored(entry["id"])
        return any(
            record["clock"].get(entry["by"], 0) >= entry["n"]
            for (_, record_id), record in device.copies.items()
            if self._stored(record_id) == meant and not record.get("grave")
        ) or any(
            space == entry["space"] and record["id"] == meant and is_purged(record)
            for space, record in self._rows()
        )

    def violations(self):
        found = list(self.errors)
        aliases, rows = self._aliases(), self._rows()
        for place, device in enumerate(self.devices):
            found += [] if device.is_quiet() else [f"device {place} is not quiet"]
            found += self._compare(place, device, aliases, rows)
        return found + self._lost_values(self._by_stored_id(rows))

    def _compare(self, place, device, aliases, rows):
        person = self.person_of[device]
        wanted = {
            (space, aliases.get((person.id, space, record["id"]), record["id"])): (
                record["clock"],
                record["writes"],
            )
            for space, record in rows
            if (person.id, space) in self.roles and not record.get("grave")
        }
        held = {
            key: (record["clock"], record["writes"])
            for key, record in device.copies.items()
            if not record.get("grave") and record["kind"] == "task"
        }
        found = [] if held == wanted else [f"device {place} holds other records than the server"]
        times = collections.Counter(record_id for _, record_id in held)
        return found + [f"device {place} sees {each} twice" for each in times if times[each] > 1]

    def _by_stored_id(self, rows):
        """{stored id: all writes of live records with it}; ids of purged records are left out. Also
        gives the values that people know under other ids those ids.
        """
        for edit in self.edits:
            edit["record"] = self._stored(edit["record"])
        self.folds = collections.defaultdict(
            list,
            {
                (self._stored(key), value): [(self._stored(each), new) for each, new in made]
                for (key, value), made in self.folds.items()
            },
        )
        for device in self.devices:
            for entry, _ in device.rejected:
                entry["id"] = self._stored(entry["id"])
        purged = {record["id"] for _, record in rows if is_purged(record)}
        found = collections.defaultdict(lambda: {"writes": []})
        for _, record in rows:
            if record["id"] not in purged:
                found[record["id"]]["writes"] += record.get("writes", [])
        return found

    def _stored(self, record_id):
        return self.others.get(record_id, record_id)

    def _aliases(self):
        with self.app.app_context(), reading() as connection:
            rows = connection.execute(
                text("SELECT user_id, space_id, record_id, alias FROM record_alias")
            )
            return {tuple(row[:3]): row[3] for row in rows}


def is_purged(record):
    return record.get("grave") and not record["moved"]
