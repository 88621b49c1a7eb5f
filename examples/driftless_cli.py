#!/usr/bin/env python3
"""A command-line client of Driftless that works offline, written from the description of the sync
protocol alone.

Every command except sign-up, sign-in and sync works without a network: it reads and writes one
local database. `sync` sends the changes to the server and fetches those of others. The numbers of
duties in the comments are those of "Duties of a client".
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import http.client
import json
import os
import random
import secrets
import sqlite3
import string
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]
Clock = dict[str, int]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFERED = ("list", "task", "comment")
NO_ROOM = {"status": "left_out", "message": "The server's record has no room for these values."}
OFFERS_MAX = 1_000


class Trouble(Exception):
    """A message for the user; `status` is the HTTP status of the server's answer, 0 without one."""

    def __init__(self, message: str, status: int = 0, wait: int | None = None):
        super().__init__(message)
        self.status, self.wait = status, wait


# Time: readings of a hybrid logical clock, in server time


def device_now() -> int:
    """The clock of this device as Unix time in ms."""
    return time.time_ns() // 1_000_000


def reading(ms: int, count: int = 0) -> str:
    """A time and a counter as a clock reading."""
    return f"{EPOCH + timedelta(milliseconds=ms):%Y-%m-%dT%H:%M:%S}.{ms % 1000:03d}Z-{count:04x}"


def parts(at: str) -> tuple[int, int]:
    """The time and the counter of a clock reading."""
    moment, count = at.split("Z-")
    return (datetime.fromisoformat(f"{moment}+00:00") - EPOCH) // timedelta(milliseconds=1), int(
        count, 16
    )


def tick(state: Json) -> str:
    """The next reading: later than the last one and not before the current time."""
    at = reading(max(0, device_now() + state["offset"]))
    if at <= state["last"]:
        ms, count = parts(state["last"])
        at = reading(ms, count + 1) if count < 0xFFFF else reading(ms + 1)
    state["last"] = at
    return at


def learn_time(state: Json, now: int, sent: int, got: int) -> None:
    """Updates the offset to server time, unless the answer was slow; if this device ran far ahead,
    moves back unsent changes too (duty 6).
    """
    trip = got - sent
    if state["trip"] is None or 0 <= trip <= max(10_000, state["trip"]):
        state["offset"], state["trip"] = now - (sent + got) // 2, trip
    server_now = max(0, got + state["offset"])
    ahead = parts(state["last"])[0] - server_now
    if ahead > 60_000:
        state["last"] = reading(server_now)
        for change in (entry["change"] for entry in state["outbox"] if not entry["sent"]):
            ms, count = parts(change["at"])
            change["at"] = reading(ms - ahead, count)


# Records: a clock and the surviving writes


def merge(record: Json, device: str, change: Json) -> Json:
    """The record with a change merged into it: values that its author had seen are removed, others
    stay beside the new one.
    """
    if change["n"] <= record["clock"].get(device, 0):
        return record
    writes = [{"by": device, "n": change["n"], "at": change["at"], "set": change["set"]}]
    for write in record["writes"]:
        replaced = change["set"] if change["seen"].get(write["by"], 0) >= write["n"] else {}
        writes.append(
            {
                **write,
                "set": {
                    field: value for field, value in write["set"].items() if field not in replaced
                },
            }
        )
    writes = sorted(
        (write for write in writes if write["set"]),
        key=lambda write: (write["at"], write["by"], write["n"]),
    )
    return {**record, "clock": {**record["clock"], device: change["n"]}, "writes": writes}


def covers(clock: Clock, other: Clock) -> bool:
    """Whether a clock has at least each entry of another one."""
    return all(clock.get(device, 0) >= n for device, n in other.items())


def in_common(one: Json, other: Json) -> list[Json]:
    """The writes of a record without the values that another copy of it has seen replaced."""
    held = {(write["by"], write["n"]): write["set"] for write in other["writes"]}
    left = []
    for write in one["writes"]:
        is_known = other["clock"].get(write["by"], 0) >= write["n"]
        there = held.get((write["by"], write["n"]), {}) if is_known else write["set"]
        kept = {field: value for field, value in write["set"].items() if field in there}
        left.append({**write, "set": kept})
    return left


def join(theirs: Json, mine: Json) -> Json:
    """Two copies of a record as one (duty 13)."""
    clocks = theirs["clock"], mine["clock"]
    clock = {
        device: max(each.get(device, 0) for each in clocks)
        for device in {**mine["clock"], **theirs["clock"]}
    }
    writes: dict[tuple[str, int], Json] = {}
    for write in in_common(mine, theirs) + in_common(theirs, mine):
        before = writes.get((write["by"], write["n"]), {"set": {}})
        writes[write["by"], write["n"]] = {**write, "set": before["set"] | write["set"]}
    in_order = sorted(writes.values(), key=lambda write: (write["at"], write["by"], write["n"]))
    return {**theirs, "clock": clock, "writes": [write for write in in_order if write["set"]]}


