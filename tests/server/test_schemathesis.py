"""Every operation of the OpenAPI document, called in hundreds of ways, valid and invalid: the
responses match the document.
"""

import os
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import ClassVar

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from server import create_app
from server.database import db
from tests import figure
from tests.server.conftest import config
from tests.server.people import Person, new_id

EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "100"))
API = "/api/v1"
# Refusals of well-formed requests because of references or the current state; a document cannot
# predict them.
OF_STATE = {
    "bad_cursor",
    "stale",
    "no_such_list",
    "no_such_parent",
    "not_a_member",
    "token_or_id",
    "bad_value",
}

_day = st.dates().map(str)
_wall = st.tuples(_day, st.times()).map(lambda pair: f"{pair[0]}T{pair[1]:%H:%M}")
schemathesis.openapi.format(
    "due", st.one_of(_day, _wall, _wall.map(lambda text: f"{text}+01:00[Europe/Paris]"))
)
schemathesis.openapi.format(
    "repeat",
    st.sampled_from(
        [
            "FREQ=DAILY",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "FREQ=YEARLY;FROM=COMPLETION",
        ]
    ),
)
schemathesis.openapi.format("cursor", st.text("abcXYZ019-_", max_size=60))

with (
    tempfile.TemporaryDirectory() as _folder
):  # the document is the same whatever the database holds
    DOCUMENT = schemathesis.openapi.from_wsgi(
        f"{API}/openapi.json",
        create_app(config(Path(_folder))),
        config=SchemathesisConfig.from_dict({"generation": {"max-examples": EXAMPLES}}),
    )


class World:
    """Ana with tasks, lists, comments, two shared spaces and Ben; requests often name one of hers."""

    answers: ClassVar[dict[str, Counter[int]]] = {}

    def __init__(self, app):
        self.ana, self.ben = (
            Person(app, "ana@example.org", "Ana"),
            Person(app, "ben@example.org", "Ben"),
        )
        self.app, self.dice = app, random.Random(1)
        self.shared, self.other = self.space(), self.space()
        self.list = self.make("lists", name="Home", space=self.shared)
        self.task = self.make(
            "tasks",
            title="Milk",
            space=self.shared,
            list=self.list,
            labels=["shop"],
            assignee=self.ana.id,
            due="2026-11-30",
        )
        self.make(f"tasks/{self.task}/comments", text="Oat?")

    def post(self, path, person=None, **body):
        return self.ana.http.post(f"{API}/{path}", json=body, headers=(person or self.ana).headers)

    def make(self, path, **body):
        answer = self.post(path, **body)
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def space(self):
        space = self.make("spaces", name="Family")
        token = self.post(f"spaces/{space}/invites", role="editor").json["token"]
        assert self.post("invites/accept", self.ben, token=token).status_code == 200
        return space

    def note(self, case, answer):
        """Counts the responses; created spaces are removed again, because an account has a limit."""
        self.answers.setdefault(case.operation.label, Counter())[answer.status_code] += 1
        if case.operation.label == f"POST {API}/spaces" and answer.status_code == 201:
            self.ana.http.delete(f"{API}/spaces/{answer.json()['id']}", headers=self.ana.headers)

    def name(self, case):
        """Puts ids of existing data into two of three well-formed requests."""
        if not case.meta.generation.mode.is_positive or self.dice.random() < 1 / 3:
            return
        for parameter in case.path_parameters or {}:
            case.path_parameters[parameter] = self.id_for(parameter, case)
        if isinstance(case.body, dict):
            for member, of in (
                ("space", "other"),
                ("list", "list"),
                ("parent", "task"),
                ("assignee", None),
            ):
                if case.body.get(member):
                    case.body[member] = self.ana.id if of is None else getattr(self, of)
        if isinstance(case.query, dict) and case.query.get("space"):
            case.query["space"] = self.shared

    def id_for(self, parameter, case):
        if parameter == "space_id":
            is_ending = case.method in ("DELETE", "PATCH") or case.path.endswith(
                ("/leave", "/restore")
            )
            return (
                self.space()
                if is_ending and self.dice.random() < 0.2
                else self.dice.choice([self.shared, self.other, self.ana.space])
            )
        if parameter == "task_id":
            return (
                self.task
                if case.method == "GET"
                else self.make("tasks", title="Milk", space=self.shared)
            )
        if parameter == "list_id":
            return (
                self.list
                if case.method == "GET"
                else self.make("lists", name="Home", space=self.shared)
            )
        if parameter == "comment_id":
            return self.make(f"tasks/{self.task}/comments", text="Oat?")
        return {"user_id": self.ben.id, "invite_id": new_id()}[parameter]


@pytest.fixture(scope="module")
def world(migrated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("schemathesis")
    shutil.copytree(migrated, folder / "data")
    app = create_app(config(folder / "data", requests_per_minute=10_000_000))
    yield World(app)
    with app.app_context():
        db.engine.dispose()


def filter_failure(context, failure, case, response):
    """A well-formed request can be refused because of the current state, but then with a specific
    code: never as `invalid`.
    """
    is_of_state = (
        isinstance(failure, schemathesis.openapi.checks.RejectedPositiveData)
        and response.json()["code"] in OF_STATE
    )
    return not is_of_state


DOCUMENT.hook(filter_failure)


@DOCUMENT.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
def test_every_answer_is_as_documented(case, world):
    world.name(case)
    figure("schemathesis_cases", 1)
    figure("schemathesis_failures", 1)
    answer = case.call_and_validate(headers=world.ana.headers, app=world.app)
    figure("schemathesis_failures", -1)
    world.note(case, answer)


def test_every_operation_was_asked_often_and_done():
    for label, statuses in World.answers.items():
        assert any(status < 300 for status in statuses), (label, statuses)
    often = [label for label, statuses in World.answers.items() if statuses.total() >= EXAMPLES]
    assert len(World.answers) == sum(1 for _ in DOCUMENT.get_all_operations()) and len(
        often
    ) > 0.8 * len(World.answers), World.answers
