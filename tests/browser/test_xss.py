"""Whatever is written in a field stays text: no script of it runs, no element of it comes into the
page, nothing but the server is asked.
"""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench.feed import Feeder, new_id
from bench.server import Server
from tests import figure, report
from tests.browser.api import Api, make_admin
from tests.browser.page import PASSWORD, PATIENCE_MS, go
from tests.browser.sweep import show
from tests.browser.worker import join

PAYLOADS = json.loads((Path(__file__).parent / "xss_payloads.json").read_text())
EMAIL = "ana@example.org"
SAMPLE_EVERY = 8
TYPED_EVERY = 30
_WATCH = """globalThis.broken = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => broken.push(`policy: ${violatedDirective} ${blockedURI}`));
for (const name of ["alert", "confirm", "prompt"]) globalThis[name] = (said) => broken.push(`${name}: ${said}`);
"""
_BROKEN = """() => {
  const own = [...document.querySelectorAll("head script[src^='/assets/']")];
  const strange = [...document.querySelectorAll("script, img, image, iframe, object, embed, base, style, link[rel=import], video, audio, frame, frameset, marquee, math, template, applet, portal")]
    .filter((element) => !own.includes(element));
  const handlers = [...document.querySelectorAll("*")].filter((element) => [...element.attributes].some(({ name }) => /^on/i.test(name) || name === "srcdoc"));
  const links = [...document.querySelectorAll("[href], [src], [action], [formaction], [*|href]")].filter((element) => [...element.attributes]
    .some(({ localName, value }) => /^(href|src|action|formaction)$/.test(localName) && !/^(https?:|mailto:|tel:|\\/|#)/i.test(value)));
  return [...broken.splice(0), ...("xss" in globalThis ? [`window.xss = ${globalThis.xss}`] : []),
    ...[...strange, ...handlers, ...links].map((element) => `in the page: ${element.outerHTML.slice(0, 120)}`)];
}"""


class Watched:
    """A page that notes every script, element and request that should not be."""

    def __init__(self, context, server):
        self.seen, self.cases = [], 0
        context.add_init_script(_WATCH)
        self.page = context.new_page()
        self.page.on(
            "dialog",
            lambda dialog: (self.seen.append(f"dialog: {dialog.message}"), dialog.dismiss()),
        )
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((server.url, "data:", "blob:"))
                else self.seen.append(f"asked: {request.url}")
            ),
        )
        context.on("page", lambda page: self.seen.append(f"opened: {page.url}"))
        self.page.goto(server.url)

    def check(self, where, cases=1):
        self.cases += cases
        self.seen += [f"{where}: {what}" for what in self.page.evaluate(_BROKEN)]


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture(scope="module")
def watched(chromium, server):
    """A page of an account in which every payload is a title, a description, a label and the name
    of a list.
    """
    context = chromium.new_context(viewport={"width": 1280, "height": 840})
    context.set_default_timeout(PATIENCE_MS)
    watched = Watched(context, server)
    join(watched.page, EMAIL)
    with Feeder(server, EMAIL, PASSWORD) as feeder:
        feeder.push(
            record for place, payload in enumerate(PAYLOADS) for record in _records(payload, place)
        )
    watched.page.reload()
    watched.page.wait_for_function(
        "count => document.querySelectorAll('#side [data-list]').length === count",
        arg=len(PAYLOADS),
    )
    yield watched
    context.close()


def _records(payload, place):
    listed, done = new_id(), place % 4 == 0
    status = (
        {"status": "completed", "completed_at": "2026-11-23T10:00:00Z"}
        if done
        else {"status": "pending", "completed_at": None}
    )
    label = payload[:60].strip() or "label"
    task = {
        "title": payload,
        "description": f"{payload}\n\n[{payload}]({payload})\n\n`{payload}`\n\n> {payload}",
        "due": "2026-11-30" if place % 3 else None,
        "order": f"a{place:04}",
        "priority": place % 4,
    }
    return [
        ("list", listed, {"name": payload[:100], "order": f"a{place:04}"}),
        (
            "task",
            new_id(),
            task
            | status
            | {
                "list": listed if place % 2 else None,
                f"label/{label}": True,
                "deleted": "2026-11-23T10:00:00Z" if place % 16 == 15 else None,
            },
        ),
    ]


