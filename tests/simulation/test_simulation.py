"""Random histories of devices and faults against the real server: equal records everywhere, no value lost, no outbox stuck."""
import os

from server import clock
from tests import report
from tests.server.conftest import app, migrated  # noqa: F401 – fixtures
from tests.simulation.world import World

CASES = int(os.environ.get("SIMULATION_CASES", "1000"))
SEED = os.environ.get("SEED")


def violations_of(app, seed, **options):  # noqa: F811
    try:
        return World(app, seed, **options).play().violations()
    finally:
        clock.travel(0)


def test_random_histories_hold_every_invariant(app, monkeypatch):  # noqa: F811
    monkeypatch.setattr("server.accounts.service.DEVICES_PER_DAY_MAX", 1000)
    seeds = [int(SEED)] if SEED else range(CASES)
    broken = {seed: found for seed in seeds if (found := violations_of(app, seed))}
    report("simulation", len(seeds), len(broken))
    first = next(iter(broken.items()), None)
    assert not broken, f"{len(broken)} broken; {first}: replay with SEED={first[0]} make test-one T=tests/simulation"
