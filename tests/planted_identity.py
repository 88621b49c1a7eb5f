"""Planted bugs of ids: an account sees each of its records under an id of its own, and is told
nothing of the others.
"""

from server.journal import aliases, meaning, wire
from server.journal import apply as journal
from server.journal.outcomes import ID_TAKEN
from server.spaces import access, members
from server.tasks import records

SUITES = ["tests/server/test_identity.py", "tests/server/test_identity_rest.py"]
PLANTS = {}


def plant(function):
    PLANTS[function.__name__] = function
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
def an_alias_of_one_space_counts_in_another():
    real = aliases.find_stored

    def wrong(connection, user_id, names):
        found = real(connection, user_id, names)
        spaces = [row[0] for row in access.spaces_of(connection, user_id)]
        return {(space, alias): each for (_, alias), each in found.items() for space in spaces}

    aliases.find_stored = wrong


@plant
def the_digest_is_that_of_the_stored_ids():
    wire.digest_of.__globals__["Renamed"] = ()


@plant
def a_blocked_id_stays_blocked():
    meaning.with_other_ids = lambda store, changes: list(changes)


@plant
def rest_names_stored_ids():
    records.name_for = lambda connection, user_id, shown: list(shown)


@plant
def rest_finds_only_stored_ids():
    records._rows = lambda connection, statements, caller, kind, record_id: statements[0].rows(
        connection, user=caller.user_id, id=record_id, kind=kind
    )
