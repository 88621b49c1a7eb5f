"""The app's own store and engine, before and after a restore of a real server: what any device still
has comes back.
"""

import subprocess
import sys

import pytest

from bench.server import ROOT, Server
from conformance.serving.driver import Driver
from tests.planted_app import sources

PASSWORD = "a password for benches"


@pytest.fixture
def server():
    with Server() as running:
        yield running


@pytest.fixture
def device(server):
    """Makes devices, signed in and synced."""
    made = []

    def make(email):
        made.append(Driver(["node", str(sources() / "test/driven.mjs")]))
        sign_in(server, email, made[-1])
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_what_the_backup_lacks_comes_back_from_the_devices(server, device):
    email = "ana@example.org"
    server.sign_up(email)
    phone, laptop = device(email), device(email)
    old = create(phone, "Old")
    edit(phone, old, description="seen and replaced")
    laptop.do("sync")
    backup = back_up(server)
    new = create(phone, "New")
    edit(phone, old, title="Old, renamed", description="")
    laptop.do("sync")
    edit(laptop, new, title="New, renamed")
    edit(laptop, old, sync=False, title="Typed offline")

    restore(server, backup)
    fresh = device(email)
    assert titles(fresh) == {"Old"}
    sign_in(server, email, phone, laptop)
    for each in (phone, fresh):
        assert each.do("sync")["ok"]
    assert titles(phone) == titles(laptop) == titles(fresh) == {"Typed offline", "New, renamed"}
    assert phone.do("show")["tasks"] == laptop.do("show")["tasks"] == fresh.do("show")["tasks"]
    assert fresh.do("show")["tasks"][old].get("description") in (None, "")
    assert all(each.do("rejected")["rejected"] == [] for each in (phone, laptop, fresh))


def test_a_second_restore_loses_nothing_either(server, device):
    email = "ben@example.org"
    server.sign_up(email)
    phone = device(email)
    backup = back_up(server)
    create(phone, "First")
    restore(server, backup)
    sign_in(server, email, phone)
    create(phone, "Second")
    restore(server, backup)
    sign_in(server, email, phone)
    assert titles(device(email)) == titles(phone) == {"First", "Second"}


def sign_in(server, email, *devices):
    """A restore ends all sessions."""
    url = server.url.replace("localhost", "127.0.0.1")
    for each in devices:
        each.do("sign_in", url=url, email=email, password=PASSWORD)
        assert each.do("sync")["ok"]


def create(device, title):
    record = device.do("create", title=title)["id"]
    assert device.do("sync")["ok"]
    return record


def edit(device, record, sync=True, **fields):
    device.do("save", editor=device.do("begin", id=record)["editor"], set=fields)
    if sync:
        assert device.do("sync")["ok"]


def titles(device):
    return {task["title"] for task in device.do("show")["tasks"].values()}


def back_up(server):
    command(server, "backup")
    return max(
        (server.data_dir / "backups").glob("*.sqlite3"), key=lambda path: path.stat().st_mtime
    )


def restore(server, backup):
    server.stop()
    command(server, "restore", str(backup))
    server.start()


def command(server, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "server", *arguments],
        env=server.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
