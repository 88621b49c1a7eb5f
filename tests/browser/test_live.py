"""Live updates: what one person does is on the other's screen at once, and stays so whatever
happens to the connection, the server, the tabs and the clock. Rights end on the stream too.
"""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from bench.server import Client, Server
from tests.browser.api import Api
from tests.browser.cable import Cable
from tests.browser.conftest import NO_SAMPLES
from tests.browser.page import PASSWORD, add, rename, row, wait_for_dot
from tests.browser.people import (
    ask,
    close,
    follow,
    make_link,
    make_list,
    open_members,
    person,
    share,
    show_list,
)

AT_ONCE_MS = 5_000  # far below the minute after which a page asks by itself
SOON_MS = 20_000  # with a stream that must be opened again
ASK_NOW = "dispatchEvent(new Event('online'))"
WATCH_TINTS = """() => {
  window.tints = [];
  const look = () => {
    for (const row of document.querySelectorAll("#groups .row.is-news:has(.by)"))
      window.tints.push([...row.querySelectorAll(":scope > .who")].map((who) => {
        const { left, right } = who.getBoundingClientRect();
        return { left, right, title: who.title, rowRight: row.getBoundingClientRect().right };
      }));
  };
  new MutationObserver(look).observe(document.getElementById("groups"), { subtree: true, childList: true, characterData: true, attributes: true });
}"""
EAVESDROP = """() => {
  const ask = window.fetch;
  window.heard = "";
  window.fetch = async (...given) => {
    const response = await ask(...given);
    if (!String(given[0]).startsWith("/events")) return response;
    const [ours, theirs] = response.body.tee();
    (async () => {
      for (let part, reader = ours.pipeThrough(new TextDecoderStream()).getReader(); !(part = await reader.read()).done; ) window.heard += part.value;
    })().catch(() => {});
    return new Response(theirs, response);
  };
}"""


class Wired(Server):
    """A server that browsers reach by its cable, if they are to."""

    cable = None

    @property
    def url(self):
        return self.cable.url if self.cable else super().url


@pytest.fixture
def server():
    with Wired() as started:
        yield started


@pytest.fixture
def cable(server):
    with Cable(server.port) as laid:
        yield laid


@pytest.fixture
def house(new_page, server, cable):
    """Makes (Ana, Ben) in the shared list House; only Ben reaches the server by the cable."""
    made = []

    def make(prepare=lambda context: None):
        ana = person(new_page, "Ana")
        make_list(ana, "House")
        share(ana, "Family")
        link = make_link(ana)
        close(ana)
        near, server.cable = server.url, cable
        context = ana.context.browser.new_context()
        made.append(context)
        context.add_init_script(NO_SAMPLES)
        prepare(context)
        ben = person(new_page, "Ben", context=context)
        follow(ben, link.replace(near, cable.url))
        show_list(ben, "House")
        wait_for_stream(cable)
        return ana, ben

    yield make
    for context in made:
        context.close()


def requests_of(context, path):
    """The requests to a path from now on, of all tabs."""
    seen = []
    context.on("request", lambda one: seen.append(one) if path in one.url else None)
    return seen


def sees(page, title, within_ms=AT_ONCE_MS):
    expect(row(page, title)).to_be_visible(timeout=within_ms)


def wait_for_stream(cable, count=1):
    deadline = time.monotonic() + SOON_MS / 1e3
    while cable.streams != count:
        assert time.monotonic() < deadline, cable.streams
        time.sleep(0.05)


def test_a_change_is_on_the_other_screen_at_once_and_costs_one_sync(house):
    ana, ben = house()
    ben.wait_for_timeout(1_000)
    syncs, streams = requests_of(ben.context, "/sync"), requests_of(ben.context, "/events")
    for title in ("Buy milk", "Buy eggs", "Buy bread"):
        add(ana, title)
        sees(ben, title)
        ben.wait_for_timeout(300)
    rename(ben, "Buy milk", "Buy oat milk")
    sees(ana, "Buy oat milk")
    ben.wait_for_timeout(300)
    assert not streams
    assert len(syncs) == 4, [one.post_data for one in syncs]


def test_a_stream_that_is_cut_is_opened_again_and_nothing_is_missed(house, cable):
    ana, ben = house()
    for title in ("Buy milk", "Buy eggs"):
        cable.cut()
        add(ana, title)
        sees(ben, title, SOON_MS)
        wait_for_stream(cable)
    add(ana, "Buy bread")
    sees(ben, "Buy bread")


def test_a_server_that_was_killed_tells_again_once_it_runs(house, server, cable):
    ana, ben = house()
    server.kill()
    wait_for_stream(cable, 0)
    add(ana, "Buy milk")
    expect(ben.locator("#groups .row")).to_have_count(0)
    server.start()
    ana.evaluate(ASK_NOW)
    wait_for_dot(ana, "All changes saved")
    sees(ben, "Buy milk", 150_000)
    wait_for_stream(cable)
    add(ana, "Buy eggs")
    sees(ben, "Buy eggs")


