"""The first page in a real browser against a real server process that is stopped, killed and
started.
"""

import json
import os
import random
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench.server import Client
from tests import report
from tests.browser.page import (
    PASSWORD,
    add,
    credentials,
    delete,
    focus,
    go,
    open_task,
    rename,
    ring,
    row,
    sign_in,
    sign_up,
    sync,
    titles,
    wait_for_dot,
    wait_for_titles,
    wait_for_worker,
)

KILLS = int(os.environ.get("BROWSER_KILLS", "10"))


opened: list[Client] = []


@pytest.fixture(autouse=True)
def _close_clients():
    yield
    while opened:
        opened.pop().close()


def rest(server, email):
    """curl, in Python: a client of the REST API of the same account."""
    client = Client(server, {})
    opened.append(client)
    token = client.post(
        "/auth/sign-in", {"email": email, "password": PASSWORD, "session": "bearer"}
    )["token"]
    client.headers = {"Authorization": f"Bearer {token}"}
    return client


def test_everything_works_with_the_server_down_and_is_everywhere_when_it_is_back(new_page, server):
    page = new_page()
    wait_for_worker(page)
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    add(page, "Milk")
    wait_for_dot(page, "All changes saved")
    server.stop()

    add(page, "Pay the rent", "2026-11-30")
    add(page, "Bread")
    add(page, "Old thing")
    rename(page, "Milk", "Oat milk")
    ring(page, "Bread").click()
    delete(page, "Old thing")
    focus(page, "Oat milk")
    page.keyboard.press("d")
    page.get_by_label("Type a date").fill("2026-11-29")
    expect(page.get_by_text("Sun, Nov 29")).to_be_visible()
    page.keyboard.press("Enter")
    expect(row(page, "Oat milk").locator("time")).not_to_be_empty()
    wait_for_titles(page, ["Pay the rent", "Oat milk"])
    wait_for_dot(page, "unsynced")

    page.reload()  # a cold start with the server down
    wait_for_titles(page, ["Pay the rent", "Oat milk"])
    wait_for_dot(page, "Offline since")
    second_start = page.context.new_page()
    second_start.goto(server.url + "/inbox")
    wait_for_titles(second_start, ["Pay the rent", "Oat milk"])
    second_start.close()

    server.start()
    sync(page)
    wait_for_dot(page, "All changes saved")
    other = new_page()
    sign_in(other, "ana@example.org")
    wait_for_titles(other, ["Pay the rent", "Oat milk"])
    tasks = {
        task["title"]: task
        for task in rest(server, "ana@example.org").get("/api/v1/tasks")["tasks"]
    }
    assert {title: (task["due"], task["status"]) for title, task in tasks.items()} == {
        "Oat milk": ("2026-11-29", "pending"),
        "Pay the rent": ("2026-11-30", "pending"),
        "Bread": (None, "completed"),
    }


def test_a_task_made_by_curl_appears_in_the_browser(new_page, server):
    page = new_page()
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    rest(server, "ana@example.org").post(
        "/api/v1/tasks", {"title": "From the command line", "due": "2026-12-24"}
    )
    sync(page)
    wait_for_titles(page, ["From the command line"])


def test_deleting_and_completing_can_be_undone(new_page):
    page = new_page()
    add(page, "Milk")
    delete(page, "Milk")
    expect(page.locator("#toast").get_by_text("“Milk” deleted")).to_be_visible()
    wait_for_titles(page, [])
    page.get_by_role("button", name="Undo").click()
    wait_for_titles(page, ["Milk"])
    ring(page, "Milk").click()
    wait_for_titles(page, [])
    page.get_by_role("button", name="Undo").click()
    wait_for_titles(page, ["Milk"])


def test_local_tasks_come_along_into_the_account_once_and_none_is_doubled(new_page, server):
    page = new_page()
    add(page, "Milk")
    rename(page, "Milk", "Oat milk")
    add(page, "Bread", "2026-11-30")
    sign_up(page, "ana@example.org")
    expect(page.get_by_text("There are 2 tasks on this device")).to_be_visible()
    page.get_by_role("button", name="Move to my account").click()
    wait_for_dot(page, "All changes saved")
    wait_for_titles(page, ["Bread", "Oat milk"])
    page.reload()
    wait_for_titles(page, ["Bread", "Oat milk"])
    assert [
        task["title"] for task in rest(server, "ana@example.org").get("/api/v1/tasks")["tasks"]
    ] == ["Bread", "Oat milk"]


