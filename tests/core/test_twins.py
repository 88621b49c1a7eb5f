"""The Python core and its JavaScript twin give equal results: on the shared vectors, on random and
on wild histories.
"""

import json
import os
import random
from pathlib import Path

import pytest

from server.core import hlc
from tests import report
from tests.core.histories import history, wild_history
from tests.core.twin import ask_javascript, ask_python

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = int(os.environ.get("TWIN_CASES", "20000"))
SEED = os.environ.get("SEED")


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param(vector, id=f"{file.stem}: {vector['name']}")
        for file in sorted(VECTORS.glob("*.json"))
        for vector in json.loads(file.read_text())
    ],
)
def test_vector(vector):
    assert ask_python(vector["call"], vector["given"]) == vector["result"]


def case_of(seed):
    rng = random.Random(seed)
    changes = wild_history(rng) if seed % 4 == 0 else history(rng, 10)
    return {"call": "merge", "changes": changes, "cut": rng.randint(0, len(changes))}


def test_the_twins_agree_on_random_histories():
    seeds = [int(SEED)] if SEED else range(CASES)
    different = []
    for start in range(0, len(seeds), 2000):
        chunk = seeds[start : start + 2000]
        cases = [case_of(seed) for seed in chunk]
        for seed, case, answer in zip(chunk, cases, ask_javascript(cases), strict=True):
            if ask_python("merge", {key: case[key] for key in ("changes", "cut")}) != answer:
                different.append(seed)
    report("twins", len(seeds), len(different))
    assert not different, (
        f"replay with SEED={different[0]} make test-one T=tests/core/test_twins.py"
    )


def test_the_twins_agree_on_clock_readings():
    rng = random.Random(7)
    cases = [
        {
            "call": "tick",
            "last": hlc.format_reading(rng.randint(0, 2**42), rng.choice((0, 5, 65535))),
            "now_ms": rng.randint(0, 2**42),
        }
        for _ in range(500)
    ]
    cases += [
        {"call": "shift", "reading": case["last"], "by_ms": rng.randint(-(2**42), 2**40)}
        for case in cases
    ]
    cases += [
        {"call": "parse_reading", "text": _damaged(rng, case["last"])}
        for case in cases
        if "last" in case
    ]
    for case, answer in zip(cases, ask_javascript(cases), strict=True):
        assert (
            ask_python(case["call"], {key: given for key, given in case.items() if key != "call"})
            == answer
        ), case


def _damaged(rng, reading):
    place = rng.randrange(len(reading))
    return reading[:place] + rng.choice("0123456789TZ-:.aG ") + reading[place + 1 :]