def fields(record: Json) -> Json:
    """The values of a record: writes are in order, so the last one that holds a field wins."""
    return {field: value for write in record["writes"] for field, value in write["set"].items()}


def rivals(record: Json, field: str) -> list[Json]:
    """One write for each different value of a field, the current one first."""
    holders = [write for write in reversed(record["writes"]) if field in write["set"]]
    return list({json.dumps(write["set"][field]): write for write in holders}.values())


def conflicts(record: Json) -> list[str]:
    """The fields with several values from concurrent changes."""
    several = [
        field
        for field in fields(record)
        if field not in ("order", "completed_at") and len(rivals(record, field)) > 1
    ]
    return [
        field
        for field in several
        if field != "deleted" or any(write["set"][field] is None for write in rivals(record, field))
    ]


# The local database


def new_device() -> str:
    """A device id of 103 random bits."""
    return "".join(secrets.choice(string.digits + string.ascii_lowercase) for _ in range(20))


def blank() -> Json:
    """The state of a device before its first contact with a server; new tasks have the space ""
    until the personal space is known.
    """
    return {
        "device": new_device(),
        "counter": 0,
        "last": reading(0),
        "offset": 0,
        "trip": None,
        "epoch": None,
        "url": None,
        "token": None,
        "account": None,
        "personal": "",
        "spaces": {},
        "outbox": [],
        "rejected": [],
        "offers": [],
        "looked": {},
    }


class Store:
    """The state as one JSON document in an SQLite file; a transaction applies all of its changes or
    none.
    """

    def __init__(self, home: Path):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.db = sqlite3.connect(home / "driftless.db", timeout=60, isolation_level=None)
        self.db.execute("PRAGMA synchronous = EXTRA")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS state (id INTEGER PRIMARY KEY, body TEXT NOT NULL)"
        )

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Json]:
        """Locks and reads the state, lets the caller change it, and writes it to disk; an exception
        rolls back.
        """
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            row = self.db.execute("SELECT body FROM state").fetchone()
            state = blank() | json.loads(row[0]) if row else blank()
            yield state
            self.db.execute(
                "REPLACE INTO state VALUES (1, ?)", [json.dumps(state, ensure_ascii=False)]
            )


def copies(state: Json, key: str) -> list[Json]:
    """The copies of a record in all spaces, as the server sent them."""
    return [here["records"][key] for here in state["spaces"].values() if key in here["records"]]


def ahead(one: Json, other: Json) -> bool:
    """Whether a copy is at least as new as another one; of equal ones, the live one is."""
    if one["clock"] == other["clock"]:
        return not one.get("grave") or bool(other.get("grave"))
    return covers(one["clock"], other["clock"])


def confirmed(state: Json, key: str) -> Json | None:
    """The newest copy of a record: a live one, or the one under a tombstone while an older one is
    live (duty 4); else a tombstone, or None.
    """
    found = copies(state, key)
    if all(copy.get("grave") for copy in found):
        return max(found, key=lambda copy: sum(copy["clock"].values()), default=None)
    best: Json = {}
    for copy in found:
        if "writes" in copy and (not best or not ahead(best, copy)):
            best = copy
    return {**best, "grave": False}


def pending(state: Json, key: str) -> list[Json]:
    """The outbox entries of a record, in order."""
    return [entry for entry in state["outbox"] if entry["change"]["id"] == key]


def shown(state: Json, key: str) -> Json | None:
    """The visible record: the confirmed one with the outbox merged over it; None if there is none."""
    record = confirmed(state, key)
    for entry in pending(state, key):
        change = entry["change"]
        blank_record = {"kind": change["kind"], "id": key, "clock": {}, "writes": []}
        blank_record["space"] = change["space"]
        start = record if record and "writes" in record else blank_record
        record = merge({**start, "grave": False}, entry["device"], change)
        record["space"] = change.get("move", record["space"])
    return None if record is None or record.get("grave") else record


# Local changes


def begin(state: Json, key: str) -> Json:
    """The edit base of an edit that begins now (duty 2)."""
    visible, device = shown(state, key), state["device"]
    base = (confirmed(state, key) or {}).get("clock", {}) if visible else {}
    waiting = [entry for entry in pending(state, key) if entry["outcome"] is None]
    sure = min([base.get(device, 0), *(entry["begun"]["sure"] for entry in waiting[:1])])
    seen = visible["clock"] if visible else {}
    return {"by": device, "seen": seen, "base": base, "sure": sure, "own": []}


def with_entry(clock: Clock, device: str, n: int) -> Clock:
    """The clock with this entry for the device; without one for 0."""
    others = {each: number for each, number in clock.items() if each != device}
    return others | ({device: n} if n else {})


def under(device: str, begun: Json) -> Json:
    """An edit base under the present device id: of an older one only what is sure counts."""
    old, sure = begun["by"], begun["sure"]
    if old == device:
        return begun
    seen, base = (with_entry(begun[name], old, sure) for name in ("seen", "base"))
    return {"by": device, "seen": seen, "base": base, "sure": 0, "own": []}


