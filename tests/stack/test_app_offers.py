"""The app's own store and engine, before and after a restore of a real server: what any device still
has comes back.
"""

from contextlib import closing

import pytest

from bench.server import Client, Server
from conformance.serving.driver import Driver
from tests.planted_app import sources
from tests.stack.restored import back_up, restore

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


def test_offers_whose_answer_is_lost_go_again_and_changes_wait_for_them(server, device):
    email = "cleo@example.org"
    server.sign_up(email)
    phone = device(email)
    backup = back_up(server)
    task = create(phone, "Before")
    restore(server, backup)
    renew(server, email, phone)
    assert not phone.do("sync", lost="/sync/offers")["ok"]
    assert titles(device(email)) == {"Before"}, "the offers did not arrive"
    edit(phone, task, sync=False, title="After")
    assert not phone.do("sync", lost="/sync/offers")["ok"]
    assert titles(device(email)) == {"Before"}, "a change left before the offers"
    assert phone.do("sync")["ok"]
    assert titles(device(email)) == titles(phone) == {"After"}
    assert phone.do("rejected")["rejected"] == []
    edited, offered = [change["fields"] for change in history(server, email, task)]
    assert edited == {"title": "After"}
    assert (offered["offered"], offered["title"]) == (True, "Before")


def history(server, email, task):
    with closing(Client(server, {})) as client:
        given = {"email": email, "password": PASSWORD, "session": "bearer"}
        token = client.post("/auth/sign-in", given)["token"]
        client.headers = {"Authorization": f"Bearer {token}"}
        return client.get(f"/api/v1/tasks/{task}/history")["changes"]


def sign_in(server, email, *devices):
    """A restore ends all sessions."""
    for each in devices:
        renew(server, email, each)
        assert each.do("sync")["ok"]


def renew(server, email, device):
    url = server.url.replace("localhost", "127.0.0.1")
    device.do("sign_in", url=url, email=email, password=PASSWORD)


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
