"""For every route of the app: real ids for its URL and a valid body. A route that is missing here
fails the matrix.
"""

import json

from tests.server.people import PASSWORD

NEW_PASSWORD = "five other quiet words"


class Ids:
    """The values for the placeholders of a URL, per caller: their own ones if a route is about the
    caller.
    """

    def __init__(self, world, caller, rule):
        self.world, self.caller, self.rule = world, caller, rule
        self.own = caller.person

    def __getitem__(self, name):
        return getattr(self, name)

    @property
    def space_id(self):
        return self.world.deleted_space if self.rule.endswith("/restore") else self.world.space

    @property
    def task_id(self):
        return self.world.records["task"]

    @property
    def list_id(self):
        return self.world.records["list"]

    @property
    def comment_id(self):
        return self.world.records["editors_comment" if self.own == "editor" else "comment"]

    @property
    def session_id(self):
        return self.world.other_sessions[self.own]

    @property
    def token_id(self):
        return self.world.own_tokens[self.own]

    @property
    def device_id(self):
        return self.world.people[self.own].phone

    @property
    def passkey_id(self):
        return self.world.passkeys[self.own]

    @property
    def user_id(self):
        return self.world.people["viewer"].id

    @property
    def invite_id(self):
        return (
            self.world.account_invite[0] if "/admin/" in self.rule else self.world.space_invite[0]
        )

    @property
    def path(self):
        return "settings"


def _sync(ids):
    return {"protocol": 1, "device": ids.world.people[ids.own].phone, "changes": []}


def _accept(ids):
    return {"id": ids.world.account_invites[ids.own][0]}


def _move(ids):
    return {"space": ids.world.people[ids.own].space}


BODIES = {  # {route: its body, or a function that makes it}; None for a route without
    "POST /auth/sign-in": {"email": "owner@example.org", "password": PASSWORD, "session": "bearer"},
    "POST /auth/sign-up": {"email": "new@example.org", "password": PASSWORD, "session": "bearer"},
    "POST /auth/sign-out": None,
    "POST /auth/reset": {"token": "none", "password": NEW_PASSWORD},
    "POST /auth/forgot": {"email": "nobody@example.org"},
    "PATCH /auth/me": {"name": "Another"},
    "POST /auth/password": {"current": PASSWORD, "password": NEW_PASSWORD},
    "DELETE /auth/sessions": None,
    "DELETE /auth/sessions/<session_id>": None,
    "DELETE /auth/devices/<device_id>": None,
    "POST /auth/deletion": {"password": PASSWORD},
    "POST /auth/tokens": {"password": PASSWORD, "name": "Script", "scopes": ["tasks:read"]},
    "DELETE /auth/tokens/<token_id>": None,
    "POST /auth/passkeys/options": {"password": PASSWORD},
    "POST /auth/passkeys": {"challenge": "none", "credential": {}, "name": "Key"},
    "DELETE /auth/passkeys/<passkey_id>": {"password": PASSWORD},
    "POST /auth/sign-in/passkey/options": {},
    "POST /auth/sign-in/passkey": {"challenge": "none", "credential": {}, "session": "bearer"},
    "PUT /auth/second-factor": {"on": False, "password": PASSWORD},
    "POST /sync": _sync,
    "POST /sync/offers": {
        "protocol": 1,
        "device": "offers00000000000000",
        "epoch": "another",
        "offers": [],
    },
    "POST /presence": {"stream": "none", "space": None},
    "POST /api/v1/tasks": lambda ids: {"title": "Milk", "space": ids.world.space},
    "PATCH /api/v1/tasks/<task_id>": {"title": "Bread"},
    "DELETE /api/v1/tasks/<task_id>": None,
    "POST /api/v1/tasks/bulk": lambda ids: {
        "operations": [{"op": "update", "id": ids.task_id, "fields": {"title": "Bread"}}]
    },
    "POST /api/v1/tasks/<task_id>/comments": {"text": "Yes"},
    "POST /api/v1/tasks/<task_id>/move": _move,
    "POST /api/v1/lists": lambda ids: {"name": "Home", "space": ids.world.space},
    "PATCH /api/v1/lists/<list_id>": {"name": "Garden"},
    "DELETE /api/v1/lists/<list_id>": None,
    "POST /api/v1/lists/<list_id>/move": _move,
    "PATCH /api/v1/comments/<comment_id>": {"text": "No"},
    "DELETE /api/v1/comments/<comment_id>": None,
    "POST /api/v1/spaces": {"name": "Family"},
    "PATCH /api/v1/spaces/<space_id>": {"name": "Family"},
    "DELETE /api/v1/spaces/<space_id>": None,
    "POST /api/v1/spaces/<space_id>/restore": None,
    "POST /api/v1/spaces/<space_id>/leave": None,
    "PATCH /api/v1/spaces/<space_id>/members/<user_id>": {"role": "editor"},
    "DELETE /api/v1/spaces/<space_id>/members/<user_id>": None,
    "POST /api/v1/spaces/<space_id>/invites": {"role": "viewer"},
    "DELETE /api/v1/spaces/<space_id>/invites/<invite_id>": None,
    "POST /api/v1/invites/preview": lambda ids: {"token": ids.world.link},
    "POST /api/v1/invites/accept": _accept,
    "POST /api/v1/invites/decline": _accept,
    "POST /api/admin/accounts": {"email": "made@example.org", "name": "Made"},
    "PATCH /api/admin/accounts/<user_id>": {"records_max": 1000},
    "POST /api/admin/accounts/<user_id>/reset-link": None,
    "DELETE /api/admin/accounts/<user_id>/sessions": None,
    "PUT /api/admin/registration": {"mode": "open"},
    "POST /api/admin/invites": {"uses_max": 2},
    "DELETE /api/admin/invites/<invite_id>": None,
}