def seen_by(state: Json, begun: Json, own: list[int], key: str, values: Json) -> int:
    """How much of its own device the author of a change has seen."""
    device, writes = state["device"], (confirmed(state, key) or {}).get("writes", [])
    made = [(write["by"], write["n"], write["set"]) for write in writes]
    made += [
        (entry["device"], entry["change"]["n"], entry["change"]["set"])
        for entry in pending(state, key)
    ]
    start = begun["seen"].get(device, 0)
    others = [
        n
        for by, n, fields_set in made
        if by == device and n > start and n not in own and fields_set.keys() & values.keys()
    ]
    return max([start, *(n for n in own if n < min(others, default=n + 1))])


def replaces(device: str, last: Json | None, begun: Json, seen: int, change: Json) -> bool:
    """Whether a change replaces the last one of its record, which was never sent."""
    if last is None or last["sent"] or last["device"] != device:
        return False
    n, before = last["change"]["n"], last["change"]
    return (
        not (before.get("move") or change.get("move"))
        and begun["base"].get(device, 0) < n == seen
        and before["set"].keys() <= change["set"].keys()
    )


def save(
    state: Json,
    space: str,
    key: str,
    values: Json,
    kind: str = "task",
    begun: Json | None = None,
    move: str | None = None,
) -> Json:
    """Adds a change to the outbox (duties 1 and 2); the entry."""
    begun = under(state["device"], begun or state["looked"].get(key) or begin(state, key))
    change = {"space": space, "kind": kind, "id": key, "set": values}
    change |= {"move": move} if move else {}
    entry = dated(state, change, begun)
    state["outbox"].append(entry)
    state["looked"][key] = after(entry)
    return entry


def after(entry: Json) -> Json:
    """The edit base of the author of a change after it."""
    begun: Json = entry["begun"]
    return begun | {"own": [*begun["own"], entry["change"]["n"]]}


def dated(state: Json, change: Json, begun: Json) -> Json:
    """An outbox entry: the change with its numbers and clocks. It may take the place of the
    record's last one.
    """
    device, key = state["device"], change["id"]
    mine = [each for each in pending(state, key) if each["device"] == device]
    reached = (confirmed(state, key) or {}).get("clock", {}).get(device, 0)
    still = {each["change"]["n"] for each in mine}
    own = [n for n in begun["own"] if n in still or n <= reached]
    seen = seen_by(state, begun, own, key, change["set"])
    prev, sure = max([reached, *still]), begun["sure"]
    last = (pending(state, key) or [None])[-1]
    if last is not None and replaces(device, last, begun, seen, change):
        state["outbox"].remove(last)
        prev, sure = last["change"]["prev"], min(sure, last["begun"]["sure"])
        below = still - {last["change"]["n"]}
        seen = max([last["change"]["seen"].get(device, 0), begun["base"].get(device, 0), *below])
    state["counter"] += 1
    numbers = {"n": state["counter"], "prev": prev, "at": tick(state)}
    return {
        "device": device,
        "change": change | numbers | {"seen": with_entry(begun["seen"], device, seen)},
        "begun": begun | {"sure": sure, "own": own},
        "sent": False,
        "outcome": None,
    }


def take_new_device(state: Json) -> None:
    """Another installation uses this device's id: takes a new one and creates every change without
    an outcome again (duty 8).
    """
    state["device"], state["counter"] = new_device(), 0
    accepted = [entry for entry in state["outbox"] if entry["outcome"]]
    made: dict[str, list[tuple[int, int]]] = {}
    for entry in state["outbox"]:
        if entry["outcome"] is None:
            state["counter"] += 1
            earlier = made.setdefault(entry["change"]["id"], [])
            old_n = entry["change"]["n"]
            create_again(state, entry, accepted, earlier)
            earlier.append((old_n, state["counter"]))


def create_again(
    state: Json, entry: Json, accepted: list[Json], earlier: list[tuple[int, int]]
) -> None:
    """Gives an entry its numbers and clocks under the new device id. `earlier` are the (old, new)
    numbers of the record's entries before it.
    """
    old, change, begun, device = entry["device"], entry["change"], entry["begun"], state["device"]
    old_seen, reached = change["seen"].get(old, 0), begun["base"].get(old, 0)
    taken = [
        each["change"]["n"]
        for each in accepted
        if (each["change"]["id"], each["device"]) == (change["id"], old)
    ]
    sure = max([begun["sure"], *(n for n in taken if n <= old_seen)])
    seen = with_entry(change["seen"], old, sure)
    for before, n in earlier:
        if before <= reached:
            break
        if before <= old_seen:
            seen[device] = n
    numbers = {"n": state["counter"], "prev": earlier[-1][1] if earlier else 0, "seen": seen}
    base = with_entry(begun["base"], old, sure)
    anew = {"by": device, "seen": seen, "base": base, "sure": 0, "own": []}
    entry.update(device=device, change={**change, **numbers}, begun=anew, sent=False)


# Answers of the server


