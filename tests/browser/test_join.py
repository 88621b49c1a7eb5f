"""Links: into a shared space and into the server, signed in and signed out; used up, expired, of
another.
"""

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.api import Api, make_admin
from tests.browser.page import PASSWORD, add, go, row, sign_up, wait_for_dot


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


@pytest.fixture(scope="module")
def owner(server):
    """Ben, who shares a space with lists and a task in it, and administers the server."""
    ben = Api(server, "ben@example.org", "Ben")
    make_admin(server, ben.email)
    ben.space = ben.make_space("Family", "Errands", "Garden")
    ben.errands = next(
        each["id"] for each in ben.get("/api/v1/lists")["lists"] if each["name"] == "Errands"
    )
    ben.post("/api/v1/tasks", {"title": "Buy bread", "list": ben.errands})
    return ben


def open_link(new_page, link, context=None):
    """A page at a link, whatever host the server calls itself by."""
    return new_page(context=context, path=link[link.index("/", len("https://")) :])


def credentials(page, email, name=None):
    if name:
        page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Email address").fill(email)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    page.locator("#dialog form .is-main").click()


def expect_arrived(page, owner):
    expect(page.locator("#heading h1")).to_have_text("Errands")
    expect(row(page, "Buy bread")).to_be_visible()
    expect(page.locator("#toast-text")).to_contain_text("You joined “Family”.")
    assert page.evaluate("location.pathname + location.hash") == f"/list/{owner.errands}"


def addresses_sent(page):
    """Grows by the address and the referrer of every request of the page."""
    sent = []
    page.on(
        "request", lambda request: sent.extend([request.url, request.headers.get("referer", "")])
    )
    return sent


def test_signed_in_one_tap_joins_and_the_word_of_the_link_goes_nowhere(new_page, owner):
    page = new_page()
    sign_up(page, "ana@example.org")
    wait_for_dot(page, "All changes saved")
    link = owner.invite(owner.space)
    sent = addresses_sent(page)
    go(page, f"/join#{link['token']}")
    expect(page.locator("#page .news")).to_have_text("Ben invited you to “Family”.")
    expect(page.locator("#page")).to_contain_text("add and edit tasks")
    page.locator("#page").get_by_role("button", name="Join", exact=True).click()
    expect_arrived(page, owner)
    assert not [each for each in sent if link["token"] in each]
    page.go_back()
    assert link["token"] not in page.evaluate("location.href")
    assert link["token"] not in page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    )


def test_signed_out_an_account_is_made_and_joins(new_page, owner):
    page = open_link(new_page, owner.invite(owner.space, "viewer")["url"])
    expect(page.locator("#page .news")).to_have_text("Ben invited you to “Family”.")
    expect(page.locator("#page")).to_contain_text("able to view everything in it")
    page.locator("#page").get_by_role("button", name="Create account").click()
    credentials(page, "mia@example.org", "Mia")
    expect_arrived(page, owner)
    assert {"name": "Mia", "role": "viewer"} in [
        {"name": each["name"], "role": each["role"]}
        for each in owner.get(f"/api/v1/spaces/{owner.space}/members")["members"]
    ]


def test_signed_out_with_tasks_of_the_device_they_come_along(new_page, server, owner):
    Api(server, "noor@example.org", "Noor")
    page = new_page()
    add(page, "Only here so far")
    go(page, f"/join#{owner.invite(owner.space)['token']}")
    page.locator("#page").get_by_role("button", name="Sign in", exact=True).click()
    credentials(page, "noor@example.org")
    page.get_by_role("button", name="Move to my account").click()
    expect_arrived(page, owner)
    go(page, "/inbox")
    expect(row(page, "Only here so far")).to_be_visible()


def test_closing_the_question_about_local_tasks_arrives_too(new_page, owner):
    page = new_page()
    add(page, "Only here")
    go(page, f"/join#{owner.invite(owner.space, uses_max=1)['token']}")
    page.locator("#page").get_by_role("button", name="Create account").click()
    credentials(page, "gil@example.org", "Gil")
    expect(page.get_by_text("Move your tasks to your account?")).to_be_visible()
    expect(page.locator("#page .news")).to_have_text("Ben invited you to “Family”.")
    page.keyboard.press("Escape")
    expect_arrived(page, owner)
    expect(page.locator("#account")).to_have_text("Gil")


def test_used_twice_the_link_says_so(new_page, owner):
    link = owner.invite(owner.space)
    page = new_page()
    sign_up(page, "first@example.org")
    wait_for_dot(page, "All changes saved")
    go(page, f"/join#{link['token']}")
    page.locator("#page").get_by_role("button", name="Join", exact=True).click()
    expect_arrived(page, owner)
    late = open_link(new_page, link["url"])
    expect(late.locator("#page")).to_contain_text("Ask the person who sent the link for a new one.")
    expect(late.locator("#page").get_by_role("button", name="Join")).to_have_count(0)
    late.get_by_role("button", name="Go to Today").click()
    assert late.evaluate("location.pathname + location.hash") == "/today"


