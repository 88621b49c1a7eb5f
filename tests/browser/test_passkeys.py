"""Passkeys in a real browser, with an authenticator that it makes up: added, used instead of the
password and beside it, removed.
"""

import pytest
from playwright.sync_api import expect

from bench.server import Server
from tests.browser.page import PASSWORD, go, sign_in, sign_up, wait_for_dot

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def server():
    with Server() as started:
        yield started


class Authenticator:
    """One of the page's browser; `is_willing` says whether its person confirms."""

    def __init__(self, page):
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})[
            "authenticatorId"
        ]

    def credentials(self):
        return self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def verify(self, is_willing):
        self.cdp.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": is_willing}
        )


@pytest.fixture
def keyed(new_page):
    """Makes a signed-in page whose account has a passkey, and its authenticator."""

    def make(email):
        page = new_page()
        authenticator = Authenticator(page)
        sign_up(page, email)
        wait_for_dot(page, "All changes saved")
        go(page, "/settings/account")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_label("Passkey name").fill("Laptop")
        give_password(page, "Add passkey")
        expect(page.locator("#passkeys .setting").first).to_contain_text("Laptop")
        return page, authenticator

    return make


def sign_out(page):
    page.locator("#account").click()
    page.get_by_role("button", name="Sign out", exact=True).last.click()
    page.wait_for_url("**/today")


def give_password(page, words, password=PASSWORD):
    page.locator("dialog[open]").get_by_label("Password").fill(password)
    page.locator("dialog[open]").get_by_role("button", name=words).click()


def ask_for_both(page):
    page.get_by_role("switch", name="Require a passkey").check()
    give_password(page, "Turn on")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_role("switch", name="Require a passkey")).to_be_checked()


def alert(page):
    return page.locator("dialog[open] [role=alert]")


def test_a_passkey_signs_in_without_a_password(keyed):
    page, authenticator = keyed("key@example.org")
    assert [each["isResidentCredential"] for each in authenticator.credentials()] == [True]
    expect(page.locator("#passkeys")).to_contain_text("never used")
    sign_out(page)
    page.locator("#account").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    wait_for_dot(page, "All changes saved")
    expect(page.locator("#account")).to_have_text("Ana")
    go(page, "/settings/account")
    expect(page.locator("#passkeys .setting").first).to_contain_text("last used just now")


def test_it_is_not_used_where_its_person_does_not_confirm(keyed):
    page, authenticator = keyed("unwilling@example.org")
    sign_out(page)
    authenticator.verify(False)
    page.locator("#account").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(alert(page)).to_contain_text("No passkey was used")
    authenticator.verify(True)
    page.get_by_role("button", name="Sign in with a passkey").click()
    wait_for_dot(page, "All changes saved")


def test_as_a_second_step_the_password_alone_is_not_enough(keyed):
    page, authenticator = keyed("second@example.org")
    ask_for_both(page)
    page.reload()
    expect(page.get_by_role("switch", name="Require a passkey")).to_be_checked()
    sign_out(page)
    sign_in(page, "second@example.org")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    expect(page.get_by_role("button", name="Use passkey")).to_be_focused()
    assert page.evaluate("async () => (await fetch('/auth/me')).status") == 401
    authenticator.verify(False)
    page.get_by_role("button", name="Use passkey").click()
    expect(alert(page)).to_contain_text("No passkey was used")
    authenticator.verify(True)
    page.get_by_role("button", name="Use passkey").click()
    wait_for_dot(page, "All changes saved")


def test_the_last_passkey_takes_the_second_step_with_it(keyed):
    page, _ = keyed("last@example.org")
    ask_for_both(page)
    page.get_by_role("button", name="Remove passkey Laptop").click()
    give_password(page, "Remove")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_role("switch", name="Require a passkey")).to_have_count(0)
    sign_out(page)
    sign_in(page, "last@example.org")
    wait_for_dot(page, "All changes saved")


def test_nothing_of_it_changes_without_the_password(keyed):
    page, authenticator = keyed("guarded@example.org")
    toggle = page.get_by_role("switch", name="Require a passkey")
    toggle.check()
    give_password(page, "Turn on", "not the password at all")
    expect(alert(page)).to_have_text("The password is wrong.")
    page.keyboard.press("Escape")
    expect(toggle).not_to_be_checked()
    expect(toggle).to_be_focused()
    page.get_by_role("button", name="Remove passkey Laptop").click()
    give_password(page, "Remove", "not the password at all")
    expect(alert(page)).to_have_text("The password is wrong.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add a passkey").click()
    give_password(page, "Add passkey", "not the password at all")
    expect(alert(page)).to_have_text("The password is wrong.")
    page.keyboard.press("Escape")
    page.reload()
    expect(toggle).not_to_be_checked()
    expect(page.get_by_role("button", name="Remove passkey")).to_have_count(1)
    assert len(authenticator.credentials()) == 1


def test_the_same_device_is_not_added_twice(keyed):
    page, _ = keyed("twice@example.org")
    page.get_by_role("button", name="Add a passkey").click()
    give_password(page, "Add passkey")
    expect(alert(page)).to_have_text("This device already has a passkey for this account.")


def test_a_browser_without_passkeys_offers_none(new_page):
    page = new_page()
    page.context.add_init_script("delete window.PublicKeyCredential")
    page.reload()
    sign_up(page, "old@example.org")
    wait_for_dot(page, "All changes saved")
    go(page, "/settings/account")
    expect(page.locator("#passkeys")).to_contain_text("This browser doesn't support passkeys")
    sign_out(page)
    page.locator("#account").click()
    expect(page.get_by_role("textbox", name="Password")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    assert PASSWORD not in page.content()
