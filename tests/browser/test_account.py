"""The account's page: the name, the password, sessions, tokens, a copy of everything, the end; and
what the dialog for signing in says.
"""

import json
import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.api import Api, at_the_machine
from tests.browser.page import (
    PASSWORD,
    add,
    credentials,
    go,
    row,
    sign_in,
    sign_up,
    wait_for_dot,
    wait_for_worker,
)

NEW_PASSWORD = "five other words that last"
IS_CLEARED = """() => localStorage['driftless.account'] === undefined
  && indexedDB.databases().then((all) => all.every(({ name }) => name === 'driftless-anonymous'))"""
SIGN_IN = """given => fetch("/auth/sign-in", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(given) }).then((answer) => answer.status)"""


@pytest.fixture
def server():
    with Server(PUBLIC_URL="", SMTP_URL="") as started:
        yield started


def wait_until_cleared(page):
    """The page has loaded again after signing out, and nothing of the account is left."""
    expect(page.locator("#account")).to_have_text("Sign in")
    page.wait_for_function(IS_CLEARED)


def account_page(page):
    go(page, "/settings/account")
    expect(page.locator("#sessions .setting").first).to_be_visible()


def signed_up(new_page, email, name="Ana"):
    page = new_page()
    sign_up(page, email, name)
    wait_for_dot(page, "All changes saved")
    return page


def fill_dialog(page, act, **fields):
    for label, text in fields.items():
        page.locator("dialog[open]").get_by_label(label.replace("_", " "), exact=False).fill(text)
    page.locator("dialog[open]").get_by_role("button", name=act, exact=True).click()


def test_a_new_name_reaches_every_member_and_stays(new_page, server):
    page = signed_up(new_page, "name@example.org")
    ben = Api(server, "ben-name@example.org", "Ben")
    space = ben.make_space("Family", "Errands")
    token = ben.invite(space)["token"]
    Api(server, "name@example.org", is_new=False).post("/api/v1/invites/accept", {"token": token})
    account_page(page)
    page.get_by_role("button", name="Change name").click()
    fill_dialog(page, "Change name", Name="Ana Maria")
    expect(page.locator("#who .is-strong")).to_have_text("Ana Maria")
    expect(page.locator("#account")).to_have_text("Ana Maria")
    assert "Ana Maria" in [
        member["name"] for member in ben.get(f"/api/v1/spaces/{space}/members")["members"]
    ]
    page.reload()
    expect(page.locator("#account")).to_have_text("Ana Maria")


def test_a_new_password_signs_the_others_out_and_nothing_is_lost(new_page, server):
    page, other = signed_up(new_page, "change@example.org"), new_page()
    sign_in(other, "change@example.org")
    wait_for_dot(other, "All changes saved")
    account_page(page)
    page.get_by_role("button", name="Change password").click()
    fill_dialog(
        page,
        "Change password",
        Current_password="not this one, surely",
        New_password=NEW_PASSWORD,
    )
    expect(page.locator("dialog[open] [role=alert]")).to_have_text("The password is wrong.")
    fill_dialog(page, "Change password", Current_password=PASSWORD, New_password=NEW_PASSWORD)
    expect(page.locator("#toast-text")).to_contain_text("All other devices were signed out")
    expect(page.locator("#sessions .setting")).to_have_count(
        2
    )  # this session; the device of the other, signed out
    go(page, "/inbox")
    add(page, "After the change")
    wait_for_dot(page, "All changes saved")
    go(other, "/inbox")
    other.evaluate("dispatchEvent(new Event('online'))")
    expect(other.get_by_role("heading", name="You were signed out")).to_be_visible()


def test_sessions_are_listed_this_one_marked_and_another_ended(new_page, server):
    page, other = signed_up(new_page, "sessions@example.org"), new_page()
    sign_in(other, "sessions@example.org")
    wait_for_dot(other, "All changes saved")
    add(other, "Kept on the other device")
    wait_for_dot(other, "All changes saved")
    account_page(page)
    rows = page.locator("#sessions .setting")
    expect(rows).to_have_count(2)
    expect(rows.filter(has_text="this session")).to_have_count(1)
    expect(rows.filter(has_text="this session").get_by_role("button")).to_have_count(0)
    page.get_by_role("button", name=re.compile("End session on Chrome")).click()
    expect(rows.filter(has_text="signed out")).to_have_count(1)
    other.evaluate("dispatchEvent(new Event('online'))")
    expect(other.get_by_role("heading", name="You were signed out")).to_be_visible()
    page.get_by_role("button", name="Remove device").click()
    expect(rows).to_have_count(1)
    expect(page.locator("#sessions button:focus, #sessions h2:focus")).to_have_count(1)
    other.locator("#page").get_by_role("button", name="Sign in again").click()
    other.get_by_label("Password").fill(PASSWORD)
    other.locator("#dialog form .is-main").click()
    expect(row(other, "Kept on the other device")).to_be_visible()


