"""One play: a client under test, the server, and what was typed so far."""

import secrets
import threading
import time
from contextlib import closing
from typing import Any

from conformance import merging
from conformance.checking import Impossible
from conformance.serving.driver import Driver
from conformance.serving.http_server import HELD, Playing, Server
from conformance.serving.spaces import Json, now_stamp

PASSWORD = "a long password of the conformance kit"
ENOUGH = 3  # syncs in a row: a sync may only find out what is to be done next
OTHER = "a0other0device0of0kit"


class Play:
    """The client and what it is told to do; another person writes at the server directly."""

    def __init__(self, driver: Driver, server: Server, playing: Playing):
        self.driver, self.server, self.playing = driver, server, playing
        self.email = f"{secrets.token_hex(6)}@example.org"
        self.account = playing.journal.sign_up(self.email, PASSWORD, "Ana")
        self.home = playing.journal.home(self.account)
        self.other = playing.journal.sign_up("other@example.org", PASSWORD, "Ben")
        self.counter = 0
        self.typed: list[tuple[str, str, set[str]]] = []
        self.sign_in()

    def sign_in(self) -> None:
        """Opens a session."""
        self.driver.do("sign_in", url=self.server.url, email=self.email, password=PASSWORD)

    def share(self) -> Any:
        """A space with the other person; the client has pulled it."""
        space = self.playing.journal.make_space("Family", self.other)
        space.name_members(self.account, "editor")
        self.sync()
        return space

    # The client

    def create(self, title: str) -> str:
        """A task typed at the client; its id."""
        found: str = self.driver.do("create", title=title)["id"]
        self.typed.append((found, title, set()))
        return found

    def begin(self, record: str) -> int:
        """An editor opens."""
        found: int = self.driver.do("begin", id=record)["editor"]
        return found

    def save(self, editor: int, record: str, title: str, replaces: set[str] | None = None) -> None:
        """An editor saves a title; `replaces` are the titles that its author was shown."""
        self.driver.do("save", editor=editor, set={"title": title})
        self.typed.append((record, title, replaces or set()))

    def edit(self, record: str, title: str) -> None:
        """A title typed over the one that is shown."""
        shown = self.shown().get(record, {}).get("title")
        self.save(self.begin(record), record, title, {shown} if shown else set())

    def sync(self, *faults: str) -> bool:
        """A sync, whose requests meet these faults."""
        self.playing.faults.extend(faults)
        return bool(self.driver.do("sync")["ok"])

    def sync_while(self, work: Any, *faults: str) -> None:
        """A sync whose first answer is held until `work` is done."""
        self.playing.held.clear()
        self.playing.release.clear()
        self.playing.faults.extend([HELD, *faults])
        number = self.driver.ask("sync")
        self.playing.held.wait(20)
        work()
        self.playing.release.set()
        self.driver.answer(number)

    def settle(self) -> None:
        """Syncs without faults until all is done; waits as the client does after a refusal."""
        self.playing.faults.clear()
        good = 0
        for _ in range(20):
            good = good + 1 if self.sync() else 0
            if good == ENOUGH:
                return
            time.sleep(0 if good else 0.3)

    def shown(self) -> dict[str, Json]:
        """The tasks on the client's screen."""
        found: dict[str, Json] = self.driver.do("show")["tasks"]
        return found

    def rejected(self) -> list[Json]:
        """The client's rejected changes."""
        found: list[Json] = self.driver.do("rejected")["rejected"]
        return found

    # The other person, and the server

    def write(self, space: Any, record: str | None, fields: Json, seen: Json | None = None) -> str:
        """A write of the other person's device; `seen` is what they were shown, all if it is left
        out.
        """
        with self.playing.lock:
            self.counter += 1
            live = space.live(record) if record else None
            record = record or secrets.token_hex(4) + "-0000-4000-8000-" + secrets.token_hex(6)
            base = live or {"kind": "task", "id": record, **merging.empty()}
            change = {
                "n": self.counter,
                "seen": base["clock"] if seen is None else seen,
                "at": now_stamp(),
                "set": fields,
            }
            space.put(base | merging.merge(base, OTHER, change))
            return record

    def server_record(self, record: str) -> Json | None:
        """A record as the server has it."""
        space = self.playing.journal.find(record)
        return space.live(record) if space else None

    def judge_end(self) -> None:
        """What the client shows, and that nothing typed is lost."""
        check, shown = self.playing.verdicts.check, self.shown()
        self.playing.judge(self.account).told_all()
        mine = [s for s in self.playing.journal.spaces.values() if self.account.id in s.roles]
        for space in mine:
            for record in space.records.values():
                if record["kind"] == "task" and not record.get("grave"):
                    self._compare(shown, record)
        trays = {str(each["set"].get("title")) for each in self.rejected()}
        for record_id, title, _ in self.typed:
            check("kept", self._is_kept(record_id, title, trays), f"“{title}” is lost")

    def _compare(self, shown: dict[str, Json], record: Json) -> None:
        values = merging.values(record)
        if values.get("deleted"):
            return
        title = shown.get(record["id"], {}).get("title")
        self.playing.verdicts.check(
            "shown",
            title == values["title"],
            f"shown {title!r}, the server has {values['title']!r}",
        )

    def _is_kept(self, record_id: str, title: str, trays: set[str]) -> bool:
        record = self.server_record(record_id)
        held = merging.held(record, "title") if record else []
        if title in held or title in trays:
            return True
        later = [each for each in self.typed if each[0] == record_id and title in each[2]]
        return any(self._is_kept(record_id, each[1], trays) for each in later)


def playing_with(command: list[str], scenario: Any) -> Playing:
    """Plays one scenario with a new client and server; what the judge found."""
    playing = Playing()
    with Server(playing) as server, closing(Driver(command)) as driver:
        threading.Thread(target=server.run, daemon=True).start()
        try:
            play = Play(driver, server, playing)
            scenario(play)
            play.settle()
            play.judge_end()
        except Impossible as stop:
            playing.verdicts.check("answers", False, str(stop))
        finally:
            playing.release.set()
            server.shutdown()
    return playing
