"""Everybody can use it: axe finds nothing in any view, theme, width or dialog; contrast modes,
reduced motion, right to left, and print.
"""

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests import report
from tests.browser import sweep
from tests.browser.page import PASSWORD, PATIENCE_MS
from tests.browser.sweep import AXE, HEIGHT, THEMES, WIDTHS, Seeded, show, violations, wear

NARROW_AND_WIDE = (390, 1280)
NO_DIALOGS = ("title in its row", "selection", "quick add", "toast")
MOTION_MAX_MS = 80
OVERFLOWING = """() => [document.documentElement, ...document.querySelectorAll("#main, #side, #pane, #tabs, #selection, dialog[open]")]
    .filter((part) => part.checkVisibility() && part.scrollWidth > part.clientWidth + 1).map((part) => part.id || part.tagName)"""
MOVING = """(mostMs) => [...document.querySelectorAll("*")].flatMap((element) => ["", "::before", "::after"].flatMap((part) => {
  const style = getComputedStyle(element, part || null);
  const longest = Math.max(...`${style.transitionDuration},${style.animationName === "none" ? "0s" : style.animationDuration}`.split(",").map((text) => parseFloat(text) * 1000));
  return longest > mostMs ? [`${element.tagName}.${element.className}${part} ${longest} ms`] : [];
}))"""
RING = """title => {
  const ring = [...document.querySelectorAll("#groups .ring")].find((each) => each.ariaLabel.startsWith(title));
  const [before, after] = ["::before", "::after"].map((part) => getComputedStyle(ring, part));
  return { width: parseFloat(before.borderTopWidth), border: before.borderTopColor, fill: before.backgroundColor, half: before.backgroundImage, tick: after.backgroundColor, isTicked: after.opacity === "1" };
}"""
FOCUS = """() => {
  const on = document.activeElement;
  return [getComputedStyle(on), getComputedStyle(on, "::after"), getComputedStyle(on, "::before")].some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
}"""


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture(scope="module")
def context(chromium, server):
    context = chromium.new_context(bypass_csp=True, viewport={"width": 1280, "height": HEIGHT})
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture(scope="module")
def seeded(context, server):
    return Seeded(context, server)


@pytest.fixture(scope="module")
def stranger(chromium, server):
    """The first run: nobody is signed in and there is no task."""
    context = chromium.new_context(bypass_csp=True)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(server.url)
    expect(page.locator("#groups .row, #empty").locator("visible=true").first).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def page(seeded):
    yield seeded.page
    _close(seeded.page)
    seeded.page.emulate_media(
        media="screen", forced_colors="none", reduced_motion="no-preference", color_scheme="light"
    )
    seeded.page.evaluate("() => { document.documentElement.dir = 'ltr'; }")


def test_axe_finds_nothing_in_any_view(seeded):
    found, count = sweep.sweep(seeded)
    _report(found, count)


def test_axe_finds_nothing_on_the_first_run(stranger):
    found = {}
    for width in WIDTHS:
        for theme in THEMES:
            wear(stranger, theme, width)
            found[f"first run, {theme}, {width}"] = violations(stranger)
    _report(found, len(found))


@pytest.mark.parametrize("width", NARROW_AND_WIDE)
def test_axe_finds_nothing_in_any_dialog(seeded, page, width):
    found = {}
    for name, (address, opening) in dialogs(seeded).items():
        wear(page, "light", width)
        _open(page, name, address, opening)
        _look(page, found, f"{name}, {width}", "dialog[open]" if name not in NO_DIALOGS else None)
        _close(page)
    _report(found, len(found))


@pytest.mark.parametrize("width", NARROW_AND_WIDE)
def test_axe_finds_nothing_in_the_dialogs_of_a_stranger(stranger, width):
    found = {}
    wear(stranger, "light", width)
    stranger.locator("#dot").click()
    expect(stranger.locator("#sheet")).to_be_visible()
    _look(stranger, found, f"sync, signed out, {width}", "dialog[open]")
    stranger.locator("#sheet").get_by_role("button", name="Sign in").click()
    expect(stranger.locator("#dialog")).to_be_visible()
    _look(stranger, found, f"sign in, {width}", "dialog[open]")
    stranger.get_by_role("button", name="Create account").click()
    _look(stranger, found, f"sign up, {width}", "dialog[open]")
    stranger.get_by_role("button", name="I already have an account").click()
    stranger.get_by_role("button", name="Forgot password?").click()
    expect(stranger.locator("#dialog")).to_contain_text("This server can't send email")
    _look(stranger, found, f"forgot, {width}", "dialog[open]")
    _close(stranger)
    _report(found, len(found))


