"""The service worker in a real browser against a real server: it keeps one whole version, and gives
it up only when asked to.
"""

import re
import secrets
from contextlib import closing

import pytest
from playwright.sync_api import Error, expect

from bench.server import Client, Server
from tests.browser.page import PASSWORD, add, wait_for_worker
from tests.browser.worker import (
    OWN,
    STORM,
    Portal,
    cached,
    consent,
    copy_of_the_app,
    count_loads,
    join,
    outbox,
    release,
    update,
    versions,
    wait_for_release,
    wait_until,
    wait_until_gone,
)

UNSENT = 50
SERVER_PATHS = ("/api/v1/tasks", "/auth/me", "/sync", "/events", "/healthz", "/readyz", "/metrics")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("released")


@pytest.fixture(scope="module")
def shared_server(folder):
    with Server(APP_DIR=str(folder / "app")) as started:
        yield started


@pytest.fixture
def app(folder):
    return copy_of_the_app(folder)


@pytest.fixture
def server(shared_server, app):
    """One for all stories, running plainly at the start of each: a browser context has its own
    worker and caches.
    """
    if shared_server.env.pop("KILL_SWITCH", ""):
        shared_server.stop()
    if shared_server.process.poll() is not None:
        shared_server.start()
    return shared_server


@pytest.fixture
def email():
    """Of an account that nobody has yet."""
    return f"{secrets.token_hex(4)}@example.org"


@pytest.fixture
def page(new_page):
    """The app, release 1, on the device."""
    opened = new_page()
    wait_for_worker(opened)
    return opened


# A page whose store opens only when it is let go.
_HELD_STORE = """if (sessionStorage.held) {
  const going = new Promise((done) => { globalThis.letGo = done; });
  const add = EventTarget.prototype.addEventListener;
  IDBRequest.prototype.addEventListener = function (type, listener, ...rest) {
    const isOpening = this instanceof IDBOpenDBRequest && type === "success";
    return add.call(this, type, isOpening ? (event) => going.then(() => listener(event)) : listener, ...rest);
  };
}"""


def _rename(app, start):
    """As a build does with a chunk that has changed: the old one is gone from the server."""
    (old,) = app.glob(f"assets/{start}*.js")
    new = old.with_name(f"{start}CHANGED1.js")
    old.rename(new)
    for file in [*app.rglob("*.js"), app / "index.html"]:
        file.write_text(file.read_text().replace(old.name, new.name))


def reload_past_the_worker(page):
    """As with Shift: everything comes from the server."""
    page.evaluate("document.body.dataset.old = 'yes'")
    page.context.new_cdp_session(page).send("Page.reload", {"ignoreCache": True})
    page.wait_for_function(
        "() => performance.getEntriesByType('navigation')[0].type === 'reload' && globalThis.release && document.body.dataset.old !== 'yes'"
    )


def own_caches(page):
    return {name: paths for name, paths in cached(page).items() if name.startswith(OWN)}


def restart(server, kill_switch):
    server.stop()
    server.env["KILL_SWITCH"] = kill_switch
    server.start()


class TestFirst:
    def test_an_install_that_failed_is_tried_again_while_the_page_is_open(
        self, new_page, app, server
    ):
        release(app, 2, is_wrong=True)
        page = new_page()
        with page.expect_console_message(
            lambda message: "the worker was not installed" in message.text
        ):
            pass  # the second time, or a later one
        assert cached(page) == {}
        release(app, 3)
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        server.stop()
        page.reload()
        assert versions(page) == [3, 3]

    def test_a_page_that_came_past_the_worker_is_its_too_if_it_is_of_its_version(self, page, app):
        reload_past_the_worker(page)
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        release(app, 2)
        reload_past_the_worker(page)
        assert versions(page) == [2, 2]
        page.wait_for_function(
            "() => navigator.serviceWorker.ready.then(({ waiting }) => waiting !== null)"
        )
        assert page.evaluate("() => navigator.serviceWorker.controller") is None


