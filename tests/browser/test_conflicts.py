"""Two devices, two tabs, and a server that says no: nothing anybody wrote is lost, and what needs a
person is shown until it is settled.
"""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.device import pick
from tests.browser.page import (
    PATIENCE_MS,
    add,
    delete,
    focus,
    go,
    open_task,
    rename,
    row,
    sign_in,
    sync,
    wait_for_dot,
    wait_for_titles,
)
from tests.browser.worker import join

REASON = "There is no more room in this space."


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture
def pair(new_page, request):
    """Two devices of one person, with the same task on both, that do not reach the server."""
    email = f"{request.node.name.replace('_', '')[:60]}@example.org"
    phone, laptop = new_page(), new_page()
    for page in (phone, laptop):
        page.set_default_timeout(PATIENCE_MS)
    join(phone, email)
    wait_for_dot(phone, "All changes saved")
    add(phone, "Milk")
    wait_for_dot(phone, "All changes saved")
    sign_in(laptop, email)
    wait_for_titles(laptop, ["Milk"])
    for page in (phone, laptop):
        page.keyboard.press("Escape")
        page.route("**/sync", lambda route: route.abort())
    return phone, laptop


def together(*pages):
    """Each reaches the server again, in this order, and hears of the others."""
    for page in pages:
        page.unroute("**/sync")
        sync(page)
        expect(page.locator("#dot")).not_to_contain_text("unsynced")
    for page in pages[:-1]:
        sync(page)


def key(page, title, *keys):
    focus(page, title)
    for each in keys:
        page.keyboard.press(each)


def label(page, title, name):
    key(page, title, "l")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")


def mark(page, field):
    return page.locator(f"#pane [data-conflict='{field}']")


class TestTwoDevices:
    def test_different_fields_are_both_kept_and_nobody_is_asked(self, pair):
        phone, laptop = pair
        rename(phone, "Milk", "Oat milk")
        label(phone, "Oat milk", "home")
        key(laptop, "Milk", "p", "3")
        label(laptop, "Milk", "shop")
        together(phone, laptop)
        for page in pair:
            wait_for_titles(page, ["Oat milk"])
            expect(row(page, "Oat milk")).to_have_attribute("data-priority", "high")
            expect(row(page, "Oat milk")).to_contain_text("shop")
            expect(row(page, "Oat milk")).to_contain_text("home")
            expect(page.locator(".mark")).to_have_count(0)
            wait_for_dot(page, "All changes saved")

    def test_one_field_is_marked_on_both_and_settled_by_one_tap_in_the_pane(self, pair):
        phone, laptop = pair
        key(phone, "Milk", "p", "1")
        key(laptop, "Milk", "p", "3")
        expect(row(laptop, "Milk")).to_have_attribute("data-priority", "high")
        together(phone, laptop)
        for page in pair:
            wait_for_dot(page, "Needs attention")
            expect(row(page, "Milk").locator(".mark")).to_be_visible()
            expect(row(page, "Milk")).to_have_attribute("data-priority", "high")
            open_task(page, "Milk")
            expect(mark(page, "priority")).to_have_text("Conflict")
        mark(phone, "priority").click()
        expect(phone.get_by_role("option")).to_have_count(2)
        pick(phone, "Low")
        expect(mark(phone, "priority")).to_have_count(0)
        wait_for_dot(phone, "All changes saved")
        sync(laptop)
        expect(mark(laptop, "priority")).to_have_count(0)
        for page in pair:
            expect(row(page, "Milk")).to_have_attribute("data-priority", "low")
            expect(page.locator("#groups .mark")).to_have_count(0)
            wait_for_dot(page, "All changes saved")

    def test_one_whose_value_in_use_is_none_is_not_folded_away_on_a_phone(self, pair):
        phone, laptop = pair
        key(laptop, "Milk", "p", "1")
        expect(row(laptop, "Milk")).to_have_attribute("data-priority", "low")
        key(phone, "Milk", "p", "3")
        expect(row(phone, "Milk")).to_have_attribute("data-priority", "high")
        key(phone, "Milk", "p", "0")
        expect(row(phone, "Milk")).not_to_have_attribute("data-priority", "high")
        together(laptop, phone)
        wait_for_dot(phone, "Needs attention")
        phone.set_viewport_size({"width": 390, "height": 844})
        open_task(phone, "Milk")
        expect(phone.get_by_role("button", name="Add…")).to_be_visible()
        expect(mark(phone, "priority")).to_be_visible()

    def test_the_sheet_shows_both_values_and_which_is_in_use(self, pair):
        phone, laptop = pair
        rename(phone, "Milk", "Oat milk")
        rename(laptop, "Milk", "Soy milk")
        together(phone, laptop)
        wait_for_dot(phone, "Needs attention")
        phone.locator("#dot").click()
        sheet = phone.locator("#sheet")
        expect(sheet.get_by_text("Title has conflicting changes")).to_be_visible()
        expect(sheet.get_by_role("button", name="Soy milk")).to_contain_text("another device")
        expect(sheet.get_by_role("button", name="Soy milk")).to_contain_text("Current")
        expect(sheet.get_by_role("button", name="Oat milk")).to_contain_text("this device")
        expect(sheet.get_by_role("button", name="Oat milk")).to_contain_text("Keep this")
        sheet.get_by_role("button", name="Oat milk").click()
        expect(sheet.locator(".conflict")).to_have_count(0)
        sheet.get_by_label("Close").click()
        sync(laptop)
        for page in pair:
            wait_for_titles(page, ["Oat milk"])
            wait_for_dot(page, "All changes saved")

    def test_a_label_taken_away_here_and_set_there_is_asked_about(self, pair):
        phone, laptop = pair
        label(phone, "Milk", "home")
        together(phone, laptop)
        expect(row(laptop, "Milk")).to_contain_text("home")
        for page in pair:
            page.route("**/sync", lambda route: route.abort())
        label(phone, "Milk", "home")  # takes it away
        expect(row(phone, "Milk")).not_to_contain_text("home")
        label(laptop, "Milk", "home")
        expect(row(laptop, "Milk")).not_to_contain_text("home")
        label(laptop, "Milk", "home")
        expect(row(laptop, "Milk")).to_contain_text("home")
        together(phone, laptop)
        for page in pair:
            wait_for_dot(page, "Needs attention")
        open_task(laptop, "Milk")
        mark(laptop, "label/home").click()
        pick(laptop, re.compile("^No"))
        expect(row(laptop, "Milk")).not_to_contain_text("home")
        wait_for_dot(laptop, "All changes saved")
        sync(phone)
        wait_for_dot(phone, "All changes saved")
        expect(row(phone, "Milk")).not_to_contain_text("home")

    def test_an_edit_that_meets_the_trash_is_kept_and_brought_back_by_one_tap(self, pair):
        phone, laptop = pair
        delete(phone, "Milk")
        wait_for_titles(phone, [])
        rename(laptop, "Milk", "Oat milk")
        together(phone, laptop)
        wait_for_dot(laptop, "Needs attention")
        wait_for_titles(laptop, [])
        laptop.locator("#dot").click()
        kept = laptop.locator("#sheet .refused")
        expect(kept).to_contain_text("in the trash")
        expect(kept).to_contain_text("Title: Oat milk")
        kept.get_by_role("button", name="Restore").click()
        expect(kept).to_have_count(0)
        laptop.locator("#sheet").get_by_label("Close").click()
        wait_for_titles(laptop, ["Oat milk"])
        wait_for_dot(laptop, "All changes saved")
        sync(phone)
        wait_for_titles(phone, ["Oat milk"])
        wait_for_dot(phone, "All changes saved")


