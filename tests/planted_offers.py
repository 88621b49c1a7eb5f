"""Planted bugs in what happens after a restore, on the device and on the server."""

from server.core import merge
from server.journal import joining
from tests.simulation.device import Device

OFFER_PLANTS = {}


def plant_in_offers(function):
    OFFER_PLANTS[function.__name__] = function
    return function


@plant_in_offers
def a_device_offers_nothing():
    Device._is_offered = lambda self, record: False


@plant_in_offers
def changes_leave_before_the_offers():
    real = Device.request

    def wrong(self, *given, **named):
        held = self.offers, self.offering
        self.offers, self.offering = {}, set()
        asked = real(self, *given, **named)
        self.offers, self.offering = held
        return asked

    Device.request = wrong


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
    joining._Joining._put = lambda self, store, before, joined, seq: {
        "status": "applied",
        "seq": before.get("seq", 1),
    }


@plant_in_offers
def what_an_offer_lacks_is_kept():
    merge._kept = lambda side, other: side["writes"]
