"""A whole day by the keyboard alone, and always something has the focus."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.device import Device
from tests.browser.page import ring, row, wait_for_titles

HAS_FOCUS = "() => document.activeElement !== document.body && document.activeElement !== null"
FOCUSED = "() => document.activeElement.textContent"
FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"


@pytest.fixture
def hands(chromium, monkeypatch):
    with Device(chromium) as device:
        page = device.fresh(tasks="One\nTwo\nThree")
        for name in ("click", "dblclick", "down", "move", "wheel"):
            monkeypatch.setattr(page.mouse, name, None)
        yield Hands(page)
        device.check()


class Hands:
    """A keyboard; after each key something has the focus."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(30)
            self.page.evaluate(FRAME)
            assert self.page.evaluate(HAS_FOCUS), f"after {key} of {keys} nothing has the focus"

    def press_until(self, key, text):
        for _ in range(20):
            if self.page.evaluate(FOCUSED) == text:
                return
            self.press(key)
        raise AssertionError(f"{key} never came to {text}")

    def write(self, text):
        self.page.keyboard.type(text)
        self.page.evaluate(FRAME)

    def is_at(self, title):
        expect(row(self.page, title).locator(".row-title").first).to_be_focused()


def test_a_whole_day(hands):
    add_and_walk(hands, hands.page)
    set_facts(hands, hands.page)
    order(hands, hands.page)
    open_and_write(hands, hands.page)
    find_and_go(hands, hands.page)


def add_and_walk(hands, page):
    hands.press("q")
    hands.write("Bake bread ")
    hands.press("Enter")
    hands.write("Buy flour today")
    hands.press("Enter", "Escape")
    wait_for_titles(page, ["Buy flour", "Bake bread", "One", "Two", "Three"])
    hands.press_until("k", "Buy flour")
    hands.press("j", "j", "ArrowDown")
    hands.is_at("Two")
    hands.press("Space")
    expect(ring(page, "Two")).to_have_attribute("aria-checked", "true")
    page.wait_for_timeout(800)  # longer than it keeps its place
    assert page.evaluate(HAS_FOCUS), "the row that closed took the focus along"
    hands.press("Control+z")
    wait_for_titles(page, ["Buy flour", "Bake bread", "One", "Two", "Three"])
    hands.press("q", "ArrowDown", "j")
    hands.is_at("Bake bread")


def set_facts(hands, page):
    hands.press("d")
    hands.write("fri 5pm")
    expect(page.get_by_text("Fri, Nov 27 5:00")).to_be_visible()
    hands.press("Enter")
    expect(row(page, "Bake bread").locator("time")).to_have_text(re.compile("^Fri 5:00"))
    hands.is_at("Bake bread")
    hands.press("l")
    hands.write("kitchen")
    hands.press("Enter", "Escape")
    expect(row(page, "Bake bread")).to_contain_text("kitchen")
    hands.is_at("Bake bread")
    hands.press("p", "3")
    expect(row(page, "Bake bread")).to_have_attribute("data-priority", "high")
    hands.is_at("Bake bread")


def order(hands, page):
    hands.press("Alt+ArrowDown")
    wait_for_titles(page, ["Buy flour", "One", "Bake bread", "Two", "Three"])
    hands.press("Tab")
    expect(row(page, "Bake bread")).to_have_attribute("data-depth", "1")
    hands.is_at("Bake bread")
    hands.press("Shift+Tab")
    expect(row(page, "Bake bread")).not_to_have_attribute("data-depth", "1")
    hands.is_at("Bake bread")


def open_and_write(hands, page):
    hands.press("e")
    hands.write("Bake rye bread")
    hands.press("Enter")
    hands.is_at("Bake rye bread")
    hands.press("Enter")
    expect(page.locator("#pane").get_by_label("Title")).to_be_focused()
    hands.press_until("Tab", "Add a description")
    hands.press("Enter")
    hands.write("With **caraway**")
    hands.press("Control+Enter")
    expect(page.locator("#pane strong")).to_have_text("caraway")
    hands.press("Escape")
    expect(page.locator("#pane")).to_be_hidden()
    hands.is_at("Bake rye bread")
    hands.press("m")
    hands.write("Kitchen")
    hands.press("Enter")
    expect(row(page, "Bake rye bread")).to_have_count(0)


def find_and_go(hands, page):
    hands.press("/")
    hands.write("rye")
    wait_for_titles(page, ["Bake rye bread"])
    hands.press("ArrowDown")
    hands.is_at("Bake rye bread")
    hands.press("Control+k")
    hands.write("go to today")
    hands.press("Enter")
    expect(page.locator("#heading h1")).to_have_text("Today")
    hands.press("j")
    hands.is_at("Buy flour")
    hands.press("Delete")
    wait_for_titles(page, [])
    hands.press("Control+z")
    wait_for_titles(page, ["Buy flour"])
    hands.press("g", "l")
    hands.write("kit")
    hands.press("Enter")
    wait_for_titles(page, ["Bake rye bread"])
    hands.press("?", "Escape", "F6", "F6", "g", "i")
    expect(page.locator("#heading h1")).to_have_text("Inbox")
