"""kill -9 of a real server between commit and reply: acknowledged changes are there, nothing is
applied twice.
"""

import json
import os
import random
import sqlite3
import threading
import time
import uuid
from contextlib import closing, suppress
from http.client import HTTPException

from bench.server import Client, Server
from tests import report
from tests.simulation.device import Device

KILLS = int(os.environ.get("SERVER_KILLS", "20"))
BALLAST = 1_500
SEED = int(os.environ.get("SEED", "1"))


def test_a_server_killed_between_commit_and_answer_loses_and_doubles_nothing():
    rng, violations, cut = random.Random(SEED), [], 0
    with Server() as server:
        headers = server.sign_up()
        device = Device(rng, lambda: time.time_ns() // 1_000_000)
        _exchange(server, headers, device)
        space = device.spaces[0]
        for place in range(
            BALLAST
        ):  # makes a reply of 2 MiB, so that the kill happens before its end
            _new_task(device, space, rng, f"ballast {place}")
        while not device.is_quiet():
            _exchange(server, headers, device)
        acknowledged = set()
        for round_number in range(KILLS):
            ids = [
                _new_task(device, space, rng, f"{round_number}.{place}")
                for place in range(rng.randint(1, 60))
            ]
            cut += _exchange_and_kill(server, headers, device)
            acknowledged |= {
                entry["id"] for entry in device.outbox if entry["outcome"]
            } | device.confirmed.keys()
            server.start()
            while not device.is_quiet():
                _exchange(server, headers, device)
            violations += _wrong(server, device, acknowledged | set(ids))
    report("server_kill", KILLS, len(violations))
    assert not violations, violations[:5]
    assert cut >= KILLS // 2, f"only {cut} of {KILLS} kills came before the answer"


def _new_task(device, space, rng, title):
    task_id = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    device.edit(
        space,
        "task",
        task_id,
        {"title": title, "description": title * 200, "status": "pending", "completed_at": None},
    )
    return task_id


def _exchange(server, headers, device):
    asked = device.request(changes_max=300)
    with closing(Client(server, headers)) as client:
        device.receive(asked, client.post("/sync", asked))


def _exchange_and_kill(server, headers, device):
    """Sends the outbox and kills the server as soon as its commit is visible on disk; whether this
    was before the end of the reply.
    """
    asked = json.loads(json.dumps(device.request()))
    asked["cursors"] = {}
    answered = threading.Event()

    def ask():
        with (
            closing(Client(server, headers)) as client,
            suppress(OSError, HTTPException, ValueError),
        ):
            client.raw("/sync", json.dumps(asked).encode(), {"Accept-Encoding": "br"})
            answered.set()

    thread = threading.Thread(target=ask)
    with closing(
        sqlite3.connect(f"file:{server.data_dir}/driftless.sqlite3?mode=ro", uri=True)
    ) as database:
        watched = database.cursor()
        before = watched.execute("PRAGMA data_version").fetchone()
        thread.start()
        while watched.execute("PRAGMA data_version").fetchone() == before and thread.is_alive():
            pass
    server.kill()
    thread.join()
    return not answered.is_set()


def _wrong(server, device, expected):
    with closing(sqlite3.connect(server.data_dir / "driftless.sqlite3")) as database:
        records = {
            row[0]: json.loads(row[1])
            for row in database.execute("SELECT id, body FROM record WHERE kind = 'task'")
        }
        rows = database.execute(
            "SELECT device_id, n, count(*) FROM history GROUP BY device_id, n HAVING count(*) > 1"
        ).fetchall()
        whole = database.execute("PRAGMA integrity_check").fetchone()[0]
    found = [
        f"{task_id} is lost"
        for task_id in expected
        & {key for key, record in device.confirmed.items() if record["kind"] == "task"}
        - records.keys()
    ]
    found += [
        f"{record['id']} was applied {len(record['writes'])} times"
        for record in records.values()
        if len(record["writes"]) != 1
    ]
    return (
        found + [f"{row} is in history twice" for row in rows] + ([] if whole == "ok" else [whole])
    )
