"""The command-line client with one duty left out: python -m tests.conformance.broken_cli NAME."""

import contextlib
import sys

from examples import driftless_cli as client
from examples import driven_cli

BROKEN = {}


def broken(function):
    BROKEN[function.__name__] = function
    return function


@broken
def the_edit_base_is_taken_when_it_saves():
    real = client.save

    def wrong(state, space, key, values, kind="task", begun=None, move=None):
        return real(state, space, key, values, kind, client.begin(state, key), move)

    client.save = wrong


@broken
def the_device_keeps_its_id():
    client.take_new_device = lambda state: None


@broken
def refused_changes_are_thrown_away():
    real = client.reject

    def wrong(state):
        real(state)
        state["rejected"].clear()

    client.reject = wrong


@broken
def what_was_sent_is_forgotten():
    real = client.prepare

    def wrong(state, most, limit):
        state["outbox"] = [
            entry for entry in state["outbox"] if not entry["sent"] or entry["outcome"]
        ]
        return real(state, most, limit)

    client.prepare = wrong


@broken
def a_sent_change_is_stamped_again():
    real = client.prepare

    def wrong(state, most, limit):
        asked = real(state, most, limit)
        return asked | {"changes": [each | {"at": client.tick(state)} for each in asked["changes"]]}

    client.prepare = wrong


@broken
def a_reset_keeps_the_cursor():
    real = client.take_news

    def wrong(state, space, news):
        return False if "reset" in news else real(state, space, news)

    client.take_news = wrong


@broken
def the_first_page_of_a_rebuild_replaces_all():
    real = client.take_news

    def wrong(state, space, news):
        found = real(state, space, news)
        here = state["spaces"].get(space)
        if here and here["apart"]:
            here["records"], here["apart"] = here["apart"], None
        return found

    client.take_news = wrong


@broken
def nothing_raises_the_alarm():
    client.is_foreign = lambda state, record: False


@broken
def a_revoked_space_keeps_its_records():
    client.revoke = lambda state, space: None


@broken
def the_servers_clock_is_not_learnt():
    client.learn_time = lambda state, now, sent, got: None


@broken
def numbers_start_again():
    real = client.dated

    def wrong(state, change, begun):
        state["counter"] = 0
        return real(state, change, begun)

    client.dated = wrong


@broken
def every_value_on_the_server_is_seen():
    real = client.dated

    def wrong(state, change, begun):
        entry = real(state, change, begun)
        known = (client.confirmed(state, change["id"]) or {}).get("clock", {})
        entry["change"]["seen"] = known | entry["change"]["seen"]
        return entry

    client.dated = wrong


@broken
def answers_with_unknown_members_are_refused():
    real = client.take

    def wrong(state, request, answer):
        if "weather" in answer:
            raise client.Trouble("What is this?")
        return real(state, request, answer | {"outcomes": answer["outcomes"][:]})

    client.take = wrong


@broken
def an_outcome_is_the_end_of_an_entry():
    real = client.take_outcomes

    def wrong(state, request, outcomes):
        real(state, request, outcomes)
        state["outbox"] = [
            entry for entry in state["outbox"] if "seq" not in (entry["outcome"] or {})
        ]

    client.take_outcomes = wrong


@broken
def nothing_is_offered():
    client.is_offered = lambda record: False


@broken
def changes_do_not_wait_for_offers():
    client.holds_back = lambda state: False


@broken
def all_records_are_offered():
    real = client.replace_records

    def wrong(state, space):
        covers, client.covers = client.covers, lambda clock, other: False
        real(state, space)
        client.covers = covers

    client.replace_records = wrong


@broken
def offers_have_a_clock_of_this_device_alone():
    real = client.replace_records

    def wrong(state, space):
        real(state, space)
        for offer in state["offers"]:
            offer["clock"] = {state["device"]: 1}

    client.replace_records = wrong


@broken
def refused_offers_are_thrown_away():
    client.give_back = lambda state, record, names, reason: None


if __name__ == "__main__":
    with contextlib.suppress(IndexError):
        BROKEN[sys.argv[1]]()
    driven_cli.main()
