"""The app's own store and engine (JavaScript, with an IndexedDB in memory) as many devices with
faults, over HTTP.
"""

import json
import os
import subprocess

import pytest

from bench.server import Server
from tests import report
from tests.planted_app import sources

RULES = ("copied_profiles", "apply_reply", "store", "offers")
CASES = int(os.environ.get("DEVICE_CASES", "200"))
SEED = os.environ.get("SEED")


@pytest.mark.parametrize("mode", ["alone", "shared"])
def test_the_apps_own_client_holds_every_invariant_over_http(mode):
    first, count = (int(SEED), 1) if SEED else (1, CASES if mode == "alone" else CASES // 2)
    with Server() as server:
        run = subprocess.run(
            [
                "node",
                str(sources() / "test/devices.mjs"),
                server.url.replace("localhost", "127.0.0.1"),
                str(first),
                str(count),
                mode,
            ],
            capture_output=True,
            text=True,
        )
    assert run.returncode == 0, run.stderr[-2000:]
    results = [json.loads(line) for line in run.stdout.splitlines()]
    broken = [result for result in results if result["violations"]]
    report("simulation" if mode == "alone" else "shared_simulation", len(results), len(broken))
    assert len(results) == count
    assert not broken, (
        f"{len(broken)} broken; {broken[0]}: replay with SEED={broken[0]['seed']} make test-one T=tests/stack/test_devices.py"
    )


def test_the_rules_of_the_apps_client_hold_one_by_one():
    files = [str(sources() / f"test/{name}.test.mjs") for name in RULES]
    run = subprocess.run(["node", "--test", *files], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:]
