"""A board, and lists of which one sees only a part: what moves is what is on the screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.device import NOW, drag, new_list, paste
from tests.browser.page import (
    focus,
    go,
    ring,
    row,
    sign_in,
    sign_up,
    sync,
    wait_for_dot,
    wait_for_titles,
)

WATCH = """() => {
  window.places = [];
  const look = () => {
    const ring = document.querySelector("#groups [data-key=open] .ring[aria-checked=true]");
    if (ring) window.places.push(ring.getBoundingClientRect().x);
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture
def page(device):
    yield device.fresh()
    device.at(NOW)
    device.check()


def toast(page, words):
    expect(page.locator("#toast-text")).to_have_text(words)


def lane(page, key):
    return page.locator(f"#groups [data-key={key}] .row")


def board(page, tasks):
    """A list of its own, as a board."""
    new_list(page, "Board")
    paste(page, tasks)
    page.keyboard.press("Escape")
    go(page, page.evaluate("location.pathname") + "/board")
    expect(page.locator("#groups .lane")).to_have_count(3)


class TestLanes:
    def test_a_repeating_task_dropped_on_a_completed_one_comes_again_and_dragged_back_does_not(
        self, page
    ):
        board(page, "Stays\n[x] Old\nWater 2026-11-25 every week\n  Fill can")
        drag(page, row(page, "Water"), row(page, "Old"), part=0.8)
        toast(page, "“Water” completed; next due Wed, Dec 2")
        expect(lane(page, "completed")).to_have_count(2)
        expect(lane(page, "pending").locator("time").last).to_have_text("Dec 2")
        page.get_by_role("button", name="Undo").click()
        expect(lane(page, "completed")).to_have_count(1)
        expect(lane(page, "pending")).to_have_count(2)
        page.keyboard.press("Control+y")
        expect(lane(page, "completed")).to_have_count(2)
        drag(page, lane(page, "completed").filter(has_text="Water"), row(page, "Stays"), part=0.2)
        expect(lane(page, "completed")).to_have_count(1)
        wait_for_titles(page, ["Water", "Stays"])
        expect(lane(page, "pending").locator("time").first).to_have_text("Today")

    def test_dropped_on_a_row_of_another_lane_it_gets_its_place_and_its_status_in_one_step(
        self, page
    ):
        board(page, "One\nTwo\nThree")
        focus(page, "One")
        page.keyboard.press("s")
        expect(lane(page, "in_progress")).to_have_count(1)
        drag(page, row(page, "Three"), row(page, "One"), part=0.8)
        expect(lane(page, "in_progress")).to_have_text(["One", "Three"])
        page.get_by_role("button", name="Undo").click()
        expect(lane(page, "pending")).to_have_text(["Two", "Three"])

    def test_what_is_completed_stays_completed_when_it_was(self, device, page):
        board(page, "Nothing\nOne\nTwo")
        for count, title in enumerate(("One", "Two"), start=1):
            ring(page, title).click()
            expect(lane(page, "completed")).to_have_count(count)
        device.at(NOW.replace(day=28))
        drag(page, lane(page, "completed").last, lane(page, "completed").first, part=0.2)
        drag(page, lane(page, "completed").last, row(page, "Nothing"), part=0.2)
        expect(lane(page, "completed")).to_have_count(1)
        go(page, "/completed")
        expect(page.locator("#groups [data-key='2026-11-25'] .row")).to_have_count(1)

    def test_alt_and_arrows_move_within_the_lane_and_tab_makes_no_subtask(self, page):
        board(page, "One\nTwo\nThree")
        focus(page, "Two")
        page.keyboard.press("s")
        expect(lane(page, "in_progress")).to_have_count(1)
        focus(page, "Three")
        page.keyboard.press("Alt+ArrowUp")
        expect(lane(page, "pending")).to_have_text(["Three", "One"])
        expect(page.locator("#live")).to_have_text("Position 1 of 2")
        focus(page, "One")
        page.keyboard.press("Tab")
        expect(row(page, "One").locator(".row-title")).not_to_be_focused()
        expect(lane(page, "pending")).to_have_text(["Three", "One"])


def test_alt_and_arrows_and_tab_mean_the_rows_that_are_seen(page):
    paste(page, "One #x\nTwo\nThree #x\nFour")
    go(page, "/inbox?label=x")
    wait_for_titles(page, ["One", "Three"])
    focus(page, "Three")
    page.keyboard.press("Alt+ArrowUp")
    wait_for_titles(page, ["Three", "One"])
    expect(page.locator("#live")).to_have_text("Position 1 of 2")
    go(page, "/inbox")
    wait_for_titles(page, ["Three", "One", "Two", "Four"])
    focus(page, "One")
    page.keyboard.press("Alt+ArrowDown")
    wait_for_titles(page, ["Three", "Two", "One", "Four"])
    go(page, "/inbox?label=x")
    focus(page, "One")
    page.keyboard.press("Tab")
    toast(page, "“One” is now a subtask of “Three”")


def test_a_task_is_not_dropped_into_what_lies_below_it(page):
    paste(page, "One\n  Two\nThree\nFour")
    page.keyboard.press("Escape")
    focus(page, "Three")
    for parent in ("One", "Two"):
        page.keyboard.press("Tab")
        toast(page, f"“Three” is now a subtask of “{parent}”")
    drag(page, row(page, "One"), row(page, "Three"), part=0.8)
    drag(page, row(page, "Four"), row(page, "One"), part=0.2)
    toast(page, "“Four” moved")
    expect(row(page, "Three")).to_have_attribute("data-depth", "2")
    wait_for_titles(page, ["Four", "One", "Two", "Three"])


def test_a_subtask_that_is_completed_stays_where_it_is_until_its_row_goes(page):
    paste(page, "One\n  Two\n  Three")
    page.evaluate(WATCH)
    ring(page, "Two").click()
    page.wait_for_function("() => window.places.length > 1")
    assert set(page.evaluate("() => window.places")) == {
        page.evaluate(
            "() => document.querySelector('.row[data-depth] .ring').getBoundingClientRect().x"
        )
    }


def test_another_place_in_its_lane_is_no_conflict_with_a_completion_elsewhere(new_page):
    desk, phone = new_page(), new_page()
    sign_up(desk, "lanes@example.org")
    wait_for_dot(desk, "All changes saved")
    board(desk, "One\nTwo\nThree")
    wait_for_dot(desk, "All changes saved")
    sign_in(phone, "lanes@example.org")
    phone.locator("#side").get_by_role("link", name="Board").click()
    wait_for_titles(phone, ["One", "Two", "Three"])
    for page in (desk, phone):
        page.route("**/sync", lambda route: route.abort())
    drag(desk, row(desk, "Three"), row(desk, "One"), part=0.2)
    wait_for_titles(desk, ["Three", "One", "Two"])
    ring(phone, "Three").click()
    wait_for_titles(phone, ["One", "Two"])
    for page in (desk, phone):
        page.unroute("**/sync")
    for page in (phone, desk, phone):
        sync(page)
        wait_for_dot(page, "All changes saved")
    expect(desk.locator("#groups [data-key=completed] .row")).to_have_text(["Three"])
    for page in (desk, phone):
        expect(page.locator(".mark")).to_have_count(0)
