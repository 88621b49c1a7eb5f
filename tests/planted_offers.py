"""Planted bugs in what happens after a restore, on the device and on the server."""

from server.core import merge
from server.journal import joining, offer_join, offer_rows
from tests.simulation.device import Device

PLANTS = {}


def plant_in_offers(function):
    PLANTS[function.__name__] = function
    return function


@plant_in_offers
def a_device_offers_nothing():
    Device._is_offered = lambda self, record: False


@plant_in_offers
def what_is_offered_leaves_the_screen():
    Device._with_offer = lambda self, key, record: record


@plant_in_offers
def the_server_takes_the_offered_copy_as_it_is():
    merge_join = merge.join
    joining.merge = type(
        "merge",
        (),
        vars(merge)
        | {"join": staticmethod(lambda left, right: {**merge_join(left, right), **right})},
    )


@plant_in_offers
def the_server_keeps_its_own_copy():
    joining._Joining._put = lambda self, store, joined, seq: {
        "status": "applied",
        "seq": seq,
    }


@plant_in_offers
def what_an_offer_lacks_is_kept():
    merge._kept = lambda side, other: side["writes"]


@plant_in_offers
def what_was_left_out_is_told_once():
    offer_rows.left_out_before = lambda *_: set()


@plant_in_offers
def devices_of_after_the_restore_are_taken():
    offer_rows.used_since = lambda *_: set()


@plant_in_offers
def viewers_offer_too():
    joining.at_least = lambda role, least: True


@plant_in_offers
def fields_are_never_full():
    offer_join.with_room = lambda writes, new, accounts: (list(new), set())


@plant_in_offers
def a_tombstone_does_not_count():
    joining._Joining._is_gone = lambda self, tombstone, offer: False


@plant_in_offers
def comments_of_others_are_joined_as_ones_own():
    joining._Joining._is_author = lambda self, record: True


@plant_in_offers
def a_full_account_takes_offers():
    real = joining._Joining.run

    def wrong(self, *given):
        self.author.rules.has_room = lambda *_: True
        return real(self, *given)

    joining._Joining.run = wrong


@plant_in_offers
def readings_ahead_stay():
    joining.FUTURE_MS_MAX = 10**13


HISTORIES = "test_random_histories_with_restores_hold_every_invariant"
SUITES = ["tests/server/test_offers.py", f"tests/simulation/test_simulation.py::{HISTORIES}"]
CAUGHT_BY = dict.fromkeys(PLANTS, SUITES)
