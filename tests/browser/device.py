"""A device that has the app and no server, and hands for it: fingers, the mouse, the clipboard."""

from datetime import UTC, datetime

from playwright.sync_api import expect

from bench.server import Server
from tests.browser.conftest import NO_SAMPLES
from tests.browser.page import PATIENCE_MS, wait_for_worker

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)  # a Wednesday
FORGET = """async () => {
  for (const { name } of await indexedDB.databases()) await new Promise((done) => { indexedDB.deleteDatabase(name).onsuccess = done; });
  localStorage.clear();
  sessionStorage.clear();
}"""
PASTE = """([selector, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  document.querySelector(selector).dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


class Device:
    """One browser context, signed out; its server is stopped as soon as the app is on the device.
    It is always Wednesday morning there.
    """

    def __init__(self, chromium, **options):
        self.context = chromium.new_context(**({"timezone_id": "Etc/UTC"} | options))
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_init_script(NO_SAMPLES)
        self.context.clock.set_fixed_time(NOW)
        self.errors = []

    def __enter__(self):
        with Server() as server:
            self.url = server.url
            page = self.context.new_page()
            page.goto(self.url + "/inbox")
            wait_for_worker(page)
            page.close()
        return self

    def __exit__(self, *_):
        self.context.close()

    def fresh(self, path="/inbox", tasks=""):
        """A page of a device on which nobody has worked yet, and then the given tasks."""
        for page in self.context.pages:
            page.close()
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(self.url + "/manifest.webmanifest")
        page.evaluate(FORGET)
        page.goto(self.url + path)
        wait_for_hands(page)
        if tasks:
            paste(page, tasks)
        return page

    def at(self, when):
        self.context.clock.set_fixed_time(when)

    def check(self):
        found, self.errors = self.errors, []
        assert not found, found


def wait_for_hands(page):
    """What acts is loaded right after the first paint."""
    page.locator("#quick-title").wait_for(state="attached")


def paste(page, text, selector="#quick-title"):
    """As with Ctrl+V; the text has several lines."""
    page.evaluate(PASTE, [selector, text])
    expect(page.locator("#toast-text")).to_contain_text("added")


def new_list(page, name):
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New list…").first.click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#heading h1")).to_have_text(name)


def pick(page, name):
    """Of an open menu."""
    page.get_by_role("option", name=name).first.click()


def drag(page, start, end, part=0.5, steps=6):
    """With the mouse, from the middle of one element to a part of the height of another."""
    start.hover()
    page.mouse.down()
    box = end.bounding_box()
    x, y = box["x"] + min(box["width"] / 2, 120), box["y"] + box["height"] * part
    here = start.bounding_box()
    page.mouse.move(here["x"] + here["width"] / 2 + 10, here["y"] + here["height"] / 2 + 4)
    page.locator(".is-lifted").wait_for()
    page.mouse.move(x, y, steps=steps)
    page.mouse.move(x, y)
    page.mouse.up()


class Finger:
    """One finger on the screen, as the browser gets it from the system."""

    def __init__(self, page):
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def down(self, x, y):
        self._send("touchStart", [{"x": x, "y": y}])

    def move(self, x, y):
        self._send("touchMove", [{"x": x, "y": y}])

    def up(self):
        self._send("touchEnd", [])

    def hold(self, element, ms=650):
        """A long press; the finger stays down."""
        x, y = middle(element)
        self.down(x, y)
        self.page.wait_for_timeout(ms)
        return x, y

    def swipe(self, element, by):
        x, y = middle(element)
        self.down(x, y)
        for step in range(1, 9):
            self.move(x + by * step / 8, y)
        self.page.wait_for_timeout(100)  # a finger that rests: what is flung takes the next tap
        self.move(x + by, y)
        self.up()

    def _send(self, kind, points):
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def middle(element):
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
