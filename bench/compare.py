"""make bench-compare BASE=<folder>: this version of the app beside another one, in one run.

BASE is a checkout of the other version with its environment installed (`make test-env` in it, or
`python3 deploy/setup.py test-env`). Each version fills its own device with 10,000 tasks by its own
code; then both are measured by turns, so that what else the machine does meets both alike. Prints
`start_10k_vs_before` and `key_to_paint_vs_before`: medians of this version over those of the other.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.app import Chromium, show, start_ms
from bench.server import ROOT, free_port

STARTS = 15
PRESSES_A_TURN = 20
TURNS = 15
_SERVE = """import sys, time
from bench.server import Server
with Server(data_dir=sys.argv[1], port=int(sys.argv[2])):
    print("ready", flush=True)
    sys.stdin.read()
"""
_FILL = """import sys
from playwright.sync_api import sync_playwright
from bench.app import Chromium, fill
from bench.server import Server
from bench.tasks import tasks
with sync_playwright() as driver:
    server = Server(data_dir=sys.argv[1], port=int(sys.argv[2]))
    with server, Chromium(driver).on(sys.argv[3]) as context:
        fill(context, server, tasks(10_000, seed=7))
"""
_PAINTS = """globalThis.paints = [];
addEventListener("keydown", (event) => {
  if (event.key !== " ") return;
  const from = event.timeStamp;
  requestAnimationFrame(() => requestAnimationFrame(() => paints.push(performance.now() - from)));
}, { capture: true });"""


class Version:
    """A checkout with a device of its own."""

    def __init__(self, root, folder):
        self.root, self.folder, self.port = Path(root).resolve(), Path(folder), free_port()
        self.url = f"http://localhost:{self.port}"
        for name in ("data", "profile"):
            (self.folder / name).mkdir()
        self._run(_FILL, check=True)

    def serve(self):
        """Its server, until the process's input is closed."""
        process = subprocess.Popen(
            self._command(_SERVE),
            cwd=self.root,
            env=self._env(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert process.stdout.readline() == b"ready\n"
        return process

    def _run(self, code, **how):
        subprocess.run(self._command(code), cwd=self.root, env=self._env(), **how)

    def _command(self, code):
        python = self.root / ".venv/bin/python"
        return [
            str(python),
            "-c",
            code,
            str(self.folder / "data"),
            str(self.port),
            str(self.folder / "profile"),
        ]

    def _env(self):
        return dict(os.environ) | {"PYTHONPATH": str(self.root)}


def main(base):
    with ExitStack() as stack:
        folders = [stack.enter_context(tempfile.TemporaryDirectory()) for _ in range(2)]
        driver = stack.enter_context(sync_playwright())
        versions = [
            Version(root, folder) for root, folder in zip((ROOT, base), folders, strict=True)
        ]
        contexts = [
            stack.enter_context(Chromium(driver).on(str(version.folder / "profile")))
            for version in versions
        ]
        show({"start_10k_vs_before": starts(versions, contexts)})
        show({"key_to_paint_vs_before": presses(versions, contexts)})


def starts(versions, contexts):
    """Each version STARTS times, by turns, without a server."""
    times = [[], []]
    for _ in range(STARTS):
        for found, version, context in zip(times, versions, contexts, strict=True):
            found.append(start_ms(context, version))
    return ratio("start_10k_ms", times)


def presses(versions, contexts):
    """Space on a focused row, then down to the next, by turns, with both servers."""
    servers = [version.serve() for version in versions]
    times = [[], []]
    pages = [inbox(context, version) for version, context in zip(versions, contexts, strict=True)]
    for _ in range(TURNS):
        for found, page in zip(times, pages, strict=True):
            found += press(page)
    for server in servers:
        server.communicate()
    return ratio("key_to_paint_ms", times)


def inbox(context, version):
    page = context.new_page()
    page.add_init_script(_PAINTS)
    page.goto(f"{version.url}/inbox")
    page.locator("#groups .row-title").first.focus()
    page.wait_for_timeout(4_000)
    return page


def press(page):
    page.bring_to_front()
    page.evaluate("() => { paints.length = 0; }")
    for _ in range(PRESSES_A_TURN):
        page.keyboard.press("Space")
        page.wait_for_timeout(150)
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(50)
    found = page.evaluate("() => paints")
    assert len(found) == PRESSES_A_TURN, found
    return found


def ratio(name, times):
    new, old = map(statistics.median, times)
    print(f"# {name}: {round(new, 1)} beside {round(old, 1)}", file=sys.stderr)
    return round(new / old, 2)


if __name__ == "__main__":
    main(sys.argv[1])
