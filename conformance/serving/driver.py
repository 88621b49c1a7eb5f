"""The client under test: a command that reads one JSON object a line and answers each with one.

| `do` | with | answers |
|---|---|---|
| `sign_in` | `url`, `email`, `password` | `{}`; also after a session has ended |
| `create` | `title` | `{"id"}` of a new task in the personal space |
| `begin` | `id` | `{"editor"}`: the editor of a task opens |
| `save` | `editor`, `set` | `{}`: it saves these fields, and stays open |
| `sync` | | `{"ok"}` once nothing is left to do, or the first request has failed |
| `show` | | `{"tasks": {id: {field: value}}}`: the tasks on the screen |
| `rejected` | | `{"rejected": [{"id", "set", "code"}]}` |
| `restart` | | `{}`: the client is killed and started again, with the same database |

Each line has a number `nr`; its answer repeats it. A line can come while `sync` is being done.
"""

import itertools
import json
import os
import signal
import subprocess
import threading
from typing import Any

from conformance.checking import Impossible

Json = dict[str, Any]
PATIENCE_S = 30


class Driver:
    """A client under test, by its command."""

    def __init__(self, command: list[str]):
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.numbers, self.answers = itertools.count(1), dict[int, Json]()
        self.news = threading.Condition()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def close(self) -> None:
        """Kills the client and what it has started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def ask(self, do: str, **more: Any) -> int:
        """Sends a line; its number."""
        number = next(self.numbers)
        assert self.process.stdin
        try:
            self.process.stdin.write(json.dumps({"nr": number, "do": do, **more}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Impossible("the client has ended") from None
        return number

    def answer(self, number: int) -> Json:
        """The answer to a line."""
        with self.news:
            has_come = self.news.wait_for(lambda: number in self.answers, PATIENCE_S)
            if not has_come:
                raise Impossible(f"the client did not answer line {number}")
            return self.answers.pop(number)

    def do(self, do: str, **more: Any) -> Json:
        """Sends a line and waits for its answer."""
        found = self.answer(self.ask(do, **more))
        if "error" in found:
            raise Impossible(f"the client failed at {do}: {found['error']}")
        return found

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            found = json.loads(line)
            with self.news:
                self.answers[found["nr"]] = found
                self.news.notify_all()