def dialogs(seeded):
    """{name: (where, how it is opened)}; NO_DIALOGS among them are parts that come and go."""
    board, one, shared = seeded.views["list"], f"/today?task={seeded.open}", seeded.views["shared"]

    def key(keys, title="Paint the hall"):
        def press(page):
            page.locator("#groups .row", has_text=title).first.locator(".row-title").focus()
            page.keyboard.press(keys)

        return press

    def command(words):
        def run(page):
            page.keyboard.press("Control+K")
            page.locator("dialog.palette input").fill(words)
            page.keyboard.press("Enter")

        return run

    def press(page, name):
        page.locator("#page").get_by_role("button", name=name, exact=True).click()

    def of_ana(name):
        return lambda page: (
            press(page, "Actions for Ana"),
            page.get_by_role("option", name=name).click(),
        )

    def fact(name):
        return lambda page: page.locator(f"[data-fact='{name}']").click()

    return {
        "due": ("/today", key("d")),
        "priority": ("/today", key("p")),
        "labels": ("/today", key("l")),
        "move": ("/today", key("m")),
        "repeat": ("/today", key("r")),
        "task menu": ("/today", key(".")),
        "status": (one, fact("status")),
        "place menu": (
            board,
            lambda page: page.locator("#bar-tools").get_by_label("More actions").click(),
        ),
        "sort": (board, command("Sort by")),
        "filter": (board, key("f", "Paint")),
        "lists": ("/today", command("Go to a list")),
        "new list": ("/today", command("New list")),
        "rename list": (board, command("Rename this list")),
        "palette": ("/today", lambda page: page.keyboard.press("Control+K")),
        "palette of found": (
            "/today",
            lambda page: (
                page.keyboard.press("Control+K"),
                page.locator("dialog.palette input").fill("a"),
            ),
        ),
        "keys": ("/today", lambda page: page.keyboard.press("?")),
        "sync": ("/today", lambda page: page.locator("#dot").click()),
        "account": ("/lists", _account),
        "account menu": ("/admin", lambda page: press(page, "Actions for Ana")),
        "new account": ("/admin", lambda page: press(page, "New account…")),
        "limits": ("/admin", of_ana("Limits…")),
        "sessions": ("/admin", of_ana("Sessions…")),
        "password link": ("/admin", of_ana("Password reset link…")),
        "invite": ("/admin/sign-up", lambda page: press(page, "Invite…")),
        "name": ("/settings/account", lambda page: press(page, "Change name")),
        "password": ("/settings/account", lambda page: press(page, "Change password")),
        "new token": ("/settings/account", lambda page: press(page, "Create token…")),
        "the token": ("/settings/account", _token),
        "new passkey": ("/settings/account", lambda page: press(page, "Add a passkey…")),
        "deletion": ("/settings/account", lambda page: press(page, "Delete account")),
        "members": (shared, command("Members and invites")),
        "happened": (shared, command("Activity")),
        "assign": (shared, key("a", "Cook")),
        "copy": (shared, key(".", "Cook")),
        "leave space": (shared, command("Leave this space")),
        "new space": ("/today", command("New space")),
        "share list": (board, command("Share this list")),
        "conflict": (one, lambda page: page.locator("[data-conflict='title']").click()),
        "title in its row": ("/inbox", key("F2", "Notes")),
        "selection": ("/inbox", key("x", "Notes")),
        "toast": ("/inbox", _toast),
        "quick add": ("/inbox", _quick),
    }


def _open(page, name, address, opening):
    show(page, address)
    opening(page)
    if name not in NO_DIALOGS:
        expect(page.locator("dialog[open]")).to_be_visible()


def _token(page):
    page.locator("#page").get_by_role("button", name="Create token…").click()
    page.get_by_label("Token name").fill("Script")
    page.locator("dialog[open]").get_by_label("Password").fill(PASSWORD)
    page.locator("dialog[open]").get_by_role("button", name="Create token").click()
    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()