def test_no_view_runs_what_is_written(watched):
    page = watched.page
    for address in (
        "/today",
        "/inbox",
        "/upcoming",
        "/completed",
        "/trash",
        "/lists",
        "/settings",
        "/search?q=a",
        "/search?q=%3C",
    ):
        show(page, address)
        for step in range(12):
            page.evaluate(
                "step => { const main = document.getElementById('main'); main.scrollTop = step * main.clientHeight; }",
                step,
            )
            page.evaluate(
                "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            watched.check(address, 0)
        watched.cases += len(PAYLOADS)
    for href in page.evaluate(
        "every => [...document.querySelectorAll('#side [data-list]')].filter((_, place) => place % every === 1).map((link) => link.getAttribute('href'))",
        SAMPLE_EVERY,
    ):
        for end in ("", "/board"):
            show(page, href + end)
            watched.check(href + end)
    _report(watched)


def test_no_open_task_runs_what_is_written(watched):
    page = watched.page
    for task_id in _ids(page)[::SAMPLE_EVERY]:
        show(page, f"/inbox?task={task_id}")
        page.evaluate(
            "() => { for (const part of document.querySelectorAll('#pane details')) part.open = true; }"
        )
        watched.check(f"task {task_id}")
        for element in page.locator("#pane .notes a").all()[:1]:
            element.hover()
            watched.check(f"a link of {task_id}")
    _report(watched)


def _ids(page):
    """Of every task on the device."""
    return page.evaluate("""async () => {
      const name = (await indexedDB.databases()).map((each) => each.name).find((each) => each.startsWith("driftless-") && !each.endsWith("anonymous"));
      const database = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
      const all = await new Promise((done) => { const asked = database.transaction("confirmed").objectStore("confirmed").getAll(); asked.onsuccess = () => done(asked.result); });
      database.close();
      return all.filter(({ kind }) => kind === "task").map(({ id }) => id);
    }""")


def test_no_dialog_runs_what_is_written(watched):
    page = watched.page
    show(page, "/inbox")
    for key in ("l", "m", "d", ".", "r", "Delete", "Control+z", "Control+k", "f"):
        page.locator("#groups .row-title").first.focus()
        page.keyboard.press(key)
        page.wait_for_timeout(150)
        if key == "Control+k":
            page.locator("dialog[open] input").fill("<")
        watched.check(f"key {key}", len(PAYLOADS) if key in "lm" else 1)
        page.keyboard.press("Escape")
        page.evaluate("() => document.querySelector('dialog[open]')?.close()")
    page.locator("#dot").click()
    expect(page.locator("#sheet")).to_be_visible()
    watched.check("sync sheet")
    page.locator("#sheet").get_by_label("Close").click()
    _report(watched)


def test_no_field_runs_what_is_typed(watched):
    page = watched.page
    for payload in PAYLOADS[::TYPED_EVERY]:
        text = payload.replace("\n", " ").strip()
        show(page, "/search")
        page.locator("#search-field").fill(text)
        watched.check(f"searched: {payload}")
        show(page, "/inbox")
        page.locator("#quick-title").fill(f"{text} tomorrow ")
        page.keyboard.press("Enter")
        expect(page.locator("#quick-title")).to_have_value("")
        page.wait_for_timeout(100)
        watched.check(f"added: {payload}")
    _report(watched)


def test_no_address_runs_what_is_in_it(watched):
    page = watched.page
    for payload in PAYLOADS[::TYPED_EVERY]:
        for name in ("label", "status", "due", "task", "sort", "q"):
            page.evaluate(
                """([name, payload]) => {
              history.pushState(null, "", `/search?${new URLSearchParams({ [name]: payload })}#${encodeURIComponent(payload)}`);
              dispatchEvent(new PopStateEvent("popstate"));
            }""",
                [name, payload],
            )
            page.evaluate(
                "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            watched.check(f"{name}={payload}")
    go(page, "/inbox")
    _report(watched)


def test_what_is_asserted_can_fail(watched):
    """A page that runs what it is given is noticed, each in its way."""
    page = watched.page
    before, watched.seen = watched.seen, []
    page.evaluate("""() => {
      globalThis.xss = 1;
      alert("said");
      const planted = document.body.appendChild(document.createElement("p"));
      planted.id = "planted";
      for (const [tag, name, value] of [["img", "alt", ""], ["b", "srcdoc", "x"], ["a", "href", "javascript:1"]]) planted.appendChild(document.createElement(tag)).setAttribute(name, value);
      try { planted.innerHTML = "<i>"; } catch { /* the policy says no, and tells */ }
    }""")
    page.wait_for_timeout(100)
    watched.check("planted", 0)
    page.evaluate("() => { document.getElementById('planted').remove(); delete globalThis.xss; }")
    for sign in (
        "window.xss",
        "alert: said",
        "<img",
        "srcdoc",
        "javascript:",
        "policy: require-trusted-types-for",
    ):
        assert any(sign in seen for seen in watched.seen), sign
    watched.seen = before


def _report(watched):
    seen, watched.seen, cases, watched.cases = watched.seen, [], watched.cases, 0
    report("xss", cases, len(seen))
    figure("xss_runs", len(seen))
    assert not seen, "\n".join(seen[:20])


def test_what_others_say_stays_text(watched, server):
    ben, ana = Api(server, "ben@example.org", PAYLOADS[0][:100]), Api(server, EMAIL, is_new=False)
    for name in PAYLOADS[::SAMPLE_EVERY]:
        space = ben.make_space(name[:100], name[:100])
        ana.post("/api/v1/invites/accept", {"token": ben.invite(space)["token"]})
        task = ben.post(
            "/api/v1/tasks",
            {
                "title": name,
                "space": space,
                "assignee": ben.id,
                "list": ben.get(f"/api/v1/lists?space={space}")["lists"][0]["id"],
            },
        )
    for payload in PAYLOADS:
        ben.post(f"/api/v1/tasks/{task['id']}/comments", {"text": payload})
    page = watched.page
    page.reload()
    show(page, f"/list/{task['list']}")
    expect(page.locator("#groups .row")).to_have_count(1)
    show(page, f"/list/{task['list']}?task={task['id']}")
    expect(page.locator(".comment")).to_have_count(len(PAYLOADS))
    watched.check("comments", len(PAYLOADS))
    page.locator("#pane summary").click()
    show(page, "/lists")
    watched.check("spaces", len(PAYLOADS[::SAMPLE_EVERY]))
    show(page, f"/list/{task['list']}")
    for words in ("Members and invites", "Activity"):
        page.keyboard.press("Control+k")
        page.locator("dialog.palette input").fill(words)
        page.keyboard.press("Enter")
        expect(page.locator("dialog[open] li").first).to_be_visible()
        watched.check(words)
        page.evaluate("() => document.querySelector('dialog[open]')?.close()")
    page.locator("#groups .row-title").first.focus()
    page.keyboard.press("a")
    watched.check("assign")
    _report(watched)


def test_what_people_call_themselves_and_their_tokens_stays_text(watched, server):
    ana, page = Api(server, EMAIL, is_new=False), watched.page
    make_admin(server, EMAIL)
    for place, payload in enumerate(PAYLOADS[::SAMPLE_EVERY]):
        Api(server, f"someone{place}@example.org", payload[:100])
        ana.post(
            "/auth/tokens", {"name": payload[:100], "scopes": ["tasks:read"], "password": PASSWORD}
        )
    page.reload()
    for address, words in (
        ("/admin", "someone1@example.org"),
        ("/admin/audit", "Created an account"),
        ("/settings/account", "Access tokens"),
    ):
        show(page, address)
        expect(page.get_by_text(words).locator("visible=true").first).to_be_visible()
        watched.check(address, len(PAYLOADS[::SAMPLE_EVERY]))
    _report(watched)
