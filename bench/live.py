"""make bench-live: how soon a change is told to the connected members, and what a stream costs.

The goals: live_vs_syncs ≤ 1.5, live_p95_vs_p50 ≤ 3, live_browser_p50_ms ≤ 100,
streams_space_told_ms ≤ 30, streams_all_told_ms ≤ 250, stream_kib ≤ 25.
"""

import json
import select
import socket
import statistics
import time
import uuid
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine

from bench.live_browser import browser_latencies
from bench.server import Client, Server, process_tree
from server.accounts import service as accounts
from server.database import Writer, prepare
from server.spaces import members, service

CHANGES = 200
SPACES, MEMBERS = 25, 200
ROUNDS = 7
TOLD_S_MAX = 10


def main():
    with Server() as server:
        figures = latencies(server)
    with Server() as server:
        figures |= browser_latencies(server)
    with Server() as server:
        figures |= many_streams(server)
    for name, value in figures.items():
        print(f"{name}: {value}")


def latencies(server):
    """From sending A's change until B holds it, beside the two syncs that this takes."""
    headers = server.sign_up()
    first, second = Writing(server, headers), Writing(server, headers)
    alone = [first.timed_sync(with_change=True) for _ in range(CHANGES)]
    empty = [first.timed_sync(with_change=False) for _ in range(CHANGES)]
    second.sync()
    listening = Listener(server.port, headers["Authorization"])
    listening.read_until(b"event: ready")
    times = [live_once(first, second, listening) for _ in range(CHANGES)]
    listening.socket.close()
    p50, p95 = statistics.median(times), sorted(times)[int(CHANGES * 0.95)]
    syncs = statistics.median(alone) + statistics.median(empty)
    return {
        "live_p50_ms": round(p50 * 1e3, 2),
        "live_p95_ms": round(p95 * 1e3, 2),
        "live_p95_vs_p50": round(p95 / p50, 2),
        "live_vs_syncs": round(p50 / syncs, 2),
    }


def live_once(first, second, listening):
    """Seconds until B has pulled A's change. B waits for its event, A for its answer later."""
    record, body = first.new_change()
    begun = time.perf_counter()
    first.send(body)
    listening.read_until(b"event: commit")
    pulled = second.sync()
    seconds = time.perf_counter() - begun
    assert record in {each["id"] for each in pulled["records"]}
    first.receive()
    return seconds


class Writing:
    """A device of an account, on one keep-alive connection."""

    def __init__(self, server, headers):
        self.client, self.device, self.count = Client(server, headers), uuid.uuid4().hex, 0
        self.space, self.cursor = None, None
        self.sync()

    def sync(self, changes=()):
        self.send(self.body(changes))
        return self.receive()

    def timed_sync(self, with_change):
        body = self.new_change()[1] if with_change else self.body([])
        begun = time.perf_counter()
        self.send(body)
        self.receive()
        return time.perf_counter() - begun

    def new_change(self):
        """(id of a new task, the request that creates it)."""
        change = new_task(self.space, self.count + 1)
        self.count += 1
        return change["id"], self.body([change])

    def body(self, changes):
        cursors = {self.space: self.cursor} if self.space else {}
        return request_body(self.device, changes, cursors)

    def send(self, body):
        headers = self.client.headers | {"Content-Type": "application/json"}
        self.client.http.request("POST", "/sync", body, headers)

    def receive(self):
        answer = json.loads(self.client.http.getresponse().read())
        ((self.space, news),) = answer["spaces"].items()
        self.cursor = news["cursor"]
        return news


class Listener:
    """One stream, read as bytes."""

    def __init__(self, port, authorization):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(
            f"GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n"
            "Accept: text/event-stream\r\n\r\n".encode()
        )

    def read_until(self, word):
        text = b""
        while word not in text or not text.endswith(b"\n\n\r\n"):
            data = self.socket.recv(65_536)
            assert data, "the stream has ended"
            text += data


def many_streams(server):
    """25 spaces of 200 members, each with a stream: what they cost, and how soon all are told."""
    spaces = make_spaces(server)
    ask_once(server, [token for _, tokens in spaces for token in tokens])
    before = private_kib(server)
    crowd = Crowd(server, spaces)
    grown = private_kib(server) - before
    told = [crowd.tell([spaces[number]]) for number in range(ROUNDS)]
    told_all = [crowd.tell(spaces) for _ in range(ROUNDS)]
    figures = {
        "streams": len(crowd.sockets),
        "streams_space_told_ms": round(statistics.median(told) * 1e3, 1),
        "streams_all_told_ms": round(statistics.median(told_all) * 1e3, 1),
        "stream_kib": round(grown / len(crowd.sockets), 1),
    }
    crowd.close()
    return figures


def ask_once(server, tokens):
    """One request of each account, so that what an account costs does not count as its stream's."""
    for token in tokens:
        with closing(Client(server, {"Authorization": f"Bearer {token}"})) as client:
            client.get("/auth/me")


