"""Random histories of one record, from a seed: what a server and its devices can see.

`history(rng)` is causal: every change's `seen` is the clock of a copy that its device had.
`order(rng, changes)` is one order in which a server can receive them. `expected(changes)` says what
must survive, computed without merging.
"""

from server.core import hlc, merge, vector_clock

DEVICES = [f"device{letter * 10}" for letter in "abcde"]
FIELDS = ("title", "due", "deleted", "label/home")
VALUES = ("milk", "bread", "", 0, 1, True, False, None)
NOW_MS = 1_790_000_000_000
RECORD_ID = "00000000-0000-4000-8000-000000000001"


class Device:
    def __init__(self, name):
        self.name, self.n, self.unsent = name, 0, []
        self.copy = merge.empty("task", RECORD_ID)
        self.open_editors = []


def history(rng, changes_max=15):
    """Up to `changes_max` changes by up to five devices that edit, leave editors open, push and
    pull; in the server's order.
    """
    devices = [Device(name) for name in DEVICES[: rng.randint(1, 5)]]
    stored, made = merge.empty("task", RECORD_ID), []
    for _ in range(rng.randint(1, changes_max * 3)):
        device = rng.choice(devices)
        action = rng.random()
        if action < 0.5 and len(made) + sum(len(other.unsent) for other in devices) < changes_max:
            _edit(rng, device)
        elif action < 0.6:
            device.open_editors.append(dict(device.copy["clock"]))
        elif action < 0.8:
            stored = _push(device, stored, made)
        else:
            device.copy = _laid_over(stored, device.unsent)
    for device in devices:
        stored = _push(device, stored, made)
    return made


def order(rng, changes):
    """A random order that a server can see: each change after its device's earlier ones and after
    all that it has seen.
    """
    waiting, ordered = list(changes), []
    while waiting:
        ready = [
            change
            for change in waiting
            if not any(_before(other, change) for other in waiting if other is not change)
        ]
        chosen = rng.choice(ready)
        waiting.remove(chosen)
        ordered.append(chosen)
    return ordered


def expected(changes):
    """{(by, n, field): value} that no author who had seen it overwrote."""
    return {
        (old["by"], old["n"], field): held
        for old in changes
        for field, held in old["set"].items()
        if not any(
            field in new["set"]
            and new is not old
            and vector_clock.covers(new["seen"], old["by"], old["n"])
            for new in changes
        )
    }


def surviving(record):
    return {
        (write["by"], write["n"], field): held
        for write in record["writes"]
        for field, held in write["set"].items()
    }


def merged(changes, start=None):
    record = start or merge.empty("task", RECORD_ID)
    for change in changes:
        record = merge.merge(record, change)
    return record


def widest(changes):
    """The greatest number of surviving writes for one field."""
    fields = [field for _, _, field in expected(changes)]
    return max((fields.count(field) for field in fields), default=0)


def wild_history(rng):
    """Changes that no honest client makes: any `seen`, any n, many devices. The twins must agree on
    these too.
    """
    devices = [f"device{number:014}" for number in range(rng.choice((2, 6, 90)))]
    return [
        {
            "kind": "task",
            "id": RECORD_ID,
            "by": rng.choice(devices),
            "n": rng.randint(1, 12),
            "prev": 0,
            "seen": {
                by: rng.randint(0, 12)
                for by in rng.sample(devices, rng.randint(0, min(4, len(devices))))
            },
            "at": hlc.format_reading(NOW_MS + rng.randint(0, 3), rng.randint(0, 2)),
            "set": _fields(rng),
        }
        for _ in range(rng.randint(1, 24) if len(devices) < 90 else 90)
    ]


def _edit(rng, device):
    seen = (
        device.open_editors.pop()
        if device.open_editors and rng.random() < 0.4
        else device.copy["clock"]
    )
    skew_ms = rng.choice((0, 0, 1, -86_400_000, 86_400_000))
    device.n += rng.choice((1, 1, 3))
    change = {
        "kind": "task",
        "id": RECORD_ID,
        "by": device.name,
        "n": device.n,
        "prev": device.copy["clock"].get(device.name, 0),
        "seen": dict(seen),
        "at": hlc.format_reading(NOW_MS + skew_ms + rng.randint(0, 3)),
        "set": _fields(rng),
    }
    device.unsent.append(change)
    device.copy = merge.merge(device.copy, change)


def _fields(rng):
    return {field: rng.choice(VALUES) for field in rng.sample(FIELDS, rng.choice((1, 1, 2, 4)))}


def _push(device, stored, made):
    for change in device.unsent:
        stored = merge.merge(stored, change)
        made.append(change)
    device.unsent = []
    return stored


def _laid_over(stored, unsent):
    return merged(unsent, stored)


def _before(first, second):
    return (first["by"] == second["by"] and first["n"] < second["n"]) or vector_clock.covers(
        second["seen"], first["by"], first["n"]
    )
