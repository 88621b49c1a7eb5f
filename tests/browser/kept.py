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
CARET = "field => [field.value, field.selectionStart, field.selectionEnd]"


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


def wait_for(page, count):
    """So many tasks have come to the page, which syncs now."""
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#side a[href='/inbox']")).to_contain_text(str(count))


def sync_under(page, laptop):
    """Everything changes on the page, which is told at once that there is something to fetch."""
    count = laptop.push()
    page.evaluate("dispatchEvent(new Event('online'))")
    wait_for(page, count)


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
def half_typed(field, text="half ty", caret=3):
    """Text with the caret in its middle, which stays there."""
    field.fill(text)
    field.evaluate("(field, caret) => field.setSelectionRange(caret, caret)", caret)
    with kept(field):
        yield
    assert field.evaluate(CARET) == [text, caret, caret]
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


@contextmanager
def held_back(page, pattern):
    """The server's answers come after what happens in between."""
    waiting = []
    page.route(pattern, waiting.append)
    yield waiting
    page.unroute(pattern)
    for route in waiting:
        route.continue_()
