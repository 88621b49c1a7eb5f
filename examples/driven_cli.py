#!/usr/bin/env python3
"""The command-line client, driven by the conformance kit (conformance/serving/driver.py): one JSON
object a line on the standard input, one answer a line on the standard output.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import uuid
from contextlib import redirect_stdout
from pathlib import Path

from examples import driftless_cli as client

HOME = Path(tempfile.mkdtemp())
EDITORS: list[tuple[str, client.Json]] = []
WRITING = threading.Lock()


def store() -> client.Store:
    """The database of the client; each thread has a connection of its own."""
    return client.Store(HOME)


def sign_in(given: client.Json) -> client.Json:
    """Opens a session."""
    os.environ["DRIFTLESS_PASSWORD"] = given["password"]
    named = argparse.Namespace(command="sign-in", url=given["url"], email=given["email"])
    client.sign_in(store(), named)
    return {}


def create(given: client.Json) -> client.Json:
    """A new task."""
    made = str(uuid.uuid4())
    fields = {"title": given["title"], "status": "pending", "completed_at": None}
    with store().transaction() as state:
        client.save(state, state["personal"], made, fields, "task", client.begin(state, made), None)
    return {"id": made}


def begin(given: client.Json) -> client.Json:
    """An editor opens."""
    with store().transaction() as state:
        EDITORS.append((given["id"], client.begin(state, given["id"])))
    return {"editor": len(EDITORS) - 1}


def save(given: client.Json) -> client.Json:
    """An editor saves, and stays open."""
    record, begun = EDITORS[given["editor"]]
    with store().transaction() as state:
        space = (client.shown(state, record) or {}).get("space", "")
        entry = client.save(state, space, record, given["set"], "task", begun, None)
        EDITORS[given["editor"]] = record, client.after(entry)
    return {}


def sync(_: client.Json) -> client.Json:
    """Syncs until nothing is left to do, or a request fails."""
    try:
        client.sync(store(), argparse.Namespace(tries=1, limit=None))
    except client.Trouble:
        return {"ok": False}
    return {"ok": True}


def show(_: client.Json) -> client.Json:
    """The tasks that are shown."""
    with store().transaction() as state:
        return {"tasks": {key: values for _, key, values in client.tasks(state)}}


def rejected(_: client.Json) -> client.Json:
    """The rejected changes."""
    with store().transaction() as state:
        found = [(each["change"], each["outcome"]) for each in state["rejected"]]
    told = [
        {"id": change["id"], "set": change["set"], "code": outcome.get("code", outcome["status"])}
        for change, outcome in found
    ]
    return {"rejected": told}


def restart(_: client.Json) -> client.Json:
    """Nothing: each command reads the database anew."""
    return {}


COMMANDS = {
    each.__name__: each for each in (sign_in, create, begin, save, sync, show, rejected, restart)
}


def answer(line: str) -> None:
    """Does one line and answers it."""
    given = json.loads(line)
    with redirect_stdout(sys.stderr):
        try:
            found = COMMANDS[given["do"]](given)
        except Exception as error:
            found = {"error": repr(error)}
    with WRITING:
        print(json.dumps({"nr": given["nr"], **found}), file=sys.__stdout__, flush=True)


def main() -> None:
    """Does line after line; one can come while another is being done."""
    for line in sys.stdin:
        threading.Thread(target=answer, args=[line]).start()


if __name__ == "__main__":
    main()
