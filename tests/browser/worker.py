"""What the worker's stories need: releases of the app, a network that lies, and what a page's
worker and database hold.
"""

import base64
import contextlib
import hashlib
import json
import re
import shutil
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Error

from tests.browser.conftest import ROOT
from tests.browser.page import PASSWORD, PATIENCE_MS

OWN = "driftless-"
PORTAL_PAGE = b"<!doctype html><title>Hotel</title><p>Please sign in to the network"

UPDATE = """async () => {
  const registration = await navigator.serviceWorker.ready;
  let found = null;
  registration.addEventListener("updatefound", () => { found = registration.installing; });
  try { await registration.update(); } catch { return "no script"; }
  for (let waited = 0; !found && !registration.waiting && waited < 20; waited++) await new Promise((done) => setTimeout(done, 50));
  while (found?.state === "installing") await new Promise((done) => found.addEventListener("statechange", done, { once: true }));
  return found?.state ?? (registration.waiting ? "installed" : "nothing new");
}"""
STORM = """(path) => {
  const going = setInterval(() => fetch(path, { method: path === "/sync" ? "POST" : "GET" }).catch(() => {}), 5);
  setTimeout(() => clearInterval(going), 2_500);
}"""
_CACHES = (
    "async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) => "
    "[name, (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname).sort()])))"
)
_OUTBOX = """(account) => new Promise((done, failed) => {
  const asked = indexedDB.open(`driftless-${account ?? "anonymous"}`);
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const all = asked.result.transaction("outbox").objectStore("outbox").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result); };
  };
})"""
_JOIN = """async (given) => {
  const answer = await fetch("/auth/sign-up", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) });
  const account = await answer.json();
  localStorage.setItem("driftless.account", JSON.stringify(account));
  return account.id;
}"""


def copy_of_the_app(folder):
    """A copy that can be released anew; its first release is 1."""
    app = folder / "app"
    shutil.rmtree(app, ignore_errors=True)
    shutil.copytree(ROOT / "pwa/dist", app)
    for packed in [*app.rglob("*.br"), *app.rglob("*.gz")]:
        packed.unlink()
    release(app, 1)
    return app


def release(app, number, start="", is_wrong=False):
    """Another version as a build makes it: a script of another name, a shell that names it, a
    worker that knows their hashes.

    `start` is put before the script; `is_wrong` changes the script after its hash was taken. The
    old script is gone from the server.
    """
    shell, worker = app / "index.html", app / "sw.js"
    old = re.search(r'type="module" src="/(assets/[^"]+)"', shell.read_text())[1]
    body = re.sub(r"^globalThis.release=.*\n", "", (app / old).read_text())
    text = f"globalThis.release={number};{start}\n{body}"
    new = f"assets/boot-{hashlib.sha256(text.encode()).hexdigest()[:8].upper()}.js"
    (app / old).unlink()
    (app / new).write_text(text)
    html = re.sub(
        r'<html( data-release="\d+")?', f'<html data-release="{number}"', shell.read_text()
    )
    shell.write_text(html.replace(old, new))
    precached = json.loads(re.search(r'\{"/[^{}]*\}', worker.read_text())[0])
    names = [name if name != f"/{old}" else f"/{new}" for name in precached]
    table = json.dumps({name: _hash(app / name[1:]) for name in names})
    version = hashlib.sha256(table.encode()).hexdigest()[:12]
    worker.write_text(
        re.sub(
            r'"[0-9a-f]{12}"', f'"{version}"', re.sub(r'\{"/[^{}]*\}', table, worker.read_text())
        )
    )
    if is_wrong:
        (app / new).write_text(text + "// something the build did not write\n")
    return f"/{new}"


def _hash(path):
    return base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()[:22]


class Portal:
    """In place of the server, on its port: everything but the worker's script is `html`, a
    `redirect` to such a page, or an `error`.
    """

    def __init__(self, server, app, kind):
        self.server, self.script, self.kind = server, (app / "sw.js").read_bytes(), kind
        self.asked = []

    def __enter__(self):
        self.server.stop(signal.SIGKILL)
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                portal.asked.append(self.path)
                status, kind, body = portal.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if status == 302:
                    self.send_header("Location", "/login")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = _listen(self.server.port, Handler)
        self.thread = threading.Thread(target=self.http.serve_forever)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()
        self.server.start()

    def answer(self, path):
        """(status, content type, body)."""
        if path == "/sw.js":
            return 200, "text/javascript", self.script
        if self.kind == "redirect" and path != "/login":
            return 302, "text/html", b""
        return 503 if self.kind == "error" else 200, "text/html", PORTAL_PAGE


def _listen(port, handler):
    for _ in range(100):
        with contextlib.suppress(OSError):  # the server's last process is still going
            return ThreadingHTTPServer(("127.0.0.1", port), handler)
        time.sleep(0.05)
    raise OSError(f"port {port} stays in use")


def versions(page):
    """[release of the shell, release of the script]: a page that runs one version has one number
    twice.
    """
    page.wait_for_function("() => globalThis.release")
    return page.evaluate(
        "() => [Number(document.documentElement.dataset.release), globalThis.release]"
    )


def wait_for_release(page, number):
    page.wait_for_function(
        "number => globalThis.release === number", arg=number, timeout=PATIENCE_MS
    )
    assert versions(page) == [number, number]


def update(page):
    """Looks for a new version: `installed` (and waits), `redundant` (refused), `nothing new`, or
    `no script`.
    """
    return page.evaluate(UPDATE)


def consent(page):
    page.get_by_role("button", name="Restart").click()


def cached(page):
    """{name: paths} of the origin's caches."""
    return page.evaluate(_CACHES)


def outbox(page, account=None):
    """The changes that wait, as the database holds them."""
    return page.evaluate(_OUTBOX, account)


def join(page, email):
    """Makes an account and starts the page in it; its id."""
    account = page.evaluate(_JOIN, {"email": email, "password": PASSWORD, "name": "Ana"})
    page.reload()
    return account


def wait_until(page, is_so, seconds=PATIENCE_MS / 1_000):
    """Until `is_so` – a function here, or a script's – holds; a page may load anew meanwhile."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(Error):
            if is_so() if callable(is_so) else page.evaluate(is_so):
                return
        page.wait_for_timeout(50)
    raise AssertionError(f"it never came about: {is_so}")


def wait_until_gone(page):
    """No worker, no cache of the app."""
    wait_until(
        page,
        """async () => !navigator.serviceWorker.controller && !(await navigator.serviceWorker.getRegistrations()).length
        && !(await caches.keys()).some((name) => name.startsWith("driftless-"))""",
    )


def count_loads(page):
    """A list that grows by one at every load of the page."""
    loads = []
    page.on("load", lambda: loads.append(page.url))
    return loads