def take_outcomes(state: Json, request: Json, outcomes: list[Json]) -> None:
    """Gives each entry the outcome of its own change; an entry that has one keeps it (duty 5)."""
    said = {
        change["n"]: outcome for change, outcome in zip(request["changes"], outcomes, strict=True)
    }
    for entry in state["outbox"]:
        outcome = said.get(entry["change"]["n"])
        if (
            outcome
            and entry["device"] == request["device"]
            and entry["outcome"] is None
            and outcome["status"] != "device_conflict"
        ):
            entry["outcome"] = outcome


def take_news(state: Json, space: str, news: Json) -> bool:
    """Applies the news of a space; True if they show that another installation writes under this
    device's id.
    """
    if news.get("revoked"):
        revoke(state, space)
        return False
    here = state["spaces"].setdefault(
        space, {"role": None, "cursor": None, "records": {}, "apart": None}
    )
    here["role"] = news["role"]
    if news.get("personal"):
        adopt(state, space)
    if "reset" in news:
        here.update(cursor=None, apart={})
        return False
    copied = False
    records = here["records"] if here["apart"] is None else here["apart"]
    for record in news["records"]:
        copied |= is_foreign(state, record)
        before = records.get(record["id"], {"seq": -1})
        if record["seq"] > before["seq"]:
            record["space"] = space
            records[record["id"]] = remember(state, record, before)
    here["cursor"] = news["cursor"]
    if here["apart"] is not None and not news["more"]:
        replace_records(state, space)
    elif here["apart"] is None:
        join_offers(state, space)
    return copied


def replace_records(state: Json, space: str) -> None:
    """A rebuild is complete: its records replace the confirmed ones (duty 9). After a restore, what
    they lack becomes open offers (duty 13).
    """
    here = state["spaces"][space]
    before, here["records"], here["apart"] = here["records"], here["apart"], None
    if here.pop("offering", False):
        state["offers"] += [
            {"space": space} | {name: mine[name] for name in ("kind", "id", "clock", "writes")}
            for key, mine in before.items()
            if is_offered(mine)
            and not (
                key in here["records"] and covers(here["records"][key]["clock"], mine["clock"])
            )
        ]
    join_offers(state, space)


def is_offered(record: Json) -> bool:
    """Whether a record is of those that are offered after a restore."""
    return record["kind"] in OFFERED and not record.get("grave")


def join_offers(state: Json, space: str) -> None:
    """Joins the confirmed records with the open offers of their space, so that they are as the
    server's will be (duty 13). A tombstone stays one.
    """
    records = state["spaces"][space]["records"]
    for offer in state["offers"]:
        if offer["space"] == space:
            theirs = records.get(offer["id"], {"seq": 0})
            start = theirs if "writes" in theirs else offer | theirs | {"clock": {}, "writes": []}
            records[offer["id"]] = join(start, offer)


def is_foreign(state: Json, record: Json) -> bool:
    """Whether a record has a write under this device's id that this device did not send (duty 8)."""
    device, key = state["device"], record["id"]
    own = record.get("clock", {}).get(device, 0)
    state["counter"] = max(state["counter"], own)
    known = [copy["clock"].get(device, 0) for copy in copies(state, key)]
    sent = [
        entry["change"]["n"]
        for entry in pending(state, key)
        if entry["sent"] and entry["device"] == device
    ]
    return own > max(known, default=0) and own not in sent


def remember(state: Json, record: Json, before: Json) -> Json:
    """A tombstone keeps the clock of the copy it replaces, and its writes while these may be the
    newest (duty 4).
    """
    if not record.get("grave"):
        return record
    key, kept = record["id"], {"clock": before.get("clock", {})}
    elsewhere = [copy for copy in copies(state, key) if copy["space"] != record["space"]]
    is_live = any(not copy.get("grave") for copy in elsewhere)
    if "writes" in before and (is_live or pending(state, key)):
        kept["writes"] = before["writes"]
    return record | kept


def adopt(state: Json, space: str) -> None:
    """The personal space is known: assigns it to the tasks that were created before (duty 1)."""
    state["personal"] = space
    for change in (entry["change"] for entry in state["outbox"] if not entry["change"]["space"]):
        change["space"] = space


def place(entry: Json) -> str:
    """The space in which an entry's record is, as far as the server has said (duty 5)."""
    return str((entry["outcome"] or {}).get("space", entry["change"]["space"]))


def revoke(state: Json, space: str) -> None:
    """Removes a space that the account can no longer access; unapplied changes become rejected
    changes (duty 10).
    """
    here = state["spaces"].pop(space, {})
    leaving = [entry for entry in state["outbox"] if place(entry) == space]
    state["outbox"] = [entry for entry in state["outbox"] if place(entry) != space]
    reason = {"status": "revoked", "message": "You are no longer a member of this space."}
    state["rejected"] += [
        entry | {"outcome": reason} for entry in leaving if entry["outcome"] is None
    ]
    if here.get("offering") or any(offer["space"] == space for offer in state["offers"]):
        for record in filter(is_offered, here["records"].values()):
            give_back(state, record, fields(record), reason)
    state["offers"] = [offer for offer in state["offers"] if offer["space"] != space]


