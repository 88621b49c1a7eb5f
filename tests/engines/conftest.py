import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.server import Server
from tests.engines.driver import Firefox, WebKit

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def _engines():
    """Installed where that can be; SKIP_ENGINES=1 is the only way around them."""
    if os.environ.get("SKIP_ENGINES", "") not in ("", "0"):
        pytest.skip("SKIP_ENGINES is set: NOTHING WAS TRIED IN WEBKIT OR FIREFOX")
    found = subprocess.run(
        [sys.executable, str(ROOT / "deploy/setup.py"), "engines"],
        stderr=subprocess.PIPE,
        text=True,
    )
    if found.returncode:
        pytest.fail(found.stderr, pytrace=False)


@pytest.fixture(scope="session")
def display(_engines):
    """A virtual screen; the environment that leads to it."""
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        number = told.readline().strip()
    yield dict(os.environ) | {"DISPLAY": f":{number}", "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1"}
    screen.terminate()
    screen.wait(10)


@pytest.fixture(params=["webkit", "firefox"])
def browser(request, tmp_path, _engines):
    folder = tmp_path / "profile"
    opened = (
        WebKit(folder, request.getfixturevalue("display"))
        if request.param == "webkit"
        else Firefox(folder)
    )
    opened.start()
    yield opened
    opened.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server():
    with Server() as started:
        yield started
