"""GET /events: what a stream tells, and to whom."""

import contextlib
import http.client
import socket
import time

import pytest

from server.live.hub import SESSION_STREAMS_MAX
from tests.server.events import EventStream, bearer, command, fill, write
from tests.server.people import PASSWORD

SOON_S = 2.0  # within which a stream drops a space
QUIET_S = 0.4


def test_a_stream_begins_with_the_head_of_each_space(people):
    ana = people("ana")
    space = ana.share()
    opened, news = ana.stream(), ana.sync()
    assert b"Content-Type: text/event-stream\r\n" in opened.head
    assert b"Cache-Control: no-store\r\n" in opened.head
    assert b"X-Accel-Buffering: no\r\n" in opened.head
    assert opened.ready["epoch"] == news["epoch"] and len(opened.ready["stream"]) >= 20
    assert opened.ready["spaces"] == {key: each["seq"] for key, each in news["spaces"].items()}
    assert abs(opened.ready["now"] - time.time() * 1000) < 60_000 and space in news["spaces"]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_commit_is_told_to_its_author_and_the_other_members(people, version):
    ana, ben = people("ana"), people("ben")
    space = ana.share(ben)
    streams = [ana.stream(version=version), ben.stream(version=version)]
    for _ in range(3):  # the first wakes the request, the others are written directly
        outcome = ana.add_task(space)
        told = {"space": space, "seq": outcome["seq"], "by": [ana.id], "devices": [ana.device]}
        assert [opened.next("commit") for opened in streams] == [told, told]


def test_a_stranger_hears_nothing(people):
    ana, eve = people("ana"), people("eve")
    space, opened = ana.share(), eve.stream()
    ana.add_task(space)
    ana.do("PATCH", f"/api/v1/spaces/{space}", {"name": "Home"})
    assert opened.read_all(QUIET_S) == []


def test_rest_members_moves_and_the_purge_are_told_too(real_server, people):
    ana, ben = people("ana"), people("ben")
    space, opened = ana.share(ben), None
    task = ana.do("POST", "/api/v1/tasks", {"title": "Milk", "space": space})["id"]
    opened = ben.stream()
    ana.do("PATCH", f"/api/v1/tasks/{task}", {"title": "Oat milk"})
    told = opened.next("commit")
    assert (told["space"], told["by"]) == (space, [ana.id]) and len(told["devices"]) == 1
    ana.do("PATCH", "/auth/me", {"name": "Anna"})
    assert opened.next("commit")["by"] == [ana.id]
    ana.do("POST", f"/api/v1/tasks/{task}/move", {"space": ana.space})
    assert opened.next("commit")["space"] == space
    ana.do("POST", f"/api/v1/tasks/{task}/move", {"space": space})
    assert opened.next("commit")["by"] == [ana.id]
    ana.do("DELETE", f"/api/v1/tasks/{task}")
    seq = opened.next("commit")["seq"]
    write(real_server, "UPDATE record SET changed_at = 1 WHERE id = ?", task)
    command(real_server, "retire")
    told = opened.next("commit", wait_s=SOON_S)
    assert told == {"space": space, "seq": told["seq"], "by": [], "devices": []}
    assert told["seq"] > seq


def test_what_a_slow_reader_missed_is_joined(people):
    ana, ben = people("ana"), people("ben")
    space = ana.share(ben)
    slow, quick = ben.stream(receive_bytes=4096), ana.stream()
    fill(slow, ana, space)
    count = ana.count
    for author in (ana, ben):
        author.add_task(space)
    last = ana.add_task(space)["seq"]
    quick.read_all(QUIET_S)
    told = [data for name, data in slow.read_all(1) if name == "commit"]
    assert len(told) < count, "nothing was joined"
    assert told[-1]["seq"] == last and set(told[-1]["by"]) == {ana.id, ben.id}


def test_a_refused_change_is_no_news_of_its_author(people):
    ana, ben = people("ana"), people("ben")
    space = ana.share(ben, role="viewer")
    opened = ana.stream()
    assert ben.add_task(space)["code"] == "read_only"
    assert all(data["by"] == data["devices"] == [] for _, data in opened.read_all(QUIET_S))


def test_joining_another_role_and_leaving_are_told_to_the_account_itself(people):
    ana, ben = people("ana"), people("ben")
    space, opened, other = ana.share(), ben.stream(), ana.stream()
    ana.invite(space, ben, "viewer")
    told = opened.next("space")
    assert told == {"space": space, "role": "viewer", "seq": told["seq"]}
    ana.do("PATCH", f"/api/v1/spaces/{space}/members/{ben.id}", {"role": "editor"})
    assert opened.next("space")["role"] == "editor"
    ana.remove(space, ben)
    assert opened.next("space") == {"space": space, "role": None}
    ana.add_task(space)
    assert opened.read_all(QUIET_S) == []
    assert not [data for name, data in other.read_all(QUIET_S) if name == "space"]