class TestRefused:
    def refuse(self, page):
        """The server takes no change from now on, and says why."""

        def answer(route):
            asked = json.loads(route.request.post_data)
            outcomes = [
                {"status": "rejected", "code": "no_room", "message": REASON}
                for _ in asked["changes"]
            ]
            reply = route.fetch(post_data=json.dumps(asked | {"changes": []}))
            route.fulfill(response=reply, json=reply.json() | {"outcomes": outcomes})

        page.unroute("**/sync")
        page.route("**/sync", answer)

    def test_it_lies_in_the_tray_until_it_is_tried_again_copied_or_dismissed(self, pair):
        phone, laptop = pair
        phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.refuse(phone)
        rename(phone, "Milk", "Oat milk")
        wait_for_dot(phone, "Needs attention")
        wait_for_titles(phone, ["Milk"])
        phone.reload()
        wait_for_dot(phone, "Needs attention")
        phone.locator("#dot").click()
        tray = phone.locator("#sheet .refused")
        expect(tray).to_contain_text("Milk – rejected. Message from the server: “" + REASON)
        expect(tray).to_contain_text("Title: Oat milk")
        tray.get_by_role("button", name="Copy", exact=True).click()
        assert phone.evaluate("() => navigator.clipboard.readText()") == "Title: Oat milk"
        phone.unroute("**/sync")
        tray.get_by_role("button", name="Try again").click()
        expect(tray).to_have_count(0)
        phone.locator("#sheet").get_by_label("Close").click()
        wait_for_dot(phone, "All changes saved")
        together(laptop)
        wait_for_titles(laptop, ["Oat milk"])

    def test_what_is_dismissed_is_gone(self, pair):
        phone, _ = pair
        self.refuse(phone)
        key(phone, "Milk", "p", "3")
        wait_for_dot(phone, "Needs attention")
        expect(row(phone, "Milk")).not_to_have_attribute("data-priority", "high")
        phone.locator("#dot").click()
        phone.locator("#sheet .refused").get_by_role("button", name="Dismiss").click()
        expect(phone.locator("#sheet .refused")).to_have_count(0)
        phone.locator("#sheet").get_by_label("Close").click()
        wait_for_dot(phone, "All changes saved")

    def test_a_press_in_the_sheet_is_not_lost_when_a_sync_ends_meanwhile(self, pair):
        phone, _ = pair
        self.refuse(phone)
        key(phone, "Milk", "p", "3")
        wait_for_dot(phone, "Needs attention")
        phone.locator("#dot").click()
        dismiss = phone.locator("#sheet .refused").get_by_role("button", name="Dismiss")
        dismiss.hover()
        phone.mouse.down()
        with phone.expect_response("**/sync"):
            phone.evaluate("dispatchEvent(new Event('online'))")
        phone.wait_for_timeout(600)
        phone.mouse.up()
        expect(phone.locator("#sheet .refused")).to_have_count(0)

    def test_the_age_of_unsent_work_is_said(self, pair):
        phone, _ = pair
        add(phone, "Bread")
        phone.locator("#dot").click()
        sheet = phone.locator("#sheet")
        expect(sheet).to_contain_text("Oldest unsynced change: less than a minute ago.")
        expect(sheet).to_contain_text("Unsynced changes1")
        expect(sheet.locator(".change small").first).to_have_text("Title")
        for hours, words in ((3, "3 hours ago"), (50, "2 days ago")):
            phone.clock.set_fixed_time(datetime.now(UTC) + timedelta(hours=hours, minutes=5))
            phone.reload()
            phone.locator("#dot").click()
            expect(sheet).to_contain_text(f"Oldest unsynced change: {words}.")

    def test_a_press_on_the_dot_is_not_lost_when_its_words_grow_short_meanwhile(self, pair):
        phone, _ = pair
        add(phone, "Bread")
        wait_for_dot(phone, "1 unsynced")
        wait_for_dot(phone, "Offline since")
        box = phone.locator("#dot").bounding_box()
        phone.mouse.move(box["x"] + 4, box["y"] + box["height"] / 2)
        phone.mouse.down()
        phone.unroute("**/sync")
        phone.evaluate("dispatchEvent(new Event('online'))")
        wait_for_dot(phone, "All changes saved")
        phone.mouse.up()
        phone.locator("#sheet").get_by_label("Close").click()
        expect(phone.locator("#dot")).not_to_have_attribute("style", re.compile("min-inline-size"))