@pytest.mark.parametrize(
    "close",
    [
        lambda page: page.keyboard.press("Escape"),
        lambda page: page.locator("#dialog").get_by_label("Close").click(),
        lambda page: page.reload(),
        lambda page: page.get_by_role("button", name="Keep on this device only").click(),
    ],
    ids=["escape", "x", "reload", "leave"],
)
def test_local_tasks_that_are_not_brought_along_stay_and_one_is_signed_in(new_page, server, close):
    page = new_page()
    add(page, "Only here")
    sign_up(page, "ana@example.org")
    expect(page.get_by_text("There is 1 task on this device")).to_be_visible()
    close(page)
    wait_for_dot(page, "All changes saved")
    expect(page.locator("#account")).to_have_text("Ana")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert titles(page) == []
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out").click()
    wait_for_dot(page, "On this device")
    go(page, "/inbox")
    wait_for_titles(page, ["Only here"])


def test_what_is_made_before_an_accounts_first_sync_arrives(new_page, server):
    page = new_page()
    add(page, "From before")
    asked = []
    page.route("**/sync", lambda route: (asked.append(route), route.abort()))
    sign_up(page, "ana@example.org")
    page.get_by_role("button", name="Move to my account").click()
    add(page, "Early")
    page.wait_for_timeout(1500)
    assert 0 < len(asked) < 15, "it asks again, with pauses"
    page.unroute("**/sync")
    page.reload()
    wait_for_dot(page, "All changes saved")
    page.wait_for_function("() => document.querySelectorAll('#groups .row').length === 2")
    wait_for_dot(page, "All changes saved")
    assert {
        task["title"] for task in rest(server, "ana@example.org").get("/api/v1/tasks")["tasks"]
    } == {"From before", "Early"}


def test_signing_out_takes_the_tasks_away_and_the_next_person_sees_none(new_page, server):
    page = new_page()
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    add(page, "Secret of Ana")
    wait_for_dot(page, "All changes saved")
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out").click()
    wait_for_dot(page, "On this device")
    wait_for_titles(page, [])
    sign_up(page, "ben@example.org", "Ben")
    wait_for_dot(page, "All changes saved")
    assert titles(page) == []
    databases = page.evaluate(
        "() => indexedDB.databases().then((all) => all.map(({ name }) => name))"
    )
    assert len([name for name in databases if "anonymous" not in name]) == 1


def test_signing_out_with_unsent_work_asks(new_page, server):
    page = new_page()
    wait_for_worker(page)
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    server.stop()
    add(page, "Unsent")
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("1 change is not synced yet").first).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    wait_for_titles(page, ["Unsent"])
    server.start()


def test_an_answer_lost_after_the_commit_doubles_nothing(new_page, server):
    page = new_page()
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    lost = []

    def lose(route):
        if json.loads(route.request.post_data)["changes"] and not lost:
            lost.append(route.fetch().json()["outcomes"])  # the server has committed
            route.abort()
        else:
            route.continue_()

    page.route("**/sync", lose)
    with page.expect_event("requestfailed"):
        add(page, "Milk")
        sync(page)
    wait_for_dot(page, "All changes saved")
    assert lost == [[{"status": "applied", "seq": 3}]]
    record = [record for record in _pull(server, "ana@example.org") if record["kind"] == "task"]
    assert len(record) == 1 and len(record[0]["writes"]) == 1


def _pull(server, email):
    answer = rest(server, email).post("/sync", {"protocol": 1, "device": "tester00000000000000"})
    return next(iter(answer["spaces"].values()))["records"]


def test_a_conflict_is_shown_on_both_devices_and_settled_by_one_tap(new_page, server):
    phone, laptop = new_page(), new_page()
    sign_up(phone, "ana@example.org")
    wait_for_dot(phone, "All changes saved")
    add(phone, "Milk")
    wait_for_dot(phone, "All changes saved")
    sign_in(laptop, "ana@example.org")
    wait_for_titles(laptop, ["Milk"])
    for page in (phone, laptop):
        page.route("**/sync", lambda route: route.abort())
    rename(phone, "Milk", "Oat milk")
    rename(laptop, "Milk", "Soy milk")
    for page in (phone, laptop, phone):
        page.unroute("**/sync")
        sync(page)
        page.wait_for_timeout(500)
    for page in (phone, laptop):
        wait_for_dot(page, "Needs attention")
    laptop.locator("#dot").click()
    laptop.get_by_role("button", name="Oat milk").click()
    laptop.locator("#sheet").get_by_label("Close").click()
    wait_for_dot(laptop, "All changes saved")
    sync(phone)
    wait_for_dot(phone, "All changes saved")
    for page in (phone, laptop):
        wait_for_titles(page, ["Oat milk"])


