"""The simulator's device in cases that random histories seldom reach."""

from server.core import hlc, merge
from tests.simulation.device import Device

SPACE = "5f0c7f2e-7f0e-4a53-9d7e-0a4cf3b7a001"
AWAY = "6f0c7f2e-7f0e-4a53-9d7e-0a4cf3b7a002"
OTHER = "d" * 16
NOW = 1_790_000_000_000


def record(record_id, seq):
    return {
        "id": record_id,
        "kind": "task",
        "seq": seq,
        "clock": {OTHER: seq},
        "writes": [
            {
                "by": OTHER,
                "n": seq,
                "seen": {},
                "at": "2026-11-23T10:00:00.000Z-0000",
                "set": {"title": record_id},
            }
        ],
    }


def answer(**news):
    return {
        "now": NOW,
        "epoch": "e1",
        "outcomes": [],
        "spaces": {SPACE: {"role": "owner", "more": False} | news},
    }


def test_an_answer_from_before_a_reset_does_not_move_the_cursor_past_what_was_never_taken():
    device = Device()
    device.receive(device.request(), answer(cursor="5", seq=5, records=[record("milk", 5)]))
    late = device.request()
    device.receive(device.request(), answer(reset="too_old"))
    device.receive(late, answer(cursor="9", seq=9, records=[record("bread", 9)]))
    assert device.request()["cursors"][SPACE] is None and not device.is_quiet()
    device.receive(
        device.request(), answer(cursor="9", seq=9, records=[record("milk", 5), record("bread", 9)])
    )
    assert set(device.confirmed) == {"milk", "bread"} and device.is_quiet()


def copy_of(seq, **clock):
    """A copy of one task, with a title by each device."""
    at = "2026-11-23T10:00:00.000Z-0000"
    writes = [
        {"by": by, "n": n, "at": at, "set": {"title": f"{by} {n}"}} for by, n in clock.items()
    ]
    return {"kind": "task", "id": "milk", "seq": seq, "clock": clock, "writes": writes}


def tombstone(seq):
    return {"kind": "task", "id": "milk", "seq": seq, "grave": True}


def take(device, *records, space=SPACE, outcomes=(), asked=None, **news):
    """The device takes a page of a space."""
    asked = asked or device.request(changes_max=0)
    seq = max([each["seq"] for each in records], default=0)
    page = {"role": "owner", "seq": seq, "records": list(records), "cursor": str(seq)}
    reply = {"now": NOW, "epoch": "e1", "outcomes": list(outcomes)}
    device.receive(asked, reply | {"spaces": {space: page | {"more": False} | news}})


def title(device):
    shown = device.shown("milk")
    return merge.value(shown, "title") if shown and not shown.get("grave") else None


class TestCopiedProfiles:
    def test_an_own_entry_that_was_never_sent_raises_the_alarm(self):
        device = Device()
        take(device, copy_of(1, **{OTHER: 1}))
        device.edit(SPACE, "task", "milk", {"title": "Mine"})
        device.edit(SPACE, "task", "milk", {"title": "Mine, better"})
        take(device, copy_of(2, **{OTHER: 1, device.id: 1}))
        assert device.renewals == 1

    def test_an_own_entry_that_was_sent_raises_none(self):
        device = Device()
        take(device, copy_of(1, **{OTHER: 1}))
        device.edit(SPACE, "task", "milk", {"title": "Mine"})
        device.request()
        take(device, copy_of(2, **{OTHER: 1, device.id: 1}))
        assert device.renewals == 0

    def test_a_dropped_number_is_seen_by_nobody(self):
        device = Device()
        take(device, copy_of(1, **{OTHER: 1}))
        editor, other = device.begin_edit("milk"), device.begin_edit("milk")
        first = device.edit(SPACE, "task", "milk", {"title": "One"}, editor)
        second = device.edit(SPACE, "task", "milk", {"title": "Two"}, device.after_edit(first))
        assert device.outbox == [second] and second["seen"] == {OTHER: 1} and second["prev"] == 0
        third = device.edit(SPACE, "task", "milk", {"description": "x"}, other)
        assert third["seen"] == {OTHER: 1} and third["prev"] == second["n"]
        fourth = device.edit(SPACE, "task", "milk", {"title": "Four"}, device.after_edit(first))
        assert fourth["seen"] == {OTHER: 1} and len(device.outbox) == 3

    def test_what_was_accepted_stays_seen_when_its_entry_has_left(self):
        device = Device()
        take(device, copy_of(1, **{OTHER: 1}))
        old, first = device.id, device.edit(SPACE, "task", "milk", {"title": "One"})
        asked = device.request()
        device.edit(SPACE, "task", "milk", {"title": "Two"})
        applied = copy_of(2, **{OTHER: 1, old: first["n"]})
        take(device, applied, outcomes=[{"status": "applied", "seq": 2}], asked=asked)
        device.take_new_id()
        assert [entry["seen"] for entry in device.outbox] == [{OTHER: 1, old: first["n"]}]


