"""Hands on tasks, with no server: fingers, the mouse, many at once, titles edited in their rows."""

import re

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.device import Device, Finger, drag, new_list, pick
from tests.browser.page import (
    add,
    focus,
    go,
    ring,
    row,
    sign_in,
    sign_up,
    titles,
    wait_for_dot,
    wait_for_titles,
)
from tests.browser.people import make_list

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
THREE = "One\nTwo\nThree"


@pytest.fixture(scope="module")
def phone(chromium):
    with Device(chromium, **PHONE) as device:
        yield device


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture
def page(device):
    yield device.fresh(tasks=THREE)
    device.check()


@pytest.fixture
def touched(phone):
    yield phone.fresh(tasks=THREE)
    phone.check()


def title(page, name):
    return row(page, name).locator(".row-title")


def is_done(page, name):
    expect(ring(page, name)).to_have_attribute("aria-checked", "true")


def toast(page, words):
    expect(page.locator("#toast-text")).to_have_text(words)


class TestFinger:
    def test_a_tap_on_the_ring_completes_and_again_opens(self, touched):
        ring(touched, "Two").tap()
        is_done(touched, "Two")
        wait_for_titles(touched, ["One", "Three"])
        ring(touched, "Two").tap()
        wait_for_titles(touched, ["One", "Two", "Three"])

    def test_a_hold_on_the_ring_starts(self, touched):
        finger = Finger(touched)
        finger.hold(ring(touched, "Two"))
        expect(ring(touched, "Two")).to_have_attribute("aria-checked", "mixed")
        finger.up()
        touched.wait_for_timeout(100)
        expect(ring(touched, "Two")).to_have_attribute("aria-checked", "mixed")
        expect(touched.locator("#pane")).to_be_hidden()

    def test_a_swipe_to_the_right_is_done_and_a_short_one_nothing(self, touched):
        finger = Finger(touched)
        finger.swipe(row(touched, "Two"), 60)
        assert titles(touched) == ["One", "Two", "Three"]
        finger.swipe(row(touched, "Two"), 150)
        is_done(touched, "Two")
        expect(touched.locator("#pane")).to_be_hidden()
        touched.get_by_role("button", name="Undo").tap()
        wait_for_titles(touched, ["One", "Two", "Three"])

    def test_a_swipe_to_the_left_schedules(self, touched):
        Finger(touched).swipe(row(touched, "Two"), -150)
        touched.get_by_role("button", name="Tomorrow").tap()
        expect(row(touched, "Two").locator("time")).to_have_text("Tomorrow")
        expect(row(touched, "Two")).not_to_have_attribute("style", re.compile("translate"))

    def test_a_hold_on_a_row_selects_and_taps_select_more(self, touched):
        finger = Finger(touched)
        finger.hold(title(touched, "One"))
        finger.up()
        expect(touched.locator("#selection")).to_contain_text("1 selected")
        title(touched, "Three").tap()
        expect(touched.locator("#selection")).to_contain_text("2 selected")
        touched.locator("#selection").get_by_role("button", name="Complete").tap()
        toast(touched, "2 tasks completed")
        wait_for_titles(touched, ["Two"])
        touched.get_by_role("button", name="Undo").tap()
        wait_for_titles(touched, ["One", "Two", "Three"])

    def test_a_held_row_is_carried_to_another_place(self, touched):
        finger = Finger(touched)
        x, y = finger.hold(title(touched, "One"))
        box = row(touched, "Three").bounding_box()
        for step in range(1, 9):
            finger.move(x, y + (box["y"] + box["height"] * 0.8 - y) * step / 8)
        finger.up()
        wait_for_titles(touched, ["Two", "Three", "One"])


class TestMouse:
    def test_a_task_is_dragged_within_its_list_and_stays_there(self, page):
        drag(page, title(page, "Three"), row(page, "One"), 0.2)
        wait_for_titles(page, ["Three", "One", "Two"])
        drag(page, title(page, "Three"), row(page, "One"), 0.8)
        wait_for_titles(page, ["One", "Three", "Two"])
        page.reload()
        wait_for_titles(page, ["One", "Three", "Two"])
        expect(page.locator("#pane")).to_be_hidden()

    def test_the_new_order_reaches_another_device(self, new_page):
        page = new_page()
        sign_up(page, "order@example.org")
        wait_for_dot(page, "All changes saved")
        for name in ("Three", "Two", "One"):
            add(page, name)
        drag(page, title(page, "One"), row(page, "Three"), 0.8)
        wait_for_titles(page, ["Two", "Three", "One"])
        wait_for_dot(page, "All changes saved")
        other = new_page()
        sign_in(other, "order@example.org")
        wait_for_titles(other, ["Two", "Three", "One"])

    def test_a_task_is_dragged_to_a_list_at_the_side(self, page):
        new_list(page, "Errands")
        go(page, "/inbox")
        drag(page, title(page, "Two"), page.locator("#side [data-list]"))
        toast(page, "“Two” moved to Errands")
        wait_for_titles(page, ["One", "Three"])
        page.locator("#side [data-list]").click()
        wait_for_titles(page, ["Two"])
        drag(page, title(page, "Two"), page.locator("#side [data-route=inbox]"))
        wait_for_titles(page, [])

    def test_a_task_is_dragged_to_another_day(self, device):
        page = device.fresh(tasks="Call 2026-11-26 9:00\nSend 2026-11-26")
        go(page, "/upcoming")
        for name in ("Send", "Call"):
            drag(page, title(page, name), page.locator("[data-key='2026-11-28'] h2"))
            expect(
                page.locator("[data-key='2026-11-28']").get_by_role("checkbox", name=name)
            ).to_be_visible()
        expect(row(page, "Call").locator("time")).to_have_text(re.compile("^9:00"))
        page.keyboard.press("Control+z")
        expect(
            page.locator("[data-key='2026-11-26']").get_by_role("checkbox", name="Call")
        ).to_be_visible()

    def test_a_task_is_dragged_to_another_lane(self, page):
        new_list(page, "Errands")
        add(page, "Bread")
        page.keyboard.press("Escape")
        page.get_by_role("link", name="Board").click()
        for key, state in (("in_progress", "mixed"), ("completed", "true"), ("pending", "false")):
            drag(page, title(page, "Bread"), page.locator(f"[data-key={key}] h2"))
            expect(
                page.locator(f"[data-key={key}]").get_by_role("checkbox", name="Bread")
            ).to_have_attribute("aria-checked", state)

    def test_esc_or_a_drop_on_nothing_moves_nothing(self, page):
        drag(page, title(page, "Two"), page.locator("#heading h1"))
        page.wait_for_timeout(100)
        assert titles(page) == ["One", "Two", "Three"]
        expect(page.locator(".drag-ghost, .drop-line, .is-lifted")).to_have_count(0)


