"""Days and hours: today is the day on the wall of the device, at the edges of the world, across
clock changes, and at midnight.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.conftest import NO_SAMPLES
from tests.browser.device import paste, wait_for_hands
from tests.browser.page import (
    PATIENCE_MS,
    add,
    focus,
    go,
    open_task,
    row,
    sign_in,
    sign_up,
    wait_for_dot,
    wait_for_titles,
)

ZONES = ("Pacific/Pago_Pago", "Etc/UTC", "Asia/Kathmandu", "Pacific/Kiritimati")
PARIS = "Europe/Paris"


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture
def at(chromium, server):
    """Opens a page in a zone, at a time on the wall there; the clock stands still, or runs from
    then on.
    """
    opened = []

    def open_page(zone, wall, path="/today", is_running=False):
        context = chromium.new_context(timezone_id=zone)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(NO_SAMPLES)
        opened.append(context)
        page = context.new_page()
        if is_running:
            page.clock.install(time=instant(zone, wall))
        else:
            page.clock.set_fixed_time(instant(zone, wall))
        page.goto(server.url + path)
        wait_for_hands(page)
        return page

    yield open_page
    for context in opened:
        context.close()


def instant(zone, wall):
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))


def late(page, title):
    return page.locator("[data-key=late]").get_by_role("checkbox", name=f"{title}, ")


@pytest.mark.parametrize("zone", ZONES)
def test_today_is_the_day_on_the_wall(at, zone):
    page = at(zone, "2026-11-25T00:05")
    paste(
        page,
        "Yesterday's 2026-11-25\nToday's 2026-11-25\nTomorrow's 2026-11-26\nOf the night 2026-11-25 0:10\nOf the evening 2026-11-25 23:50",
    )
    expect(page.locator("#heading p")).to_have_text("Wednesday, November 25")
    wait_for_titles(page, ["Yesterday's", "Today's", "Of the night", "Of the evening"])
    expect(page.get_by_role("heading", name="Overdue")).to_be_hidden()
    page.clock.set_fixed_time(instant(zone, "2026-11-25T23:55"))
    page.reload()
    wait_for_titles(page, ["Yesterday's", "Today's", "Of the night", "Of the evening"])
    expect(page.get_by_role("heading", name="Overdue")).to_be_hidden()
    expect(row(page, "Of the night").locator("time")).to_have_class("late")
    expect(row(page, "Of the evening").locator("time")).to_have_class("late")
    focus(page, "Today's")
    page.keyboard.press("Space")
    expect(page.locator("[data-key=done]").get_by_role("checkbox", name="Today's")).to_be_visible()
    page.clock.set_fixed_time(instant(zone, "2026-11-26T00:05"))
    page.reload()
    wait_for_titles(page, ["Yesterday's", "Of the night", "Of the evening", "Tomorrow's"])
    for title in ("Yesterday's", "Of the night", "Of the evening"):
        expect(late(page, title)).to_be_visible()
    expect(row(page, "Today's")).to_have_count(0)
    go(page, "/completed")
    expect(page.get_by_role("heading", name="Yesterday")).to_be_visible()


@pytest.mark.parametrize("wall", ["2026-03-28", "2026-10-24"], ids=["spring", "autumn"])
def test_days_are_whole_across_a_change_of_the_clocks(at, wall):
    day = datetime.fromisoformat(wall)
    saturday, sunday, monday = (
        f"{day.replace(day=day.day + ahead):%Y-%m-%d}" for ahead in range(3)
    )
    page = at(PARIS, f"{saturday}T23:30")
    paste(
        page,
        f"Sat {saturday}\nSun tomorrow\nMon in 2 days\nWater {sunday} every day\nHour {sunday} 02:30".replace(
            "Sat ", "First "
        )
        .replace("Sun ", "Second ")
        .replace("Mon ", "Third "),
    )
    wait_for_titles(page, ["First"])
    go(page, "/upcoming")
    for title, on in (("Second", sunday), ("Third", monday), ("Water", sunday), ("Hour", sunday)):
        expect(
            page.locator(f"[data-key='{on}']").get_by_role("checkbox", name=f"{title}, ")
        ).to_be_visible()
    expect(page.locator("#week li")).to_have_count(7)
    assert (
        len(
            set(
                page.locator("#week a").evaluate_all(
                    "links => links.map((link) => link.dataset.day)"
                )
            )
        )
        == 7
    )
    page.clock.set_fixed_time(instant(PARIS, f"{sunday}T23:30"))
    page.goto(page.url.replace("/upcoming", "/today"))
    wait_for_titles(page, ["First", "Second", "Water", "Hour"])
    expect(late(page, "First")).to_be_visible()
    focus(page, "Water")
    page.keyboard.press("Space")
    expect(page.locator("#toast-text")).to_have_text(
        f"“Water” completed; next due {datetime.fromisoformat(monday):%a, %b} {int(monday[8:])}"
    )


def test_at_midnight_an_open_page_turns_to_the_new_day(at):
    page = at(PARIS, "2026-11-25T23:58:00", is_running=True)
    page.clock.run_for(1_000)
    add(page, "Milk")
    expect(row(page, "Milk")).to_be_visible()
    expect(late(page, "Milk")).to_have_count(0)
    page.clock.fast_forward(130_000)
    expect(late(page, "Milk")).to_be_visible()
    expect(page.locator("#heading p")).to_have_text("Thursday, November 26")
    page.clock.fast_forward(24 * 3_600_000)
    expect(row(page, "Milk").locator("time")).to_have_text("2 days late")
    expect(page.locator("#heading p")).to_have_text("Friday, November 27")


def test_a_wall_time_is_the_same_everywhere_and_a_zoned_one_is_shown_by_the_local_wall(at, server):
    shown, moment = {}, "2026-11-26T08:00"
    for zone in (PARIS, *ZONES):
        page = at(zone, moment, "/inbox")
        if zone == PARIS:
            sign_up(page, "time@example.org")
            wait_for_dot(page, "All changes saved")
            paste(page, "Wall 2026-11-30 17:00\nDay 2026-11-30")
            wait_for_dot(page, "All changes saved")
            zoned(page, server, "2026-11-30T17:00+01:00[Europe/Paris]")
        else:
            sign_in(page, "time@example.org")
        wait_for_titles(page, ["Zoned", "Wall", "Day"])
        shown[zone] = {
            title: row(page, title).locator("time").inner_text().replace("\u202f", " ")
            for title in ("Wall", "Day", "Zoned")
        }
    assert {(each["Wall"], each["Day"]) for each in shown.values()} == {("Mon 5:00 PM", "Mon")}
    assert [shown[zone]["Zoned"] for zone in (PARIS, *ZONES)] == [
        "Mon 5:00 PM",
        "Mon 5:00 AM",
        "Mon 4:00 PM",
        "Mon 9:45 PM",
        "Tue 6:00 AM",
    ]
    open_task(page, "Zoned")
    expect(page.locator("[data-fact=due]")).to_contain_text(
        "Tue, Dec 1 6:00 AM (Mon, Nov 30 5:00 PM Europe/Paris)"
    )


def zoned(page, server, due):
    """A task from a client that knows zones."""
    assert (
        page.evaluate(
            """due => fetch("/api/v1/tasks", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ title: "Zoned", due }) }).then((answer) => answer.status)""",
            due,
        )
        == 201
    )
    page.evaluate("() => dispatchEvent(new Event('online'))")
