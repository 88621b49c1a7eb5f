"""make bench-app: the size of the app, the time to start and to react to a key, and its memory – in
a real browser, as figures.

Times are medians, or 95th percentiles if the name says so; nothing fails because of a time. The
page has no hooks: the benchmark presses keys and observes the page from outside.
"""

import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.feed import Feeder
from bench.server import ROOT, Server, free_port
from bench.tasks import tasks
from tests.browser.conftest import FLAGS
from tests.browser.page import PASSWORD
from tests.browser.sweep import Seeded, sweep
from tests.browser.worker import join

STARTS = 7
LIGHTHOUSE_RUNS = 5
PRESSES = 100
EDITS = 1_000
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
EMAIL = "ana@example.org"
DESKTOP = {"width": 1280, "height": 800}
_READY = """addEventListener("DOMContentLoaded", () => new MutationObserver((_, observer) => {
  const title = document.querySelector("#groups .row .row-title[tabindex='0']");
  title?.focus({ preventScroll: true });
  if (!title || document.activeElement !== title) return;
  observer.disconnect();
  globalThis.bench = { readyMs: performance.now() };
}).observe(document, { childList: true, subtree: true, attributes: true }));"""
_KEYS = """globalThis.times = { paint: [], durable: [], from: 0 };
addEventListener("keydown", (event) => {
  if (event.key !== " ") return;
  const from = event.timeStamp;
  times.from = from;
  requestAnimationFrame(() => requestAnimationFrame(() => times.paint.push(performance.now() - from)));
}, { capture: true });
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (stores, mode, ...rest) {
  const made = begin.call(this, stores, mode, ...rest);
  const names = [...made.objectStoreNames];
  const isEdit = names.includes("confirmed") && names.includes("outbox") && !names.includes("tray");
  if (mode === "readwrite" && isEdit && times.from) {
    const from = times.from;
    times.from = 0;
    made.addEventListener("complete", () => times.durable.push(performance.now() - from));
  }
  return made;
};"""
_SAFE = """() => new Promise((done) => {
  const dot = document.getElementById("dot");
  let from = null;
  addEventListener("online", () => { from = performance.now(); });
  const look = () => from !== null && dot.dataset.state === "safe" && done(performance.now() - from);
  new MutationObserver(look).observe(dot, { attributes: true });
})"""
_OUTBOX = """(account) => new Promise((done) => {
  const asked = indexedDB.open(`driftless-${account}`);
  asked.onsuccess = () => {
    const count = asked.result.transaction("outbox").objectStore("outbox").count();
    count.onsuccess = () => { asked.result.close(); done(count.result); };
  };
})"""
_PAGED = """(account) => new Promise((done) => {
  const asked = indexedDB.open(`driftless-${account}`);
  asked.onsuccess = () => {
    const meta = asked.result.transaction("meta").objectStore("meta").get("covered");
    meta.onsuccess = () => {
      asked.result.close();
      done(Object.values(meta.result ?? {}).reduce((sum, { rows }) => sum + rows, 0));
    };
  };
})"""


def main():
    show(sizes())
    with sync_playwright() as driver:
        chromium = Chromium(driver)
        small, large = of_account(chromium, 10_000), of_account(chromium, 100_000)
        show(
            {
                "start_10k_ms": small["start_ms"],
                "start_100k_ms": large["start_ms"],
                "start_ratio_100k_10k": round(large["start_ms"] / small["start_ms"], 2),
                "key_to_paint_p95_ms": small["paint_ms"],
                "key_to_durable_p95_ms": small["durable_ms"],
                "dom_nodes_100k": large["nodes"],
                "heap_100k_mb": large["heap_mb"],
            }
        )
        show(flush(chromium))
        show(axe(chromium))
        show(lighthouse(chromium))


def show(figures):
    for name, value in figures.items():
        print(f"{name}: {value}", flush=True)


def sizes():
    """The build's own figures, brotli, in kB of 1,000 bytes."""
    printed = subprocess.run(
        ["node", "build.mjs"], cwd=ROOT / "pwa", capture_output=True, text=True, check=True
    ).stdout
    found = dict(re.findall(r"^(\w+)_bytes: (\d+)$", printed, re.MULTILINE))
    return {
        f"{'initial_js' if what == 'js' else what}_kb": round(int(size) / 1000, 1)
        for what, size in found.items()
    }