class TestCopiesInSeveralSpaces:
    """The newest copy is shown, whatever comes first."""

    def test_a_stale_copy_does_not_come_back(self):
        device = Device()
        take(device, copy_of(1, **{OTHER: 1}))
        take(device, copy_of(5, **{OTHER: 2}), space=AWAY)
        assert title(device) == f"{OTHER} 2"
        take(device, tombstone(6), space=AWAY)
        assert title(device) == f"{OTHER} 2"
        take(device, copy_of(7, **{OTHER: 3}))
        assert title(device) == f"{OTHER} 3"

    def test_an_older_copy_that_comes_later_is_not_shown(self):
        device = Device()
        take(device, copy_of(5, **{OTHER: 2}), space=AWAY)
        take(device, copy_of(1, **{OTHER: 1}))
        assert title(device) == f"{OTHER} 2"

    def test_tombstones_alone_show_nothing(self):
        device = Device()
        take(device, copy_of(1, **{OTHER: 1}))
        take(device, copy_of(5, **{OTHER: 2}), space=AWAY)
        take(device, tombstone(6), space=AWAY)
        take(device, tombstone(6))
        assert title(device) is None

    def test_an_entry_leaves_with_the_space_it_was_accepted_in(self):
        device = Device()
        take(device, copy_of(1, **{OTHER: 1}))
        device.edit(SPACE, "task", "milk", {"title": "Mine"})
        accepted = {"status": "applied", "seq": 9, "space": AWAY}
        take(device, outcomes=[accepted], asked=device.request(), seq=1, cursor="1")
        assert len(device.outbox) == 1
        take(device, space=AWAY, revoked=True)
        assert device.outbox == [] and device.rejected == []


class TestServerTime:
    def times(self, device, local_ms, sent_ms, server_ms):
        device.clock = lambda: local_ms
        asked = device.request(changes_max=0) | {"now": sent_ms}
        device.receive(asked, answer(cursor="1", seq=1, records=[]) | {"now": server_ms})

    def test_a_slow_answer_is_ignored_beside_a_faster_one(self):
        device = Device()
        self.times(device, NOW + 100, NOW, NOW + 5_050)
        assert device.offset_ms == 5_000
        self.times(device, NOW + 7_200_000, NOW, NOW + 10_000)
        assert device.offset_ms == 5_000

    def test_it_is_better_than_none(self):
        device = Device()
        self.times(device, NOW + 7_200_000, NOW, NOW)
        assert device.offset_ms == -3_600_000
        self.times(device, NOW + 100, NOW, NOW + 50)
        assert device.offset_ms == 0

    def test_a_late_answer_does_not_set_the_stamps_back(self):
        device = Device()
        self.times(device, NOW + 100, NOW, NOW + 50)
        device.clock = lambda: NOW + 7_200_000
        entry = device.edit(SPACE, "task", "milk", {"title": "Mine"})
        self.times(device, NOW + 7_200_000, NOW, NOW + 50)
        assert (
            hlc.parse_reading(entry["at"])[0]
            == NOW + 7_200_000
            == hlc.parse_reading(device.last_at)[0]
        )
