"""GET /events: whatever ends a session ends its streams, by this process or another one."""

import os
import signal
import time
import uuid

import pytest

from bench.server import Server
from server.accounts.service import SESSION_LIFE_MS
from tests.server.events import Guest, bearer, close_all, command, fill, server_side, write
from tests.server.people import PASSWORD

SOON_S = 2.0
EXPIRES_IN_MS = 1_500
DAY_MS = 24 * 3600 * 1000
NEW_PASSWORD = "five other quiet words"


def sign_out(guest, token):
    assert guest.ask("POST", "/auth/sign-out", {}, bearer(token))[0] == 200


def end_the_session(guest, token):
    found = guest.ask("GET", "/auth/sessions", None, bearer(token))[1]["sessions"]
    guest.do("DELETE", f"/auth/sessions/{next(each['id'] for each in found if each['current'])}")


def sign_out_everywhere(guest, _):
    guest.do("DELETE", "/auth/sessions")


def change_the_password(guest, _):
    guest.do("POST", "/auth/password", {"current": PASSWORD, "password": NEW_PASSWORD})


def reset_the_password(guest, _):
    link = command(guest.server, "reset-link", guest.email)
    token = link.strip().split("#")[1]
    guest.do("POST", "/auth/reset", {"token": token, "password": NEW_PASSWORD})


def delete_the_account(guest, _):
    guest.do("POST", "/auth/deletion", {"password": PASSWORD})


def remove_the_device(guest, token):
    envelope = {"protocol": 1, "device": uuid.uuid4().hex, "changes": []}
    assert guest.ask("POST", "/sync", envelope, bearer(token))[0] == 200
    guest.do("DELETE", f"/auth/devices/{envelope['device']}")


def administrator(guest):
    admin = Guest(guest.server, f"admin{time.time_ns()}")
    command(guest.server, "admin", admin.email)
    return admin


def be_disabled(guest, _):
    administrator(guest).do("PATCH", f"/api/admin/accounts/{guest.id}", {"is_disabled": True})


def be_signed_out_by_an_administrator(guest, _):
    administrator(guest).do("DELETE", f"/api/admin/accounts/{guest.id}/sessions")


def be_disabled_by_another_process(guest, _):
    write(guest.server, "UPDATE user_account SET is_disabled = 1 WHERE id = ?", guest.id)


def be_deleted_by_another_process(guest, _):
    write(guest.server, "DELETE FROM user_account WHERE id = ?", guest.id)


def let_the_session_expire(guest, _):
    begun = int(time.time() * 1000) - SESSION_LIFE_MS + EXPIRES_IN_MS
    write(guest.server, "UPDATE user_session SET created_at = ? WHERE user_id = ?", begun, guest.id)
    time.sleep(EXPIRES_IN_MS / 1000)  # meanwhile the write itself is noticed


def let_the_command_remove_an_idle_session(guest, _):
    long_ago = int(time.time() * 1000) - 31 * DAY_MS
    write(guest.server, "UPDATE user_session SET seen_at = ? WHERE user_id = ?", long_ago, guest.id)
    command(guest.server, "retire")


ENDS = [
    sign_out,
    end_the_session,
    sign_out_everywhere,
    change_the_password,
    reset_the_password,
    delete_the_account,
    remove_the_device,
    be_disabled,
    be_signed_out_by_an_administrator,
    be_disabled_by_another_process,
    be_deleted_by_another_process,
    let_the_session_expire,
    let_the_command_remove_an_idle_session,
]


@pytest.mark.parametrize("end", ENDS)
def test_a_stream_ends_with_its_session(people, end):
    ana, ben = people("ana"), people("ben")
    space = ben.share(ana)
    token = ana.sign_in()
    opened = ana.stream(token)
    ben.add_task(space)
    opened.next("commit")
    end(ana, token)
    assert opened.next("end", wait_s=SOON_S) == {"reason": "session_ended"}
    ben.add_task(space)
    assert opened.read_all(SOON_S) == [] and opened.is_closed


def test_other_sessions_of_the_account_keep_their_streams(people):
    ana = people("ana")
    token = ana.sign_in()
    first, second = ana.stream(token), ana.stream()
    sign_out(ana, token)
    assert first.next("end", wait_s=SOON_S)
    ana.add_task(ana.space)
    assert second.next("commit")["space"] == ana.space


def test_a_client_that_does_not_read_is_cut_off_when_its_session_ends(people):
    ana, ben = people("ana"), people("ben")
    space, token = ben.share(ana), ana.sign_in()
    slow = ana.stream(token, receive_bytes=4096)
    fill(slow, ben, space)
    sign_out(ana, token)
    deadline = time.monotonic() + SOON_S
    while server_side(slow)[0] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server_side(slow)[0]


def test_a_server_that_stops_says_so():
    with Server() as server:
        streams = [Guest(server, name).stream() for name in ("ana", "ben")]
        begun = time.monotonic()
        os.kill(server.process.pid, signal.SIGTERM)
        assert [opened.next("end") for opened in streams] == [{"reason": "server_stops"}] * 2
        assert time.monotonic() - begun < 1
        assert all(opened.read_all(1) == [] and opened.is_closed for opened in streams)
        assert server.process.wait(10) == 0
    close_all()