def test_used_up_between_looking_and_joining(new_page, owner, server):
    link = owner.invite(owner.space)
    page = new_page()
    sign_up(page, "slow@example.org")
    wait_for_dot(page, "All changes saved")
    go(page, f"/join#{link['token']}")
    join = page.locator("#page").get_by_role("button", name="Join", exact=True)
    expect(join).to_be_visible()
    Api(server, "quick@example.org", "Quick").post(
        "/api/v1/invites/accept", {"token": link["token"]}
    )
    join.click()
    expect(page.locator("#page [role=alert]")).to_contain_text(
        "it was used, was revoked or has expired"
    )


def test_expired_or_wrong_the_link_says_so(new_page, owner, server):
    link = owner.invite(owner.space)
    with closing(sqlite3.connect(server.data_dir / "driftless.sqlite3")) as database:
        database.execute("UPDATE invite SET expires_at = 1 WHERE id = ?", (link["id"],))
        database.commit()
    for path in (f"/join#{link['token']}", "/join#nonsense"):
        page = new_page(path=path)
        expect(page.locator("#page")).to_contain_text(
            "Ask the person who sent the link for a new one."
        )
    page = new_page(path="/join")
    expect(page.locator("#page")).to_contain_text("This link is incomplete.")


def test_an_invitation_of_another_address_is_refused(new_page, owner):
    link = owner.invite(owner.space, email="someone.else@example.org")
    page = new_page()
    sign_up(page, "not.meant@example.org")
    wait_for_dot(page, "All changes saved")
    go(page, f"/join#{link['token']}")
    page.locator("#page").get_by_role("button", name="Join", exact=True).click()
    expect(page.locator("#page [role=alert]")).to_have_text(
        "This invite is for a different email address."
    )


def test_what_is_addressed_to_me_is_said_and_waits_in_settings(new_page, owner):
    page = new_page()
    sign_up(page, "asked@example.org")
    wait_for_dot(page, "All changes saved")
    owner.invite(owner.space, email="asked@example.org")
    other = owner.make_space("Choir", "Songs")
    owner.invite(other, email="asked@example.org")
    page.reload()
    expect(page.locator("#toast-text")).to_contain_text("Ben invited you to")
    page.get_by_role("button", name="View").click()
    expect(page.locator("#invites .setting")).to_have_count(2)
    page.get_by_role("button", name="Decline Choir").click()
    expect(page.locator("#invites .setting")).to_have_count(1)
    page.get_by_role("button", name="Join Family").click()
    expect_arrived(page, owner)
    go(page, "/settings/account")
    expect(page.locator("#sessions .setting")).to_have_count(1)
    expect(page.locator("#invites")).to_be_hidden()


def test_where_no_accounts_are_made_the_link_offers_only_signing_in(new_page, owner):
    owner.ask("PUT", "/api/admin/registration", {"mode": "closed"})
    try:
        page = open_link(new_page, owner.invite(owner.space)["url"])
        expect(page.locator("#page")).to_contain_text("Registration is closed.")
        expect(page.locator("#page").get_by_role("button")).to_have_text(["Sign in"])
        page = open_link(new_page, owner.post("/api/admin/invites", {"uses_max": 1})["url"])
        expect(page.locator("#page")).to_contain_text("Registration is closed.")
        expect(page.locator("#page").get_by_role("button", name="Create account")).to_have_count(0)
    finally:
        owner.ask("PUT", "/api/admin/registration", {"mode": "open"})


def test_by_invitation_only_a_link_makes_an_account(new_page, owner):
    owner.ask("PUT", "/api/admin/registration", {"mode": "invited"})
    try:
        page = new_page()
        page.locator("#account").click()
        expect(page.locator("#dialog")).to_contain_text("You need an invite")
        expect(page.get_by_role("button", name="Create account")).to_be_hidden()
        page = open_link(new_page, owner.post("/api/admin/invites", {"uses_max": 1})["url"])
        expect(page.locator("#page .news")).to_contain_text("You are invited to create an account")
        page.locator("#page").get_by_role("button", name="Create account").click()
        credentials(page, "lea@example.org", "Lea")
        wait_for_dot(page, "All changes saved")
        expect(page.locator("#account")).to_have_text("Lea")
        page.wait_for_url(lambda url: url.endswith("/today"))
        page = open_link(new_page, owner.invite(owner.space)["url"])
        page.locator("#page").get_by_role("button", name="Create account").click()
        credentials(page, "tom@example.org", "Tom")
        expect_arrived(page, owner)
    finally:
        owner.ask("PUT", "/api/admin/registration", {"mode": "open"})
