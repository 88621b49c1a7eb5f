"""From a key on one device to the row painted on the other, in two real browsers."""

import statistics
import subprocess
import sys

from playwright.sync_api import sync_playwright

from bench.server import ROOT
from tests.browser.conftest import FLAGS, NO_SAMPLES
from tests.browser.page import PASSWORD, add, row, wait_for_dot
from tests.browser.worker import join

CHANGES = 50
EMAIL = "ana@example.org"
# Both pages are on this machine, so their clocks agree.
_PRESSED = """addEventListener("keydown", (event) => {
  if (event.key === "Enter") globalThis.pressed = performance.timeOrigin + event.timeStamp;
}, { capture: true })"""
# A message that is posted in a frame arrives once the frame is painted.
_PAINTED = """(title) => {
  globalThis.painted = new Promise((done) => {
    const groups = document.getElementById("groups");
    const observer = new MutationObserver(() => {
      if (![...groups.querySelectorAll(".row-title")].some((each) => each.textContent === title)) return;
      observer.disconnect();
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.timeOrigin + performance.now());
        port2.postMessage(null);
      });
    });
    observer.observe(groups, { childList: true, subtree: true, characterData: true });
  });
}"""
_QUIET_MS = 100  # between the last letter and Enter, as when a person types
_SIGN_IN = """async (given) => {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch("/auth/sign-in", { method: "POST", headers, body: JSON.stringify(given) });
  localStorage.setItem("driftless.account", JSON.stringify(await answer.json()));
}"""


def browser_latencies(server):
    """{live_browser_p50_ms, live_browser_p95_ms} of two devices of one account."""
    command = [sys.executable, str(ROOT / "deploy/setup.py"), "browser"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    with sync_playwright() as driver:
        path = found.stdout.strip().splitlines()[-1]
        chromium = driver.chromium.launch(executable_path=path, args=FLAGS)
        first, second = (_page(chromium, server) for _ in range(2))
        join(first, EMAIL)
        second.evaluate(_SIGN_IN, {"email": EMAIL, "password": PASSWORD, "session": "cookie"})
        second.reload()
        times = sorted(_times(first, second))
        chromium.close()
    return {
        "live_browser_p50_ms": round(statistics.median(times), 1),
        "live_browser_p95_ms": round(times[int(len(times) * 0.95)], 1),
    }


def _page(chromium, server):
    context = chromium.new_context()
    context.add_init_script(NO_SAMPLES)
    page = context.new_page()
    page.goto(server.url + "/inbox")
    return page


def _times(first, second):
    for page in (first, second):
        wait_for_dot(page, "All changes saved")
    first.evaluate(_PRESSED)
    add(first, "The first")
    row(second, "The first").wait_for()
    field = first.get_by_label("New task", exact=True)
    for number in range(CHANGES):
        title = f"Change {number}"
        second.evaluate(_PAINTED, title)
        field.fill(title)
        first.wait_for_timeout(_QUIET_MS)
        field.press("Enter")
        yield second.evaluate("() => painted") - first.evaluate("pressed")
        wait_for_dot(first, "All changes saved")
