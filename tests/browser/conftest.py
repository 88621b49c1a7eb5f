import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from bench.server import Server
from tests.browser.page import PATIENCE_MS

ROOT = Path(__file__).parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
NO_SAMPLES = "localStorage['driftless.samples'] ??= 'none'"
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def chromium_path():
    """A real Chromium; installed or unpacked if there is none."""
    found = subprocess.run(
        [sys.executable, str(ROOT / "deploy/setup.py"), "browser"],
        capture_output=True,
        text=True,
        check=True,
    )
    return found.stdout.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def driver():
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(driver, chromium_path):
    browser = driver.chromium.launch(executable_path=chromium_path, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def server():
    """A real server process with an empty database; tests stop, start and kill it."""
    with Server() as started:
        yield started


@pytest.fixture
def new_page(chromium, server):
    """Makes pages, each in a context of its own unless one is given, without the tasks of a first
    run unless asked; an error on a page fails the test.
    """
    contexts, errors = [], []

    def make(context=None, path="/inbox", is_first_run=False, **options):
        if context is None:
            context = chromium.new_context(**options)
            contexts.append(context)
            if not is_first_run:
                context.add_init_script(NO_SAMPLES)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                errors.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        page.goto(server.url + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture(scope="module")
def device(chromium):
    """A device that has the app and no server, for a whole module; `fresh` makes it one on which
    nobody has worked.
    """
    from tests.browser.device import Device

    with Device(chromium) as device:
        yield device


@pytest.fixture
def profile(driver, chromium_path, tmp_path):
    """Starts the browser on one profile folder, as often as asked."""
    folder, opened = tmp_path / "profile", []

    def start():
        context = driver.chromium.launch_persistent_context(
            str(folder), executable_path=chromium_path, args=FLAGS
        )
        context.add_init_script(NO_SAMPLES)
        opened.append(context)
        return context

    start.folder = folder
    yield start
    for context in opened:
        with contextlib.suppress(Exception):
            context.close()
    shutil.rmtree(folder, ignore_errors=True)