def test_sign_out_everywhere_sends_what_waits_and_clears_this_device(new_page, server):
    page = signed_up(new_page, "everywhere@example.org")
    api = Api(server, "everywhere@example.org", is_new=False)
    add(page, "Sent before")
    account_page(page)
    page.get_by_role("button", name="Sign out everywhere").click()
    wait_until_cleared(page)
    assert api.ask("GET", "/auth/me")[0] == 401
    again = Api(server, "everywhere@example.org", is_new=False)
    assert [task["title"] for task in again.get("/api/v1/tasks")["tasks"]] == ["Sent before"]


def test_a_token_is_shown_once_reaches_as_far_as_was_said_and_ends(new_page, server):
    page = signed_up(new_page, "token@example.org")
    account_page(page)
    page.get_by_role("button", name="Create token").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Token name").fill("Script")
    dialog.get_by_label("Password").fill("not the password at all")
    dialog.get_by_role("button", name="Create token").click()
    expect(dialog.get_by_role("alert")).to_have_text("The password is wrong.")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_label("View tasks and lists").uncheck()
    dialog.get_by_role("button", name="Create token").click()
    expect(dialog.get_by_role("alert")).to_have_text("Choose at least one permission.")
    dialog.get_by_label("View tasks and lists").check()
    dialog.get_by_role("button", name="Create token").click()
    token = dialog.get_by_label("Token", exact=True).input_value()
    caller = Api(server, "token@example.org", is_new=False)
    caller.headers = {"Authorization": f"Bearer {token}"}
    assert caller.ask("GET", "/api/v1/tasks")[0] == 200
    assert caller.ask("POST", "/api/v1/tasks", {"title": "No"})[0] == 403
    dialog.get_by_role("button", name="Done").click()
    expect(page.locator("#tokens")).to_contain_text("Script")
    assert token not in page.content()
    page.get_by_role("button", name="Revoke token Script").click()
    expect(page.locator("#tokens")).not_to_contain_text("Script")
    assert caller.ask("GET", "/api/v1/tasks")[0] == 401


def test_all_that_is_mine_comes_as_one_file(new_page, server, tmp_path):
    page = signed_up(new_page, "export@example.org")
    add(page, "In the file")
    wait_for_dot(page, "All changes saved")
    account_page(page)
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download your data").click()
    begun.value.save_as(tmp_path / "all.json")
    held = (tmp_path / "all.json").read_text()
    assert json.loads(held) and "In the file" in held and "export@example.org" in held


def test_the_end_of_an_account_says_what_becomes_of_spaces_and_clears_the_device(new_page, server):
    page = signed_up(new_page, "end@example.org")
    ana, ben = Api(server, "end@example.org", is_new=False), Api(server, "heir@example.org", "Ben")
    family, _alone = ana.make_space("Family"), ana.make_space("Alone")
    ben.post("/api/v1/invites/accept", {"token": ana.invite(family)["token"]})
    account_page(page)
    page.get_by_role("button", name="Delete account").click()
    dialog = page.locator("#deletion")
    expect(dialog).to_contain_text("Family – to Ben")
    expect(dialog.locator("li", has_text="Alone")).to_be_visible()
    fill_dialog(page, "Delete account", Password="not this one, surely")
    expect(dialog.get_by_role("alert")).to_have_text("The password is wrong.")
    fill_dialog(page, "Delete account", Password=PASSWORD)
    wait_until_cleared(page)
    assert [
        member["role"] for member in ben.get(f"/api/v1/spaces/{family}/members")["members"]
    ] == ["owner"]
    sign_in(page, "end@example.org")
    expect(page.locator("#dialog [role=alert]")).to_have_text(
        "The email address or password is wrong."
    )


def test_where_no_mail_is_set_up_it_says_how_a_link_is_made_and_the_link_works(new_page, server):
    page = signed_up(new_page, "forgot@example.org")
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#account")).to_have_text("Sign in")
    page.locator("#account").click()
    page.get_by_role("button", name="Forgot password?").click()
    expect(page.locator("#dialog")).to_contain_text(
        "This server can't send email. Ask its administrator for a password reset link"
    )
    link = at_the_machine(server, "reset-link", "forgot@example.org", "--url", server.url)
    page.goto(link)
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set password").click()
    page.get_by_label("Email address").fill("forgot@example.org")
    page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    page.locator("#dialog form .is-main").click()
    wait_for_dot(page, "All changes saved")


