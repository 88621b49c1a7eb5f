"""Random histories of devices and faults against the real server: equal records everywhere, no
value lost, no stuck outbox.
"""

import os
import random
import uuid

from server import clock
from tests import figure, report
from tests.server.conftest import app, migrated  # noqa: F401 – fixtures
from tests.simulation.drill_world import DrillWorld
from tests.simulation.example_device import ExampleDevice
from tests.simulation.restore_world import RestoreWorld
from tests.simulation.shared_restore_world import SharedRestoreWorld
from tests.simulation.shared_world import SharedWorld
from tests.simulation.twin_world import TwinWorld
from tests.simulation.world import World

CASES = int(os.environ.get("SIMULATION_CASES", "1000"))
SHARED_CASES = int(os.environ.get("SHARED_CASES", "300"))
EXAMPLE_CASES = int(os.environ.get("EXAMPLE_CASES", "300"))
TWIN_CASES = int(os.environ.get("TWIN_WORLD_CASES", "150"))
RESTORE_CASES = int(os.environ.get("RESTORE_WORLD_CASES", "100"))
DRILL_CASES = int(os.environ.get("DRILL_CASES", "50"))
EXAMPLE_RESTORE_CASES = int(os.environ.get("EXAMPLE_RESTORE_CASES", "60"))
SEED = os.environ.get("SEED")


def violations_of(app, seed, world=World, **options):  # noqa: F811
    ids, made = random.Random(seed), uuid.uuid4
    uuid.uuid4 = lambda: uuid.UUID(
        int=ids.getrandbits(128), version=4
    )  # so that a seed also determines the server's ids
    try:
        return world(app, seed, **options).play().violations()
    finally:
        clock.travel(0)
        uuid.uuid4 = made


def test_the_example_client_holds_every_invariant(app, monkeypatch):  # noqa: F811
    monkeypatch.setattr("server.accounts.devices.DEVICES_PER_DAY_MAX", 10_000)
    seeds = [int(SEED)] if SEED else range(EXAMPLE_CASES)
    broken = {}
    for seed in seeds:
        world = World if seed % 2 else SharedWorld
        found = violations_of(app, seed, world, device_class=ExampleDevice)
        broken |= {seed: found} if found else {}
    report("example_simulation", len(seeds), len(broken))
    assert not broken, f"{len(broken)} broken; {next(iter(broken.items()))}"


def test_random_histories_hold_every_invariant(app, monkeypatch):  # noqa: F811
    monkeypatch.setattr("server.accounts.devices.DEVICES_PER_DAY_MAX", 1000)
    seeds = [int(SEED)] if SEED else range(CASES)
    broken = {seed: found for seed in seeds if (found := violations_of(app, seed))}
    report("simulation", len(seeds), len(broken))
    first = next(iter(broken.items()), None)
    assert not broken, (
        f"{len(broken)} broken; {first}: replay with SEED={first[0]} make test-one T=tests/simulation"
    )


def test_random_histories_of_people_who_share_hold_every_invariant(app, monkeypatch):  # noqa: F811
    monkeypatch.setattr("server.accounts.devices.DEVICES_PER_DAY_MAX", 10_000)
    seeds = [int(SEED)] if SEED else range(SHARED_CASES)
    broken = {seed: found for seed in seeds if (found := violations_of(app, seed, SharedWorld))}
    report("shared_simulation", len(seeds), len(broken))
    first = next(iter(broken.items()), None)
    assert not broken, (
        f"{len(broken)} broken; {first}: replay with SEED={first[0]} make test-one T=tests/simulation"
    )


def test_random_histories_with_ids_used_again_hold_every_invariant(app, monkeypatch):  # noqa: F811
    monkeypatch.setattr("server.accounts.devices.DEVICES_PER_DAY_MAX", 10_000)
    seeds = [int(SEED)] if SEED else range(TWIN_CASES)
    broken = {seed: found for seed in seeds if (found := violations_of(app, seed, TwinWorld))}
    report("twin_simulation", len(seeds), len(broken))
    first = next(iter(broken.items()), None)
    assert not broken, f"{len(broken)} broken; {first}"


def test_random_histories_with_restores_hold_every_invariant(app, monkeypatch):  # noqa: F811
    monkeypatch.setattr("server.accounts.devices.DEVICES_PER_DAY_MAX", 10_000)
    seeds = [int(SEED)] if SEED else range(RESTORE_CASES)
    broken = {}
    for seed in seeds:
        world = RestoreWorld if seed % 3 else SharedRestoreWorld
        found = violations_of(app, seed, world)
        broken |= {seed: found} if found else {}
    report("restore_simulation", len(seeds), len(broken))
    first = next(iter(broken.items()), None)
    assert not broken, f"{len(broken)} broken; {first}"


def test_restore_drills_lose_nothing_that_a_device_holds(app, monkeypatch):  # noqa: F811
    monkeypatch.setattr("server.accounts.devices.DEVICES_PER_DAY_MAX", 10_000)
    seeds = [int(SEED)] if SEED else range(DRILL_CASES)
    broken = {seed: found for seed in seeds if (found := violations_of(app, seed, DrillWorld))}
    figure("restore_cases", len(seeds))
    figure("restore_lost", len(broken))
    first = next(iter(broken.items()), None)
    assert not broken, f"{len(broken)} broken; {first}"


def test_the_example_client_brings_back_what_a_backup_lacks(app, monkeypatch):  # noqa: F811
    monkeypatch.setattr("server.accounts.devices.DEVICES_PER_DAY_MAX", 10_000)
    seeds = [int(SEED)] if SEED else range(EXAMPLE_RESTORE_CASES)
    broken = {}
    for seed in seeds:
        world = RestoreWorld if seed % 3 else SharedRestoreWorld
        found = violations_of(app, seed, world, device_class=ExampleDevice)
        broken |= {seed: found} if found else {}
    report("example_restore_simulation", len(seeds), len(broken))
    assert not broken, f"{len(broken)} broken; {next(iter(broken.items()))}"
