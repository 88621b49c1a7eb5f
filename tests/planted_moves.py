"""Planted bugs of moves between spaces and of permissions when a change is applied, on the server
and in the simulator's device.
"""

from server.journal import apply as journal
from server.journal import moves, rows
from server.spaces import access
from tests.simulation.device import Device

SUITES = ["tests/server/test_moves.py", "tests/simulation/test_simulation.py"]
PLANTS = {}


def plant(function):
    PLANTS[function.__name__] = function
    return function


@plant
def a_move_leaves_what_lies_in_it():
    rows.find_below = lambda connection, space_id, record_id, is_whole=True: []


@plant
def a_late_edit_does_not_find_the_record():
    moves.follow = lambda store, path, change: None


@plant
def anyone_may_move_anywhere():
    moves.refusal = lambda connection, space_id, target, author, role, ids: None


@plant
def a_moved_record_loses_what_was_overwritten_unseen():
    real = moves.carry
    moves.carry = lambda connection, space_id, target, author, head, records, seq, now_ms: real(
        connection,
        space_id,
        target,
        author,
        head,
        [record | {"writes": record["writes"][-1:]} for record in records],
        seq,
        now_ms,
    )


@plant
def a_move_is_not_counted():
    rows.adjust_usage = lambda connection, space_id, by_records, by_bytes: None


@plant
def a_viewer_writes():
    real = journal._Batch._decide

    def wrong(self, change, seq, is_validated=False):
        self.role = "editor"
        return real(self, change, seq, is_validated)

    journal._Batch._decide = wrong


@plant
def the_space_that_a_change_names_is_believed_without_a_role():
    access.Rules.role = lambda self, connection, user_id, space_id: (
        access.role_in(connection, user_id, space_id) or "editor"
    )


@plant
def the_device_lets_go_by_a_late_answer():
    real = Device._take_space

    def wrong(self, space, news, asked):
        return real(self, space, news | {"seq": 10**9} if "seq" in news else news, asked)

    Device._take_space = wrong


@plant
def a_tombstone_forgets_what_edits_are_based_on():
    real = Device._take_space

    def wrong(self, space, news, asked):
        found = real(self, space, news, asked)
        for record in self.copies.values():
            if record.get("grave"):
                record.pop("writes", None)
        return found

    Device._take_space = wrong


@plant
def the_device_of_who_was_removed_keeps_the_space():
    real = Device._take_space
    Device._take_space = lambda self, space, news, asked: (
        False if news.get("revoked") else real(self, space, news, asked)
    )


@plant
def unsent_work_is_thrown_away_with_the_space():
    real = Device._take_space

    def wrong(self, space, news, asked):
        rejected = list(self.rejected)
        found = real(self, space, news, asked)
        self.rejected = rejected if news.get("revoked") else self.rejected
        return found

    Device._take_space = wrong
