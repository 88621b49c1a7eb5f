"""Every command of the app, by its key or its menu, with the server stopped. A command without a
row in the table fails the test.
"""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests import report
from tests.browser.conftest import ROOT
from tests.browser.device import wait_for_hands
from tests.browser.page import (
    add,
    focus,
    go,
    open_task,
    ring,
    row,
    sign_up,
    sync,
    wait_for_dot,
    wait_for_titles,
    wait_for_worker,
)
from tests.browser.people import ask

TABLES = ("menus", "table_general", "table_spaces", "table_tasks")
COMMANDS = [
    name
    for table in TABLES
    for name in re.findall(
        r'^(?:  \{|   ) id: "(\w+)"',
        (ROOT / f"pwa/js/ui/commands/{table}.js").read_text(),
        re.MULTILINE,
    )
]
TODAY = date.today()  # noqa: DTZ011 - the day here is what a person sees
CHECKED = {}
IN_TEST_UNREAD = {"readList", "readSpace"}  # they need what another person changed


def command(*ids):
    def declare(test):
        CHECKED.update(dict.fromkeys(ids, test))
        return test

    return declare


@pytest.fixture
def page(new_page, server):
    """A signed-in person's Inbox with three tasks, and no server."""
    page = new_page()
    wait_for_worker(page)
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    for title in ("Three", "Two", "One"):
        add(page, title)
    ask(page, "POST", "/api/v1/spaces", {"name": "Family"})
    sync(page)
    wait_for_dot(page, "All changes saved")
    server.stop()
    yield page
    server.start()


def option(page, name):
    page.get_by_role("option", name=name).first.click()


def press(page, title, key):
    focus(page, title)
    page.keyboard.press(key)


def run(page, words):
    """By the palette."""
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def heading(page):
    return page.locator("#heading h1")


