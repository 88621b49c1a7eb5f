"""The core's functions by name, as in pwa/test/twin.mjs: the calls for vectors and comparisons."""

import json
import subprocess
import uuid
from functools import reduce
from pathlib import Path

from server.core import hlc, ids, merge, vector_clock

SCRIPT = Path(__file__).parents[2] / "pwa/test/twin.mjs"


def ask_javascript(cases):
    """The JavaScript twin's results for [{call, **given}, …]."""
    asked = "\n".join(json.dumps(case) for case in cases)
    answered = subprocess.run(
        ["node", str(SCRIPT)], input=asked, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in answered.stdout.splitlines()]


def ask_python(call, given):
    return json.loads(json.dumps(CALLS[call](**given)))


def _merge(changes, cut):
    record_id = changes[0]["id"] if changes else "x"
    record = reduce(merge.merge, changes, merge.empty("task", record_id))
    early = reduce(merge.merge, changes[:cut], merge.empty("task", record_id))
    return {
        "record": record,
        "conflicts": merge.conflicts(record),
        "values": merge.values(record),
        "joined": merge.join(early, record),
        "joined_back": merge.join(record, early),
    }


def _parse(text):
    try:
        return hlc.parse_reading(text)
    except ValueError:
        return "refused"


CALLS = {
    "next_id": lambda record_id: str(uuid.uuid5(uuid.UUID(record_id), "next")),
    "other_id": ids.other_id,
    "merge": _merge,
    "apply": merge.merge,
    "join": merge.join,
    "value": merge.value,
    "conflicts": merge.conflicts,
    "format_reading": hlc.format_reading,
    "parse_reading": _parse,
    "tick": hlc.tick,
    "shift": hlc.shift,
    "covers": vector_clock.covers,
    "join_clocks": vector_clock.join,
    "dominates": vector_clock.dominates,
}
