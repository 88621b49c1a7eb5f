"""Repeat rules: the server accepts and refuses the same ones as the app (pwa/test/repeat.test.mjs
reads the same texts).
"""

import json
from pathlib import Path

import pytest

from server.core import merge

TEXTS = json.loads((Path(__file__).parent / "repeats.json").read_text())


@pytest.fixture
def task(ana):
    made = ana.new_task("Water the plants")
    ana.push(made)
    return made


def set_repeat(ana, task, value):
    return ana.push(
        ana.change({"repeat": value}, task["id"], seen={ana.phone: task["n"]}, prev=task["n"])
    )[0]


@pytest.mark.parametrize("rule", [*TEXTS["accepted"], None])
def test_a_rule_is_kept(ana, task, rule):
    assert set_repeat(ana, task, rule)["status"] == "applied"
    assert merge.values(ana.record(task["id"]))["repeat"] == rule


@pytest.mark.parametrize("rule", [*TEXTS["refused"], 5, True])
def test_what_is_no_rule_is_refused(ana, task, rule):
    outcome = set_repeat(ana, task, rule)
    assert (outcome["status"], outcome["code"]) == ("rejected", "bad_value")
    assert "repeat" not in merge.values(ana.record(task["id"]))


def test_the_refusal_says_what_a_rule_looks_like(ana, task):
    assert (
        set_repeat(ana, task, "weekly")["message"]
        == "The field 'repeat' must be a rule in canonical form, such as FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH."
    )