def test_two_tabs_show_the_same_and_one_talks(new_page, server):
    first = new_page()
    sign_up(first, "ana@example.org")
    wait_for_dot(first, "All changes saved")
    second = new_page(first.context)
    asked = []
    first.on(
        "request", lambda request: asked.append("first") if request.url.endswith("/sync") else None
    )
    second.on(
        "request", lambda request: asked.append("second") if request.url.endswith("/sync") else None
    )
    add(second, "From the second tab")
    wait_for_titles(first, ["From the second tab"])
    wait_for_dot(second, "All changes saved")
    add(first, "From the first tab")
    second.wait_for_function("() => document.querySelectorAll('#groups .row').length === 2")
    assert set(asked) == {"first"}
    first.close()
    add(second, "After the first is closed")
    wait_for_dot(second, "All changes saved")
    assert "second" in asked
    assert len(rest(server, "ana@example.org").get("/api/v1/tasks")["tasks"]) == 3


def test_half_typed_text_survives_what_comes_in(new_page, server):
    page = new_page()
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    add(page, "Milk")
    wait_for_dot(page, "All changes saved")
    open_task(page, "Milk")
    page.locator("#pane").get_by_label("Title").click()
    page.keyboard.press("End")
    page.keyboard.type(" and")
    task = rest(server, "ana@example.org").get("/api/v1/tasks")["tasks"][0]
    rest(server, "ana@example.org").post("/api/v1/tasks", {"title": "Earlier", "due": "2026-01-01"})
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(row(page, "Earlier")).to_be_visible()
    page.keyboard.type(" bread")
    page.keyboard.press("Enter")
    expect(row(page, "Milk and bread")).to_be_visible()
    assert task["title"].startswith("Milk")


def test_a_session_ended_elsewhere_keeps_everything_and_says_so(new_page, server):
    page = new_page()
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    expect(page.locator("dialog[open]")).to_have_count(
        0
    )  # signing up has ended, and nothing of it asks the server any more
    client = rest(server, "ana@example.org")
    for session in client.get("/auth/sessions")["sessions"]:
        if not session["current"]:
            client._ask("DELETE", f"/auth/sessions/{session['id']}", None, {})
    page.get_by_label("New task", exact=True).fill("Kept")
    page.keyboard.press("Enter")
    wait_for_dot(page, "Sign in again")
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    assert "Kept" not in page.content()
    page.reload()
    expect(page.get_by_text("1 change is not synced yet")).to_be_visible()
    assert titles(page) == []
    page.locator("#main").get_by_role("button", name="Sign in again").last.click()
    credentials(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    wait_for_titles(page, ["Kept"])
    assert titles(page) == ["Kept"] and len(client.get("/api/v1/tasks")["tasks"]) == 1


def test_text_is_text(new_page):
    page = new_page()
    for text in (
        "<img src=x onerror=document.title='run'>",
        "<script>document.title='run'</script>",
        "javascript:alert(1)",
        "{{7*7}}",
        "\u202eabc",
    ):
        add(page, text)
    page.reload()
    expect(page.locator("#groups .row")).to_have_count(5)
    assert page.title() == "Inbox – Driftless" and page.locator("#groups img").count() == 0


def test_the_browser_killed_after_input_loses_nothing_that_was_shown(profile, server):
    rng, shown, violations = random.Random(3), [], []
    for number in range(KILLS):
        context = profile()
        page = context.pages[0]
        page.goto(server.url + "/inbox")
        if number == 0:
            wait_for_worker(page)
        else:
            page.wait_for_selector("#groups .row")
        present = set(titles(page))
        violations += [title for title in shown if title not in present]
        add(page, f"Task {number}")
        shown.append(f"Task {number}")
        time.sleep(rng.uniform(0, 0.05))
        _kill_browser(profile.folder)
    report("browser_kill", KILLS, len(violations))
    assert not violations


def _kill_browser(folder):
    """kill -9 of every process of the browser that has this profile."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder).encode() in entry.read_bytes():
                os.kill(int(entry.parent.name), signal.SIGKILL)
        except (OSError, ProcessLookupError):
            continue
    (folder / "SingletonLock").unlink(missing_ok=True)


def test_it_can_be_installed_and_started_cold_without_a_server(profile, server):
    context = profile()
    page = context.pages[0]
    page.goto(server.url)
    wait_for_worker(page)
    page.goto(server.url + "/inbox")
    add(page, "Milk")
    session = context.new_cdp_session(page)
    assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    context.close()
    server.stop()
    page = profile().pages[0]
    page.goto(server.url + "/inbox")
    wait_for_titles(page, ["Milk"])
    add(page, "Bread")
    server.start()
