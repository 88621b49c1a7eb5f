"""Section "GET /events": the stream of what has changed, and who is present."""

import json
import time
from contextlib import closing
from typing import Any

from conformance.checking import Broken, holds, refused, rule, same
from conformance.http import Http
from conformance.world import PASSWORD, World, task

SECTION = "GET /events"
TOLD_S = 5
BEAT_S = 30


class Stream:
    """An open stream; `next` gives its events in order."""

    def __init__(self, http: Http, query: str = ""):
        self.connection = http.connect()
        headers = http.headers({"Accept": "text/event-stream", "Content-Type": None})
        self.connection.request("GET", http.path + "/events" + query, headers=headers)
        self.answer = self.connection.getresponse()
        same("the status of a stream", self.answer.status, 200)
        kind = self.answer.getheader("Content-Type", "")
        same("its type", kind.partition(";")[0], "text/event-stream")
        self.rest = b""

    def close(self) -> None:
        """Closes the connection."""
        self.answer.close()
        self.connection.close()

    def next(self, *names: str, patience_s: float = TOLD_S) -> Any:
        """The data of the next event of these names; others are passed over. None at the end."""
        end = time.monotonic() + patience_s
        while True:
            block = self._block(end)
            if block is None:
                return None
            found = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if found.get("event") in names:
                return json.loads(found["data"])

    def _block(self, end: float) -> str | None:
        while b"\n\n" not in self.rest:
            left = end - time.monotonic()
            if left <= 0:
                raise Broken("no such event came in time")
            if self.connection.sock is not None:
                self.connection.sock.settimeout(left)
            try:
                part = self.answer.read1(4096)
            except TimeoutError:
                raise Broken("no such event came in time") from None
            if not part:
                return None
            self.rest += part
        block, _, self.rest = self.rest.partition(b"\n\n")
        return block.decode()


@rule(SECTION, "`spaces` is `{space: seq}` for each space of the account")
def ready_is_first(world: World) -> None:
    space, (ana,) = world.family()
    ana.device.make(space=space)
    spaces = ana.device.push(cursors={})["spaces"]
    with closing(Stream(ana.http)) as stream:
        ready = stream.next("ready", "commit", "space", "presence", "beat", "end")
        holds("ready has a stream", isinstance(ready.get("stream"), str), ready)
        same("the epoch", ready["epoch"], ana.device.epoch)
        same("the spaces", ready["spaces"], {each: spaces[each]["seq"] for each in spaces})


@rule(SECTION, "Every member is told, the author too", "the space is at `seq` now")
def commits_are_told_to_every_member(world: World) -> None:
    space, (ana, ben) = world.family("viewer")
    with closing(Stream(ana.http)) as first, closing(Stream(ben.http)) as second:
        for stream in (first, second):
            stream.next("ready")
        (outcome,) = ana.device.accept(ana.device.change(task(), space=space))
        for stream in (first, second):
            told = stream.next("commit")
            same("the space", [told["space"], told["seq"]], [space, outcome["seq"]])
            same("who", [told["by"], told["devices"]], [[ana.id], [ana.device.id]])


@rule(SECTION, "the account joined the space or has another role there")
def memberships_are_told(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    member = f"/api/v1/spaces/{space}/members/{ben.id}"
    with closing(Stream(ben.http)) as stream:
        stream.next("ready")
        ana.fine("PATCH", member, {"role": "viewer"})
        same("another role", stream.next("space")["role"], "viewer")
        ana.fine("DELETE", member)
        told = stream.next("space")
        same("removed", [told["space"], told["role"]], [space, None])
        ana.device.make(space=space)
        mine = ben.device.accept(ben.device.change(task()))[0]
        same("then only one's own", stream.next("commit")["seq"], mine["seq"])


@rule(
    SECTION, "the members who have this shared space open now", "says which shared space the person"
)
def presence_is_told(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    with closing(Stream(ana.http)) as first, closing(Stream(ben.http)) as second:
        first.next("ready")
        mine = second.next("ready")["stream"]
        body = {"stream": mine, "space": space}
        same("the answer", ben.http.post("/presence", body).status, 200)
        told = first.next("presence")
        same("present", [told["space"], told["accounts"]], [space, [ben.id]])
        ben.http.post("/presence", {"stream": mine, "space": None})
        same("gone", first.next("presence")["accounts"], [])
        refused(ana.http.post("/presence", body), 404, "no_such_stream")
        refused(
            ben.http.post("/presence", {"stream": mine, "space": ben.home}), 404, "no_such_space"
        )


@rule(SECTION, "the stream ends or drops the space within two seconds")
def a_stream_ends_with_its_session(world: World) -> None:
    person = world.person
    given = {"email": person.email, "password": PASSWORD, "session": "bearer"}
    http = Http(world.url, world.http.post("/auth/sign-in", given).body["token"])
    with closing(Stream(http)) as stream:
        stream.next("ready")
        http.post("/auth/sign-out", {})
        ended = time.monotonic()
        same("the reason", stream.next("end"), {"reason": "session_ended"})
        same("then nothing", stream.next("end", "commit"), None)
        holds("within two seconds", time.monotonic() - ended < 3)


@rule(SECTION, "every 20 seconds, so that both sides notice a dead connection")
def a_stream_beats(world: World) -> None:
    with closing(Stream(world.person.http)) as stream:
        stream.next("ready")
        beat = stream.next("beat", patience_s=BEAT_S)
        holds("now is the server's clock", beat["now"] > 1_600_000_000_000, beat)


@rule(SECTION, "The query parameter `account` has the meaning of the header `Driftless-Account`")
def streams_are_refused(world: World) -> None:
    ana, ben = world.people(2)
    refused(world.http.ask("GET", "/events"), 401, "sign_in_first")
    refused(ana.http.ask("GET", f"/events?account={ben.id}"), 409, "account_differs")
    with closing(Stream(ana.http, f"?account={ana.id}")) as stream:
        holds("one's own account", stream.next("ready"))


@rule(SECTION, "a session can have 8 streams, an account 50")
def streams_are_bounded(world: World) -> None:
    person = world.person
    given = {"email": person.email, "password": PASSWORD, "session": "bearer"}
    http = Http(world.url, world.http.post("/auth/sign-in", given).body["token"])
    streams = [Stream(http) for _ in range(8)]
    try:
        answer = http.ask("GET", "/events")
        refused(answer, 429, "too_many_streams")
        holds("Retry-After", answer.headers.get("retry-after", "").isdigit(), answer.headers)
    finally:
        for stream in streams:
            stream.close()
