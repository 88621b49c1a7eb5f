"""The simulator's device in cases that random histories seldom reach: a late reply across a reset."""

from tests.simulation.device import Device

SPACE = "5f0c7f2e-7f0e-4a53-9d7e-0a4cf3b7a001"
OTHER = "d" * 16


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
        "now": 1_790_000_000_000,
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
