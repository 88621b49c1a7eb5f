"""Repeating tasks: their next one is made once and is nobody's to overwrite; another day keeps the
time.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.device import Device, paste
from tests.browser.page import focus, go, ring, row, wait_for_titles


@pytest.fixture
def page(device):
    yield device.fresh()
    device.check()


def toast(page, words):
    expect(page.locator("#toast-text")).to_have_text(words)


def test_completed_again_it_leaves_its_next_one_as_it_is(page):
    paste(page, "Nothing\nWater 2026-11-25 every week")
    ring(page, "Water").click()
    toast(page, "“Water” completed; next due Wed, Dec 2")
    next_one, done = page.locator("[data-key=open] .row"), page.locator("[data-key=done] .row")
    expect(done).to_have_count(1)
    focus(page, "Nothing")
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.keyboard.type("Water at Bob's")
    page.keyboard.press("Enter")
    wait_for_titles(page, ["Nothing", "Water at Bob's"])
    done.get_by_role("checkbox").click()
    wait_for_titles(page, ["Nothing", "Water", "Water at Bob's"])
    ring(page, "Water").filter(has_not_text="Bob").first.click()
    toast(page, "“Water” completed")
    expect(done).to_have_count(1)
    expect(next_one.locator(".row-title")).to_have_text(["Nothing", "Water at Bob's"])
    expect(next_one.locator("time").last).to_have_text("Dec 2")


def test_an_earlier_one_completed_again_opens_no_later_one(page):
    paste(page, "Nothing\nWater 2026-11-25 every day")
    done = page.locator("[data-key=done] .row")
    for count in (1, 2):
        page.locator("[data-key=open] .row", has_text="Water").get_by_role("checkbox").click()
        expect(done).to_have_count(count)
    for count in (1, 2):
        page.locator("#groups .row", has=page.locator("time", has_text="Today")).get_by_role(
            "checkbox"
        ).click()
        expect(done).to_have_count(count)
    expect(page.locator("[data-key=open] time").last).to_have_text("Fri")


def test_counted_from_completion_it_is_skipped_from_its_day(page):
    paste(page, "Water 2026-11-25 every! 3 days\nRun 2026-11-27 every! week")
    for title, day in (("Water", "Sat"), ("Run", "Dec 4")):
        focus(page, title)
        page.keyboard.press("Shift+R")
        expect(row(page, title).locator("time")).to_have_text(day)


def test_the_next_day_is_said_in_the_language_of_the_page(chromium):
    with Device(chromium, locale="de-DE") as device:
        page = device.fresh()
        page.locator("#quick-title").fill("Gießen 2026-11-25 every week")
        page.keyboard.press("Enter")
        expect(row(page, "Gießen")).to_be_visible()
        ring(page, "Gießen").click()
        toast(page, "„Gießen“ erledigt; nächster Termin: Mi., 2. Dez.")
        go(page, "/today")
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").fill("überfällig")
        page.keyboard.press("Enter")
        toast(page, "Keine überfälligen Aufgaben.")


def test_where_nothing_is_overdue_that_is_said_and_there_is_nothing_to_undo(page):
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("Move overdue")
    page.keyboard.press("Enter")
    toast(page, "No overdue tasks.")
    expect(page.locator("#toast-act")).to_be_hidden()