class Crowd:
    """All streams in one epoll loop, and one keep-alive connection per space for its author."""

    def __init__(self, server, spaces):
        self.port, self.count, self.task, self.cursors = server.port, 1, {}, {}
        self.poll, self.sockets, self.space_of = select.epoll(), {}, {}
        self.device = {space: uuid.uuid4().hex for space, _ in spaces}
        for space, tokens in spaces:
            for token in tokens:
                listening = Listener(self.port, f"Bearer {token}")
                listening.read_until(b"event: ready")
                listening.socket.setblocking(False)
                number = listening.socket.fileno()
                self.sockets[number], self.space_of[number] = listening.socket, space
                self.poll.register(number, select.EPOLLIN)
        self.authors = {space: self._author(space, tokens[0]) for space, tokens in spaces}

    def tell(self, spaces):
        """Seconds from sending one change to each of these spaces at once until all members of all
        of them have read the commit.
        """
        self._drain()
        self.count += 1
        waiting = {space: set() for space, _ in spaces}
        for number, space in self.space_of.items():
            if space in waiting:
                waiting[space].add(number)
        left = set().union(*waiting.values())
        requests = [self._request(space, tokens[0]) for space, tokens in spaces]
        begun = time.perf_counter()
        for (space, _), request in zip(spaces, requests, strict=True):
            self.authors[space].sendall(request)
        while left:
            for number, _ in self.poll.poll(TOLD_S_MAX, len(self.sockets)):
                if b"event: commit" in self.sockets[number].recv(4_096):
                    left.discard(number)
            assert time.perf_counter() - begun < TOLD_S_MAX, f"{len(left)} were not told"
        seconds = time.perf_counter() - begun
        for space, _ in spaces:
            self._receive(self.authors[space])
        return seconds

    def close(self):
        for each in (*self.sockets.values(), *self.authors.values()):
            each.close()

    def _author(self, space, token):
        """The connection of a member, who has created a task in the space and pulled everything."""
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.settimeout(TOLD_S_MAX)
        self.task[space] = new_task(space, 1)
        connection.sendall(self._post(self._body(space, self.task[space]), token))
        news = json.loads(self._receive(connection))["spaces"]
        self.cursors[space] = {each: of["cursor"] for each, of in news.items()}
        return connection

    def _request(self, space, token):
        """Changes the task: a new one would also measure the search for its id in 200 accounts."""
        n = self.count
        edit = {
            "n": n,
            "prev": n - 1,
            "seen": {self.device[space]: n - 1},
            "set": {"title": f"{n}"},
        }
        return self._post(self._body(space, self.task[space] | edit), token)

    def _body(self, space, change):
        return request_body(self.device[space], [change], self.cursors.get(space, {}))

    def _post(self, body, token):
        return (
            f"POST /sync HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def _receive(self, connection):
        text = b""
        while b"\r\n\r\n" not in text:
            text += connection.recv(65_536)
        head, _, body = text.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length:")[1].split()[0])
        while len(body) < length:
            body += connection.recv(65_536)
        assert b'"status":"applied"' in body, body[:300]
        return body

    def _drain(self):
        while found := self.poll.poll(0.05, len(self.sockets)):
            for number, _ in found:
                self.sockets[number].recv(65_536)


def make_spaces(server):
    """[(space, tokens of its members)], written through the server's own code, without hashing a
    password for each account.
    """
    engine = create_engine(f"sqlite:///{server.data_dir / 'driftless.sqlite3'}")
    prepare(engine)
    key, now_ms = server.env["SECRET_KEY"], time.time_ns() // 1_000_000

    def make(connection, number):
        made = [
            accounts.create_user(connection, f"{number}.{place}@example.org", "Ana", "-", now_ms)
            for place in range(MEMBERS)
        ]
        for user_id in made:
            service.create_personal_space(connection, user_id, "Ana", now_ms)
        space = service.create_space(connection, made[0], "Family", now_ms)
        for user_id in made[1:]:
            members.add_member(connection, space, user_id, "editor", now_ms)
        return space, [
            accounts.create_session(connection, key, user_id, "bench", now_ms) for user_id in made
        ]

    writer = Writer(engine)
    found = [
        writer.run(lambda connection, n=number: make(connection, n)) for number in range(SPACES)
    ]
    with engine.connect() as connection:  # so that no connection caches pages of a long WAL
        connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return found


def request_body(device, changes, cursors):
    members = {"device": device, "changes": changes, "cursors": cursors}
    return json.dumps({"protocol": 1} | members).encode()


def new_task(space, n):
    return {
        "space": space,
        "kind": "task",
        "id": str(uuid.uuid4()),
        "n": n,
        "prev": 0,
        "seen": {},
        "at": "2026-11-23T18:20:32.123Z-0003",
        "set": {"title": "water the garden", "status": "pending", "completed_at": None},
    }


def private_kib(server):
    """KiB of private memory of the server's processes."""
    return sum(
        int(line.split()[1])
        for pid in process_tree(server.process.pid)
        for line in Path(f"/proc/{pid}/smaps").read_text().splitlines()
        if line.startswith("Private_")
    )


if __name__ == "__main__":
    main()
