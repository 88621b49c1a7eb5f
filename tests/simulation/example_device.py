"""The example client as a device of the simulator: its own code and state, driven by the same
histories.
"""

import copy
import json
import random

from examples import driftless_cli as client
from tests.simulation.device import Device


class ExampleDevice:
    """The members of the simulator's device that the worlds use."""

    def __init__(self, rng=None, clock=lambda: 1_790_000_000_000):
        self.rng, self.clock, self.renewals = rng or random.Random(), clock, 0
        self.waiting = False
        with self._in_its_world():
            self.state = client.blank() | {"token": "the world sends its own"}

    # What is shown, and edits

    @property
    def id(self):
        return self.state["device"]

    @property
    def roles(self):
        return {space: here["role"] for space, here in self.state["spaces"].items()}

    @property
    def copies(self):
        return {
            (space, key): record
            for space, here in self.state["spaces"].items()
            for key, record in here["records"].items()
        }

    @property
    def confirmed(self):
        return {key: client.confirmed(self.state, key) for _, key in self.copies}

    @property
    def outbox(self):
        return [_Entry.of(entry) for entry in self.state["outbox"]]

    @property
    def rejected(self):
        return [(_Entry.of(entry), entry["outcome"]) for entry in self.state["rejected"]]

    def shown(self, record_id):
        found = client.shown(self.state, record_id)
        if found is None and any(key == record_id for _, key in self.copies):
            return {"grave": True}
        return found

    def begin_edit(self, record_id):
        return client.begin(self.state, record_id)

    def after_edit(self, entry):
        return client.after(entry.held)

    def edit(self, space, kind, record_id, fields, begun=None, move=None):
        begun = begun or self.begin_edit(record_id)
        with self._in_its_world():
            entry = client.save(self.state, space, record_id, fields, kind, begun, move)
        return _Entry.of(entry)

    # Sync

    def request(self, changes_max=1000, limit=2500):
        with self._in_its_world():
            asked = client.prepare(self.state, changes_max, limit)
        return {name: held for name, held in asked.items() if name != "account"}

    def receive(self, asked, reply):
        before = self.id
        with self._in_its_world():
            client.learn_time(self.state, reply["now"], asked["now"], self.clock())
            self.waiting = client.take(self.state, asked, json.loads(json.dumps(reply)))
        self.renewals += self.id != before

    @property
    def offers(self):
        return {(offer["space"], offer["id"]): offer for offer in self.state["offers"]}

    def offers_request(self, offers_max=1000):
        with self._in_its_world():
            asked = client.prepare_offers(self.state, offers_max)
        return asked and {name: held for name, held in asked.items() if name != "account"}

    def receive_offers(self, asked, reply):
        with self._in_its_world():
            client.learn_time(self.state, reply["now"], asked["now"], self.clock())
            client.take_offers(self.state, asked, json.loads(json.dumps(reply)))

    def is_quiet(self):
        return not self.state["outbox"] and not self.offers and not self.waiting

    def clone(self, rng):
        twin = copy.copy(self)
        twin.state, twin.rng = copy.deepcopy(self.state), rng
        return twin

    def _in_its_world(self):
        return _World(self)


class _World:
    """The client's clock and random ids are those of its device."""

    def __init__(self, device):
        self.device = device

    def __enter__(self):
        self.real = client.device_now, client.new_device
        client.device_now = self.device.clock
        client.new_device = lambda: Device(self.device.rng).id

    def __exit__(self, *_):
        client.device_now, client.new_device = self.real


class _Entry(dict):
    """An outbox entry with the members that the worlds read; the same object each time."""

    @classmethod
    def of(cls, held):
        change = held["change"]
        made = cls(
            id=change["id"],
            n=change.get("n"),
            set=change["set"],
            by=held.get("device"),
            sent=held.get("sent"),
            outcome=held["outcome"],
        )
        made.held = held
        return made
