"""A server with data: a shared space with an owner, an editor and a viewer, a non-member, an
administrator, a disabled account.

`remember` and `restore` reset the whole database, so that every cell of a matrix starts from the
same state.
"""

import itertools
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from server import clock
from server.accounts import service as accounts
from server.accounts import tokens
from server.accounts.models import Passkey, Session, User
from server.database import db
from server.spaces import invites, members
from server.spaces import service as spaces
from server.web.limits import Attempts
from server.web.policy import SCOPES
from tests.server.people import Person

MEMBERS = {"owner": "owner", "editor": "editor", "viewer": "viewer"}
NAMES = ("owner", "editor", "viewer", "stranger", "admin", "second", "disabled")
CREATED = "2026-11-23T18:20:32.123Z"
DAY_MS = 24 * 3600 * 1000


def canary_of(name):
    """A word that is in every text of a space and nowhere else."""
    return f"canary{uuid.uuid5(uuid.NAMESPACE_OID, name).hex[:12]}"


class World:
    def __init__(self, app):
        self.app, self.key, self.numbers = app, app.config["SECRET_KEY"], itertools.count(100)
        self.people = {name: Person(app, f"{name}@example.org", name.title()) for name in NAMES}
        self.other_sessions, self.own_tokens, self.passkeys, self.account_invites = {}, {}, {}, {}
        self.make_spaces()
        for name, person in self.people.items():
            self.give(name, person)
        self.account_invite = self.invite(None, None, None, "admin")
        self.space_invite = self.invite(self.space, "viewer", None)
        self.link = self.invite(self.inviting_space, "viewer", None)[1]
        self.make_credentials()
        self.set_user("admin", is_admin=True)
        self.set_user("second", is_admin=True)  # so that no one is the last one
        self.set_user("disabled", is_disabled=True)

    def make_spaces(self):
        """A shared space, one of the owner alone, one to which everyone is invited, and a deleted
        one.
        """
        self.space = self.make_space("shared", MEMBERS)
        self.other_space, self.inviting_space = (
            self.make_space(name, {"owner": "owner"}) for name in ("other", "inviting")
        )
        self.deleted_space = self.make_space("deleted", MEMBERS)
        self.records = self.fill(self.space, "shared")
        self.foreign = self.fill(self.other_space, "other")
        self.write(
            lambda connection: spaces.delete_space(connection, self.deleted_space, clock.now_ms())
        )

    def make_credentials(self):
        """The owner's tokens, a token of the disabled account, and expired sessions."""
        owner = self.people["owner"]
        self.tokens = self.make_tokens(owner)
        self.disabled_token = self.make_token(self.people["disabled"].id, SCOPES)
        self.sessions = {
            "ended": self.make_session(owner.id),
            "expired": self.make_session(owner.id, age_ms=181 * DAY_MS),
            "idle": self.make_session(owner.id, age_ms=60 * DAY_MS, idle_ms=31 * DAY_MS),
        }
        self.write(
            lambda connection: accounts.end_session(
                connection, owner.id, self.session_id(self.sessions["ended"])
            )
        )

    def write(self, work):
        with self.app.app_context():
            return self.app.extensions["writer"].run(work)

    def read(self, work):
        with self.app.app_context(), db.engine.connect() as connection:
            return work(connection)

    def set_user(self, name, **values):
        self.write(
            lambda connection: connection.execute(
                User.__table__.update().where(User.id == self.people[name].id).values(**values)
            )
        )

    def make_space(self, name, roles, by="owner"):
        """A space whose name contains its canary."""

        def make(connection):
            space_id = spaces.create_space(
                connection, self.people[by].id, canary_of(name), clock.now_ms()
            )
            for person, role in roles.items():
                members.add_member(
                    connection, space_id, self.people[person].id, role, clock.now_ms()
                )
            return space_id

        return self.write(make)

    def fill(self, space_id, name, by="owner"):
        """A list, tasks and comments, each text with the space's canary: {name: id}."""
        text, owner, editor = canary_of(name), self.people[by], self.people["editor"]
        made = {kind: str(uuid.uuid4()) for kind in ("list", "task", "subtask", "comment")}
        self.push(owner, space_id, "list", made["list"], {"name": text})
        self.push(
            owner,
            space_id,
            "task",
            made["task"],
            self.task(text) | {"list": made["list"], f"label/{text}": True},
        )
        self.push(
            owner, space_id, "task", made["subtask"], self.task(text) | {"parent": made["task"]}
        )
        self.push(
            owner, space_id, "comment", made["comment"], self.comment(text, made["task"], owner)
        )
        if name == "shared":
            made["editors_comment"] = str(uuid.uuid4())
            self.push(
                editor,
                space_id,
                "comment",
                made["editors_comment"],
                self.comment(text, made["task"], editor),
            )
        return made

    def task(self, text):
        return {"title": text, "description": text, "status": "pending", "completed_at": None}

    def comment(self, text, task, person):
        return {"task": task, "text": text, "author": person.id, "created": CREATED}

    def push(self, person, space_id, kind, record_id, fields):
        outcome = person.push(
            person.change(fields, record_id, next(self.numbers), kind, space=space_id)
        )[0]
        assert outcome["status"] == "applied", outcome

    def give(self, name, person):
        """The private things of every account: another session, a token, a passkey, an invite to
        its address.
        """
        self.other_sessions[name] = self.session_id(
            self.make_session(person.id, agent=canary_of(name))
        )
        self.own_tokens[name] = self.make_token(person.id, SCOPES, name=canary_of(name))[0]
        self.passkeys[name] = str(uuid.uuid4())
        self.write(
            lambda connection: connection.execute(
                Passkey.__table__.insert(),
                {
                    "credential_id": name.encode(),
                    "id": self.passkeys[name],
                    "user_id": person.id,
                    "public_key": b"",
                    "sign_count": 0,
                    "transports": "",
                    "name": canary_of(name),
                    "created_at": clock.now_ms(),
                    "seen_at": None,
                },
            )
        )
        is_hidden = name in ("owner", "disabled")  # that nobody else can use
        self.account_invites[name] = self.invite(
            self.other_space if is_hidden else self.inviting_space, "viewer", person.email
        )

    def invite(self, space_id, role, email, by="owner"):
        """(id, token)"""
        return self.write(
            lambda connection: invites.create_invite(
                connection, self.key, self.people[by].id, space_id, role, email, 10, clock.now_ms()
            )
        )

    def make_session(self, user_id, age_ms=0, idle_ms=0, agent="matrix"):
        """A session's token."""

        def make(connection):
            token = accounts.create_session(
                connection, self.key, user_id, agent, clock.now_ms() - age_ms
            )
            connection.execute(
                Session.__table__.update()
                .where(Session.token_hash == accounts.token_hash(self.key, token))
                .values(seen_at=clock.now_ms() - idle_ms)
            )
            return token

        return self.write(make)

    def session_id(self, token):
        return self.read(
            lambda connection: (
                connection.execute(
                    Session.__table__.select().where(
                        Session.token_hash == accounts.token_hash(self.key, token)
                    )
                )
                .one()
                .id
            )
        )

    def make_tokens(self, owner):
        """The owner's tokens: one for each scope, one with all scopes for another space, an expired
        one.
        """
        made = {scope: self.make_token(owner.id, [scope])[1] for scope in SCOPES}
        return made | {
            "elsewhere": self.make_token(owner.id, SCOPES, [self.other_space])[1],
            "expired": self.make_token(owner.id, SCOPES, None, clock.now_ms() - 1)[1],
        }

    def make_token(self, user_id, scopes, reach=None, expires_at=None, name="matrix"):
        """(id, token)"""
        return self.write(
            lambda connection: tokens.create_token(
                connection,
                self.key,
                user_id,
                name,
                list(scopes),
                reach,
                expires_at,
                clock.now_ms() - 1000,
            )
        )

    @property
    def file(self):
        return Path(self.app.config["DATA_DIR"]) / "driftless.sqlite3"

    def remember(self):
        with closing(sqlite3.connect(self.file)) as source:
            self._kept = sqlite3.connect(":memory:")
            source.backup(self._kept)

    def restore(self):
        with closing(sqlite3.connect(self.file)) as target:
            target.execute("PRAGMA synchronous=OFF")
            self._kept.backup(target)
        self.app.extensions["attempts"] = Attempts()
