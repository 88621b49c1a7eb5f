"""A client of GET /events over a real socket, for tests against a real server."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from contextlib import closing
from pathlib import Path

from bench.server import ROOT, Client
from tests.server.people import PASSWORD, new_id

opened = []  # everything with a socket, for `close_all`


def close_all():
    while opened:
        opened.pop().close()


class Guest:
    """An account on a real server, with one keep-alive connection and any number of streams."""

    def __init__(self, server, name):
        self.server, self.email = server, f"{name}@example.org"
        self.client, self.count = Client(server, {}), 0
        opened.append(self.client)
        self.device = uuid.uuid4().hex
        made = self.client.post(
            "/auth/sign-up",
            {"email": self.email, "password": PASSWORD, "name": name, "session": "bearer"},
        )
        self.id, self.token = made["id"], made["token"]
        self.client.headers = bearer(self.token)
        self.space = next(iter(self.sync()["spaces"]))

    def ask(self, method, path, value=None, headers=None):
        """(status, body) of a request on a connection of its own."""
        with closing(self.server.connection()) as http:
            body = None if value is None else json.dumps(value).encode()
            named = {"Content-Type": "application/json"} if body is not None else {}
            http.request(method, path, body, named | (headers or bearer(self.token)))
            answer = http.getresponse()
            text = answer.read()
            self.retry_after = answer.headers.get("Retry-After")
            return answer.status, json.loads(text) if text else {}

    def do(self, method, path, value=None):
        status, body = self.ask(method, path, value)
        assert status < 300, (method, path, status, body)
        return body

    def sync(self, changes=()):
        return self.client.post(
            "/sync", {"protocol": 1, "device": self.device, "changes": list(changes)}
        )

    def add_task(self, space, title="Milk"):
        """The outcome of a new task by sync."""
        self.count += 1
        change = {
            "space": space,
            "kind": "task",
            "id": new_id(),
            "n": self.count,
            "prev": 0,
            "seen": {},
            "at": "2026-11-23T18:20:32.123Z-0000",
            "set": {"title": title, "status": "pending", "completed_at": None},
        }
        return self.sync([change])["outcomes"][0]

    def sign_in(self):
        """The token of another session."""
        given = {"email": self.email, "password": PASSWORD, "session": "bearer"}
        return self.do("POST", "/auth/sign-in", given)["token"]

    def share(self, *members, role="editor"):
        """The id of a new shared space with these members."""
        space = self.do("POST", "/api/v1/spaces", {"name": "Family"})["id"]
        for member in members:
            self.invite(space, member, role)
        return space

    def invite(self, space, member, role="editor"):
        made = self.do("POST", f"/api/v1/spaces/{space}/invites", {"role": role})
        member.do("POST", "/api/v1/invites/accept", {"token": made["token"]})

    def remove(self, space, member):
        self.do("DELETE", f"/api/v1/spaces/{space}/members/{member.id}")

    def stream(self, token=None, **options):
        """An open stream, after its first event."""
        made = EventStream(self.server, bearer(token or self.token), **options)
        made.ready = made.next("ready")
        return made


class EventStream:
    """One connection. `events` are all (name, data) that were read so far."""

    def __init__(self, server, headers, query="", receive_bytes=None, version="1.1"):
        self.socket = socket.socket()
        opened.append(self.socket)
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.connect(("127.0.0.1", server.port))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.socket.sendall(
            f"GET /events{query} HTTP/{version}\r\nHost: localhost\r\n{head}\r\n".encode()
        )
        self.text, self.raw, self.is_closed = b"", b"", False
        self.events, self._waiting = [], []
        self.is_chunked = version == "1.1"
        while b"\r\n\r\n" not in self.raw and self._receive(5):
            pass
        self.head, _, self.raw = self.raw.partition(b"\r\n\r\n")
        self.status = int(self.head.split()[1])

    def next(self, *names, wait_s=5):
        """The data of the next event with one of these names."""
        found = self.find(*names, wait_s=wait_s)
        assert found is not None, (names, self.events, self.is_closed)
        return found

    def find(self, *names, wait_s):
        """The same, or None if none comes in time."""
        deadline = time.monotonic() + wait_s
        while True:
            self._parse()
            while self._waiting:
                name, data = self._waiting.pop(0)
                if not names or name in names:
                    return data
            left = deadline - time.monotonic()
            if left <= 0 or not self._receive(left):
                return None

    def read_all(self, wait_s):
        """Everything that comes within this time, or until the server closes."""
        begin, deadline = len(self.events), time.monotonic() + wait_s
        while (left := deadline - time.monotonic()) > 0 and self._receive(left):
            pass
        self._parse()
        self._waiting.clear()
        return self.events[begin:]

    def close(self):
        self.socket.close()

    def _receive(self, wait_s):
        if self.is_closed:
            return False
        self.socket.settimeout(max(wait_s, 0.001))
        try:
            data = self.socket.recv(65_536)
        except TimeoutError:
            return False
        except ConnectionError:
            data = b""
        self.is_closed = not data
        self.raw += data
        return bool(data)

    def _parse(self):
        while self.is_chunked and b"\r\n" in self.raw:
            size, _, rest = self.raw.partition(b"\r\n")
            length = int(size, 16)
            if len(rest) < length + 2:
                break
            self.text, self.raw = self.text + rest[:length], rest[length + 2 :]
        if not self.is_chunked:
            self.text, self.raw = self.text + self.raw, b""
        *whole, self.text = self.text.split(b"\n\n")
        for event in whole:
            name, data = event.decode().split("\n")
            made = name.removeprefix("event: "), json.loads(data.removeprefix("data: "))
            self.events.append(made)
            self._waiting.append(made)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def command(server, *arguments):
    """The output of `python -m server …`, another process."""
    return subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        env=server.env,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def write(server, statement, *values):
    """Another process's write: plain SQL on the server's database."""
    with closing(sqlite3.connect(server.data_dir / "driftless.sqlite3", timeout=10)) as database:
        database.execute("PRAGMA foreign_keys=ON")
        with database:
            database.execute(statement, values)


def fill(stream, author, space, most=5_000):
    """Commits until the buffers of a client that does not read are full."""
    queued = 0
    for number in range(most):
        author.add_task(space)
        if number % 50 == 0:
            before, (_, queued) = queued, server_side(stream)
            if queued and queued == before:
                return
    raise AssertionError("the buffers did not fill up")


def server_side(stream):
    """(whether the connection is open, bytes not sent yet) at the server's end, by the kernel."""
    port = stream.socket.getsockname()[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[2].split(":")[1], 16) == port:
            return fields[3] == "01", int(fields[4].split(":")[0], 16)
    return False, 0
