"""Section "POST /sync/offers", as far as a server shows it that was never restored."""

from typing import Any

from conformance.checking import holds, refused, rule, same
from conformance.world import World, new_id

SECTION = "POST /sync/offers"


def _codes(answer: Any) -> list[Any]:
    same("the status of an answer", (answer.status, answer.code), (200, None))
    return [(each["status"], each.get("code")) for each in answer.body["outcomes"]]


@rule(
    SECTION,
    "`not_restored` (this server has not been restored)",
    "These two answer every offer, before anything of it is checked",
)
def a_server_that_was_not_restored_takes_no_offers(world: World) -> None:
    ana, ben = world.people(2)
    known = ana.device.offered(ana.device.make())
    unknown = known | {"id": new_id()}
    foreign = known | {"space": ben.home, "id": new_id()}
    malformed = {"space": ana.home, "clock": 7}
    found = ana.device.offer(known, unknown, foreign, malformed, "text")
    same("the outcomes", _codes(found), [("rejected", "not_restored")] * 5)
    for outcome in found.body["outcomes"]:
        holds("a message for people", isinstance(outcome.get("message"), str), outcome)
    holds("nothing is created", unknown["id"] not in ana.device.records())
    holds("nothing is created elsewhere", foreign["id"] not in ben.device.records())


@rule(SECTION, "one for each offer, in the order of the request")
def an_answer_to_offers_has_its_members(world: World) -> None:
    device = world.device
    offer = device.offered(device.make())
    for count in (1, 2, 1000):
        answer = device.offer(*[offer] * count)
        same("the number of outcomes", len(_codes(answer)), count)
    same("protocol", answer.body["protocol"], 1)
    same("epoch", answer.body["epoch"], device.epoch)
    holds("now is an integer of milliseconds", answer.body["now"] > 1_600_000_000_000)
    holds("no device_conflict", "device_conflict" not in answer.body)


@rule(SECTION, "An offer has no number: it can be sent any number of times")
def an_offer_can_be_sent_again(world: World) -> None:
    device = world.device
    made = device.make()
    offer, before = device.offered(made), device.record(made)
    first = device.offer(offer)
    same("the second answer", _codes(device.offer(offer)), _codes(first))
    same("the record", device.record(made), before)


@rule(SECTION, "not checked: another epoch, or a device of another account")
def offers_of_another_epoch_or_device_are_not_checked(world: World) -> None:
    ana, ben = world.people(2)
    offer = ana.device.offered(ana.device.make())
    for named in ({"epoch": "another epoch"}, {"device": ben.device.id}):
        answer = ana.device.offer(offer, "text", **named)
        same("the outcomes", _codes(answer), [("device_conflict", None)] * 2)
        same("device_conflict", answer.body["device_conflict"], True)


@rule(SECTION, "`epoch` is required")
def offers_need_an_epoch(world: World) -> None:
    offer = world.device.offered(world.device.make())
    for epoch in (..., None, 7):
        refused(world.device.offer(offer, epoch=epoch), 400, "bad_envelope")


@rule(SECTION, "Body, compression and errors are those of `POST /sync`")
def errors_of_offers(world: World) -> None:
    ana, ben = world.people(2)
    offer = ana.device.offered(ana.device.make())
    refused(ana.device.offer(offer, account=ben.id), 409, "account_differs")
    refused(ana.device.offer(offer, protocol=999), 426, "upgrade_client")
    refused(ana.device.offer(offers=None), 400, "bad_envelope")
    refused(ana.device.offer(offer, device="short"), 400, "bad_envelope")
    refused(world.http.post("/sync/offers", {}), 401, "sign_in_first")
    same(
        "unknown members",
        _codes(ana.device.offer(offer | {"colour": "red"}, mood="good")),
        [("rejected", "not_restored")],
    )


@rule("Errors", "`too_many_changes` or `too_many_offers` (over 1,000)")
def many_offers(world: World) -> None:
    device = world.device
    offer = {"space": device.person.home, "kind": "task", "id": new_id(), "clock": {}, "writes": []}
    refused(device.offer(*[offer] * 1001), 413, "too_many_offers")
