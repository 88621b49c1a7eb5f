"""What was done is undone and done again; what repeats comes again. With no server."""

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.device import NOW, new_list, pick, wait_for_hands
from tests.browser.page import (
    add,
    delete,
    focus,
    go,
    rename,
    ring,
    row,
    sign_in,
    sign_up,
    sync,
    titles,
    wait_for_dot,
    wait_for_titles,
)


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture
def page(device):
    yield device.fresh(tasks="One\nTwo\nThree")
    device.check()


def toast(page, words):
    expect(page.locator("#toast-text")).to_have_text(words)


def open_row(page, name):
    return page.locator("[data-key=open] .row:has(.ring[aria-checked=false])", has_text=name)


def type_task(page, text):
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_label("New task", exact=True).fill(text)
    page.keyboard.press("Enter")


class TestUndo:
    def test_ten_kinds_of_acts_are_undone_and_done_again(self, page):
        new_list(page, "Errands")
        go(page, "/inbox")
        wait_for_titles(page, ["One", "Two", "Three"])
        states = [self.state(page)]

        def act(work, is_so):
            work()
            is_so()
            states.append(self.state(page))

        def press(name, *keys):
            def work():
                focus(page, name)
                for key in keys:
                    page.keyboard.press(key)

            return work

        act(
            lambda: add(page, "Four"),
            lambda: wait_for_titles(page, ["Four", "One", "Two", "Three"]),
        )
        page.keyboard.press("Escape")
        act(
            lambda: rename(page, "Four", "Fourth"),
            lambda: expect(row(page, "Fourth")).to_be_visible(),
        )
        act(
            press("One", "s"),
            lambda: expect(ring(page, "One")).to_have_attribute("aria-checked", "mixed"),
        )
        act(
            press("One", "p", "3"),
            lambda: expect(row(page, "One")).to_have_attribute("data-priority", "high"),
        )

        def due():
            press("One", "d")()
            page.get_by_role("button", name="Tomorrow").click()

        act(due, lambda: expect(row(page, "One")).to_contain_text("Tomorrow"))

        def label():
            press("Two", "l")()
            page.keyboard.type("home")
            page.keyboard.press("Enter")
            page.keyboard.press("Escape")

        act(label, lambda: expect(row(page, "Two")).to_contain_text("home"))
        act(
            press("Three", "Alt+ArrowUp"),
            lambda: wait_for_titles(page, ["Fourth", "One", "Three", "Two"]),
        )
        act(
            press("Three", "Tab"),
            lambda: expect(row(page, "Three")).to_have_attribute("data-depth", "1"),
        )

        def repeat():
            press("Two", "r")()
            pick(page, "every day")

        act(repeat, lambda: expect(row(page, "Two")).to_contain_text("every day"))

        def move():
            press("Two", "m")()
            pick(page, "Errands")

        act(move, lambda: wait_for_titles(page, ["Fourth", "One", "Three"]))
        act(lambda: delete(page, "Fourth"), lambda: wait_for_titles(page, ["One", "Three"]))

        def complete():
            press("Three", "Space")()
            page.wait_for_timeout(700)  # for a moment it keeps its place

        act(complete, lambda: wait_for_titles(page, ["One"]))

        page.locator("#groups").focus()
        for before in reversed(states[:-1]):
            page.keyboard.press("Control+z")
            self.wait_for(page, before)
        for after in states[1:]:
            page.keyboard.press("Control+Shift+z")
            self.wait_for(page, after)
        page.reload()
        self.wait_for(page, states[-1])

    STATE = "[...document.querySelectorAll('#groups .row')].map((row) => [row.innerText, row.querySelector('.ring').ariaLabel, row.dataset.depth ?? '', row.dataset.priority ?? ''].join(' | '))"

    def state(self, page):
        return page.evaluate(f"() => {self.STATE}")

    def wait_for(self, page, wanted):
        page.wait_for_function(
            f"wanted => JSON.stringify({self.STATE}) === JSON.stringify(wanted)", arg=wanted
        )

    def test_nothing_is_undone_past_the_beginning(self, device):
        page = device.fresh()
        page.keyboard.press("Control+z")
        toast(page, "Nothing to undo.")
        page.keyboard.press("Control+Shift+z")
        toast(page, "Nothing to redo.")


class TestRepeating:
    def test_the_next_one_comes_with_the_right_date_and_undo_takes_it_away(self, device):
        page = device.fresh(
            tasks="Water 2026-11-25 every 3 days #home !low\n  [x] Fill can 2026-11-26\nNothing"
        )
        ring(page, "Water").click()
        toast(page, "“Water” completed; next due Sat, Nov 28")
        wait_for_titles(
            page, ["Water", "Fill can", "Nothing"]
        )  # after a moment in which the old one keeps its place
        next_one = page.locator("[data-key=open]")
        expect(next_one.locator("time").first).to_have_text("Sat")
        expect(next_one.locator(".row").first).to_contain_text("home")
        page.get_by_role("button", name="Undo").click()
        done = page.locator("[data-key=done] .row")
        expect(done).to_have_count(1)
        expect(page.locator("#groups time").first).to_have_text("Today")
        assert [each for each in titles(page) if each == "Water"] == ["Water"]
        page.keyboard.press("Control+Shift+z")
        expect(next_one.locator("time").first).to_have_text("Sat")
        done.get_by_role(
            "checkbox", name="Water"
        ).click()  # opened again: the next one, untouched, goes
        expect(page.locator("#groups time").first).to_have_text("Today")
        device.check()

    def test_a_late_one_comes_next_after_today_and_skipping_does_none(self, device):
        device.at(NOW.replace(day=1))
        page = device.fresh(tasks="Run 2026-11-02 every week\nRead 2026-11-02 every! week")
        device.at(NOW)
        page.reload()
        wait_for_hands(page)
        for name, day in (("Run", "Mon"), ("Read", "Dec 2")):
            open_row(page, name).locator(".row-title").focus()
            page.keyboard.press("Space")
            expect(open_row(page, name).locator("time")).to_have_text(day)
        open_row(page, "Run").locator(".row-title").focus()
        page.keyboard.press("Shift+R")
        expect(open_row(page, "Run").locator("time")).to_have_text("Dec 7")
        device.check()

    def test_two_devices_that_complete_it_apart_make_one(self, new_page):
        phone, laptop = new_page(), new_page()
        sign_up(phone, "repeat@example.org")
        wait_for_dot(phone, "All changes saved")
        type_task(phone, "Water every day")
        expect(row(phone, "Water")).to_be_visible()
        wait_for_dot(phone, "All changes saved")
        sign_in(laptop, "repeat@example.org")
        wait_for_titles(laptop, ["Water"])
        for page in (phone, laptop):
            page.route("**/sync", lambda route: route.abort())
            ring(page, "Water").click()
            expect(page.locator("#toast-text")).to_contain_text("next due")
        for page in (phone, laptop, phone):
            page.unroute("**/sync")
            sync(page)
            page.wait_for_timeout(400)
        for page in (phone, laptop):
            wait_for_dot(page, "All changes saved")
            wait_for_titles(page, ["Water"])
            expect(page.locator("#groups .row")).to_have_count(2)  # one done, one to do
