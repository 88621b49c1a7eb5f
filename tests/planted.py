"""Planted bugs: each rule of the protocol disabled, one at a time. A suite that lets one pass is
worthless.

PLANT=name makes conftest plant the bug for the whole run. `python -m tests.planted` runs the suites
with each bug and prints how many were caught; `python -m tests.planted access` (or `protocol`, or
names of bugs) only those.
"""

import os
import subprocess
import sys

from server.core import hlc, merge, vector_clock
from server.journal import apply as journal
from server.journal import hidden, kinds, pull, retention, rows, validate
from server.spaces import access
from server.sync import service
from tests import (
    planted_access,
    planted_app,
    planted_client,
    planted_identity,
    planted_moves,
    planted_offers,
)
from tests.simulation.device import Device

SUITES = [
    "tests/core/test_merge.py",
    "tests/server/test_sync.py",
    "tests/server/test_retention.py",
    "tests/simulation",
]
PLANTS = {}


def plant(function):
    PLANTS[function.__name__] = function
    return function


@plant
def merge_takes_the_last_to_arrive():
    merge._without_seen = lambda write, fields, seen: (
        write | {"set": {name: held for name, held in write["set"].items() if name not in fields}}
    )


@plant
def merge_replaces_nothing():
    merge._without_seen = lambda write, fields, seen: write


@plant
def merge_applies_repeats():
    real = merge.merge
    merge.merge = lambda record, change: real(
        record | {"clock": {by: n for by, n in record["clock"].items() if by != change["by"]}},
        change,
    )


@plant
def merge_stores_what_others_are_said_to_have_written():
    real = merge.merge

    def wrong(record, change):
        merged = real(record, change)
        return merged | {"clock": vector_clock.join(merged["clock"], change["seen"])}

    merge.merge = wrong


@plant
def the_value_is_the_one_with_the_greatest_number():
    merge._age = lambda write: (write["n"], write["by"], write["at"])


@plant
def conflicts_are_not_shown():
    merge.conflicts = lambda record: []


@plant
def order_conflicts():
    merge.NEVER_IN_CONFLICT = frozenset()


@plant
def writes_are_not_bounded():
    merge.FIELD_WRITES_MAX = 10**6


@plant
def a_clock_is_cut_anywhere():
    merge._without_silent_entries = lambda clock, writers: dict(
        list(clock.items())[: merge.CLOCK_ENTRIES_MAX]
    )


@plant
def join_keeps_what_was_overwritten():
    merge._kept = lambda side, other: side["writes"]


@plant
def history_is_not_asked_for_repeats():
    rows.first_outcomes = lambda *_: {}


@plant
def clones_are_not_noticed():
    validate.is_clone = lambda record, change, device: False


@plant
def a_batch_goes_on_after_a_clone():
    real = journal._Batch._apply

    def wrong(self, given, seq):
        outcome = real(self, given, seq)
        self.conflict = False
        return outcome

    journal._Batch._apply = wrong


@plant
def stamps_are_not_capped():
    journal.FUTURE_MS_MAX = 10**13


@plant
def stamps_ahead_are_refused():
    real = journal._Batch._decide
    journal._Batch._decide = lambda self, change, seq, is_validated=False: (
        real(self, change, seq, is_validated)
        if getattr(change, "at", "") <= self.latest
        else journal.rejected("bad_change", "ahead")
    )


@plant
def rights_are_not_asked():
    access.role_in = lambda connection, user_id, space_id: "owner"


@plant
def a_new_record_may_lack_fields():
    for kind in kinds.KINDS.values():
        object.__setattr__(kind, "required", frozenset())


@plant
def edits_in_the_trash_are_not_told():
    hidden.hide = lambda outcome, change, by: None


@plant
def an_edit_revives():
    real = journal._Batch._merge

    def wrong(self, record, change, seq):
        change.set = {"deleted": None} | change.set
        return real(self, record, change, seq)

    journal._Batch._merge = wrong


@plant
def trash_in_conflict_is_purged():
    retention._is_disputed = lambda record: False


@plant
def trash_is_purged_by_the_first_day():
    retention.TRASH_MS = 1


@plant
def a_forgotten_tombstone_resets_nobody():
    pull.reset_reason = service.reset_reason = lambda cursor, epoch, head, forgotten: (
        "epoch" if cursor.epoch != epoch else None
    )


