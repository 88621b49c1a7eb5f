"""What a press, a half-typed text, a selection and the focus are, before and after 200 rows change:
another device of the account that pushes them, and what must be the same afterwards.
"""

import itertools
import uuid
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api
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
        assert {outcome["status"] for outcome in outcomes} <= {"applied", "merged"}, outcomes
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