def give_back(state: Json, record: Json, names: Iterable[str], reason: Json) -> None:
    """Puts the values of these fields among the rejected changes: first those that are shown, then
    one change for each further value (duty 13).
    """
    values: Json = {}
    for name in names:
        values |= with_partner(fields(record), name)
    found = [values]
    for name in values:
        others = [with_partner(write["set"], name) for write in rivals(record, name)[1:]]
        found += [each for each in others if each not in found]
    target = {name: record[name] for name in ("space", "kind", "id")}
    state["rejected"] += [{"change": target | {"set": each}, "outcome": reason} for each in found]


def with_partner(values: Json, name: str) -> Json:
    """The value of a field; the status and the time of completion only together."""
    pair = ("status", "completed_at")
    return {each: values[each] for each in (pair if name in pair else (name,)) if each in values}


def reject(state: Json) -> None:
    """Moves refused entries to the rejected changes (duty 5)."""
    refused = [each for each in state["outbox"] if each["outcome"] and "seq" not in each["outcome"]]
    state["outbox"] = [each for each in state["outbox"] if each not in refused]
    state["rejected"] += refused


def settle(state: Json, complete: dict[str, int]) -> None:
    """Removes accepted entries whose record has come or will not; not while it is on its way to
    another space and others of it stay (duty 5). `complete` are the spaces that were read to their
    end, with their seq.
    """

    def there(entry: Json) -> Json:
        records: Json = state["spaces"].get(place(entry), {"records": {}})["records"]
        return dict(records.get(entry["change"]["id"], {"seq": 0, "grave": True}))

    ready = [
        entry
        for entry in state["outbox"]
        if entry["outcome"]
        and max(there(entry)["seq"], complete.get(place(entry), 0)) >= entry["outcome"]["seq"]
    ]
    staying = {entry["change"]["id"] for entry in state["outbox"] if entry not in ready}
    for entry in ready:
        if entry["change"]["id"] not in staying or not there(entry).get("grave"):
            release(state, entry)


def release(state: Json, entry: Json) -> None:
    """Removes an accepted entry; later ones whose author had seen it have surely seen that much."""
    state["outbox"].remove(entry)
    device, n = entry["device"], entry["change"]["n"]
    for each in pending(state, entry["change"]["id"]):
        if each["device"] == device and each["change"]["seen"].get(device, 0) >= n:
            each["begun"]["sure"] = max(each["begun"]["sure"], n)


def start_over(state: Json, epoch: str) -> None:
    """The server was restored: rebuilds every space with offers, and sends the outbox as a new
    device (duty 9). The confirmed records hold what was offered before (duty 13).
    """
    state["epoch"], state["offers"] = epoch, []
    for here in state["spaces"].values():
        here.update(cursor=None, apart={}, offering=True)
    for entry in state["outbox"]:
        entry["outcome"] = None
    take_new_device(state)


def take(state: Json, request: Json, answer: Json) -> bool:
    """Applies an answer (duty 4); True if there is more to fetch."""
    if request["epoch"] != state["epoch"]:
        return True
    if state["epoch"] not in (None, answer["epoch"]) or any(
        news.get("reset") == "epoch" for news in answer["spaces"].values()
    ):
        start_over(state, answer["epoch"])
    state["epoch"] = answer["epoch"]
    take_outcomes(state, request, answer["outcomes"])
    reject(state)
    is_own = request["device"] == state["device"]
    copied, late = answer.get("device_conflict", False) and is_own, False
    complete: dict[str, int] = {}
    for space, news in answer["spaces"].items():
        held = state["spaces"].get(space, {}).get("cursor")
        if news.get("revoked") or "reset" in news or held == request["cursors"].get(space):
            copied |= take_news(state, space, news)
            complete |= {space: news["seq"]} if news.get("more") is False else {}
        else:  # the answer is late; its records come again
            late = True
    if copied:
        take_new_device(state)
    settle(state, complete)
    more = any(news.get("more") or "reset" in news for news in answer["spaces"].values())
    is_waiting = any(entry["outcome"] is None for entry in state["outbox"])
    return late or more or is_waiting or holds_back(state)


# Offers after a restore of the server (duty 13)


def holds_back(state: Json) -> bool:
    """Whether changes wait until the server has what its backup lacked."""
    rebuilt = [here.get("offering", False) for here in state["spaces"].values()]
    return bool(state["offers"]) or any(rebuilt)


def prepare_offers(state: Json, most: int) -> Json | None:
    """The next request with offers; None while a space is being rebuilt, or if none is open."""
    is_rebuilding = any(here["apart"] is not None for here in state["spaces"].values())
    if is_rebuilding or not state["offers"]:
        return None
    return {
        "protocol": 1,
        "device": state["device"],
        "account": state["account"],
        "epoch": state["epoch"],
        "now": device_now(),
        "offers": state["offers"][: min(most, OFFERS_MAX)],
    }


def take_offers(state: Json, request: Json, answer: Json) -> None:
    """Takes the outcomes of offers, unless the server was restored once more."""
    if request["epoch"] != state["epoch"]:
        return
    for offer, outcome in zip(request["offers"], answer["outcomes"], strict=True):
        if offer in state["offers"] and outcome["status"] != "device_conflict":
            state["offers"].remove(offer)
            close_offer(state, offer, outcome)


