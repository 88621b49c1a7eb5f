"""make bench-sync: the costs of a sync on the server, compared with raw SQLite writing the same
rows and with an empty sync.

Each figure is the median of five; compared figures are measured in one run, alternating.
"""

import asyncio
import json
import random
import sqlite3
import statistics
import tempfile
import time
import uuid
from contextlib import closing
from pathlib import Path

from bench.server import Client, Server
from bench.tasks import tasks
from server.core import merge
from tests.simulation.device import Device

ROUNDS = 5
RECORDS = 10_000
BATCH = 1_000
CONNECTIONS = 32
SECONDS = 10


def main():
    figures = {}
    with Server() as server:
        figures |= push_and_hydrate(server)
    with Server() as server:
        figures |= small_syncs(server)
    with Server() as server:
        figures |= converge(server)
    for name, value in figures.items():
        print(f"{name}: {value}")


def push_and_hydrate(server):
    pushes, hydrates, sizes, ratios = [], [], [], []
    for round_number in range(ROUNDS):
        headers, given = server.sign_up(), tasks(RECORDS, seed=round_number + 1)
        cpu_us, wall_s = push_all(server, headers, given)
        raw_s = raw_wall_s(server, round_number)
        pushes.append(cpu_us / RECORDS)
        ratios.append(wall_s / raw_s)
        cpu_us, size = hydrate_all(server, headers)
        hydrates.append(cpu_us / RECORDS)
        sizes.append(size / RECORDS)
    return {
        "push_cpu_us_per_change": round(statistics.median(pushes), 1),
        "push_vs_raw": round(statistics.median(ratios), 2),
        "hydrate_cpu_us_per_record": round(statistics.median(hydrates), 1),
        "hydrate_bytes_per_record": round(statistics.median(sizes), 1),
    }


def push_all(server, headers, given):
    """(server CPU in µs, wall time in s) of pushing tasks in batches; bodies are built before the
    clock starts.
    """
    client, device = Client(server, headers), Device(clock=lambda: time.time_ns() // 1_000_000)
    device.receive(request := device.request(), client.post("/sync", request))
    space = device.spaces[0]
    for task in given:
        fields = {
            name: task[name] for name in ("title", "description", "due", "status", "priority")
        }
        fields["completed_at"] = "2026-11-23T10:00:00Z" if task["status"] == "completed" else None
        device.counter += 1
        device.outbox.append(
            {
                "space": space,
                "kind": "task",
                "id": task["id"],
                "n": device.counter,
                "prev": 0,
                "seen": {},
                "at": f"2026-11-23T18:20:{device.counter // 1000:02}.{device.counter % 1000:03}Z-0000",
                "set": fields,
                "sent": False,
                "outcome": None,
            }
        )
    bodies = []
    for start in range(0, len(given), BATCH):
        request = device.request() | {
            "changes": [
                {
                    name: entry[name]
                    for name in ("space", "kind", "id", "n", "prev", "seen", "at", "set")
                }
                for entry in device.outbox[start : start + BATCH]
            ],
            "limit": 1,
        }
        bodies.append(json.dumps(request, separators=(",", ":")).encode())
    cpu, start = server.cpu_s(), time.perf_counter()
    for body in bodies:
        status, _, answer = client.raw("/sync", body, {})
        assert status == 200 and b'"rejected"' not in answer, answer[:300]
    return (server.cpu_s() - cpu) * 1e6, time.perf_counter() - start


def raw_wall_s(server, round_number):
    """Seconds that plain sqlite3 takes to write the same rows of this round into the same schema,
    one transaction per batch.
    """
    with (
        closing(sqlite3.connect(server.data_dir / "driftless.sqlite3")) as source,
        tempfile.TemporaryDirectory() as folder,
    ):
        schema = [
            row[0]
            for row in source.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('record', 'history')"
            )
        ]
        newest = source.execute(
            "SELECT space_id FROM space_counter ORDER BY rowid DESC LIMIT 1"
        ).fetchone()[0]
        rows = {
            table: source.execute(
                f"SELECT * FROM {table} WHERE space_id = ? AND seq > 2 ORDER BY seq", (newest,)
            ).fetchall()
            for table in ("record", "history")
        }
        assert len(rows["record"]) == len(rows["history"]) == RECORDS
        with closing(sqlite3.connect(Path(folder) / "raw.sqlite3", isolation_level=None)) as target:
            target.execute("PRAGMA journal_mode=WAL")
            target.execute("PRAGMA synchronous=FULL")
            for statement in schema:
                target.execute(statement)
            start = time.perf_counter()
            for first in range(0, RECORDS, BATCH):
                target.execute("BEGIN IMMEDIATE")
                for table, written in rows.items():
                    marks = ",".join("?" * len(written[0]))
                    target.executemany(
                        f"INSERT INTO {table} VALUES ({marks})", written[first : first + BATCH]
                    )
                target.execute("COMMIT")
            return time.perf_counter() - start


