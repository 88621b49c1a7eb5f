"""The server is restored from a backup, and a browser that holds more than the backup brings it back,
as a person sees it.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api, at_the_machine
from tests.browser.page import (
    add,
    credentials,
    go,
    open_task,
    rename,
    row,
    sign_in,
    sign_up,
    wait_for_dot,
)

EMAIL = "ana@example.org"
SAVED = "All changes saved"


@pytest.fixture
def newer(new_page, server):
    """A page of Ana that is ahead of the only backup by a title, a task and a shared space."""
    page = new_page()
    sign_up(page, EMAIL)
    wait_for_dot(page, SAVED)
    add(page, "Paint the hall")
    wait_for_dot(page, SAVED)
    at_the_machine(server, "backup")
    rename(page, "Paint the hall", "Paint it green")
    add(page, "Call the plumber")
    wait_for_dot(page, SAVED)
    return page


def restore(server):
    (backup,) = (server.data_dir / "backups").glob("*.sqlite3")
    server.stop()
    at_the_machine(server, "restore", str(backup))
    server.start()


def sign_in_again(page):
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    page.locator("#page").get_by_role("button", name="Sign in again").click()
    credentials(page, EMAIL)


def test_all_is_there_again_also_in_a_second_browser(newer, new_page, server):
    restore(server)
    other = new_page()
    sign_in(other, EMAIL)
    expect(row(other, "Paint the hall")).to_be_visible()
    expect(row(other, "Call the plumber")).to_have_count(0)
    sign_in_again(newer)
    for page in (newer, other):
        expect(row(page, "Paint it green")).to_be_visible()
        expect(row(page, "Call the plumber")).to_be_visible()
        expect(row(page, "Paint the hall")).to_have_count(0)
        wait_for_dot(page, SAVED)
    open_task(other, "Call the plumber")
    other.locator("#pane summary").click()
    expect(other.get_by_role("list", name="History")).to_contain_text(
        "Brought back after a restore of the server"
    )


def test_a_space_that_the_backup_lacks_is_kept_to_copy(newer, server):
    api = Api(server, EMAIL, is_new=False)
    space = api.make_space("Family", "Shopping")
    api.post("/api/v1/tasks", {"title": "Buy oat milk", "list": lists_of(api, space)[0]})
    go(newer, f"/list/{lists_of(api, space)[0]}")
    expect(row(newer, "Buy oat milk")).to_be_visible()
    restore(server)
    sign_in_again(newer)
    wait_for_dot(newer, "Needs attention")
    newer.locator("#dot").click()
    sheet = newer.locator("#sheet")
    for text in ("Shopping", "Buy oat milk", "List: Shopping", "This space no longer exists"):
        expect(sheet).to_contain_text(text)
    refused = sheet.locator(".refused").filter(has_text="Buy oat milk")
    expect(refused.get_by_role("button", name="Copy to…")).to_be_visible()


def lists_of(api, space):
    found = api.get("/api/v1/lists")["lists"]
    return [each["id"] for each in found if each["space"] == space]