def test_after_a_sleep_the_silent_stream_is_replaced(house, cable):
    ana, ben = house(lambda context: context.clock.install())
    add(ana, "Buy milk")
    sees(ben, "Buy milk")
    cable.hush()
    streams = requests_of(ben.context, "/events")
    ben.context.clock.fast_forward("05:00")
    ben.wait_for_timeout(3_000)
    assert len(streams) == 1
    add(ana, "Buy eggs")
    sees(ben, "Buy eggs")


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_that_is_set_changes_nothing(house, days):
    ana, ben = house(lambda context: context.clock.install())
    add(ana, "Buy milk")
    sees(ben, "Buy milk")
    ben.context.clock.set_system_time(datetime.now(UTC) + timedelta(days=days))
    ben.wait_for_timeout(8_000)
    add(ana, "Buy eggs")
    sees(ben, "Buy eggs")


def test_tabs_share_one_stream_and_the_next_one_takes_it_over(house, new_page, cable):
    ana, ben = house()
    streams = requests_of(ben.context, "/events")
    other = new_page(ben.context)
    show_list(other, "House")
    add(ana, "Buy milk")
    sees(ben, "Buy milk")
    sees(other, "Buy milk")
    other.wait_for_timeout(1_000)
    assert not streams
    assert cable.streams == 1
    ben.close()
    wait_for_stream(cable)
    add(ana, "Buy eggs")
    sees(other, "Buy eggs", SOON_MS)
    add(ana, "Buy bread")
    sees(other, "Buy bread")
    assert len(streams) == 1


def test_a_page_that_is_left_closes_its_stream(house, cable):
    _, ben = house()
    ben.goto(cable.url + "/healthz")
    wait_for_stream(cable, 0)


def test_a_session_that_is_ended_elsewhere_locks_the_page_at_once(house, server):
    _, ben = house()
    with closing(Client(server, {})) as client:
        given = {"email": "ben@example.org", "password": PASSWORD, "session": "bearer"}
        token = client.post("/auth/sign-in", given)["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        client.delete("/auth/sessions")
    again = ben.locator("#page").get_by_role("button", name="Sign in again")
    expect(again).to_be_visible(timeout=AT_ONCE_MS)
    expect(ben.locator("#groups .row")).to_have_count(0)


def test_who_is_removed_loses_the_space_at_once_and_hears_no_more_of_it(house):
    ana, ben = house(lambda context: context.add_init_script(f"({EAVESDROP})()"))
    add(ana, "Buy milk")
    sees(ben, "Buy milk")
    space = ana.locator("#side [data-space]").last.get_attribute("data-space")
    open_members(ana, "Family")
    for _ in range(2):
        ana.get_by_role("button", name="Remove Ben").click()
    close(ana)
    expect(ben.locator("#side [data-space]")).to_have_count(1, timeout=AT_ONCE_MS)
    heard = ben.evaluate("window.heard")
    assert space in heard
    assert '"role":null' in heard.replace(" ", "")
    for title in ("Buy eggs", "Buy bread"):
        add(ana, title)
    ana.wait_for_timeout(2_000)
    assert space not in ben.evaluate("window.heard")[len(heard) :]
    assert ask(ben, "GET", f"/api/v1/spaces/{space}")[0] == 404


def test_in_a_space_of_three_the_tint_names_who_wrote_and_covers_nobody(new_page, server):
    cleo = Api(server, "cleo@example.org", "Cleo")
    space = cleo.make_space("Family", "House")
    (house,) = cleo.get("/api/v1/lists")["lists"]
    ana, ben = person(new_page, "Ana"), person(new_page, "Ben")
    for page in (ana, ben):
        follow(page, f"{server.url}/join#{cleo.invite(space)['token']}")
    task = cleo.post("/api/v1/tasks", {"title": "Pay the rent", "list": house["id"]})
    members = cleo.get(f"/api/v1/spaces/{space}/members")["members"]
    assignee = next(each["id"] for each in members if each["name"] == "Ben")
    assert cleo.ask("PATCH", f"/api/v1/tasks/{task['id']}", {"assignee": assignee})[0] == 200
    show_list(ana, "House")
    expect(row(ana, "Pay the rent").get_by_label("Assigned to Ben")).to_be_visible()
    ana.evaluate(WATCH_TINTS)
    assert cleo.ask("PATCH", f"/api/v1/tasks/{task['id']}", {"title": "Pay it all"})[0] == 200
    ana.wait_for_function("() => window.tints.length")
    assignee_box, author_box = ana.evaluate("window.tints.at(-1)")
    assert author_box["title"] == "Cleo"
    assert assignee_box["right"] <= author_box["left"]
    assert author_box["right"] <= author_box["rowRight"]
