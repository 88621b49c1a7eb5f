"""POST /presence and its events: who has which shared space open."""

import pytest

from server.live.presence import Presence
from server.live.streams import Stream
from tests.server.events import write
from tests.server.people import new_id

SOON_S = 2.0
QUIET_S = 1.2  # longer than presence is joined


def go(guest, stream, space):
    return guest.ask("POST", "/presence", {"stream": stream.ready["stream"], "space": space})


@pytest.fixture
def family(people):
    """Ana owns a shared space, Ben may view it; each has a stream."""
    ana, ben = people("ana"), people("ben")
    space = ana.share(ben, role="viewer")
    return ana, ben, space, ana.stream(), ben.stream()


def test_members_see_who_opens_the_space_and_who_leaves_it(family):
    ana, ben, space, of_ana, of_ben = family
    assert go(ana, of_ana, space) == (200, {})
    assert of_ben.next("presence") == {"space": space, "accounts": [ana.id]}
    assert go(ben, of_ben, space) == (200, {}), "a viewer may be seen"
    both = {"space": space, "accounts": sorted([ana.id, ben.id])}
    assert of_ben.next("presence") == both and of_ana.next("presence")["accounts"] == [ana.id]
    assert of_ana.next("presence") == both
    go(ana, of_ana, None)
    assert of_ben.next("presence")["accounts"] == [ben.id]
    of_ben.close()
    assert of_ana.next("presence")["accounts"] == [ben.id]
    assert of_ana.next("presence", wait_s=8)["accounts"] == [], "it ends with the stream"


def test_a_new_stream_hears_who_is_here(family):
    ana, ben, space, of_ana, of_ben = family
    go(ana, of_ana, space)
    of_ben.next("presence")
    assert ben.stream().next("presence") == {"space": space, "accounts": [ana.id]}


def test_two_streams_of_an_account_are_one_person(family):
    ana, _, space, of_ana, of_ben = family
    second = ana.stream()
    go(ana, of_ana, space)
    assert of_ben.next("presence")["accounts"] == [ana.id]
    go(ana, second, space)
    go(ana, of_ana, None)
    assert of_ben.find("presence", wait_s=QUIET_S) is None


def test_quick_changes_are_joined(family):
    ana, _, space, of_ana, of_ben = family
    for _ in range(20):
        go(ana, of_ana, space)
        go(ana, of_ana, None)
    assert len(of_ben.read_all(QUIET_S)) <= 2


def test_presence_raises_no_seq_and_is_not_stored(family):
    ana, _, space, of_ana, of_ben = family
    go(ana, of_ana, space)
    of_ben.next("presence")
    assert ana.sync()["spaces"][space]["seq"] == of_ana.ready["spaces"][space]


def test_a_stranger_sees_nobody_and_can_be_in_no_space_of_others(family, people):
    ana, _, space, of_ana, _ = family
    eve = people("eve")
    of_eve = eve.stream()
    go(ana, of_ana, space)
    for foreign in (space, ana.space, new_id()):
        status, body = go(eve, of_eve, foreign)
        assert (status, body["code"]) == (404, "no_such_space")
    assert of_eve.read_all(QUIET_S) == []
    assert of_ana.next("presence")["accounts"] == [ana.id]
    assert of_ana.find("presence", wait_s=QUIET_S) is None


def test_a_personal_space_has_no_presence(family):
    ana, _, _, of_ana, _ = family
    status, body = go(ana, of_ana, ana.space)
    assert (status, body["code"]) == (404, "no_such_space")


def test_a_stream_is_its_sessions_alone(family):
    ana, ben, space, of_ana, _ = family
    status, body = go(ben, of_ana, space)
    assert (status, body["code"]) == (404, "no_such_stream")
    given = {"stream": of_ana.ready["stream"], "space": space}
    other = {"Authorization": f"Bearer {ana.sign_in()}"}
    assert ana.ask("POST", "/presence", given, other)[0] == 404
    assert ana.ask("POST", "/presence", {"stream": "none", "space": None})[0] == 404
    for bad in (
        {},
        {"stream": 1, "space": None},
        {"stream": "x", "space": "\ud800"},
        given | {"x": 1},
    ):
        assert ana.ask("POST", "/presence", bad)[0] == 422, bad


def test_only_members_count_as_present():
    here, stream = Presence(), Stream("stream", "ben", "session")
    here.move(stream, "family")
    assert here.accounts("family", {"ana": "owner"}) == frozenset()
    assert here.accounts("family", {"ben": "viewer"}) == {"ben"}


def remove(ana, ben, space):
    ana.remove(space, ben)


def remove_in_another_process(ana, ben, space):
    write(ana.server, "DELETE FROM member WHERE space_id = ? AND user_id = ?", space, ben.id)


@pytest.mark.parametrize("end", [remove, remove_in_another_process])
def test_a_removed_member_vanishes_and_sees_nobody(family, end):
    ana, ben, space, of_ana, of_ben = family
    go(ben, of_ben, space)
    assert of_ana.next("presence")["accounts"] == [ben.id]
    end(ana, ben, space)
    assert of_ana.next("presence", wait_s=SOON_S + 1)["accounts"] == []
    assert of_ben.next("space", wait_s=SOON_S)["role"] is None
    of_ben.read_all(0.1)
    go(ana, of_ana, space)
    assert of_ana.next("presence")["accounts"] == [ana.id]
    assert of_ben.read_all(QUIET_S) == [] and go(ben, of_ben, space)[0] == 404