def leave(ana, ben, space):
    ben.do("POST", f"/api/v1/spaces/{space}/leave")


def be_removed(ana, ben, space):
    ana.remove(space, ben)


def delete_the_space(ana, ben, space):
    ana.do("DELETE", f"/api/v1/spaces/{space}")


def be_removed_by_another_process(ana, ben, space):
    write(ana.server, "DELETE FROM member WHERE space_id = ? AND user_id = ?", space, ben.id)


def see_the_space_deleted_by_another_process(ana, ben, space):
    write(ana.server, "UPDATE space SET deleted_at = 1 WHERE id = ?", space)


@pytest.mark.parametrize(
    "end",
    [
        leave,
        be_removed,
        delete_the_space,
        be_removed_by_another_process,
        see_the_space_deleted_by_another_process,
    ],
)
def test_whoever_is_not_a_member_any_more_hears_nothing_of_the_space(people, end):
    ana, ben = people("ana"), people("ben")
    space, opened = ana.share(ben), ben.stream()
    ana.add_task(space)
    opened.next("commit")
    begin = len(opened.events)
    end(ana, ben, space)
    ana.add_task(space)
    ana.add_task(ana.space)
    opened.next("space", wait_s=SOON_S)
    ana.add_task(space)
    ben.add_task(ben.space)
    opened.read_all(QUIET_S)
    told = opened.events[begin:]
    assert told[0] == ("space", {"space": space, "role": None})
    assert {data["space"] for _, data in told[1:]} == {ben.space}


def test_a_space_that_is_restored_is_told_again(people):
    ana = people("ana")
    space, opened = ana.share(), ana.stream()
    ana.do("DELETE", f"/api/v1/spaces/{space}")
    assert opened.next("space")["role"] is None
    ana.do("POST", f"/api/v1/spaces/{space}/restore")
    assert opened.next("space")["role"] == "owner"
    ana.add_task(space)
    assert opened.next("commit")["space"] == space


def test_a_session_has_a_limited_number_of_streams(real_server, people):
    ana = people("ana")
    streams = [ana.stream() for _ in range(SESSION_STREAMS_MAX)]
    status, body = ana.ask("GET", "/events")
    assert (status, body["code"]) == (429, "too_many_streams") and int(ana.retry_after) > 0
    assert EventStream(real_server, bearer(ana.sign_in())).status == 200, "another session"
    streams[0].close()
    assert opens_soon(real_server, ana), "a dead connection frees its place"


def test_an_account_has_a_limited_number_of_streams(real_server, people):
    ana, tokens, opened = people("ana"), [], []
    for _ in range(7):
        tokens.append(ana.sign_in())
        opened += [EventStream(real_server, bearer(tokens[-1])) for _ in range(SESSION_STREAMS_MAX)]
    assert [each.status for each in opened] == [200] * 50 + [429] * 6


def test_a_connection_that_is_reset_frees_its_place(real_server, people):
    ana = people("ana")
    streams = [ana.stream() for _ in range(SESSION_STREAMS_MAX)]
    gone = streams[0].socket
    gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    gone.close()
    assert opens_soon(real_server, ana)


def opens_soon(real_server, guest, wait_s=6):
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        opened = EventStream(real_server, bearer(guest.token))
        if opened.status == 200:
            return True
        opened.close()
        time.sleep(0.2)
    return False


def test_wrong_credentials_open_no_stream(real_server, people):
    ana, ben = people("ana"), people("ben")
    made = {"password": PASSWORD, "name": "Script", "scopes": ["tasks:read"], "expires_at": None}
    script = ana.do("POST", "/auth/tokens", made)["token"]
    cookie = {"Cookie": f"driftless={ana.token}"}

    def codes(headers, query=""):
        status, body = ana.ask("GET", f"/events{query}", None, headers)
        return status, body["code"]

    assert codes({"Accept": "*/*"}) == (401, "sign_in_first")
    assert codes(bearer("nonsense")) == (401, "session_ended")
    assert codes(bearer(script)) == (403, "session_only")
    assert codes(cookie | {"Sec-Fetch-Site": "cross-site"}) == (403, "cross_site")
    assert codes(cookie | bearer(ana.token)) == (400, "two_credentials")
    assert codes(bearer(ana.token), f"?account={ben.id}") == (409, "account_differs")
    assert codes(bearer(ana.token) | {"Driftless-Account": ben.id}) == (409, "account_differs")
    for headers in (cookie, cookie | {"Sec-Fetch-Site": "same-origin"}):
        assert EventStream(real_server, headers, f"?account={ana.id}").status == 200


def test_head_takes_no_place(real_server, people):
    ana = people("ana")
    for _ in range(SESSION_STREAMS_MAX + 1):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", real_server.port)) as line:
            line.request("HEAD", "/events", headers=bearer(ana.token))
            assert line.getresponse().status == 200