def set_password_by_link(page, server, email):
    page.goto(at_the_machine(server, "reset-link", email, "--url", server.url))
    page.get_by_label("New password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set password").click()


def test_a_link_for_ones_own_password_leads_to_the_form_with_ones_address(new_page, server):
    page = signed_up(new_page, "own-link@example.org")
    set_password_by_link(page, server, "own-link@example.org")
    expect(page.locator("#dialog [role=status]")).to_have_text(
        "Your new password is set. Sign in with it."
    )
    expect(page.get_by_label("Email address")).to_have_value("own-link@example.org")


def test_a_link_for_anothers_password_leaves_whoever_is_signed_in(new_page, server):
    Api(server, "zoe-link@example.org", "Zoe")
    page = signed_up(new_page, "ana-link@example.org")
    add(page, "Task of Ana")
    wait_for_dot(page, "All changes saved")
    set_password_by_link(page, server, "zoe-link@example.org")
    expect(page.locator("#dialog [role=status]")).to_have_text("Your new password is set.")
    expect(page.locator("#dialog")).to_contain_text(
        "You are still signed in as ana-link@example.org."
    )
    expect(page.locator("#dialog input")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    wait_until_cleared(page)
    page.locator("#account").click()
    expect(page.get_by_label("Email address")).to_have_value("")


def test_on_a_locked_device_a_link_leads_to_an_empty_form(new_page, server):
    Api(server, "zoe-locked@example.org", "Zoe")
    page = signed_up(new_page, "ana-locked@example.org")
    Api(server, "ana-locked@example.org", is_new=False).ask("DELETE", "/auth/sessions")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    set_password_by_link(page, server, "zoe-locked@example.org")
    expect(page.locator("#dialog [role=status]")).to_have_text(
        "Your new password is set. Sign in with it."
    )
    expect(page.get_by_label("Email address")).to_have_value("")


def test_a_sign_out_that_is_owed_ends_nobody_elses_session(new_page, server):
    page = signed_up(new_page, "owes@example.org")
    wait_for_worker(page)
    Api(server, "next@example.org", "Next")
    add(page, "Sent")
    wait_for_dot(page, "All changes saved")
    page.route("**/sync", lambda route: route.abort())
    page.route("**/auth/sign-out", lambda route: route.abort())
    add(page, "Unsent")
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Discard and sign out").click()
    wait_until_cleared(page)
    expect(page.locator("#account")).to_have_text("Sign in")
    assert page.evaluate("localStorage['driftless.signOut'] ?? null")
    page.unroute("**/sync")
    sign_in(page, "next@example.org")  # the debt cannot be paid yet
    wait_for_dot(page, "All changes saved")
    page.unroute("**/auth/sign-out")
    page.reload()
    wait_for_dot(page, "All changes saved")
    assert page.evaluate("fetch('/auth/me').then((answer) => answer.status)") == 200


def test_a_sign_out_that_is_owed_is_paid_when_there_is_a_network_again(new_page, server):
    page = signed_up(new_page, "pays@example.org")
    wait_for_worker(page)
    page.route("**/sync", lambda route: route.abort())
    page.route("**/auth/sign-out", lambda route: route.abort())
    add(page, "Unsent")
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Discard and sign out").click()
    wait_until_cleared(page)
    expect(page.locator("#account")).to_have_text("Sign in")
    page.unroute("**/auth/sign-out")
    page.reload()
    page.wait_for_function("() => localStorage['driftless.signOut'] === undefined")
    assert page.evaluate("fetch('/auth/me').then((answer) => answer.status)") == 401


def test_a_page_never_acts_with_the_session_of_another_account(new_page, server):
    zoe = Api(server, "zoe-cookie@example.org", "Zoe")
    page = signed_up(new_page, "ana-cookie@example.org")
    account_page(page)
    assert page.evaluate(SIGN_IN, {"email": zoe.email, "password": PASSWORD}) == 200
    page.get_by_role("button", name="Change name").click()
    fill_dialog(page, "Change name", Name="Ana Maria")
    expect(page.get_by_role("heading", name="You were signed out")).to_be_visible()
    assert zoe.get("/auth/me")["name"] == "Zoe"
    page.locator("#page").get_by_role("button", name="Sign in again").click()
    credentials(page, "ana-cookie@example.org")
    expect(page.locator("#who .is-strong")).to_have_text("Ana")


def test_signing_out_leaves_anothers_session_alone(new_page, server):
    zoe = Api(server, "zoe-stays@example.org", "Zoe")
    page = signed_up(new_page, "ana-goes@example.org")
    assert page.evaluate(SIGN_IN, {"email": zoe.email, "password": PASSWORD}) == 200
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out").click()
    wait_until_cleared(page)
    expect(page.locator("#account")).to_have_text("Sign in")
    assert page.evaluate("fetch('/auth/me').then((answer) => answer.json())")["name"] == "Zoe"


def test_where_mail_is_set_up_the_answer_does_not_tell_whether_there_is_an_account(
    new_page, server
):
    page = new_page()
    page.route(
        "**/auth/options",
        lambda route: route.fulfill(json={"registration": "open", "has_mail": True}),
    )
    page.locator("#account").click()
    page.get_by_label("Email address").fill("nobody@example.org")
    page.get_by_role("button", name="Forgot password?").click()
    expect(page.get_by_label("Email address")).to_have_value("nobody@example.org")
    page.get_by_role("button", name="Send link").click()
    expect(page.locator("#dialog")).to_contain_text("If an account with this address exists")


def test_too_many_attempts_are_said_in_words_and_what_was_typed_stays(new_page, server):
    page = new_page()
    page.route(
        "**/auth/sign-in",
        lambda route: route.fulfill(
            status=429,
            headers={"Retry-After": "763"},
            json={
                "code": "too_many_requests",
                "message": "Too many requests. Try again in 763 seconds.",
            },
        ),
    )
    sign_in(page, "slow@example.org")
    expect(page.locator("#dialog [role=alert]")).to_have_text(
        "Too many requests. Try again in 13 minutes."
    )
    expect(page.get_by_label("Email address")).to_have_value("slow@example.org")
    expect(page.get_by_label("Password")).to_have_value(PASSWORD)


def test_without_the_server_the_page_says_so_calmly(new_page):
    with Server() as server:
        page = new_page(path="/manifest.webmanifest")
        page.goto(server.url + "/inbox")
        sign_up(page, "ana@example.org")
        wait_for_dot(page, "All changes saved")
        wait_for_worker(page)
        server.stop()
        go(page, "/settings/account")
        expect(page.locator("#sessions")).to_contain_text("The server can't be reached")
        expect(page.locator("#tokens").get_by_role("button", name="Try again")).to_be_visible()
        page.get_by_role("button", name="Change name").click()
        fill_dialog(page, "Change name", Name="Typed for nothing")
        expect(page.locator("dialog[open] [role=alert]")).to_contain_text(
            "The server can't be reached"
        )
        expect(page.locator("dialog[open]").get_by_label("Name")).to_have_value("Typed for nothing")


def test_a_full_account_is_said_in_the_tray(new_page, server):
    page = signed_up(new_page, "full@example.org")
    with closing(sqlite3.connect(server.data_dir / "driftless.sqlite3")) as database:
        database.execute("UPDATE user_account SET records_max = 1 WHERE email = 'full@example.org'")
        database.commit()
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_label("New task", exact=True).fill("One too many")
    page.keyboard.press("Enter")  # its row goes again as soon as the server has refused it
    wait_for_dot(page, "Needs attention")
    page.locator("#dot").click()
    expect(page.locator("[data-refused=quota_full]")).to_contain_text("has no storage left")
    expect(page.locator("[data-refused=quota_full]")).to_contain_text("One too many")


def test_signing_out_asks_about_what_was_refused_and_saves_it(new_page, server, tmp_path):
    page = signed_up(new_page, "refused@example.org")
    with closing(sqlite3.connect(server.data_dir / "driftless.sqlite3")) as database:
        database.execute(
            "UPDATE user_account SET records_max = 1 WHERE email = 'refused@example.org'"
        )
        database.commit()
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_label("New task", exact=True).fill("Typed on the train")
    page.keyboard.press("Enter")
    wait_for_dot(page, "Needs attention")
    page.locator("#account").click()
    expect(page.locator("#dialog")).to_contain_text("1 change needs your attention.")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("#dialog")).to_contain_text(
        "1 change needs your attention. Signing out removes them from this device."
    )
    with page.expect_download() as begun:
        page.get_by_role("button", name="Export").click()
    begun.value.save_as(tmp_path / "copy.json")
    assert "Typed on the train" in (tmp_path / "copy.json").read_text()
    page.get_by_role("button", name="Stay signed in").click()
    wait_for_dot(page, "Needs attention")
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Discard and sign out").click()
    wait_until_cleared(page)