class TestUpdate:
    """A new version is installed whole or not at all, and waits for consent."""

    def test_a_waiting_version_never_mixes_with_the_one_that_runs(self, page, new_page, app):
        old_script = page.evaluate("() => document.querySelector('script[type=module]').src")
        release(app, 2)
        assert update(page) == "installed"
        assert (
            page.evaluate("path => fetch(path).then((answer) => answer.status)", old_script) == 200
        ), "gone from the server, still in the cache"
        page.reload()
        assert versions(page) == [1, 1]
        second = new_page(page.context, "/list/x")
        assert versions(second) == [1, 1]
        consent(second)
        for tab in (page, second):
            wait_for_release(tab, 2)

    @pytest.mark.parametrize("is_its_rest_gone", [False, True])
    def test_a_page_that_is_still_loading_when_another_is_updated_follows(
        self, page, new_page, app, is_its_rest_gone
    ):
        second = new_page(page.context)
        second.add_init_script(_HELD_STORE)
        second.evaluate("sessionStorage.held = true")
        second.reload()
        assert versions(second) == [1, 1]
        if is_its_rest_gone:
            _rename(app, "app-")
        release(app, 2)
        assert update(page) == "installed"
        consent(page)
        wait_for_release(page, 2)
        assert versions(second) == [1, 1]
        second.evaluate("() => { delete sessionStorage.held; letGo(); }")
        wait_for_release(second, 2)

    def test_a_file_that_is_not_the_one_built_is_never_installed(self, page, app, server):
        before = cached(page)
        release(app, 2, is_wrong=True)
        assert update(page) == "redundant"
        assert cached(page) == before
        server.stop()
        page.reload()
        assert versions(page) == [1, 1]
        server.start()
        release(app, 3)
        assert "installed" in (update(page) for _ in range(5)), (
            "the page may still be trying the broken one by itself"
        )

    @pytest.mark.parametrize("kind", ["html", "redirect"])
    def test_a_captive_portals_page_is_never_taken_for_a_file(self, page, app, server, kind):
        before = cached(page)
        release(app, 2)
        with Portal(server, app, kind) as portal:
            assert update(page) == "redundant"
            assert any(path.startswith("/assets/") for path in portal.asked)
            assert ("/login" in portal.asked) == (kind == "redirect")
            assert cached(page) == before
            page.reload()
            assert versions(page) == [1, 1]
        assert update(page) == "installed"

    def test_a_portals_page_in_place_of_the_worker_changes_nothing(self, page, app, server):
        with Portal(server, app, "html") as portal:
            portal.script = b"<!doctype html>"
            assert update(page) == "no script"
            page.reload()
            assert versions(page) == [1, 1]

    def test_a_server_in_trouble_during_the_install_only_puts_it_off(self, page, app, server):
        release(app, 2)
        with Portal(server, app, "error"):
            assert update(page) == "redundant"
            page.reload()
            assert versions(page) == [1, 1]
        assert update(page) == "installed"
        consent(page)
        wait_for_release(page, 2)

    def test_one_consent_moves_all_tabs_once(self, page, new_page, app):
        tabs = [page, new_page(page.context, "/today")]
        release(app, 2)
        assert [update(tab) for tab in tabs] == ["installed", "installed"]
        loads = [count_loads(tab) for tab in tabs]
        consent(page)
        for tab in tabs:
            wait_for_release(tab, 2)
        page.wait_for_timeout(1500)
        assert [len(one) for one in loads] == [1, 1]
        assert [versions(tab) for tab in tabs] == [[2, 2], [2, 2]]

    def test_the_page_asks_for_consent_and_what_is_typed_survives(self, page, app):
        add(page, "Milk")
        release(app, 2)
        assert update(page) == "installed"
        page.locator(".row-title", has_text="Milk").click()
        page.get_by_label("Title", exact=True).fill("Milk and bread")
        page.evaluate(
            "() => { const field = document.querySelector('#quick-title'); field.value = 'Half typed';"
            " field.dispatchEvent(new Event('input', { bubbles: true })); }"
        )
        page.get_by_role("button", name="Restart").click()
        wait_for_release(page, 2)
        expect(page.locator("#quick-title")).to_have_value("Half typed")
        assert "Milk and bread" in [change["set"].get("title") for change in outbox(page)]

    def test_unsent_changes_survive_and_arrive_once(self, page, app, server, email):
        account = join(page, email)
        page.wait_for_function("() => navigator.serviceWorker.controller")
        page.route("**/sync", lambda route: route.abort())
        wanted = sorted(f"Task {number}" for number in range(UNSENT))
        for title in wanted:
            add(page, title)
        before = outbox(page, account)
        assert len(before) == UNSENT
        release(app, 2)
        assert update(page) == "installed"
        consent(page)
        wait_for_release(page, 2)
        assert _said(outbox(page, account)) == _said(before)
        page.unroute("**/sync")
        page.evaluate("() => dispatchEvent(new Event('online'))")
        wait_until(page, lambda: not outbox(page, account))
        assert sorted(map(_title, _pull(server, email))) == wanted

    @pytest.mark.parametrize("tabs", [1, 2])
    def test_a_sync_just_then_does_not_keep_it_waiting(self, page, new_page, app, tabs):
        pages = [new_page(page.context, "/today") for _ in range(tabs - 1)] + [page]
        page.bring_to_front()
        release(app, 2)
        assert update(page) == "installed"
        page.get_by_role("button", name="Restart").wait_for()
        page.evaluate(STORM, "/sync")
        consent(page)
        for one in pages:
            wait_for_release(one, 2)

    def test_old_caches_leave_on_activation_and_foreign_ones_never(self, page, app):
        page.evaluate(
            "() => Promise.all(['driftless-0ld', 'a-neighbour'].map((name) => caches.open(name).then((cache) => cache.put('/x', new Response('x')))))"
        )
        first = set(own_caches(page)) - {"driftless-0ld"}
        release(app, 2)
        assert update(page) == "installed"
        assert (
            first < set(cached(page)) and "driftless-0ld" in cached(page) and len(cached(page)) == 4
        )
        consent(page)
        wait_for_release(page, 2)
        assert "a-neighbour" in cached(page)
        assert len(own_caches(page)) == 1 and not first & set(cached(page))


