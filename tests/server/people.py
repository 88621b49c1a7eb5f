"""A person with an account and devices, who uses the server over HTTP."""

import itertools
import json
import uuid

from server import clock
from server.spaces import members, service

AT = "2026-11-23T18:20:32.123Z-0000"
PASSWORD = "four quiet words here"
PHONE, LAPTOP = "phone000000000000000", "laptop00000000000000"
_numbers = itertools.count(1)


def new_id():
    return str(uuid.uuid4())


class Person:
    def __init__(self, app, email, name="", devices=()):
        self.http = app.test_client(use_cookies=False)
        answer = self.http.post(
            "/auth/sign-up",
            json={"email": email, "password": PASSWORD, "name": name, "session": "bearer"},
        )
        assert answer.status_code == 201, answer.text
        self.id, self.email = answer.json["id"], email
        self.headers = {"Authorization": f"Bearer {answer.json['token']}"}
        prefix = email[:3]
        self.phone, self.laptop = prefix + PHONE, prefix + LAPTOP
        self.space = next(iter(self.sync().json["spaces"]))

    def sync(self, changes=(), device=None, **envelope):
        body = {"protocol": 1, "device": device or self.phone, "changes": list(changes)} | envelope
        return self.http.post("/sync", json=body, headers=self.headers)

    def push(self, *changes, device=None, **envelope):
        """The outcomes of changes."""
        answer = self.sync(changes, device, **envelope)
        assert answer.status_code == 200, answer.text
        return answer.json["outcomes"]

    def pull(self, cursor=None, device=None, limit=2500):
        """The news of the personal space."""
        return self.sync(
            device=device, cursors={self.space: cursor} if cursor else {}, limit=limit
        ).json["spaces"][self.space]

    def record(self, record_id):
        return next(
            (record for record in self.pull()["records"] if record["id"] == record_id), None
        )

    def raw(self, body, **headers):
        """POST /sync with exactly these bytes."""
        return self.http.post(
            "/sync",
            data=body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers=self.headers | {"Content-Type": "application/json"} | headers,
        )

    def change(self, fields, record_id=None, n=None, kind="task", **others):
        return {
            "space": self.space,
            "kind": kind,
            "id": record_id or new_id(),
            "n": n or next(_numbers),
            "prev": 0,
            "seen": {},
            "at": AT,
            "set": fields,
        } | others

    def new_task(self, title="Milk", **others):
        return self.change(
            {"title": title, "status": "pending", "completed_at": None} | others.pop("fields", {}),
            **others,
        )

    def new_list(self, name="Home", **others):
        return self.change({"name": name}, kind="list", **others)

    def edit(self, fields, task, device=None, **others):
        """A change by an author who sees the server's current record."""
        record = self.record(task["id"])
        own = record["clock"].get(device or self.phone, 0)
        return self.change(
            fields, task["id"], kind=task["kind"], seen=record["clock"], prev=own, **others
        )


def shared_space(app, owner, name="Family", **roles):
    """The id of a shared space of `owner`, with members: `editor=ben` or `viewer=[cleo, dan]`."""
    with app.app_context():

        def make(connection):
            space_id = service.create_space(connection, owner.id, name, clock.now_ms())
            for role, people in roles.items():
                for person in people if isinstance(people, list) else [people]:
                    members.add_member(connection, space_id, person.id, role, clock.now_ms())
            return space_id

        return app.extensions["writer"].run(make)


def set_role(app, actor, space_id, person, role):
    """Changes a member's role; None removes the member."""
    with app.app_context():
        if role is None:
            app.extensions["writer"].run(
                lambda connection: members.remove_member(
                    connection, actor.id, space_id, person.id, clock.now_ms()
                )
            )
        else:
            app.extensions["writer"].run(
                lambda connection: members.set_role(
                    connection, actor.id, space_id, person.id, role, clock.now_ms()
                )
            )