def _toast(page):
    page.keyboard.press("Control+Z")
    expect(page.locator("#toast")).to_be_visible()


def _account(page):
    page.locator("#account").click() if page.locator("#account").is_visible() else page.locator(
        "#page"
    ).get_by_role("button", name="Ana").click()


def _quick(page):
    page.keyboard.press("q")
    page.locator("#quick-title").press_sequentially("Call Bo tomorrow p1 ")
    expect(page.locator("#quick .chip").first).to_be_visible()
    page.locator("#quick-title").fill("")


def _look(page, found, name, within):
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        found[f"{name}, {theme}"] = violations(page, theme != THEMES[0], within)
    page.emulate_media(color_scheme=THEMES[0])


def _close(page):
    page.evaluate("() => document.querySelector('dialog[open]')?.close()")
    for _ in range(3):
        page.keyboard.press("Escape")


def _report(found, count):
    bad = [
        (where, each["id"], each["target"], each["summary"])
        for where, violations in found.items()
        for each in violations
    ]
    report("axe", count, len(bad))
    assert not bad, "\n".join(map(str, bad))


@pytest.mark.parametrize("theme", THEMES)
def test_rings_and_focus_are_seen_in_forced_colours(page, theme):
    wear(page, theme, 1280)
    page.emulate_media(forced_colors="active")
    show(page, "/today")
    canvas = page.evaluate(
        "() => getComputedStyle(document.getElementById('main')).backgroundColor"
    )
    pending, started, done = (
        page.evaluate(RING, title)
        for title in ("Water the plants", "Meter readings", "Pay the rent")
    )
    assert min(ring["width"] for ring in (pending, started, done)) >= 1
    assert canvas not in {pending["border"], started["border"], done["border"], done["fill"]}
    assert "linear-gradient" in started["half"] and started["half"] != pending["half"]
    assert done["isTicked"] and done["tick"] == canvas and not pending["isTicked"]
    for place in ("#groups .row-title", "#groups .ring", "#dot", "#side a", "#quick-title"):
        page.keyboard.press("Tab")
        page.locator(place).first.focus()
        assert page.evaluate(FOCUS) or _has_outline_around(page), place


def _has_outline_around(page):
    """A field whose frame carries the outline."""
    return page.evaluate(
        "() => getComputedStyle(document.activeElement.closest('form')).outlineStyle !== 'none'"
    )


def test_nothing_moves_for_long_where_less_motion_is_asked_for(seeded, page):
    for address in seeded.views.values():
        wear(page, "light", 1280)
        show(page, address)
        assert page.evaluate(MOVING, MOTION_MAX_MS) == [], address
    page.keyboard.press("Control+K")
    assert page.evaluate(MOVING, MOTION_MAX_MS) == []


@pytest.mark.parametrize(
    ("direction", "width"), [("rtl", 390), ("rtl", 1280), ("ltr", 320), ("ltr", 390)]
)
def test_nothing_overflows_sideways(seeded, page, direction, width):
    wear(page, "light", width)
    page.evaluate("direction => { document.documentElement.dir = direction; }", direction)
    over = {}
    for name, address in seeded.views.items():
        show(page, address)
        over[name] = page.evaluate(OVERFLOWING)
    for name, (address, opening) in dialogs(seeded).items():
        _open(page, name, address, opening)
        over[name] = page.evaluate(OVERFLOWING)
        _close(page)
    assert {name: parts for name, parts in over.items() if parts} == {}


def test_the_list_is_printed_and_nothing_else(page):
    wear(page, "light", 1280)
    show(page, "/today")
    page.emulate_media(media="print")
    for part in ("#side", "#main > .bar", "#quick", "#tabs", "#add", "#selection", "#toast"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.get_by_role("heading", name="Today").first).to_be_visible()
    rows = page.locator("#groups .row")
    assert rows.count() >= 6
    for number in range(rows.count()):
        expect(rows.nth(number)).to_be_visible()
    assert page.evaluate(
        "() => [document.body, document.getElementById('main')].every((part) => getComputedStyle(part).overflowY === 'visible')"
    ), "what is below the screen is printed too"
