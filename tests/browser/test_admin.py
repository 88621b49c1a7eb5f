"""Administration: what it does reaches the people at once, is written down, and shows nothing of
what they wrote.
"""

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.api import Api, make_admin
from tests.browser.page import (
    PASSWORD,
    add,
    go,
    row,
    sign_in,
    sign_up,
    wait_for_dot,
    wait_for_worker,
)
from tests.server.test_mail import postbox

__all__ = ["postbox"]
SECRETS = ("Zebra crossing", "Yellow list", "Xylophone club", "Quiet remark")
PAGES = {
    "/admin": "Accounts",
    "/admin/sign-up": "Who can create an account",
    "/admin/health": "Health",
    "/admin/audit": "Audit log",
}


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture(scope="module")
def admin(server):
    found = Api(server, "admin@example.org", "Admina")
    make_admin(server, found.email)
    return found


@pytest.fixture
def desk(new_page, admin):
    """The administrator's page, at the accounts; `answers` grows by what the server says there."""
    page = new_page()
    page.answers = []
    page.on(
        "response",
        lambda response: page.answers.append(response) if "/api/admin" in response.url else None,
    )
    sign_in(page, admin.email)
    wait_for_dot(page, "All changes saved")
    page.locator("#side").get_by_role("link", name="Admin").click()
    expect(account(page, admin.email)).to_be_visible()
    return page


def account(page, email):
    return page.locator(f"tr[data-account='{email}']")


def do(page, email, act):
    account(page, email).get_by_role("button", name="Actions").click()
    page.get_by_role("option", name=act).click()


def heading(page, name):
    return page.locator("#page").get_by_role("heading", name=name, exact=True)


def person(new_page, email, name="Ben"):
    page = new_page()
    sign_up(page, email, name)
    wait_for_dot(page, "All changes saved")
    return page


def find(page, email):
    page.get_by_label("Find account").fill(email)
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_disabled_account_is_locked_at_its_next_request_and_all_is_kept(new_page, desk, server):
    ben = person(new_page, "ben@example.org")
    add(ben, "On the server")
    wait_for_dot(ben, "All changes saved")
    find(desk, "ben@example.org")
    expect(account(desk, "ben@example.org")).to_contain_text("just now")
    do(desk, "ben@example.org", "Disable")
    expect(account(desk, "ben@example.org")).to_contain_text("Disabled")
    expect(
        row(ben, "On the server")
    ).to_be_visible()  # nothing is taken away before a request says so
    ben.get_by_label("New task", exact=True).fill("Written too late")
    ben.get_by_label("New task", exact=True).press("Enter")
    expect(ben.get_by_role("heading", name="You were signed out")).to_be_visible()
    assert "On the server" not in ben.locator("body").inner_text()
    expect(ben.locator("#page")).to_contain_text("1 change is not synced yet.")
    ben.locator("#page").get_by_role("button", name="Sign in again").click()
    ben.get_by_role("textbox", name="Password").fill(PASSWORD)
    ben.locator("#dialog form .is-main").click()
    expect(ben.locator("#dialog [role=alert]")).to_contain_text("wrong")
    do(desk, "ben@example.org", "Enable")
    expect(account(desk, "ben@example.org")).to_contain_text("Active")
    ben.locator("#dialog form .is-main").click()
    for title in ("On the server", "Written too late"):
        expect(row(ben, title)).to_be_visible()
    wait_for_dot(ben, "All changes saved")
    assert {
        task["title"]
        for task in Api(server, "ben@example.org", is_new=False).get("/api/v1/tasks")["tasks"]
    } == {"On the server", "Written too late"}


def test_closed_registration_hides_the_way_in_and_the_log_says_who_closed_it(
    new_page, desk, server
):
    try:
        desk.get_by_role("link", name="Registration").click()
        desk.get_by_role("radio", name="Closed").check()
        expect(desk.locator("#heading p")).to_contain_text("registration closed")
        stranger = new_page()
        stranger.locator("#account").click()
        expect(stranger.locator("#dialog")).to_contain_text("Registration is closed.")
        expect(stranger.get_by_role("button", name="Create account")).to_be_hidden()
        with pytest.raises(AssertionError, match="registration_closed"):
            Api(server, "nobody@example.org")
        desk.get_by_role("link", name="Audit log").click()
        first = desk.locator("tbody tr[data-act=registration_changed]").first
        expect(first).to_contain_text("Admina")
        expect(first).to_contain_text("mode closed")
    finally:
        desk.get_by_role("link", name="Registration").click()
        desk.get_by_role("radio", name="Everyone").check()
        expect(desk.locator("#heading p")).to_contain_text("registration open")


