"""A REST write reads its record once, and checks its values once."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from server.database import Prepared, db
from server.journal.kinds import Kind
from tests.server.rest import LISTS, TASKS, Rest


@contextmanager
def statements(app, monkeypatch):
    """The SQL that runs inside the block, including prepared statements."""
    seen, real = [], Prepared._text

    def note(self, connection):
        text = real(self, connection)
        seen.append(text[0])
        return text

    monkeypatch.setattr(Prepared, "_text", note)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    yield seen


def body_reads(seen):
    return [text for text in seen if re.match(r"SELECT[^(]*record\.body", text)]


@pytest.mark.parametrize("path", [TASKS, LISTS])
def test_a_patch_reads_its_record_once(app, ana, monkeypatch, path):
    rest = Rest(ana)
    named = {TASKS: "title", LISTS: "name"}[path]
    record = rest.make(path, **{named: "Before"})["id"]
    with statements(app, monkeypatch) as seen:
        answer = rest.patch(f"{path}/{record}", json={named: "After"})
    assert answer.json[named] == "After" and len(body_reads(seen)) == 1, "\n".join(seen)
    assert rest.get(f"{path}/{record}").json == answer.json, "the answer is what is stored"


def test_what_is_created_is_not_read_again(app, ana, monkeypatch):
    rest = Rest(ana)
    with statements(app, monkeypatch) as seen:
        made = rest.make(TASKS, title="New")
    assert len(body_reads(seen)) == 1, "only whether there is one of this id"
    assert rest.get(f"{TASKS}/{made['id']}").json == made


def test_values_that_a_schema_accepted_are_not_checked_again(ana, monkeypatch):
    rest = Rest(ana)
    task = rest.task()
    checked = []
    real = Kind.refusal
    monkeypatch.setattr(
        Kind, "refusal", lambda self, fields: checked.append(fields) or real(self, fields)
    )
    assert rest.patch(f"{TASKS}/{task}", json={"title": "After"}).status_code == 200
    assert checked == []
    assert rest.patch(f"{TASKS}/{task}", json={"title": ""}).status_code == 422, "the schema does"
    ana.push(ana.new_task())
    assert len(checked) == 1, "what devices send is checked by the journal"