def hydrate_all(server, headers):
    """(server CPU in µs, bytes on the wire) of a new device's pull from an empty cursor to the end."""
    client, cursors, size, more, records = Client(server, headers), {}, 0, True, 0
    device = Device()
    cpu = server.cpu_s()
    while more:
        body = json.dumps(device.request() | {"cursors": cursors}).encode()
        _, head, answer = client.raw("/sync", body, {"Accept-Encoding": "gzip, deflate, br"})
        size += len(answer) + len(str(head))
        import brotli

        reply = json.loads(brotli.decompress(answer))
        ((space, news),) = reply["spaces"].items()
        cursors, more, records = (
            {space: news["cursor"]},
            news["more"],
            records + len(news["records"]),
        )
    assert records == RECORDS + 2, records
    return (server.cpu_s() - cpu) * 1e6, size


def small_syncs(server):
    """One-change syncs per second over keep-alive connections of as many accounts, alternating with
    empty ones.
    """
    accounts = [server.sign_up() for _ in range(CONNECTIONS)]
    full, empty = [], []
    for number in range(3):
        empty.append(asyncio.run(_load(server, accounts, number, with_change=False)))
        full.append(asyncio.run(_load(server, accounts, number, with_change=True)))
    per_s, empty_per_s = statistics.median(full), statistics.median(empty)
    return {
        "small_sync_per_s": round(per_s),
        "empty_sync_per_s": round(empty_per_s),
        "small_sync_vs_empty": round(per_s / empty_per_s, 2),
    }


async def _load(server, accounts, number, with_change):
    deadline = time.perf_counter() + SECONDS
    counts = await asyncio.gather(
        *(
            _speak(
                server, headers, deadline, f"bench{number}{with_change:d}{place:012}", with_change
            )
            for place, headers in enumerate(accounts)
        )
    )
    return sum(counts) / SECONDS


async def _speak(server, headers, deadline, device, with_change):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    rng, count, cursor, space = random.Random(device), 0, None, None
    while time.perf_counter() < deadline:
        changes = []
        if with_change and space:
            changes = [
                {
                    "space": space,
                    "kind": "task",
                    "id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                    "n": count,
                    "prev": 0,
                    "seen": {},
                    "at": "2026-11-23T18:20:32.123Z-0003",
                    "set": {
                        "title": "water the garden and call the school",
                        "status": "pending",
                        "completed_at": None,
                    },
                }
            ]
        body = json.dumps(
            {
                "protocol": 1,
                "device": device,
                "changes": changes,
                "cursors": {space: cursor} if space else {},
            }
        ).encode()
        writer.write(
            b"POST /sync HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: "
            + headers["Authorization"].encode()
            + b"\r\nContent-Length: "
            + str(len(body)).encode()
            + b"\r\n\r\n"
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(
            int(line[15:])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        )
        answer = json.loads(await reader.readexactly(length))
        assert not changes or answer["outcomes"][0]["status"] == "applied", answer
        ((space, news),) = answer["spaces"].items()
        cursor = news["cursor"]
        count += 1
    writer.close()
    return count


def converge(server):
    """Two devices with 500 offline edits each on the same 1,000 tasks: 250 tasks edited by both,
    125 of them in the same field.
    """
    times, lost, shown = [], [], []
    for round_number in range(ROUNDS):
        seconds, fields_lost, conflicts = _converge_once(server, round_number)
        times.append(seconds)
        lost.append(fields_lost)
        shown.append(conflicts)
    return {
        "converge_s": round(statistics.median(times), 3),
        "converge_fields_lost": max(lost),
        "converge_conflicts_shown": min(shown),
    }


def _converge_once(server, round_number):
    headers, now = server.sign_up(), lambda: time.time_ns() // 1_000_000
    first, second = Device(clock=now), Device(clock=now)
    lines = [Client(server, headers), Client(server, headers)]
    _talk(first, lines[0])
    space = first.spaces[0]
    ids = [task["id"] for task in tasks(1000, seed=100 + round_number)]
    for task_id, task in zip(ids, tasks(1000, seed=100 + round_number), strict=True):
        first.edit(
            space,
            "task",
            task_id,
            {
                "title": task["title"],
                "description": task["description"],
                "status": "pending",
                "completed_at": None,
            },
        )
    _talk(first, lines[0])
    _talk(second, lines[1])
    made = {}
    for place in range(500):
        made[ids[place], "title", f"first {place}"] = first.edit(
            space, "task", ids[place], {"title": f"first {place}"}
        )
    for place in range(250, 750):
        field = "title" if place < 375 else "description"
        made[ids[place], field, f"second {place}"] = second.edit(
            space, "task", ids[place], {field: f"second {place}"}
        )
    start = time.perf_counter()
    _talk(first, lines[0])
    _talk(second, lines[1])
    _talk(first, lines[0])
    seconds = time.perf_counter() - start
    assert first.is_quiet() and second.is_quiet()
    assert {key: record["writes"] for key, record in first.confirmed.items()} == {
        key: record["writes"] for key, record in second.confirmed.items()
    }
    held = {
        (key, field, value)
        for key, record in first.confirmed.items()
        for write in record["writes"]
        for field, value in write["set"].items()
    }
    conflicts = min(
        sum(bool(merge.conflicts(record)) for record in device.confirmed.values())
        for device in (first, second)
    )
    return seconds, len(made.keys() - held), conflicts


def _talk(device, line):
    while True:
        asked = device.request()
        device.receive(asked, line.post("/sync", asked))
        if device.is_quiet():
            return


if __name__ == "__main__":
    main()
