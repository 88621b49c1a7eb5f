"""Random memberships and commits: no stream is told an id that its account may not know."""

import os
import random
import re

from bench.server import Server
from tests import figure
from tests.server.events import Guest, close_all, write

STEPS = int(os.environ.get("LIVE_STEPS", "250"))
SEED = int(os.environ.get("SEED") or 0)
PEOPLE, SPACES = 5, 3
SETTLE_S = 2.5  # after which other processes' changes are known
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}")


class Story:
    """People in spaces, and for each of them the ids that they may know; what they once may know
    about accounts and devices they may always know.
    """

    def __init__(self, server, rng):
        self.rng = rng
        self.people = [Guest(server, f"guest{number}") for number in range(PEOPLE)]
        self.members, self.present = {}, {}
        self.known = {guest: {guest.id, guest.space, guest.device} for guest in self.people}
        for owner in self.people[:SPACES]:
            space = owner.share()
            self.members[space] = [owner]
            self.see(space)
        self.streams = [(guest, guest.stream()) for guest in self.people for _ in range(2)]
        self.leaks, self.events = [], 0

    def see(self, space):
        """The members of a space see each other."""
        ids = {space} | {each for guest in self.members[space] for each in (guest.id, guest.device)}
        for guest in self.members[space]:
            self.known[guest] |= ids

    def read(self, wait_s=0.0):
        """Reads every stream and checks each id in it."""
        for guest, stream in self.streams:
            for name, data in stream.read_all(wait_s or 0.01):
                self.events += 1
                foreign = set(ID.findall(str(data))) - self.known[guest]
                if foreign:
                    self.leaks.append((guest.email, name, data, foreign))

    def step(self):
        space = self.rng.choice([*self.members])
        inside = self.members[space]
        outside = [guest for guest in self.people if guest not in inside]
        act = self.rng.choice(
            ["commit", "commit", "commit", "rest", "join", "leave", "be", "personal"]
        )
        if act == "commit":
            self.rng.choice(inside).add_task(space)
        elif act == "rest":
            self.rng.choice(inside).do("POST", "/api/v1/tasks", {"title": "Milk", "space": space})
        elif act == "personal":
            guest = self.rng.choice(self.people)
            guest.add_task(guest.space)
        elif act == "join" and outside:
            self.join(space, self.rng.choice(outside))
        elif act == "leave" and len(inside) > 1:
            self.leave(space, self.rng.choice(inside[1:]))
        elif act == "be":
            guest, stream = self.rng.choice(self.streams)
            stream_id = stream.events[0][1]["stream"]
            guest.ask("POST", "/presence", {"stream": stream_id, "space": space})

    def join(self, space, guest):
        self.members[space].append(guest)
        self.see(space)
        self.members[space][0].invite(space, guest)

    def leave(self, space, guest):
        """After it, the account may not know the space; what was sent before is read first."""
        owner = self.members[space][0]
        self.read()
        if self.rng.random() < 0.3:
            statement = "DELETE FROM member WHERE space_id = ? AND user_id = ?"
            write(owner.server, statement, space, guest.id)
        else:
            owner.remove(space, guest)
        self.members[space].remove(guest)
        told = [stream.find("space", wait_s=SETTLE_S) for of, stream in self.streams if of is guest]
        if any(data != {"space": space, "role": None} for data in told):
            self.leaks.append((guest.email, "not told", told, space))
        self.known[guest].discard(space)


def test_no_stream_is_told_an_id_that_its_account_may_not_know():
    with Server() as server:
        story = Story(server, random.Random(SEED))
        for _ in range(STEPS):
            story.step()
            if story.rng.random() < 0.2:
                story.read()
        story.read(wait_s=0.1)
    close_all()
    figure("live_leaks", len(story.leaks))
    figure("live_events_checked", story.events)
    assert not story.leaks, story.leaks[:3]
    assert story.events > STEPS