def test_an_account_is_made_by_its_link_and_the_link_is_shown_once(new_page, desk):
    desk.get_by_role("button", name="New account").click()
    dialog = desk.locator("dialog[open]")
    dialog.get_by_label("Email address").fill("made@example.org")
    dialog.get_by_label("Name").fill("Made")
    dialog.get_by_role("button", name="Create account").click()
    link = dialog.get_by_label("Link").input_value()
    dialog.get_by_role("button", name="Done").click()
    expect(account(desk, "made@example.org")).to_contain_text("Never signed in")
    assert link not in desk.content()
    page = new_page(path=link[link.index("/reset") :])
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    page.get_by_label("Email address").fill("made@example.org")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.locator("#dialog form .is-main").click()
    wait_for_dot(page, "All changes saved")
    desk.get_by_role("button", name="New account").click()
    dialog.get_by_label("Email address").fill("made@example.org")
    dialog.get_by_role("button", name="Create account").click()
    expect(dialog.get_by_role("alert")).to_have_text(
        "An account with this email address already exists."
    )
    expect(dialog.get_by_label("Email address")).to_have_value("made@example.org")


def test_limits_sessions_and_the_rank_of_an_account(new_page, desk):
    mia = person(new_page, "mia@example.org", "Mia")
    expect(mia.locator("#side").get_by_role("link", name="Admin")).to_be_hidden()
    find(desk, "mia@example.org")
    do(desk, "mia@example.org", "Limits")
    dialog = desk.locator("dialog[open]")
    dialog.get_by_label("Records").fill("1000")
    dialog.get_by_label("Megabytes").fill("20")
    dialog.get_by_role("button", name="Set").click()
    expect(dialog).to_have_count(0)
    do(desk, "mia@example.org", "Limits")
    expect(dialog.get_by_label("Records")).to_have_value("1000")
    expect(dialog.get_by_label("Megabytes")).to_have_value("20")
    dialog.get_by_role("button", name="Cancel").click()
    do(desk, "mia@example.org", "Grant admin")
    expect(account(desk, "mia@example.org")).to_contain_text("Administrator")
    mia.reload()
    expect(mia.locator("#side").get_by_role("link", name="Admin")).to_be_visible()
    do(desk, "mia@example.org", "Revoke admin")
    expect(account(desk, "mia@example.org")).to_contain_text("Member")
    mia.reload()
    expect(mia.locator("#side").get_by_role("link", name="Admin")).to_be_hidden()
    do(desk, "mia@example.org", "Sessions")
    expect(dialog.locator(".setting")).to_have_count(1)
    dialog.get_by_role("button", name="End all").click()
    expect(dialog).to_contain_text("No sessions.")
    mia.evaluate("dispatchEvent(new Event('online'))")
    expect(mia.get_by_role("heading", name="You were signed out")).to_be_visible()


def test_what_may_not_be_done_is_said_on_the_page(desk, admin):
    find(desk, admin.email)
    do(desk, admin.email, "Disable")
    expect(desk.locator("#accounts [role=alert]")).to_contain_text("needs an administrator")
    expect(account(desk, admin.email)).to_contain_text("Active")


def test_nothing_that_people_wrote_is_in_any_answer(desk, server):
    writer = Api(server, "writer@example.org", "Writer")
    space = writer.make_space(SECRETS[2], SECRETS[1])
    task = writer.post(
        "/api/v1/tasks", {"title": SECRETS[0], "description": SECRETS[0], "space": space}
    )
    writer.post(f"/api/v1/tasks/{task['id']}/comments", {"text": SECRETS[3]})
    writer.invite(space)
    assert writer.ask("DELETE", f"/api/v1/spaces/{space}")[0] == 204
    for path, name in PAGES.items():
        go(desk, path)
        expect(heading(desk, name)).to_be_visible()
        expect(desk.locator("#page [aria-busy]")).to_have_count(0)
    go(desk, "/admin/health")
    desk.get_by_role("button", name="Verify log").click()
    expect(desk.get_by_text("Log intact:")).to_be_visible()
    answers = [response.text() for response in desk.answers]
    assert len({response.url.split("?")[0] for response in desk.answers}) >= 7
    assert not [secret for secret in SECRETS for answer in answers if secret in answer]
    assert writer.email in "".join(answers)


