"""
A new worker takes over while the outgoing one is busy. Chromium gives a take-over up where a fetch reaches the outgoing worker just then.

Spoken to over the DevTools protocol alone: Playwright puts a debugger on the worker too, and Chromium then may never finish what it began.
"""

import json
import subprocess
import time
import urllib.request
from contextlib import ExitStack, closing

import pytest
import websocket

from bench.server import Server
from tests.browser.conftest import FLAGS
from tests.browser.page import PATIENCE_MS
from tests.browser.worker import STORM, UPDATE, copy_of_the_app, release

CONTROLLED = "Boolean(navigator.serviceWorker.controller && globalThis.release && document.querySelector('#quick-title'))"
OFFERED = "Boolean(document.querySelector('#update:not([hidden]) button'))"
PRESS = "document.querySelector('#update button').click()"


class Tab:
    """A page of the browser that listens at `address`."""

    def __init__(self, address, url):
        asked = urllib.request.Request(f"{address}/json/new?{url}", method="PUT")
        with urllib.request.urlopen(asked, timeout=PATIENCE_MS / 1_000) as answer:
            where = json.load(answer)["webSocketDebuggerUrl"]
        self.socket = websocket.create_connection(
            where, timeout=PATIENCE_MS / 1_000, suppress_origin=True
        )
        self.asked = 0

    def close(self):
        self.socket.close()

    def run(self, expression):
        """The value of an expression; None where the page was loaded anew meanwhile."""
        self.asked += 1
        params = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        self.socket.send(
            json.dumps({"id": self.asked, "method": "Runtime.evaluate", "params": params})
        )
        while (answer := json.loads(self.socket.recv())).get("id") != self.asked:
            pass
        return answer.get("result", {}).get("result", {}).get("value")

    def wait_until(self, expression, seconds=PATIENCE_MS / 1_000):
        until = time.monotonic() + seconds
        while not self.run(expression):
            assert time.monotonic() < until, f"it never came about: {expression}"
            time.sleep(0.05)


@pytest.fixture
def address(chromium_path, tmp_path):
    """Of a browser that runs with a profile of its own."""
    command = [
        chromium_path,
        "--headless=new",
        "--remote-debugging-port=0",
        f"--user-data-dir={tmp_path / 'profile'}",
        *FLAGS,
        "about:blank",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        said = next(line for line in process.stderr if "DevTools listening on" in line)
        yield "http://" + said.split("ws://")[1].split("/")[0]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("tabs", [1, 2])
def test_a_file_fetched_just_then_puts_it_off_for_seconds_at_most(address, tmp_path, tabs):
    app = copy_of_the_app(tmp_path)
    with Server(APP_DIR=str(app)) as server, ExitStack() as open_pages:
        pages = [open_pages.enter_context(closing(Tab(address, server.url))) for _ in range(tabs)]
        for page in pages:
            page.wait_until(CONTROLLED)
        release(app, 2)
        front = pages[-1]
        assert front.run(f"({UPDATE})()") == "installed"
        front.wait_until(OFFERED)
        front.run(f"({STORM})('/manifest.webmanifest')")
        front.run("new Promise((done) => setTimeout(done, 200))")
        front.run(PRESS)
        for page in pages:
            page.wait_until("globalThis.release === 2")
            assert page.run("document.documentElement.dataset.release") == "2"