class Chromium:
    """Starts the browser on profile folders."""

    def __init__(self, driver):
        self.driver = driver
        found = subprocess.run(
            [sys.executable, str(ROOT / "deploy/setup.py"), "browser"],
            capture_output=True,
            text=True,
            check=True,
        )
        self.path = found.stdout.split()[-1]

    @contextmanager
    def profile(self, **options):
        """The browser with a temporary profile folder."""
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            self.on(folder, **options) as context,
        ):
            yield context

    @contextmanager
    def on(self, folder, *flags, **options):
        """The browser with an existing profile folder."""
        started = {
            "executable_path": self.path,
            "args": [*FLAGS, *flags],
            "viewport": DESKTOP,
        } | options
        context = self.driver.chromium.launch_persistent_context(folder, **started)
        context.set_default_timeout(120_000)
        yield context
        context.close()


def of_account(chromium, count):
    """The costs of an account with so many tasks on a device that has all of them."""
    with Server() as server, chromium.profile() as context:
        account = fill(context, server, tasks(count, seed=7))
        figures = keys(context, server) if count <= 10_000 else {}
        server.stop()
        figures["start_ms"] = round(
            statistics.median(start_ms(context, server) for _ in range(STARTS))
        )
        return figures | footprint(context, server, account)


def fill(context, server, given):
    """Puts tasks into a new account and loads them on the device: rows, start cache, service
    worker. The account's id.
    """
    page = context.new_page()
    page.goto(server.url)
    account = join(page, EMAIL)
    with Feeder(server, EMAIL, PASSWORD) as feeder:
        feeder.push(("task", task["id"], record(task, place)) for place, task in enumerate(given))
    page.reload()
    page.wait_for_function(
        "() => document.getElementById('dot').dataset.state === 'safe' && document.querySelector('#groups .row')"
    )
    settle(lambda: page.evaluate("() => document.getElementById('side').textContent"))
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.reload()
    covered = settle(lambda: page.evaluate(_PAGED, account), at_least_s=5)
    assert covered >= len(given), f"the start cache holds {covered} of {len(given)} tasks"
    page.close()
    return account


def record(task, place):
    """A task as the app creates it: in manual order, completed with a time."""
    fields = {name: task[name] for name in ("title", "description", "due", "status", "priority")}
    return fields | {
        "completed_at": "2026-01-23T10:00:00Z" if task["status"] == "completed" else None,
        "order": f"b{place:06}",
    }


def settle(look, at_least_s=0, quiet_s=3, most_s=180):
    """The observed value once it has been stable for a while."""
    begun = since = time.monotonic()
    seen = look()
    while time.monotonic() - since < quiet_s or time.monotonic() - begun < at_least_s:
        time.sleep(0.3)
        now = look()
        if now != seen:
            seen, since = now, time.monotonic()
        assert time.monotonic() - begun < most_s, f"it does not settle: {seen}"
    return seen


def start_ms(context, server):
    """Time in ms from navigation start until the first row has the focus, with the server stopped."""
    page = context.new_page()
    page.add_init_script(_READY)
    page.goto(f"{server.url}/today", wait_until="commit")
    page.wait_for_function("() => globalThis.bench")
    found = page.evaluate("() => bench.readyMs")
    page.close()
    time.sleep(1)
    return found


def keys(context, server):
    """Space on a focused row, then down to the next; the server runs, as in normal use."""
    page = context.new_page()
    page.add_init_script(_KEYS)
    page.goto(f"{server.url}/inbox")
    page.locator("#groups .row-title").first.focus()
    page.wait_for_timeout(4_000)
    for _ in range(PRESSES):
        page.keyboard.press("Space")
        page.wait_for_timeout(150)
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(50)
    times = page.evaluate("() => times")
    assert len(times["paint"]) == len(times["durable"]) == PRESSES, {
        name: len(times[name]) for name in ("paint", "durable")
    }
    page.close()
    return {"paint_ms": p95(times["paint"]), "durable_ms": p95(times["durable"])}


def p95(values):
    return round(statistics.quantiles(values, n=20)[-1], 1)


def footprint(context, server, account):
    """Nodes in the biggest list, and the heap after a collection."""
    page = context.new_page()
    page.goto(f"{server.url}/inbox")
    page.wait_for_selector("#groups .row")
    page.wait_for_timeout(5_000)
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    metrics = {
        each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]
    }
    nodes = page.evaluate("() => document.querySelectorAll('*').length")
    page.close()
    return {"nodes": nodes, "heap_mb": round(metrics["JSHeapUsedSize"] / 1e6, 1)}