def close_offer(state: Json, offer: Json, outcome: Json) -> None:
    """What the outcome of an offer means for its values and for the confirmed copy."""
    here, key, is_refused = (
        state["spaces"][offer["space"]],
        offer["id"],
        outcome["status"] == "rejected",
    )
    if is_refused:
        give_back(state, offer, fields(offer), outcome)
    elif outcome.get("left_out"):
        give_back(state, offer, outcome["left_out"], NO_ROOM)
    is_here = (
        outcome["status"] == "applied" and outcome.get("space", offer["space"]) == offer["space"]
    )
    if here["records"].get(key, {}).get("seq") == 0 and not is_here:
        del here["records"][key]
    elif is_refused:
        here.update(cursor=None, apart={})


# The network


def post(url: str, path: str, body: Json, token: str | None = None) -> Json:
    """Sends JSON and returns the answered JSON."""
    headers = {"Content-Type": "application/json"} | (
        {"Authorization": f"Bearer {token}"} if token else {}
    )
    request = urllib.request.Request(url.rstrip("/") + path, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise refusal(error) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Trouble(
            f"The server cannot be reached ({error}). Nothing is lost; sync again later."
        ) from error


def refusal(error: urllib.error.HTTPError) -> Trouble:
    """An error of the server as a message for the user."""
    wait = error.headers.get("Retry-After", "")
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return Trouble(
            json.loads(error.read())["message"], error.code, int(wait) if wait.isdigit() else None
        )
    return Trouble(f"The server answered {error.code}.", error.code)


def prepare(state: Json, most: int, limit: int | None) -> Json:
    """The next request; its changes are marked as sent before it leaves (duty 3). A device without
    contact to a server yet only pulls, and so does one that brings back records (duty 13).
    """
    if not state["token"]:
        raise Trouble("Sign in first: sign-in URL EMAIL")
    waiting = (
        [entry for entry in state["outbox"] if entry["outcome"] is None][:most]
        if state["personal"] and not holds_back(state)
        else []
    )
    for entry in waiting:
        entry["sent"] = True
    cursors = {space: here["cursor"] for space, here in state["spaces"].items()}
    request = {
        "protocol": 1,
        "device": state["device"],
        "account": state["account"],
        "epoch": state["epoch"],
        "now": device_now(),
        "cursors": cursors,
        "changes": [entry["change"] for entry in waiting],
    }
    return request | ({"limit": limit} if limit else {})


def offer(store: Store, most: int) -> None:
    """One request with offers and its answer, if it is time for them."""
    with store.transaction() as state:
        request = prepare_offers(state, most)
    if request:
        sent = device_now()
        answer = post(state["url"], "/sync/offers", request, state["token"])
        with store.transaction() as state:
            learn_time(state, answer["now"], sent, device_now())
            take_offers(state, request, answer)


def exchange(store: Store, most: int, limit: int | None) -> bool:
    """One request and its answer, each in a transaction of its own; True if there is more to fetch."""
    offer(store, most)
    with store.transaction() as state:
        request = prepare(state, most, limit)
    sent = device_now()
    answer = post(state["url"], "/sync", request, state["token"])
    with store.transaction() as state:
        learn_time(state, answer["now"], sent, device_now())
        more = take(state, request, answer)
    own = {change["id"] for change in request["changes"] if change["set"].get("deleted")}
    for change, outcome in zip(request["changes"], answer["outcomes"], strict=True):
        if outcome["status"] == "hidden" and change["id"] not in own:
            print(
                f"{change['id'][:8]} is in the trash ({outcome['by']}). Your change was saved there: "
                f"use restore {change['id'][:8]} to restore it"
            )
    return more


def sync(store: Store, args: argparse.Namespace) -> None:
    """Sync until both sides have everything; after a failure, wait longer each time (duty 7)."""
    most, tried, more = 500, 0, True
    while more:
        try:
            more, tried = exchange(store, most, args.limit), 0
        except Trouble as trouble:
            if trouble.status == 413 and most > 1:
                most //= 2
                continue
            tried += 1
            pause = trouble.wait or min(300, 2 ** (tried - 1)) * random.uniform(1, 1.5)
            if (
                tried >= args.tries
                or pause > 450
                or trouble.status not in (0, 429, 500, 502, 503, 504)
            ):
                raise
            time.sleep(pause)
    with store.transaction() as state:
        print(f"Synced. {len(state['rejected'])} rejected.")


def sign_in(store: Store, args: argparse.Namespace) -> None:
    """Open a session; sign-up creates the account first. A home belongs to one account permanently."""
    password = os.environ.get("DRIFTLESS_PASSWORD") or getpass.getpass()
    body = {"email": args.email, "password": password, "session": "bearer"}
    answer = post(
        args.url,
        f"/auth/{args.command}",
        body | ({"name": args.email.split("@")[0]} if args.command == "sign-up" else {}),
    )
    with store.transaction() as state:
        if state["account"] not in (None, answer["id"]):
            raise Trouble(
                "This home belongs to another account. Use another --home. Nothing was changed."
            )
        state.update(url=args.url, token=answer["token"], account=answer["id"])
    print(f"Signed in as {answer['email']}.")


# Commands that need no network: each changes the state and returns the lines to print


def clean(text: str) -> str:
    """Well-formed text, so that nothing refuses it later (duty 12)."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def tasks(state: Json) -> list[tuple[str, str, Json]]:
    """Every task as (space, id, values), by due date, then in manual order."""
    keys = {key for here in state["spaces"].values() for key in here["records"]}
    keys |= {entry["change"]["id"] for entry in state["outbox"]}
    views = [(key, shown(state, key)) for key in keys]
    found = [
        (record["space"], key, fields(record))
        for key, record in views
        if record and record["kind"] == "task"
    ]
    return sorted(
        found, key=lambda task: (task[2].get("due") or "~", task[2].get("order") or "", task[1])
    )


def trashed(state: Json, key: str | None) -> bool:
    """Whether a record was put into the trash."""
    record = shown(state, key) if key else None
    return bool(record and fields(record).get("deleted"))


def binned(state: Json, values: Json) -> bool:
    """Whether a task is in the trash, by itself or because its list is."""
    return bool(values.get("deleted")) or trashed(state, values.get("list"))


def pick(state: Json, prefix: str) -> tuple[str, str, Json]:
    """The one task whose id begins with the prefix."""
    found = [task for task in tasks(state) if task[1].startswith(prefix.lower())]
    if len(found) != 1:
        raise Trouble(f"{len(found) or 'No'} tasks have an id that begins with {prefix}.")
    return found[0]


def show(state: Json, key: str) -> list[str]:
    """The lines about a task, with numbered values of its conflicts. From now on its reader has
    seen them (duty 2).
    """
    record = shown(state, key)
    if record is None:
        return []
    state["looked"][key] = begin(state, key)
    values = fields(record)
    notes = ["done"] * (values.get("status") == "completed") + ["trash"] * binned(state, values)
    notes += ["unsent"] * any(entry["outcome"] is None for entry in pending(state, key))
    labels = [
        f"#{field.removeprefix('label/')}"
        for field, value in sorted(values.items())
        if field.startswith("label/") and value
    ]
    line = "  ".join(
        [
            key[:8],
            values.get("due") or "-" * 10,
            values.get("title", "?"),
            *labels,
            *(f"[{note}]" for note in notes),
        ]
    )
    for field in conflicts(record):
        values = [
            json.dumps(write["set"][field], ensure_ascii=False) for write in rivals(record, field)
        ]
        line += f"\n          conflict: {field}: " + " | ".join(
            f"{number} {value}" for number, value in enumerate(values, 1)
        )
    return [line]


def change_task(state: Json, args: argparse.Namespace, values: Json) -> list[str]:
    """Changes the named task, then shows it."""
    space, key, _ = pick(state, args.id)
    save(state, space, key, values)
    return show(state, key)


def now_text(state: Json) -> str:
    """The current server time in RFC 3339."""
    return reading(device_now() + state["offset"])[:-5]


def add(state: Json, args: argparse.Namespace) -> list[str]:
    """Create a task in the Inbox of the personal space."""
    values = {"title": clean(args.title), "status": "pending", "completed_at": None}
    values |= ({"due": clean(args.due)} if args.due else {}) | {
        f"label/{clean(label)}": True for label in args.label
    }
    key = str(uuid.uuid4())
    save(state, state["personal"], key, values)
    return show(state, key)


def show_list(state: Json, args: argparse.Namespace) -> list[str]:
    """List open tasks; with --all also completed and deleted ones."""
    wanted = [
        task
        for task in tasks(state)
        if args.all or not (task[2].get("status") == "completed" or binned(state, task[2]))
    ]
    lines = [line for _, key, _ in wanted for line in show(state, key)]
    return lines + [f"{len(state['rejected'])} rejected"] * bool(state["rejected"])


def done(state: Json, args: argparse.Namespace) -> list[str]:
    """Complete a task."""
    return change_task(state, args, {"status": "completed", "completed_at": now_text(state)})


def edit(state: Json, args: argparse.Namespace) -> list[str]:
    """Change the title or the due date of a task."""
    values = {"title": clean(args.title)} if args.title is not None else {}
    values |= (
        {"due": None if args.due == "none" else clean(args.due)} if args.due is not None else {}
    )
    if not values:
        raise Trouble("Use --title or --due to change the task.")
    return change_task(state, args, values)


def delete(state: Json, args: argparse.Namespace) -> list[str]:
    """Move a task to the trash."""
    return change_task(state, args, {"deleted": now_text(state)})


def restore(state: Json, args: argparse.Namespace) -> list[str]:
    """Restore a task from the trash, and take it out of a deleted list or parent."""
    _, _, values = pick(state, args.id)
    buried = [field for field in ("list", "parent") if trashed(state, values.get(field))]
    return change_task(state, args, dict.fromkeys(["deleted", *buried]))


def show_conflicts(state: Json, _: argparse.Namespace) -> list[str]:
    """List the tasks with conflicts, including the trash, and their values."""
    keys = [key for _, key, _ in tasks(state) if conflicts(shown(state, key) or {"writes": []})]
    return [line for key in keys for line in show(state, key)] or ["No conflicts."]


def is_current(state: Json, key: str) -> bool:
    """Whether the record is as it was shown last, but for what was changed here since."""
    begun = under(state["device"], state["looked"][key])
    visible, device = (shown(state, key) or {"clock": {}})["clock"], state["device"]
    return with_entry(begun["seen"], device, 0) == with_entry(visible, device, 0) and max(
        [begun["seen"].get(device, 0), *begun["own"]]
    ) == visible.get(device, 0)


def choose(state: Json, args: argparse.Namespace) -> list[str]:
    """Resolve a conflict: the chosen value replaces all shown ones.

    The number must be from a list that is still current.
    """
    _, key, _ = pick(state, args.id)
    record = shown(state, key) or {}
    if key in state["looked"] and not is_current(state, key):
        raise Trouble(
            "The task has changed since it was shown. List the conflicts, then choose again."
        )
    found = rivals(record, args.field)
    if not 1 <= args.number <= len(found):
        raise Trouble(f"{args.field} has no value number {args.number}.")
    chosen, names = (
        found[args.number - 1]["set"],
        [args.field] + ["completed_at"] * (args.field == "status"),
    )
    return change_task(state, args, {name: chosen[name] for name in names})


def rejected(state: Json, args: argparse.Namespace) -> list[str]:
    """List rejected changes with the reason; --retry creates one again, --drop deletes it."""
    number = args.retry or args.drop
    if number and not 1 <= number <= len(state["rejected"]):
        raise Trouble(f"There is no rejected change number {number}.")
    if number:
        change = state["rejected"].pop(number - 1)["change"]
    if args.retry:
        again = (change["space"], change["id"], change["set"], change["kind"])
        save(state, *again, begun=begin(state, change["id"]))
    return [
        line
        for number, entry in enumerate(state["rejected"], 1)
        for line in rejected_lines(state, number, entry)
    ] or ["Nothing was rejected: the list is empty."]


def rejected_lines(state: Json, number: int, entry: Json) -> list[str]:
    """A rejected change, the reason, and its current record."""
    change, outcome = entry["change"], entry["outcome"]
    reason = f"{outcome.get('code', outcome['status'])}: {outcome.get('message', '')}"
    lines = [
        f"{number}  {change['id'][:8]}  {json.dumps(change['set'], ensure_ascii=False)}  {reason}"
    ]
    present = change["kind"] == "task" and shown(state, change["id"])
    return lines + ([f"   now: {line}" for line in show(state, change["id"])] if present else [])


ONLINE = {"sign-up": sign_in, "sign-in": sign_in, "sync": sync}
OFFLINE = {
    "add": add,
    "list": show_list,
    "done": done,
    "edit": edit,
    "delete": delete,
    "restore": restore,
    "conflicts": show_conflicts,
    "choose": choose,
    "rejected": rejected,
}
ARGUMENTS: dict[str, list[str]] = {
    "sign-up": ["url", "email"],
    "sign-in": ["url", "email"],
    "add": ["title"],
    "done": ["id"],
    "edit": ["id"],
    "delete": ["id"],
    "restore": ["id"],
    "choose": ["id", "field", "number"],
}


def parser() -> argparse.ArgumentParser:
    """The arguments of the command line."""
    main_parser = argparse.ArgumentParser(description="Tasks that work offline.")
    main_parser.add_argument(
        "--home", type=Path, default=Path("~/.driftless"), help="the folder with the data"
    )
    commands = main_parser.add_subparsers(dest="command", required=True)
    sub = {
        name: commands.add_parser(name, help=(function.__doc__ or "").splitlines()[0])
        for name, function in (ONLINE | OFFLINE).items()
    }
    for name, arguments in ARGUMENTS.items():
        for argument in arguments:
            sub[name].add_argument(argument, type=int if argument == "number" else str)
    sub["add"].add_argument("--label", action="append", default=[])
    sub["edit"].add_argument("--title")
    sub["list"].add_argument("--all", action="store_true")
    for name, option in (("add", "--due"), ("edit", "--due")):
        sub[name].add_argument(option, metavar="DAY")
    for name, option, default in (
        ("sync", "--tries", 5),
        ("sync", "--limit", None),
        ("rejected", "--retry", None),
        ("rejected", "--drop", None),
    ):
        sub[name].add_argument(option, type=int, default=default, metavar="NUMBER")
    return main_parser


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; printed results are already saved."""
    args = parser().parse_args(arguments)
    try:
        store = Store(args.home.expanduser())
        if args.command in ONLINE:
            ONLINE[args.command](store, args)
            return 0
        with store.transaction() as state:
            lines = OFFLINE[args.command](state, args)
        print(*lines, sep="\n", end="\n" if lines else "")
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
