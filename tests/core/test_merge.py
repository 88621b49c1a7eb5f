"""The invariants of sync_protocol.md, each in its own words, and all together on random histories."""

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core import hlc, merge, vector_clock
from tests import report
from tests.core.histories import expected, history, merged, order, surviving, widest

A, B, C = "deviceaaaaaaaaaa", "devicebbbbbbbbbb", "devicecccccccccc"
EARLY, LATE = hlc.format_reading(1_790_000_000_000), hlc.format_reading(1_790_000_099_000)
CASES = int(os.environ.get("MERGE_CASES", "100000"))
SEED = os.environ.get("SEED")


def change(by, n, seen, at, **fields):
    return {
        "kind": "task",
        "id": "x",
        "by": by,
        "n": n,
        "prev": 0,
        "seen": seen,
        "at": at,
        "set": fields,
    }


@pytest.fixture
def milk():
    return merged([change(A, 1, {}, LATE, title="milk", status="pending")])


def test_causality_first_time_second(milk):
    record = merge.merge(milk, change(B, 1, {A: 1}, EARLY, title="oat milk"))
    assert merge.value(record, "title") == "oat milk"
    assert merge.conflicts(record) == []


def test_time_decides_between_changes_that_did_not_know_of_each_other(milk):
    record = merge.merge(milk, change(B, 1, {}, EARLY, title="oat milk"))
    assert merge.value(record, "title") == "milk"


def test_no_value_is_lost_silently(milk):
    both = merge.merge(milk, change(B, 1, {}, EARLY, title="oat milk"))
    assert merge.conflicts(both) == ["title"]
    settled = merge.merge(both, change(C, 1, both["clock"], EARLY, title="soy milk"))
    assert merge.conflicts(settled) == [] and merge.value(settled, "title") == "soy milk"


def test_two_editors_on_one_device_do_not_wipe_each_other(milk):
    shown = milk["clock"]
    first = merge.merge(milk, change(A, 2, shown, LATE, title="milk and eggs"))
    second = merge.merge(first, change(A, 3, shown, LATE, title="milk and bread"))
    assert merge.conflicts(second) == ["title"]


def test_a_repeat_is_harmless(milk):
    assert merge.merge(milk, change(A, 1, {}, LATE, title="again")) == milk


def test_different_fields_never_conflict(milk):
    record = merged(
        [
            change(B, 1, {A: 1}, EARLY, **{"label/home": True}),
            change(C, 1, {A: 1}, EARLY, **{"label/shop": True}),
            change(B, 2, {A: 1}, EARLY, due="2026-11-30"),
        ],
        milk,
    )
    assert merge.conflicts(record) == []
    assert merge.values(record) == {
        "title": "milk",
        "status": "pending",
        "label/home": True,
        "label/shop": True,
        "due": "2026-11-30",
    }


def test_a_device_speaks_only_for_itself(milk):
    record = merge.merge(milk, change(B, 1, {A: 999, C: 50}, EARLY, due=None))
    assert record["clock"] == {A: 1, B: 1}


def test_order_and_completed_at_are_never_in_conflict(milk):
    record = merged(
        [
            change(B, 1, {A: 1}, EARLY, order="a", completed_at=None),
            change(C, 1, {A: 1}, EARLY, order="b", completed_at="x"),
        ],
        milk,
    )
    assert merge.conflicts(record) == []


def test_equal_means_same_type_and_value(milk):
    record = merged(
        [change(B, 1, {A: 1}, EARLY, priority=1), change(C, 1, {A: 1}, EARLY, priority=True)], milk
    )
    assert merge.conflicts(record) == ["priority"]


def test_bounded_to_eight_writes_a_field():
    writes = [
        change(
            f"device{letter * 10}",
            1,
            {},
            hlc.format_reading(number),
            title=letter,
            **({"due": None} if letter == "a" else {}),
        )
        for number, letter in enumerate("abcdefghi")
    ]
    record = merged(writes)
    assert [write["set"].get("title") for write in record["writes"]] == [None, *"bcdefghi"]
    assert record["writes"][0]["set"] == {"due": None}