def flush(chromium):
    """1,000 tasks changed offline, by select all and a priority: time from the network's return
    until the outbox is empty.
    """
    with Server() as server, chromium.profile() as context:
        account = fill(
            context,
            server,
            [task | {"status": "pending", "priority": 0} for task in tasks(EDITS, seed=9)],
        )
        page = context.new_page()
        page.goto(f"{server.url}/inbox")
        page.wait_for_function("() => document.getElementById('dot').dataset.state === 'safe'")
        context.set_offline(True)
        page.locator("#groups .row-title").first.focus()
        page.keyboard.press("Control+A")
        page.wait_for_function(
            f"() => /^{EDITS:,}|^{EDITS}/.test(document.getElementById('selection').textContent)"
        )
        page.keyboard.press("p")
        page.locator("dialog[open]").wait_for()
        page.keyboard.press("3")
        waiting = settle(lambda: page.evaluate(_OUTBOX, account), at_least_s=2)
        assert waiting == EDITS, f"{waiting} edits wait"
        asked = []
        page.on(
            "request",
            lambda request: asked.append(request.url) if request.url.endswith("/sync") else None,
        )
        page.evaluate(f"() => {{ globalThis.safe = ({_SAFE})(); }}")
        context.set_offline(False)
        took_ms = page.evaluate("() => globalThis.safe")
        assert page.evaluate(_OUTBOX, account) == 0
        return {"flush_1000_requests": len(asked), "flush_1000_ms": round(took_ms)}


def axe(chromium):
    with Server() as server, chromium.profile(bypass_csp=True) as context:
        found, _ = sweep(Seeded(context, server))
        return {"axe_violations": sum(map(len, found.values()))}


def lighthouse(chromium):
    """Lighthouse's mobile preset on a signed-out device with 50 tasks; medians of five.

    Each run has a new browser, like Lighthouse's own command: if a renderer still holds the page of
    the last run, its debugger walks that heap for about 80 ms, which count fourfold as the page's.
    """
    with Server() as server, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with chromium.on(folder) as context:
            page = context.new_page()
            page.goto(server.url)
            paste(
                page, [f"{task['title']} {number}" for number, task in enumerate(tasks(50, seed=5))]
            )
            page.wait_for_function("() => navigator.serviceWorker.controller")
        runs = [lighthouse_scores(chromium, folder, server.url) for _ in range(LIGHTHOUSE_RUNS)]
    print(
        f"# lighthouse: performance of each run {[run['performance'] for run in runs]}",
        file=sys.stderr,
    )
    return {
        f"lighthouse_{name.replace('-', '_')}": statistics.median(run[name] for run in runs)
        for name in runs[0]
    }


def paste(page, lines):
    """Many lines pasted into quick add create many tasks."""
    page.get_by_label("New task", exact=True).focus()
    page.wait_for_timeout(1_000)
    page.evaluate(
        """text => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      const paste = { clipboardData, bubbles: true, cancelable: true };
      document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
    }""",
        "\n".join(lines),
    )
    page.wait_for_function(
        "count => document.querySelectorAll('#groups .row').length >= count", arg=len(lines)
    )


def lighthouse_scores(chromium, folder, url):
    port = free_port()
    with (
        tempfile.TemporaryDirectory() as reports,
        chromium.on(folder, f"--remote-debugging-port={port}"),
    ):
        out = Path(reports) / "report.json"
        subprocess.run(
            [
                "node",
                str(ROOT / "pwa/node_modules/lighthouse/cli/index.js"),
                url,
                f"--port={port}",
                "--disable-storage-reset",
                "--quiet",
                "--output=json",
                f"--output-path={out}",
                f"--only-categories={','.join(CATEGORIES)}",
            ],
            check=True,
            timeout=180,
        )
        report = json.loads(out.read_text())
    for audit in report["audits"].values():
        if (
            audit.get("score") is not None
            and audit["score"] < 0.9
            and audit["scoreDisplayMode"] in ("binary", "numeric")
        ):
            print(
                f"# lighthouse: {audit['id']} {audit['score']} {audit.get('displayValue', '')}",
                file=sys.stderr,
            )
    return {name: round(category["score"] * 100) for name, category in report["categories"].items()}


if __name__ == "__main__":
    main()
