"""The kind `read`: how far an account has looked at a shared space, kept in its personal space."""

import json

import pytest

from tests.server.people import new_id, shared_space
from tests.server.rest import TASKS, Rest

EPOCH = "0123456789abcdef"


@pytest.fixture
def family(app, ana, ben):
    return shared_space(app, ana, editor=[ben])


def looked(person, of, text=f"{EPOCH} 5", **others):
    fields = {"space": of, "position": text}
    return person.change(fields, kind="read", **{"record_id": new_id(), **others})


def test_devices_share_it_and_other_accounts_do_not_see_it(ana, ben, family):
    record = new_id()
    assert ana.push(looked(ana, family, record_id=record))[0]["status"] == "applied"
    again = looked(ana, family, f"{EPOCH} 7 task/{new_id()}:9", record_id=record)
    assert ana.push(again, device=ana.laptop)[0]["status"] == "merged"
    assert len(ana.record(record)["writes"]) == 2, "concurrent positions are both kept"
    assert record not in ben.sync(cursors={}).text


def test_a_shared_space_takes_none(ana, family):
    (outcome,) = ana.push(looked(ana, family, space=family))
    assert (outcome["status"], outcome["code"]) == ("rejected", "bad_change")


TOO_MANY = f"{EPOCH} 5" + f" task/{new_id()}:1" * 61
WRONG = [
    "",
    "5",
    EPOCH,
    f"{EPOCH} x",
    f"{EPOCH} 5 ",
    f"{EPOCH} 5 note/{new_id()}:1",
    TOO_MANY,
    5,
    None,
]


@pytest.mark.parametrize("text", WRONG)
def test_a_malformed_position_is_refused(ana, family, text):
    (outcome,) = ana.push(looked(ana, family, text))
    assert (outcome["status"], outcome["code"]) == ("rejected", "bad_value")


def test_rest_shows_none_and_the_export_has_it(ana, family):
    record = new_id()
    ana.push(looked(ana, family, record_id=record))
    rest = Rest(ana)
    assert rest.get(f"{TASKS}/{record}").status_code == 404
    assert record not in rest.get(TASKS).text + rest.get("/api/v1/lists").text
    spaces = json.loads(rest.get("/auth/export").text)["spaces"]
    (found,) = [each for space in spaces for each in space["records"] if each["id"] == record]
    assert (found["kind"], found["fields"]["space"]) == ("read", family)