# other allowed answers to an admitted request than 2xx: there is no such link, ceremony, app
OTHER_ANSWERS = {
    "POST /auth/reset": {"link_expired"},
    "POST /presence": {"no_such_stream"},
    "POST /auth/passkeys": {"challenge_expired"},
    "POST /auth/sign-in/passkey": {"challenge_expired"},
    "GET /": {"not_found"},
    "GET /<path:path>": {"not_found"},
}
OF_A_ROLE = {  # likewise, but only for these: rules beyond a role that the protocol states
    ("POST /api/v1/spaces/<space_id>/leave", "owner"): {"last_owner"},
    ("POST /api/v1/tasks/<task_id>/move", "editor"): {"owner_only"},
    ("POST /api/v1/lists/<list_id>/move", "editor"): {"owner_only"},
    ("POST /auth/deletion", "admin"): {"last_admin"},
}


LIMITED = "token for another space"
FOR_ALL_SPACES = {  # routes that a token limited to certain spaces can never use
    "POST /api/v1/spaces",
    "POST /api/v1/spaces/<space_id>/restore",
    "GET /api/v1/invites",
    "POST /api/v1/invites/accept",
    "POST /api/v1/invites/decline",
}


def beyond(route, who):
    """(status, codes) of a refusal by a rule beyond the policy; None if there is none."""
    if route in FOR_ALL_SPACES and who.name == LIMITED:
        return 403, {"spaces_limited"}
    if route == "GET /events" and who.is_cross_site:
        return 403, {"cross_site"}
    if route == "POST /api/v1/spaces/<space_id>/restore" and who.role != "owner":
        return 404, {"no_such_space"}
    return None


def outcome(route, answer):
    """(status, code) of an answer; for a bulk request, of its one operation."""
    body = answer.json if answer.is_json and answer.data else {}
    if route == "POST /api/v1/tasks/bulk" and answer.status_code == 200:
        return body["results"][0]["status"], body["results"][0].get("code")
    return answer.status_code, body.get("code") if answer.status_code >= 400 else None


def name_of(rule, method):
    return f"{method} {rule.rule}"


def has_case(route):
    return route.startswith("GET ") or route in BODIES


def body_of(route, ids):
    made = BODIES.get(route)
    return made(ids) if callable(made) else made


def open_path(http, path, **named):
    """The answer; of a stream that does not end by itself, its first event."""
    is_stream = path == "/events"
    answer = http.open(path, buffered=not is_stream, **named)
    if answer.mimetype != "text/event-stream" or named["method"] == "HEAD":
        return answer
    first = next(iter(answer.response))
    answer.close()
    answer.response = [first]
    return answer


def ask(world, caller, rule, method):
    """The answer to one caller at one route."""
    route, ids = name_of(rule, method), Ids(world, caller, rule.rule)
    path = rule.rule
    for name in rule.arguments:
        for place in (f"<{name}>", f"<path:{name}>"):
            path = path.replace(place, ids[name])
    http = world.app.test_client(use_cookies=caller.cookie is not None)
    if caller.cookie is not None:
        http.set_cookie("driftless", caller.cookie)
    body = body_of(route, ids)
    named = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return open_path(http, path, method=method, headers=caller.headers, **named)