def test_bounded_to_64_clock_entries_but_those_of_surviving_writes():
    record = merged(
        [
            change(f"device{number:010}", 1, {f"device{number - 1:010}": 1}, EARLY, title="x")
            for number in range(70)
        ]
    )
    assert len(record["clock"]) == merge.CLOCK_ENTRIES_MAX
    assert "device0000000069" in record["clock"] and "device0000000000" not in record["clock"]
    silent_free = merged(
        [
            change(f"device{number:010}", 1, {}, EARLY, **{f"label/{number}": True})
            for number in range(70)
        ]
    )
    assert len(silent_free["clock"]) == 70


def test_join_keeps_what_the_other_side_never_saw(milk):
    here = merge.merge(milk, change(B, 1, milk["clock"], LATE, title="bread"))
    there = merge.merge(milk, change(C, 1, milk["clock"], EARLY, due="2026-11-30"))
    joined = merge.join(here, there)
    assert merge.values(joined) == {"title": "bread", "status": "pending", "due": "2026-11-30"}
    assert joined["clock"] == {A: 1, B: 1, C: 1}


def test_join_a_tombstone_wins(milk):
    tombstone = {"kind": "task", "id": "x", "grave": True}
    assert merge.join(milk, tombstone) == merge.join(tombstone, milk) == tombstone


def violations_of(seed):
    """The invariants that one random history breaks, in words; [] if all hold."""
    rng = random.Random(seed)
    changes = history(rng)
    if widest(changes) > merge.FIELD_WRITES_MAX:
        return []
    record, found = merged(changes), []
    if surviving(record) != expected(changes):
        found.append("no value is lost silently")
    if any(merged(order(rng, changes)) != record for _ in range(2)):
        found.append("every order a server can see gives the same record")
    if changes and merged(rng.sample(changes, len(changes)), record) != record:
        found.append("a repeat is harmless")
    if record["clock"] != {
        by: max(c["n"] for c in changes if c["by"] == by) for by in {c["by"] for c in changes}
    }:
        found.append("a device speaks only for itself")
    cut = rng.randint(0, len(changes))
    if not _join_agrees(order(rng, changes)[:cut], changes):
        found.append("join gives what merging all gives")
    return found


def _join_agrees(prefix, changes):
    early, late = merged(prefix), merged(changes)
    return merge.join(early, late)["writes"] == merge.join(late, early)["writes"] == late["writes"]


def test_random_histories_hold_every_invariant():
    seeds = [int(SEED)] if SEED else range(CASES)
    broken = {seed: found for seed in seeds if (found := violations_of(seed))}
    report("merge", len(seeds), len(broken))
    first = next(iter(broken.items()), None)
    assert not broken, (
        f"{first}: replay with SEED={first[0]} make test-one T=tests/core/test_merge.py"
    )


clocks = st.dictionaries(st.sampled_from([A, B, C]), st.integers(1, 5))


@given(clocks, clocks, clocks)
@settings(max_examples=300, deadline=None)
def test_clocks_join_as_a_lattice(a, b, c):
    join = vector_clock.join
    assert (
        join(a, b) == join(b, a) and join(a, join(b, c)) == join(join(a, b), c) and join(a, a) == a
    )
    assert vector_clock.dominates(join(a, b), a) and vector_clock.dominates(join(a, b), b)


@given(
    st.integers(0, hlc.MS_MAX - 1), st.integers(0, hlc.COUNTER_MAX), st.integers(0, hlc.MS_MAX - 1)
)
@settings(max_examples=500, deadline=None)
def test_readings_sort_as_time_and_only_rise(ms, counter, now_ms):
    last = hlc.format_reading(ms, counter)
    assert hlc.parse_reading(last) == (ms, counter)
    following = hlc.tick(last, now_ms)
    assert following > last and hlc.parse_reading(following)[0] >= now_ms
    assert (last < hlc.format_reading(now_ms)) == ((ms, counter) < (now_ms, 0))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-02-30T00:00:00.000Z-0000",
        "2026-11-23T24:00:00.000Z-0000",
        "1969-12-31T23:59:59.999Z-0000",
        "0000-01-01T00:00:00.000Z-0000",
        "2026-11-23T18:20:32.123Z-000G",
        "2026-11-23T18:20:32.123Z-0003\n",
        "٢٠٢٦-11-23T18:20:32.123Z-0003",
    ],
)
def test_what_is_not_a_reading_is_refused(text):
    with pytest.raises(ValueError):
        hlc.parse_reading(text)
