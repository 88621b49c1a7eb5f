"""Planted bugs of ids: an account sees each of its records under an id of its own, and is told
nothing of the others.
"""

from server.journal import aliases, meaning, own_values
from server.journal import apply as journal
from server.journal.outcomes import ID_TAKEN
from server.spaces import access, members
from server.tasks import records

SUITES = ["tests/server/test_identity.py", "tests/server/test_identity_rest.py"]
VALUES = ["tests/server/test_own_values.py"]
PLANTS = {}


CAUGHT_BY = {}  # {bug: the suites that must see it}


def plant(function):
    PLANTS[function.__name__], CAUGHT_BY[function.__name__] = function, SUITES
    return function


def plant_in_values(function):
    PLANTS[function.__name__], CAUGHT_BY[function.__name__] = function, VALUES
    return function


@plant
def a_hidden_record_refuses_an_id():
    real = journal._Batch._check_new

    def wrong(self, change):
        seen = self.author.rules.seen_by(
            self.connection, self.space_id, [change.id], [self.space_id]
        )
        return ID_TAKEN if seen else real(self, change)

    journal._Batch._check_new = wrong


@plant
def nobody_gets_an_alias():
    access.seen_by = lambda connection, space_id, ids, besides: set()


@plant
def a_new_member_gets_no_aliases():
    members._name_records = lambda connection, space_id, user_id: None


@plant
def an_alias_does_not_follow_a_move():
    aliases.carry_aliases = lambda connection, space_id, target, ids: None


@plant
def an_alias_that_is_used_is_given_again():
    real = aliases.add_aliases
    aliases.add_aliases = lambda connection, seen_by, space_id, seen: real(
        connection, lambda *given: set(), space_id, seen
    )


@plant
def a_pull_names_stored_ids():
    aliases.rename_bodies = lambda connection, user_id, space_id, bodies: bodies


@plant
def references_are_not_renamed():
    aliases.rename_fields = lambda fields, renamed: fields


@plant
def a_change_under_an_alias_is_not_understood():
    meaning.with_stored_ids = lambda connection, user_id, space_id, changes: list(changes)


@plant
def a_blocked_id_stays_blocked():
    meaning.with_other_ids = lambda store, changes: list(changes)


@plant
def an_edit_reaches_what_its_author_sees_under_another_id():
    meaning.without_unmeant = lambda store, changes: list(changes)


@plant
def a_device_that_did_not_know_is_refused():
    meaning._made_here = lambda store, change, made: False


@plant
def rest_names_stored_ids():
    records.name_for = lambda connection, user_id, shown: list(shown)


@plant
def rest_finds_only_stored_ids():
    records._rows = lambda connection, statements, caller, kind, record_id: statements[0].rows(
        connection, user=caller.user_id, id=record_id, kind=kind
    )


@plant_in_values
def an_account_fills_a_field():
    own_values.FIELD_WRITES_OF_ACCOUNT_MAX = 9


@plant_in_values
def only_the_devices_own_writes_count():
    own_values._own_devices = lambda store, writes: {store.author.device}


@plant_in_values
def everyones_writes_count():
    own_values._own_devices = lambda store, writes: {
        write["by"] for each in writes for write in each
    }


@plant_in_values
def seen_writes_count():
    own_values._concurrent = lambda record, change, field: [
        write for write in record["writes"] if field in write["set"]
    ]


@plant_in_values
def equal_values_are_refused():
    own_values.is_equal = lambda field, left, right: False


@plant_in_values
def the_third_value_replaces_one():
    own_values.is_equal = lambda field, left, right: True


@plant_in_values
def a_late_equal_value_stays():
    own_values.age = lambda write: ("", "", 0)


@plant_in_values
def a_late_equal_value_replaces_nothing():
    own_values._without_seen = lambda record, field, change: record
