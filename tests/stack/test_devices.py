"""The app's own store and engine (JavaScript, with an IndexedDB in memory) as many devices with
faults, over HTTP.
"""

import json
import os
import subprocess
import tempfile

import pytest

from bench.server import Server
from tests import report
from tests.planted_app import sources
from tests.stack.restored import back_up, restore

RULES = ("copied_profiles", "apply_reply", "store", "offers")
CASES = int(os.environ.get("DEVICE_CASES", "200"))
SEED = os.environ.get("SEED")


MODES = {  # its name in the report, how many of CASES
    "alone": ("simulation", 1),
    "shared": ("shared_simulation", 2),
    "restored": ("restored_simulation", 10),
}


@pytest.mark.parametrize("mode", MODES)
def test_the_apps_own_client_holds_every_invariant_over_http(mode):
    name, share = MODES[mode]
    first, count = (int(SEED), 1) if SEED else (1, CASES // share)
    with Server() as server:
        results = play(server, first, count, mode)
    broken = [result for result in results if result["violations"]]
    report(name, len(results), len(broken))
    assert len(results) == count
    assert not broken, (
        f"{len(broken)} broken; {broken[0]}: replay with SEED={broken[0]['seed']} make test-one T=tests/stack/test_devices.py"
    )


def play(server, first, count, mode):
    """The lines {seed, violations} of devices.mjs; serves its backups and restores."""
    command = ["node", str(sources() / "test/devices.mjs"), local(server), str(first), str(count)]
    results, backup = [], None
    with (
        tempfile.TemporaryFile("w+") as errors,
        subprocess.Popen(
            [*command, mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as run,
    ):
        for line in map(json.loads, run.stdout):
            if line.get("ask") == "backup":
                backup = back_up(server)
            elif line.get("ask") == "restore":
                restore(server, backup)
            else:
                results.append(line)
                continue
            run.stdin.write("done\n")
            run.stdin.flush()
        run.wait()
        errors.seek(0)
        assert run.returncode == 0, errors.read()[-2000:]
    return results


def local(server):
    return server.url.replace("localhost", "127.0.0.1")


def test_the_rules_of_the_apps_client_hold_one_by_one():
    files = [str(sources() / f"test/{name}.test.mjs") for name in RULES]
    run = subprocess.run(["node", "--test", *files], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:]
