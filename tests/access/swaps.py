"""Requests that are valid for their sender, except for one or more ids that belong to someone else."""

import json
import re
from dataclasses import dataclass, field

from server.web.policy import SCOPES
from tests.access.cases import Ids, body_of, has_case, name_of
from tests.access.principals import Caller
from tests.access.world import CREATED, canary_of
from tests.server.people import AT, PASSWORD, new_id

ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[a-z]{3}(?:phone|laptop)0+"
)
ATTACKERS = ("stranger", "viewer", "editor", "admin", "token")
CONTENT = ("task", "list", "comment")
SAME_KIND = 0.7


@dataclass
class Attacker:
    """`space` and `records` are its own; `spaces` are all that it can see, `writes` all that it can
    change; `canaries` are those that it may be shown.
    """

    name: str
    who: Caller
    space: str
    records: dict
    spaces: set
    writes: set
    canaries: set = field(default_factory=set)


class OwnIds(Ids):
    """A route's ids, all of them the attacker's own."""

    def __init__(self, world, attacker, rule):
        super().__init__(world, attacker.who, rule)
        self.attacker = attacker

    @property
    def space_id(self):
        return self.attacker.space

    @property
    def task_id(self):
        return self.attacker.records["task"]

    @property
    def list_id(self):
        return self.attacker.records["list"]

    @property
    def comment_id(self):
        return self.attacker.records["comment"]


def attackers(world):
    """All attackers, each with a shared space of their own besides their memberships."""
    made = []
    everyone, shown = (
        {canary_of(name) for name in world.people},
        {canary_of("inviting")},
    )  # invitees see the name of the space
    for name in ATTACKERS[:-1]:
        person = world.people[name]
        space = world.make_space(f"{name}s", {}, name)
        records = world.fill(space, f"{name}s", name)
        sees = {space, person.space, world.inviting_space} | (
            {world.space, world.deleted_space} if name in ("viewer", "editor") else set()
        )
        writes = sees - {world.deleted_space} - ({world.space} if name == "viewer" else set())
        canaries = (
            shown
            | {canary_of(f"{name}s"), canary_of(name)}
            | ({canary_of("shared")} if world.space in sees else set())
        )
        canaries |= (
            everyone if name == "admin" else set()
        )  # administrators see sessions, never content
        made.append(
            Attacker(
                name,
                Caller(name, name, person.headers, is_admin=name == "admin"),
                space,
                records,
                sees,
                writes,
                canaries,
            )
        )
    bearer = {"Authorization": f"Bearer {world.tokens['elsewhere']}"}
    of_token = Caller("token", "owner", bearer, scopes=frozenset(SCOPES))
    made.append(
        Attacker(
            "token",
            of_token,
            world.other_space,
            world.foreign,
            {world.other_space},
            {world.other_space},
            shown | {canary_of("other"), canary_of("owner")},
        )
    )
    return made


def request_of(rng, world, attacker, rule, method):
    """(path, query, body) with ids swapped."""
    ids, route = OwnIds(world, attacker, rule.rule), name_of(rule, method)
    assert has_case(route), route
    places = {name: ids[name] for name in rule.arguments}
    query = rng.choice([{}, _query(ids)]) if method == "GET" else {}
    body = _body(rng, route, ids)
    places, query, body = swapped(
        rng, [places, query, body], kinds_of(ids), foreign_ids(world, attacker)
    )
    path = rule.rule
    for name, value in places.items():
        path = path.replace(f"<{name}>", value).replace(f"<path:{name}>", value)
    return path, query, body


def swapped(rng, request, kinds, pools):
    """The request with one or more of its ids inserted in place of others: mostly of the same kind,
    by `kinds` and `pools`, otherwise of any kind.
    """
    text = json.dumps(request)
    found = list(ID.finditer(text))
    chosen = rng.sample(found, rng.randint(1, min(3, len(found)))) if found else []
    anything = [held for pool in pools.values() for held in pool]
    for match in sorted(chosen, key=lambda each: -each.start()):
        pool = pools.get(kinds.get(match[0]), anything) if rng.random() < SAME_KIND else anything
        text = text[: match.start()] + rng.choice(pool) + text[match.end() :]
    return json.loads(text)


def kinds_of(ids):
    """{id: kind} of the attacker's own ids."""
    person = ids.world.people[ids.own]
    own = {
        "space": ids.space_id,
        "task": ids.task_id,
        "list": ids.list_id,
        "comment": ids.comment_id,
        "session": ids.session_id,
        "token": ids.token_id,
        "passkey": ids.passkey_id,
        "invite": ids.invite_id,
        "account": person.id,
    }
    invites = {
        ids.world.account_invites[ids.own][0]: "invite",
        ids.world.people["viewer"].id: "account",
    }
    return (
        {held: kind for kind, held in own.items()}
        | invites
        | {person.space: "space", person.phone: "device", person.laptop: "device"}
    )


