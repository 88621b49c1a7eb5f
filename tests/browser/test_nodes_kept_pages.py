"""What one presses, types, selects or has reached stays as it is while 200 rows change beneath it:
in dialogs, menus and on the pages.
"""

import itertools
import uuid
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api
from tests.browser.page import go
from tests.browser.people import person

ROWS = 200
DEVICE = "anotherdevice0000000"
AT = "2026-11-23T18:20:32.123Z-0000"
SELECTED = "() => getSelection().toString()"


class Laptop:
    """Another device of the account, with 200 tasks; `push` changes all of them and adds one."""

    def __init__(self, server, email):
        self.api = Api(server, email, is_new=False)
        self.numbers, self.last = itertools.count(1), {}
        self.space = next(iter(self._sync([])["spaces"]))
        self.count = 0
        for _ in range(ROWS - 1):
            self._write(str(uuid.uuid4()))
        self.push()

    def push(self):
        """How many tasks there are now."""
        self._write(str(uuid.uuid4()))
        changes = [self._change(each) for each in self.last]
        outcomes = self._sync(changes)["outcomes"]
        assert {outcome["status"] for outcome in outcomes} <= {"applied"}, outcomes
        return len(self.last)

    def _write(self, task):
        self.last[task] = 0

    def _change(self, task):
        n, prev = next(self.numbers), self.last[task]
        self.last[task] = n
        return {
            "space": self.space,
            "kind": "task",
            "id": task,
            "n": n,
            "prev": prev,
            "seen": {DEVICE: prev} if prev else {},
            "at": AT,
            "set": {"title": f"Row {n}", "status": "pending", "completed_at": None},
        }

    def _sync(self, changes):
        return self.api.post("/sync", {"protocol": 1, "device": DEVICE, "changes": changes})


@pytest.fixture
def ana(new_page):
    return person(new_page, "Ana")


@pytest.fixture
def laptop(ana, server):
    laptop = Laptop(server, "ana@example.org")
    wait_for(ana, ROWS)
    return laptop


def hear(page):
    """A sync now, without leaving what one does."""
    page.evaluate("dispatchEvent(new Event('online'))")


def wait_for(page, count):
    """So many tasks have come to the page."""
    hear(page)
    expect(page.locator("#side a[href='/inbox']")).to_contain_text(str(count))


def sync_under(page, laptop):
    wait_for(page, laptop.push())


@contextmanager
def kept(element):
    """Whatever happens in between, it is the same node in the document."""
    node = element.element_handle()
    yield
    assert element.evaluate("(now, before) => now === before", node)
    assert node.evaluate("node => node.isConnected")


@contextmanager
def pressed(page, element):
    """The mouse is down on it in between, and then up."""
    element.hover()
    with kept(element):
        page.mouse.down()
        yield
    page.mouse.up()


@contextmanager
def half_typed(field, text):
    """Text with the caret two characters before its end, where one goes on typing."""
    field.press_sequentially(text)
    for _ in range(2):
        field.press("ArrowLeft")
    with kept(field):
        yield
    field.page.keyboard.type("X")
    expect(field).to_have_value(f"{text[:-2]}X{text[-2:]}")
    field.press("Backspace")
    expect(field).to_be_focused()


@contextmanager
def selected(page, element):
    """All of its text is selected, and stays so."""
    element.evaluate("node => getSelection().selectAllChildren(node)")
    text = page.evaluate(SELECTED)
    assert text
    with kept(element):
        yield
    assert page.evaluate(SELECTED) == text


class HeldBack:
    """Answers of the server that do not come before they are let go."""

    def __init__(self, page, pattern):
        self.waiting, self.is_open = [], False
        page.route(pattern, self._hold)

    def let_go(self):
        self.is_open = True
        for route in self.waiting:
            route.continue_()

    def _hold(self, route):
        if self.is_open:
            route.continue_()
        else:
            self.waiting.append(route)


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
        page.get_by_role("button", name="More for “Family”").click()
        page.get_by_role("option", name="Members and invites…").click()

    def test_what_is_typed_and_a_press_outlive_the_answer(self, ana, laptop, space):
        held = HeldBack(ana, "**/members")
        self.open(ana)
        ben = ana.locator("#members li", has_text="Ben")
        link = ana.get_by_role("button", name="Make a link")
        email = ana.locator("#members").get_by_label("E-mail address")
        with kept(ben), kept(link), half_typed(email, "cora@exa"):
            sync_under(ana, laptop)
            held.let_go()
            expect(ana.get_by_label("Role of Ben")).to_be_enabled()
        with pressed(ana, link):
            sync_under(ana, laptop)
        expect(ana.get_by_label("Link to join")).to_be_focused()

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
            role.select_option("May read")
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
        expect(ana.get_by_role("dialog").get_by_label("In words")).to_be_visible()

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
        toggle = ana.get_by_role("switch", name="Single keys")
        toggle.focus()
        with kept(toggle):
            sync_under(ana, laptop)
            ana.keyboard.press("Space")
            expect(toggle).not_to_be_checked()
        expect(toggle).to_be_focused()
        with pressed(ana, ana.get_by_role("button", name="Show all keys")):
            sync_under(ana, laptop)
        expect(ana.get_by_role("dialog", name="Keys")).to_be_visible()


class TestAccount:
    def test_a_press_outlives_the_answer_and_the_sync(self, ana, laptop):
        go(ana, "/settings/account")
        make = ana.get_by_role("button", name="Make a token…")
        expect(make).to_be_visible()
        session = ana.locator("#sessions .setting", has_text="this one")
        with pressed(ana, make), kept(session), selected(ana, session):
            sync_under(ana, laptop)
        expect(ana.get_by_role("heading", name="Make a token")).to_be_visible()

    def test_a_press_outlives_what_is_asked_anew(self, ana, laptop):
        go(ana, "/settings/account")
        make = ana.get_by_role("button", name="Make a token…")
        expect(make).to_be_visible()
        go(ana, "/inbox")
        held = HeldBack(ana, "**/auth/tokens")
        go(ana, "/settings/account")
        with pressed(ana, make):
            sync_under(ana, laptop)
            held.let_go()
            expect(ana.locator("#tokens .part[aria-busy]")).to_have_count(0)
        expect(ana.get_by_role("heading", name="Make a token")).to_be_visible()

    def test_a_name_that_is_half_typed_stays(self, ana, laptop):
        go(ana, "/settings/account")
        ana.get_by_role("button", name="Change the name").click()
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