class TestServing:
    """What it answers for, and what it leaves to the server."""

    def test_it_never_answers_or_keeps_what_is_the_servers(self, new_page, server):
        page = new_page(is_first_run=True)
        wait_for_worker(page)
        from_worker = {}
        page.on(
            "response",
            lambda answer: from_worker.update(
                {answer.url.removeprefix(server.url): answer.from_service_worker}
            ),
        )
        ask = "paths => Promise.all(paths.map((path) => fetch(path).then((answer) => answer.status, () => 0)))"
        assert 0 not in page.evaluate(ask, [*SERVER_PATHS, "/manifest.webmanifest"])
        assert from_worker == dict.fromkeys(SERVER_PATHS, False) | {"/manifest.webmanifest": True}
        page.evaluate(
            "paths => Promise.all(paths.map((path) => fetch(path).then((answer) => answer.text())))",
            [*SERVER_PATHS, "/manifest.webmanifest"],
        )  # timed once read
        routed = "paths => paths.filter((path) => performance.getEntriesByName(location.origin + path).some(({ workerMatchedSourceType }) => workerMatchedSourceType === 'network'))"
        assert page.evaluate(routed, [*SERVER_PATHS, "/manifest.webmanifest"]) == list(
            SERVER_PATHS
        ), "the browser asks the server without asking the worker"
        server.stop()
        assert page.evaluate(ask, [*SERVER_PATHS, "/manifest.webmanifest"]) == [0] * len(
            SERVER_PATHS
        ) + [200]
        kept = [path for paths in cached(page).values() for path in paths]
        assert len(kept) > 3 and not [
            path
            for path in kept
            if re.match(r"/(api|auth|sync|events|healthz|readyz|metrics|$)", path)
        ]
        with pytest.raises(Error, match="ERR_"):
            page.goto(server.url + "/healthz")

    def test_a_missing_asset_is_missing_and_every_place_is_the_shell(self, new_page, server):
        page = new_page(is_first_run=True)
        wait_for_worker(page)
        gone = ("/assets/app-GONE.js", "/icons/gone.png", "/assets/gone")
        assert page.evaluate(
            "paths => Promise.all(paths.map((path) => fetch(path).then((answer) => answer.status)))",
            gone,
        ) == [404, 404, 404]
        assert page.goto(server.url + gone[0]).status == 404
        server.stop()
        for path in ("/", "/list/x", "/today?task=y", "/reset#token", "/a/b/c", "/index.html"):
            page.goto("about:blank")
            page.goto(server.url + path)
            expect(page.locator("#quick-title")).to_be_attached()
            assert versions(page) == [1, 1]
        for path in gone:
            with pytest.raises(Error, match="ERR_"):
                page.goto(server.url + path)

    def test_its_script_is_always_asked_for_anew(self, page, server):
        assert (
            page.evaluate(
                "() => navigator.serviceWorker.ready.then((registration) => registration.updateViaCache)"
            )
            == "none"
        )
        answer = page.request.get(server.url + "/sw.js")
        assert answer.headers["cache-control"] == "no-cache" and answer.headers[
            "content-type"
        ].startswith("text/javascript")
        assert "/sw.js" not in [path for paths in cached(page).values() for path in paths]

    def test_a_cache_that_was_taken_away_comes_back(self, page, server):
        before = own_caches(page)
        assert page.evaluate("name => caches.delete(name)", next(iter(before)))
        page.reload()
        assert versions(page) == [1, 1]
        wait_until(page, lambda: own_caches(page) == before)
        server.stop()
        page.reload()
        assert versions(page) == [1, 1]

    def test_a_cache_that_was_taken_away_after_a_release_brings_the_new_one_whole(
        self, page, app, server
    ):
        page.evaluate("name => caches.delete(name)", next(iter(own_caches(page))))
        release(app, 2)
        page.reload()
        assert versions(page) == [2, 2]
        wait_until(
            page, "() => navigator.serviceWorker.ready.then(({ waiting }) => Boolean(waiting))"
        )
        consent(page)
        wait_until(
            page,
            "() => navigator.serviceWorker.ready.then(({ waiting, active }) => !waiting && active.state === 'activated')",
        )
        server.stop()
        page.reload()
        assert versions(page) == [2, 2]


