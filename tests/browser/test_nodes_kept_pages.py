"""What one presses, types, selects or has reached stays as it is while 200 rows change beneath it:
in dialogs, menus and on the pages.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api
from tests.browser.kept import (
    HeldBack,
    ana,
    half_typed,
    hear,
    kept,
    laptop,
    pressed,
    selected,
    sync_under,
)
from tests.browser.page import go

__all__ = ["ana", "laptop"]  # fixtures


class TestMembers:
    @pytest.fixture
    def space(self, ana, server):
        owner = Api(server, "ana@example.org", is_new=False)
        ben = Api(server, "ben@example.org", "Ben")
        space = owner.make_space("Family", "House")
        ben.post("/api/v1/invites/accept", {"token": owner.invite(space)["token"]})
        hear(ana)
        expect(ana.locator("#side").get_by_role("link", name="House")).to_be_visible()
        return space

    def open(self, page):
        page.get_by_role("button", name="Actions for “Family”").click()
        page.get_by_role("option", name="Members and invites…").click()

    def test_what_is_typed_and_a_press_outlive_the_answer(self, ana, laptop, space):
        held = HeldBack(ana, "**/members")
        self.open(ana)
        ben = ana.locator("#members li", has_text="Ben")
        link = ana.get_by_role("button", name="Create link")
        email = ana.locator("#members").get_by_label("Email address")
        with kept(ben), kept(link), half_typed(email, "cora@exa"):
            sync_under(ana, laptop)
            held.let_go()
            expect(ana.get_by_label("Role of Ben")).to_be_enabled()
        with pressed(ana, link):
            sync_under(ana, laptop)
        expect(ana.get_by_label("Invite link")).to_be_focused()

    def test_a_press_outlives_the_members_that_come(self, ana, laptop, space):
        held = HeldBack(ana, "**/members")
        self.open(ana)
        with pressed(ana, ana.get_by_role("button", name="Leave this space")):
            sync_under(ana, laptop)
            held.let_go()
            expect(ana.get_by_label("Role of Ben")).to_be_enabled()
        expect(ana.get_by_role("dialog", name="Leave “Family”?")).to_be_visible()

    def test_a_role_that_has_the_focus_keeps_it(self, ana, laptop, space):
        self.open(ana)
        role = ana.get_by_label("Role of Ben")
        expect(role).to_be_enabled()
        role.focus()
        with kept(role):
            sync_under(ana, laptop)
            role.select_option("Viewer")
            expect(role).to_have_value("viewer")
            sync_under(ana, laptop)
        expect(role).to_be_focused()

    def test_who_removes_a_member_goes_on_beside_it(self, ana, space):
        self.open(ana)
        expect(ana.get_by_label("Role of Ben")).to_be_enabled()
        for _ in range(2):
            ana.get_by_role("button", name="Remove Ben").click()
        expect(ana.get_by_label("Role of Ben")).to_have_count(0)
        expect(ana.get_by_label("Role of Ana")).to_be_focused()


class TestMenus:
    def test_an_option_that_is_pressed_is_chosen(self, ana, laptop):
        ana.locator("#groups .row-title").first.focus()
        ana.keyboard.press(".")
        option = ana.get_by_role("option", name="Due date…")
        with pressed(ana, option):
            sync_under(ana, laptop)
        expect(ana.get_by_role("dialog").get_by_label("Type a date")).to_be_visible()

    def test_what_is_typed_into_the_palette_stays(self, ana, laptop):
        ana.keyboard.press("Control+k")
        field = ana.locator("dialog.palette input")
        with half_typed(field, "settings"):
            sync_under(ana, laptop)
        option = ana.get_by_role("option", name="Settings").first
        with pressed(ana, option):
            sync_under(ana, laptop)
        expect(ana.get_by_role("heading", name="Settings")).to_be_visible()

    def test_an_option_stays_the_same_while_one_finds_others(self, ana, laptop):
        ana.keyboard.press("Control+k")
        field = ana.locator("dialog.palette input")
        field.fill("setting")
        with kept(ana.get_by_role("option", name="Settings").first):
            field.fill("settings")
            ana.keyboard.press("ArrowDown")
            ana.keyboard.press("ArrowUp")


class TestSettings:
    def test_a_press_a_selection_and_the_focus_stay(self, ana, laptop):
        go(ana, "/settings")
        with selected(ana, ana.locator("#keyboard .setting")):
            sync_under(ana, laptop)
            expect(ana.locator("#device")).to_contain_text(f"{len(laptop.last)} tasks")
        toggle = ana.get_by_role("switch", name="Single-key shortcuts")
        toggle.focus()
        with kept(toggle):
            sync_under(ana, laptop)
            ana.keyboard.press("Space")
            expect(toggle).not_to_be_checked()
        expect(toggle).to_be_focused()
        with pressed(ana, ana.get_by_role("button", name="Show all shortcuts")):
            sync_under(ana, laptop)
        expect(ana.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


class TestAccount:
    def test_a_press_outlives_the_answer_and_the_sync(self, ana, laptop):
        go(ana, "/settings/account")
        make = ana.get_by_role("button", name="Create token…")
        expect(make).to_be_visible()
        session = ana.locator("#sessions .setting", has_text="this session")
        with pressed(ana, make), kept(session), selected(ana, session):
            sync_under(ana, laptop)
        expect(ana.get_by_role("heading", name="Create token")).to_be_visible()

    def test_a_press_outlives_what_is_asked_anew(self, ana, laptop):
        go(ana, "/settings/account")
        make = ana.get_by_role("button", name="Create token…")
        expect(make).to_be_visible()
        go(ana, "/inbox")
        held = HeldBack(ana, "**/auth/tokens")
        go(ana, "/settings/account")
        with pressed(ana, make):
            sync_under(ana, laptop)
            held.let_go()
            expect(ana.locator("#tokens .part[aria-busy]")).to_have_count(0)
        expect(ana.get_by_role("heading", name="Create token")).to_be_visible()

    def test_a_name_that_is_half_typed_stays(self, ana, laptop):
        go(ana, "/settings/account")
        ana.get_by_role("button", name="Change name").click()
        field = ana.locator("dialog[open]").get_by_label("Name")
        field.fill("")
        with half_typed(field, "Marie"):
            sync_under(ana, laptop)
        ana.keyboard.press("Enter")
        expect(ana.locator("#who")).to_contain_text("Marie")

    def test_who_ends_a_session_goes_on_at_the_next(self, ana, server):
        for _ in range(2):
            Api(server, "ana@example.org", is_new=False)
        go(ana, "/settings/account")
        ends = ana.locator("#sessions").get_by_role("button", name="End")
        expect(ends).to_have_count(2)
        second = ends.nth(1).element_handle()
        ends.first.focus()
        ana.keyboard.press("Enter")
        expect(ends).to_have_count(1)
        assert second.evaluate("node => node === document.activeElement")