class TestHalfTyped:
    def test_text_in_the_pane_survives_what_comes_in_and_both_values_are_kept(self, pair):
        phone, laptop = pair
        rename(laptop, "Milk", "Soy milk")
        key(laptop, "Soy milk", "p", "3")
        expect(row(laptop, "Soy milk")).to_have_attribute("data-priority", "high")
        together(laptop)
        open_task(phone, "Milk")
        title = phone.locator("#pane").get_by_label("Title")
        title.press("End")
        phone.keyboard.type(" and")
        phone.unroute("**/sync")
        phone.evaluate("() => dispatchEvent(new Event('online'))")
        expect(phone.locator("[data-fact=priority]")).to_contain_text("High")
        expect(title).to_have_value("Milk and")
        phone.keyboard.type(" bread")
        phone.keyboard.press("Enter")
        wait_for_titles(phone, ["Milk and bread"])
        mark(phone, "title").click()
        expect(phone.get_by_role("option")).to_have_text(
            [re.compile("^Milk and bread this device"), re.compile("^Soy milk another device")]
        )

    def test_a_description_survives_too(self, pair):
        phone, laptop = pair
        rename(laptop, "Milk", "Soy milk")
        together(laptop)
        open_task(phone, "Milk")
        phone.locator("#pane").get_by_role("button", name="Add a description").click()
        phone.keyboard.type("From the")
        phone.unroute("**/sync")
        phone.evaluate("() => dispatchEvent(new Event('online'))")
        expect(phone.locator("#pane").get_by_label("Title")).to_have_value("Soy milk")
        phone.keyboard.type(" farm")
        phone.keyboard.press("Control+Enter")
        expect(phone.locator("#pane").get_by_role("group", name="Description")).to_have_text(
            "From the farm"
        )
        wait_for_dot(phone, "All changes saved")
        expect(phone.locator("#pane .mark-button")).to_have_count(0)


class TestTwoTabs:
    def test_one_task_edited_in_both_keeps_what_each_has_written(self, new_page):
        first = new_page()
        add(first, "Milk")
        second = new_page(first.context)
        wait_for_titles(second, ["Milk"])
        open_task(first, "Milk")
        first.locator("#pane").get_by_label("Title").press("End")
        first.keyboard.type(" and")
        key(second, "Milk", "p", "3")
        expect(first.locator("[data-fact=priority]")).to_contain_text("High")
        first.keyboard.type(" bread")
        first.keyboard.press("Enter")
        for page in (first, second):
            wait_for_titles(page, ["Milk and bread"])
            expect(row(page, "Milk and bread")).to_have_attribute("data-priority", "high")
            expect(page.locator(".mark")).to_have_count(0)
        delete(second, "Milk and bread")
        expect(first.locator("#groups .row")).to_have_count(0)
        go(first, "/trash")
        wait_for_titles(first, ["Milk and bread"])
