"""What others do at the same time, over HTTP: an account beside the page, and the operator at the
machine.
"""

import json
import subprocess
import sys
from contextlib import closing

from tests.browser.conftest import ROOT
from tests.browser.page import PASSWORD


class Api:
    """An account that speaks to the server without a browser."""

    def __init__(self, server, email, name="", is_new=True):
        self.server, self.email, self.headers = server, email, {}
        given = {"email": email, "password": PASSWORD, "session": "bearer"} | (
            {"name": name} if is_new else {}
        )
        answer = self.post("/auth/sign-up" if is_new else "/auth/sign-in", given)
        self.id, self.headers = answer["id"], {"Authorization": f"Bearer {answer['token']}"}

    def ask(self, method, path, body=None):
        """(status, JSON answer)."""
        with closing(self.server.connection()) as http:
            http.request(
                method,
                path,
                None if body is None else json.dumps(body).encode(),
                self.headers | {"Content-Type": "application/json"},
            )
            answer = http.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")

    def get(self, path):
        return self._fine("GET", path)

    def post(self, path, body):
        return self._fine("POST", path, body)

    def make_space(self, name, *lists):
        """The id of a shared space of this account, with lists in it."""
        space = self.post("/api/v1/spaces", {"name": name})["id"]
        for place, each in enumerate(lists):
            self.post("/api/v1/lists", {"name": each, "space": space, "order": f"a{place}"})
        return space

    def invite(self, space, role="editor", **more):
        """The new invite: its `url`, its `token`."""
        return self.post(f"/api/v1/spaces/{space}/invites", {"role": role, **more})

    def _fine(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        assert status < 300, (path, status, answer)
        return answer


def at_the_machine(server, *arguments):
    """What a command of the operator prints."""
    found = subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        env=server.env,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout.strip()


def make_admin(server, email):
    at_the_machine(server, "admin", email)