class TestKillSwitch:
    """KILL_SWITCH=1 takes the worker off every device and leaves what people wrote."""

    def test_it_takes_the_worker_away_and_nothing_else(self, page, server, email):
        account = join(page, email)
        page.route("**/sync", lambda route: route.abort())
        add(page, "Milk")
        add(page, "Bread")
        before = outbox(page, account)
        restart(server, kill_switch="1")
        loads = count_loads(page)
        page.reload()
        wait_until_gone(page)
        page.wait_for_timeout(4000)  # longer than the grace it gives
        assert len(loads) == 2, "the reload asked for, and its own"
        wait_until_gone(page)
        assert not page.reload().from_service_worker
        page.wait_for_timeout(1000)
        wait_until_gone(page)
        assert (
            len(loads) == 3 and _said(outbox(page, account)) == _said(before) and len(before) == 2
        )

        restart(server, kill_switch="")
        page.reload()
        wait_for_worker(page)
        server.stop()
        assert page.reload().from_service_worker
        assert _said(outbox(page, account)) == _said(before)
        page.unroute("**/sync")
        server.start()
        page.reload()
        wait_until(page, lambda: not outbox(page, account))
        assert sorted(map(_title, _pull(server, email))) == ["Bread", "Milk"]

    def test_it_frees_a_page_too_broken_to_hear_of_it(self, chromium, app, server):
        release(app, 2, start="throw new Error('a broken release');")
        context = chromium.new_context()
        page = context.new_page()
        page.goto(server.url)
        page.evaluate(
            "() => { const policy = trustedTypes.createPolicy('app-sw', { createScriptURL: (url) => url });"
            " return navigator.serviceWorker.register(policy.createScriptURL('/sw.js'), { updateViaCache: 'none' }); }"
        )
        wait_for_worker(page)
        release(app, 3)
        restart(server, kill_switch="1")
        page.reload()
        wait_for_release(page, 3)
        wait_until_gone(page)
        context.close()


def _said(changes):
    return [(change["id"], change["set"]) for change in changes]


def _title(record):
    return next(write["set"]["title"] for write in record["writes"])


def _pull(server, email):
    """The account's tasks as another device gets them; each was written once."""
    with closing(Client(server, {})) as client:
        token = client.post(
            "/auth/sign-in", {"email": email, "password": PASSWORD, "session": "bearer"}
        )["token"]
        client.headers = {"Authorization": f"Bearer {token}"}
        answer = client.post("/sync", {"protocol": 1, "device": "tester00000000000000"})
    records = [
        record
        for record in next(iter(answer["spaces"].values()))["records"]
        if record["kind"] == "task"
    ]
    assert all(len(record["writes"]) == 1 for record in records)
    return records