@plant
def a_page_says_it_is_the_last():
    service.read_page = lambda *given: pull.Page(**(vars(pull.read_page(*given)) | {"more": False}))


@plant
def a_foreign_device_is_taken():
    service.Devices.owner = lambda self, device, user_id, now_ms: user_id


@plant
def the_device_takes_seen_when_it_saves():
    real = Device.edit
    Device.edit = lambda self, space, kind, record_id, fields, begun=None, move=None: real(
        self, space, kind, record_id, fields, move=move
    )


@plant
def an_entry_leaves_with_its_outcome():
    Device._let_go = lambda self: setattr(
        self, "outbox", [entry for entry in self.outbox if not entry["outcome"]]
    )


@plant
def an_entry_leaves_when_a_clock_covers_it():
    real = Device._let_go

    def wrong(self):
        real(self)
        self.outbox = [
            entry
            for entry in self.outbox
            if not entry["sent"]
            or not vector_clock.covers(
                self.confirmed.get(entry["id"], {}).get("clock", {}), entry["by"], entry["n"] - 3
            )
        ]

    Device._let_go = wrong


@plant
def a_late_answer_moves_the_cursor():
    real = Device._take_space
    Device._take_space = lambda self, space, news, asked: real(
        self, space, news, self.cursors.get(space)
    )


@plant
def the_device_keeps_its_id_after_a_conflict():
    Device.take_new_id = lambda self: None


@plant
def a_new_id_keeps_what_was_shown():
    real = Device.take_new_id

    def wrong(self):
        for entry in self.outbox:
            entry["sure"] = entry["seen"].get(entry["by"], 0)
        real(self)

    Device.take_new_id = wrong


@plant
def own_entries_never_made_are_not_noticed():
    Device._is_foreign = lambda self, record: False


@plant
def what_is_refused_is_thrown_away():
    real = Device._take_outcomes

    def wrong(self, asked, outcomes):
        real(self, asked, outcomes)
        self.rejected = []

    Device._take_outcomes = wrong


@plant
def the_counter_starts_again_under_the_same_id():
    real = Device.edit

    def wrong(self, *given, **named):
        if self.counter > 6:
            self.counter = 2
        return real(self, *given, **named)

    Device.edit = wrong


@plant
def a_full_counter_stands_still():
    hlc.COUNTER_MAX = -1
    real = hlc.format_reading
    hlc.tick = lambda last, now_ms: max(last or "", real(now_ms))


GROUPS = {
    "protocol": dict.fromkeys(PLANTS, SUITES),
    "client": planted_client.CAUGHT_BY,
    "app": planted_app.CAUGHT_BY,
    "access": planted_access.CAUGHT_BY,
    "identity": planted_identity.CAUGHT_BY,
    "offers": planted_offers.CAUGHT_BY,
    "moves": dict.fromkeys(planted_moves.PLANTS, planted_moves.SUITES),
}  # {group: {bug: the suites that must see it}}
PLANTS |= planted_access.PLANTS | planted_client.PLANTS | planted_app.PLANTS
PLANTS |= planted_moves.PLANTS | planted_identity.PLANTS | planted_offers.PLANTS
CASES = {
    "MERGE_CASES": "3000",
    "SIMULATION_CASES": "600",
    "SHARED_CASES": "250",
    "RESTORE_WORLD_CASES": "150",
    "BODY_SWAPS": "2000",
    "DEVICE_CASES": "300",
}


def passes(name, suites):
    """Whether the suites pass with the bug `name`; None if they could not run."""
    env = dict(os.environ) | {"PLANT": name} | CASES
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *suites],
        env=env,
        capture_output=True,
        text=True,
    )
    return {0: True, 1: False}.get(run.returncode)


def is_caught(name, suites):
    caught = passes(name, suites) is False
    print(f"{'caught' if caught else 'NOT CAUGHT'}: {name}", flush=True)
    return caught


def main(chosen):
    planted = {
        name: suites
        for group, bugs in GROUPS.items()
        for name, suites in bugs.items()
        if not chosen or {group, name} & set(chosen)
    }
    if not passes("", sorted({suite for suites in planted.values() for suite in suites})):
        sys.exit("the suites fail as they stand: nothing can be said of planted bugs")
    caught = sum(is_caught(name, suites) for name, suites in planted.items())
    print(f"planted_bugs: {len(planted)}\nplanted_bugs_caught: {caught}")
    return len(planted) - caught


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