@command(
    "goToday",
    "goInbox",
    "goUpcoming",
    "goCompleted",
    "goTrash",
    "goSettings",
    "goAccount",
    "goLists",
    "signIn",
    "sync",
    "help",
    "palette",
    "search",
    "add",
    "export",
)
def check_going(page):
    for second, name in (
        ("t", "Today"),
        ("u", "Upcoming"),
        ("c", "Completed"),
        ("r", "Trash"),
        ("s", "Settings"),
        ("i", "Inbox"),
    ):
        page.keyboard.press("g")
        page.keyboard.press(second)
        expect(heading(page)).to_have_text(name)
    page.keyboard.press("g")
    page.keyboard.press("l")
    option(page, "Inbox")
    expect(heading(page)).to_have_text("Inbox")
    page.keyboard.press("g")
    page.keyboard.press("y")
    expect(page.locator("#sheet")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#account").click()
    expect(page.get_by_role("dialog", name="Account")).to_contain_text("ana@example.org")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Next task")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("export everything")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Settings")
    page.keyboard.press("Control+k")
    page.keyboard.type("account")
    page.keyboard.press("Enter")
    expect(page.locator("#page").get_by_role("heading", name="Password")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("tw")
    wait_for_titles(page, ["Two"])
    page.keyboard.press("Escape")
    wait_for_titles(page, [])
    page.keyboard.press("Escape")
    expect(heading(page)).to_have_text("Settings")
    page.keyboard.press("q")
    expect(page.get_by_label("New task", exact=True)).to_be_focused()
    expect(heading(page)).to_have_text("Inbox")


@command("next", "previous", "open", "leaveList")
def check_walking(page):
    focus(page, "One")
    for key, title in (("j", "Two"), ("ArrowDown", "Three"), ("k", "Two"), ("ArrowUp", "One")):
        page.keyboard.press(key)
        expect(row(page, title).locator(".row-title")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#pane").get_by_label("Title")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#pane")).to_be_hidden()
    expect(row(page, "One").locator(".row-title")).to_be_focused()
    page.keyboard.press("F6")
    page.wait_for_function("() => document.activeElement.closest('#side') !== null")


@command("edit", "complete", "start", "undo", "redo", "status")
def check_states(page):
    press(page, "One", "e")
    page.keyboard.type("Uno")
    page.keyboard.press("Enter")
    expect(row(page, "Uno")).to_be_visible()
    press(page, "Uno", "Space")
    wait_for_titles(page, ["Two", "Three"])
    page.keyboard.press("Control+z")
    wait_for_titles(page, ["Uno", "Two", "Three"])
    page.keyboard.press("Control+Shift+z")
    wait_for_titles(page, ["Two", "Three"])
    press(page, "Two", "s")
    expect(ring(page, "Two")).to_have_attribute("aria-checked", "mixed")
    open_task(page, "Two")
    page.get_by_role("button", name="Status: In progress").click()
    option(page, "Pending")
    expect(ring(page, "Two").first).to_have_attribute("aria-checked", "false")


@command("due", "label", "priority", "move", "newList", "repeat", "skip")
def check_facts(page):
    press(page, "One", "d")
    page.get_by_role("button", name="Tomorrow").click()
    expect(row(page, "One")).to_contain_text("Tomorrow")
    press(page, "One", "l")
    page.keyboard.type("home")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option", name="home")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(row(page, "One")).to_contain_text("home")
    press(page, "One", "p")
    page.keyboard.press("3")
    expect(row(page, "One")).to_have_attribute("data-priority", "high")
    press(page, "One", "r")
    option(page, "every day")
    expect(row(page, "One")).to_contain_text("every day")
    press(page, "One", "Shift+r")
    expect(row(page, "One").locator("time")).to_have_text((TODAY + timedelta(2)).strftime("%a"))
    page.get_by_role("button", name="New list…").click()
    page.get_by_role("textbox", name="Name").fill("Errands")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Errands")
    go(page, "/inbox")
    press(page, "One", "m")
    page.keyboard.type("err")
    page.keyboard.press("Enter")
    wait_for_titles(page, ["Two", "Three"])
    page.get_by_role("link", name="Errands").click()
    wait_for_titles(page, ["One"])


@command("subtask", "indent", "outdent", "openParent", "up", "down")
def check_order(page):
    press(page, "Three", "Alt+ArrowUp")
    wait_for_titles(page, ["One", "Three", "Two"])
    press(page, "Three", "Alt+ArrowDown")
    wait_for_titles(page, ["One", "Two", "Three"])
    press(page, "Two", "Tab")
    expect(row(page, "Two")).to_have_attribute("data-depth", "1")
    expect(row(page, "One")).to_contain_text("0/1")
    press(page, "Two", "Shift+Tab")
    expect(row(page, "Two")).not_to_have_attribute("data-depth", "1")
    press(page, "One", "Shift+s")
    expect(page.get_by_label("New subtask")).to_be_focused()
    page.keyboard.type("Step")
    page.keyboard.press("Enter")
    expect(row(page, "Step")).to_have_attribute("data-depth", "1")
    page.locator("#pane .row-title", has_text="Step").click()
    page.get_by_role("button", name="Parent task: One").click()
    expect(page.locator("#pane").get_by_label("Title")).to_have_value("One")


@command("select", "selectAll", "remove", "restore", "menu")
def check_many(page):
    press(page, "One", "x")
    press(page, "Two", "x")
    expect(page.locator("#selection")).to_contain_text("2 selected")
    page.keyboard.press("Escape")
    expect(page.locator("#selection")).to_be_hidden()
    page.keyboard.press("Control+a")
    expect(page.locator("#selection")).to_contain_text("3 selected")
    page.keyboard.press("Escape")
    press(page, "One", "Delete")
    wait_for_titles(page, ["Two", "Three"])
    press(page, "Two", ".")
    option(page, "Delete")
    wait_for_titles(page, ["Three"])
    go(page, "/trash")
    page.get_by_role("button", name="Restore “One”").click()
    expect(row(page, "One")).to_have_count(0)
    go(page, "/inbox")
    wait_for_titles(page, ["One", "Three"])


@command("overdueToToday")
def check_overdue(page):
    press(page, "One", "d")
    page.get_by_role("button", name="Previous month").click()
    page.get_by_role("button", name=" 15").first.click()
    go(page, "/today")
    expect(page.get_by_role("heading", name="Overdue")).to_be_visible()
    page.get_by_role("button", name="Move to today").click()
    expect(page.get_by_role("heading", name="Overdue")).to_be_hidden()
    expect(row(page, "One")).to_be_visible()


@command("renameList", "removeList", "restoreList", "board", "placeMenu", "sort", "filter")
def check_lists(page):
    page.get_by_role("button", name="New list…").click()
    page.get_by_role("textbox", name="Name").fill("Errands")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Errands")
    add(page, "Stamps")
    add(page, "Bread", str(TODAY))
    page.keyboard.press("Escape")
    page.locator("#main").get_by_role("button", name="More actions").click()
    option(page, "Rename this list")
    page.get_by_role("textbox", name="Name").fill("Shop")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Shop")
    press(page, "Bread", "v")
    expect(page.get_by_role("heading", name="In progress")).to_be_visible()
    press(page, "Bread", "v")
    expect(page.get_by_role("heading", name="In progress")).to_be_hidden()
    page.locator("#main").get_by_role("button", name="More actions").click()
    option(page, "Sort by")
    option(page, "By priority")
    expect(page.get_by_role("link", name="Remove filter: By priority")).to_be_visible()
    press(page, "Bread", "f")
    page.keyboard.type("today")
    page.keyboard.press("Enter")
    wait_for_titles(page, ["Bread"])
    page.get_by_role("link", name="Remove filter: Today").click()
    wait_for_titles(page, ["Bread", "Stamps"])
    address = page.evaluate("location.pathname")
    page.locator("#main").get_by_role("button", name="More actions").click()
    option(page, "Delete this list")
    expect(page.get_by_role("link", name="Shop")).to_have_count(0)
    go(page, address)
    page.locator("#heading").get_by_role("button", name="Restore").click()
    wait_for_titles(page, ["Bread", "Stamps"])


@command(
    "spaceMenu",
    "members",
    "activity",
    "renameSpace",
    "leaveSpace",
    "deleteSpace",
    "newSpace",
    "restoreSpace",
)
def check_spaces(page):
    for name, act in (
        ("Members and invites…", None),
        ("Activity in this space…", None),
        ("Rename this space…", "Rename"),
        ("Leave this space…", "Leave"),
        ("Delete this space…", "Delete"),
    ):
        page.get_by_role("button", name="Actions for “Family”").click()
        option(page, name)
        if act:
            page.locator("dialog[open]").get_by_role("button", name=act, exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("The server can't be reached")
        page.keyboard.press("Escape")
    run(page, "new space")
    page.get_by_role("textbox", name="Name").fill("Team")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The server can't be reached")
    page.keyboard.press("Escape")
    run(page, "restore a deleted space")
    expect(page.locator("#toast")).to_contain_text("The server can't be reached")


@command("shareList", "assign", "copy", "goMine")
def check_sharing(page):
    page.get_by_role("button", name="New list in “Family”…").click()
    page.get_by_role("textbox", name="Name").fill("House")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("House")
    add(page, "Paint")
    press(page, "Paint", "a")
    option(page, "Ana (you)")
    expect(row(page, "Paint").get_by_role("img", name="Assigned to Ana")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    wait_for_titles(page, ["Paint"])
    press(page, "Paint", ".")
    option(page, "Copy to a list…")
    option(page, "Inbox")
    go(page, "/inbox")
    wait_for_titles(page, ["Paint", "One", "Two", "Three"])
    page.get_by_role("link", name="House").click()
    page.get_by_role("button", name="Share this list…").click()
    option(page, "Personal")
    expect(
        page.get_by_role("region", name="Personal").get_by_role("link", name="House")
    ).to_be_visible()


@command("goAdmin")
def check_admin(page):
    page.evaluate(
        "() => { localStorage['driftless.account'] = JSON.stringify({...JSON.parse(localStorage['driftless.account']), is_admin: true}); }"
    )
    page.reload()
    wait_for_hands(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("admin")
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Admin")
    expect(page.locator("#page")).to_contain_text("Administration needs the server")


@command("theme", "print")
def check_page(page):
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    for words in ("light and dark", "print"):
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.wait_for_function(
        "() => document.documentElement.dataset.theme === 'dark' && window.printed"
    )


@pytest.mark.parametrize(
    "check",
    sorted(set(CHECKED.values()), key=lambda check: check.__name__),
    ids=lambda check: check.__name__,
)
def test_it_works_without_a_server(page, check):
    page.keyboard.press("Escape")
    check(page)
    expect(page.locator("#toast")).not_to_contain_text("Not saved")


def test_every_command_is_in_the_table():
    checked = set(CHECKED) | IN_TEST_UNREAD
    report("commands", len(COMMANDS), len(set(COMMANDS) ^ checked))
    assert set(COMMANDS) == checked
