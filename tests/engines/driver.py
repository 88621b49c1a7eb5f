"""One small driver for all engines: what a person does at a page, and scripts that only look."""

import contextlib
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import websocket

from bench.server import free_port

ENTER = "\ue007"
PATIENCE_S = 20
FIND = "(selector, text) => [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(text) && one.checkVisibility()) ?? null"
QUIET = {
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}


class Driver:
    """A browser with a profile folder that outlives it. An engine adds `start`, `stop`, `open`,
    `call`, `point` and `type`.
    """

    def __init__(self, folder):
        self.folder = folder

    def restart(self, url):
        """Ends the browser and starts it cold, on the same profile, at `url`."""
        self.stop()
        self.start()
        self.open(url)

    def run(self, function, *arguments):
        """What the function, written in JavaScript, resolves to."""
        answer = self.call(
            f"async (given) => JSON.stringify((await ({function})(...JSON.parse(given))) ?? null)",
            json.dumps(arguments),
        )
        return json.loads(answer)

    def fill(self, selector, text):
        """Puts text in place of what is in the field, key by key."""
        self.click(selector)
        self.run("(selector) => document.querySelector(selector).select()", selector)
        self.type(text)

    def click(self, selector, text=""):
        """Points at the first element of that selector with that text in it, once it is there, and
        clicks.
        """
        self.wait_until(f"(selector, text) => Boolean(({FIND})(selector, text))", selector, text)
        self.point(selector, text)

    def texts(self, selector):
        return self.run(
            "(selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent.trim())",
            selector,
        )

    def wait_until(self, function, *arguments):
        until, found = time.monotonic() + PATIENCE_S, None
        while time.monotonic() < until:
            with contextlib.suppress(ConnectionError):
                found = self.run(function, *arguments)
            if found:
                return
            time.sleep(0.05)
        shown = self.run(
            "() => [document.querySelector('#dot')?.textContent, ...[...document.querySelectorAll('.row')].map((one) => one.textContent)]"
        )
        raise AssertionError(f"it never came about: {function} {arguments}; the page shows {shown}")


class WebKit(Driver):
    """WebKitGTK by WebDriver, on a virtual screen."""

    def __init__(self, folder, environment):
        super().__init__(folder)
        self.environment = environment

    def start(self):
        port = free_port()
        self.process = subprocess.Popen(
            ["WebKitWebDriver", f"--port={port}"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        options = {
            "binary": str(Path(__file__).parent / "webkit_browser.py"),
            "args": [str(self.folder)],
        }
        self.address = f"http://127.0.0.1:{port}/session"
        _wait_for_port(port, self.process)
        self.address += (
            "/"
            + self.ask(
                "POST", "", capabilities={"alwaysMatch": {"webkitgtk:browserOptions": options}}
            )["sessionId"]
        )

    def stop(self):
        with contextlib.suppress(ConnectionError):  # the window goes before it has answered
            self.ask("DELETE", "")
        self.process.terminate()
        self.process.wait(30)

    def open(self, url):
        self.ask("POST", "/url", url=url)

    def reload(self):
        self.ask("POST", "/refresh")

    def call(self, function, *arguments):
        script = f"const done = arguments[arguments.length - 1]; ({function})(...arguments).then((said) => done([said]), (error) => done(String(error)))"
        answer = self.ask("POST", "/execute/async", script=script, args=arguments)
        if not isinstance(answer, list):
            raise ConnectionError(answer)
        return answer[0]

    def point(self, selector, text):
        element = self.ask(
            "POST", "/execute/sync", script=f"return ({FIND})(...arguments)", args=[selector, text]
        )
        self.ask("POST", f"/element/{_id(element)}/click")

    def type(self, text):
        self.ask("POST", f"/element/{_id(self.ask('GET', '/element/active'))}/value", text=text)

    def ask(self, method, path, **given):
        """What the browser answers to a command."""
        body = json.dumps(given).encode() if method == "POST" else None
        try:
            with urllib.request.urlopen(
                urllib.request.Request(
                    self.address + path, body, {"Content-Type": "application/json"}, method=method
                ),
                timeout=60,
            ) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise ConnectionError(f"{path}: {error.read()[:500]!r}") from None


def _id(element):
    return next(iter(element.values()))


def _wait_for_port(port, process):
    for _ in range(PATIENCE_S * 20):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError("WebKitWebDriver did not start")


class Firefox(Driver):
    """Firefox by WebDriver BiDi, without a screen."""

    def start(self):
        self.folder.mkdir(exist_ok=True)
        (self.folder / "user.js").write_text(
            "".join(
                f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
                for name, value in QUIET.items()
            )
        )
        address = self.folder / "WebDriverBiDiServer.json"
        address.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [
                "firefox-esr",
                "--headless",
                "--no-remote",
                "--profile",
                str(self.folder),
                "--remote-debugging-port",
                "0",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.talk = websocket.create_connection(
            f"ws://127.0.0.1:{_port(address, self.process)}/session",
            timeout=60,
            suppress_origin=True,
        )
        self.count = 0
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.create", type="tab")[
            "context"
        ]  # in the first tab the address bar has the focus

    def stop(self):
        with contextlib.suppress(websocket.WebSocketException, OSError):
            self.ask("browser.close")
        self.talk.close()
        self.process.wait(30)

    def open(self, url):
        self.ask("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def reload(self):
        self.ask("browsingContext.reload", context=self.context, wait="complete")

    def call(self, function, *arguments):
        answer = self._evaluate(function, *arguments)
        return answer["value"]

    def point(self, selector, text):
        place = {
            "type": "element",
            "element": {"sharedId": self._evaluate(FIND, selector, text)["sharedId"]},
        }
        self._act(
            "pointer",
            {"type": "pointerMove", "x": 0, "y": 0, "origin": place},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        )

    def type(self, text):
        self._act(
            "key", *({"type": how, "value": key} for key in text for how in ("keyDown", "keyUp"))
        )

    def ask(self, method, **given):
        """What the browser answers to a command."""
        self.count += 1
        self.talk.send(json.dumps({"id": self.count, "method": method, "params": given}))
        while (answer := json.loads(self.talk.recv())).get("id") != self.count:
            pass
        if answer["type"] == "error":
            raise ConnectionError(f"{method}: {answer['message']}")
        return answer["result"]

    def _evaluate(self, function, *arguments):
        answer = self.ask(
            "script.callFunction",
            functionDeclaration=function,
            awaitPromise=True,
            target={"context": self.context},
            arguments=[{"type": "string", "value": argument} for argument in arguments],
        )
        if answer["type"] == "exception":
            raise ConnectionError(answer["exceptionDetails"]["text"])
        return answer["result"]

    def _act(self, kind, *actions):
        self.ask(
            "input.performActions",
            context=self.context,
            actions=[{"type": kind, "id": kind, "actions": list(actions)}],
        )


def _port(address, process):
    """The port the browser chose, once it says so."""
    for _ in range(PATIENCE_S * 20):
        with contextlib.suppress(OSError, ValueError):
            return json.loads(address.read_text())["ws_port"]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError("Firefox did not start")