def foreign_ids(world, attacker):
    """{kind: ids} of others, to which the attacker has no access."""
    others = [name for name in world.people if name != attacker.who.person]
    people = [world.people[name] for name in others]
    records = (
        (world.records, world.foreign) if attacker.space != world.other_space else (world.records,)
    )
    return {
        "space": [
            world.space,
            world.other_space,
            world.deleted_space,
            *(person.space for person in people),
        ],
        **{kind: [made[kind] for made in records] for kind in ("task", "list", "comment")},
        "session": [world.other_sessions[name] for name in others],
        "token": [world.own_tokens[name] for name in others],
        "passkey": [world.passkeys[name] for name in others],
        "account": [person.id for person in people],
        "device": [person.phone for person in people],
        "invite": [
            world.space_invite[0],
            world.account_invite[0],
            *(world.account_invites[name][0] for name in others),
        ],
    }


def _query(ids):
    return {
        "space": ids.space_id,
        "list": ids.list_id,
        "assignee": ids.world.people[ids.own].id,
        "account": ids.world.people[ids.own].id,
        "q": "canary",
    }


def _body(rng, route, ids):
    if route == "POST /sync":
        return sync_of(rng, ids)
    richer = _RICHER.get(route)
    return richer(ids) if richer and rng.random() < 0.8 else body_of(route, ids)


def sync_of(rng, ids):
    """A push of one to three changes of every shape, and a pull."""
    person, own = ids.world.people[ids.own], ids.space_id
    changes = [_change(rng, ids, own, person, number) for number in range(1, rng.randint(2, 4))]
    body = {
        "protocol": 1,
        "device": person.laptop,
        "changes": changes,
        "cursors": {own: rng.choice([None, "abc.0.0", "0.0.0"])},
    }
    return body | ({"account": person.id} if rng.random() < 0.3 else {})


def _change(rng, ids, space, person, number):
    kind, record_id, fields, others = rng.choice(
        [
            ("task", ids.task_id, {"title": "swap"}, {}),
            (
                "task",
                new_id(),
                {
                    "title": "swap",
                    "status": "pending",
                    "completed_at": None,
                    "list": ids.list_id,
                    "parent": ids.task_id,
                    "assignee": person.id,
                },
                {},
            ),
            ("task", ids.task_id, {"deleted": CREATED}, {}),
            ("task", ids.task_id, {"list": ids.list_id}, {"move": person.space}),
            ("list", ids.list_id, {"name": "swap"}, {"move": person.space}),
            ("list", ids.list_id, {"name": "swap"}, {}),
            (
                "comment",
                new_id(),
                {"task": ids.task_id, "text": "swap", "author": person.id, "created": CREATED},
                {},
            ),
            ("comment", ids.comment_id, {"text": "swap"}, {}),
            ("comment", ids.comment_id, {"deleted": CREATED}, {}),
            ("member", new_id(), {"name": "swap", "role": "owner", "account": person.id}, {}),
            ("space", space, {"name": "swap"}, {}),
        ]
    )
    return {
        "space": space,
        "kind": kind,
        "id": record_id,
        "n": number,
        "prev": 0,
        "seen": {person.phone: 1},
        "at": AT,
        "set": fields,
    } | others


_RICHER = {
    "POST /api/v1/tasks": lambda ids: {
        "title": "swap",
        "space": ids.space_id,
        "list": ids.list_id,
        "parent": ids.task_id,
    },
    "PATCH /api/v1/tasks/<task_id>": lambda ids: {
        "list": ids.list_id,
        "parent": ids.task_id,
        "assignee": ids.world.people[ids.own].id,
    },
    "POST /api/v1/tasks/bulk": lambda ids: {
        "operations": [
            {
                "op": "create",
                "fields": {"title": "swap", "space": ids.space_id, "list": ids.list_id},
            },
            {"op": "update", "id": ids.task_id, "fields": {"title": "swap", "list": ids.list_id}},
            {"op": "delete", "id": ids.task_id},
        ]
    },
    "POST /api/v1/tasks/<task_id>/move": lambda ids: {"space": ids.space_id, "list": ids.list_id},
    "POST /api/v1/lists": lambda ids: {"name": "swap", "space": ids.space_id},
    "POST /api/v1/lists/<list_id>/move": lambda ids: {"space": ids.space_id},
    "POST /auth/tokens": lambda ids: {
        "password": PASSWORD,
        "name": "swap",
        "scopes": ["tasks:read"],
        "spaces": [ids.space_id],
    },
}