class TestMany:
    def select(self, page):
        title(page, "One").click(modifiers=["Control"])
        title(page, "Three").click(modifiers=["Shift"])
        expect(page.locator("#selection")).to_contain_text("3 selected")
        title(page, "Two").click(modifiers=["Control"])
        expect(page.locator("#selection")).to_contain_text("2 selected")
        expect(page.locator("#pane")).to_be_hidden()

    def bar(self, page, name):
        page.locator("#selection").get_by_role("button", name=name).click()

    def test_each_act_is_one_step_for_all(self, page):
        new_list(page, "Errands")
        go(page, "/inbox")
        self.select(page)
        self.bar(page, "Complete / reopen")
        wait_for_titles(page, ["Two"])
        toast(page, "2 tasks completed")
        page.get_by_role("button", name="Undo").click()
        wait_for_titles(page, ["One", "Two", "Three"])
        page.keyboard.press("Escape")

        self.select(page)
        self.bar(page, "Priority…")
        pick(page, "High")
        for name in ("One", "Three"):
            expect(row(page, name)).to_have_attribute("data-priority", "high")
        self.bar(page, "Labels…")
        page.keyboard.type("home")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        for name in ("One", "Three"):
            expect(row(page, name)).to_contain_text("home")
        expect(row(page, "Two")).not_to_contain_text("home")
        self.bar(page, "Due date…")
        page.get_by_role("button", name="Tomorrow").click()
        expect(page.locator("#groups time", has_text="Tomorrow")).to_have_count(2)
        self.bar(page, "Move to a list…")
        pick(page, "Errands")
        wait_for_titles(page, ["Two"])
        toast(page, "2 tasks moved to Errands")
        page.get_by_role("button", name="Undo").click()
        wait_for_titles(page, ["One", "Two", "Three"])
        page.keyboard.press("Control+a")
        self.bar(page, "Delete")
        wait_for_titles(page, [])
        for _ in range(2):
            page.keyboard.press("Control+z")
        wait_for_titles(page, ["One", "Two", "Three"])
        expect(page.locator("#groups time", has_text="Tomorrow")).to_have_count(0)

    def test_several_are_dragged_together(self, page):
        self.select(page)
        drag(page, title(page, "Three"), row(page, "Two"), 0.2)
        page.wait_for_timeout(100)
        wait_for_titles(page, ["One", "Three", "Two"])


def test_a_press_on_what_another_tab_makes_anew_is_not_lost(new_page):
    page = new_page()
    make_list(page, "House")
    other = new_page(context=page.context)

    def pressed(link, title):
        link.hover()
        page.mouse.down()
        add(other, title)
        page.wait_for_timeout(1_500)
        page.mouse.up()

    pressed(page.locator("#side").get_by_role("link", name="Today"), "Milk")
    expect(page.locator("#heading h1")).to_have_text("Today")
    pressed(page.locator("#side").get_by_role("link", name="House"), "Bread")
    expect(page.locator("#heading h1")).to_have_text("House")
    pressed(page.get_by_role("link", name="Board"), "Eggs")
    expect(page).to_have_url(re.compile("/board$"))
    expect(page.locator("#side").get_by_role("link", name="Inbox")).to_contain_text("3")
    view = page.get_by_role("link", name="List", exact=True)
    view.focus()
    add(other, "Tea")
    expect(page.locator("#side").get_by_role("link", name="Inbox")).to_contain_text("4")
    expect(view).to_be_focused()


class TestTitleInItsRow:
    def test_it_is_edited_in_three_ways_and_given_up_with_esc(self, page):
        for name, begin in (
            ("Uno", lambda: title(page, "One").dblclick()),
            ("Dos", lambda: (focus(page, "Two"), page.keyboard.press("F2"))),
            ("Tres", lambda: (focus(page, "Three"), page.keyboard.press("e"))),
        ):
            begin()
            field = page.locator("#groups .row-title-edit")
            expect(field).to_be_focused()
            page.keyboard.type(name)
            page.keyboard.press("Enter")
            expect(title(page, name)).to_be_focused()
        page.keyboard.press("e")
        page.keyboard.type("Nonsense")
        page.wait_for_timeout(600)  # longer than it waits before it saves
        page.keyboard.press("Escape")
        expect(title(page, "Tres")).to_be_focused()
        expect(page.locator("#groups .row")).to_contain_text(["Uno", "Dos", "Tres"])
        page.keyboard.press("e")
        page.keyboard.press("Delete")
        page.keyboard.press("Enter")  # an empty title is none
        expect(title(page, "Tres")).to_be_focused()
        page.reload()
        wait_for_titles(page, ["Uno", "Dos", "Tres"])
