"""Every place and what it shows, by its address, with no server: reloaded, gone back to, gone
forward to.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.device import NOW, new_list, paste, pick, wait_for_hands
from tests.browser.page import add, delete, focus, go, open_task, ring, row, wait_for_titles

EARLIER = NOW - timedelta(9)
DAYS = """Rent 2026-11-24
Older bill 2026-11-20
Call 2026-11-25 17:00
Report 2026-11-25 !high
Dentist 2026-11-26
Party 2026-11-29
Taxes 2027-01-15
Someday"""
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
GROUPS = """() => [...document.querySelectorAll("#groups [data-key]")].map((group) => [group.querySelector("h2").innerText.split("\\n").join(" ").trim(),
  ...[...group.querySelectorAll(".row .ring")].map((ring) => ring.ariaLabel.split(", ")[0])])"""
PATHS = {
    "/inbox": "Inbox",
    "/today": "Today",
    "/upcoming": "Upcoming",
    "/completed": "Completed",
    "/trash": "Trash",
    "/search?q=bill": "Search",
    "/settings": "Settings",
    "/lists": "Lists",
    "/nowhere/at/all": "Today",
    "/list/unknown": "List not found",
}


@pytest.fixture(autouse=True)
def _no_errors(device):
    yield
    device.check()
    device.at(NOW)


@pytest.fixture
def page(device):
    return device.fresh()


@pytest.fixture
def days(device):
    """Tasks that were given their dates nine days ago."""
    device.at(EARLIER)
    page = device.fresh(tasks=DAYS)
    device.at(NOW)
    page.reload()
    wait_for_hands(page)
    expect(row(page, "Someday")).to_be_visible()
    return page


def heading(page):
    return page.locator("#heading h1")


def groups(page):
    """[[heading, titles …], …] as they stand on the page."""
    return page.evaluate(GROUPS)


def path(page):
    return page.evaluate("() => location.pathname + location.search")


def pane(page):
    return page.locator("#pane")


class TestPlaces:
    def test_every_place_is_an_address(self, device, page):
        for address, name in PATHS.items():
            page.goto(device.url + address)
            expect(heading(page)).to_have_text(name)
            assert path(page) == address

    def test_back_and_forward_go_through_places(self, days):
        page, names = days, ("Today", "Upcoming", "Completed", "Trash", "Settings", "Inbox")
        for name in names:
            page.locator("#side").get_by_role("link", name=re.compile(f"^{name}")).click()
            expect(heading(page)).to_have_text(name)
        for name in reversed(names[:-1]):
            page.go_back()
            expect(heading(page)).to_have_text(name)
        page.reload()
        expect(heading(page)).to_have_text("Today")
        for name in names[1:]:
            page.go_forward()
            expect(heading(page)).to_have_text(name)
        expect(page.locator("#side [aria-current=page]")).to_have_text(re.compile("^Inbox"))

    def test_the_inbox_has_what_has_no_list_and_folds_what_is_done(self, device):
        page = device.fresh(
            tasks="One\n  Part\n" + "\n".join(f"- [x] Done {n}" for n in range(6)) + "\nTwo"
        )
        wait_for_titles(page, ["One", "Part", "Two"])
        expect(row(page, "Part")).to_have_attribute("data-depth", "1")
        assert len(groups(page)) == 2 and groups(page)[1] == ["Completed 6"]
        page.get_by_role("button", name="Completed 6").click()
        expect(row(page, "Done 5")).to_be_visible()
        expect(page.locator("#side [data-route=inbox] small")).to_have_text("3")

    def test_today_has_what_is_late_first_and_what_was_done_today_last(self, days):
        page = days
        go(page, "/today")
        wait_for_titles(page, ["Older bill", "Rent", "Report", "Call"])
        assert [group[0].split(" ")[0] for group in groups(page)] == ["Overdue", "Today"]
        assert row(page, "Older bill").locator("time").inner_text() == "5 days late"
        ring(page, "Report").click()
        expect(
            page.locator("[data-key=done]").get_by_role("checkbox", name="Report")
        ).to_be_visible()
        page.get_by_role("button", name="Move to today").click()
        expect(page.get_by_role("heading", name="Overdue")).to_be_hidden()
        assert groups(page) == [
            ["Today 3", "Rent", "Older bill", "Call"],
            ["Completed today 1", "Report"],
        ]
        page.reload()
        wait_for_titles(page, ["Rent", "Older bill", "Call"])

    def test_upcoming_has_a_week_of_days_and_what_comes_later(self, days):
        page = days
        go(page, "/upcoming")
        wait_for_titles(page, ["Dentist", "Party", "Taxes"])
        assert [(group[0], *group[1:]) for group in groups(page)] == [
            ("26 Tomorrow Thursday", "Dentist"),
            ("27 Friday",),
            ("28 Saturday",),
            ("29 Sunday", "Party"),
            ("30 Monday",),
            ("1 Tuesday",),
            ("2 Dec 2 Wednesday",),
            ("15 Jan 15, 2027 Friday", "Taxes"),
        ]
        expect(page.locator("#week li")).to_have_count(7)
        page.set_viewport_size({"width": 1280, "height": 320})
        page.locator("#week [data-day='2026-12-01']").click()
        expect(page.locator("[data-key='2026-12-01']")).to_be_in_viewport()
        assert path(page) == "/upcoming"
        page.set_viewport_size(DESKTOP)
        page.locator("#week a").first.click()
        expect(heading(page)).to_have_text("Today")

    def test_a_list_is_a_list_or_a_board(self, page):
        new_list(page, "Errands")
        address = path(page)
        add(page, "Stamps")
        add(page, "Bread")
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Board").click()
        assert path(page) == f"{address}/board"
        page.keyboard.press("Escape")
        focus(page, "Bread")
        page.keyboard.press("s")
        focus(page, "Stamps")
        page.keyboard.press("Space")
        lanes = [["Pending 0"], ["In progress 1", "Bread"], ["Completed 1", "Stamps"]]
        expect(
            page.locator("[data-key=completed]").get_by_role("checkbox", name="Stamps")
        ).to_be_visible()
        assert groups(page) == lanes
        page.reload()
        expect(row(page, "Stamps")).to_be_visible()
        assert groups(page) == lanes
        page.go_back()
        wait_for_titles(page, ["Bread"])
        expect(page.locator("#side [data-list] small")).to_have_text("1")

    def test_completed_has_the_days_things_were_done_on(self, device, days):
        page = days
        for title, days_on in (("Rent", 0), ("Party", 0), ("Someday", 1)):
            device.at(NOW + timedelta(days_on))
            focus(page, title)
            page.keyboard.press("Space")
            expect(page.locator("#toast-text")).to_have_text(f"“{title}” completed")
            page.wait_for_timeout(10)  # two that were done in one millisecond have no order
        page.goto(device.url + "/completed")
        expect(row(page, "Someday")).to_be_visible()
        assert [group[0].split(" ")[0] for group in groups(page)] == ["Today", "Yesterday"]
        ring(page, "Rent").click()
        expect(row(page, "Rent")).to_have_count(0)


class TestTrash:
    def test_a_task_goes_and_comes_back(self, days):
        page = days
        delete(page, "Dentist")
        go(page, "/trash")
        expect(page.get_by_role("button", name="Restore “Dentist”")).to_be_visible()
        page.reload()
        page.get_by_role("button", name="Restore “Dentist”").click()
        expect(page.get_by_text("The trash is empty.")).to_be_visible()
        go(page, "/upcoming")
        wait_for_titles(page, ["Dentist", "Party", "Taxes"])

    def test_a_list_takes_its_tasks_along_and_brings_them_back(self, page):
        new_list(page, "Errands")
        paste(page, "Bread\nStamps")
        page.locator("#main").get_by_role("button", name="More actions").click()
        pick(page, "Delete this list")
        expect(heading(page)).to_have_text("Today")
        expect(page.locator("#side [data-list]")).to_have_count(0)
        go(page, "/trash")
        wait_for_titles(page, ["Bread", "Stamps"])
        page.go_back()
        expect(heading(page)).to_have_text("Today")
        page.go_back()
        page.locator("#heading").get_by_role("button", name="Restore").click()
        expect(page.locator("#side [data-list]")).to_have_text(re.compile("Errands"))
        wait_for_titles(page, ["Bread", "Stamps"])

    def test_a_task_out_of_a_deleted_list_goes_to_the_inbox(self, page):
        new_list(page, "Errands")
        paste(page, "Bread\nStamps")
        page.locator("#main").get_by_role("button", name="More actions").click()
        pick(page, "Delete this list")
        go(page, "/trash")
        page.get_by_role("button", name="Restore “Bread”").click()
        wait_for_titles(page, ["Stamps"])
        go(page, "/inbox")
        wait_for_titles(page, ["Bread"])
        page.keyboard.press("Control+z")
        wait_for_titles(page, [])


class TestSearchAndFilters:
    TASKS = "Paint hall 2026-11-25 #home !high\nPaint door #home\nBuy paint 2026-11-27 !low\nSleep\n- [x] Paint the roof"

    def test_search_is_instant_and_reads_titles_descriptions_and_labels(self, device):
        page = device.fresh(tasks=self.TASKS)
        open_task(page, "Sleep")
        pane(page).get_by_role("button", name="Add a description").click()
        page.keyboard.type("under the painted sky")
        page.keyboard.press("Control+Enter")
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("PAINT ho")
        wait_for_titles(page, ["Paint hall", "Paint door"])  # a label
        assert path(page) == "/search?q=PAINT+ho"
        for _ in range(3):
            page.keyboard.press("Backspace")
        wait_for_titles(page, ["Paint hall", "Buy paint", "Paint door", "Sleep"])
        expect(row(page, "Paint the roof")).to_be_visible()  # done, and below
        page.reload()
        expect(page.get_by_role("searchbox", name="Search")).to_have_value("PAINT")
        wait_for_titles(page, ["Paint hall", "Buy paint", "Paint door", "Sleep"])
        page.go_back()
        expect(heading(page)).to_have_text("Inbox")

    def test_what_is_pressed_while_a_task_closes_keeps_the_way_back(self, device):
        page = device.fresh(tasks="One\nTwo")
        open_task(page, "One")
        page.evaluate(
            """() => { for (const key of ["Escape", "/"]) document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })) }"""
        )
        page.keyboard.type("Tw")
        wait_for_titles(page, ["Two"])
        page.wait_for_url("**/search?q=Tw")
        page.go_back()
        expect(heading(page)).to_have_text("Inbox")
        expect(pane(page)).to_be_hidden()
        page.wait_for_url("**/inbox")

    def test_a_search_that_was_linked_to_is_left_for_today(self, device):
        page = device.fresh(path="/search?q=Tw")
        search = page.get_by_role("searchbox", name="Search")
        search.press("Escape")
        expect(search).to_have_value("")
        search.press("Escape")
        expect(heading(page)).to_have_text("Today")

    def test_filters_and_sorting_are_in_the_address(self, device):
        page = device.fresh(tasks=self.TASKS)
        for address, wanted in {
            "/inbox?label=home": ["Paint hall", "Paint door"],
            "/inbox?priority=1": ["Buy paint"],
            "/inbox?due=none": ["Paint door", "Sleep"],
            "/inbox?due=today": ["Paint hall"],
            "/inbox?due=week": ["Paint hall", "Buy paint"],
            "/inbox?sort=due": ["Paint hall", "Buy paint", "Paint door", "Sleep"],
            "/inbox?sort=priority": ["Paint hall", "Buy paint", "Paint door", "Sleep"],
            "/inbox?label=home&due=none": ["Paint door"],
            "/search?label=home&q=hall": ["Paint hall"],
            "/search?priority=3": ["Paint hall"],
            "/inbox?label=nothing": [],
            "/inbox?status=completed": [],
            "/inbox?sort=nonsense&due=nonsense": ["Paint hall", "Paint door", "Buy paint", "Sleep"],
        }.items():
            page.goto(device.url + address)
            wait_for_titles(page, wanted)
        go(page, "/inbox?status=completed")
        expect(row(page, "Paint the roof")).to_be_visible()

    def test_a_filter_is_chosen_seen_and_taken_away(self, device):
        page = device.fresh(tasks=self.TASKS)
        focus(page, "Sleep")
        page.keyboard.press("f")
        page.keyboard.type("home")
        page.keyboard.press("Enter")
        wait_for_titles(page, ["Paint hall", "Paint door"])
        assert path(page) == "/inbox?label=home"
        page.reload()
        page.get_by_role("link", name="Remove filter: home").click()
        wait_for_titles(page, ["Paint hall", "Paint door", "Buy paint", "Sleep"])
        page.go_back()
        wait_for_titles(page, ["Paint hall", "Paint door"])
        go(page, "/inbox?label=nothing")
        page.get_by_role("link", name="Show all").click()
        assert path(page) == "/inbox"


class TestPhone:
    def test_lists_and_settings_are_within_reach(self, device):
        page = device.fresh()
        new_list(page, "Errands")
        add(page, "Bread")
        page.set_viewport_size(PHONE)
        page.locator("#tabs").get_by_role("link", name="Lists").click()
        expect(heading(page)).to_have_text("Lists")
        page.locator("#page").get_by_role("link", name="Errands 1").click()
        wait_for_titles(page, ["Bread"])
        page.go_back()
        page.locator("#page").get_by_role("link", name="Settings").click()
        expect(page.get_by_role("heading", name="Keyboard")).to_be_visible()
        page.reload()
        expect(heading(page)).to_have_text("Settings")
        page.go_back()
        for name in ("Completed", "Trash", "Inbox"):
            page.locator("#page").get_by_role("link", name=name).click()
            expect(heading(page)).to_have_text(name)
            page.go_back()
        page.locator("#tabs").get_by_role("link", name="Today").click()
        expect(heading(page)).to_have_text("Today")

    def test_a_task_lies_over_its_list_and_back_closes_it(self, device):
        page = device.fresh(tasks="One\nTwo")
        page.set_viewport_size(PHONE)
        open_task(page, "One")
        expect(page.locator("#main")).to_have_js_property("inert", True)
        page.go_back()
        expect(pane(page)).to_be_hidden()
        expect(page.locator("#main")).to_have_js_property("inert", False)
        open_task(page, "Two")
        pane(page).get_by_role("button", name="Add…").click()
        pane(page).get_by_role("button", name="Labels: None").click()
        page.keyboard.type("home")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        pane(page).get_by_role("button", name="Close").click()
        expect(row(page, "Two")).to_contain_text("home")
