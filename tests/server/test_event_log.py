"""The log has one line for each push, pull and refusal: ids and counts, never content."""

import json
import logging
import sys

import pytest

from server.ops.logging import JsonFormatter
from server.web.event_log import NAME
from tests.server.people import new_id
from tests.server.rest import TASKS, Rest

SECRET = "a secret title"


@pytest.fixture
def lines(ana, caplog):
    """The lines logged so far."""
    caplog.set_level(logging.INFO, logger=NAME)
    caplog.clear()
    formatter = JsonFormatter()

    def read():
        return [json.loads(formatter.format(record)) for record in caplog.records]

    return read


def facts(line):
    assert {"at", "level", "logger"} <= line.keys()
    return {name: line[name] for name in line if name not in ("at", "level", "logger")}


def test_a_push_and_the_pull_after_it_log_a_line_each(ana, lines):
    ana.push(ana.new_task(SECRET), ana.new_list(SECRET))
    push, pull = map(facts, lines())
    who = {"account": ana.id, "device": ana.phone}
    assert push == {"event": "push", **who, "changes": 2, "refused": 0}
    assert pull == {"event": "pull", **who, "spaces": 1, "records": 4, "resets": 0, "more": 0}


def test_a_pull_alone_logs_one_line(ana, lines):
    ana.pull()
    assert [line["event"] for line in lines()] == ["pull"]


def test_a_refused_change_logs_one_line_with_its_code(ana, lines):
    task = ana.new_task(SECRET, fields={"priority": 9})
    ana.push(task)
    push, refusal, _ = map(facts, lines())
    assert push["refused"] == 1 and refusal == {
        "event": "refusal",
        "account": ana.id,
        "device": ana.phone,
        "space": ana.space,
        "record": task["id"],
        "code": "bad_value",
        "n": task["n"],
    }


def test_a_refused_rest_write_logs_one_line(ana, lines):
    rest, record = Rest(ana), new_id()
    rest.make(TASKS, id=record, title=SECRET)
    assert rest.post(TASKS, json={"id": record, "title": SECRET}).status_code == 409
    [refusal] = [line for line in lines() if line["event"] == "refusal"]
    assert (refusal["record"], refusal["code"]) == (record, "exists")


def test_no_line_holds_content(ana, lines):
    task = ana.new_task(SECRET)
    ana.push(task, ana.new_task(SECRET, record_id=SECRET), ana.new_list(SECRET, space=SECRET))
    ana.push(ana.edit({"description": SECRET, f"label/{SECRET}": True}, task))
    ana.push({"space": ana.space, "id": SECRET, "kind": SECRET, "n": 10**6})
    Rest(ana).patch(f"{TASKS}/{task['id']}", json={"title": SECRET, "labels": [SECRET]})
    assert len(lines()) > 6 and SECRET not in json.dumps(lines())


def test_an_exception_is_one_line_too():
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    line = JsonFormatter().format(record)
    assert "\n" not in line and "broken" in json.loads(line)["error"]