def test_many_accounts_come_in_pages_and_are_found(desk, admin):
    for number in range(55):
        admin.post("/api/admin/accounts", {"email": f"many{number:02}@example.org", "name": ""})
    go(desk, "/inbox")
    expect(desk.locator("#heading h1")).to_have_text("Inbox")
    go(desk, "/admin")
    expect(desk.locator("tbody tr")).to_have_count(50)
    desk.get_by_role("button", name="Show more").click()
    expect(account(desk, "many54@example.org")).to_be_visible()
    find(desk, "many33")
    expect(account(desk, "many33@example.org")).to_be_visible()
    desk.get_by_label("Find account").fill("many")
    expect(desk.locator("tbody tr")).to_have_count(50)
    with desk.expect_request("**/api/admin/accounts?*cursor=*") as asked:
        desk.get_by_role("button", name="Show more").click()
    assert "q=many&" in asked.value.url
    expect(desk.locator("tbody tr")).to_have_count(55)
    desk.get_by_label("Find account").fill("no such person")
    expect(desk.locator("#accounts")).to_contain_text("No results.")


def test_the_log_is_filtered_by_act_and_by_account(new_page, desk):
    person(new_page, "logged@example.org", "Logged")
    go(desk, "/admin/audit")
    desk.get_by_label("Filter by action").select_option("sign_up")
    expect(desk.locator("tbody tr").first).to_contain_text("Logged")
    assert set(
        desk.eval_on_selector_all("tbody tr", "rows => rows.map((row) => row.dataset.act)")
    ) == {"sign_up"}
    desk.get_by_label("Account", exact=True).select_option("Logged")
    expect(desk.locator("tbody tr")).to_have_count(1)
    desk.get_by_label("Filter by action").select_option("token_made")
    expect(desk.locator("#audit")).to_contain_text("No results.")


def test_an_invitation_to_make_an_account_is_made_and_ended(desk):
    go(desk, "/admin/sign-up")
    desk.get_by_role("button", name="Invite").click()
    dialog = desk.locator("dialog[open]")
    dialog.get_by_label("Number of uses").fill("3")
    dialog.get_by_role("button", name="Create link").click()
    assert "#" in dialog.get_by_label("Link").input_value()
    dialog.get_by_role("button", name="Done").click()
    expect(desk.locator("#account-invites")).to_contain_text("3 uses left")
    desk.get_by_role("button", name="Revoke invite").click()
    expect(desk.locator("#account-invites")).to_contain_text("No open invites.")


def test_who_does_not_administer_sees_nothing_of_it(new_page, server, admin):
    page = person(new_page, "plain@example.org")
    go(page, "/admin")
    expect(page.locator("#page")).to_contain_text("Only administrators can see this page.")
    assert page.evaluate("async () => (await fetch('/api/admin/accounts')).status") == 403
    expect(page.get_by_role("navigation", name="Admin")).to_have_count(0)


def test_without_the_server_it_says_so_calmly(new_page):
    with Server() as server:
        make_admin_of = Api(server, "ana@example.org", "Ana")
        make_admin(server, make_admin_of.email)
        page = new_page(path="/manifest.webmanifest")
        page.goto(server.url + "/inbox")
        sign_in(page, "ana@example.org")
        wait_for_dot(page, "All changes saved")
        wait_for_worker(page)
        server.stop()
        page.locator("#side").get_by_role("link", name="Admin").click()
        expect(page.locator("#page")).to_contain_text("Administration needs the server")
        go(page, "/inbox")
        add(page, "Goes on")


def test_with_mail_a_link_goes_to_its_person_and_is_shown_to_nobody(new_page, postbox):
    with Server(
        SMTP_URL=postbox.url, MAIL_FROM="tasks@example.org", PUBLIC_URL="https://tasks.example.org"
    ) as server:
        admin = Api(server, "admin@example.org", "Admina")
        make_admin(server, admin.email)
        page = new_page(path="/manifest.webmanifest")
        page.goto(server.url + "/inbox")
        sign_in(page, admin.email)
        wait_for_dot(page, "All changes saved")
        page.locator("#side").get_by_role("link", name="Admin").click()
        page.get_by_role("button", name="New account").click()
        dialog = page.locator("dialog[open]")
        dialog.get_by_label("Email address").fill("made@example.org")
        dialog.get_by_role("button", name="Create account").click()
        expect(dialog.get_by_role("status")).to_contain_text("sent a link to made@example.org")
        expect(dialog.get_by_label("Link")).to_have_count(0)
        _, to, message = postbox.messages.get(timeout=10)
        assert (
            to == ["made@example.org"]
            and "https://tasks.example.org/reset#" in message.get_content()
        )
        dialog.get_by_role("button", name="Done").click()
        do(page, "made@example.org", "Password reset link")
        dialog.get_by_role("button", name="Create link").click()
        expect(dialog.get_by_role("status")).to_contain_text("Nobody else can see it")
        assert (
            postbox.messages.get(timeout=10)[1] == ["made@example.org"]
            and "reset#" not in page.content()
        )
