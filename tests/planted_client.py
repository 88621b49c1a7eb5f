"""Planted bugs of a client that copes with copied and rolled-back profiles, several editors of one
record and moves only by halves; and of a server that judges a batch out of order.

Each is a rule that once stood in the protocol.
"""

from server.core import hlc
from server.core.limits import FUTURE_MS_MAX
from server.journal import apply as journal
from server.journal.outcomes import rejected
from server.sync import service
from tests.simulation import device as devices
from tests.simulation.device import Device

SUITES = ["tests/simulation", "tests/server/test_moves.py"]
PLANTS = {}


def plant(function):
    PLANTS[function.__name__] = function
    return function


@plant
def a_dropped_number_stays_seen():
    """And nothing else notices: a base is not bounded, and the alarm is the old one."""
    Device._without_folded = lambda self, seen, last, earlier, base: seen
    a_base_is_not_bounded()
    only_greater_numbers_raise_the_alarm()


@plant
def a_base_is_not_bounded():
    real = Device.begin_edit

    def wrong(self, record_id):
        begun = real(self, record_id)
        return begun | {"sure": begun["base"].get(self.id, 0)}

    Device.begin_edit = wrong


@plant
def a_new_id_covers_what_a_clone_hid():
    real = Device._remade

    def wrong(self, entry, taken, earlier):
        base = {by: n for by, n in entry["base"].items() if by != entry["by"]}
        return real(self, entry | {"base": base}, taken, earlier)

    Device._remade = wrong


@plant
def only_greater_numbers_raise_the_alarm():
    def wrong(self, record):
        own = record.get("clock", {}).get(self.id, 0)
        self.counter = max(self.counter, own)
        mine = [entry for entry in self._of(record["id"]) if entry["by"] == self.id]
        copies = [copy for (_, each), copy in self.copies.items() if each == record["id"]]
        known = [copy.get("clock", {}).get(self.id, 0) for copy in copies]
        return own > max([0, *known, *(entry["n"] for entry in mine)])

    Device._is_foreign = wrong


@plant
def an_editor_covers_another_one_on_its_device():
    def wrong(self, entry):
        seen = {**entry["seen"], entry["by"]: entry["n"]}
        return entry["begun"] | {"seen": seen, "own": []}

    Device.after_edit = wrong


@plant
def only_the_writes_on_the_screen_are_those_of_others():
    real = Device._seen

    def wrong(self, record_id, fields, begun):
        whole = self.outbox
        dots = {write["n"] for write in (self.shown(record_id) or {}).get("writes", [])}
        self.outbox = [entry for entry in whole if entry["n"] in {*dots, *begun["own"]}]
        try:
            return real(self, record_id, fields, begun)
        finally:
            self.outbox = whole

    Device._seen = wrong


@plant
def an_accepted_number_is_forgotten_when_its_entry_leaves():
    Device._leave = lambda self, entry: self.outbox.remove(entry)


@plant
def the_copy_that_came_last_is_shown():
    def wrong(copies):
        live = [copy for copy in copies if not copy.get("grave")]
        return (live or copies)[-1]

    devices.newest = wrong


@plant
def a_tombstone_forgets_what_it_replaced():
    real = Device._remember

    def wrong(self, tombstone, before):
        real(self, tombstone, before)
        if not self._of(tombstone["id"]):
            tombstone.pop("writes", None)

    Device._remember = wrong


@plant
def a_slow_answer_sets_the_clock():
    def wrong(self, sent_ms, server_ms):
        self.offset_ms = server_ms - (sent_ms + self.clock()) // 2

    Device._learn_time = wrong


@plant
def a_late_answer_tells_the_time_as_it_was():
    real = Device._learn_time

    def wrong(self, sent_ms, server_ms):
        real(self, sent_ms, server_ms)
        if self.last_at and hlc.parse_reading(self.last_at)[0] > server_ms + FUTURE_MS_MAX:
            self.last_at = hlc.format_reading(server_ms)

    Device._learn_time = wrong


@plant
def an_entry_outlives_the_space_it_was_accepted_in():
    devices.place_of = lambda entry: entry["space"]


@plant
def a_batch_is_judged_space_by_space():
    real = service.push

    def wrong(writer, author, changes, now_ms):
        order = sorted(range(len(changes)), key=lambda place: changes[place].space)
        pushed = real(writer, author, [changes[place] for place in order], now_ms)
        outcomes = dict(zip(order, pushed.outcomes, strict=True))
        return service.Pushed([outcomes[place] for place in sorted(order)], pushed.device_conflict)

    service.push = wrong


@plant
def a_second_move_to_the_same_space_is_refused():
    real = journal._Batch._decide

    def wrong(self, change, seq, is_validated=False):
        if getattr(change, "move", None) == self.space_id:
            return rejected("bad_change", "Only to another space.")
        return real(self, change, seq, is_validated)

    journal._Batch._decide = wrong


@plant
def a_repeat_is_not_looked_for_where_its_record_was():
    journal.moves.first_outcome_on = lambda store, path, change: None


CAUGHT_BY = dict.fromkeys(PLANTS, SUITES)
