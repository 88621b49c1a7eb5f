"""Which devices count towards an account's limits: whoever stole a session must not keep the owner's
new phone out.
"""

import pytest

from server import clock
from server.accounts import devices
from tests.server.people import PASSWORD

NEW_PHONE = "newphone000000000000"


def sign_in(ana):
    answer = ana.http.post(
        "/auth/sign-in", json={"email": ana.email, "password": PASSWORD, "session": "bearer"}
    )
    return {"Authorization": f"Bearer {answer.json['token']}"}


def sync(ana, headers, device):
    body = {"protocol": 1, "device": device, "changes": []}
    return ana.http.post("/sync", json=body, headers=headers).status_code


def sessions(ana, headers):
    return ana.http.get("/auth/sessions", headers=headers).json


def bind_all(ana, headers, name="stolen", most=devices.DEVICES_PER_DAY_MAX):
    """How many new devices the session can bind."""
    found = [sync(ana, headers, f"{name}{place:012}") for place in range(most)]
    return found.count(200)


@pytest.fixture
def thief(ana):
    """A session with which someone has bound as many devices as the account may have in a day."""
    headers = sign_in(ana)
    assert bind_all(ana, headers) == devices.DEVICES_PER_DAY_MAX - 1
    assert sync(ana, ana.headers, NEW_PHONE) == 429
    return headers


def test_a_new_phone_syncs_at_once_when_the_stolen_session_is_ended(ana, thief):
    [stolen] = [each["id"] for each in sessions(ana, thief)["sessions"] if each["current"]]
    ana.http.delete(f"/auth/sessions/{stolen}", headers=ana.headers)
    assert sync(ana, thief, NEW_PHONE) == 401
    assert sync(ana, ana.headers, NEW_PHONE) == 200


def test_or_after_signing_out_everywhere(ana, thief):
    ana.http.delete("/auth/sessions", headers=ana.headers)
    assert sync(ana, sign_in(ana), NEW_PHONE) == 200


def test_a_forgotten_device_does_not_count(ana):
    assert bind_all(ana, ana.headers) == devices.DEVICES_PER_DAY_MAX - 1
    ana.headers = sign_in(ana)
    again = ana.headers
    for place in range(devices.DEVICES_PER_DAY_MAX - 1):
        ana.http.delete(f"/auth/devices/stolen{place:012}", headers=again)
    assert sync(ana, again, NEW_PHONE) == 200


def test_a_device_counts_for_the_session_that_uses_it(ana, monkeypatch):
    monkeypatch.setattr(devices, "DEVICES_LIVE_MAX", 3)
    first, second = sign_in(ana), sign_in(ana)
    assert bind_all(ana, first) == 2
    ana.http.post("/auth/sign-out", headers=first)
    clock.travel(clock.DAY_MS + clock.MINUTE_MS)
    assert [sync(ana, second, f"stolen{place:012}") for place in (0, 1)] == [200, 200]
    assert sync(ana, second, NEW_PHONE) == 429


def test_signing_in_again_and_again_does_not_lift_the_limit(ana, monkeypatch):
    monkeypatch.setattr(devices, "ALL_PER_DAY_MAX", 30)
    bound = 1  # her phone
    for name in "abc":
        headers = sign_in(ana)
        bound += bind_all(ana, headers, f"device{name}")
        ana.http.post("/auth/sign-out", headers=headers)
    assert bound == 30
